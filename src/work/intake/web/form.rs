//! Step two: the form. "Read card" fills it in, "check" shows the promised date, "accept" gives the receipt, "refuse" form 03.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use motcua_domain::dossier::Particulars;
use motcua_domain::identity::read_card;
use motcua_domain::ledger::sha256;
use motcua_domain::procedure::{Fee, Tier};
use serde::Serialize;

use super::{fields, my_agency};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::idempotency;
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, FlashKind, FormState, Req, go, page_with};
use crate::record::dossier::Found;
use crate::record::explain;
use crate::registry::{Procedure, Standing};
use crate::work::intake::{self, Intake, TurnedAway, check_particulars, check_person};

#[derive(Serialize)]
struct IntakePage {
    action: String,
    code: String,
    name: String,
    field: String,
    /// Why the procedure is not taken in here now, as the key of a sentence; empty when it is.
    not_offered: &'static str,
    papers: Vec<PaperRow>,
    paper_notes: Vec<String>,
    cases: Vec<Case>,
    fees: Vec<String>,
    fee_by_province: bool,
    form: FormState,
    token: String,
    checked: Option<Checked>,
}

/// One row of the checklist: its number, and the case it belongs to.
#[derive(Serialize)]
pub(super) struct PaperRow {
    pub at: usize,
    pub case: String,
    /// Whether the name is the procedure's; otherwise it is typed.
    pub named: bool,
}

#[derive(Serialize)]
struct Case {
    value: String,
    text: String,
}

/// What the officer sees before accepting.
#[derive(Serialize)]
struct Checked {
    due_at: String,
    reasons: Vec<String>,
    duplicates: Vec<Duplicate>,
}

#[derive(Serialize)]
struct Duplicate {
    id: String,
    code: String,
    received_at: String,
    /// Whether the officer may open it.
    mine: bool,
}

pub(super) async fn blank(State(app): State<App>, asked: Req, Path((tier, key)): Path<(Tier, String)>) -> Answer {
    let registry = asked.registry.clone();
    let procedure = registry.procedure(tier, &key).ok_or(Failure::NotFound)?;
    let form = fields::blank(&procedure.record);
    show(&app, &asked, procedure, &form, Vec::new(), None, StatusCode::OK)
}

pub(super) async fn submit(
    State(app): State<App>,
    asked: Req,
    Path((tier, key)): Path<(Tier, String)>,
    mut form: Form,
) -> Answer {
    let registry = asked.registry.clone();
    let procedure = registry.procedure(tier, &key).ok_or(Failure::NotFound)?;
    match form.text("do") {
        "refuse" => refuse(&app, &asked, procedure, &form).await,
        "accept" | "check" => accept(&app, &asked, procedure, &form).await,
        // Enter in the scan field, or any other Enter, comes here: a scan is read, everything else is checked.
        _ if !form.text("scan").is_empty() => {
            let who =
                if form.text("acts") == "yes" && form.text("scan_for") == "acting" { "acting" } else { "applicant" };
            let errors = match read_card(form.text("scan")) {
                Ok(card) => {
                    fields::take_card(&mut form, who, card);
                    Vec::new()
                }
                Err(_) => vec![FieldError::new("scan", "intake.not_a_card")],
            };
            let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            show(&app, &asked, procedure, &form, errors, None, status)
        }
        _ => accept(&app, &asked, procedure, &form).await,
    }
}

