//! Papers of the counter that follow from dossiers by themselves: what was handed over, what goes by post, an empty slip for
//! opinions, many dossiers of one person on one receipt.

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Event, FeeWay, Recorded, ReturnVia};
use motcua_domain::letters::LetterKind;
use motcua_domain::procedure::Channel;
use motcua_print::{
    Contact, GivenResult, JointDossier, JointReceipt, OpinionSlip, Paper, PostDirection, PostItem, PostRecord,
    PostService, PostSlip, ResultReceipt,
};

use super::Issue;
use super::answers::{last, submitter};
use super::facts::{issuer, moment, person, procedure, say, tracking_url};
use super::slips::paper;
use crate::platform::failure::Failure;

/// What was handed over, to whom, by what right.
pub(super) fn result_receipt(issue: &Issue, events: &[Recorded]) -> Result<ResultReceipt, Failure> {
    let (dossier, said) = last(events, |event| matches!(event, Event::HandedOver(_)))?;
    let Event::HandedOver(recipient) = &said.event else { return Err(Failure::NotFound) };
    let registry = issue.registry;
    let known = [Some(dossier.applicant()), dossier.particulars.acting.as_ref().map(|acting| &acting.person)];
    let receiver = known.into_iter().flatten().find(|known| known.name == recipient.name);
    let receiver = receiver.map_or_else(
        || motcua_print::Person {
            name: recipient.name.clone(),
            address: String::new(),
            phone: None,
            email: None,
            id_number: None,
        },
        person,
    );
    let id_number = recipient.id_number.as_ref().map(|number| number.as_str().to_owned());
    Ok(ResultReceipt {
        issuer: issuer(issue, &dossier.agency)?,
        made_on: moment(registry, said.at),
        code: dossier.code.clone(),
        procedure: procedure(&dossier),
        owner: dossier.applicant().name.clone(),
        giver: Contact { name: registry.account_name(&said.by).to_owned(), phone: None },
        receiver: motcua_print::Person { id_number: id_number.or(receiver.id_number.clone()), ..receiver },
        authority: recipient.authority.clone(),
        results: results(issue, &dossier),
        returned: Vec::new(),
        given_at: moment(registry, said.at),
        tracking_url: Some(tracking_url(issue.base_url, &dossier.code, dossier.receipt)),
    })
}

/// The documents that answer; the notice of refusal where the matter was refused.
fn results(issue: &Issue, dossier: &Dossier) -> Vec<GivenResult> {
    let kind = |key: &str| say(issue.texts, key, &[]);
    let refused = dossier.letters.iter().rfind(|issued| issued.letter == LetterKind::Refusal);
    let refusal = refused.map(|issued| GivenResult {
        kind: kind("letters.refusal_given"),
        number: Some(issued.number.to_string()),
        summary: None,
        copies: 1,
    });
    let documents = dossier.results.iter().map(|result| GivenResult {
        kind: kind("letters.document"),
        number: None,
        summary: Some(result.title.clone()),
        copies: 1,
    });
    refusal.into_iter().chain(documents).collect()
}

/// The same in one line, for a list.
pub(super) fn result_words(issue: &Issue, dossier: &Dossier) -> String {
    let one = |given: GivenResult| given.summary.or(given.number.map(|number| format!("{} {number}", given.kind)));
    let words = results(issue, dossier).into_iter().filter_map(one).collect::<Vec<_>>().join("; ");
    if words.is_empty() { say(issue.texts, "letters.result_paper", &[]) } else { words }
}

/// What was given to the post, or came by it.
pub struct Posted<'a> {
    pub number: &'a str,
    /// Office of the one-stop.
    pub one_stop: &'a str,
    pub direction: PostDirection,
    pub post_office: &'a str,
    pub postman: &'a str,
    pub made_at: Timestamp,
    pub made_by: &'a str,
    pub dossiers: Vec<&'a Dossier>,
}

pub(super) fn post_record(issue: &Issue, record: &Posted) -> Result<PostRecord, Failure> {
    let agency = record.one_stop.split('/').next().unwrap_or_default();
    let item = |dossier: &&Dossier| PostItem {
        slip: dossier.code.clone(),
        person: dossier.applicant().name.clone(),
        procedure_name: dossier.subject.name.clone(),
        sets: dossier.particulars.sets,
        missing: missing(dossier, record.direction),
    };
    Ok(PostRecord {
        issuer: issuer(issue, agency)?,
        made_on: moment(issue.registry, record.made_at),
        number: Some(record.number.to_owned()),
        direction: record.direction,
        post_office: record.post_office.to_owned(),
        items: record.dossiers.iter().map(item).collect(),
        given_at: moment(issue.registry, record.made_at),
        postman: Some(record.postman.to_owned()).filter(|postman| !postman.is_empty()),
        officer_name: Some(issue.registry.account_name(record.made_by).to_owned()),
    })
}

