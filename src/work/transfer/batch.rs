//! One act on many dossiers, each in a transaction of its own, so that what cannot be done keeps nobody else from it; every row
//! gets its own answer.

use motcua_domain::dossier::{Command, Dossier, TaskKind, can_act};
use motcua_domain::identity::Officer;
use motcua_domain::procedure::StepKind;
use serde::Serialize;

use super::LIST_MAX;
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, Sentence};
use crate::platform::web::form::Form;
use crate::platform::web::{App, Req};
use crate::record::dossier::{self, Found, Target, list};

/// What may be done to many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Act {
    Claim,
    Approve,
}

impl Act {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "claim" => Some(Self::Claim),
            "approve" => Some(Self::Approve),
            _ => None,
        }
    }

    fn command(self) -> Command {
        match self {
            Self::Claim => Command::Claim,
            Self::Approve => Command::Approve { note: String::new() },
        }
    }

    /// Whether the act can be offered for a task to an officer.
    pub fn fits(self, dossier: &Dossier, officer: &Officer, number: u32) -> bool {
        let Some(task) = dossier.task(number) else { return false };
        let kind = match self {
            Self::Claim => task.holder.is_none() && !task.is_counter() && task.kind != TaskKind::Consultation,
            Self::Approve => task.kind == TaskKind::Step(StepKind::Sign) && !dossier.waits(number),
        };
        kind && can_act(dossier, &task, officer)
    }
}

/// A row that was ticked: dossier, version that was seen, task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ticked {
    pub id: String,
    pub version: i64,
    pub task: u32,
}

/// The rows of a form, each `id.version.task`; what is broken is left out, and nothing is done to it.
pub(super) fn ticked(form: &Form) -> Vec<Ticked> {
    let rows = form.pairs().iter().filter(|(name, _)| name == "row").filter_map(|(_, value)| {
        let mut parts = value.split('.');
        let (id, version, task) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Ticked { id: id.to_owned(), version: version.parse().ok()?, task: task.parse().ok()? })
    });
    rows.take(LIST_MAX).collect()
}

/// What became of one row.
#[derive(Debug, Serialize)]
pub(super) struct Answered {
    pub id: String,
    pub code: String,
    pub applicant: String,
    pub done: bool,
    /// Why not.
    pub sentence: Option<(String, std::collections::BTreeMap<String, String>)>,
}

impl Answered {
    pub fn done(found: &Found) -> Self {
        Self {
            id: found.id.clone(),
            code: found.dossier.code.clone(),
            applicant: found.dossier.applicant().name.clone(),
            done: true,
            sentence: None,
        }
    }
}

/// Does the act to each row; a fault of ours stops the batch, a refusal only its row.
pub(super) async fn run(app: &App, asked: &Req, act: Act, rows: Vec<Ticked>) -> Result<Vec<Answered>, Failure> {
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        let (ctx, registry, wanted) = (asked.ctx.clone(), asked.registry.clone(), row.clone());
        let done = app
            .db
            .write("transfer.batch", move |tx| {
                let target = Target { id: &wanted.id, seen: Some(wanted.version), task: Some(wanted.task) };
                dossier::act(tx, &ctx, &registry, target, act.command())
            })
            .await;
        answers.push(answer(app, asked, &row, done).await?);
    }
    Ok(answers)
}

/// The answer for one row: done, or the sentence why not.
pub(super) async fn answer(
    app: &App,
    asked: &Req,
    row: &Ticked,
    done: Result<Found, Failure>,
) -> Result<Answered, Failure> {
    let sentence = match done {
        Ok(found) => return Ok(Answered::done(&found)),
        Err(Failure::Refused(sentence)) => asked.named(&sentence),
        Err(Failure::Conflict) => Sentence::new("transfer.changed_meanwhile"),
        Err(Failure::NotFound) => Sentence::new("transfer.not_there"),
        Err(other) => return Err(other),
    };
    let (officer, id) = (asked.officer()?.clone(), row.id.clone());
    let found = app.db.read(move |tx| Ok(dossier::visible(tx, &officer, &id).ok())).await?;
    Ok(Answered {
        code: found.as_ref().map_or_else(String::new, |found| found.dossier.code.clone()),
        applicant: found.map_or_else(String::new, |found| found.dossier.applicant().name.clone()),
        id: row.id.clone(),
        done: false,
        sentence: Some((sentence.key, sentence.params)),
    })
}

/// Tasks of an office to which the act can be done by the officer, in order of due time.
pub(super) fn fitting(tx: &mut Tx, officer: &Officer, office: &str, act: Act) -> Result<Vec<list::Waiting>, Failure> {
    let rows = list::whole(tx, office, LIST_MAX)?;
    Ok(rows.into_iter().filter(|row| act.fits(&row.found.dossier, officer, row.task)).collect())
}
