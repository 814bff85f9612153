//! The editor of procedures for administrators: a draft in parts, its difference, its exam, its publication; and what a change
//! of the calendar or the law would move. What is allowed is docs/rules/exam.md; the commands are `registry::editor`.

mod difference;
mod edit;
mod exam;
mod example;
mod impact;
mod overview;
mod preview;
mod route;
mod rows;
mod tables;
mod texts;
mod words;

use motcua_domain::identity::Role;
use motcua_domain::procedure::Version;
use serde::Serialize;

use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::form::percent;
use crate::platform::web::{Access, Answer, App, FlashKind, Req, Routes, go};
use crate::registry::editor::{self, Draft};
use crate::registry::versions::{self, Edition};

const READERS: &[Role] = &[Role::Administrator, Role::Auditor];
const EDITORS: &[Role] = &[Role::Administrator];

pub(super) fn routes(routes: Routes) -> Routes {
    let (read, write) = (Access::Roles(READERS), Access::Roles(EDITORS));
    routes
        .get("/admin/procedures/{key}", read, overview::show)
        .post("/admin/procedures/{key}/draft", write, overview::begin)
        .post("/admin/procedures/{key}/discard", write, overview::discard)
        .get("/admin/procedures/{key}/edit/{part}", write, edit::show)
        .post("/admin/procedures/{key}/edit/{part}", write, edit::submit)
        .get("/admin/procedures/{key}/examples/{at}", write, example::show)
        .post("/admin/procedures/{key}/examples/{at}", write, example::submit)
        .get("/admin/procedures/{key}/difference", read, difference::of_draft)
        .post("/admin/procedures/{key}/rebase", write, difference::rebase)
        .get("/admin/procedures/{key}/versions/{number}", read, difference::of_version)
        .get("/admin/procedures/{key}/preview", read, preview::show)
        .get("/admin/procedures/{key}/exam", read, exam::show)
        .post("/admin/procedures/{key}/publish", write, exam::publish)
        .get("/admin/impact", read, impact::show)
        .post("/admin/impact/day", write, impact::day)
        .post("/admin/impact/law", write, impact::law)
}

/// Where the pages of a procedure begin.
fn base(key: &str) -> String {
    format!("/admin/procedures/{}", percent(key))
}

/// What every page of one procedure shows above itself.
#[derive(Debug, Clone, Serialize)]
struct Head {
    base: String,
    catalogue_href: String,
    name: String,
    code: Option<String>,
    may_edit: bool,
}

fn head(asked: &Req, key: &str, record: &Version) -> Result<Head, Failure> {
    Ok(Head {
        base: base(key),
        catalogue_href: format!("/admin/catalogue/{}", percent(key)),
        name: record.name.clone(),
        code: record.code.clone(),
        may_edit: asked.officer()?.has(Role::Administrator),
    })
}

/// A procedure with its versions and its draft, as they are in the database now.
struct Known {
    editions: Vec<Edition>,
    draft: Option<Draft>,
}

impl Known {
    /// What is in force today.
    fn held(&self, asked: &Req) -> Result<&Edition, Failure> {
        versions::in_force(&self.editions, today(asked)).ok_or(Failure::NotFound)
    }

    /// The draft's name, or that of the version in force.
    fn head(&self, asked: &Req, key: &str) -> Result<Head, Failure> {
        match &self.draft {
            Some(draft) => head(asked, key, &draft.body),
            None => head(asked, key, &self.held(asked)?.record),
        }
    }
}

async fn known(app: &App, asked: &Req, key: &str) -> Result<Known, Failure> {
    // What is in no scope is in the catalogue at most, and nobody can hand it in here.
    if !asked.registry.procedures.iter().any(|procedure| procedure.key == key) {
        return Err(Failure::NotFound);
    }
    let of = key.to_owned();
    app.db.read(move |tx| Ok(Known { editions: versions::of(tx, &of)?, draft: editor::draft(tx, &of)? })).await
}

fn today(asked: &Req) -> jiff::civil::Date {
    asked.registry.local(asked.ctx.now).date()
}

/// How often a change is tried again that stood in another's way in the ledger or the registry.
const TRIES: u32 = 5;

/// Runs a change of the editor. Two administrators who change different procedures at once meet only at the stream of the
/// catalogue: the slower one goes again, with the registry as it then is.
async fn change<T, F>(app: &App, asked: &Req, name: &'static str, work: F) -> Result<T, Failure>
where
    T: Send + 'static,
    F: Fn(&mut Tx, &crate::registry::Registry) -> Result<T, Failure> + Clone + Send + 'static,
{
    let mut registry = asked.registry.clone();
    for _ in 0..TRIES {
        let (work, with) = (work.clone(), registry.clone());
        match app.db.write(name, move |tx| work(tx, &with)).await {
            Err(Failure::Conflict) => {
                refresh(app).await?;
                registry = app.shelf.get();
            }
            done => return done,
        }
    }
    Err(Failure::Conflict)
}

/// Takes a change of the registry in at once, so that the next page shows it; other processes follow within seconds.
async fn refresh(app: &App) -> Result<(), Failure> {
    let (db, shelf, now) = (app.db.clone(), app.shelf.clone(), app.clock.now());
    tokio::task::spawn_blocking(move || shelf.refresh(&db, now)).await.map_err(Failure::fault)?
}

/// Whether a refusal says that somebody else was faster. [EXM-08]
fn was_slower(sentence: &Sentence) -> bool {
    ["editor.meanwhile", "editor.draft_gone", "problem.conflict_detail"].contains(&sentence.key.as_str())
}

/// Somebody asks for a draft that is not there: back to the overview, where one can be begun.
fn no_draft(key: &str) -> Answer {
    go(&base(key), FlashKind::Notice, "editor.no_draft", &[])
}

/// A reason in words, cleaned; or what is wrong with it.
fn reason(text: &str, missing: &'static str) -> Result<String, FieldError> {
    let reason = motcua_domain::text::clean(text);
    match reason.chars().count() {
        0 => Err(FieldError::new("reason", missing)),
        n if n > motcua_domain::dossier::REASON_MAX => Err(too_long("reason", motcua_domain::dossier::REASON_MAX)),
        _ => Ok(reason),
    }
}

fn too_long(field: &str, max: usize) -> FieldError {
    FieldError { field: field.to_owned(), sentence: Sentence::new("form.too_long").with("max", max) }
}
