//! What the forms of the screen offer to choose from, warn of beforehand, and keep when they are shown no more.

use motcua_domain::dossier::{Dossier, Outcome, PaperAsked, StandstillKind, Task};
use motcua_domain::identity::Officer;
use serde::Serialize;

use crate::platform::web::FormState;
use crate::registry::Registry;
use crate::registry::pack::OfficeKind;
use crate::view::shown::{Look, Possible};

/// Rows for papers in a request, and how many more a press of the button gives.
pub const PAPER_ROWS: usize = 5;

#[derive(Serialize, Default)]
pub struct Offer {
    pub assignees: Vec<Choice>,
    pub earlier_steps: Vec<Choice>,
    /// Offices that can be asked.
    pub offices: Vec<Choice>,
    /// Names of papers, offered while typing.
    pub papers: Vec<String>,
    /// Numbers of the rows for papers.
    pub rows: Vec<usize>,
    /// Most rows are shown already.
    pub rows_full: bool,
    /// Papers were asked for before.
    pub second: bool,
    /// A request made now is marked late.
    pub late: bool,
    /// Working days after receipt within which papers are asked for.
    pub within: u32,
    /// What is awaited now, to tick what has come.
    pub awaited: Vec<PaperAsked>,
    pub payment: i64,
    /// The last day on which the date is put off in time.
    pub extend_until: String,
    pub extend_late: bool,
    /// The answer that waits to be signed.
    pub proposal: Option<ProposalShown>,
    /// The oldest question of an agency outside at this task.
    pub question: String,
}

#[derive(Serialize)]
pub struct Choice {
    pub value: String,
    pub text: String,
}

#[derive(Serialize)]
pub struct ProposalShown {
    pub outcome: Outcome,
    pub note: String,
    pub by: String,
    pub person: String,
}

pub fn offer(look: &Look, number: u32, form: &FormState) -> Offer {
    let dossier = look.dossier;
    let tasks = dossier.tasks();
    let Some(task) = tasks.iter().find(|task| task.number == number) else { return Offer::default() };
    let registry = look.registry;
    let policy = registry.policy(registry.local(dossier.received_at).date());
    let since_receipt = look.days(dossier.received_at, look.now);
    let stands = |kind| dossier.standstills.iter().find(|stand| stand.kind == kind && stand.to.is_none());
    let request = stands(StandstillKind::Supplement).and_then(|stand| stand.request.as_ref());
    let (extend_until, extend_late) = extension(look, policy.extension_days_before);
    let rows = rows(form);
    Offer {
        assignees: assignees(look, task),
        earlier_steps: earlier_steps(registry, dossier, number),
        offices: offices(look, task),
        papers: papers(look),
        rows_full: rows >= motcua_domain::dossier::ITEMS_MAX,
        rows: (0..rows).collect(),
        second: dossier.supplements() > 0,
        late: since_receipt > i64::from(policy.supplement_within_days),
        within: policy.supplement_within_days,
        awaited: request.map(|request| request.items.clone()).unwrap_or_default(),
        payment: stands(StandstillKind::Payment).map_or(0, |stand| stand.amount),
        extend_until,
        extend_late,
        proposal: proposal(look, number),
        question: dossier
            .questions
            .iter()
            .find(|asked| asked.task == number && asked.answer.is_none())
            .map_or_else(String::new, |asked| asked.text.clone()),
    }
}

/// The last working day on which putting the date off is in time, and whether it is over. [CLK-28]
fn extension(look: &Look, days_before: u32) -> (String, bool) {
    let (registry, dossier) = (look.registry, look.dossier);
    let local = |at| registry.local(at).date();
    let until = dossier.due_at().and_then(|due| {
        let calendar = registry.calendar(&dossier.agency).ok()?;
        calendar.working_day_after(local(due), -i64::from(days_before))
    });
    until.map_or((String::new(), false), |until| (look.locale.date(until), local(look.now) > until))
}

/// The rows of the request as they were sent, or the first few.
fn rows(form: &FormState) -> usize {
    let pairs =
        form.values.iter().flat_map(|(name, values)| values.iter().map(move |value| (name.clone(), value.clone())));
    let mut typed = crate::platform::web::form::Form::default();
    pairs.for_each(|(name, value)| typed.set(&name, value));
    crate::work::intake::missing::rows(&typed, "paper", PAPER_ROWS)
}

