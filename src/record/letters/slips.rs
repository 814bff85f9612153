//! Papers between offices, made from events: the control slip, the hand-over slip, the register.

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, PaperIn, Recorded, Status, Stay, TaskKind, stays};
use motcua_domain::procedure::StepKind;
use motcua_print::{
    Contact, ControlSlip, ControlStep, HandOverSlip, HandedDossier, Pace, Paper, Referral, Register, RegisterRow,
};

use super::Issue;
use super::facts::{head_of, issuer, moment, procedure, say};
use crate::platform::failure::Failure;
use crate::record::dossier::Found;

/// A slip of dossiers for one office.
pub struct HandedOn<'a> {
    pub number: &'a str,
    pub from_office: &'a str,
    pub to_office: &'a str,
    pub made_at: Timestamp,
    pub made_by: &'a str,
    /// When and by whom the last of it was confirmed.
    pub confirmed: Option<(Timestamp, &'a str)>,
    pub dossiers: Vec<&'a Dossier>,
}

/// A dossier that is referred to an agency without an account.
pub struct Referred<'a> {
    pub dossier: &'a Dossier,
    pub number: u32,
    /// Name of the office that is asked.
    pub to: &'a str,
    /// What is asked of it, one paragraph each.
    pub asked: Vec<String>,
    pub answer_by: Timestamp,
    /// Opens the dossier for whoever holds the paper.
    pub link: &'a str,
    /// Until when the link is good.
    pub link_until: Timestamp,
    pub made_at: Timestamp,
    pub made_by: &'a str,
}

/// The register of an agency: its dossiers of a period in order of receipt, first day and last day in.
pub struct RegisterOf<'a> {
    pub agency: &'a str,
    pub from: Timestamp,
    pub until: Timestamp,
    pub dossiers: Vec<Found>,
    /// Who prints it.
    pub officer: &'a str,
}

/// One line for each stay: from whom to whom, when, and how it stood to its time.
pub(super) fn control(issue: &Issue, events: &[Recorded]) -> Result<ControlSlip, Failure> {
    let dossier = Dossier::fold(events).ok_or(Failure::NotFound)?;
    let stays = stays(events);
    let registry = issue.registry;
    let office = |office: &str| registry.office_name(office).to_owned();
    let works = |stay: &&Stay| matches!(stay.kind, TaskKind::Step(StepKind::Work | StepKind::Outside));
    let mut joining: Vec<String> = stays.iter().filter(|stay| stay.task > 0).map(|stay| office(&stay.office)).collect();
    joining.dedup();
    let solving = stays.iter().find(works).map_or_else(String::new, |stay| office(&stay.office));
    joining.retain(|office| *office != solving);
    let steps = stays.iter().skip(1).map(|stay| step(issue, stay)).collect();
    Ok(ControlSlip {
        issuer: issuer(issue, &dossier.agency)?,
        made_on: moment(registry, issue.now),
        code: dossier.code.clone(),
        owner: dossier.applicant().name.clone(),
        procedure: procedure(&dossier),
        received_at: moment(registry, dossier.received_at),
        due_at: dossier.last_due_at().map(|due| moment(registry, due)),
        solving,
        joining,
        steps,
    })
}

fn step(issue: &Issue, stay: &Stay) -> ControlStep {
    let registry = issue.registry;
    let name = |account: &str| match registry.account_name(account) {
        name if name.contains('/') => registry.office_name(account).to_owned(),
        name => name.to_owned(),
    };
    let receiver = stay.taken_by.as_deref().map(|account| match stay.person.as_str() {
        "" => name(account),
        person => person.to_owned(),
    });
    let pace = stay.to.zip(stay.due_at).map(|(to, due)| match (to > due, registry.local(to).date()) {
        (true, _) => Pace::Late,
        (false, day) if day < registry.local(due).date() => Pace::Early,
        _ => Pace::OnTime,
    });
    let silent = stay.kind == TaskKind::Step(StepKind::Outside) && stay.taken_by.is_none();
    ControlStep {
        from: registry.office_name(&stay.given_from).to_owned(),
        to: registry.office_name(&stay.office).to_owned(),
        given_at: moment(registry, stay.from),
        giver: name(&stay.given_by),
        received_at: stay.taken_at.map(|at| moment(registry, at)),
        receiver,
        pace,
        note: match (silent, stay.leg.as_str()) {
            // Silence is shown as silence. [RTE-08]
            (true, _) => Some(say(issue.texts, "letters.silence", &[])),
            (false, "") => None,
            (false, leg) => Some(leg.to_owned()),
        },
    }
}

