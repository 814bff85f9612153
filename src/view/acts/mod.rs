//! The forms of the dossier screen: each is one command. A refusal comes back on the same screen with what was typed.

mod clock;
mod fields;
mod moves;
mod outside;
mod same;
mod upload;

use axum::http::StatusCode;
use motcua_domain::dossier::{Command, Dossier};
use motcua_domain::identity::Role;

pub use crate::platform::web::upload::{FILE_MAX, media_of};

use super::{dossier as screen, papers};
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::form::Form;
use crate::platform::web::{Access, Answer, App, FlashKind, Req, Routes, go};
use crate::record::dossier::{self, Found, Target};
use crate::record::explain;
use crate::work::outside::{Post, told_answered};

/// Whoever may act on a dossier at some step; which step is theirs the rules say.
pub const ACTORS: &[Role] = &[Role::OneStopOfficer, Role::Specialist, Role::OfficeHead, Role::Leader];
/// Those who answer for an office or an agency.
const HEADS: &[Role] = &[Role::OfficeHead, Role::Leader];
const COUNTER: &[Role] = &[Role::OneStopOfficer];

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .post("/desk/dossiers/{id}/claim", Access::Roles(ACTORS), moves::claim)
        .post("/desk/dossiers/{id}/assign", Access::Roles(HEADS), moves::assign)
        .post("/desk/dossiers/{id}/forward", Access::Roles(ACTORS), moves::forward)
        .post("/desk/dossiers/{id}/confirm", Access::Roles(ACTORS), moves::confirm)
        .post("/desk/dossiers/{id}/send-back", Access::Roles(ACTORS), moves::send_back)
        .post("/desk/dossiers/{id}/propose", Access::Roles(&[Role::Specialist, Role::OneStopOfficer]), moves::propose)
        .post("/desk/dossiers/{id}/decide", Access::Roles(HEADS), moves::decide)
        .post("/desk/dossiers/{id}/results", Access::Roles(ACTORS), upload::attach)
        .post("/desk/dossiers/{id}/hand-over", Access::Roles(COUNTER), moves::hand_over);
    routes
        .post("/desk/dossiers/{id}/ask-supplement", Access::Roles(ACTORS), clock::ask_supplement)
        .post("/desk/dossiers/{id}/receive-supplement", Access::Roles(COUNTER), clock::receive_supplement)
        .post("/desk/dossiers/{id}/ask-payment", Access::Roles(ACTORS), clock::ask_payment)
        .post("/desk/dossiers/{id}/receive-payment", Access::Roles(COUNTER), clock::receive_payment)
        .post("/desk/dossiers/{id}/extend", Access::Roles(HEADS), clock::extend)
        .post("/desk/dossiers/{id}/recompute", Access::Roles(HEADS), clock::recompute)
        .post("/desk/dossiers/{id}/withdraw", Access::Roles(COUNTER), clock::withdraw)
        .post("/desk/dossiers/{id}/stop", Access::Roles(HEADS), clock::stop)
        .post("/desk/dossiers/{id}/consult", Access::Roles(ACTORS), outside::consult)
        .post("/desk/dossiers/{id}/answer-consultation", Access::Roles(ACTORS), outside::answer_consultation)
        .post("/desk/dossiers/{id}/answer", Access::Roles(ACTORS), outside::answer)
        .post("/desk/dossiers/{id}/reply", Access::Roles(COUNTER), outside::reply)
}

/// Runs what was read from a form, or shows the form again with every mistake in it.
async fn run(app: &App, asked: &Req, id: &str, form: &Form, read: Result<Command, Vec<FieldError>>) -> Answer {
    match read {
        Ok(command) => act(app, asked, id, form, command).await,
        Err(errors) => again(app, asked, id, form, errors).await,
    }
}

