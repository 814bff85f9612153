//! The dossier (hồ sơ): its number, its state, its timeline, and finding it again.
//!
//! Owns the tables `dossier`, `dossier_state`, `dossier_office`, `task`, `dossier_serial` and `letter_serial`. State is never written by itself: [`begin`] and [`act`] append events to
//! the ledger and project them in the same transaction; [`replay`] proves that nothing else did.

pub mod bulk;
pub mod list;
pub mod replay;
pub mod stay;
mod store;

use std::collections::BTreeSet;
use std::iter::once;

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::dossier::{
    Command, Decided, Dossier, Event, IntakeRefusal, Recorded, Status, Task, decide, letter_of, may_see,
};
use motcua_domain::figures::PublicEvent;
use motcua_domain::identity::{Officer, Role};
use motcua_domain::ledger::Entry;
use motcua_domain::letters::LetterKind;
use motcua_domain::proof::leaf::bare;
use serde::{Deserialize, Serialize};

use crate::platform::ctx::Ctx;
use crate::platform::db::{Db, Tx, Value};
use crate::platform::failure::Failure;
use crate::platform::ids;
use crate::platform::ledger::{self, NewEvent};
use crate::registry::Registry;

/// A dossier with its id.
#[derive(Debug, Clone)]
pub struct Found {
    pub id: String,
    pub dossier: Dossier,
}

/// Starts a dossier with its first event and returns it. `office` is the one-stop that took it in. A refusal at intake is a
/// numbered letter at once. [LET-02]
pub fn begin(tx: &mut Tx, ctx: &Ctx, registry: &Registry, office: &str, first: Event) -> Result<Found, Failure> {
    let letter = match &first {
        Event::RefusedAtIntake(refusal) => Some(letter_at_intake(tx, ctx, registry, refusal)?),
        _ => None,
    };
    let id = ctx.new_id()?;
    let procedure = match &first {
        Event::Accepted(acceptance) => acceptance.subject.procedure.as_str(),
        Event::RefusedAtIntake(refusal) => refusal.subject.procedure.as_str(),
        _ => return Err(Failure::fault(anyhow::anyhow!("no dossier begins so"))),
    };
    let post = ctx.officer()?.post(office, Role::OneStopOfficer, procedure);
    let acting_for = post.and_then(|post| post.acting_for.clone());
    let decided = Decided { office: office.to_owned(), acting_for, events: once(first).chain(letter).collect() };
    let events = recorded_now(ctx, &id, 0, decided)?;
    let dossier = Dossier::fold(&events).ok_or_else(|| Failure::fault(anyhow::anyhow!("no dossier begins so")))?;
    append(tx, ctx, 0, &events)?;
    store::insert(tx, &id, &dossier)?;
    Ok(Found { id, dossier })
}

fn letter_at_intake(tx: &mut Tx, ctx: &Ctx, registry: &Registry, refusal: &IntakeRefusal) -> Result<Event, Failure> {
    let letter = if refusal.missing.is_empty() { LetterKind::Refusal } else { LetterKind::Supplement };
    let (number, year) = next_letter(tx, ctx, registry, &refusal.agency, letter)?;
    Ok(Event::LetterIssued { letter, number, year })
}

/// The next number of a kind of letter of an agency in this year; taken only with the event that issues it. [LET-02]
fn next_letter(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    agency: &str,
    letter: LetterKind,
) -> Result<(u32, i16), Failure> {
    let year = registry.local(ctx.now).year();
    Ok((store::next_letter(tx, agency, letter.as_str(), year)?, year))
}

/// The next number of a slip that is in a series of its own but comes out of no event.
pub fn next_slip_number(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    agency: &str,
    series: &str,
) -> Result<u32, Failure> {
    store::next_letter(tx, agency, series, registry.local(ctx.now).year())
}

