//! Agencies outside (cơ quan ngoài một cửa) that work on a dossier without an account: the one-stop refers it to them
//! (phiếu chuyển) with a one-time link, behind which they acknowledge, ask, answer and attach the result.
//!
//! Owns the table `outside_link`. An act by link is an act of the office like any other: the same commands, decided by the
//! same rules. Rules: `docs/rules/outside.md`.

mod letter;
mod link;
mod store;
pub mod web;

use jiff::{Timestamp, ToSpan as _};
use motcua_domain::dossier::{Command, Dossier, Task, TaskKind};
use motcua_domain::identity::Role;
use motcua_domain::ledger::sha256;
use motcua_domain::procedure::StepKind;

pub use letter::{Post, told_answered};
pub use link::{Answered, Link, Standing, StayKey, answer_to};

use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::record::dossier::{self, Found, Target};
use crate::record::mail;
use crate::registry::Registry;
use crate::registry::pack::OfficeKind;

/// The series of the slips. [LNK-08]
const SERIES: &str = "referral";

/// What the one-stop wants: a link for the stay of a task.
#[derive(Debug, Clone)]
pub struct Referral {
    pub dossier: String,
    pub task: u32,
    /// How many links of the stay the officer has seen: if somebody made one meanwhile, nothing is replaced unseen.
    pub seen: u32,
}

/// A link that was just made; the token is shown once and kept nowhere.
#[derive(Debug, Clone)]
pub struct Made {
    pub found: Found,
    pub link: Link,
    pub token: String,
}

/// Refers a dossier to the agency where it lies: makes the link, voids the ones before, and sends it to the office's address
/// where `post` says how. [LNK-01] [LNK-03]
pub fn refer(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    referral: &Referral,
    post: Option<&Post>,
) -> Result<Made, Failure> {
    let officer = ctx.officer()?;
    let found = dossier::visible(tx, officer, &referral.dossier)?;
    let one_stop = found.dossier.one_stop();
    if officer.post(one_stop, Role::OneStopOfficer, &found.dossier.subject.procedure).is_none() {
        return Err(Failure::refused("refusal.only_one_stop"));
    }
    let task = found.dossier.task(referral.task).filter(|task| is_outside(registry, task));
    let task = task.ok_or_else(|| Failure::refused("outside.not_there"))?;
    let stay = StayKey::of(&found.id, &found.dossier, &task);
    let before = store::newest(tx, &stay)?.map_or(0, |link| link.number);
    if before != referral.seen {
        return Err(Failure::Conflict);
    }
    let last_day = registry.local(ctx.now).date().saturating_add(i64::from(registry.site.thresholds.link_days).days());
    let token = ctx.ids.secret::<16>()?;
    let mut link = Link {
        stay,
        number: before + 1,
        slip_number: dossier::next_slip_number(tx, ctx, registry, &found.dossier.agency, SERIES)?,
        office: task.office.to_owned(),
        made_at: ctx.now,
        made_by: officer.account.clone(),
        expires_at: registry.day_end(last_day)?,
        opened_at: None,
        used_at: None,
        revoked_at: None,
        mail: None,
    };
    if let Some(post) = post {
        let to = registry.offices.get(task.office).map_or("", |office| office.email.as_str());
        if to.is_empty() {
            return Err(Failure::refused("outside.no_address"));
        }
        let letter = letter::referral(post, registry, &found, &link, to, &token);
        link.mail = Some(mail::queue(tx, ctx, &letter)?);
    }
    store::replace(tx, &link.stay, ctx.now)?;
    store::insert(tx, &sha256(token.as_bytes()), &link)?;
    Ok(Made { found, link, token })
}

/// Whether a task lies at an agency that works without an account: an outside step, or a question to an office outside.
pub fn is_outside(registry: &Registry, task: &Task) -> bool {
    let outside = || registry.offices.get(task.office).is_some_and(|office| office.kind == OfficeKind::Outside);
    match task.kind {
        TaskKind::Step(StepKind::Outside) => true,
        TaskKind::Consultation => outside(),
        TaskKind::Step(_) => false,
    }
}

