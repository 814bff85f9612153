//! The registry in memory, with the questions the rest of the program asks of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use motcua_domain::absence::{self as absences, Absence, People, Person, PostKey};
use motcua_domain::calendar::{Calendar, HoursRow};
use motcua_domain::code::{Number, Pattern};
use motcua_domain::identity::{Officer, Role};
use motcua_domain::procedure::{Step, Tier, Version};
use motcua_domain::search::Index;

use super::calendars::{Calendars, calendars};
use super::pack::{
    Agency, AgencyKind, Day, Law, Office, OfficeKind, Place, Posting, Reception, Route, Scope, Site, Staff,
};
use super::{absence, competence, store, versions};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

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
    /// Date of effect of that version.
    pub valid_from: Date,
    pub record: Version,
    pub standing: Standing,
}

/// Everything, indexed.
pub struct Registry {
    pub revision: i64,
    /// The day on which it is so, here: tomorrow another version of a procedure may be in force.
    pub as_of: Date,
    pub site: Site,
    pub timezone: TimeZone,
    pub places: Vec<Place>,
    pub agencies: BTreeMap<String, Agency>,
    /// By `agency/key`.
    pub offices: BTreeMap<String, Office>,
    pub staff: BTreeMap<String, Staff>,
    people: People,
    /// Those that say what is printed under a letter.
    positions: Vec<Posting>,
    /// In order of their last day.
    absences: Vec<Absence>,
    pub(super) hours: Vec<(String, HoursRow)>,
    pub(super) days: Vec<Day>,
    pub(super) calendars: Calendars,
    routes: BTreeMap<String, Route>,
    pub(super) competence: competence::Table,
    pub(super) receptions: Vec<Reception>,
    patterns: Vec<(Date, Pattern)>,
    /// In order of tier, field, name.
    pub procedures: Vec<Procedure>,
    /// Versions that are published and come into force later.
    pub coming: Vec<Procedure>,
    by_key: BTreeMap<(Tier, String), usize>,
    index: Index,
}

