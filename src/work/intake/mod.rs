//! Intake (tiếp nhận): a dossier comes in at the one-stop and the person goes home with a receipt, or with a refusal.
//!
//! Owns no table: it makes the first event of a dossier.

mod particulars;
pub mod web;

use jiff::Timestamp;
use motcua_domain::dossier::{
    Acceptance, Command, Event, IntakeRefusal, PaperAsked, Particulars, Person, Promise, REASON_MAX, Subject,
};
use motcua_domain::identity::Role;
use motcua_domain::procedure::{Channel, Limit, Step, Tier};
use motcua_domain::routing;

pub use particulars::{PaperInput, ParticularsInput, PersonInput, check_particulars, check_person, date};

use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::record::dossier::{self, Found, Target};
use crate::registry::{Procedure, Registry, Standing};

/// A dossier as it is handed in.
#[derive(Debug, Clone)]
pub struct Intake {
    /// The receiving agency.
    pub agency: String,
    pub tier: Tier,
    pub procedure: String,
    /// Which of the procedure's limits holds, from 0.
    pub case: usize,
    pub channel: Channel,
    pub particulars: Particulars,
}

/// A dossier that is turned away at the counter.
#[derive(Debug, Clone)]
pub struct TurnedAway {
    pub agency: String,
    pub tier: Tier,
    pub procedure: String,
    pub channel: Channel,
    pub applicant: Person,
    /// In words that the person understands: it is printed.
    pub reason: String,
    /// What is missing, where the person is to come again with it: form 02 instead of 03.
    pub missing: Vec<PaperAsked>,
}

/// Takes a dossier in. The receipt, its number and the promised date are made here, in one transaction. [DOS-01]
pub fn accept(tx: &mut Tx, ctx: &Ctx, registry: &Registry, intake: Intake) -> Result<Found, Failure> {
    let one_stop = my_one_stop(ctx, registry, &intake.agency)?;
    let procedure = offered(registry, intake.tier, &intake.procedure, &intake.agency)?;
    let limit = limit(procedure, intake.case)?;
    let subject = subject(registry, procedure, &intake.agency)?;
    let promise = registry.promise(&intake.agency, ctx.now, limit, procedure.record.cutoff)?;
    let promise = Promise { local_due_at: local_due(registry, &intake.agency, ctx.now, &subject.route), ..promise };
    let code = next_code(tx, ctx, registry, &intake.agency)?;
    let acceptance = Acceptance {
        code,
        subject,
        hand_on_by: registry.hand_on_by(&intake.agency, ctx.now),
        agency: intake.agency,
        channel: intake.channel,
        particulars: intake.particulars,
        promise,
    };
    dossier::begin(tx, ctx, registry, &one_stop, Event::Accepted(Box::new(acceptance)))
}

/// A dossier that is not taken in, with the reason: form 03. It is counted in no figure of received dossiers. [DOS-12]
pub fn refuse(tx: &mut Tx, ctx: &Ctx, registry: &Registry, turned: TurnedAway) -> Result<Found, Failure> {
    let agency = turned.agency.as_str();
    let one_stop = my_one_stop(ctx, registry, agency)?;
    let procedure = registry.procedure(turned.tier, &turned.procedure).ok_or(Failure::NotFound)?;
    let reason = turned.reason.trim();
    if reason.is_empty() {
        return Err(Failure::Invalid(vec![FieldError::new("reason", "refusal.reason_missing")]));
    }
    if reason.chars().count() > REASON_MAX {
        let sentence = Sentence::new("form.too_long").with("max", REASON_MAX);
        return Err(Failure::Invalid(vec![FieldError { field: "reason".to_owned(), sentence }]));
    }
    let refusal = IntakeRefusal {
        code: next_code(tx, ctx, registry, agency)?,
        agency: agency.to_owned(),
        channel: turned.channel,
        subject: subject(registry, procedure, agency)?,
        reason: reason.to_owned(),
        applicant: turned.applicant,
        missing: turned.missing,
    };
    dossier::begin(tx, ctx, registry, &one_stop, Event::RefusedAtIntake(Box::new(refusal)))
}

