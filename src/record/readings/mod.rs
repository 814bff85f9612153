//! Unusual reading: what the audit's readings show that an auditor should look at. A background job looks through readings in
//! order and writes down, for each account and day, which dossiers were opened, and what of it is unusual. Rules:
//! `docs/rules/audit.md`.
//!
//! Owns the tables `opening` and `unusual`. Looking twice at a reading changes nothing.

mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use motcua_domain::dossier::{Stay, stays};
use motcua_domain::identity::Role;

use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;
use crate::record::dossier;
use crate::registry::Registry;
use crate::registry::audit::{self, unseen};

pub use store::Cursor;

/// Readings looked at in one transaction.
const AT_ONCE: i64 = 200;

/// Transactions after which other background work has its turn.
const TURNS: usize = 20;

/// Days that say what is usual. [AUD-08]
const USUAL_DAYS: i32 = 30;

/// What is unusual. Words are stable: they stand in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The dossier neither lay nor lies at an office of whoever opened it. [AUD-07]
    Elsewhere,
    /// Far more dossiers than usual. [AUD-08]
    Many,
    /// Outside working hours. [AUD-09]
    OutOfHours,
    /// Dossiers of one applicant again and again, which lay elsewhere. [AUD-10]
    OnePerson,
}

impl Rule {
    pub const ALL: [Self; 4] = [Self::Elsewhere, Self::Many, Self::OutOfHours, Self::OnePerson];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Elsewhere => "elsewhere",
            Self::Many => "many",
            Self::OutOfHours => "out_of_hours",
            Self::OnePerson => "one_person",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text)
    }
}

/// Something unusual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusual {
    pub login: String,
    pub day: Date,
    pub rule: Rule,
    /// The dossier it is about; empty where it is about the day.
    pub dossier: String,
    /// Row of the audit by which it was noticed last.
    pub audit: String,
    pub agency: String,
    pub office: String,
    pub times: i64,
    /// What is usual, or 0 where that says nothing.
    pub usual: i64,
}

