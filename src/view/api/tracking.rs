//! Following a dossier from outside: the front door of the tracking page, with the same guesses counted.

use axum::extract::State;
use axum::response::IntoResponse;
use motcua_domain::dossier::{Dossier, StandstillKind, Status, TaskKind};
use motcua_domain::identity::Role;
use motcua_domain::procedure::StepKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::{ItemShown, Named, at};
use super::words;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::api::{Endpoint, Json};
use crate::platform::web::{Access, ApiAnswer, App, Req, Routes, Unfit};
use crate::registry::Registry;
use crate::view::readers::{self, How, Reading};
use crate::view::{shown, tracking};
use crate::work::outside;

pub fn routes(routes: Routes) -> Routes {
    let track = Endpoint::post(
        "/api/v1/tracking",
        Access::Public,
        "track",
        "Where a dossier is, for whoever holds its receipt",
    );
    routes.api(track.body::<TrackInput>().answer::<Tracked>(200).also(&[404]), track_dossier)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "MAU.060.H03-180504-0001", "last_four": "5678" }))]
struct TrackInput {
    /// As on the receipt; small letters and spaces are forgiven.
    #[schema(min_length = 1)]
    code: String,
    /// The last four digits of the telephone or identity number given at intake.
    #[schema(pattern = "^[0-9]{4}$")]
    last_four: String,
}

/// Where a dossier is; no personal data.
#[derive(Serialize, ToSchema)]
struct Tracked {
    code: String,
    procedure: String,
    agency: Named,
    #[schema(value_type = words::Status)]
    status: Status,
    /// Title of the current step of the main route; empty when closed.
    step: String,
    office: Option<Named>,
    #[schema(format = DateTime)]
    since: String,
    #[schema(format = DateTime)]
    received_at: String,
    /// In force; null while the clock stands.
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// As promised at receipt; stays whatever happens to `due_at`.
    #[schema(format = DateTime)]
    promised_at: Option<String>,
    /// What the clock stands for, or the applicant is waited for; empty when nothing.
    awaits: Vec<TrackedStand>,
    /// Offices that work on it now: one, or one for each leg. Agencies outside with the days they have had it.
    offices: Vec<TrackedOffice>,
    /// Why this date, sentence by sentence.
    due_reasons: Vec<String>,
    #[schema(value_type = words::Timing)]
    timing: shown::Timing,
    #[schema(format = DateTime)]
    settled_at: Option<String>,
    #[schema(format = DateTime)]
    closed_at: Option<String>,
    /// Number of the receipt in force; one with a smaller number is void.
    receipt: u32,
    steps: Vec<TrackedStep>,
    /// Who of the staff opened it, the newest first; what was read in the last seconds follows.
    readings: Vec<TrackedReading>,
    /// Whether there are earlier ones.
    readings_more: bool,
}

/// What one person of the staff was shown on one day by one kind of screen. [AUD-06]
#[derive(Serialize, ToSchema)]
struct TrackedReading {
    #[schema(format = Date)]
    day: String,
    /// Role of whoever read, where it is known.
    #[schema(value_type = Option<words::Role>)]
    role: Option<Role>,
    office: Option<Named>,
    through: How,
    #[schema(format = DateTime)]
    first_at: String,
    #[schema(format = DateTime)]
    last_at: String,
    times: i64,
}

#[derive(Serialize, ToSchema)]
struct TrackedStep {
    title: String,
    office: Named,
    /// `done`, `current` or `ahead`.
    place: &'static str,
}

