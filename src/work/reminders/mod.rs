//! Reminders (nhắc việc): officers are told before a date passes and when it has, then heads, then leaders. [REM-01] [REM-02]
//!
//! Owns the table `reminder`. [`run`] is the job that makes them; it may run twice and on several nodes.

mod store;
pub mod web;

use jiff::{SignedDuration, Timestamp};
use motcua_domain::dossier::{Dossier, Task, TaskKind};
use motcua_domain::identity::{Officer, Role};
use motcua_domain::procedure::StepKind;
use motcua_domain::reminder::{About, Stage, Thresholds, stages};

use crate::platform::ctx::Ctx;
use crate::platform::db::Db;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::record::dossier::list::{self, Cursor, Waiting};
use crate::registry::Registry;

/// Tasks looked at in one transaction.
const PAGE: usize = 200;

/// No threshold looks further ahead than this: long weekends lie between.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Somebody is told something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    pub id: String,
    pub dossier: String,
    pub code: String,
    pub task: u32,
    pub about: About,
    pub stage: Stage,
    pub office: String,
    pub role: Role,
    pub login: Option<String>,
    pub due_at: Timestamp,
    pub made_at: Timestamp,
}

/// Looks at everything that is due before long or late, and makes the reminders that have come; returns how many are new.
pub fn run(db: &Db, ctx: &Ctx, registry: &std::sync::Arc<Registry>) -> Result<usize, Failure> {
    let mut made = 0;
    for order in [list::Order::Step, list::Order::Dossier] {
        let mut after: Option<Cursor> = None;
        loop {
            let (ctx, registry, from) = (ctx.clone(), registry.clone(), after.clone());
            let (count, next) = db.transact("reminders.run", move |tx| {
                let page = list::due_before(tx, order, ctx.now + AHEAD, from.as_ref(), PAGE)?;
                let mut count = 0;
                for reminder in page.rows.iter().flat_map(|row| due(&registry, ctx.now, order, row)) {
                    count += usize::from(store::insert(tx, &reminder)?);
                }
                Ok((count, page.next))
            })?;
            made += count;
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
    }
    Ok(made)
}

/// The reminders of one task that have come, by the order it was found in: the step's own time, or the dossier's date.
fn due(registry: &Registry, now: Timestamp, order: list::Order, row: &Waiting) -> Vec<Reminder> {
    let dossier = &row.found.dossier;
    // [REM-04] While the clock stands the dossier has no date, and whoever waits no time of their own; who goes on working has.
    let Some(task) = dossier.task(row.task) else { return Vec::new() };
    if task.kind == TaskKind::Step(StepKind::Return) {
        return Vec::new();
    }
    let (about, due_at) = match (order, task.kind) {
        (list::Order::Step, TaskKind::Consultation) => (About::Consultation, task.due_at),
        (list::Order::Step, _) => (About::Step, task.due_at),
        (list::Order::Dossier, TaskKind::Consultation) => return Vec::new(),
        (list::Order::Dossier, _) => (About::Dossier, dossier.due_at()),
    };
    let Some(due_at) = due_at else { return Vec::new() };
    let keeper = task.office.split('/').next().unwrap_or_default();
    let Ok(calendar) = registry.calendar(keeper) else { return Vec::new() };
    let (local_now, local_due) = (registry.local(now), registry.local(due_at));
    stages(calendar, local_now, local_due, about, &registry.thresholds())
        .into_iter()
        .map(|stage| reminder(registry, row, dossier, &task, about, stage, due_at, now))
        .collect()
}

#[allow(clippy::too_many_arguments)] // One row, put together once.
fn reminder(
    registry: &Registry,
    row: &Waiting,
    dossier: &Dossier,
    task: &Task,
    about: About,
    stage: Stage,
    due_at: Timestamp,
    now: Timestamp,
) -> Reminder {
    let (office, role) = addressee(registry, dossier, task, about, stage);
    Reminder {
        id: format!(
            "{}/{}/{}/{}/{}",
            row.found.id,
            task.number,
            about.as_str(),
            stage.as_str(),
            due_at.as_microsecond()
        ),
        dossier: row.found.id.clone(),
        code: dossier.code.clone(),
        task: task.number,
        about,
        stage,
        login: task.holder.filter(|_| office == task.office && role == task.role).map(str::to_owned),
        office,
        role,
        due_at,
        made_at: now,
    }
}

/// Whom a stage tells: at an agency outside, which has nobody here, the one-stop; heads and leaders of the office's own agency.
fn addressee(registry: &Registry, dossier: &Dossier, task: &Task, about: About, stage: Stage) -> (String, Role) {
    let one_stop = || dossier.one_stop().to_owned();
    let leaders = |agency: &str| registry.leaders(agency).map_or_else(one_stop, str::to_owned);
    let here = task.office.split('/').next().unwrap_or_default();
    let outside = task.kind == TaskKind::Step(StepKind::Outside);
    match stage {
        Stage::LateLeader if outside => (leaders(&dossier.agency), Role::Leader),
        Stage::LateLeader => (leaders(here), Role::Leader),
        Stage::LateHead if outside || about == About::Consultation || task.is_counter() => {
            (one_stop(), Role::OfficeHead)
        }
        Stage::Soon | Stage::Late if outside => (one_stop(), Role::OneStopOfficer),
        stage => (task.office.to_owned(), stage.role(task.role)),
    }
}

/// What an officer was told until now, has not put away, and is still so, newest first; of each post what is for its role, and
/// for the person. [REM-06]
pub fn for_officer(tx: &mut Tx, officer: &Officer, now: Timestamp) -> Result<Vec<Reminder>, Failure> {
    let mut found: Vec<Reminder> = Vec::new();
    for post in &officer.posts {
        let person = post.acting_for.as_deref().unwrap_or(&officer.account);
        for reminder in store::open(tx, &post.office, post.role, person, now)? {
            if !found.iter().any(|known| known.id == reminder.id) {
                found.push(reminder);
            }
        }
    }
    found.sort_by(|a, b| (b.made_at, &b.id).cmp(&(a.made_at, &a.id)));
    Ok(found)
}

/// Puts a reminder away; of somebody else's, there is none.
pub fn put_away(tx: &mut Tx, ctx: &Ctx, id: &str) -> Result<(), Failure> {
    let officer = ctx.officer()?;
    let reminder = store::find(tx, id)?.ok_or(Failure::NotFound)?;
    let told = officer.posts.iter().any(|post| {
        let person = post.acting_for.as_deref().unwrap_or(&officer.account);
        (&post.office, post.role) == (&reminder.office, reminder.role)
            && reminder.login.as_deref().is_none_or(|login| login == person)
    });
    if !told {
        return Err(Failure::NotFound);
    }
    store::see(tx, id, ctx.now, &officer.account)
}

impl Registry {
    /// When somebody is told; data of the site.
    pub fn thresholds(&self) -> Thresholds {
        let thresholds = &self.site.thresholds;
        Thresholds {
            dossier_soon: thresholds.due_soon_hours,
            step_soon: thresholds.step_soon_hours,
            head_after: thresholds.head_after_hours,
            leader_after: thresholds.leader_after_hours,
        }
    }
}
