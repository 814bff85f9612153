//! The registry in memory, with the questions the rest of the program asks of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use motcua_domain::calendar::Calendar;
use motcua_domain::code::{Number, Pattern};
use motcua_domain::deadline::{self, Due, Question};
use motcua_domain::dossier::Promise;
use motcua_domain::identity::{Officer, Post, Role};
use motcua_domain::procedure::{Limit, Step, Tier, Version};
use motcua_domain::routing;
use motcua_domain::search::Index;

use super::pack::{
    Agency, AgencyKind, Law, ONE_STOP, Office, OfficeKind, Override, Place, Posting, Route, Scope, Site, Staff,
};
use super::{pack, store};
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, Sentence};

/// Whether a procedure can be handed in here.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "standing")]
pub enum Standing {
    /// Taken in at the one-stop; [`Registry::decided_outside`] says whether an agency outside decides it.
    Published,
    /// Handled by an agency outside, for which the one-stop does not take it in: it has no route.
    Outside {
        agency: String,
    },
    /// Known, but something the law asks for is missing or not understood.
    Incomplete,
    Withdrawn {
        reason: String,
    },
}

/// A procedure of this site at one tier.
#[derive(Debug, Clone)]
pub struct Procedure {
    pub key: String,
    pub tier: Tier,
    pub scope: Scope,
    pub version: u32,
    pub record: Version,
    pub standing: Standing,
}

/// Everything, indexed.
pub struct Registry {
    pub revision: i64,
    pub site: Site,
    pub timezone: TimeZone,
    pub places: Vec<Place>,
    pub agencies: BTreeMap<String, Agency>,
    /// By `agency/key`.
    pub offices: BTreeMap<String, Office>,
    pub staff: BTreeMap<String, Staff>,
    postings: BTreeMap<String, Vec<Posting>>,
    calendars: BTreeMap<String, Arc<Calendar>>,
    routes: BTreeMap<String, Route>,
    patterns: Vec<(Date, Pattern)>,
    /// In order of tier, field, name.
    pub procedures: Vec<Procedure>,
    by_key: BTreeMap<(Tier, String), usize>,
    index: Index,
}

impl Registry {
    /// Reads the registry; an empty store is a fault, since every command installs a site first.
    pub fn load(tx: &mut Tx) -> Result<Self, Failure> {
        let (_, revision) =
            store::revision(tx)?.ok_or_else(|| Failure::fault(anyhow::anyhow!("no site is installed")))?;
        let site: Site = store::items(tx, "site")?
            .pop()
            .ok_or_else(|| Failure::fault(anyhow::anyhow!("the site row is missing")))?;
        let agencies: Vec<Agency> = store::items(tx, "agency")?;
        let routes: BTreeMap<_, _> =
            store::items::<Route>(tx, "route")?.into_iter().map(|route| (route.id.clone(), route)).collect();
        let mut postings: BTreeMap<String, Vec<Posting>> = BTreeMap::new();
        for posting in store::items::<Posting>(tx, "posting")? {
            postings.entry(posting.login.clone()).or_default().push(posting);
        }
        let procedures = procedures(tx)?;
        let by_key = procedures.iter().enumerate().map(|(at, p)| ((p.tier, p.key.clone()), at)).collect();
        let index = Index::build(procedures.iter().enumerate().map(|(at, p)| {
            (at, p.record.name.as_str(), p.record.code.as_deref().unwrap_or(""), p.record.field.as_str())
        }));
        Ok(Self {
            revision,
            timezone: TimeZone::get(&site.timezone).map_err(Failure::fault)?,
            places: store::items(tx, "place")?,
            calendars: calendars(tx, &agencies)?,
            agencies: agencies.into_iter().map(|agency| (agency.id.clone(), agency)).collect(),
            offices: store::items::<Office>(tx, "office")?
                .into_iter()
                .map(|office| (format!("{}/{}", office.agency, office.key), office))
                .collect(),
            staff: store::items::<Staff>(tx, "staff")?.into_iter().map(|staff| (staff.login.clone(), staff)).collect(),
            postings,
            patterns: site
                .code
                .iter()
                .map(|code| Ok((code.valid_from, Pattern::parse(&code.pattern).map_err(Failure::fault)?)))
                .collect::<Result<_, Failure>>()?,
            site,
            routes,
            procedures,
            by_key,
            index,
        })
    }

    // --- time ---------------------------------------------------------------------------------------------------------

