//! Following a dossier from outside: the front door of the tracking page, with the same guesses counted.

use axum::extract::State;
use axum::response::IntoResponse;
use motcua_domain::dossier::{Dossier, Status};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::{Named, at};
use super::words;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::api::{Endpoint, Json};
use crate::platform::web::{Access, ApiAnswer, App, Req, Routes, Unfit};
use crate::view::{shown, tracking};

pub fn routes(routes: Routes) -> Routes {
    let track = Endpoint::post(
        "/api/v1/tracking",
        Access::Public,
        "track",
        "Where a dossier is, for whoever holds its receipt",
    );
    routes.api(track.body::<TrackInput>().answer::<Tracked>(200).also(&[404, 429]), track_dossier)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "MAU.060.H03-180504-0001", "last_four": "5678" }))]
struct TrackInput {
    /// As on the receipt; small letters and spaces are forgiven.
    #[schema(min_length = 1)]
    code: String,
    /// The last four digits of the telephone or identity number given at intake.
    #[schema(min_length = 4, max_length = 20)]
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
    /// Title of the current step; empty when closed.
    step: String,
    office: Option<Named>,
    #[schema(format = DateTime)]
    since: String,
    #[schema(format = DateTime)]
    received_at: String,
    /// In force; null while the clock stands.
    #[schema(format = DateTime)]
    due_at: Option<String>,
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
}

#[derive(Serialize, ToSchema)]
struct TrackedStep {
    title: String,
    office: Named,
    /// `done`, `current` or `ahead`.
    place: &'static str,
}

async fn track_dossier(State(app): State<App>, asked: Req, Json { value, .. }: Json<TrackInput>) -> ApiAnswer {
    match tracking::find(&app, &asked, &value.code, &value.last_four).await {
        Ok(found) => Ok(axum::Json(tracked(&app, &asked, &found.dossier)).into_response()),
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

fn tracked(app: &App, asked: &Req, dossier: &Dossier) -> Tracked {
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
        due_at: if open { dossier.due_at() } else { dossier.last_due_at() }.map(|due| at(registry, due)),
        due_reasons: dossier
            .reasons()
            .map(|why| shown::reasons(app.pages.texts(), asked.locale, why))
            .unwrap_or_default(),
        timing: shown::timing(registry, asked.ctx.now, dossier),
        settled_at: dossier.settled_at.map(|moment| at(registry, moment)),
        closed_at: dossier.closed_at.map(|moment| at(registry, moment)),
        receipt: dossier.receipt,
        steps: steps(asked, dossier),
    }
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
