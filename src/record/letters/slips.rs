//! Papers between offices, made from events: the control slip, the hand-over slip, the register.

use jiff::Timestamp;
use motcua_domain::dossier::{
    Dossier, FeeWay, HandOver, PaperIn, Recorded, StandstillKind, Status, TaskKind, hand_overs, stays,
};
use motcua_domain::procedure::StepKind;
use motcua_print::{
    Contact, ControlSlip, ControlStep, Due, HandOverSlip, HandedDossier, HandedResult, Pace, Paper, Referral, Register,
    RegisterRow, ResultSlip,
};

use super::Issue;
use super::facts::{issuer, moment, procedure, say, signs};
use crate::platform::failure::Failure;
use crate::platform::i18n::Locale;
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

/// One line for each hand-over: from whom to whom, when, and how the giver kept its time.
pub(super) fn control(issue: &Issue, events: &[Recorded]) -> Result<ControlSlip, Failure> {
    let dossier = Dossier::fold(events).ok_or(Failure::NotFound)?;
    let stays = stays(events);
    let registry = issue.registry;
    let office = |office: &str| registry.office_name(office).to_owned();
    let all = hand_overs(&stays);
    // A leg that a withdrawal or a stop ended gave nothing to anybody.
    let given = all.iter().filter(|given| given.to.is_some() || dossier.closed_at.is_none());
    Ok(ControlSlip {
        issuer: issuer(issue, &dossier.agency)?,
        made_on: moment(registry, issue.now),
        code: dossier.code.clone(),
        owner: dossier.applicant().name.clone(),
        procedure: procedure(&dossier),
        received_at: moment(registry, dossier.received_at),
        due_at: dossier.last_due_at().map(|due| moment(registry, due)),
        solving: office(dossier.solving_office()),
        joining: dossier.joining_offices().into_iter().map(office).collect(),
        steps: given.map(|given| step(issue, &dossier, given)).collect(),
        notes: notes(issue, &dossier),
    })
}

/// What befell the clock, and how it ended without a result.
fn notes(issue: &Issue, dossier: &Dossier) -> Vec<String> {
    let at = |at: Timestamp| Locale::Vi.date_time(issue.registry.local(at));
    let stands = dossier.standstills.iter().map(|stand| {
        let key = match stand.kind {
            StandstillKind::Supplement => "letters.stood_supplement",
            StandstillKind::Payment => "letters.stood_payment",
            StandstillKind::Outage => "letters.stood_outage",
        };
        let until = stand.to.map_or_else(|| "…".to_owned(), at);
        (stand.from, say(issue.texts, key, &[("from", at(stand.from)), ("until", until)]))
    });
    let extensions = dossier.extensions.iter().map(|granted| {
        let moments = [("at", at(granted.at)), ("due", at(granted.extension.due.due_at))];
        (granted.at, say(issue.texts, "letters.put_off", &moments))
    });
    let ended = ended(issue, dossier).zip(dossier.closed_at).map(|(words, on)| (on, format!("{}: {words}", at(on))));
    let mut notes: Vec<_> = stands.chain(extensions).chain(ended).collect();
    notes.sort();
    notes.into_iter().map(|(_, words)| words).collect()
}

fn step(issue: &Issue, dossier: &Dossier, given: &HandOver) -> ControlStep {
    let registry = issue.registry;
    let (from, to) = (given.from, given.to);
    // Where the other legs are waited for, it goes to the step after them.
    let next = || dossier.step_at(dossier.step + 1).map_or("", |step| step.office.as_str());
    let pace = from.to.zip(from.due_at).map(|(to, due)| match (to > due, registry.local(to).date()) {
        (true, _) => Pace::Late,
        (false, day) if day < registry.local(due).date() => Pace::Early,
        _ => Pace::OnTime,
    });
    let silent = to.is_some_and(|to| to.kind == TaskKind::Step(StepKind::Outside) && to.taken_by.is_none());
    let leg = to.map_or(from.leg.as_str(), |to| to.leg.as_str());
    let by = |who: Option<&String>, acting_for: Option<&String>| {
        who.map(|who| acted(issue, who, acting_for.map(String::as_str)))
    };
    ControlStep {
        from: registry.office_name(&from.office).to_owned(),
        to: registry.office_name(to.map_or_else(next, |to| &to.office)).to_owned(),
        given_at: moment(registry, from.to.unwrap_or(from.from)),
        giver: by(from.ended_by.as_ref(), from.ended_for.as_ref()).unwrap_or_default(),
        received_at: to.and_then(|to| to.taken_at).map(|at| moment(registry, at)),
        receiver: to.and_then(|to| match to.person.as_str() {
            "" => by(to.taken_by.as_ref(), to.taken_for.as_ref()),
            person => Some(person.to_owned()),
        }),
        pace,
        note: match (silent, leg) {
            // Silence is shown as silence. [RTE-08]
            (true, _) => Some(say(issue.texts, "letters.silence", &[])),
            (false, "") => None,
            (false, leg) => Some(leg.to_owned()),
        },
    }
}

/// Who acted; whoever stood in is named with whom they stood in for. [SUB-01]
fn acted(issue: &Issue, who: &str, acting_for: Option<&str>) -> String {
    let name = issue.registry.who(who).to_owned();
    match acting_for {
        Some(other) => {
            let other = issue.registry.account_name(other).to_owned();
            say(issue.texts, "letters.in_place_of", &[("name", name), ("other", other)])
        }
        None => name,
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

/// What an office that settled gives to the one-stop. [RTE-14]
pub(super) fn results(issue: &Issue, slip: &HandedOn) -> Result<ResultSlip, Failure> {
    let registry = issue.registry;
    let handed = |dossier: &&Dossier| HandedResult {
        code: dossier.code.clone(),
        procedure_name: dossier.subject.name.clone(),
        result: super::counter::result_words(issue, dossier),
        owner: dossier.applicant().name.clone(),
        address: dossier.applicant().address.clone(),
        fee: match dossier.particulars.fee.way {
            FeeWay::After if dossier.particulars.fee.amount > 0 => Due::Owed,
            _ => Due::Paid,
        },
        return_via: super::receipt::via(dossier.particulars.return_via),
    };
    Ok(ResultSlip {
        issuer: issuer(issue, slip.to_office.split('/').next().unwrap_or_default())?,
        made_on: moment(registry, slip.made_at),
        number: Some(slip.number.to_owned()),
        from: registry.office_name(slip.from_office).to_owned(),
        to: registry.office_name(slip.to_office).to_owned(),
        results: slip.dossiers.iter().map(handed).collect(),
        given_at: moment(registry, slip.made_at),
        // Who brings them signs by hand.
        giver: String::new(),
        received_at: slip.confirmed.map(|(at, _)| moment(registry, at)),
        receiver: slip.confirmed.map(|(_, login)| registry.account_name(login).to_owned()),
        confirm_url: None,
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
        signer: signs(issue, referred.made_by, None, dossier.one_stop(), referred.made_at),
        issuer,
    })
}

pub(super) fn paper(paper: &PaperIn) -> Paper {
    Paper { name: paper.name.clone(), originals: paper.originals, certified: paper.certified, copies: paper.copies }
}

/// How it ended where no result was handed over, and why.
fn ended(issue: &Issue, dossier: &Dossier) -> Option<String> {
    let key = match dossier.status {
        Status::Withdrawn => "letters.withdrawn",
        Status::Stopped => "letters.stopped",
        _ => return None,
    };
    Some(say(issue.texts, key, &[("reason", dossier.ended_because.clone()?)]))
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
            note: ended(issue, dossier).or_else(|| dossier.refusal.clone()),
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