    /// Wall time of the site.
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.timezone.to_datetime(at)
    }

    /// The moment of a wall time; in a gap or fold of the clock, the one jiff calls compatible.
    pub fn instant(&self, at: DateTime) -> Result<Timestamp, Failure> {
        self.timezone.to_ambiguous_timestamp(at).compatible().map_err(Failure::fault)
    }

    /// First moment of a day.
    pub fn day_start(&self, day: Date) -> Result<Timestamp, Failure> {
        self.instant(day.to_datetime(jiff::civil::Time::midnight()))
    }

    pub fn calendar(&self, agency: &str) -> Result<&Arc<Calendar>, Failure> {
        self.calendars.get(agency).ok_or_else(|| Failure::fault(anyhow::anyhow!("{agency} has no calendar")))
    }

    /// The promise of a receipt: the due moment and its reasons. [CLK-01]
    pub fn promise(
        &self,
        agency: &str,
        received: Timestamp,
        limit: Limit,
        cutoff: Option<jiff::civil::Time>,
    ) -> Result<Promise, Failure> {
        let question = Question { received: self.local(received), limit, cutoff, pauses: &[] };
        let answer = deadline::due(self.calendar(agency)?, &question).map_err(|refusal| {
            let sentence = Sentence::new(refusal.key());
            Failure::Refused(refusal.params().into_iter().fold(sentence, |s, (name, value)| s.with(name, value)))
        })?;
        match answer.due {
            Due::At(due) => {
                Ok(Promise { due_at: self.instant(due)?, limit, reasons: serde_json::to_value(&answer.steps)? })
            }
            Due::PausedSince(_) => Err(Failure::fault(anyhow::anyhow!("a clock without pauses cannot be paused"))),
        }
    }

    /// The law in force on a day: which forms are printed.
    pub fn law(&self, day: Date) -> Option<&Law> {
        self.site.law.iter().find(|law| law.from <= day && law.to.is_none_or(|to| day <= to))
    }

    // --- agencies and people ------------------------------------------------------------------------------------------

    pub fn agency_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.agencies.get(id).map_or(id, |agency| agency.name.as_str())
    }

    pub fn office_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.offices.get(id).map_or(id, |office| office.name.as_str())
    }

    pub fn account_name<'a>(&'a self, login: &'a str) -> &'a str {
        self.staff.get(login).map_or(login, |staff| staff.name.as_str())
    }

    /// Agencies that take in procedures of a tier.
    pub fn receiving(&self, tier: Tier) -> impl Iterator<Item = &Agency> {
        self.agencies.values().filter(move |agency| agency.tier == tier && agency.kind == AgencyKind::Committee)
    }

    /// The one-stop of an agency, as `agency/key`.
    pub fn one_stop(&self, agency: &str) -> Option<(&str, &Office)> {
        self.offices
            .iter()
            .find(|(_, office)| office.agency == agency && office.kind == OfficeKind::OneStop)
            .map(|(id, office)| (id.as_str(), office))
    }

    /// Somebody with the posts they hold on a day; `None` for a login that holds none.
    pub fn officer(&self, login: &str, day: Date) -> Option<Officer> {
        let staff = self.staff.get(login)?;
        let posts: Vec<Post> = self
            .postings
            .get(login)?
            .iter()
            .filter(|posting| posting.valid_from <= day && posting.valid_to.is_none_or(|to| day <= to))
            .filter_map(|posting| {
                Some(Post::own(format!("{}/{}", posting.agency, posting.office), Role::parse(&posting.role)?))
            })
            .collect();
        (!posts.is_empty()).then(|| Officer { account: staff.login.clone(), agency: staff.agency.clone(), posts })
    }

    /// Everybody who can act in a role at an office on a day.
    pub fn people(&self, office: &str, role: Role, day: Date) -> Vec<Officer> {
        self.staff
            .keys()
            .filter_map(|login| self.officer(login, day))
            .filter(|officer| officer.holds(office, role))
            .collect()
    }

    // --- procedures ---------------------------------------------------------------------------------------------------

    pub fn procedure(&self, tier: Tier, key: &str) -> Option<&Procedure> {
        self.by_key.get(&(tier, key.to_owned())).and_then(|at| self.procedures.get(*at))
    }

    /// The agency outside that decides a procedure; `None` where the site's own offices do.
    pub fn decided_outside(&self, procedure: &Procedure) -> Option<&Agency> {
        self.agencies.get(&procedure.scope.handled_by).filter(|agency| agency.kind == AgencyKind::Outside)
    }

    /// Whether one goes to this agency with a procedure: to a committee that takes it in, or, while the one-stop does not,
    /// to the agency outside that decides it.
    pub fn takes_in(&self, procedure: &Procedure, agency: &str) -> bool {
        match self.decided_outside(procedure) {
            Some(outside) if procedure.standing != Standing::Published => outside.id == agency,
            _ => self.receiving(procedure.tier).any(|receiving| receiving.id == agency),
        }
    }

    /// Procedures that fit some words, best first.
    pub fn search(&self, query: &str, limit: usize) -> Vec<&Procedure> {
        self.index.search(query, limit).into_iter().filter_map(|hit| self.procedures.get(hit.id)).collect()
    }

    /// The route of a procedure at the agency that receives it, with absolute offices.
    pub fn route(&self, procedure: &Procedure, agency: &str) -> Result<Vec<Step>, Failure> {
        let route = procedure.scope.route.as_ref().and_then(|id| self.routes.get(id));
        let route = route.ok_or_else(|| Failure::refused("intake.no_route"))?;
        Ok(routing::with_offices(&route.steps, &|office| match office.contains('/') {
            true => office.to_owned(),
            false => format!("{agency}/{office}"),
        }))
    }

    /// The number of a dossier received by an agency on a day. [COD-01]
    pub fn code(&self, agency: &str, day: Date, serial: u32) -> Result<String, Failure> {
        let pattern = self.patterns.iter().filter(|(from, _)| *from <= day).max_by_key(|(from, _)| *from);
        let identifier = self.agencies.get(agency).and_then(|agency| agency.identifier.clone());
        match (pattern, identifier) {
            (Some((_, pattern)), Some(agency)) => Ok(pattern.print(&Number { agency, day, serial })),
            _ => Err(Failure::refused("intake.no_number")),
        }
    }

    /// The day after, for half-open periods.
    pub fn day_end(&self, day: Date) -> Result<Timestamp, Failure> {
        self.day_start(day.checked_add(1.day()).map_err(Failure::fault)?)
    }
}