/// Of what came by post: what is being asked for, or why it was not taken in.
fn missing(dossier: &Dossier, direction: PostDirection) -> Option<String> {
    let asked = dossier.open_supplement().map(|request| {
        let names: Vec<&str> = request.items.iter().map(|item| item.name.as_str()).collect();
        if names.is_empty() { request.reason.clone() } else { names.join("; ") }
    });
    asked.or_else(|| dossier.refusal.clone()).filter(|_| direction == PostDirection::ToAgency)
}

/// For the box at the counter: what the applicant thinks of how the dossier was handled.
pub(super) fn opinion_slip(issue: &Issue, events: &[Recorded]) -> Result<OpinionSlip, Failure> {
    let dossier = Dossier::fold(events).ok_or(Failure::NotFound)?;
    Ok(OpinionSlip {
        issuer: issuer(issue, &dossier.agency)?,
        made_on: moment(issue.registry, issue.now),
        code: Some(dossier.code.clone()),
        procedure: Some(procedure(&dossier)),
        officer_name: Some(issue.registry.account_name(&dossier.received_by).to_owned()),
        answer_url: None,
    })
}

/// What the post brings or takes. What only the postman knows is left to write.
pub(super) fn post_slip(issue: &Issue, events: &[Recorded]) -> Result<PostSlip, Failure> {
    let dossier = Dossier::fold(events).ok_or(Failure::NotFound)?;
    let particulars = &dossier.particulars;
    let back = particulars.return_via == ReturnVia::Post;
    let service = match (dossier.channel == Channel::Post, back) {
        (true, true) => PostService::Both,
        (true, false) => PostService::HandIn,
        (false, true) => PostService::BringBack,
        (false, false) => return Err(Failure::NotFound),
    };
    let sender = submitter(&dossier);
    let document = |title: &String| Paper { name: title.clone(), originals: 1, certified: 0, copies: 0 };
    let papers = match service {
        PostService::BringBack => dossier.results.iter().map(|result| document(&result.title)).collect(),
        _ => particulars.papers.iter().map(paper).collect(),
    };
    let owed = if particulars.fee.way == FeeWay::After { particulars.fee.amount } else { 0 };
    Ok(PostSlip {
        issuer: issuer(issue, &dossier.agency)?,
        made_on: moment(issue.registry, issue.now),
        number: None,
        code: Some(dossier.code.clone()),
        service,
        post_office: String::new(),
        return_address: back.then(|| sender.address.clone()),
        sender,
        procedure: procedure(&dossier),
        papers,
        sets: particulars.sets,
        fee: u64::try_from(owed).unwrap_or_default(),
        postage: 0,
        given_at: moment(issue.registry, issue.now),
        postman: None,
        tracking_url: Some(tracking_url(issue.base_url, &dossier.code, dossier.receipt)),
    })
}

/// All that one person handed in on a day, on one receipt: whoever stood at the counter is known by number, else by name
/// and telephone.
pub(super) fn joint_receipt(issue: &Issue, first: &Dossier, that_day: &[Dossier]) -> Result<JointReceipt, Failure> {
    let registry = issue.registry;
    let who = submitter(first);
    let same = |dossier: &&Dossier| {
        let other = submitter(dossier);
        match (&who.id_number, &other.id_number) {
            (Some(one), Some(other)) => one == other,
            _ => (&who.name, &who.phone) == (&other.name, &other.phone),
        }
    };
    let taken_in = that_day.iter().filter(|dossier| dossier.promise.is_some());
    let dossiers = taken_in.filter(same).map(|dossier| JointDossier {
        code: dossier.code.clone(),
        procedure_name: dossier.subject.name.clone(),
        owner: dossier.applicant().name.clone(),
        sets: dossier.particulars.sets,
        fee: u64::try_from(dossier.particulars.fee.amount).unwrap_or_default(),
        due_at: dossier.last_due_at().map(|due| moment(registry, due)),
    });
    let by_post = first.particulars.return_via == ReturnVia::Post;
    Ok(JointReceipt {
        issuer: issuer(issue, &first.agency)?,
        made_on: moment(registry, first.received_at),
        number: None,
        dossiers: dossiers.collect(),
        received_at: moment(registry, first.received_at),
        return_via: super::receipt::via(first.particulars.return_via),
        return_address: by_post.then(|| who.address.clone()),
        submitter: who,
        tracking_url: None,
        officer_name: registry.account_name(&first.received_by).to_owned(),
    })
}
