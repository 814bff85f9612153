//! The editor of procedures: one draft for each, worked on in parts, published with a date of effect when nothing fails.
//!
//! Owns the table `procedure_draft`. What is allowed is docs/rules/exam.md, EXM-07 to EXM-11; the pages are `view::editor`.

mod publish;
mod store;

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::catalogue::fingerprint;
use motcua_domain::procedure::Version;
use serde::{Deserialize, Serialize};

pub use publish::{Ask, faults, publish};

use super::catalogue::{STREAM, record};
use super::versions;
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, Sentence};
use crate::platform::ledger;

/// Events that are looked at for the history of one procedure: they are of all procedures together.
const HISTORY_EVENTS: i64 = 2_000;

/// What somebody is working on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub key: String,
    pub body: Version,
    /// Number of the version it began from.
    pub based_on: u32,
    /// The date of effect that is intended.
    pub valid_from: Option<Date>,
    pub changed_at: Timestamp,
    pub changed_by: String,
    /// What a form shows that it has seen this state of the draft.
    pub version: i64,
}

/// What is edited and saved by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Texts,
    Limits,
    Fees,
    Papers,
    Route,
    Examples,
}

impl Part {
    pub const ALL: [Self; 6] = [Self::Texts, Self::Limits, Self::Fees, Self::Papers, Self::Route, Self::Examples];

    /// As in addresses and events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Texts => "texts",
            Self::Limits => "limits",
            Self::Fees => "fees",
            Self::Papers => "papers",
            Self::Route => "route",
            Self::Examples => "examples",
        }
    }

    /// Columns of a list that this part answers for; saving it clears what they block. [EXM-11]
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Limits => &["time_limit", "cutoff"],
            Self::Fees => &["fee"],
            Self::Papers => &["components", "copies"],
            Self::Texts | Self::Route | Self::Examples => &[],
        }
    }
}

/// The draft of a procedure, if somebody works on one.
pub fn draft(tx: &mut Tx, key: &str) -> Result<Option<Draft>, Failure> {
    store::draft(tx, key)
}

/// Keys of the procedures that have a draft.
pub fn drafts(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    store::keys(tx)
}

/// Begins a draft as a copy of what is in force today. Where there is one already, that is the one. [EXM-07]
pub fn begin(tx: &mut Tx, ctx: &Ctx, key: &str, today: Date) -> Result<(), Failure> {
    let editions = versions::of(tx, key)?;
    let base = versions::in_force(&editions, today).ok_or(Failure::NotFound)?;
    // What was published for a later day is the newest word: whoever edits goes on from there.
    let base = versions::coming(&editions, today).last().unwrap_or(base);
    let newest = editions.iter().map(|edition| edition.number).max().unwrap_or(base.number);
    let version = ledger::version(tx, STREAM)? + 1;
    let draft = Draft {
        key: key.to_owned(),
        body: base.record.clone(),
        based_on: newest,
        valid_from: None,
        changed_at: ctx.now,
        changed_by: ctx.officer()?.account.clone(),
        version,
    };
    if !store::insert(tx, &draft)? {
        return Ok(());
    }
    say_saved(tx, ctx, &draft, "begin")
}

/// Saves one part: `edit` puts what was typed into the version. `seen` is the state of the draft the form was made from. [EXM-08]
///
/// # Errors
/// [`Failure::Refused`] with `editor.meanwhile` or `editor.draft_gone` when somebody was faster.
pub fn save(
    tx: &mut Tx,
    ctx: &Ctx,
    key: &str,
    seen: i64,
    part: Part,
    edit: impl Fn(&mut Version),
) -> Result<(), Failure> {
    let before = seen_draft(tx, key, seen)?;
    let mut draft = before.clone();
    edit(&mut draft.body);
    draft.body.vouch(part.columns());
    draft.body.block_what_is_missing();
    if draft.body == before.body { Ok(()) } else { put(tx, ctx, seen, draft, part.as_str()) }
}

