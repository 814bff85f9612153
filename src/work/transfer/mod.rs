//! Handing dossiers on from office to office (bàn giao hồ sơ): slips that hold many dossiers for one office, and acts on many
//! dossiers at once, with an answer for each. [RTE-07]
//!
//! Owns the tables `slip`, `slip_item` and `slip_serial`. The dossiers' own events say that they went and came.

mod batch;
mod post;
mod results;
mod store;
pub mod web;

use jiff::Timestamp;
use motcua_domain::dossier::{Command, Dossier, TaskKind};
use motcua_domain::identity::Officer;
use motcua_domain::procedure::StepKind;

use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::record::dossier::{self, Found, Target, list};
use crate::registry::Registry;

/// Most dossiers that are looked through for a list to tick; more would not fit a page or a desk.
pub const LIST_MAX: usize = 200;

/// What a slip is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipKind {
    /// Dossiers go to another office.
    HandOver,
    /// Results on paper came to the one-stop. [RTE-14]
    Result,
    /// The post brought dossiers. [LET-18]
    FromPost,
    /// The post takes results.
    ToPost,
}

impl SlipKind {
    const ALL: [Self; 4] = [Self::HandOver, Self::Result, Self::FromPost, Self::ToPost];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::HandOver => "hand_over",
            Self::Result => "result",
            Self::FromPost => "from_post",
            Self::ToPost => "to_post",
        }
    }

    fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).unwrap_or(Self::HandOver)
    }

    /// Letters of its number, and the series it is from; a slip of dossiers has the oldest one.
    fn series(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::HandOver => ("BG", None),
            Self::Result => ("KQ", Some("result-slip")),
            Self::FromPost | Self::ToPost => ("BC", Some("post-record")),
        }
    }
}

/// A slip as it stands.
#[derive(Debug, Clone)]
pub struct Slip {
    pub number: String,
    pub kind: SlipKind,
    /// The post office, where it is about the post; the other side is the one-stop then.
    pub partner: String,
    /// Who of the post office signed; may be empty.
    pub person: String,
    pub from_office: String,
    pub to_office: String,
    pub made_at: Timestamp,
    pub made_by: String,
    pub confirmed_at: Option<Timestamp>,
}

/// A dossier on a slip.
#[derive(Debug, Clone)]
pub struct Item {
    pub dossier: String,
    pub task: u32,
    pub confirmed_at: Option<Timestamp>,
    pub confirmed_by: Option<String>,
}

/// A dossier that may be handed on from an office, and to which.
pub struct Ready {
    pub found: Found,
    pub task: u32,
    pub to_office: String,
}

/// What can be handed on from an office now, in order of due time.
pub fn ready(tx: &mut Tx, officer: &Officer, office: &str) -> Result<Vec<Ready>, Failure> {
    let rows = list::whole(tx, office, LIST_MAX)?;
    let ready = rows.into_iter().filter_map(|waiting| {
        let to_office = next_office(&waiting.found.dossier, officer, waiting.task)?;
        Some(Ready { found: waiting.found, task: waiting.task, to_office })
    });
    Ok(ready.collect())
}

/// Where a task goes next by simply being passed on, if the officer may do that.
fn next_office(dossier: &Dossier, officer: &Officer, number: u32) -> Option<String> {
    let task = dossier.task(number)?;
    let passes = matches!(task.kind, TaskKind::Step(StepKind::Intake | StepKind::Work));
    if !passes || dossier.waits(number) || !motcua_domain::dossier::can_act(dossier, &task, officer) {
        return None;
    }
    let next = dossier.chain(number).get(dossier.at(number) as usize + 1)?;
    match (task.kind, next.kind) {
        // The papers go to the lead, which keeps them together.
        (_, StepKind::Parallel) => {
            let lead = next.legs.iter().find(|leg| leg.lead).or(next.legs.first())?;
            lead.steps.first().map(|step| step.office.clone())
        }
        (TaskKind::Step(StepKind::Intake), _) | (_, StepKind::Work | StepKind::Outside) => Some(next.office.clone()),
        _ => None,
    }
}

