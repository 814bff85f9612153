//! Which version of a procedure holds on a day, and which are still to come. [EXM-09]

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::procedure::Version;

use super::pack::{ONE_STOP, Override, Scope};
use super::snapshot::{Procedure, Standing};
use super::store;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// Who said what a version says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A published list: overrides of the site pack mend it.
    List,
    /// An administrator, here.
    Editor,
}

impl Origin {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Editor => "editor",
        }
    }

    pub(super) fn parse(word: &str) -> Self {
        if word == "editor" { Self::Editor } else { Self::List }
    }
}

/// A version as it stands in the catalogue, with overrides applied.
#[derive(Debug, Clone)]
pub struct Edition {
    pub key: String,
    pub number: u32,
    /// Date of effect.
    pub valid_from: Date,
    pub origin: Origin,
    pub record: Version,
    pub published_at: Option<Timestamp>,
    pub published_by: Option<String>,
    pub reason: String,
}

/// All versions by procedure, each in the order in which they come into force.
pub(super) type Editions = BTreeMap<String, Vec<Edition>>;

pub(super) fn all(tx: &mut Tx) -> Result<Editions, Failure> {
    let mut overrides: BTreeMap<String, Vec<Override>> = BTreeMap::new();
    for row in store::items::<Override>(tx, "override")? {
        overrides.entry(row.key.clone()).or_default().push(row);
    }
    let mut editions = Editions::new();
    for mut edition in store::versions(tx)? {
        if edition.origin == Origin::List {
            overrides.get(&edition.key).into_iter().flatten().for_each(|row| row.apply(&mut edition.record));
        }
        editions.entry(edition.key.clone()).or_default().push(edition);
    }
    editions.values_mut().for_each(|editions| editions.sort_by_key(|edition| (edition.valid_from, edition.number)));
    Ok(editions)
}

/// All versions of one procedure in the order in which they come into force; none for one that is not known.
pub fn of(tx: &mut Tx, key: &str) -> Result<Vec<Edition>, Failure> {
    let overrides: Vec<Override> = store::items(tx, "override")?;
    let mut editions = store::versions_of(tx, key)?;
    for edition in editions.iter_mut().filter(|edition| edition.origin == Origin::List) {
        overrides.iter().filter(|row| row.key == key).for_each(|row| row.apply(&mut edition.record));
    }
    editions.sort_by_key(|edition| (edition.valid_from, edition.number));
    Ok(editions)
}

/// What holds on a day: of those that can be published the last to come into force, else the last; before the first date,
/// the first version. The editions are in the order of [`all`]. [EXM-09]
pub fn in_force(editions: &[Edition], day: Date) -> Option<&Edition> {
    let begun = || editions.iter().filter(|edition| edition.valid_from <= day);
    let published = begun().rfind(|edition| edition.record.is_publishable());
    published.or_else(|| begun().next_back()).or_else(|| editions.iter().min_by_key(|edition| edition.number))
}

/// What is published and comes into force after a day.
pub fn coming(editions: &[Edition], day: Date) -> impl Iterator<Item = &Edition> {
    editions.iter().filter(move |edition| edition.valid_from > day && edition.record.is_publishable())
}

/// The procedures of the site, once with what is in force of each on a day and once with what is to come.
pub(super) fn procedures(tx: &mut Tx, day: Date) -> Result<(Vec<Procedure>, Vec<Procedure>), Failure> {
    let editions = all(tx)?;
    let withdrawn: BTreeMap<String, String> = store::withdrawals(tx)?.into_iter().collect();
    let scope = store::items::<Scope>(tx, "scope")?;
    let (mut now, mut later) = (Vec::new(), Vec::new());
    for scope in &scope {
        let Some(editions) = editions.get(&scope.key) else { continue };
        let Some(held) = in_force(editions, day) else { continue };
        now.push(procedure(scope, held, &withdrawn));
        // The first version of a procedure holds before its date too, and is not to come any more.
        let coming = coming(editions, day).filter(|edition| edition.number != held.number);
        later.extend(coming.map(|edition| procedure(scope, edition, &withdrawn)));
    }
    now.sort_by(|a, b| {
        (a.tier, &a.record.field, &a.record.name, &a.key).cmp(&(b.tier, &b.record.field, &b.record.name, &b.key))
    });
    Ok((now, later))
}

fn procedure(scope: &Scope, edition: &Edition, withdrawn: &BTreeMap<String, String>) -> Procedure {
    Procedure {
        key: scope.key.clone(),
        tier: scope.tier,
        scope: scope.clone(),
        version: edition.number,
        valid_from: edition.valid_from,
        standing: standing(scope, &edition.record, withdrawn.get(&scope.key)),
        record: edition.record.clone(),
    }
}

/// Whether a version of a procedure can be handed in; `withdrawn` is why an administrator took it out.
pub(super) fn standing(scope: &Scope, record: &Version, withdrawn: Option<&String>) -> Standing {
    if let Some(reason) = withdrawn {
        return Standing::Withdrawn { reason: reason.clone() };
    }
    let routed = record.route.is_some() || scope.route.is_some();
    // Who is outside takes part through the one-stop where there is a route.
    if scope.handled_by != ONE_STOP && !routed {
        return Standing::Outside { agency: scope.handled_by.clone() };
    }
    if record.withdrawn {
        return Standing::Withdrawn { reason: record.successor.clone().unwrap_or_default() };
    }
    if record.is_publishable() && routed { Standing::Published } else { Standing::Incomplete }
}