/// One calendar for each agency: the rows for all and its own.
fn calendars(tx: &mut Tx, agencies: &[Agency]) -> Result<BTreeMap<String, Arc<Calendar>>, Failure> {
    let hours: Vec<(String, motcua_domain::calendar::HoursRow)> = store::items(tx, "hours")?;
    let days: Vec<pack::Day> = store::items(tx, "day")?;
    let mut made: Vec<(Vec<&str>, Arc<Calendar>)> = Vec::new();
    let mut out = BTreeMap::new();
    for agency in agencies {
        let own = |id: &str| id == agency.id;
        // Most agencies have no row of their own and share one calendar.
        let named: Vec<&str> = hours
            .iter()
            .map(|(id, _)| id.as_str())
            .chain(days.iter().map(|day| day.agency.as_str()))
            .filter(|id| own(id))
            .collect();
        if let Some((_, calendar)) = made.iter().find(|(key, _)| *key == named && named.is_empty()) {
            out.insert(agency.id.clone(), calendar.clone());
            continue;
        }
        let own_hours: Vec<_> = hours.iter().filter(|(id, _)| own(id)).map(|(_, row)| row.clone()).collect();
        let hours_of = if own_hours.is_empty() {
            hours.iter().filter(|(id, _)| id == "*").map(|(_, row)| row.clone()).collect()
        } else {
            own_hours
        };
        let days_of =
            days.iter().filter(|day| day.agency == "*" || own(&day.agency)).map(|day| day.row.clone()).collect();
        let calendar = Arc::new(Calendar::new(hours_of, days_of).map_err(Failure::fault)?);
        made.push((named, calendar.clone()));
        out.insert(agency.id.clone(), calendar);
    }
    Ok(out)
}

/// The procedures of the site with what is in force of each: the newest version that can be published, else the newest.
fn procedures(tx: &mut Tx) -> Result<Vec<Procedure>, Failure> {
    let mut overrides: BTreeMap<String, Vec<Override>> = BTreeMap::new();
    for row in store::items::<Override>(tx, "override")? {
        overrides.entry(row.key.clone()).or_default().push(row);
    }
    let withdrawn: BTreeMap<String, String> = store::withdrawals(tx)?.into_iter().collect();
    let mut in_force: BTreeMap<String, (u32, Version)> = BTreeMap::new();
    for stored in store::versions(tx)? {
        let mut record = stored.version;
        for row in overrides.get(&stored.key).into_iter().flatten() {
            row.apply(&mut record);
        }
        if record.blockers.is_empty() || in_force.get(&stored.key).is_none_or(|(_, before)| !before.blockers.is_empty())
        {
            in_force.insert(stored.key, (stored.number, record));
        }
    }
    let mut out: Vec<Procedure> = store::items::<Scope>(tx, "scope")?
        .into_iter()
        .filter_map(|scope| {
            let (version, record) = in_force.get(&scope.key)?.clone();
            let standing = standing(&scope, &record, &withdrawn);
            Some(Procedure { key: scope.key.clone(), tier: scope.tier, scope, version, record, standing })
        })
        .collect();
    out.sort_by(|a, b| {
        (a.tier, &a.record.field, &a.record.name, &a.key).cmp(&(b.tier, &b.record.field, &b.record.name, &b.key))
    });
    Ok(out)
}

fn standing(scope: &Scope, record: &Version, withdrawn: &BTreeMap<String, String>) -> Standing {
    if let Some(reason) = withdrawn.get(&scope.key) {
        return Standing::Withdrawn { reason: reason.clone() };
    }
    if scope.handled_by != ONE_STOP && scope.route.is_none() {
        return Standing::Outside { agency: scope.handled_by.clone() };
    }
    if record.withdrawn {
        return Standing::Withdrawn { reason: record.successor.clone().unwrap_or_default() };
    }
    if record.blockers.is_empty() && scope.route.is_some() { Standing::Published } else { Standing::Incomplete }
}
