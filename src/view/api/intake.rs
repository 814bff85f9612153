//! Taking a dossier in, or not.

use axum::extract::State;
use axum::http::StatusCode;
use motcua_domain::identity::Role;
use motcua_domain::procedure::{Channel, Tier};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::at;
use super::words;
use super::write::write;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::api::{Endpoint, Json};
use crate::platform::web::{Access, ApiAnswer, App, Req, Routes};
use crate::record::dossier::{Found, can_read};
use crate::registry::Registry;
use crate::work::intake::{self, Intake, ParticularsInput, PersonInput, TurnedAway, check_particulars, check_person};

const COUNTER: Access = Access::Roles(&[Role::OneStopOfficer]);

pub fn routes(routes: Routes) -> Routes {
    let accept = Endpoint::post("/api/v1/dossiers", COUNTER, "acceptDossier", "Take a dossier in");
    let refuse = Endpoint::post(
        "/api/v1/refusals",
        COUNTER,
        "refuseAtIntake",
        "Not take a dossier in, with the reason (form 03)",
    );
    routes
        .api(accept.body::<AcceptInput>().answer::<Accepted>(201).once(), accept_dossier)
        .api(refuse.body::<RefuseInput>().answer::<Refused>(201).once(), refuse_dossier)
}

/// A dossier as it is handed in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "tier": "district", "procedure": "2.000913", "channel": "direct",
    "particulars": { "applicant": { "name": "Nguyễn Văn A", "phone": "0912345678" },
        "papers": [{ "name": "Tờ khai", "originals": 1 }], "fee_way": "no_fee", "return_via": "counter" }
}))]
struct AcceptInput {
    /// The receiving agency; the caller's own where absent.
    agency: Option<String>,
    #[schema(value_type = words::Tier)]
    tier: Tier,
    /// Key of the procedure.
    procedure: String,
    /// Which of the procedure's limits holds, from 0.
    #[serde(default)]
    case: u32,
    #[serde(default = "direct")]
    #[schema(value_type = words::Channel)]
    channel: Channel,
    /// Code of the commune the matter belongs to; the receiving agency's own place where absent.
    place: Option<String>,
    particulars: ParticularsInput,
}

fn direct() -> Channel {
    Channel::Direct
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01CMXD5HC0XYT1N0CC2TDWXH0V", "code": "MAU.060.H03-180504-0001", "version": 1, "received_at": "2018-05-04T15:10:00+07:00",
    "due_at": "2018-05-09T17:00:00+07:00", "receipt_url": "/api/v1/dossiers/01CMXD5HC0XYT1N0CC2TDWXH0V/receipt.pdf", "duplicates": []
}))]
struct Accepted {
    id: String,
    code: String,
    version: i64,
    #[schema(format = DateTime)]
    received_at: String,
    #[schema(format = DateTime)]
    due_at: String,
    receipt_url: String,
    /// Other open dossiers of the same person for the same procedure, as a warning.
    duplicates: Vec<Duplicate>,
}

#[derive(Serialize, ToSchema)]
struct Duplicate {
    id: String,
    code: String,
}

async fn accept_dossier(State(app): State<App>, asked: Req, Json { value, once }: Json<AcceptInput>) -> ApiAnswer {
    let today = asked.registry.local(asked.ctx.now).date();
    let fees = intake::fees(&asked.registry, value.tier, &value.procedure);
    let checked = check_particulars(value.particulars, today, fees);
    let particulars = checked.map_err(|errors| under("particulars", errors))?;
    let intake = Intake {
        agency: agency(value.agency, &asked)?,
        tier: value.tier,
        procedure: value.procedure,
        case: value.case as usize,
        channel: value.channel,
        place: value.place,
        particulars,
    };
    let (ctx, registry) = (asked.ctx.clone(), asked.registry.clone());
    write(&app, &asked, "intake.accept", once, StatusCode::CREATED, move |tx| {
        let officer = ctx.officer()?;
        let before = intake::duplicates(tx, &intake.particulars.applicant, &intake.procedure)?;
        let seen = before.iter().filter(|found| can_read(&found.dossier, officer));
        let duplicates =
            seen.map(|found| Duplicate { id: found.id.clone(), code: found.dossier.code.clone() }).collect();
        let found = intake::accept(tx, &ctx, &registry, intake.clone())?;
        Ok(accepted(&registry, found, duplicates))
    })
    .await
}

fn accepted(registry: &Registry, found: Found, duplicates: Vec<Duplicate>) -> Accepted {
    let dossier = found.dossier;
    Accepted {
        code: dossier.code,
        version: dossier.version,
        received_at: at(registry, dossier.received_at),
        due_at: dossier.promise.map_or_else(String::new, |promise| at(registry, promise.due_at)),
        receipt_url: format!("/api/v1/dossiers/{}/receipt.pdf", found.id),
        id: found.id,
        duplicates,
    }
}

/// A dossier that is not taken in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "tier": "district", "procedure": "2.000913", "applicant": { "name": "Trần Thị B" }, "reason": "Thiếu giấy chứng sinh."
}))]
struct RefuseInput {
    /// The agency; the caller's own where absent.
    agency: Option<String>,
    #[schema(value_type = words::Tier)]
    tier: Tier,
    procedure: String,
    #[serde(default = "direct")]
    #[schema(value_type = words::Channel)]
    channel: Channel,
    applicant: PersonInput,
    /// Printed on form 03.
    reason: String,
}

#[derive(Serialize, ToSchema)]
struct Refused {
    id: String,
    code: String,
    version: i64,
    #[schema(format = DateTime)]
    refused_at: String,
    refusal_url: String,
}

async fn refuse_dossier(State(app): State<App>, asked: Req, Json { value, once }: Json<RefuseInput>) -> ApiAnswer {
    let today = asked.registry.local(asked.ctx.now).date();
    let applicant = check_person(&value.applicant, today).map_err(Failure::Invalid)?;
    let agency = agency(value.agency, &asked)?;
    let (ctx, registry) = (asked.ctx.clone(), asked.registry.clone());
    write(&app, &asked, "intake.refuse", once, StatusCode::CREATED, move |tx| {
        let turned = TurnedAway {
            missing: Vec::new(),
            agency: agency.clone(),
            tier: value.tier,
            procedure: value.procedure.clone(),
            channel: value.channel,
            applicant: applicant.clone(),
            reason: value.reason.clone(),
        };
        let found = intake::refuse(tx, &ctx, &registry, turned)?;
        Ok(Refused {
            code: found.dossier.code,
            version: found.dossier.version,
            refused_at: at(&registry, found.dossier.received_at),
            refusal_url: format!("/api/v1/dossiers/{}/refusal.pdf", found.id),
            id: found.id,
        })
    })
    .await
}

fn agency(named: Option<String>, asked: &Req) -> Result<String, Failure> {
    named.map_or_else(|| asked.officer().map(|officer| officer.agency.clone()), Ok)
}

/// Fields named as they stand in the body.
pub fn under(part: &str, errors: Vec<FieldError>) -> Failure {
    let named = errors.into_iter().map(|error| FieldError { field: format!("{part}.{}", error.field), ..error });
    Failure::Invalid(named.collect())
}