/// People of the office who can act at the task.
fn assignees(look: &Look, task: &Task) -> Vec<Choice> {
    let registry = look.registry;
    let people: Vec<Officer> = registry.people(task.office, task.role, registry.local(look.now).date());
    let others = people.into_iter().filter(|officer| task.holder != Some(officer.account.as_str()));
    others
        .map(|officer| Choice { text: registry.account_name(&officer.account).to_owned(), value: officer.account })
        .collect()
}

fn earlier_steps(registry: &Registry, dossier: &Dossier, task: u32) -> Vec<Choice> {
    let earlier = (0u32..).zip(dossier.chain(task)).take(dossier.at(task) as usize);
    earlier
        .map(|(at, step)| Choice {
            value: at.to_string(),
            text: format!("{} — {}", step.title, registry.office_name(&step.office)),
        })
        .collect()
}

/// The other offices of the receiving agency, then those of agencies outside.
fn offices(look: &Look, task: &Task) -> Vec<Choice> {
    let day = look.registry.local(look.now).date();
    let open = look.registry.offices.iter().filter(|(id, office)| {
        let now = office.valid_from <= day && office.valid_to.is_none_or(|to| day <= to);
        now && id.as_str() != task.office && office.kind != OfficeKind::OneStop
    });
    let (own, others): (Vec<_>, Vec<_>) = open.partition(|(_, office)| office.agency == look.dossier.agency);
    let outside = others.into_iter().filter(|(_, office)| office.kind == OfficeKind::Outside);
    let choice = |id: &String, text: String| Choice { value: id.clone(), text };
    let own = own.into_iter().map(|(id, office)| choice(id, office.name.clone()));
    let outside = outside
        .map(|(id, office)| choice(id, format!("{} — {}", look.registry.agency_name(&office.agency), office.name)));
    own.chain(outside).collect()
}

/// The papers of the procedure and those that were handed in: what is missing or wrong is mostly one of them.
fn papers(look: &Look) -> Vec<String> {
    let subject = &look.dossier.subject;
    let of_procedure = look.registry.procedure(subject.tier, &subject.procedure);
    let of_procedure = of_procedure.map(|procedure| procedure.record.papers.as_slice()).unwrap_or_default();
    let all = of_procedure.iter().map(|paper| &paper.name);
    let mut names: Vec<String> = Vec::new();
    for name in all.chain(look.dossier.particulars.papers.iter().map(|paper| &paper.name)) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

fn proposal(look: &Look, task: u32) -> Option<ProposalShown> {
    let proposal = match look.dossier.leg(task) {
        Some(leg) => leg.proposal.as_ref(),
        None => look.dossier.proposal.as_ref(),
    }?;
    Some(ProposalShown {
        outcome: proposal.outcome,
        note: proposal.note.clone(),
        by: look.name(&proposal.by).to_owned(),
        person: proposal.person.clone(),
    })
}

/// Nothing that was typed is lost, also when the form it was typed into is not shown any more.
pub fn kept(possible: &Possible, form: &FormState) -> Vec<String> {
    let gone = [
        ("note", possible.forward),
        ("reason", possible.send_back),
        ("proposal", possible.propose),
        ("decision_note", possible.sign),
        ("result_title", possible.attach),
        ("recipient_name", possible.hand_over),
        ("recipient_authority", possible.hand_over),
        ("supplement_reason", possible.ask_supplement),
        ("supplement_ground", possible.ask_supplement),
        ("supplement_again", possible.ask_supplement),
        ("supplement_note", possible.receive_supplement),
        ("payment_amount", possible.ask_payment),
        ("payment_reason", possible.ask_payment),
        ("payment_reference", possible.receive_payment),
        ("extend_reason", possible.extend),
        ("recompute_reason", possible.recompute),
        ("withdraw_reason", possible.withdraw),
        ("stop_reason", possible.stop),
        ("stop_ground", possible.stop),
        ("consult_question", possible.consult),
        ("consult_answer", possible.answer_consultation),
        ("answer_note", possible.answer),
        ("answer_person", possible.answer),
        ("reply_answer", possible.reply),
    ];
    let typed = gone.into_iter().filter(|(_, shown)| !shown).filter_map(|(field, _)| form.values.get(field));
    // Names of papers stand in rows.
    let papers = form
        .values
        .iter()
        .filter(|(name, _)| !possible.ask_supplement && name.starts_with("paper.") && name.ends_with(".name"));
    let all = typed.chain(papers.map(|(_, values)| values)).flatten();
    all.filter(|text| !text.trim().is_empty()).cloned().collect()
}
