//! What was found, in sentences for a terminal: what does not hold and where, and what still does.

use motcua_domain::proof::Checkpoint;
use motcua_domain::proof::file::{self, ProofFile};
use motcua_domain::proof::leaf::{Leaf, Place};
use motcua_domain::proof::log::{Fault, Findings, Remark};
use motcua_domain::proof::receipt::{self, Receipt};

use super::super::say::say;
use crate::platform::i18n::{Locale, Texts};
use crate::platform::ledger::{Break, Verdict};
use crate::record::receipt::Difference;

pub(super) fn tell_export(found: &Findings) {
    say!("{} events, {} checkpoints", found.events, found.checkpoints);
    found.faults.iter().for_each(|fault| say!("{}", self::fault(fault)));
    found.remarks.iter().for_each(|remark| say!("note: {}", self::remark(remark)));
    match &found.holds {
        Some(last) => say!("the first {} events are what was signed at {}", last.size, last.at),
        None if found.others.is_none() => say!("nothing of it is proved"),
        None => {}
    }
    if let Some(others) = found.others.as_ref().filter(|others| found.holds.as_ref() != Some(others)) {
        say!(
            "their hashes are what was signed at {}: of the first {} events all lines that are not named here hold",
            others.at,
            others.size
        );
    }
}

/// What is wrong with an export.
pub fn fault(fault: &Fault) -> String {
    match fault {
        Fault::NoCheckpoint => "no checkpoint is signed with this key: nothing can be proved".to_owned(),
        Fault::Checkpoint { number, why } => format!("checkpoint {number} does not count: {why}"),
        Fault::Order { number, size } => {
            format!("checkpoint {number} stands out of order: it covers {size} events, no more than the one before it")
        }
        Fault::Root { from, to, at } => format!(
            "between event {} and event {to} the log is not what was signed at {at}: something was changed, removed, \
             added or moved there, and its hashes were made anew",
            from + 1
        ),
        Fault::Short { events, size, at } => {
            format!("the log is cut off: it has {events} events, and {size} were signed at {at}")
        }
        Fault::Since { size, at } => format!(
            "the log does not continue the checkpoint that was kept, of {at} with {size} events: the past was changed since"
        ),
        Fault::Changed { line, place } => {
            format!("line {line}{} was changed: it is not what was recorded at this place", of(place.as_ref()))
        }
        Fault::Added { line, place } => format!("line {line}{} was added: it was never recorded", of(place.as_ref())),
        Fault::Moved { line, to, place } => {
            format!("line {line}{} was moved: it belongs to place {to}", of(place.as_ref()))
        }
        Fault::Hash { line } => {
            format!("line {line} of the hashes is not the hash of its event; the events themselves are what was signed")
        }
        Fault::Missing { at } => format!("the event of place {at} was removed"),
        Fault::Gap { stream, events, last } => {
            format!(
                "{stream} has {events} events, though the last one has number {last}: numbers are missing or doubled"
            )
        }
        Fault::More(number) => format!("and {number} more like this"),
    }
}

fn of(place: Option<&Place>) -> String {
    place.map_or_else(String::new, |place| format!(" ({}, event {})", stream(&place.stream), place.seq))
}

fn stream(name: &str) -> String {
    if name.len() == crate::platform::ids::LENGTH { format!("dossier {name}") } else { name.to_owned() }
}

/// What is strange and breaks nothing.
pub fn remark(remark: &Remark) -> String {
    match remark {
        Remark::Back { line, place, before } => format!(
            "the clock ran backwards: event {line}{} says {}, the one before it {before}; the order of events is proved, \
             this moment is not",
            of(Some(place)),
            place.at
        ),
        Remark::BackDated { line, place, sealed } => format!(
            "event {line}{} is back-dated, or the clock was wrong: it says {}, and was recorded after the checkpoint of {sealed}",
            of(Some(place)),
            place.at
        ),
        Remark::CheckpointBack { size, at, before } => {
            format!("the clock ran backwards: the checkpoint of {size} events says {at}, the one before it {before}")
        }
        Remark::Unsigned(events) => format!("{events} events at the end are not signed yet"),
        Remark::More(number) => format!("and {number} more like this"),
    }
}

