//! Roster (lịch trực quầy): who sits at which counter of a one-stop on which day. Owns the table `roster`; every change is in
//! the ledger as well. Rules: `docs/rules/roster.md`.

mod store;
pub mod web;

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use motcua_domain::absence::{self, PostKey};
use motcua_domain::identity::{Officer, Role};
use motcua_domain::ledger::sha256;
use serde::Serialize;

use super::Registry;
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::ledger::{self, NewEvent};

/// The stream in the ledger for rosters.
pub const STREAM: &str = "roster";

/// Counters of one room; more is a mistake.
pub const COUNTERS_MAX: usize = 20;

/// Somebody at a counter on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sitting {
    pub day: Date,
    /// What the sign over the counter says: `Quầy 1 – Hộ tịch`.
    pub counter: String,
    /// Order of the counters, from 0.
    pub position: u32,
    pub login: String,
}

/// The Monday of the week of a day.
pub fn monday(day: Date) -> Date {
    day.saturating_sub(Span::new().days(day.weekday().to_monday_zero_offset()))
}

/// The seven days of a week.
pub fn week_days(monday: Date) -> Vec<Date> {
    monday.series(1.day()).take(7).collect()
}

/// The head of the one-stop, leaders and administrators of its agency. [ROS-06]
pub fn may_edit(registry: &Registry, by: &Officer, office: &str) -> bool {
    let agency = registry.agency_of(office);
    by.posts.iter().any(|post| match post.role {
        Role::OfficeHead => post.office == office,
        Role::Leader | Role::Administrator => registry.agency_of(&post.office) == agency,
        _ => false,
    })
}

/// Everybody of the agency. [ROS-06]
pub fn may_see(registry: &Registry, by: &Officer, office: &str) -> bool {
    let agency = registry.agency_of(office);
    !agency.is_empty() && by.posts.iter().any(|post| registry.agency_of(&post.office) == agency)
}

/// Who may sit at a one-stop on a day: whoever receives there in their own right or stands in for somebody who does. [ROS-01]
pub fn eligible(registry: &Registry, office: &str, day: Date) -> Vec<String> {
    let post = at_the_counter(office);
    let own = registry.people_by_login().iter().filter(|(_, person)| person.posts(day).any(|held| *held == post));
    let mut logins: Vec<String> = own.map(|(login, _)| login.clone()).collect();
    let there = registry.people(office, Role::OneStopOfficer, day);
    logins.extend(there.into_iter().map(|officer| officer.account));
    logins.sort();
    logins.dedup();
    logins
}

/// Who really sits there: the person of the roster or, where they are away, who stands in; nobody where nobody does. [ROS-04]
pub fn seated(registry: &Registry, office: &str, sitting: &Sitting) -> Option<String> {
    let (post, absences) = (at_the_counter(office), registry.absences_from(sitting.day));
    if !absence::is_away(sitting.day, &sitting.login, &post, absences) {
        return Some(sitting.login.clone());
    }
    let held = absence::stand_ins(sitting.day, registry.people_by_login(), absences);
    let fits = |held: &absence::StandIn| {
        held.post.office == office
            && held.post.role == Role::OneStopOfficer
            && held.post.acting_for.as_ref() == Some(&sitting.login)
            && held.post.procedure.is_none()
    };
    held.into_iter().find(fits).map(|held| held.login)
}

fn at_the_counter(office: &str) -> PostKey {
    PostKey { office: office.to_owned(), role: Role::OneStopOfficer }
}

/// The roster of a week.
pub fn week(tx: &mut Tx, office: &str, monday: Date) -> Result<Vec<Sitting>, Failure> {
    store::between(tx, office, monday, monday.saturating_add(6.days()))
}

/// The roster of a day.
pub fn of_day(tx: &mut Tx, office: &str, day: Date) -> Result<Vec<Sitting>, Failure> {
    store::between(tx, office, day, day)
}

/// Stands for what a roster says; who edits sends back what they saw.
pub fn print_of(sittings: &[Sitting]) -> Result<String, Failure> {
    Ok(sha256(serde_json::to_string(sittings)?.as_bytes()).chars().take(16).collect())
}

