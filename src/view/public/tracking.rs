//! Following a dossier: where it is, since when, when it is due. Shows no more of a person than they need to know that it
//! is theirs.

use axum::extract::State;
use axum::http::StatusCode;
use motcua_domain::dossier::{Dossier, Event, Outcome, PaperAsked, Recorded, StandstillKind, Status, stays};
use motcua_domain::procedure::StepKind;
use motcua_domain::proof::file::ProofFile;
use motcua_domain::proof::{Checkpoint, encode};
use serde::Serialize;

use super::agencies::{Counter, counter};
use super::query;
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::ledger::tree;
use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Answer, App, FormState, Req, page, page_with};
use crate::record::dossier::{self, Found};
use crate::view::dossier::legs::{self, LegShown};
use crate::view::dossier::missing;
use crate::view::readers;
use crate::view::shown::{self, Look, Timing};
use crate::view::tracking::{find, tidy_code};

#[derive(Serialize)]
struct TrackPage {
    form: FormState,
    found: Option<Shown>,
}

#[derive(Serialize)]
struct Shown {
    code: String,
    procedure: String,
    agency: String,
    initials: String,
    status: Status,
    timing: Timing,
    /// Office the dossier lies at, while it is worked on.
    office: String,
    since: String,
    received_at: String,
    /// In force; none while the clock stands.
    due_at: Option<String>,
    /// As promised at receipt, where another date holds now.
    promised_at: Option<String>,
    /// When the receiving agency is through with its own part, where others have one. [RTE-05]
    local_at: Option<String>,
    /// What the applicant is waited for, or the agency.
    stands: Vec<StandShown>,
    /// The date was put off, with an apology. [DOS-17]
    extended: Option<ExtendedShown>,
    /// Why it was withdrawn or stopped; empty otherwise.
    ended: String,
    /// What to come again with, where it was not taken in.
    missing: Vec<PaperAsked>,
    limit: String,
    settled_at: Option<String>,
    closed_at: Option<String>,
    reasons: Vec<String>,
    steps: Vec<StepShown>,
    /// Number of the receipt in force, where the one shown is void.
    replaced_by: Option<u32>,
    /// Why it was refused; empty otherwise.
    refusal: String,
    /// Where to collect, when there is something to collect.
    collect_at: Option<Counter>,
    hotline: String,
    /// Where the acceptance stands in the ledger, once that is signed. [LED-12]
    proof: Option<ProofShown>,
    /// Who opened it, day by day. [AUD-06]
    readers: Vec<readers::DayShown>,
    readers_more: bool,
}

#[derive(Serialize)]
struct ProofShown {
    place: u64,
    size: u64,
    at: String,
    path: Vec<String>,
    href: String,
    file: String,
}

#[derive(Serialize)]
struct StepShown {
    title: String,
    office: String,
    /// `done`, `now` or `next`, as the timeline of the components wants it.
    state: &'static str,
    arrived_at: String,
    left_at: String,
    /// What is done at the same time.
    legs: Vec<LegShown>,
    /// Working days at an agency outside.
    days: Option<i64>,
}

/// The clock stands: since when, why, and what the applicant is to do about it. [DOS-14] [DOS-16]
#[derive(Serialize)]
struct StandShown {
    kind: StandstillKind,
    since: String,
    reason: String,
    items: Vec<PaperAsked>,
    amount: i64,
    answer_by: Option<String>,
}

#[derive(Serialize)]
struct ExtendedShown {
    before: String,
    to: String,
    reason: String,
}

/// The form; a QR code fills in the number, never the digits.
pub(super) async fn ask(State(app): State<App>, asked: Req) -> Answer {
    let query = query(&asked);
    let form = Form::filled([("code", tidy_code(query.text("code"))), ("r", receipt(query.text("r")))]);
    page(&app, &asked, "public/track.html", TrackPage { form: form.state(Vec::new()), found: None })
}

