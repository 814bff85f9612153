//! Intake (tiếp nhận): a dossier comes in at the one-stop and the person goes home with a receipt, or with a refusal.
//!
//! Owns no table: it makes the first event of a dossier.

pub mod missing;
mod particulars;
pub mod place;
pub mod web;

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::dossier::{
    Acceptance, Command, Event, IntakeRefusal, PaperAsked, Particulars, Person, Promise, REASON_MAX, Subject,
};
use motcua_domain::identity::{Officer, Role};
use motcua_domain::procedure::{Channel, FeeCase, Limit, Step, Tier};
use motcua_domain::routing;

pub use particulars::{PaperInput, ParticularsInput, PersonInput, check_papers, check_particulars, check_person, date};

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
    /// Code of the commune the matter belongs to; `None`: the receiving agency's own place. [CMP-07]
    pub place: Option<String>,
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
    let day = registry.local(ctx.now).date();
    let procedure = offered(registry, intake.tier, &intake.procedure, &intake.agency, day)?;
    let deciding = place::deciding(registry, procedure, &intake.agency, intake.place.as_deref(), day)?;
    let promise = promised(registry, procedure, &intake.agency, &deciding, intake.case, ctx.now)?;
    let subject = subject(registry, procedure, &intake.agency, &deciding, day)?;
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
        subject: subject(registry, procedure, agency, agency, registry.local(ctx.now).date())?,
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

/// The fees of a procedure, by which what is certified is counted; none for one that is not there.
pub fn fees<'a>(registry: &'a Registry, tier: Tier, procedure: &str) -> &'a [FeeCase] {
    registry.procedure(tier, procedure).map_or(&[], |procedure| procedure.record.fees.as_slice())
}

/// What the officer is warned of before accepting: open dossiers of the same person for the same procedure.
pub fn duplicates(tx: &mut Tx, person: &Person, procedure: &str) -> Result<Vec<Found>, Failure> {
    match &person.id_number {
        Some(number) => dossier::open_for_person(tx, number.as_str(), procedure),
        None => Ok(Vec::new()),
    }
}

/// The promised date, as shown before accepting and as given then. Where another agency decides, it counts from when that must
/// have the dossier. [CMP-08]
pub fn promised(
    registry: &Registry,
    procedure: &Procedure,
    receiving: &str,
    deciding: &str,
    case: usize,
    now: Timestamp,
) -> Result<motcua_domain::dossier::Promise, Failure> {
    let limit = limit(procedure, case)?;
    if receiving == deciding {
        return registry.promise(receiving, now, limit, procedure.record.cutoff);
    }
    // Without a calendar for the day there is no promise either, which says so.
    let comes = registry.hand_on_by(receiving, now).unwrap_or(now);
    let mut promise = registry.promise(receiving, comes, limit, procedure.record.cutoff)?;
    promise.counts_from = Some(comes);
    let why = serde_json::json!({ "rule": "CMP-08", "key": "competence.transferred", "params": {
        "received_at": registry.local(now), "comes_at": registry.local(comes), "agency": registry.agency_name(deciding) } });
    if let Some(reasons) = promise.reasons.as_array_mut() {
        reasons.insert(0, why);
    }
    Ok(promise)
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

/// The agencies at whose one-stops an officer receives: their own first, then where they stand in.
pub fn counters(registry: &Registry, officer: &Officer) -> Vec<String> {
    let receiving = officer.posts.iter().filter(|post| post.role == Role::OneStopOfficer);
    let mut agencies: Vec<String> = receiving.map(|post| registry.agency_of(&post.office).to_owned()).collect();
    agencies.retain(|agency| !agency.is_empty());
    agencies.dedup();
    agencies
}

/// A procedure that is taken in here today; it may have been withdrawn while the form was filled in.
fn offered<'a>(
    registry: &'a Registry,
    tier: Tier,
    key: &str,
    agency: &str,
    day: Date,
) -> Result<&'a Procedure, Failure> {
    let procedure = registry.procedure(tier, key).ok_or(Failure::NotFound)?;
    if !place::receives(registry, procedure, agency, day) {
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

fn subject(
    registry: &Registry,
    procedure: &Procedure,
    receiving: &str,
    deciding: &str,
    day: Date,
) -> Result<Subject, Failure> {
    Ok(Subject {
        procedure: procedure.key.clone(),
        tier: procedure.tier,
        version: procedure.version,
        name: procedure.record.name.clone(),
        field: procedure.record.field.clone(),
        online_level: procedure.scope.online_level,
        route: registry.route_at(procedure, receiving, deciding, day)?,
    })
}

fn next_code(tx: &mut Tx, ctx: &Ctx, registry: &Registry, agency: &str) -> Result<String, Failure> {
    let day = registry.local(ctx.now).date();
    let serial = dossier::next_serial(tx, agency, day)?;
    registry.code(agency, day, serial)
}
