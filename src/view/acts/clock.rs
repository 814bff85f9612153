//! Acts that touch the clock: waiting for papers or a payment, putting the date off, ends before the end.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use motcua_domain::dossier::{Command, Dossier, PaperIn, SupplementRequest};

use super::fields::Reader;
use super::{about, run};
use crate::platform::failure::{FieldError, Sentence};
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, Req};
use crate::registry::Registry;
use crate::view::dossier as screen;
use crate::work::intake::missing;

/// Sends the request, or only shows more rows for papers.
pub(super) async fn ask_supplement(
    State(app): State<App>,
    asked: Req,
    Path(id): Path<String>,
    mut form: Form,
) -> Answer {
    if form.text("do") == "more" {
        let rows = missing::rows(&form, "paper", screen::PAPER_ROWS) + screen::PAPER_ROWS;
        form.set("rows", rows.to_string());
        return screen::render(&app, &asked, &id, form.state(Vec::new()), StatusCode::OK).await;
    }
    let dossier = about(&app, &asked, &id).await?;
    let read = request(&asked.registry, &dossier, &form);
    run(&app, &asked, &id, &form, read.map(|request| Command::AskSupplement(Box::new(request)))).await
}

fn request(registry: &Registry, dossier: &Dossier, form: &Form) -> Result<SupplementRequest, Vec<FieldError>> {
    let (items, wrong) = missing::read(form, "paper");
    let mut reader = Reader::new(form);
    if items.is_empty() && wrong.is_empty() {
        reader.wrong("paper.0.name", Sentence::new("refusal.nothing_asked"));
    }
    reader.also(wrong);
    let reason = reader.needed("supplement_reason", "refusal.reason_missing");
    let ground = reader.words("supplement_ground");
    let typed = !form.text("supplement_by").is_empty();
    let answer_by = if typed { reader.closing(registry, &dossier.agency, "supplement_by") } else { None };
    let again = reader.words("supplement_again");
    reader.done(SupplementRequest { items, reason, ground, answer_by, again })
}

pub(super) async fn receive_supplement(
    State(app): State<App>,
    asked: Req,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let dossier = about(&app, &asked, &id).await?;
    run(&app, &asked, &id, &form, received(&dossier, &form)).await
}

/// The papers that were ticked. What is still missing needs a word why it is not needed any more: the clock goes on.
fn received(dossier: &Dossier, form: &Form) -> Result<Command, Vec<FieldError>> {
    let asked = dossier.open_supplement().map(|request| request.items.as_slice()).unwrap_or_default();
    let ticked: Vec<usize> =
        form.pairs().iter().filter(|(name, _)| name == "brought").filter_map(|(_, at)| at.parse().ok()).collect();
    let came = asked.iter().enumerate().filter(|(at, _)| ticked.contains(at)).map(|(_, paper)| PaperIn {
        name: paper.name.clone(),
        originals: paper.originals,
        certified: 0,
        copies: paper.copies,
        certify: None,
    });
    let papers: Vec<PaperIn> = came.collect();
    let mut reader = Reader::new(form);
    let note = reader.words("supplement_note");
    if papers.len() < asked.len() && note.is_empty() {
        reader.wrong("supplement_note", Sentence::new("screen.not_complete"));
    }
    reader.done(Command::ReceiveSupplement { papers, note })
}

pub(super) async fn ask_payment(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let mut reader = Reader::new(&form);
    let amount = reader.amount("payment_amount");
    let reason = reader.needed("payment_reason", "refusal.reason_missing");
    let read = reader.done(Command::AskPayment { amount, reason });
    run(&app, &asked, &id, &form, read).await
}

pub(super) async fn receive_payment(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let mut reader = Reader::new(&form);
    let reference = reader.needed("payment_reference", "screen.reference_missing");
    let read = reader.done(Command::ReceivePayment { reference });
    run(&app, &asked, &id, &form, read).await
}

pub(super) async fn extend(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let mut reader = Reader::new(&form);
    let to = reader.day("extend_to").unwrap_or_default();
    let reason = reader.needed("extend_reason", "refusal.reason_missing");
    let read = reader.done(Command::Extend { to, reason });
    run(&app, &asked, &id, &form, read).await
}

pub(super) async fn recompute(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let mut reader = Reader::new(&form);
    let reason = reader.needed("recompute_reason", "refusal.reason_missing");
    let read = reader.done(Command::Recompute { reason });
    run(&app, &asked, &id, &form, read).await
}

pub(super) async fn withdraw(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let mut reader = Reader::new(&form);
    let reason = reader.needed("withdraw_reason", "refusal.reason_missing");
    let fee = reader.words("withdraw_fee");
    let read = reader.done(Command::Withdraw { reason, fee });
    run(&app, &asked, &id, &form, read).await
}

pub(super) async fn stop(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let mut reader = Reader::new(&form);
    let reason = reader.needed("stop_reason", "refusal.reason_missing");
    let ground = reader.words("stop_ground");
    let fee = reader.words("stop_fee");
    let read = reader.done(Command::Stop { reason, ground, fee });
    run(&app, &asked, &id, &form, read).await
}