pub(super) async fn answer(State(app): State<App>, asked: Req, form: Form) -> Answer {
    match find(&app, &asked, form.text("code"), form.text("digits")).await {
        Ok(found) => {
            let (id, registry) = (found.id.clone(), asked.registry.clone());
            let read = move |tx: &mut Tx| {
                let (readers, more) = readers::of_dossier(tx, &registry, &id)?;
                Ok((dossier::timeline(tx, &id)?, proof_of(tx, &id)?, readers, more))
            };
            let (events, proof, read, more) = app.db.read(read).await?;
            let mut shown = build(&app, &asked, &found, &events, &receipt(form.text("r")))?;
            shown.proof = proof.and_then(|proof| proof_shown(&asked, &proof));
            shown.readers = readers::shown(&asked.registry, asked.locale, &read);
            shown.readers_more = more;
            page(&app, &asked, "public/track.html", TrackPage { form: FormState::default(), found: Some(shown) })
        }
        Err(Failure::Invalid(errors)) => again(&app, &asked, &form, errors),
        Err(other) => Err(other),
    }
}

fn again(app: &App, asked: &Req, form: &Form, errors: Vec<FieldError>) -> Answer {
    let mut form = form.clone();
    form.set("code", tidy_code(form.text("code")));
    form.set("r", receipt(form.text("r")));
    let page = TrackPage { form: form.state(errors), found: None };
    page_with(app, asked, StatusCode::UNPROCESSABLE_ENTITY, "public/track.html", page)
}

/// The number of a receipt, from 1, or nothing.
fn receipt(text: &str) -> String {
    text.parse::<u32>().ok().filter(|number| *number > 0).map_or_else(String::new, |number| number.to_string())
}

fn build(app: &App, asked: &Req, found: &Found, events: &[Recorded], receipt: &str) -> Result<Shown, Failure> {
    let (registry, locale, dossier) = (&asked.registry, asked.locale, &found.dossier);
    let look = Look { registry, locale, now: asked.ctx.now, dossier, events };
    let local = |at: jiff::Timestamp| locale.date_time(registry.local(at));
    let promise = dossier.promise.as_ref();
    let due = if dossier.status.is_closed() { dossier.last_due_at() } else { dossier.due_at() };
    let texts = app.pages.texts();
    let limit = promise.map(|promise| shown::limit_words(texts, locale, promise.limit)).transpose()?;
    let step = dossier.current_step().filter(|step| step.kind != StepKind::Parallel);
    let shown_receipt: Option<u32> = receipt.parse().ok();
    let collect_at = match (dossier.status, registry.agencies.get(&dossier.agency)) {
        (Status::Ready, Some(agency)) => Some(counter(asked, agency)?),
        _ => None,
    };
    Ok(Shown {
        code: dossier.code.clone(),
        procedure: dossier.subject.name.clone(),
        agency: registry.agency_name(&dossier.agency).to_owned(),
        initials: initials(&dossier.applicant().name),
        status: dossier.status,
        timing: shown::timing(registry, asked.ctx.now, dossier),
        office: step.map_or_else(String::new, |step| registry.office_name(&step.office).to_owned()),
        since: local(dossier.step_since),
        received_at: local(dossier.received_at),
        due_at: due.map(local),
        promised_at: dossier.promised_at().filter(|at| Some(*at) != dossier.last_due_at()).map(local),
        local_at: promise.and_then(|promise| promise.local_due_at).map(local),
        stands: stands(&look),
        extended: extended(&look),
        ended: dossier.ended_because.clone().unwrap_or_default(),
        missing: missing(events),
        limit: limit.unwrap_or_default(),
        settled_at: dossier.settled_at.map(local),
        closed_at: dossier.closed_at.map(local),
        reasons: dossier.reasons().map(|why| shown::reasons(texts, locale, why)).unwrap_or_default(),
        steps: steps(&look),
        replaced_by: shown_receipt.filter(|number| *number < dossier.receipt).map(|_| dossier.receipt),
        refusal: refusal(dossier),
        collect_at,
        hotline: registry.site.tracking.hotline.clone(),
        proof: None,
        readers: Vec::new(),
        readers_more: false,
    })
}

/// The proof that the first event of a dossier stands in the ledger.
fn proof_of(tx: &mut Tx, id: &str) -> Result<Option<ProofFile>, Failure> {
    match tree::index_of(tx, id, 1)? {
        Some(index) => tree::proof(tx, index, dossier::public),
        None => Ok(None),
    }
}

