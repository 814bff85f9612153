//! Step two: the form. "Read card" fills it in, "check" shows the promised date, "accept" gives the receipt, "refuse" form 03,
//! "incomplete" form 02.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use motcua_domain::dossier::{PaperAsked, Particulars};
use motcua_domain::identity::read_card;
use motcua_domain::ledger::sha256;
use motcua_domain::procedure::{Channel, Fee, FeeCase, Tier};
use serde::Serialize;

use super::fields;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::idempotency;
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, FlashKind, FormState, Req, go, page_with};
use crate::record::dossier::{self, Found};
use crate::record::explain;
use crate::registry::{Procedure, Standing};
use crate::work::intake::{self, Intake, TurnedAway, check_particulars, check_person, missing, place};

#[derive(Serialize)]
struct IntakePage {
    action: String,
    code: String,
    name: String,
    field: String,
    /// Why the procedure is not taken in here now, as the key of a sentence; empty when it is.
    not_offered: &'static str,
    papers: Vec<PaperRow>,
    /// Whether pages and copies to certify are asked for.
    by_page: bool,
    /// The papers of the list, to tick what is missing.
    checklist: Vec<Case>,
    /// Rows to type what else is missing.
    lack: Vec<usize>,
    paper_notes: Vec<String>,
    cases: Vec<Case>,
    fees: Vec<String>,
    /// The amounts of the fee table, offered while typing.
    amounts: Vec<i64>,
    fee_by_province: bool,
    /// Communes to choose from; none where the place changes nothing.
    places: Vec<Case>,
    acting: bool,
    focus: String,
    form: FormState,
    token: String,
    checked: Option<Checked>,
    /// The dossier this form has made already, when it was sent again with other words.
    made: Option<Duplicate>,
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
    /// Name of the agency that decides, where it is not the one that receives.
    decided_by: String,
    due_at: String,
    reasons: Vec<String>,
    duplicates: Vec<Duplicate>,
    /// The ids of the duplicates: what the officer has seen when the form comes back with them.
    seen: String,
}

#[derive(Serialize)]
struct Duplicate {
    id: String,
    code: String,
    received_at: String,
    /// Whether the officer may open it.
    mine: bool,
}

/// What is shown with the form besides what was typed.
#[derive(Default)]
struct Beside {
    errors: Vec<FieldError>,
    checked: Option<Checked>,
    made: Option<Duplicate>,
    focus: &'static str,
}

pub(super) async fn blank(State(app): State<App>, asked: Req, Path((tier, key)): Path<(Tier, String)>) -> Answer {
    let registry = asked.registry.clone();
    let procedure = registry.procedure(tier, &key).ok_or(Failure::NotFound)?;
    let mut form = fields::blank(&procedure.record);
    let own = registry.agencies.get(&receiving(&asked, procedure)?).map_or("", |agency| agency.place.as_str());
    form.set("place", own.to_owned());
    show(&app, &asked, procedure, &form, Beside { focus: "scan", ..Beside::default() })
}

pub(super) async fn submit(
    State(app): State<App>,
    asked: Req,
    Path((tier, key)): Path<(Tier, String)>,
    mut form: Form,
) -> Answer {
    let registry = asked.registry.clone();
    let procedure = registry.procedure(tier, &key).ok_or(Failure::NotFound)?;
    if form.text("token").is_empty() {
        form.set("token", asked.ctx.ids.secret::<16>()?);
    }
    // A scanner ends with Enter, which presses the first button of the page, whichever that is: the card goes first.
    if !form.text("scan").is_empty() {
        let for_another = form.text("do") == "read_card_acting";
        return scanned(&app, &asked, procedure, form, if for_another { "acting" } else { "applicant" });
    }
    match form.text("do") {
        "refuse" => turn_away(&app, &asked, procedure, form, "refuse_reason").await,
        "incomplete" => turn_away(&app, &asked, procedure, form, "missing_reason").await,
        // Enter in any field shows the promised date; only the button accepts.
        _ => accept(&app, &asked, procedure, form).await,
    }
}

/// Fills in what the scanner typed.
fn scanned(app: &App, asked: &Req, procedure: &Procedure, mut form: Form, who: &str) -> Answer {
    match read_card(form.text("scan")) {
        Ok(card) => {
            fields::take_card(&mut form, who, card);
            let focus = if who == "acting" { "authority" } else { "applicant.phone" };
            show(app, asked, procedure, &form, Beside { focus, ..Beside::default() })
        }
        Err(_) => wrong(app, asked, procedure, &form, vec![FieldError::new("scan", "intake.not_a_card")]),
    }
}