/// Hands one dossier on with a slip to an office; the slip is begun with its first dossier, so that no number is wasted.
pub fn hand_on(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    target: Target,
    to_office: &str,
    slip: Option<&str>,
) -> Result<(Found, String), Failure> {
    let officer = ctx.officer()?;
    let before = dossier::visible(tx, officer, target.id)?;
    let number = target.task.unwrap_or_else(|| before.dossier.task_for(officer));
    let from_office = before.dossier.task(number).map(|task| task.office.to_owned()).ok_or(Failure::Conflict)?;
    if next_office(&before.dossier, officer, number).as_deref() != Some(to_office) {
        return Err(Failure::refused("transfer.not_to_this_office"));
    }
    let slip = match slip {
        Some(slip) => slip.to_owned(),
        None => begin(tx, ctx, registry, Begun::hand_over(&from_office, to_office))?,
    };
    let command = Command::Forward { note: String::new(), slip: Some(slip.clone()) };
    let found = dossier::act(tx, ctx, registry, Target { task: Some(number), ..target }, command)?;
    for task in found.dossier.tasks().iter().filter(|task| task.slip == Some(slip.as_str())) {
        store::insert_item(tx, &slip, &found.id, task.number)?;
    }
    Ok((found, slip))
}

/// What a slip begins with.
struct Begun<'a> {
    kind: SlipKind,
    /// Whose number it has.
    agency: &'a str,
    from: &'a str,
    to: &'a str,
    partner: &'a str,
    person: &'a str,
}

impl<'a> Begun<'a> {
    fn hand_over(from: &'a str, to: &'a str) -> Self {
        Self { kind: SlipKind::HandOver, agency: agency_of(from), from, to, partner: "", person: "" }
    }
}

fn agency_of(office: &str) -> &str {
    office.split('/').next().unwrap_or_default()
}

fn begin(tx: &mut Tx, ctx: &Ctx, registry: &Registry, begun: Begun) -> Result<String, Failure> {
    let Begun { kind, agency, from, to, partner, person } = begun;
    let year = registry.local(ctx.now).year();
    let (letters, series) = kind.series();
    let serial = match series {
        None => store::next_serial(tx, agency, year)?,
        Some(series) => dossier::next_slip_number(tx, ctx, registry, agency, series)?,
    };
    let prefix = registry.agencies.get(agency).and_then(|agency| agency.identifier.as_deref()).unwrap_or(agency);
    let slip = Slip {
        number: format!("{prefix}-{letters}{year}-{serial:05}"),
        kind,
        partner: partner.to_owned(),
        person: person.to_owned(),
        from_office: from.to_owned(),
        to_office: to.to_owned(),
        made_at: ctx.now,
        made_by: ctx.officer()?.account.clone(),
        // Only what goes to another office is confirmed there; the others are signed when they are made.
        confirmed_at: (kind != SlipKind::HandOver).then_some(ctx.now),
    };
    store::insert(tx, &slip)?;
    Ok(slip.number)
}

/// Puts a dossier on a slip that both sides sign when it is made.
fn put_signed(tx: &mut Tx, ctx: &Ctx, slip: &str, dossier: &str, task: u32) -> Result<(), Failure> {
    store::insert_item(tx, slip, dossier, task)?;
    store::confirm_item(tx, slip, dossier, task, ctx.now, &ctx.officer()?.account)
}

/// The receiver says that a dossier on a slip is here. Where the work was taken up already it counts as confirmed.
pub fn confirm(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    slip: &str,
    dossier: &str,
    task: u32,
) -> Result<(), Failure> {
    let found = dossier::visible(tx, ctx.officer()?, dossier)?;
    let waits = found.dossier.task(task).is_some_and(|task| task.slip == Some(slip));
    if waits {
        let target = Target { id: dossier, seen: Some(found.dossier.version), task: Some(task) };
        dossier::act(tx, ctx, registry, target, Command::Confirm)?;
    }
    store::confirm_item(tx, slip, dossier, task, ctx.now, &ctx.officer()?.account)?;
    store::close_if_all_confirmed(tx, slip, ctx.now)
}

/// A slip of an office of the officer's own; others learn only that there is none.
pub fn slip(tx: &mut Tx, officer: &Officer, number: &str) -> Result<(Slip, Vec<(Item, Found)>), Failure> {
    let slip = store::slip(tx, number)?.ok_or(Failure::NotFound)?;
    if !officer.sits_at(&slip.from_office) && !officer.sits_at(&slip.to_office) {
        return Err(Failure::NotFound);
    }
    let mut rows = Vec::new();
    for item in store::items(tx, number)? {
        if let Some(found) = dossier::by_id(tx, &item.dossier)? {
            rows.push((item, found));
        }
    }
    rows.sort_by_cached_key(|(_, found)| (found.dossier.received_at, found.dossier.code.clone()));
    Ok((slip, rows))
}

/// The newest slips to or from an office.
pub fn slips(tx: &mut Tx, office: &str) -> Result<(Vec<Slip>, Vec<Slip>), Failure> {
    const SHOWN: i64 = 50;
    Ok((store::to_office(tx, office, SHOWN)?, store::from_office(tx, office, SHOWN)?))
}