pub(super) fn hand_over(issue: &Issue, slip: &HandedOn) -> Result<HandOverSlip, Failure> {
    let registry = issue.registry;
    let alone = slip.dossiers.len() == 1;
    let agency = slip.from_office.split('/').next().unwrap_or_default();
    let handed = |dossier: &&Dossier| HandedDossier {
        code: dossier.code.clone(),
        procedure_name: dossier.subject.name.clone(),
        owner: dossier.applicant().name.clone(),
        sets: dossier.particulars.sets,
        papers: dossier.particulars.papers.iter().filter(|_| alone).map(paper).collect(),
        due_at: dossier.last_due_at().map(|due| moment(registry, due)),
        back_by: None,
        note: None,
    };
    Ok(HandOverSlip {
        issuer: issuer(issue, agency)?,
        made_on: moment(registry, slip.made_at),
        number: Some(slip.number.to_owned()),
        from: registry.office_name(slip.from_office).to_owned(),
        to: registry.office_name(slip.to_office).to_owned(),
        dossiers: slip.dossiers.iter().map(handed).collect(),
        given_at: moment(registry, slip.made_at),
        giver: registry.account_name(slip.made_by).to_owned(),
        received_at: slip.confirmed.map(|(at, _)| moment(registry, at)),
        receiver: slip.confirmed.map(|(_, login)| registry.account_name(login).to_owned()),
        confirm_url: Some(format!(
            "{}/desk/transfers/{}",
            issue.base_url,
            crate::platform::web::form::percent(slip.number)
        )),
    })
}

pub(super) fn referral(issue: &Issue, referred: &Referred) -> Result<Referral, Failure> {
    let (registry, dossier) = (issue.registry, referred.dossier);
    let issuer = issuer(issue, &dossier.agency)?;
    let contact = Contact { name: issuer.unit.clone(), phone: issuer.hotline.clone() };
    Ok(Referral {
        made_on: moment(registry, referred.made_at),
        number: Some(referred.number),
        code: dossier.code.clone(),
        to: referred.to.to_owned(),
        owner: dossier.applicant().name.clone(),
        procedure: procedure(dossier),
        asked: referred.asked.clone(),
        legal_ground: None,
        answer_by: moment(registry, referred.answer_by),
        due_at: dossier.last_due_at().map(|due| moment(registry, due)),
        papers: dossier.particulars.papers.iter().map(paper).collect(),
        link: Some(referred.link.to_owned()),
        link_until: Some(moment(registry, referred.link_until)),
        contact: Some(contact),
        signer: head_of(issue, dossier.one_stop(), referred.made_at, referred.made_by),
        issuer,
    })
}

fn paper(paper: &PaperIn) -> Paper {
    Paper { name: paper.name.clone(), originals: paper.originals, certified: paper.certified, copies: paper.copies }
}

/// How it ended where no result was handed over, and why.
fn register_note(issue: &Issue, dossier: &Dossier) -> Option<String> {
    let reason = dossier.ended_because.clone().or_else(|| dossier.refusal.clone())?;
    let key = match dossier.status {
        Status::Withdrawn => "letters.withdrawn",
        Status::Stopped => "letters.stopped",
        _ => return Some(reason),
    };
    Some(say(issue.texts, key, &[("reason", reason)]))
}

pub(super) fn register(issue: &Issue, register: &RegisterOf) -> Result<Register, Failure> {
    let registry = issue.registry;
    let rows = register.dossiers.iter().map(|found| {
        let dossier = &found.dossier;
        let person = dossier.applicant();
        RegisterRow {
            code: dossier.code.clone(),
            procedure_name: dossier.subject.name.clone(),
            sets: dossier.particulars.sets,
            person: person.name.clone(),
            address: person.address.clone(),
            phone: person.phone.clone(),
            agency: registry.agency_name(registry.agency_of(dossier.solving_office())).to_owned(),
            received_at: moment(registry, dossier.received_at),
            due_at: dossier.last_due_at().map(|due| moment(registry, due)),
            returned_at: dossier
                .closed_at
                .filter(|_| dossier.status == Status::Returned)
                .map(|at| moment(registry, at)),
            return_via: super::receipt::via(dossier.particulars.return_via),
            note: register_note(issue, dossier),
        }
    });
    Ok(Register {
        issuer: issuer(issue, register.agency)?,
        made_on: moment(registry, issue.now),
        from: moment(registry, register.from),
        until: moment(registry, register.until),
        field: None,
        rows: rows.collect(),
        first: 1,
        part: 1,
        parts: 1,
        officer_name: registry.account_name(register.officer).to_owned(),
        head_name: None,
    })
}