/// Puts the roster of a week in the place of the one before, from today on. `seen` is the print of the roster the editor was
/// looking at: if somebody changed it meanwhile the answer is [`Failure::Conflict`]. [ROS-01] [ROS-02] [ROS-03]
pub fn set(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    office: &str,
    monday: Date,
    sittings: &[Sitting],
    seen: &str,
) -> Result<(), Failure> {
    allowed(ctx, registry, office)?;
    if print_of(&week(tx, office, monday)?)? != seen {
        return Err(Failure::Conflict);
    }
    let days: Vec<Date> = open_days(ctx, registry, office, monday)?;
    let kept: Vec<&Sitting> = sittings.iter().filter(|sitting| days.contains(&sitting.day)).collect();
    if kept.iter().any(|sitting| !eligible(registry, office, sitting.day).contains(&sitting.login)) {
        return Err(Failure::refused("roster.not_at_this_counter"));
    }
    let counters: BTreeSet<(Date, &str)> = kept.iter().map(|sitting| (sitting.day, sitting.counter.as_str())).collect();
    if counters.len() < kept.len() {
        return Err(Failure::refused("roster.counter_twice"));
    }
    for day in &days {
        store::clear(tx, office, *day)?;
    }
    for sitting in &kept {
        store::insert(tx, office, sitting)?;
    }
    record(tx, ctx, office, monday, &kept)
}

/// The days of a week whose roster can still be changed: working days from today on. [ROS-02] [ROS-03]
pub fn open_days(ctx: &Ctx, registry: &Registry, office: &str, monday: Date) -> Result<Vec<Date>, Failure> {
    let (today, calendar) = (registry.local(ctx.now).date(), registry.calendar(registry.agency_of(office))?);
    Ok(week_days(monday).into_iter().filter(|day| *day >= today && calendar.is_working_day(*day)).collect())
}

/// What [`copy`] did.
#[derive(Debug, PartialEq, Eq)]
pub struct Copied {
    /// Days of the next week that have a roster now and had none.
    pub days: usize,
    /// Seats left empty, since whoever sat there does not receive here any more.
    pub left_out: usize,
}

/// Copies a week into the days of the next that have no roster yet. [ROS-05]
pub fn copy(tx: &mut Tx, ctx: &Ctx, registry: &Registry, office: &str, monday: Date) -> Result<Copied, Failure> {
    allowed(ctx, registry, office)?;
    let next = monday.saturating_add(7.days());
    let (from, there) = (week(tx, office, monday)?, week(tx, office, next)?);
    let mut copied = Copied { days: 0, left_out: 0 };
    let mut made = Vec::new();
    for day in open_days(ctx, registry, office, next)? {
        if there.iter().any(|sitting| sitting.day == day) {
            continue;
        }
        let like = from.iter().filter(|sitting| sitting.day == day.saturating_sub(7.days()));
        let (fit, gone): (Vec<&Sitting>, Vec<&Sitting>) =
            like.partition(|sitting| eligible(registry, office, day).contains(&sitting.login));
        copied.left_out += gone.len();
        copied.days += usize::from(!fit.is_empty());
        made.extend(fit.into_iter().map(|sitting| Sitting { day, ..sitting.clone() }));
    }
    if made.is_empty() {
        return Err(Failure::refused("roster.nothing_to_copy"));
    }
    for sitting in &made {
        store::insert(tx, office, sitting)?;
    }
    record(tx, ctx, office, next, &made.iter().collect::<Vec<_>>())?;
    Ok(copied)
}

/// Whoever may not even see it learns nothing of it.
fn allowed(ctx: &Ctx, registry: &Registry, office: &str) -> Result<(), Failure> {
    let by = ctx.officer()?;
    match (may_see(registry, by, office), may_edit(registry, by, office)) {
        (_, true) => Ok(()),
        (true, false) => Err(Failure::Forbidden),
        (false, false) => Err(Failure::NotFound),
    }
}

fn record(tx: &mut Tx, ctx: &Ctx, office: &str, monday: Date, sittings: &[&Sitting]) -> Result<(), Failure> {
    let by = ctx.officer()?.account.clone();
    let body = serde_json::json!({ "office": office, "week": monday, "sittings": sittings }).to_string();
    let version = ledger::version(tx, STREAM)?;
    ledger::append(tx, ctx, STREAM, version, &by, office, vec![NewEvent { kind: "roster_set", body }])
}
