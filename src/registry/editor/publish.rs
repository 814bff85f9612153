//! Publishing a draft: everything that must hold, told at once, and then a version with its date. [EXM-10]

use std::collections::BTreeMap;

use jiff::civil::Date;
use motcua_domain::absence::{Person, PostKey};
use motcua_domain::catalogue::fingerprint;
use motcua_domain::identity::Role;
use motcua_domain::procedure::{Step, StepKind, Version};
use motcua_domain::routing;

use super::{Draft, seen_draft, store};
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::registry::catalogue::record;
use crate::registry::pack::{AgencyKind, ONE_STOP, OfficeKind};
use crate::registry::versions::{self, Edition, Origin};
use crate::registry::{Procedure, Registry, exam};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    pub key: String,
    /// The state of the draft that was looked at.
    pub seen: i64,
    pub valid_from: Option<Date>,
    pub reason: String,
}

/// Publishes the draft as the next version. Future versions come into force by themselves.
///
/// # Errors
/// [`Failure::Invalid`] with everything that fails; [`Failure::Conflict`] when the registry has changed meanwhile.
pub fn publish(tx: &mut Tx, ctx: &Ctx, registry: &Registry, ask: &Ask) -> Result<u32, Failure> {
    let draft = seen_draft(tx, &ask.key, ask.seen)?;
    let editions = versions::of(tx, &ask.key)?;
    let today = registry.local(ctx.now).date();
    let mut faults = faults(registry, &draft, &editions, ask.valid_from, today);
    if ask.valid_from.is_none() {
        faults.insert(0, FieldError::new("valid_from", "editor.date_missing"));
    }
    if ask.reason.is_empty() {
        faults.insert(0, FieldError::new("reason", "editor.reason_missing"));
    }
    let (Some(valid_from), true) = (ask.valid_from, faults.is_empty()) else { return Err(Failure::Invalid(faults)) };
    let number = editions.iter().map(|edition| edition.number).max().unwrap_or(0) + 1;
    let edition = Edition {
        key: ask.key.clone(),
        number,
        valid_from,
        origin: Origin::Editor,
        record: draft.body,
        published_at: Some(ctx.now),
        published_by: Some(ctx.officer()?.account.clone()),
        reason: ask.reason.clone(),
    };
    crate::registry::store::grow_from(tx, registry.revision)?;
    crate::registry::store::insert_version(tx, &edition)?;
    store::delete(tx, &ask.key, ask.seen)?;
    let body = serde_json::json!({ "key": edition.key, "version": number, "valid_from": valid_from,
        "reason": edition.reason, "hash": fingerprint(&edition.record), "body": edition.record });
    record(tx, ctx, "version_published", &body)?;
    Ok(number)
}

/// Everything for which a draft cannot be published now; `field` leads to where it is mended. Without a date of effect it is
/// looked at as of today. [EXM-10]
pub fn faults(
    registry: &Registry,
    draft: &Draft,
    editions: &[Edition],
    valid_from: Option<Date>,
    today: Date,
) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut fails = |field: &str, sentence| faults.push(FieldError { field: field.to_owned(), sentence });
    if valid_from.is_some_and(|day| day < today) {
        fails("valid_from", Sentence::new("editor.date_past").with("today_on", today));
    }
    if let Some(year) = valid_from.map(|day| day.year()).filter(|year| !covered(registry, &draft.key, *year)) {
        fails("valid_from", Sentence::new("editor.date_uncovered").with("year", year));
    }
    let newest = editions.iter().map(|edition| edition.number).max().unwrap_or(draft.based_on);
    if newest != draft.based_on {
        fails("difference", Sentence::new("editor.based_on_old").with("number", newest));
    }
    if editions.iter().any(|edition| edition.number == newest && edition.record == draft.body) {
        fails("difference", Sentence::new("editor.nothing_changed"));
    }
    for blocker in &draft.body.blockers {
        fails("parts", Sentence::new(&blocker.reason).with("value", value(&draft.body, &blocker.part)));
    }
    let procedures = registry.with_record(&draft.key, &draft.body);
    for sentence in route_faults(registry, &procedures, valid_from.unwrap_or(today).max(today)) {
        fails("route", sentence);
    }
    for (at, sat) in exam::sit(&exam::World::of(registry), &procedures).iter().enumerate() {
        if !sat.mismatches.is_empty() {
            let sentence = Sentence::new("editor.example_fails")
                .with("title", &sat.example.title)
                .with("count", sat.mismatches.len());
            fails(&format!("example-{}", at + 1), sentence);
        }
    }
    faults
}

