//! The dossier (hồ sơ): its number, its state, its timeline, and finding it again.
//!
//! Owns the tables `dossier` and `dossier_serial`. State is never written by itself: [`begin`] and [`act`] append events to
//! the ledger and project them in the same transaction; [`replay`] proves that nothing else did.

pub mod list;
pub mod replay;
mod store;

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::dossier::{Command, Dossier, Event, Recorded, decide, may_see};
use motcua_domain::identity::{Officer, Role};
use motcua_domain::ledger::Entry;

use crate::platform::ctx::Ctx;
use crate::platform::db::{Tx, Value};
use crate::platform::failure::Failure;
use crate::platform::ledger::{self, NewEvent};

/// A dossier with its id.
#[derive(Debug, Clone)]
pub struct Found {
    pub id: String,
    pub dossier: Dossier,
}

/// Starts a dossier with its first event and returns it. `office` is the one-stop that took it in.
pub fn begin(tx: &mut Tx, ctx: &Ctx, office: &str, first: Event) -> Result<Found, Failure> {
    let by = ctx.officer()?.account.clone();
    let id = ctx.new_id()?;
    let recorded = Recorded { stream: id.clone(), seq: 1, at: ctx.now, by, office: office.to_owned(), event: first };
    let dossier = Dossier::begin(&recorded)
        .ok_or_else(|| Failure::fault(anyhow::anyhow!("{} cannot begin a dossier", recorded.event.kind())))?;
    append(tx, ctx, 0, std::slice::from_ref(&recorded))?;
    store::insert(tx, &id, &dossier)?;
    Ok(Found { id, dossier })
}

/// Decides a command on a dossier the officer may see, records it and returns the new state. `seen` is the version the
/// officer was looking at: if somebody acted meanwhile, the answer is [`Failure::Conflict`] and nothing happens.
pub fn act(tx: &mut Tx, ctx: &Ctx, id: &str, seen: Option<i64>, command: Command) -> Result<Found, Failure> {
    let officer = ctx.officer()?;
    let Found { id, mut dossier } = visible(tx, officer, id)?;
    if seen.is_some_and(|seen| seen != dossier.version) {
        return Err(Failure::Conflict);
    }
    let office = acting_office(&dossier, officer, &command);
    let before = dossier.version;
    let events: Vec<Recorded> = (before + 1..)
        .zip(decide(&dossier, officer, command)?)
        .map(|(seq, event)| Recorded {
            stream: id.clone(),
            seq,
            at: ctx.now,
            by: officer.account.clone(),
            office: office.clone(),
            event,
        })
        .collect();
    events.iter().for_each(|event| dossier.apply(event));
    append(tx, ctx, before, &events)?;
    store::update(tx, &id, before, &dossier)?;
    Ok(Found { id, dossier })
}

/// The office of the step, except for a correction, which is always the receiving one-stop's.
fn acting_office(dossier: &Dossier, officer: &Officer, command: &Command) -> String {
    let step = match command {
        Command::Correct { .. } => dossier.step_at(0),
        _ => dossier.current_step(),
    };
    step.map(|step| step.office.clone())
        .filter(|office| officer.sits_at(office))
        .unwrap_or_else(|| officer.posts.first().map_or_else(String::new, |post| post.office.clone()))
}

fn append(tx: &mut Tx, ctx: &Ctx, before: i64, events: &[Recorded]) -> Result<(), Failure> {
    let Some(first) = events.first() else { return Ok(()) };
    let new = events
        .iter()
        .map(|recorded| Ok(NewEvent { kind: recorded.event.kind(), body: serde_json::to_string(&recorded.event)? }))
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

/// The dossier of a code, for anybody: the tracking page asks for more before it shows anything.
pub fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Found>, Failure> {
    store::by_code(tx, code)
}

/// Open dossiers of the same person for the same procedure.
pub fn open_for_person(tx: &mut Tx, id_number: &str, procedure: &str) -> Result<Vec<Found>, Failure> {
    store::open_for_person(tx, id_number, procedure)
}

/// The next serial of an agency on a day, from 1. [COD-02]
pub fn next_serial(tx: &mut Tx, agency: &str, day: Date) -> Result<u32, Failure> {
    store::next_serial(tx, agency, day)
}

/// What happened, oldest first.
pub fn timeline(tx: &mut Tx, id: &str) -> Result<Vec<Recorded>, Failure> {
    ledger::entries(tx, id)?.into_iter().map(recorded).collect()
}

fn recorded(entry: Entry) -> Result<Recorded, Failure> {
    let event = serde_json::from_str(&entry.body)?;
    Ok(Recorded { stream: entry.stream, seq: entry.seq, at: entry.at, by: entry.by, office: entry.office, event })
}

/// Stands for "no date" in columns that lists are ordered by.
const NEVER: Timestamp = Timestamp::constant(253_370_764_800, 0);

/// The columns of a dossier's row, in the order of the statements that write them.
fn columns(dossier: &Dossier) -> Result<Vec<Value>, Failure> {
    let step = dossier.current_step().filter(|_| !dossier.status.is_closed());
    let due_at = dossier.promise.as_ref().map_or(NEVER, |promise| promise.due_at);
    let applicant = dossier.applicant();
    let open_holder = dossier.holder.clone().filter(|_| !dossier.status.is_closed());
    Ok(vec![
        dossier.code.as_str().into(),
        dossier.version.into(),
        dossier.agency.as_str().into(),
        step.map(|step| step.office.clone()).into(),
        open_holder.into(),
        dossier.status.as_str().into(),
        dossier.subject.procedure.as_str().into(),
        word(dossier.subject.tier)?.into(),
        dossier.subject.field.as_str().into(),
        word(dossier.channel)?.into(),
        dossier.subject.online_level.map(i64::from).map(Value::Int).unwrap_or(Value::Null),
        motcua_domain::text::fold(&applicant.name).into(),
        applicant.id_number.as_ref().map(|number| number.as_str().to_owned()).into(),
        dossier.received_at.into(),
        due_at.into(),
        dossier.settled_at.into(),
        dossier.closed_at.into(),
        serde_json::to_string(dossier)?.into(),
    ])
}

/// The word serde writes for a variant without fields.
pub(crate) fn word(value: impl serde::Serialize) -> Result<String, Failure> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(Failure::fault(anyhow::anyhow!("{other} is not a word"))),
    }
}
