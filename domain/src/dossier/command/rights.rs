//! Who may do what: by post, by holding the task, for somebody who is away, for an agency that answers on paper.

use super::{Command, Decided, Event, Refusal, StepKind, is};
use crate::dossier::{Dossier, Task, TaskKind};
use crate::identity::{Officer, Post, Role};

/// Only the office and role of the step act, and only the holder once somebody has claimed it. Says on whose post, where
/// somebody stands in. [DOS-02] [DOS-03] [SUB-01]
pub(super) fn may_act(dossier: &Dossier, task: &Task, by: &Officer) -> Result<Option<String>, Refusal> {
    let Some(post) = post_at(dossier, task, by) else {
        return Err(Refusal::NotYourStep { office: task.office.to_owned(), role: task.role.as_str().to_owned() });
    };
    match task.holder {
        Some(holder) if task.is_counter() || holder == by.account => {}
        Some(holder) if stands_for(dossier, task, by, holder) => return Ok(Some(holder.to_owned())),
        Some(holder) => return Err(Refusal::HeldBy { account: holder.to_owned() }),
        None => {}
    }
    Ok(post.acting_for.clone())
}

/// Whether the officer may act on a task of the dossier now; for buttons and lists. The rules decide again.
pub fn can_act(dossier: &Dossier, task: &Task, by: &Officer) -> bool {
    may_act(dossier, task, by).is_ok()
}

/// The post by which an officer may act at a task; of a consultation, anybody's who answers for the office.
fn post_at<'a>(dossier: &Dossier, task: &Task, by: &'a Officer) -> Option<&'a Post> {
    let procedure = &dossier.subject.procedure;
    let post = |role| by.post(task.office, role, procedure);
    match task.kind {
        TaskKind::Consultation => {
            [Role::Specialist, Role::OfficeHead, Role::Leader, Role::OneStopOfficer].into_iter().find_map(post)
        }
        TaskKind::Step(_) => post(task.role),
    }
}

/// Whether the officer is the holder, or stands in for them at this post. [SUB-01]
pub(super) fn stands_for(dossier: &Dossier, task: &Task, by: &Officer, holder: &str) -> bool {
    holder == by.account
        || by.posts.iter().any(|post| {
            post.acting_for.as_deref() == Some(holder)
                && post.office == task.office
                && post.role == task.role
                && is_for(dossier, post)
        })
}

/// Whether a post is held for the procedure of the dossier. [SUB-02]
fn is_for(dossier: &Dossier, post: &Post) -> bool {
    post.procedure.as_deref().is_none_or(|only| only == dossier.subject.procedure)
}

/// What an agency outside says on paper, the receiving one-stop writes down; as who. [RTE-08]
pub(super) fn on_paper<'a>(
    dossier: &'a Dossier,
    task: &Task,
    by: &Officer,
    command: &Command,
) -> Option<(&'a str, Option<String>)> {
    let said = matches!(
        command,
        Command::Acknowledge { .. } | Command::Ask { .. } | Command::Answer { .. } | Command::AttachResult(_)
    );
    if !said || !is(task, StepKind::Outside) {
        return None;
    }
    let one_stop = dossier.one_stop();
    let post = by.post(one_stop, Role::OneStopOfficer, &dossier.subject.procedure)?;
    Some((one_stop, post.acting_for.clone()))
}

/// The head assigns, also away from somebody who is not there. What is given to a substitute belongs to whom they stand in
/// for, as if they had taken it themselves. [DOS-04] [SUB-01]
pub(super) fn assign(dossier: &Dossier, task: &Task, by: &Officer, to: &Officer) -> Result<Decided, Refusal> {
    let procedure = &dossier.subject.procedure;
    let post = [Role::OfficeHead, Role::Leader].into_iter().find_map(|role| by.post(task.office, role, procedure));
    let post = post.ok_or(Refusal::OnlyHeadAssigns)?;
    if task.kind == TaskKind::Consultation {
        return Err(Refusal::WrongStep);
    }
    let Some(theirs) = to.post(task.office, task.role, procedure) else {
        return Err(Refusal::NotOfThisStep { account: to.account.clone() });
    };
    let account = theirs.acting_for.as_ref().unwrap_or(&to.account).clone();
    if task.holder == Some(account.as_str()) {
        return Err(Refusal::HeldBy { account });
    }
    let events = vec![Event::Assigned { account, task: task.number }];
    Ok(Decided { office: task.office.to_owned(), acting_for: post.acting_for.clone(), events })
}

/// What only the receiving one-stop does. [DOS-11]
pub(super) fn at_one_stop(
    dossier: &Dossier,
    by: &Officer,
    events: Result<Vec<Event>, Refusal>,
) -> Result<Decided, Refusal> {
    let one_stop = dossier.one_stop();
    let post = by.post(one_stop, Role::OneStopOfficer, &dossier.subject.procedure).ok_or(Refusal::OnlyOneStop)?;
    Ok(Decided { office: one_stop.to_owned(), acting_for: post.acting_for.clone(), events: events? })
}

/// What only the head of the office where the dossier is does, or of the one-stop, or a leader of the receiving agency.
/// [DOS-17]
pub(super) fn at_the_top(
    dossier: &Dossier,
    by: &Officer,
    task: u32,
    events: Result<Vec<Event>, Refusal>,
) -> Result<Decided, Refusal> {
    let procedure = &dossier.subject.procedure;
    let tasks = dossier.tasks();
    let here = tasks.iter().find(|open| open.number == task).or(tasks.first());
    let head = here.and_then(|task| by.post(task.office, Role::OfficeHead, procedure));
    let head = head.or_else(|| by.post(dossier.one_stop(), Role::OfficeHead, procedure));
    let leader = || {
        let of_agency = |office: &str| office.split('/').next() == Some(dossier.agency.as_str());
        let leads = |post: &&Post| post.role == Role::Leader && of_agency(&post.office) && is_for(dossier, post);
        // One's own post counts before one held for somebody else.
        by.posts.iter().filter(leads).min_by_key(|post| post.acting_for.is_some())
    };
    let post = head.or_else(leader).ok_or(Refusal::OnlyHead)?;
    Ok(Decided { office: post.office.clone(), acting_for: post.acting_for.clone(), events: events? })
}

/// Who may see a dossier: offices of its route and those that were asked, and the receiving agency's leaders. Who stands in
/// for one procedure sees dossiers of that procedure. Others are told that there is none. [DOS-09] [SUB-02]
pub fn may_see(dossier: &Dossier, by: &Officer) -> bool {
    let sits = |office: &str| dossier.offices().any(|of_route| of_route == office);
    sees(by, &dossier.agency, &dossier.subject.procedure, sits)
}

/// The same where only so much is known of a dossier; `is_of_it` says whether an office is one of its own.
pub fn sees(by: &Officer, agency: &str, procedure: &str, is_of_it: impl Fn(&str) -> bool) -> bool {
    let is_for = |post: &Post| post.procedure.as_deref().is_none_or(|only| only == procedure);
    let leads = |post: &Post| by.agency == agency && post.role == Role::Leader;
    by.posts.iter().any(|post| is_for(post) && (leads(post) || is_of_it(&post.office)))
}