/// Looks through some of the readings; whether there may be more. Safe to run on several nodes.
pub fn look(db: &Db, registry: &Arc<Registry>, now: Timestamp) -> Result<bool, Failure> {
    for _ in 0..TURNS {
        let registry = registry.clone();
        match db.transact("readings.look", move |tx| look_at_some(tx, &registry, now)) {
            Ok(0) | Err(Failure::Conflict) => return Ok(false),
            Ok(_) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(true)
}

fn look_at_some(tx: &mut Tx, registry: &Registry, now: Timestamp) -> Result<usize, Failure> {
    let rows = unseen::next(tx, now, AT_ONCE)?;
    let looked = rows.len();
    let mut days: BTreeMap<(String, Date), audit::Row> = BTreeMap::new();
    let mut opened = BTreeSet::new();
    for row in rows.into_iter().filter(|row| row.entry.is_opening()) {
        let day = registry.local(row.entry.at).date();
        let Some(dossier) = row.entry.dossier.clone() else { continue };
        opened.insert((row.entry.login.clone(), day, dossier));
        days.insert((row.entry.login.clone(), day), row);
    }
    for (login, day, dossier) in opened {
        look_at(tx, registry, &login, day, &dossier)?;
    }
    for row in days.into_values() {
        look_at_day(tx, registry, &row)?;
    }
    Ok(looked)
}

/// One dossier opened by one account on one day.
fn look_at(tx: &mut Tx, registry: &Registry, login: &str, day: Date, dossier: &str) -> Result<(), Failure> {
    let (from, until) = (registry.day_start(day)?, registry.day_start(day.tomorrow().map_err(Failure::fault)?)?);
    let rows = unseen::openings(tx, login, dossier, from, until)?;
    let (Some(last), Some(found)) = (rows.last(), dossier::by_id(tx, dossier)?) else { return Ok(()) };
    let stays = stays(&dossier::timeline(tx, dossier)?);
    let offices = offices(registry, login, day, &last.entry.office);
    let own = |stay: &&Stay| offices.contains(&stay.office);
    let lies =
        |at: Timestamp| stays.iter().filter(own).any(|stay| stay.from <= at && stay.to.is_none_or(|to| at <= to));
    let lay = |at: Timestamp| stays.iter().filter(own).any(|stay| stay.from <= at);
    let outside = rows.iter().filter(|row| is_outside(registry, &row.entry)).count() as i64;
    let idle = rows.iter().filter(|row| !lies(row.entry.at)).count() as i64;
    store::put(tx, login, day, dossier, [rows.len() as i64, outside, idle])?;
    let unusual = |rule, times| Unusual {
        login: login.to_owned(),
        day,
        rule,
        dossier: dossier.to_owned(),
        audit: last.id.clone(),
        agency: last.entry.agency.clone(),
        office: last.entry.office.clone(),
        times,
        usual: 0,
    };
    // A leader looks after all that the agency received. [AUD-07]
    let leads = registry
        .officer(login, day)
        .is_some_and(|officer| officer.has(Role::Leader) && officer.agency == found.dossier.agency);
    let strange = rows.iter().filter(|row| !lay(row.entry.at)).count() as i64;
    if strange > 0 && !leads {
        store::put_unusual(tx, &unusual(Rule::Elsewhere, strange))?;
    }
    let limits = registry.site.readings;
    let since = day.saturating_sub((i64::from(limits.one_person_days) - 1).max(0).days());
    if let Some(number) = &found.dossier.applicant().id_number {
        let times = store::idle_of(tx, login, (since, day), number.as_str())?;
        if idle > 0 && times >= i64::from(limits.one_person) {
            store::put_unusual(tx, &unusual(Rule::OnePerson, times))?;
        }
    }
    Ok(())
}

/// All that one account opened on one day.
fn look_at_day(tx: &mut Tx, registry: &Registry, last: &audit::Row) -> Result<(), Failure> {
    let (login, day) = (last.entry.login.as_str(), registry.local(last.entry.at).date());
    let unusual = |rule, times, usual| Unusual {
        login: login.to_owned(),
        day,
        rule,
        dossier: String::new(),
        audit: last.id.clone(),
        agency: last.entry.agency.clone(),
        office: last.entry.office.clone(),
        times,
        usual,
    };
    let of_day = store::of_days(tx, login, (day, day))?;
    if of_day.outside > 0 {
        store::put_unusual(tx, &unusual(Rule::OutOfHours, of_day.outside, 0))?;
    }
    let limits = registry.site.readings;
    let yesterday = day.saturating_sub(1.day());
    let before = store::of_days(tx, login, (day.saturating_sub(USUAL_DAYS.days()), yesterday))?;
    // Whoever was never here has nothing usual yet. [AUD-08]
    let usual = before.dossiers.checked_div(before.days).unwrap_or(0);
    let many = i64::from(limits.many).max(usual * i64::from(limits.many_times));
    if before.days > 0 && of_day.dossiers > many {
        store::put_unusual(tx, &unusual(Rule::Many, of_day.dossiers, usual))?;
    }
    Ok(())
}

/// Where somebody sat on a day, substitution included, and where the audit says.
fn offices(registry: &Registry, login: &str, day: Date, noted: &str) -> BTreeSet<String> {
    let posts = registry.officer(login, day).map(|officer| officer.posts).unwrap_or_default();
    posts.into_iter().map(|post| post.office).chain([noted.to_owned()]).collect()
}

/// Not in the working hours of that day, with what belongs to them before and after. [AUD-09]
fn is_outside(registry: &Registry, entry: &audit::Entry) -> bool {
    // An agency without a calendar has no hours.
    let Ok(calendar) = registry.calendar(&entry.agency) else { return false };
    let at = registry.local(entry.at);
    let margin = SignedDuration::from_mins(registry.site.readings.margin_minutes.into());
    let (Some(opens), Some(closes)) = (calendar.opening(at.date()), calendar.closing(at.date())) else { return true };
    at < opens.saturating_sub(margin) || at > closes.saturating_add(margin)
}

/// What is unusual, the newest first, from before a place on; of one kind or all.
pub fn unusual(tx: &mut Tx, rule: Option<Rule>, before: Option<&Cursor>, size: usize) -> Result<Vec<Unusual>, Failure> {
    store::unusual(tx, rule, before, size as i64)
}
