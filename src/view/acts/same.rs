//! Whether an act that came too late is the very one that was faster: a button pressed twice.

use motcua_domain::dossier::{Command, Event, Recorded};

use crate::registry::Registry;

/// Whether all that happened since was this very act of this account.
pub(super) fn done_already(
    registry: &Registry,
    events: &[Recorded],
    seen: Option<i64>,
    me: &str,
    wanted: &Command,
) -> bool {
    let known = usize::try_from(seen.unwrap_or_default()).unwrap_or_default();
    let since = events.get(known..).unwrap_or_default();
    // Whoever takes up the work confirms with it what came with a slip.
    let by_the_way = |event: &&Recorded| *wanted != Command::Confirm && matches!(event.event, Event::Confirmed { .. });
    let first = since.iter().find(|event| !by_the_way(event));
    first.is_some_and(|first| is_of(registry, wanted, &first.event)) && since.iter().all(|event| event.by == me)
}

/// Whether an event is what a command wants, word for word.
fn is_of(registry: &Registry, command: &Command, event: &Event) -> bool {
    match (command, event) {
        (Command::Claim, Event::Claimed { .. }) | (Command::Confirm, Event::Confirmed { .. }) => true,
        (Command::Assign { to }, Event::Assigned { account, .. }) => to.account == *account,
        (Command::Forward { note, .. }, Event::Forwarded { note: done, .. }) => note.trim() == done,
        (Command::SendBack { to, reason }, Event::SentBack { to: step, reason: done, .. }) => {
            to == step && reason.trim() == done
        }
        (Command::Propose { outcome, note }, Event::Proposed { outcome: decided, note: done, .. }) => {
            outcome == decided && note.trim() == done
        }
        (Command::Approve { note }, Event::Approved { note: done, .. }) => note.trim() == done,
        (Command::Return { reason }, Event::Returned { reason: done, .. }) => reason.trim() == done,
        (Command::AttachResult(paper), Event::ResultAttached(done)) => paper == done,
        (Command::ReceiveResult { .. }, Event::ResultReceived { .. }) => true,
        (Command::HandOver(recipient), Event::HandedOver(done)) => recipient == done,
        (
            Command::Consult { office, question, answer_by },
            Event::ConsultationAsked { office: to, question: q, answer_by: by, .. },
        ) => office == to && question.trim() == q && answer_by == by,
        (
            Command::AnswerConsultation { answer, person },
            Event::ConsultationAnswered { answer: said, person: who, .. },
        ) => answer.trim() == said && person.trim() == who,
        (Command::Answer { outcome, note, person }, Event::Proposed { outcome: said, note: done, person: who, .. }) => {
            outcome == said && note.trim() == done && person.trim() == who
        }
        (Command::Reply { answer }, Event::QuestionAnswered { answer: said, .. }) => answer.trim() == said,
        _ => is_of_clock(registry, command, event),
    }
}

fn is_of_clock(registry: &Registry, command: &Command, event: &Event) -> bool {
    match (command, event) {
        (Command::AskSupplement(request), Event::SupplementAsked { request: done, .. }) => request == done,
        (Command::ReceiveSupplement { papers, note }, Event::SupplementReceived { papers: came, note: done, .. }) => {
            papers == came && note.trim() == done
        }
        (Command::AskPayment { amount, reason }, Event::PaymentAsked { amount: due, reason: done, .. }) => {
            amount == due && reason.trim() == done
        }
        (Command::ReceivePayment { reference }, Event::PaymentReceived { reference: done, .. }) => {
            reference.trim() == done
        }
        (Command::Extend { to, reason }, Event::Extended(done)) => {
            reason.trim() == done.reason && registry.local(done.due.due_at).date() == *to
        }
        (Command::Recompute { reason }, Event::DueRecomputed { reason: done, .. }) => reason.trim() == done,
        (Command::Withdraw { reason, fee }, Event::Withdrawn { reason: done, fee: of }) => {
            reason.trim() == done && fee.trim() == of
        }
        (Command::Stop { reason, ground, fee }, Event::Stopped { reason: done, ground: on, fee: of }) => {
            reason.trim() == done && ground.trim() == on && fee.trim() == of
        }
        _ => false,
    }
}
