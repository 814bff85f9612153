//! Lists of the post (QĐ 45/2016/QĐ-TTg): results that it takes along, and dossiers that it brought. [LET-18]

use jiff::{SignedDuration, Timestamp};
use motcua_domain::dossier::{Command, Recipient, ReturnVia, TaskKind, can_act};
use motcua_domain::identity::Officer;
use motcua_domain::procedure::{Channel, StepKind};

use super::{Begun, LIST_MAX, SlipKind, agency_of, begin, put_signed, store};
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::record::dossier::{self, Found, Target, list};
use crate::registry::Registry;

/// How far back the post's dossiers are offered.
const DAYS: i64 = 31;

/// The post office and who of it signs.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub office: String,
    pub person: String,
}

/// Results that lie at the one-stop and go by post, with their task.
pub(super) fn to_send(tx: &mut Tx, officer: &Officer, one_stop: &str) -> Result<Vec<(Found, u32)>, Failure> {
    let rows = list::whole(tx, one_stop, LIST_MAX)?;
    let ready = rows.into_iter().filter(|waiting| {
        let dossier = &waiting.found.dossier;
        let by_post = dossier.particulars.return_via == ReturnVia::Post;
        let task = dossier.task(waiting.task).filter(|task| task.kind == TaskKind::Step(StepKind::Return));
        by_post && task.is_some_and(|task| can_act(dossier, &task, officer))
    });
    Ok(ready.map(|waiting| (waiting.found, waiting.task)).collect())
}

/// Dossiers that the post brought lately and that stand on no record yet.
pub(super) fn came(tx: &mut Tx, one_stop: &str, now: Timestamp) -> Result<Vec<Found>, Failure> {
    let from = now.saturating_sub(SignedDuration::from_hours(24 * DAYS)).map_err(Failure::fault)?;
    let (mut open, mut after) = (Vec::new(), (from, String::new()));
    loop {
        let page = list::by_post(tx, agency_of(one_stop), (after.0, &after.1), LIST_MAX as i64)?;
        let whole = page.len() == LIST_MAX;
        if let Some(last) = page.last() {
            after = (last.dossier.received_at, last.id.clone());
        }
        for found in page {
            if open.len() < LIST_MAX && !store::listed(tx, SlipKind::FromPost, &found.id)? {
                open.push(found);
            }
        }
        if !whole || open.len() == LIST_MAX {
            return Ok(open);
        }
    }
}

/// Gives one result to the post, which is its recipient; the record is begun with the first.
pub(super) fn give(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    target: Target,
    post: &Post,
    slip: Option<&str>,
) -> Result<(Found, String), Failure> {
    let before = dossier::visible(tx, ctx.officer()?, target.id)?.dossier;
    let number = target.task.unwrap_or(0);
    let one_stop = before.task(number).map(|task| task.office.to_owned()).ok_or(Failure::Conflict)?;
    if before.particulars.return_via != ReturnVia::Post {
        return Err(Failure::refused("transfer.not_by_post"));
    }
    let slip = match slip {
        Some(slip) => slip.to_owned(),
        None => begin(tx, ctx, registry, begun(SlipKind::ToPost, &one_stop, post))?,
    };
    let name = [post.person.as_str(), &post.office].into_iter().filter(|part| !part.is_empty());
    let name = name.collect::<Vec<_>>().join(", ");
    let recipient = Recipient { name, id_number: None, authority: Some(slip.clone()) };
    let found = dossier::act(tx, ctx, registry, target, Command::HandOver(recipient))?;
    put_signed(tx, ctx, &slip, &found.id, number)?;
    Ok((found, slip))
}

/// Lists one dossier that the post brought.
pub(super) fn take(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    id: &str,
    one_stop: &str,
    post: &Post,
    slip: Option<&str>,
) -> Result<(Found, String), Failure> {
    let found = dossier::visible(tx, ctx.officer()?, id)?;
    let fits = found.dossier.channel == Channel::Post && found.dossier.agency == agency_of(one_stop);
    if !fits {
        return Err(Failure::refused("transfer.not_by_post"));
    }
    if store::listed(tx, SlipKind::FromPost, id)? {
        return Err(Failure::refused("transfer.listed_already"));
    }
    let slip = match slip {
        Some(slip) => slip.to_owned(),
        None => begin(tx, ctx, registry, begun(SlipKind::FromPost, one_stop, post))?,
    };
    put_signed(tx, ctx, &slip, id, 0)?;
    Ok((found, slip))
}

fn begun<'a>(kind: SlipKind, one_stop: &'a str, post: &'a Post) -> Begun<'a> {
    let (from, to) = if kind == SlipKind::ToPost { (one_stop, "") } else { ("", one_stop) };
    Begun { kind, agency: agency_of(one_stop), from, to, partner: &post.office, person: &post.person }
}