/// Which dossier an act is about, what of it the officer was looking at, and which of its open tasks is meant.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    pub id: &'a str,
    /// The version that was looked at: if somebody acted meanwhile, the answer is [`Failure::Conflict`].
    pub seen: Option<i64>,
    /// The first that the officer can act on where it is not said.
    pub task: Option<u32>,
}

impl<'a> Target<'a> {
    /// As it stands, whatever was seen.
    pub fn now(id: &'a str) -> Self {
        Self { id, seen: None, task: None }
    }
}

/// Decides a command on a dossier the officer may see, records it and returns the new state.
pub fn act(tx: &mut Tx, ctx: &Ctx, registry: &Registry, target: Target, command: Command) -> Result<Found, Failure> {
    let (before, task) = looked_at(tx, ctx, target)?;
    let (mut after, mut events) = decided(ctx, registry, &before, task, command)?;
    // Only now, when the act is decided: what is refused takes no number. [LET-02]
    if let (Some(letter), Some(last)) = (letter_of(&before.dossier, &after.dossier), events.last().cloned()) {
        let (number, year) = next_letter(tx, ctx, registry, &before.dossier.agency, letter)?;
        let issued = Recorded { seq: last.seq + 1, event: Event::LetterIssued { letter, number, year }, ..last };
        after.dossier.apply(&issued);
        events.push(issued);
    }
    append(tx, ctx, before.dossier.version, &events)?;
    store::update(tx, &after.id, &before.dossier, &after.dossier)?;
    stay::project(tx, &before.dossier, &after.dossier, &events)?;
    Ok(after)
}

/// What an act would do, without doing it: the dossier afterwards and the events, with no number taken. For the preview of a
/// letter before it is signed. [LET-04]
pub fn rehearse(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    target: Target,
    command: Command,
) -> Result<(Found, Vec<Recorded>), Failure> {
    let (before, task) = looked_at(tx, ctx, target)?;
    decided(ctx, registry, &before, task, command)
}

/// The dossier as it stands, and the task that is meant.
fn looked_at(tx: &mut Tx, ctx: &Ctx, target: Target) -> Result<(Found, u32), Failure> {
    let officer = ctx.officer()?;
    let found = visible(tx, officer, target.id)?;
    if target.seen.is_some_and(|seen| seen != found.dossier.version) {
        return Err(Failure::Conflict);
    }
    let task = target.task.unwrap_or_else(|| found.dossier.task_for(officer));
    Ok((found, task))
}

fn decided(
    ctx: &Ctx,
    registry: &Registry,
    before: &Found,
    task: u32,
    command: Command,
) -> Result<(Found, Vec<Recorded>), Failure> {
    let (officer, mut dossier) = (ctx.officer()?, before.dossier.clone());
    let decided = registry.decide(&dossier, ctx.now, |setting| decide(&dossier, officer, task, command, setting))??;
    let events = recorded_now(ctx, &before.id, dossier.version, decided)?;
    events.iter().for_each(|event| dossier.apply(event));
    Ok((Found { id: before.id.clone(), dossier }, events))
}

/// Events with their place in the stream, the moment and who did it.
fn recorded_now(ctx: &Ctx, id: &str, before: i64, decided: Decided) -> Result<Vec<Recorded>, Failure> {
    let by = ctx.officer()?.account.clone();
    let Decided { office, acting_for, events } = decided;
    let recorded = (before + 1..).zip(events).map(|(seq, event)| Recorded {
        stream: id.to_owned(),
        seq,
        at: ctx.now,
        by: by.clone(),
        acting_for: acting_for.clone(),
        office: office.clone(),
        event,
    });
    Ok(recorded.collect())
}

/// What stands in the ledger of an event of a dossier: the event, and whose post it was done on.
#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(flatten)]
    event: Event,
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    acting_for: Option<String>,
}

fn body_of(recorded: &Recorded) -> Result<String, Failure> {
    let body = Body { event: recorded.event.clone(), acting_for: recorded.acting_for.clone() };
    Ok(serde_json::to_string(&body)?)
}

