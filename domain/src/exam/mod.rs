//! The exam of a procedure: worked examples that a version must get right before it is published (docs/rules/exam.md).
//!
//! An [`Example`] is a visit as an administrator imagines it: who comes, with which papers, when, what happens then; and what
//! must come of it. [`run`] plays it against a version, its route, the calendar of the receiving agency and the law, and
//! answers with everything that came out differently. What cannot be reckoned is such an answer too, never a panic.

mod outcome;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{DateTime, Time};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::deadline::{AfterSupplement, PromiseTime};
use crate::procedure::{Channel, Step, Version};
use crate::text::fold;

pub use outcome::{LETTERS, Outcome, outcome};

/// Examples of one version at the most: more could not be read on one page.
pub const EXAMPLES_MAX: usize = 50;

/// A worked example (ví dụ mẫu). Nobody in it is real. [EXM-01]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Unique within its version.
    pub title: String,
    /// Id of the agency that receives: its tier decides the route, its calendar the date.
    pub agency: String,
    /// Who comes, in words.
    pub who: String,
    /// The case of limit, fee and papers by its label; empty for the one without.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case: String,
    pub channel: Channel,
    /// The papers handed in, by their names.
    pub papers: Vec<String>,
    /// Local wall time.
    pub received: DateTime,
    /// What happens afterwards.
    #[serde(default, rename = "act", skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<ExampleAct>,
    pub expect: Expected,
}

/// What can happen to the dossier of an example. [EXM-05]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActKind {
    /// Asked for at `from`, complete at `to`.
    Supplement,
    /// The office waits for the applicant to pay.
    Payment,
    /// A declared outage.
    Outage,
    /// Approved at `from`; the new date is `to`.
    Extension,
    /// Refused after examination.
    Refusal,
    /// The dossier is stopped, as when a supplement never comes.
    Stop,
}

impl ActKind {
    pub const ALL: [Self; 6] =
        [Self::Supplement, Self::Payment, Self::Outage, Self::Extension, Self::Refusal, Self::Stop];

    /// As in files and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supplement => "supplement",
            Self::Payment => "payment",
            Self::Outage => "outage",
            Self::Extension => "extension",
            Self::Refusal => "refusal",
            Self::Stop => "stop",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One thing that happens; a wait without an end still goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleAct {
    pub kind: ActKind,
    pub from: DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime>,
}

/// What must come of an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// In đồng, 0 for free; `None`: the version names no amount, since the province sets it. [EXM-03]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<i64>,
    /// Local wall time.
    pub due: DateTime,
    /// Offices in the order of the route, as the route names them. [EXM-04]
    pub route: Vec<String>,
    /// Kinds of letters that are issued, of [`LETTERS`]. [EXM-05]
    pub letters: Vec<String>,
}

/// What the law in force on the day of receipt says about the clock, and how the site promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    pub after_supplement: AfterSupplement,
    /// Received after it, a dossier is handed over the next morning.
    pub transfer_cutoff: Time,
    pub promise: PromiseTime,
}

/// What of an example came out differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Case,
    Channel,
    Papers,
    Fee,
    Route,
    Due,
    Letters,
}

/// A sentence: its key in the locale files and what fills the gaps. Names ending in `_at` are moments, `_dong` amounts,
/// `_offices` offices and `_letters` letters, several of them divided by `", "`; a page writes them in its reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    pub key: &'static str,
    pub params: BTreeMap<&'static str, String>,
}

impl Sentence {
    fn new<const N: usize>(key: &'static str, params: [(&'static str, String); N]) -> Self {
        Self { key, params: BTreeMap::from(params) }
    }
}

/// One part that is not as expected, in a sentence that names both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    pub part: Part,
    #[serde(flatten)]
    pub said: Sentence,
}

