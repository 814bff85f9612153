//! Others who are asked: offices that are consulted, agencies outside whose answer came on paper. [RTE-08] [RTE-09]

use axum::extract::{Path, State};
use motcua_domain::dossier::{Command, Outcome};

use super::fields::Reader;
use super::moves::outcome;
use super::{about, run};
use crate::platform::failure::Sentence;
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, Req};

pub(super) async fn consult(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let dossier = about(&app, &asked, &id).await?;
    let mut reader = Reader::new(&form);
    let office = form.text("consult_office").to_owned();
    if !asked.registry.offices.contains_key(&office) {
        reader.wrong("consult_office", Sentence::new("form.choose"));
    }
    let question = reader.needed("consult_question", "screen.question_missing");
    let answer_by = reader.closing(&asked.registry, &dossier.agency, "consult_by").unwrap_or_default();
    let read = reader.done(Command::Consult { office, question, answer_by });
    run(&app, &asked, &id, &form, read).await
}

pub(super) async fn answer_consultation(
    State(app): State<App>,
    asked: Req,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let mut reader = Reader::new(&form);
    let answer = reader.needed("consult_answer", "screen.answer_missing");
    let person = reader.name("consult_person");
    let read = reader.done(Command::AnswerConsultation { answer, person });
    run(&app, &asked, &id, &form, read).await
}

/// The answer of an agency outside, as it came on paper.
pub(super) async fn answer(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let mut reader = Reader::new(&form);
    let outcome = outcome(&form, "answer_outcome").unwrap_or_else(|error| {
        reader.also(vec![error]);
        Outcome::Grant
    });
    let note = match outcome {
        Outcome::Refuse => reader.needed("answer_note", "refusal.reason_missing"),
        Outcome::Grant => reader.words("answer_note"),
    };
    let person = reader.name("answer_person");
    if person.is_empty() {
        reader.wrong("answer_person", Sentence::new("refusal.person_missing"));
    }
    let read = reader.done(Command::Answer { outcome, note, person });
    run(&app, &asked, &id, &form, read).await
}

pub(super) async fn reply(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let mut reader = Reader::new(&form);
    let answer = reader.needed("reply_answer", "screen.answer_missing");
    let read = reader.done(Command::Reply { answer });
    run(&app, &asked, &id, &form, read).await
}