/// Accepts when the officer said so and has seen what there is to see; otherwise shows the promised date first.
async fn accept(app: &App, asked: &Req, procedure: &Procedure, form: &Form) -> Answer {
    let (case, particulars) = match read(asked, form) {
        Ok(read) => read,
        Err(errors) => return wrong(app, asked, procedure, form, errors),
    };
    let channel = fields::channel(form).unwrap_or(motcua_domain::procedure::Channel::Direct);
    let agency = my_agency(&asked.registry, asked.officer()?)?;
    let checked = match check(app, asked, procedure, &agency, case, &particulars).await {
        Ok(checked) => checked,
        Err(failure) => return refused(app, asked, procedure, form, failure),
    };
    let seen = form.text("seen_duplicates") == "yes" || checked.duplicates.is_empty();
    if form.text("do") != "accept" || !seen {
        return show(app, asked, procedure, form, Vec::new(), Some(checked), StatusCode::OK);
    }
    let intake = Intake { agency, tier: procedure.tier, procedure: procedure.key.clone(), case, channel, particulars };
    let (ctx, registry, token) = (asked.ctx.clone(), asked.registry.clone(), form.text("token").to_owned());
    let print = sha256(format!("{intake:?}").as_bytes());
    let done = app
        .db
        .write("intake.accept", move |tx| {
            let login = ctx.officer()?.account.clone();
            idempotency::once(tx, &login, &token, &print, ctx.now, |tx| {
                intake::accept(tx, &ctx, &registry, intake.clone()).map(|found| (201, found.id))
            })
        })
        .await;
    match done {
        Ok(once) => go(&format!("/desk/dossiers/{}", once.body), FlashKind::Success, "intake.accepted", &[]),
        Err(failure) => refused(app, asked, procedure, form, failure),
    }
}

async fn refuse(app: &App, asked: &Req, procedure: &Procedure, form: &Form) -> Answer {
    let person = match check_person(&fields::person(form, "applicant"), today(asked)) {
        Ok(person) => person,
        Err(errors) => return wrong(app, asked, procedure, form, errors),
    };
    let agency = my_agency(&asked.registry, asked.officer()?)?;
    let channel = fields::channel(form).unwrap_or(motcua_domain::procedure::Channel::Direct);
    let (ctx, registry, token) = (asked.ctx.clone(), asked.registry.clone(), form.text("token").to_owned());
    let turned = TurnedAway {
        agency,
        tier: procedure.tier,
        procedure: procedure.key.clone(),
        channel,
        applicant: person,
        reason: form.text("refuse_reason").to_owned(),
    };
    let print = sha256(format!("{turned:?}").as_bytes());
    let done = app
        .db
        .write("intake.refuse", move |tx| {
            let login = ctx.officer()?.account.clone();
            idempotency::once(tx, &login, &token, &print, ctx.now, |tx| {
                intake::refuse(tx, &ctx, &registry, turned.clone()).map(|refused| (201, refused.id))
            })
        })
        .await;
    match done {
        Ok(once) => go(&format!("/desk/dossiers/{}", once.body), FlashKind::Notice, "intake.refused", &[]),
        Err(failure) => refused(app, asked, procedure, form, failure),
    }
}

/// Reads and checks the form: every mistake at once.
fn read(asked: &Req, form: &Form) -> Result<(usize, Particulars), Vec<FieldError>> {
    let (input, mut errors) = fields::read(form);
    let case = form.text("case");
    let case = if case.is_empty() { Some(0) } else { case.parse().ok() };
    if case.is_none() {
        errors.push(FieldError::new("case", "form.choose"));
    }
    if fields::channel(form).is_none() {
        errors.push(FieldError::new("channel", "form.choose"));
    }
    match (check_particulars(input, today(asked)), case) {
        (Ok(particulars), Some(case)) if errors.is_empty() => Ok((case, particulars)),
        (checked, _) => {
            errors.extend(checked.err().unwrap_or_default());
            Err(errors)
        }
    }
}

fn today(asked: &Req) -> jiff::civil::Date {
    asked.registry.local(asked.ctx.now).date()
}