/// Notes the date of effect that is intended.
pub fn intend(tx: &mut Tx, ctx: &Ctx, key: &str, seen: i64, valid_from: Date) -> Result<(), Failure> {
    let draft = seen_draft(tx, key, seen)?;
    if draft.valid_from == Some(valid_from) {
        return Ok(());
    }
    put(tx, ctx, seen, Draft { valid_from: Some(valid_from), ..draft }, "date")
}

/// Somebody has compared the draft with what was published meanwhile: it goes on from there. [EXM-10]
pub fn rebase(tx: &mut Tx, ctx: &Ctx, key: &str, seen: i64) -> Result<(), Failure> {
    let draft = seen_draft(tx, key, seen)?;
    let newest = versions::of(tx, key)?.iter().map(|edition| edition.number).max().ok_or(Failure::NotFound)?;
    put(tx, ctx, seen, Draft { based_on: newest, ..draft }, "base")
}

/// Throws a draft away, with a reason.
pub fn discard(tx: &mut Tx, ctx: &Ctx, key: &str, seen: i64, reason: &str) -> Result<(), Failure> {
    let draft = seen_draft(tx, key, seen)?;
    store::delete(tx, key, seen)?;
    let body = serde_json::json!({ "key": key, "based_on": draft.based_on, "reason": reason });
    record(tx, ctx, "draft_discarded", &body)
}

/// The draft as the form has seen it; otherwise the sentence says who was faster. [EXM-08]
fn seen_draft(tx: &mut Tx, key: &str, seen: i64) -> Result<Draft, Failure> {
    let found = store::draft(tx, key)?;
    if let Some(draft) = found.as_ref().filter(|draft| draft.version == seen) {
        return Ok(draft.clone());
    }
    let last = history(tx, key)?.into_iter().next();
    let key = if found.is_some() { "editor.meanwhile" } else { "editor.draft_gone" };
    let sentence = match last {
        Some(act) => Sentence::new(key)
            .with("by", act.by)
            .with("said_at", act.at)
            .with("act", format!("{} {}", act.kind, act.part)),
        None => Sentence::new("problem.conflict_detail"),
    };
    Err(Failure::Refused(sentence))
}

fn put(tx: &mut Tx, ctx: &Ctx, seen: i64, mut draft: Draft, part: &str) -> Result<(), Failure> {
    draft.changed_at = ctx.now;
    draft.changed_by = ctx.officer()?.account.clone();
    draft.version = ledger::version(tx, STREAM)? + 1;
    store::update(tx, seen, &draft)?;
    say_saved(tx, ctx, &draft, part)
}

fn say_saved(tx: &mut Tx, ctx: &Ctx, draft: &Draft, part: &str) -> Result<(), Failure> {
    let body = serde_json::json!({ "key": draft.key, "part": part, "based_on": draft.based_on,
        "valid_from": draft.valid_from, "hash": fingerprint(&draft.body) });
    record(tx, ctx, "draft_saved", &body)
}

/// One act on a procedure: who, when, what and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Act {
    pub at: Timestamp,
    pub by: String,
    /// Kind of the event.
    pub kind: String,
    /// Of a saved draft: a [`Part`], or `begin`, `date`, `base`.
    pub part: String,
    /// Of a published version.
    pub version: Option<u32>,
    pub valid_from: Option<Date>,
    pub reason: String,
}

/// The last acts on a procedure, the newest first. [EXM-07]
pub fn history(tx: &mut Tx, key: &str) -> Result<Vec<Act>, Failure> {
    /// What the history tells of an event's body; the version itself is not looked at.
    #[derive(Deserialize)]
    struct Told {
        key: Option<String>,
        #[serde(default)]
        part: String,
        version: Option<u32>,
        valid_from: Option<Date>,
        #[serde(default)]
        reason: String,
    }
    let mut acts = Vec::new();
    for entry in ledger::newest(tx, STREAM, HISTORY_EVENTS)? {
        let told: Told = serde_json::from_str(&entry.body)?;
        if told.key.as_deref() == Some(key) {
            let Told { part, version, valid_from, reason, .. } = told;
            acts.push(Act { at: entry.at, by: entry.by, kind: entry.kind, part, version, valid_from, reason });
        }
    }
    Ok(acts)
}
