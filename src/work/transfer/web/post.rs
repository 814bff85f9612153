//! Pages of the post: results that it takes along, dossiers that it brought. [LET-18]

use axum::extract::{Query, State};
use axum::http::StatusCode;
use motcua_domain::text::clean;
use serde::Serialize;

use super::{At, Choice, Row, list, made, offices, own_office, receives_at, shown};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, FormState, Req, page_with};
use crate::work::transfer::batch;
use crate::work::transfer::post::{self, Post};

const PATH: &str = "/desk/transfers/post";
const NAME_MAX: usize = 200;

#[derive(Serialize)]
struct PostPage {
    office: String,
    offices: Vec<Choice>,
    to_send: Vec<Row>,
    came: Vec<Row>,
    /// Which of the two lists was sent with a mistake; empty for none.
    wrong: &'static str,
    form: FormState,
}

pub(super) async fn page(State(app): State<App>, asked: Req, Query(at): Query<At>) -> Answer {
    show(&app, &asked, &at.office, "", FormState::default(), StatusCode::OK).await
}

async fn show(
    app: &App,
    asked: &Req,
    wanted: &str,
    wrong: &'static str,
    form: FormState,
    status: StatusCode,
) -> Answer {
    let officer = asked.officer()?.clone();
    let office = one_stop(asked, wanted)?;
    let (at, now) = (office.clone(), asked.ctx.now);
    let who = officer.clone();
    let (to_send, came) = app.db.read(move |tx| Ok((post::to_send(tx, &who, &at)?, post::came(tx, &at, now)?))).await?;
    asked.reads(to_send.iter().map(|(found, _)| found.id.as_str()));
    asked.reads(came.iter().map(|found| found.id.as_str()));
    let shown = PostPage {
        offices: offices(&asked.registry, &officer, &format!("{PATH}?"), &office)
            .into_iter()
            .filter(|choice| receives_at(&officer, &choice.office))
            .collect(),
        office,
        to_send: to_send.iter().map(|(found, task)| shown(asked, found, *task)).collect(),
        came: came.iter().map(|found| shown(asked, found, 0)).collect(),
        wrong,
        form,
    };
    page_with(app, asked, status, "transfer/post.html", shown)
}

/// The one-stop asked for, if the officer receives there; the first of theirs where none was.
fn one_stop(asked: &Req, wanted: &str) -> Result<String, Failure> {
    let officer = asked.officer()?;
    let office = match wanted {
        "" => officer.posts.iter().map(|post| post.office.as_str()).find(|office| receives_at(officer, office)),
        wanted => Some(wanted).filter(|office| receives_at(officer, office)),
    };
    own_office(officer, office.ok_or(Failure::NotFound)?)
}

pub(super) async fn give(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let (rows, errors) = (batch::ticked(&form), read(&form));
    let post = match errors {
        Ok(post) if !rows.is_empty() => post,
        errors => return mistaken(&app, &asked, "give", &form, errors).await,
    };
    let listed = list(&app, &asked, rows, move |tx, asked, target, slip| {
        post::give(tx, &asked.ctx, &asked.registry, target, &post, slip)
    });
    let (slip, answers) = listed.await?;
    made(&app, &asked, slip, answers, "transfer.post.given_title", PATH)
}

pub(super) async fn take(State(app): State<App>, asked: Req, form: Form) -> Answer {
    let (rows, errors) = (batch::ticked(&form), read(&form));
    let post = match errors {
        Ok(post) if !rows.is_empty() => post,
        errors => return mistaken(&app, &asked, "take", &form, errors).await,
    };
    let one_stop = one_stop(&asked, form.text("office"))?;
    let listed = list(&app, &asked, rows, move |tx, asked, target, slip| {
        post::take(tx, &asked.ctx, &asked.registry, target.id, &one_stop, &post, slip)
    });
    let (slip, answers) = listed.await?;
    made(&app, &asked, slip, answers, "transfer.post.taken_title", PATH)
}

async fn mistaken(
    app: &App,
    asked: &Req,
    wrong: &'static str,
    form: &Form,
    read: Result<Post, Vec<FieldError>>,
) -> Answer {
    let mut errors = read.err().unwrap_or_default();
    if batch::ticked(form).is_empty() {
        errors.insert(0, FieldError::new("row", "transfer.nothing_ticked"));
    }
    show(app, asked, form.text("office"), wrong, form.state(errors), StatusCode::UNPROCESSABLE_ENTITY).await
}

/// Which post office, and who of it signs.
fn read(form: &Form) -> Result<Post, Vec<FieldError>> {
    let post = Post { office: clean(form.text("post_office")), person: clean(form.text("postman")) };
    let mut errors = Vec::new();
    if post.office.is_empty() {
        errors.push(FieldError::new("post_office", "transfer.post.office_missing"));
    }
    for (field, text) in [("post_office", &post.office), ("postman", &post.person)] {
        if text.chars().count() > NAME_MAX {
            let mut error = FieldError::new(field, "form.too_long");
            error.sentence = error.sentence.with("max", NAME_MAX);
            errors.push(error);
        }
    }
    if errors.is_empty() { Ok(post) } else { Err(errors) }
}