impl Registry {
    /// Reads the registry as it is at a moment; an empty store is a fault, since every command installs a site first.
    pub fn load(tx: &mut Tx, now: Timestamp) -> Result<Self, Failure> {
        let (_, revision) =
            store::revision(tx)?.ok_or_else(|| Failure::fault(anyhow::anyhow!("no site is installed")))?;
        let site: Site = store::items(tx, "site")?
            .pop()
            .ok_or_else(|| Failure::fault(anyhow::anyhow!("the site row is missing")))?;
        let timezone = TimeZone::get(&site.timezone).map_err(Failure::fault)?;
        let as_of = timezone.to_datetime(now).date();
        let agencies: Vec<Agency> = store::items(tx, "agency")?;
        let (hours, days) = (store::items(tx, "hours")?, store::items(tx, "day")?);
        let places: Vec<Place> = store::items(tx, "place")?;
        let postings: Vec<Posting> = store::items(tx, "posting")?;
        let staff: BTreeMap<String, Staff> =
            store::items::<Staff>(tx, "staff")?.into_iter().map(|staff| (staff.login.clone(), staff)).collect();
        let routes: BTreeMap<_, _> =
            store::items::<Route>(tx, "route")?.into_iter().map(|route| (route.id.clone(), route)).collect();
        let (procedures, coming) = versions::procedures(tx, as_of)?;
        let by_key = procedures.iter().enumerate().map(|(at, p)| ((p.tier, p.key.clone()), at)).collect();
        let index = Index::build(procedures.iter().enumerate().map(|(at, p)| {
            (at, p.record.name.as_str(), p.record.code.as_deref().unwrap_or(""), p.record.field.as_str())
        }));
        Ok(Self {
            revision,
            as_of,
            timezone,
            calendars: calendars(&hours, &days, &agencies).map_err(Failure::fault)?,
            hours,
            days,
            competence: competence::Table::of(&places, &agencies, &store::items(tx, "competence")?),
            receptions: store::items(tx, "reception")?,
            places,
            agencies: agencies.into_iter().map(|agency| (agency.id.clone(), agency)).collect(),
            offices: store::items::<Office>(tx, "office")?
                .into_iter()
                .map(|office| (format!("{}/{}", office.agency, office.key), office))
                .collect(),
            positions: postings.iter().filter(|posting| !posting.position.is_empty()).cloned().collect(),
            people: people(&staff, postings),
            absences: absence::all(tx)?,
            staff,
            patterns: site
                .code
                .iter()
                .map(|code| Ok((code.valid_from, Pattern::parse(&code.pattern).map_err(Failure::fault)?)))
                .collect::<Result<_, Failure>>()?,
            site,
            routes,
            procedures,
            coming,
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

    /// The name of an account, or of the office that stands for who comes by a link and has none.
    pub fn who<'a>(&'a self, who: &'a str) -> &'a str {
        if who.contains('/') { self.office_name(who) } else { self.account_name(who) }
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

    /// The leaders' office of an agency, as `agency/key`.
    pub fn leaders(&self, agency: &str) -> Option<&str> {
        let found = self.offices.iter().find(|(_, o)| o.agency == agency && o.kind == OfficeKind::Leaders);
        found.map(|(id, _)| id.as_str())
    }

    /// Somebody with the posts they hold on a day, their own first and then those of whom they stand in for; `None` for a
    /// login without a post of its own. [SUB-01]
    pub fn officer(&self, login: &str, day: Date) -> Option<Officer> {
        let staff = self.staff.get(login)?;
        let posts = absences::posts_on(day, login, &self.people, self.absences_from(day));
        let own = posts.iter().any(|post| post.acting_for.is_none());
        own.then(|| Officer { account: staff.login.clone(), agency: staff.agency.clone(), posts })
    }

    /// Everybody who can act in a role at an office on a day and is there: whoever is away is left out, whoever stands in for
    /// them is not. [SUB-11]
    pub fn people(&self, office: &str, role: Role, day: Date) -> Vec<Officer> {
        let post = PostKey { office: office.to_owned(), role };
        let own = self.people.iter().filter(|(_, person)| person.posts(day).any(|held| *held == post));
        let there = own.filter(|(login, _)| !absences::is_away(day, login, &post, self.absences_from(day)));
        let mut logins: Vec<&str> = there.map(|(login, _)| login.as_str()).collect();
        let stand_ins = absences::stand_ins(day, &self.people, self.absences_from(day));
        let fitting = stand_ins.iter().filter(|held| held.post.office == office && held.post.role == role);
        logins.extend(fitting.map(|held| held.login.as_str()));
        logins.sort_unstable();
        logins.dedup();
        logins.into_iter().filter_map(|login| self.officer(login, day)).collect()
    }

    /// Somebody with the posts of their own, past and future.
    pub fn person(&self, login: &str) -> Option<&Person> {
        self.people.get(login)
    }

    /// As what somebody signs for an office on a day, where the pack says so. [LET-05]
    pub fn position(&self, login: &str, office: &str, day: Date) -> Option<&Posting> {
        self.positions.iter().find(|posting| {
            let there = office.split_once('/') == Some((posting.agency.as_str(), posting.office.as_str()));
            let holds = posting.valid_from <= day && posting.valid_to.is_none_or(|to| day <= to);
            posting.login == login && there && holds
        })
    }

    pub fn people_by_login(&self) -> &People {
        &self.people
    }

    /// The absences that are not over on a day.
    pub fn absences_from(&self, day: Date) -> &[Absence] {
        let over = self.absences.partition_point(|absence| absence.to_on < day);
        self.absences.get(over..).unwrap_or_default()
    }

    /// The agency of an office, by id.
    pub fn agency_of(&self, office: &str) -> &str {
        self.offices.get(office).map_or("", |office| office.agency.as_str())
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

    /// A procedure at each tier it is handled at, as if this were its version.
    pub fn with_record(&self, key: &str, record: &Version) -> Vec<Procedure> {
        let known = self.procedures.iter().filter(|procedure| procedure.key == key);
        let supposed = known.map(|procedure| {
            let withdrawn = match &procedure.standing {
                Standing::Withdrawn { reason } if !procedure.record.withdrawn => Some(reason),
                _ => None,
            };
            let standing = versions::standing(&procedure.scope, record, withdrawn);
            Procedure { record: record.clone(), standing, ..procedure.clone() }
        });
        supposed.collect()
    }

    /// The route with offices as it names them: the version's own, else the one the site's scope names.
    pub fn route_as_written<'a>(&'a self, procedure: &'a Procedure) -> Option<&'a [Step]> {
        procedure.record.route.as_deref().or_else(|| self.common_route(procedure).map(|route| route.steps.as_slice()))
    }

    /// The route that the scope names for every procedure of its kind.
    pub fn common_route(&self, procedure: &Procedure) -> Option<&Route> {
        procedure.scope.route.as_ref().and_then(|id| self.routes.get(id))
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

/// Everybody who signs in, with their posts.
fn people(staff: &BTreeMap<String, Staff>, postings: Vec<Posting>) -> People {
    let person = |staff: &Staff| Person { agency: staff.agency.clone(), postings: Vec::new() };
    let mut people: People = staff.iter().map(|(login, staff)| (login.clone(), person(staff))).collect();
    for posting in postings {
        if let (Some(person), Some(role)) = (people.get_mut(&posting.login), Role::parse(&posting.role)) {
            let post = PostKey { office: format!("{}/{}", posting.agency, posting.office), role };
            person.postings.push(absences::Posting { post, from_on: posting.valid_from, to_on: posting.valid_to });
        }
    }
    people
}