/// Accepts when the officer said so and has seen what there is to see; otherwise shows the promised date first.
async fn accept(app: &App, asked: &Req, procedure: &Procedure, mut form: Form) -> Answer {
    let agency = receiving(asked, procedure)?;
    let places = choices(asked, procedure, &agency);
    let (case, particulars) = match read(asked, &form, &places, &procedure.record.fees) {
        Ok(read) => read,
        Err(errors) => return wrong(app, asked, procedure, &form, errors),
    };
    // What the pages cost is shown before the dossier is accepted.
    if form.text("fee_amount").is_empty() && particulars.fee.amount > 0 {
        form.set("fee_amount", particulars.fee.amount.to_string());
    }
    let channel = fields::channel(&form).unwrap_or(Channel::Direct);
    let place = (!places.is_empty()).then(|| form.text("place").to_owned());
    let (tier, key) = (procedure.tier, procedure.key.clone());
    let intake = Intake { agency, tier, procedure: key, case, channel, place, particulars };
    let checked = match check(app, asked, procedure, &intake).await {
        Ok(checked) => checked,
        Err(failure) => return refused(app, asked, procedure, form, failure).await,
    };
    let again = already_made(app, asked, &form).await?.is_some();
    let seen = checked.seen.is_empty() || form.text("seen_duplicates") == checked.seen;
    // A form sent twice finds its own dossier among the duplicates; it is answered below.
    if form.text("do") != "accept" || !(seen || again) {
        return show(app, asked, procedure, &form, Beside { checked: Some(checked), ..Beside::default() });
    }
    let print =
        serde_json::to_string(&(&intake.procedure, intake.tier, case, channel, &intake.place, &intake.particulars))?;
    let (ctx, registry, token) = (asked.ctx.clone(), asked.registry.clone(), form.text("token").to_owned());
    let print = sha256(print.as_bytes());
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
        Err(failure) => refused(app, asked, procedure, form, failure).await,
    }
}

/// Form 03, or where something is only missing form 02, with which the person comes again. `field` is where the reason stands.
async fn turn_away(app: &App, asked: &Req, procedure: &Procedure, form: Form, field: &'static str) -> Answer {
    let reason = form.text(field).to_owned();
    let mut errors = Vec::new();
    let missing = match field {
        "missing_reason" => whats_missing(procedure, &form, &mut errors),
        _ => Vec::new(),
    };
    if reason.is_empty() {
        errors.push(FieldError::new(field, "refusal.reason_missing"));
    }
    let person = match check_person(&fields::person(&form, "applicant"), today(asked)) {
        Ok(person) if errors.is_empty() => person,
        checked => {
            errors.extend(checked.err().unwrap_or_default());
            return wrong(app, asked, procedure, &form, errors);
        }
    };
    let turned = TurnedAway {
        missing,
        agency: receiving(asked, procedure)?,
        tier: procedure.tier,
        procedure: procedure.key.clone(),
        channel: fields::channel(&form).unwrap_or(Channel::Direct),
        applicant: person,
        reason,
    };
    let what = (turned.tier, &turned.procedure, turned.channel, &turned.applicant, &turned.reason, &turned.missing);
    let print = serde_json::to_string(&what)?;
    let (ctx, registry, token) = (asked.ctx.clone(), asked.registry.clone(), form.text("token").to_owned());
    let print = sha256(print.as_bytes());
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
        Ok(once) => {
            let told = if field == "missing_reason" { "screen.incomplete_done" } else { "intake.refused" };
            go(&format!("/desk/dossiers/{}", once.body), FlashKind::Notice, told, &[])
        }
        Err(Failure::Invalid(mut errors)) => {
            errors.iter_mut().filter(|error| error.field == "reason").for_each(|error| error.field = field.to_owned());
            wrong(app, asked, procedure, &form, errors)
        }
        Err(failure) => refused(app, asked, procedure, form, failure).await,
    }
}

/// The agency at whose one-stop the officer receives the procedure.
fn receiving(asked: &Req, procedure: &Procedure) -> Result<String, Failure> {
    place::counter_of(&asked.registry, asked.officer()?, procedure, today(asked)).ok_or(Failure::NotFound)
}