/// Whether everybody who receives the procedure has a calendar of the year: no date could be promised without.
fn covered(registry: &Registry, key: &str, year: i16) -> bool {
    let tiers = registry.procedures.iter().filter(|procedure| procedure.key == key).map(|procedure| procedure.tier);
    tiers.flat_map(|tier| registry.receiving(tier)).all(|agency| {
        agency.valid_to.is_some_and(|to| to.year() < year)
            || registry.calendar(&agency.id).is_ok_and(|calendar| calendar.covers_year(year))
    })
}

/// What the source says of the part, for a sentence that repeats it.
fn value(record: &Version, part: &str) -> String {
    let text = match part {
        "time_limit" => &record.limit_text,
        "fee" => &record.fee_text,
        "components" => &record.papers_text,
        _ => &record.name,
    };
    motcua_domain::text::shorten(text, 120)
}

/// What keeps the route from being walked to its end by people who are there. [RTE-01] [RTE-02] [RTE-03] [EXM-10]
fn route_faults(registry: &Registry, procedures: &[Procedure], day: Date) -> Vec<Sentence> {
    let mut said: Vec<Sentence> = Vec::new();
    let mut once = |sentence: Sentence| {
        if !said.contains(&sentence) {
            said.push(sentence);
        }
    };
    // Where agencies lack the same, one sentence names them all.
    let mut lacking: BTreeMap<(&'static str, String, String), Vec<String>> = BTreeMap::new();
    for procedure in procedures {
        let Some(route) = registry.route_as_written(procedure) else {
            if procedure.scope.handled_by == ONE_STOP {
                once(Sentence::new("admin.catalogue.no_route"));
            }
            continue;
        };
        for fault in routing::faults(route) {
            let sentence = Sentence::new(fault.key());
            once(fault.params().into_iter().fold(sentence, |sentence, (name, value)| sentence.with(name, value)));
        }
        let receives = |valid: (Date, Option<Date>)| valid.0 <= day && valid.1.is_none_or(|to| day <= to);
        for agency in registry.receiving(procedure.tier).filter(|a| receives((a.valid_from, a.valid_to))) {
            let ends = [route.first(), route.last()];
            for step in routing::all_steps(route) {
                let end = ends.contains(&Some(step));
                if let Some(key) = undoable(registry, &agency.id, step, end, day) {
                    lacking.entry((key, step.title.clone(), step.role.clone())).or_default().push(agency.id.clone());
                }
            }
        }
    }
    said.extend(lacking.into_iter().map(|((key, step, role), agencies)| {
        Sentence::new(key).with("step", step).with("role", role).with("agencies", agencies.join(", "))
    }));
    said
}

/// Why nobody could do a step at an agency on a day: the key of the sentence.
fn undoable(registry: &Registry, agency: &str, step: &Step, end: bool, day: Date) -> Option<&'static str> {
    let office_id = registry.absolute(agency, &step.office, day);
    let office = registry.offices.get(&office_id);
    let there = office.filter(|office| office.valid_from <= day && office.valid_to.is_none_or(|to| day <= to));
    match step.kind {
        // Nobody is at the parallel step itself; its legs are looked at.
        StepKind::Parallel => return None,
        // They answer without an account; it is enough that they are known. [RTE-08]
        StepKind::Outside => {
            let id = step.office.split('/').next().unwrap_or_default();
            let known = registry.agencies.get(id).is_some_and(|agency| agency.kind == AgencyKind::Outside);
            return (there.is_none() && !known).then_some("editor.step_without_office");
        }
        _ => {}
    }
    let Some(office) = there else { return Some("editor.step_without_office") };
    if end && office.kind != OfficeKind::OneStop {
        return Some("editor.step_not_at_one_stop");
    }
    let role = Role::parse(&step.role).filter(|role| !matches!(role, Role::Administrator | Role::Auditor));
    match role {
        None => Some("editor.step_role_unknown"),
        Some(role) => {
            // Who is away that day is posted all the same: work waits, or goes to a substitute.
            let post = PostKey { office: office_id, role };
            let posted = |person: &Person| person.posts(day).any(|held| *held == post);
            (!registry.people_by_login().values().any(posted)).then_some("editor.step_nobody")
        }
    }
}