/// The open tasks of a dossier that lie at agencies outside.
pub fn referable<'a>(registry: &Registry, dossier: &'a Dossier) -> Vec<Task<'a>> {
    dossier.tasks().into_iter().filter(|task| is_outside(registry, task)).collect()
}

/// The newest link of the stay of an open task.
pub fn newest(tx: &mut Tx, found: &Found, task: &Task) -> Result<Option<Link>, Failure> {
    store::newest(tx, &StayKey::of(&found.id, &found.dossier, task))
}

/// A link with its dossier, as they stand.
#[derive(Debug, Clone)]
pub struct Seen {
    pub link: Link,
    pub found: Found,
    pub standing: Standing,
}

/// What a token opens. One that nobody made is not found. [LNK-06]
pub fn look(tx: &mut Tx, ctx: &Ctx, token: &str) -> Result<Seen, Failure> {
    let link = store::by_hash(tx, &hash(token))?.ok_or(Failure::NotFound)?;
    let found = dossier::by_id(tx, &link.stay.dossier)?.ok_or(Failure::NotFound)?;
    let standing = link.standing(&found.dossier, ctx.now);
    Ok(Seen { link, found, standing })
}

/// The office has opened the link; only the first time is kept. [LNK-05]
pub fn open(tx: &mut Tx, ctx: &Ctx, token: &str) -> Result<(), Failure> {
    store::opened(tx, &hash(token), ctx.now)
}

/// What came of acts by link.
#[derive(Debug)]
pub enum Acted {
    Done(Box<Found>),
    /// The link opens nothing any more.
    Closed(Box<Seen>),
}

/// Acts of the office by its link, all or none; its answer uses the link up. What was said already is not said again: a
/// form sent twice is done once. [LNK-05] [LNK-07]
pub fn act(tx: &mut Tx, ctx: &Ctx, registry: &Registry, token: &str, commands: Vec<Command>) -> Result<Acted, Failure> {
    let seen = look(tx, ctx, token)?;
    if seen.standing != Standing::Open {
        return Ok(Acted::Closed(Box::new(seen)));
    }
    let Seen { link, mut found, .. } = seen;
    let ctx = Ctx { officer: Some(link.officer()), ..ctx.clone() };
    for command in commands {
        if said_already(&found.dossier, link.stay.task, &command) {
            continue;
        }
        let answers = matches!(command, Command::Answer { .. } | Command::AnswerConsultation { .. });
        let target = Target { id: &link.stay.dossier, seen: None, task: Some(link.stay.task) };
        found = dossier::act(tx, &ctx, registry, target, command)?;
        if answers {
            store::used(tx, &hash(token), ctx.now)?;
        }
    }
    Ok(Acted::Done(Box::new(found)))
}

fn said_already(dossier: &Dossier, task: u32, command: &Command) -> bool {
    match command {
        Command::Acknowledge { .. } => dossier.task(task).is_some_and(|task| task.acknowledged_at.is_some()),
        Command::Ask { question, person } => dossier.questions.iter().any(|asked| {
            asked.task == task
                && asked.answer.is_none()
                && asked.text == question.trim()
                && asked.person == person.trim()
        }),
        Command::AttachResult(paper) => dossier.results.contains(paper),
        _ => false,
    }
}

/// A token as people copy it from paper: in capitals, with spaces or dashes between.
pub fn tidy_token(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).take(64).collect::<String>().to_lowercase()
}

fn hash(token: &str) -> String {
    sha256(tidy_token(token).as_bytes())
}

/// Whom to call about a dossier: the receiving agency, else the site's number.
pub fn phone(registry: &Registry, agency: &str) -> Option<String> {
    let own = registry.agencies.get(agency).map(|agency| agency.phone.clone());
    own.into_iter().chain([registry.site.tracking.hotline.clone()]).find(|phone| !phone.is_empty())
}

/// Working days that an office has had something, by the calendar of its own agency. [OUT-01]
pub fn working_days(registry: &Registry, office: &str, from: Timestamp, to: Timestamp) -> i64 {
    let agency = office.split('/').next().unwrap_or_default();
    let day = |at: Timestamp| registry.local(at).date();
    registry.calendar(agency).map_or(0, |calendar| calendar.working_days_between(day(from), day(to)))
}