fn choices(asked: &Req, procedure: &Procedure, receiving: &str) -> Vec<Case> {
    let places = place::choices(&asked.registry, procedure, receiving, today(asked));
    places.into_iter().map(|place| Case { value: place.code.clone(), text: place.name.clone() }).collect()
}

/// The papers of the list that were ticked, and what was typed beside them.
fn whats_missing(procedure: &Procedure, form: &Form, errors: &mut Vec<FieldError>) -> Vec<PaperAsked> {
    let ticked = |at: usize| form.pairs().iter().any(|(name, value)| name == "missing" && *value == at.to_string());
    let of_list = procedure.record.papers.iter().enumerate().filter(|(at, _)| ticked(*at));
    let mut missing: Vec<PaperAsked> = of_list
        .map(|(_, paper)| PaperAsked { name: paper.name.clone(), originals: paper.originals, copies: paper.copies })
        .collect();
    let (typed, wrong) = missing::read(form, "lack");
    missing.extend(typed);
    if missing.is_empty() && wrong.is_empty() {
        let field = if procedure.record.papers.is_empty() { "lack.0.name" } else { "missing" };
        errors.push(FieldError::new(field, "refusal.nothing_asked"));
    }
    errors.extend(wrong);
    missing
}

/// Reads and checks the form: every mistake at once.
fn read(asked: &Req, form: &Form, places: &[Case], fees: &[FeeCase]) -> Result<(usize, Particulars), Vec<FieldError>> {
    let (input, mut errors) = fields::read(form);
    if !places.is_empty() && !places.iter().any(|place| place.value == form.text("place")) {
        errors.push(FieldError::new("place", "intake.place_missing"));
    }
    let case = form.text("case");
    let case = if case.is_empty() { Some(0) } else { case.parse().ok() };
    if case.is_none() {
        errors.push(FieldError::new("case", "form.choose"));
    }
    if fields::channel(form).is_none() {
        errors.push(FieldError::new("channel", "form.choose"));
    }
    match (check_particulars(input, today(asked), fees), case) {
        (Ok(particulars), Some(case)) if errors.is_empty() => Ok((case, particulars)),
        (checked, _) => {
            // A number that is none is read as nothing, which is no second mistake.
            let known: Vec<String> = errors.iter().map(|error| error.field.clone()).collect();
            let more = checked.err().unwrap_or_default();
            errors.extend(more.into_iter().filter(|error| !known.contains(&error.field)));
            Err(errors)
        }
    }
}

fn today(asked: &Req) -> jiff::civil::Date {
    asked.registry.local(asked.ctx.now).date()
}

async fn check(app: &App, asked: &Req, procedure: &Procedure, intake: &Intake) -> Result<Checked, Failure> {
    let (registry, receiving) = (&asked.registry, intake.agency.as_str());
    let deciding = place::deciding(registry, procedure, receiving, intake.place.as_deref(), today(asked))?;
    let promise = intake::promised(registry, procedure, receiving, &deciding, intake.case, asked.ctx.now)?;
    let (person, key) = (intake.particulars.applicant.clone(), procedure.key.clone());
    let open = app.db.read(move |tx| intake::duplicates(tx, &person, &key)).await?;
    Ok(Checked {
        decided_by: if deciding == receiving { "" } else { registry.agency_name(&deciding) }.to_owned(),
        due_at: asked.locale.date_time(asked.registry.local(promise.due_at)),
        reasons: explain::reasons(app.pages.texts(), asked.locale, &promise.reasons),
        seen: open.iter().map(|found| found.id.as_str()).collect::<Vec<_>>().join(","),
        duplicates: open.iter().map(|found| duplicate(asked, found)).collect::<Result<_, Failure>>()?,
    })
}

fn duplicate(asked: &Req, found: &Found) -> Result<Duplicate, Failure> {
    Ok(Duplicate {
        id: found.id.clone(),
        code: found.dossier.code.clone(),
        received_at: asked.locale.date_time(asked.registry.local(found.dossier.received_at)),
        mine: dossier::can_read(&found.dossier, asked.officer()?),
    })
}

fn wrong(app: &App, asked: &Req, procedure: &Procedure, form: &Form, errors: Vec<FieldError>) -> Answer {
    show(app, asked, procedure, form, Beside { errors, ..Beside::default() })
}