fn proof_shown(asked: &Req, proof: &ProofFile) -> Option<ProofShown> {
    let checkpoint = Checkpoint::read(&proof.checkpoint)?;
    Some(ProofShown {
        place: proof.index + 1,
        size: checkpoint.size,
        at: asked.locale.date_time(asked.registry.local(checkpoint.at)),
        path: proof.path.iter().map(|hash| encode(hash)).collect(),
        // Only here: an event's exact moment is for whoever proved to be of the dossier.
        href: format!("data:text/plain;charset=utf-8,{}", percent(&proof.to_text()).replace('+', "%20")),
        file: format!("{}.tlog-proof", proof.index + 1),
    })
}

/// `Nguyễn Văn A` → `N. V. A.`: enough to know it is one's own, nothing to look somebody up by.
fn initials(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().next());
    letters.map(|letter| format!("{}.", letter.to_uppercase())).collect::<Vec<_>>().join(" ")
}

/// A refusal that was only proposed is nobody's business yet.
fn refusal(dossier: &Dossier) -> String {
    let decided = dossier.settled_at.is_some() && dossier.outcome() == Some(Outcome::Refuse);
    let refused = decided || dossier.status == Status::RefusedAtIntake;
    dossier.refusal.clone().filter(|_| refused).unwrap_or_default()
}

fn stands(look: &Look) -> Vec<StandShown> {
    let open = look.dossier.standstills.iter().filter(|stand| stand.to.is_none());
    open.map(|stand| {
        let request = stand.request.clone().unwrap_or_default();
        StandShown {
            kind: stand.kind,
            since: look.local(stand.from),
            reason: stand.reason.clone(),
            items: request.items,
            amount: stand.amount,
            answer_by: request.answer_by.map(|at| look.local(at)),
        }
    })
    .collect()
}

/// The last extension, as long as its date is the one in force.
fn extended(look: &Look) -> Option<ExtendedShown> {
    let extension = &look.dossier.extensions.last()?.extension;
    (look.dossier.due_at() == Some(extension.due.due_at)).then(|| ExtendedShown {
        before: look.local(extension.before),
        to: look.local(extension.due.due_at),
        reason: extension.reason.clone(),
    })
}

/// The steps of the route, each with the last time the dossier came there and went on.
fn steps(look: &Look) -> Vec<StepShown> {
    let dossier = look.dossier;
    if dossier.status == Status::RefusedAtIntake {
        return Vec::new();
    }
    let local = |at: Option<jiff::Timestamp>| at.map_or_else(String::new, |at| look.local(at));
    let stays = stays(look.events);
    let mut legs = legs::steps(look);
    let route = (0u32..).zip(&dossier.subject.route);
    route
        .map(|(at, step)| {
            let shown = legs.get_mut(at as usize);
            let state = match shown.as_ref().map_or("ahead", |shown| shown.place) {
                "done" => "done",
                "current" => "now",
                _ => "next",
            };
            let (arrived, left) = times(at, dossier, look.events);
            let outside = step.kind == StepKind::Outside && state != "next";
            StepShown {
                title: step.title.clone(),
                office: look.registry.office_name(&step.office).to_owned(),
                arrived_at: if state == "next" { String::new() } else { local(arrived) },
                left_at: if state == "done" { local(left) } else { String::new() },
                legs: shown.map(|shown| std::mem::take(&mut shown.legs)).unwrap_or_default(),
                days: outside.then(|| legs::days_outside(look, 0, at, &stays)),
                state,
            }
        })
        .collect()
}

/// When the dossier last came to a step and last left it.
fn times(step: u32, dossier: &Dossier, events: &[Recorded]) -> (Option<jiff::Timestamp>, Option<jiff::Timestamp>) {
    let (mut arrived, mut left) = ((step == 0).then_some(dossier.received_at), None);
    for recorded in events {
        match &recorded.event {
            Event::Forwarded { task: 0, from, to, .. }
            | Event::SentBack { task: 0, from, to, .. }
            | Event::Returned { task: 0, from, to, .. } => {
                if *to == step {
                    arrived = Some(recorded.at);
                }
                if *from == step {
                    left = Some(recorded.at);
                }
            }
            Event::HandedOver(_) if step == dossier.step => left = Some(recorded.at),
            _ => {}
        }
    }
    (arrived, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_by_its_first_letters() {
        assert_eq!(initials("Nguyễn Văn A"), "N. V. A.");
        assert_eq!(initials(" đặng  ánh "), "Đ. Á.");
        assert_eq!(initials(""), "");
    }
}