/// Plays an example and says what came out differently; nothing, when it is right. [EXM-02]
///
/// `route` has its offices as the version or the site's route names them; `calendar` is the receiving agency's; `rules` are
/// those of the day of receipt.
pub fn run(version: &Version, route: &[Step], calendar: &Calendar, rules: Rules, example: &Example) -> Vec<Mismatch> {
    compare(example, &outcome(version, route, calendar, rules, example))
}

/// What in an outcome is not as the example expects it. [EXM-02]
pub fn compare(example: &Example, found: &Outcome) -> Vec<Mismatch> {
    if !found.case_known {
        let said = Sentence::new("exam.case_unknown", [("case", example.case.clone())]);
        return vec![Mismatch { part: Part::Case, said }];
    }
    let mut mismatches = Vec::new();
    let mut differs = |part, said| mismatches.push(Mismatch { part, said });
    if !found.channel_offered {
        differs(Part::Channel, Sentence::new("exam.channel_not_offered", []));
    }
    for paper in &found.lacking {
        differs(Part::Papers, Sentence::new("exam.paper_lacking", [("paper", paper.clone())]));
    }
    for paper in &found.unasked {
        differs(Part::Papers, Sentence::new("exam.paper_not_asked", [("paper", paper.clone())]));
    }
    if let Some(said) = fee_differs(example.expect.fee, &found.fees) {
        differs(Part::Fee, said);
    }
    if !same_way(&example.relative(&example.expect.route), &found.route) {
        let params = [
            ("expected_offices", example.relative(&example.expect.route).join(", ")),
            ("found_offices", found.route.join(", ")),
        ];
        differs(Part::Route, Sentence::new("exam.route_other", params));
    }
    match &found.due {
        Ok(due) if *due == example.expect.due => {}
        Ok(due) => {
            let params = [("expected_at", moment(example.expect.due)), ("found_at", moment(*due))];
            differs(Part::Due, Sentence::new("exam.due_other", params));
        }
        Err(why) => differs(Part::Due, why.clone()),
    }
    let expected: BTreeSet<&str> = example.expect.letters.iter().map(String::as_str).collect();
    if expected != found.letters.iter().copied().collect() {
        let params =
            [("expected_letters", example.expect.letters.join(", ")), ("found_letters", found.letters.join(", "))];
        differs(Part::Letters, Sentence::new("exam.letters_other", params));
    }
    mismatches
}

/// [EXM-03] Where several fees fit the case the officer chooses, so that any of them is right.
fn fee_differs(expected: Option<i64>, found: &[Option<i64>]) -> Option<Sentence> {
    if found.contains(&expected) {
        return None;
    }
    let amounts = || found.iter().flatten().map(i64::to_string).collect::<Vec<_>>().join(", ");
    Some(match (expected, found) {
        (_, []) => Sentence::new("exam.fee_none", []),
        (None, _) => Sentence::new("exam.fee_named", [("found_dong", amounts())]),
        (Some(expected), [None]) => Sentence::new("exam.fee_open", [("expected_dong", expected.to_string())]),
        (Some(expected), _) => {
            Sentence::new("exam.fee_other", [("expected_dong", expected.to_string()), ("found_dong", amounts())])
        }
    })
}

/// [EXM-04] An office with several steps in a row may be written once for each step, or once.
fn same_way(expected: &[String], found: &[String]) -> bool {
    let mut once = found.to_vec();
    once.dedup();
    expected == found || expected == once.as_slice()
}

impl Example {
    /// Offices of the receiving agency by their own key.
    fn relative(&self, offices: &[String]) -> Vec<String> {
        let own = format!("{}/", self.agency);
        offices.iter().map(|office| office.strip_prefix(&own).unwrap_or(office).to_owned()).collect()
    }
}

/// Gives a version the examples that belong to it; of two with one title the later one stays.
pub fn attach_examples(version: &mut Version, examples: impl IntoIterator<Item = Example>) {
    for example in examples {
        match version.examples.iter_mut().find(|known| fold(&known.title) == fold(&example.title)) {
            Some(known) => *known = example,
            None => version.examples.push(example),
        }
    }
}

fn moment(at: DateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests;