async fn check(
    app: &App,
    asked: &Req,
    procedure: &Procedure,
    agency: &str,
    case: usize,
    particulars: &Particulars,
) -> Result<Checked, Failure> {
    let (registry, locale) = (&asked.registry, asked.locale);
    let promise = intake::promised(registry, procedure, agency, case, asked.ctx.now)?;
    let (person, key) = (particulars.applicant.clone(), procedure.key.clone());
    let open = app.db.read(move |tx| intake::duplicates(tx, &person, &key)).await?;
    let officer = asked.officer()?;
    let duplicate = |found: &Found| Duplicate {
        id: found.id.clone(),
        code: found.dossier.code.clone(),
        received_at: locale.date_time(registry.local(found.dossier.received_at)),
        mine: crate::record::dossier::can_read(&found.dossier, officer),
    };
    Ok(Checked {
        due_at: locale.date_time(registry.local(promise.due_at)),
        reasons: explain::reasons(app.pages.texts(), locale, &promise.reasons),
        duplicates: open.iter().map(duplicate).collect(),
    })
}

fn wrong(app: &App, asked: &Req, procedure: &Procedure, form: &Form, errors: Vec<FieldError>) -> Answer {
    show(app, asked, procedure, form, errors, None, StatusCode::UNPROCESSABLE_ENTITY)
}

/// The rules said no after the form was right: the sentence stands above the form, and the form keeps what was typed.
fn refused(app: &App, asked: &Req, procedure: &Procedure, form: &Form, failure: Failure) -> Answer {
    match failure {
        Failure::Refused(sentence) => {
            wrong(app, asked, procedure, form, vec![FieldError { field: String::new(), sentence }])
        }
        Failure::Invalid(mut errors) => {
            for error in errors.iter_mut().filter(|error| error.field == "reason") {
                error.field = "refuse_reason".to_owned();
            }
            wrong(app, asked, procedure, form, errors)
        }
        other => Err(other),
    }
}

fn show(
    app: &App,
    asked: &Req,
    procedure: &Procedure,
    form: &Form,
    errors: Vec<FieldError>,
    checked: Option<Checked>,
    status: StatusCode,
) -> Answer {
    let record = &procedure.record;
    let texts = app.pages.texts();
    let token = match form.text("token") {
        "" => asked.ctx.ids.secret::<16>()?,
        token => token.to_owned(),
    };
    let money = |amount: i64| {
        texts.say(asked.locale, "money.dong", &[("amount".to_owned(), asked.locale.number(amount))].into())
    };
    let fees = record.fees.iter().filter_map(|fee| match fee {
        Fee::Amount { amount, per } if per.is_empty() => Some(money(*amount)),
        Fee::Amount { amount, per } => Some(format!("{} / {per}", money(*amount))),
        Fee::Free | Fee::SetByProvince => None,
    });
    let cases = record.limits.iter().enumerate().map(|(at, case)| {
        let limit = explain::limit_words(texts, asked.locale, case.limit)?;
        let text = if case.label.is_empty() { limit } else { format!("{}: {limit}", case.label) };
        Ok(Case { value: at.to_string(), text })
    });
    let page = IntakePage {
        action: format!("/desk/intake/{}/{}", crate::record::dossier::word(procedure.tier)?, procedure.key),
        code: record.code.clone().unwrap_or_default(),
        name: record.name.clone(),
        field: record.field.clone(),
        not_offered: match &procedure.standing {
            Standing::Published => "",
            Standing::Outside { .. } => "intake.outside",
            Standing::Incomplete => "intake.incomplete",
            Standing::Withdrawn { .. } => "intake.withdrawn",
        },
        papers: paper_rows(form, record.papers.iter().map(|paper| paper.case.clone()).collect()),
        paper_notes: record.paper_notes.clone(),
        cases: cases.collect::<Result<_, Failure>>()?,
        fees: fees.collect(),
        fee_by_province: record.fees.contains(&Fee::SetByProvince),
        form: form.state(errors),
        token,
        checked,
    };
    page_with(app, asked, status, "intake/form.html", page)
}

/// The rows to show: those of the procedure, then those that are typed.
pub(super) fn paper_rows(form: &Form, cases: Vec<String>) -> Vec<PaperRow> {
    let rows = fields::paper_rows(form).max(cases.len());
    let mut cases = cases.into_iter();
    (0..rows)
        .map(|at| match cases.next() {
            Some(case) => PaperRow { at, case, named: true },
            None => PaperRow { at, case: String::new(), named: false },
        })
        .collect()
}