/// The rules said no after the form was right: the sentence stands above the form, and the form keeps what was typed.
async fn refused(app: &App, asked: &Req, procedure: &Procedure, mut form: Form, failure: Failure) -> Answer {
    match failure {
        // Somebody went back in the browser and changed a form that had made a dossier: they are told, and may send
        // it as a new one.
        Failure::Refused(sentence) if sentence.key == "idempotency.mismatch" => {
            let made = already_made(app, asked, &form).await?;
            form.set("token", asked.ctx.ids.secret::<16>()?);
            let errors = vec![FieldError::new("", "intake.made_already")];
            show(app, asked, procedure, &form, Beside { errors, made, ..Beside::default() })
        }
        Failure::Refused(sentence) => {
            wrong(app, asked, procedure, &form, vec![FieldError { field: String::new(), sentence }])
        }
        Failure::Invalid(errors) => wrong(app, asked, procedure, &form, errors),
        other => Err(other),
    }
}

/// The dossier that this very form has made before, if it has.
async fn already_made(app: &App, asked: &Req, form: &Form) -> Result<Option<Duplicate>, Failure> {
    let (officer, token) = (asked.officer()?.clone(), form.text("token").to_owned());
    let found = app
        .db
        .read(move |tx| match idempotency::answered(tx, &officer.account, &token)? {
            Some(id) => dossier::by_id(tx, &id),
            None => Ok(None),
        })
        .await?;
    found.as_ref().map(|found| duplicate(asked, found)).transpose()
}

fn show(app: &App, asked: &Req, procedure: &Procedure, form: &Form, beside: Beside) -> Answer {
    let record = &procedure.record;
    let texts = app.pages.texts();
    let token = match form.text("token") {
        "" => asked.ctx.ids.secret::<16>()?,
        token => token.to_owned(),
    };
    let cases = record.limits.iter().enumerate().map(|(at, case)| {
        let limit = explain::limit_words(texts, asked.locale, case.limit)?;
        let text = if case.label.is_empty() { limit } else { format!("{}: {limit}", case.label) };
        Ok(Case { value: at.to_string(), text })
    });
    let errors = fields::in_order(beside.errors);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = IntakePage {
        action: format!("/desk/intake/{}/{}", dossier::word(procedure.tier)?, procedure.key),
        code: record.code.clone().unwrap_or_default(),
        name: record.name.clone(),
        field: record.field.clone(),
        not_offered: match &procedure.standing {
            Standing::Published => "",
            Standing::Outside { .. } => "outside",
            Standing::Incomplete => "incomplete",
            Standing::Withdrawn { .. } => "withdrawn",
        },
        by_page: counts_pages(&record.fees),
        papers: paper_rows(form, record.papers.iter().map(|paper| paper.case.clone()).collect()),
        checklist: record
            .papers
            .iter()
            .enumerate()
            .map(|(at, paper)| Case { value: at.to_string(), text: paper.name.clone() })
            .collect(),
        lack: (0..missing::rows(form, "lack", fields::FREE_ROWS)).collect(),
        paper_notes: record.paper_notes.clone(),
        cases: cases.collect::<Result<_, Failure>>()?,
        fees: record.fees.iter().filter_map(|fee| fee_words(app, asked, fee)).collect(),
        amounts: record
            .fees
            .iter()
            .filter_map(
                |case| if let Fee::Amount { amount, by_page: None, .. } = case.fee { Some(amount) } else { None },
            )
            .collect(),
        fee_by_province: record.fees.iter().any(|case| case.fee == Fee::SetByProvince),
        places: choices(asked, procedure, &receiving(asked, procedure)?),
        acting: fields::acts_for_another(form),
        focus: fields::focus(&errors, beside.focus),
        form: form.state(errors),
        token,
        checked: beside.checked,
        made: beside.made,
    };
    page_with(app, asked, status, "intake/form.html", page)
}

/// A line of the fee table; what the province sets has a sentence of its own.
fn fee_words(app: &App, asked: &Req, case: &FeeCase) -> Option<String> {
    let (texts, locale) = (app.pages.texts(), asked.locale);
    let words = match &case.fee {
        Fee::Amount { amount, per, by_page } => explain::amount_words(texts, locale, *amount, per, *by_page),
        Fee::Free => texts.say(locale, "intake.fee_free", &[].into()),
        Fee::SetByProvince => return None,
    };
    Some(if case.label.is_empty() { words } else { format!("{}: {words}", case.label) })
}

/// Whether a fee of the procedure is counted by the page. [CAT-20]
pub(super) fn counts_pages(fees: &[FeeCase]) -> bool {
    fees.iter().any(|case| case.fee.of_pages(1, 1).is_some())
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