fn append(tx: &mut Tx, ctx: &Ctx, before: i64, events: &[Recorded]) -> Result<(), Failure> {
    let Some(first) = events.first() else { return Ok(()) };
    let new = events
        .iter()
        .map(|recorded| Ok(NewEvent { kind: recorded.event.kind(), body: body_of(recorded)? }))
        .collect::<Result<_, Failure>>()?;
    ledger::append(tx, ctx, &first.stream, before, &first.by, &first.office, new)
}

/// A dossier that the officer may see; others learn only that there is none. [DOS-09]
pub fn visible(tx: &mut Tx, officer: &Officer, id: &str) -> Result<Found, Failure> {
    by_id(tx, id)?.filter(|found| can_read(&found.dossier, officer)).ok_or(Failure::NotFound)
}

/// Offices of the route and leaders of the receiving agency; auditors read everything and change nothing. [DOS-09]
pub fn can_read(dossier: &Dossier, officer: &Officer) -> bool {
    may_see(dossier, officer) || officer.has(Role::Auditor)
}

pub fn by_id(tx: &mut Tx, id: &str) -> Result<Option<Found>, Failure> {
    store::by_id(tx, id)
}

/// Ids of dossiers in order, after one of them.
pub fn ids_after(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>, Failure> {
    store::ids_after(tx, after, limit)
}

/// The dossier of a code, for anybody: the tracking page asks for more before it shows anything.
pub fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Found>, Failure> {
    store::by_code(tx, code)
}

/// Open dossiers of the same person for the same procedure.
pub fn open_for_person(tx: &mut Tx, id_number: &str, procedure: &str) -> Result<Vec<Found>, Failure> {
    store::open_for_person(tx, id_number, procedure)
}

/// What the same person had begun for the same procedure, and was withdrawn or stopped. [MON-04]
pub fn broken_off(tx: &mut Tx, id_number: &str, procedure: &str) -> Result<Vec<Found>, Failure> {
    store::broken_off(tx, id_number, procedure)
}

/// The next serial of an agency on a day, from 1. [COD-02]
pub fn next_serial(tx: &mut Tx, agency: &str, day: Date) -> Result<u32, Failure> {
    store::next_serial(tx, agency, day)
}

/// What happened, oldest first.
pub fn timeline(tx: &mut Tx, id: &str) -> Result<Vec<Recorded>, Failure> {
    ledger::entries(tx, id)?.into_iter().map(recorded).collect()
}

/// The public form of an event of the ledger, without persons: what figures follow from, where it is a dossier's; else only
/// that there was one, and when. [LED-08]
pub fn public(entry: &Entry) -> String {
    let of_dossier = || (entry.stream.len() == ids::LENGTH).then(|| recorded(entry.clone()).ok()).flatten();
    let public = of_dossier().and_then(|recorded| serde_json::to_string(&PublicEvent::of(&recorded)).ok());
    public.unwrap_or_else(|| bare(entry))
}

/// What an entry of the ledger says about a dossier.
pub fn recorded(entry: Entry) -> Result<Recorded, Failure> {
    let Body { event, acting_for } = serde_json::from_str(&entry.body)?;
    let Entry { stream, seq, at, by, office, .. } = entry;
    Ok(Recorded { stream, seq, at, by, acting_for, office, event })
}

/// Stands for "no date" in columns that lists are ordered by.
const NEVER: Timestamp = Timestamp::constant(253_370_764_800, 0);

/// The columns of a dossier's row, in the order of the statements that write them; the last is what lists show of it.
fn columns(dossier: &Dossier) -> Result<Vec<Value>, Failure> {
    let applicant = dossier.applicant();
    Ok(vec![
        dossier.code.as_str().into(),
        dossier.version.into(),
        dossier.agency.as_str().into(),
        dossier.status.as_str().into(),
        dossier.subject.procedure.as_str().into(),
        word(dossier.subject.tier)?.into(),
        dossier.subject.field.as_str().into(),
        word(dossier.channel)?.into(),
        dossier.subject.online_level.map(i64::from).map(Value::Int).unwrap_or(Value::Null),
        motcua_domain::text::fold(&applicant.name).into(),
        applicant.id_number.as_ref().map(|number| number.as_str().to_owned()).into(),
        dossier.received_at.into(),
        dossier.due_at().unwrap_or(NEVER).into(),
        dossier.promised_at().into(),
        dossier.national_due_at().into(),
        dossier.settled_at.into(),
        dossier.closed_at.into(),
        serde_json::to_string(&list::Line::of(dossier))?.into(),
    ])
}

/// One row for each office that may see it. [DOS-09]
fn office_rows(id: &str, dossier: &Dossier) -> Vec<Vec<Value>> {
    let offices: BTreeSet<&str> = dossier.offices().collect();
    offices.into_iter().map(|office| vec![office.into(), dossier.received_at.into(), id.into()]).collect()
}

/// The rows of its open tasks, each in the order of the statement that writes it. What is settled is not late any more: it
/// waits behind everything that is due.
fn task_rows(id: &str, dossier: &Dossier) -> Vec<Vec<Value>> {
    let due_at = dossier.due_at().filter(|_| dossier.settled_at.is_none()).unwrap_or(NEVER);
    let waiting = matches!(dossier.status, Status::SupplementAsked | Status::PaymentDue);
    let row = |task: Task<'_>| {
        let step_due_at = task.due_at.unwrap_or(NEVER);
        vec![
            format!("{id}/{}", task.number).into(),
            id.into(),
            i64::from(task.number).into(),
            task.kind.as_str().into(),
            task.office.into(),
            task.role.as_str().into(),
            task.holder.map(str::to_owned).into(),
            task.since.into(),
            step_due_at.into(),
            due_at.into(),
            dossier.subject.procedure.as_str().into(),
            task.slip.map(str::to_owned).into(),
            // Nothing is late while the dossier has no date.
            (if due_at == NEVER { NEVER } else { step_due_at.min(due_at) }).into(),
            waiting.into(),
        ]
    };
    dossier.tasks().into_iter().map(row).collect()
}

