//! What comes of an example: each part by the rule that reckons it in earnest.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use super::{ActKind, Example, Rules, Sentence, moment};
use crate::calendar::Calendar;
use crate::deadline::{Course, Due, Extension, Pause, reckon, transfer_due};
use crate::procedure::{Fee, Limit, Step, StepKind, Version};
use crate::routing::all_steps;
use crate::text::fold;

/// Every kind of letter that an example can bring forth, in the order in which they are issued. [EXM-05]
pub const LETTERS: [&str; 5] = ["receipt", "supplement", "apology", "refusal", "stop"];

/// What came of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the version knows the case at all; if not, nothing else means anything.
    pub case_known: bool,
    pub channel_offered: bool,
    /// Asked for in this case, and not handed in.
    pub lacking: Vec<String>,
    /// Handed in, and not asked for in this case.
    pub unasked: Vec<String>,
    /// What the case may cost: `None` where the province sets it. Several where the officer has to choose, none where the
    /// version has no fee for the case.
    pub fees: Vec<Option<i64>>,
    /// The office of each step, with those of the legs in the order in which they are written.
    pub route: Vec<String>,
    /// The due moment, or why there is none.
    pub due: Result<DateTime, Sentence>,
    /// Until when it must have been handed to the office that decides; `None` where the calendar does not say.
    pub transfer_due: Option<DateTime>,
    pub letters: Vec<&'static str>,
}

/// Plays an example without judging it.
pub fn outcome(version: &Version, route: &[Step], calendar: &Calendar, rules: Rules, example: &Example) -> Outcome {
    let steps = all_steps(route).filter(|step| step.kind != StepKind::Parallel).map(|step| step.office.clone());
    let asked = version.papers.iter().filter(|paper| paper.case.is_empty() || same(&paper.case, &example.case));
    let asked: Vec<&str> = asked.map(|paper| paper.name.as_str()).collect();
    let brought: Vec<&str> = example.papers.iter().map(String::as_str).collect();
    Outcome {
        case_known: case_known(version, &example.case),
        channel_offered: version.channels.is_empty() || version.channels.contains(&example.channel),
        lacking: beyond(&asked, &brought),
        unasked: beyond(&brought, &asked),
        fees: fees(version, &example.case),
        route: example.relative(&steps.collect::<Vec<_>>()),
        due: due(version, calendar, rules, example),
        transfer_due: transfer_due(calendar, example.received, rules.transfer_cutoff).ok(),
        letters: letters(example),
    }
}

/// Names in the first list that the second does not have, however they are spelt.
fn beyond(names: &[&str], others: &[&str]) -> Vec<String> {
    let known: BTreeSet<String> = others.iter().map(|name| fold(name)).collect();
    names.iter().filter(|name| !known.contains(&fold(name))).map(|name| (*name).to_owned()).collect()
}

fn same(a: &str, b: &str) -> bool {
    a == b || fold(a) == fold(b)
}

/// [EXM-06] A case is named by a limit, a fee or a paper.
fn case_known(version: &Version, case: &str) -> bool {
    let limits = version.limits.iter().map(|limit| &limit.label);
    let fees = version.fees.iter().map(|fee| &fee.label);
    let papers = version.papers.iter().map(|paper| &paper.case);
    case.is_empty() || limits.chain(fees).chain(papers).any(|label| same(label, case))
}

/// [EXM-06] What holds for a case: what carries its name, else what carries none, else the only one there is.
fn fitting<'a, T>(all: &'a [T], label: impl Fn(&T) -> &str, case: &str) -> Vec<&'a T> {
    let with = |wanted: &str| all.iter().filter(|one| same(label(one), wanted)).collect::<Vec<&T>>();
    let named = if case.is_empty() { Vec::new() } else { with(case) };
    match (named.is_empty(), with("")) {
        (false, _) => named,
        (true, unnamed) if unnamed.is_empty() && case.is_empty() && all.len() == 1 => all.iter().collect(),
        (true, unnamed) => unnamed,
    }
}

/// [EXM-03]
fn fees(version: &Version, case: &str) -> Vec<Option<i64>> {
    let fees = fitting(&version.fees, |fee| &fee.label, case).into_iter().map(|case| match &case.fee {
        Fee::Free => Some(0),
        Fee::Amount { amount, .. } => Some(*amount),
        Fee::SetByProvince => None,
    });
    fees.collect()
}

fn limit(version: &Version, case: &str) -> Result<Limit, Sentence> {
    let found = fitting(&version.limits, |limit| &limit.label, case);
    match (found.as_slice(), version.limits.is_empty()) {
        ([one], _) => Ok(one.limit),
        ([], false) if case.is_empty() => Err(Sentence::new("exam.case_needed", [])),
        ([], _) => Err(Sentence::new("exam.limit_none", [])),
        _ => Err(Sentence::new("exam.limits_unnamed", [])),
    }
}

/// The due moment by the clock, after everything that happens in the example. [EXM-05]
fn due(version: &Version, calendar: &Calendar, rules: Rules, example: &Example) -> Result<DateTime, Sentence> {
    let of = |kind| example.acts.iter().filter(move |act| act.kind == kind);
    if let Some(act) = example.acts.iter().find(|act| act.from < example.received) {
        return Err(Sentence::new("exam.act_before_receipt", [("from_at", moment(act.from))]));
    }
    // Who is stopped waits no longer: the date that held before the wait stays on record.
    let stopped = of(ActKind::Stop).next().is_some();
    let waits = |kind| {
        let waits = of(kind).map(|act| Pause { from: act.from, to: act.to });
        waits.filter(|wait| wait.to.is_some() || !stopped).collect::<Vec<_>>()
    };
    let (supplements, mut pauses) = (waits(ActKind::Supplement), waits(ActKind::Payment));
    pauses.extend(waits(ActKind::Outage));
    let course = Course {
        received: example.received,
        limit: limit(version, &example.case)?,
        cutoff: version.cutoff,
        after_supplement: rules.after_supplement,
        supplements: &supplements,
        pauses: &pauses,
        extension: extension(example)?,
        promise: rules.promise,
    };
    match reckon(calendar, &course) {
        Ok(reckoning) => match reckoning.promised.due {
            Due::At(due) => Ok(due),
            Due::PausedSince(since) => Err(Sentence::new("exam.due_waiting", [("from_at", moment(since))])),
        },
        Err(refusal) => Err(Sentence { key: refusal.key(), params: refusal.params() }),
    }
}

/// The law allows one, with a new date. [CLK-18]
fn extension(example: &Example) -> Result<Option<Extension>, Sentence> {
    let mut extensions = example.acts.iter().filter(|act| act.kind == ActKind::Extension);
    let Some(first) = extensions.next() else { return Ok(None) };
    if extensions.next().is_some() {
        return Err(Sentence::new("exam.extension_twice", []));
    }
    match first.to {
        Some(to) => Ok(Some(Extension { granted: first.from, to })),
        None => Err(Sentence::new("exam.extension_without_date", [])),
    }
}

/// [EXM-05] The receipt always; the others by what happens.
fn letters(example: &Example) -> Vec<&'static str> {
    let happened = |kind| example.acts.iter().any(|act| act.kind == kind);
    let issued = |letter: &&str| match *letter {
        "supplement" => happened(ActKind::Supplement),
        "apology" => happened(ActKind::Extension),
        "refusal" => happened(ActKind::Refusal),
        "stop" => happened(ActKind::Stop),
        _ => true,
    };
    LETTERS.into_iter().filter(issued).collect()
}