/// Replaces a mistaken receipt; the one before is void and stays in the trace. [DOS-11]
pub fn correct(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    target: Target,
    particulars: Particulars,
    reason: String,
) -> Result<Found, Failure> {
    dossier::act(tx, ctx, registry, target, Command::Correct { reason, particulars: Box::new(particulars) })
}

/// What the officer is warned of before accepting: open dossiers of the same person for the same procedure.
pub fn duplicates(tx: &mut Tx, person: &Person, procedure: &str) -> Result<Vec<Found>, Failure> {
    match &person.id_number {
        Some(number) => dossier::open_for_person(tx, number.as_str(), procedure),
        None => Ok(Vec::new()),
    }
}

/// The promised date shown before accepting, by the same rule.
pub fn promised(
    registry: &Registry,
    procedure: &Procedure,
    agency: &str,
    case: usize,
    now: Timestamp,
) -> Result<motcua_domain::dossier::Promise, Failure> {
    registry.promise(agency, now, limit(procedure, case)?, procedure.record.cutoff)
}

/// Until when the receiving agency is to be through with its own part, where the route leaves it. [RTE-05]
fn local_due(registry: &Registry, agency: &str, received: Timestamp, route: &[Step]) -> Option<Timestamp> {
    registry.hours_later(agency, received, routing::own_hours(route, agency)?)
}

fn limit(procedure: &Procedure, case: usize) -> Result<Limit, Failure> {
    let found = procedure.record.limits.get(case).map(|case| case.limit);
    found.ok_or_else(|| Failure::Invalid(vec![FieldError::new("case", "intake.case_unknown")]))
}

/// The one-stop of the agency, if the officer receives there.
fn my_one_stop(ctx: &Ctx, registry: &Registry, agency: &str) -> Result<String, Failure> {
    let (office, _) = registry.one_stop(agency).ok_or(Failure::NotFound)?;
    if !ctx.officer()?.holds(office, Role::OneStopOfficer) {
        return Err(Failure::NotFound);
    }
    Ok(office.to_owned())
}

/// A procedure that is taken in here today; it may have been withdrawn while the form was filled in.
fn offered<'a>(registry: &'a Registry, tier: Tier, key: &str, agency: &str) -> Result<&'a Procedure, Failure> {
    let procedure = registry.procedure(tier, key).ok_or(Failure::NotFound)?;
    if !registry.receiving(tier).any(|receiving| receiving.id == agency) {
        return Err(Failure::refused("intake.other_agency"));
    }
    match &procedure.standing {
        Standing::Published => Ok(procedure),
        Standing::Withdrawn { reason } => {
            Err(Failure::Refused(Sentence::new("intake.withdrawn").with("reason", reason)))
        }
        Standing::Outside { agency } => {
            Err(Failure::Refused(Sentence::new("intake.outside").with("agency", registry.agency_name(agency))))
        }
        Standing::Incomplete => Err(Failure::refused("intake.incomplete")),
    }
}

fn subject(registry: &Registry, procedure: &Procedure, agency: &str) -> Result<Subject, Failure> {
    Ok(Subject {
        procedure: procedure.key.clone(),
        tier: procedure.tier,
        version: procedure.version,
        name: procedure.record.name.clone(),
        field: procedure.record.field.clone(),
        online_level: procedure.scope.online_level,
        route: registry.route(procedure, agency)?,
    })
}

fn next_code(tx: &mut Tx, ctx: &Ctx, registry: &Registry, agency: &str) -> Result<String, Failure> {
    let day = registry.local(ctx.now).date();
    let serial = dossier::next_serial(tx, agency, day)?;
    registry.code(agency, day, serial)
}