/// Since when it waits, for what, and what the applicant is to do.
#[derive(Serialize, ToSchema)]
struct TrackedStand {
    #[schema(value_type = words::StandstillKind)]
    kind: StandstillKind,
    #[schema(format = DateTime)]
    since: String,
    /// Asked after the due moment, it does not stop the clock.
    stops_clock: bool,
    reason: String,
    items: Vec<ItemShown>,
    /// What is to be paid, in đồng; 0 where nothing is.
    amount: i64,
    #[schema(format = DateTime)]
    answer_by: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct TrackedOffice {
    office: Named,
    /// Title of the leg; empty on the main route.
    leg: String,
    #[schema(format = DateTime)]
    since: String,
    /// An agency outside, which answers by itself.
    outside: bool,
    /// Whether an agency outside has said that it has it.
    acknowledged: bool,
    /// Working days since it came, by the calendar of the office's own agency.
    days: i64,
}

async fn track_dossier(State(app): State<App>, asked: Req, Json { value, .. }: Json<TrackInput>) -> ApiAnswer {
    match tracking::find(&app, &asked, &value.code, &value.last_four).await {
        Ok(found) => {
            let (id, registry) = (found.id.clone(), asked.registry.clone());
            let read = app.db.read(move |tx| readers::of_dossier(tx, &registry, &id)).await?;
            Ok(axum::Json(tracked(&app, &asked, &found.dossier, read)).into_response())
        }
        Err(Failure::Invalid(errors)) => wrong(errors),
        Err(failure) => Err(failure),
    }
}

/// What the page says beside a field is a status to a program.
fn wrong(errors: Vec<FieldError>) -> ApiAnswer {
    let named = |field: String| if field == "digits" { "last_four".to_owned() } else { field };
    let errors: Vec<FieldError> =
        errors.into_iter().map(|error| FieldError { field: named(error.field), ..error }).collect();
    let unfit = errors.first().and_then(|error| match error.sentence.key.as_str() {
        "tracking.no_match" => Some(Unfit::new(404, "not_found").because(error.sentence.clone())),
        "tracking.blocked" => Some(Unfit::new(429, "too_many_guesses").because(error.sentence.clone())),
        _ => None,
    });
    unfit.map_or(Err(Failure::Invalid(errors)), |unfit| Ok(unfit.into_response()))
}

fn tracked(app: &App, asked: &Req, dossier: &Dossier, (readings, readings_more): (Vec<Reading>, bool)) -> Tracked {
    let registry = &*asked.registry;
    let open = !dossier.status.is_closed();
    let step = dossier.current_step().filter(|_| open);
    Tracked {
        code: dossier.code.clone(),
        procedure: dossier.subject.name.clone(),
        agency: Named::agency(registry, &dossier.agency),
        status: dossier.status,
        step: step.map_or_else(String::new, |step| step.title.clone()),
        office: step.map(|step| Named::office(registry, &step.office)),
        since: at(registry, dossier.closed_at.unwrap_or(dossier.step_since)),
        received_at: at(registry, dossier.received_at),
        due_at: dossier.due_at().map(|due| at(registry, due)),
        promised_at: dossier.promised_at().map(|due| at(registry, due)),
        awaits: awaits(registry, dossier),
        offices: offices(asked, dossier),
        due_reasons: dossier
            .reasons()
            .map(|why| shown::reasons(app.pages.texts(), asked.locale, why))
            .unwrap_or_default(),
        timing: shown::timing(registry, asked.ctx.now, dossier),
        settled_at: dossier.settled_at.map(|moment| at(registry, moment)),
        closed_at: dossier.closed_at.map(|moment| at(registry, moment)),
        receipt: dossier.receipt,
        steps: steps(asked, dossier),
        readings: readings.iter().map(|reading| tracked_reading(registry, reading)).collect(),
        readings_more,
    }
}

fn tracked_reading(registry: &Registry, reading: &Reading) -> TrackedReading {
    TrackedReading {
        day: reading.day.to_string(),
        role: reading.role,
        office: (!reading.office.is_empty()).then(|| Named::office(registry, &reading.office)),
        through: reading.how,
        first_at: at(registry, reading.first),
        last_at: at(registry, reading.last),
        times: reading.times,
    }
}

fn awaits(registry: &Registry, dossier: &Dossier) -> Vec<TrackedStand> {
    let open = dossier.standstills.iter().filter(|stand| stand.is_open() && dossier.settled_at.is_none());
    open.map(|stand| {
        let request = stand.request.clone().unwrap_or_default();
        TrackedStand {
            kind: stand.kind,
            since: at(registry, stand.from),
            stops_clock: !stand.too_late,
            reason: stand.reason.clone(),
            items: ItemShown::all(&request.items),
            amount: stand.amount,
            answer_by: request.answer_by.map(|by| at(registry, by)),
        }
    })
    .collect()
}

/// Who was consulted inside the administration is not the applicant's affair.
fn offices(asked: &Req, dossier: &Dossier) -> Vec<TrackedOffice> {
    let (registry, now) = (&*asked.registry, asked.ctx.now);
    let tasks = dossier.tasks();
    let steps = tasks.iter().filter(|task| task.kind != TaskKind::Consultation);
    steps
        .map(|task| TrackedOffice {
            office: Named::office(registry, task.office),
            leg: task.leg.to_owned(),
            since: at(registry, task.since),
            outside: task.kind == TaskKind::Step(StepKind::Outside),
            acknowledged: task.acknowledged_at.is_some(),
            days: outside::working_days(registry, task.office, task.since, now),
        })
        .collect()
}

fn steps(asked: &Req, dossier: &Dossier) -> Vec<TrackedStep> {
    let place = |at: usize| match at.cmp(&(dossier.step as usize)) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal if dossier.status == Status::Returned => "done",
        std::cmp::Ordering::Equal => "current",
        std::cmp::Ordering::Greater => "ahead",
    };
    // A dossier that was not taken in goes through no office.
    let route = dossier.subject.route.iter().filter(|_| dossier.status != Status::RefusedAtIntake).enumerate();
    route
        .map(|(at, step)| TrackedStep {
            title: step.title.clone(),
            office: Named::office(&asked.registry, &step.office),
            place: place(at),
        })
        .collect()
}