/// Runs a command; says on the dossier's screen what happened, or why not.
async fn act(app: &App, asked: &Req, id: &str, form: &Form, command: Command) -> Answer {
    let name = command.name();
    if form.text("do") == "preview" {
        return match papers::preview(app, asked, id, form, command).await {
            Err(Failure::Refused(sentence)) => refused(app, asked, id, form, name, &sentence).await,
            other => other,
        };
    }
    let (seen, task) = (form.text("version").parse().ok(), form.text("task").parse().ok());
    let (ctx, registry) = (asked.ctx.clone(), asked.registry.clone());
    let (stream, wanted, here) = (id.to_owned(), command.clone(), app.clone());
    let done = app
        .db
        .write("dossier.act", move |tx| {
            let target = Target { id: &stream, seen, task };
            match &command {
                // An agency that works by a link learns of its answer by mail.
                Command::Reply { answer } if here.mailer.is_some() => {
                    let post = Post { texts: here.pages.texts(), base_url: &here.base_url };
                    told_answered(tx, &ctx, &registry, target, answer.clone(), &post)
                }
                _ => dossier::act(tx, &ctx, &registry, target, command.clone()),
            }
        })
        .await;
    match done {
        Ok(found) => told(id, name, task, &found),
        Err(Failure::Refused(sentence)) => refused(app, asked, id, form, name, &sentence).await,
        Err(Failure::Conflict) => faster(app, asked, id, form, seen, &wanted).await,
        Err(other) => Err(other),
    }
}

/// The rules say no: on the same screen, at the field it is about.
async fn refused(app: &App, asked: &Req, id: &str, form: &Form, name: &str, sentence: &Sentence) -> Answer {
    let field = fields::of_refusal(name, &sentence.key).to_owned();
    let sentence = fields::in_place(name, asked.named(sentence));
    again(app, asked, id, form, vec![FieldError { field, sentence }]).await
}

/// Back to the screen, at the task that was acted on as long as there are others to mistake it for.
fn told(id: &str, command: &str, task: Option<u32>, found: &Found) -> Answer {
    let params = [("code", found.dossier.code.as_str())];
    let tasks = found.dossier.tasks();
    let still = task.filter(|number| tasks.len() > 1 && tasks.iter().any(|task| task.number == *number));
    let task = still.map_or_else(String::new, |number| format!("?task={number}"));
    go(&format!("/desk/dossiers/{id}{task}"), FlashKind::Success, &format!("done.{command}"), &params)
}

/// Somebody was faster. If it was this officer with the same act, they pressed the button twice and it is done; otherwise
/// what was typed stays on the screen, beside what has changed meanwhile.
async fn faster(app: &App, asked: &Req, id: &str, form: &Form, seen: Option<i64>, wanted: &Command) -> Answer {
    let (officer, stream) = (asked.officer()?.clone(), id.to_owned());
    let (found, events) = app
        .db
        .read(move |tx| {
            let found = dossier::visible(tx, &officer, &stream)?;
            let events = dossier::timeline(tx, &found.id)?;
            Ok((found, events))
        })
        .await?;
    if same::done_already(&asked.registry, &events, seen, &asked.officer()?.account, wanted) {
        return told(id, wanted.name(), form.text("task").parse().ok(), &found);
    }
    let sentence = explain::meanwhile(&asked.registry, app.pages.texts(), asked.locale, events.last());
    let errors = form.state(vec![FieldError { field: String::new(), sentence }]);
    screen::render(app, asked, id, errors, StatusCode::CONFLICT).await
}

async fn again(app: &App, asked: &Req, id: &str, form: &Form, errors: Vec<FieldError>) -> Answer {
    screen::render(app, asked, id, form.state(errors), StatusCode::UNPROCESSABLE_ENTITY).await
}

/// The dossier that a form is about, for what can only be read beside it.
async fn about(app: &App, asked: &Req, id: &str) -> Result<Dossier, Failure> {
    let (officer, stream) = (asked.officer()?.clone(), id.to_owned());
    Ok(app.db.read(move |tx| dossier::visible(tx, &officer, &stream)).await?.dossier)
}
