//! Results on paper come to the one-stop, one list for each office that settled. [RTE-14]

use motcua_domain::dossier::{Command, TaskKind, can_act};
use motcua_domain::identity::Officer;
use motcua_domain::procedure::StepKind;

use super::{Begun, LIST_MAX, Ready, SlipKind, agency_of, begin, put_signed};
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::record::dossier::{self, Found, Target, list};
use crate::registry::Registry;

/// What is settled and on no slip of results yet, with the office that settled it in place of where it goes.
pub(super) fn ready(tx: &mut Tx, officer: &Officer, one_stop: &str) -> Result<Vec<Ready>, Failure> {
    let rows = list::whole(tx, one_stop, LIST_MAX)?;
    let ready = rows.into_iter().filter_map(|waiting| {
        let dossier = &waiting.found.dossier;
        let task = dossier.task(waiting.task)?;
        let lies_here = task.kind == TaskKind::Step(StepKind::Return) && dossier.result_slip.is_none();
        let elsewhere = dossier.solving_office() != one_stop;
        let to_office = dossier.solving_office().to_owned();
        let fits = lies_here && elsewhere && can_act(dossier, &task, officer);
        fits.then_some(Ready { found: waiting.found, task: waiting.task, to_office })
    });
    Ok(ready.collect())
}

/// Takes one result; the slip is begun with the first.
pub(super) fn take(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    target: Target,
    from: &str,
    slip: Option<&str>,
) -> Result<(Found, String), Failure> {
    let before = dossier::visible(tx, ctx.officer()?, target.id)?.dossier;
    let number = target.task.unwrap_or(0);
    let one_stop = before.task(number).map(|task| task.office.to_owned()).ok_or(Failure::Conflict)?;
    if before.solving_office() != from {
        return Err(Failure::refused("transfer.not_from_this_office"));
    }
    let slip = match slip {
        Some(slip) => slip.to_owned(),
        None => {
            let agency = agency_of(&one_stop);
            let begun = Begun { kind: SlipKind::Result, agency, from, to: &one_stop, partner: "", person: "" };
            begin(tx, ctx, registry, begun)?
        }
    };
    let found = dossier::act(tx, ctx, registry, target, Command::ReceiveResult { slip: slip.clone() })?;
    put_signed(tx, ctx, &slip, &found.id, number)?;
    Ok((found, slip))
}