pub(super) fn tell_verdict(verdict: &Verdict) {
    say!("{} events under {} seals, the last is {}", verdict.sealed_events, verdict.seals, verdict.head);
    say!("{} events in the tree, {} checkpoints", verdict.leaves, verdict.checkpoints);
    verdict.broken.iter().for_each(|found| say!("broken: {}", broken(found)));
    verdict.remarks.iter().for_each(|remark| say!("note: {}", self::remark(remark)));
    let more = verdict.remarks_in_all.saturating_sub(verdict.remarks.len() as u64);
    if more > 0 {
        say!("note: and {more} more like this");
    }
    verdict.checked_to.iter().for_each(|size| say!("the first {size} events are what was signed"));
}

/// Where the ledger itself does not hold.
pub fn broken(found: &Break) -> String {
    let at = &found.at;
    let event =
        || at.rsplit_once(' ').map_or_else(|| at.clone(), |(name, seq)| format!("{}, event {seq}", stream(name)));
    match found.kind {
        "seal" => format!("the events under seal {at} are not what was sealed"),
        "previous" => format!("seal {at} does not follow the one before it"),
        "count" => format!("under seal {at} are more or fewer events than were sealed"),
        "seal_missing" => format!("seal {at} was taken away"),
        "gap" => format!("{}: numbers are missing", stream(at)),
        "leaf" => format!("{}: it is not what was sealed", event()),
        "leaf_missing" => format!("the event of place {at} in the tree was removed"),
        "leaf_order" => format!("events from place {at} of the tree on changed places"),
        "tile" => format!("the kept hashes of the tree do not fit together ({at})"),
        "checkpoint" => format!("the checkpoint of {at} events is forged: no key of this ledger signed it"),
        "root" => {
            let (from, to) = at.split_once(' ').unwrap_or_default();
            format!("the events after the first {from} and up to {to} are not what was signed")
        }
        "cut_off" => format!("{at} events were signed, and fewer are there"),
        other => format!("{other}: {at}"),
    }
}

pub(super) fn tell_proof(found: &ProofFile, checkpoint: &Checkpoint) {
    let place = Leaf::read(&found.line).and_then(|leaf| leaf.place());
    say!("{}", found.line);
    say!(
        "event {}{} stands in the ledger {} under the checkpoint of {} with {} events",
        found.index + 1,
        of(place.as_ref()),
        checkpoint.origin,
        checkpoint.at,
        checkpoint.size
    );
    say!("holds");
}

pub(super) fn proof_fault(fault: &file::Fault) -> String {
    match fault {
        file::Fault::Form => "this is no proof file, or not all of it".to_owned(),
        file::Fault::Checkpoint(why) => format!("its checkpoint does not count: {why}"),
        file::Fault::Elsewhere => {
            "the event does not stand in the ledger that its checkpoint signs: one of the two was changed".to_owned()
        }
    }
}

pub(super) fn tell_receipt(checked: &Result<Receipt, receipt::Fault>) {
    let told = |receipt: &Receipt| {
        let Receipt { code, received, due, number, size, sealed, .. } = receipt;
        say!("{code}, receipt {number}: received {received}, due {due}");
        if *size > 0 {
            say!("the newest checkpoint then: {size} events, {sealed}");
        }
    };
    match checked {
        Ok(receipt) => {
            told(receipt);
            say!("signed with the key of the ledger");
        }
        Err(receipt::Fault::Form) => say!("NOT A RECEIPT: this is not the line of a receipt, or not all of it"),
        Err(receipt::Fault::False) => say!("FALSE: it was altered, or nobody with the key of this ledger signed it"),
        Err(receipt::Fault::BackDated(receipt)) => {
            told(receipt);
            say!("BACK-DATED: it says it was received before a checkpoint that was there already when it was written");
        }
    }
}

pub(super) fn tell_differences(differences: &[Difference]) -> anyhow::Result<()> {
    let texts = Texts::embedded()?;
    for difference in differences {
        let sentence = difference.sentence(|at| at.to_string());
        say!("NOT WHAT THE LEDGER SAYS: {}", texts.say(Locale::En, &sentence.key, &sentence.params));
    }
    Ok(())
}