/// Writes what the schema before did not keep, once, for dossiers that were received under it: folded anew from their events.
pub fn fill_tasks(tx: &mut Tx) -> Result<(), Failure> {
    if store::has_tasks(tx)? {
        return Ok(());
    }
    let mut after = String::new();
    loop {
        let ids = store::without_promise(tx, &after, FILLED_AT_ONCE)?;
        let Some(last) = ids.last().cloned() else { return Ok(()) };
        for id in ids {
            if let Some(dossier) = Dossier::fold(&timeline(tx, &id)?) {
                store::refill(tx, &id, &dossier)?;
            }
        }
        after = last;
    }
}

/// Writes the lines of lists for some dossiers that were received under the schema before, which kept none; returns whether
/// there may be more. What it is made from stands in the folded dossier.
pub fn fill_lines(tx: &mut Tx) -> Result<bool, Failure> {
    let found = store::without_line(tx, FILLED_AT_ONCE)?;
    found.iter().try_for_each(|found| store::set_line(tx, &found.id, &found.dossier))?;
    Ok(found.len() as i64 == FILLED_AT_ONCE)
}

/// Gives dossiers that were received under an older schema what it did not keep: their tasks and their lines.
pub fn catch_up(db: &Db) -> Result<(), Failure> {
    db.transact("dossier.fill_tasks", fill_tasks)?;
    while db.transact("dossier.fill_lines", fill_lines)? {}
    Ok(())
}

/// Dossiers that [`fill_tasks`] and [`fill_lines`] look at together.
const FILLED_AT_ONCE: i64 = 500;

/// The word serde writes for a variant without fields.
pub(crate) fn word(value: impl serde::Serialize) -> Result<String, Failure> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(Failure::fault(anyhow::anyhow!("{other} is not a word"))),
    }
}
