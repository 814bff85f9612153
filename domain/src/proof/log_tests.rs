#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use std::convert::Infallible;

use super::*;
use crate::proof::{Signer, leaf};

/// A log of ten events of two dossiers, a minute apart, with a checkpoint after the fourth and after the ninth.
struct Log {
    lines: Vec<String>,
    hashes: Vec<Hash>,
    notes: Vec<String>,
}

fn signer() -> Signer {
    Signer::new("motcua/example", &[3; 32]).unwrap()
}

fn moment(minute: i64) -> Timestamp {
    Timestamp::from_second(1_525_396_200 + 60 * minute).unwrap()
}

fn line(dossier: i64, seq: i64, minute: i64) -> String {
    let public = format!(r#"{{"dossier":"D{dossier}","seq":{seq},"at":"{}","event":"noted"}}"#, moment(minute));
    leaf::line(&crate::ledger::sha256(public.as_bytes()), &public)
}

impl Log {
    fn new() -> Self {
        let lines = (0..10).map(|at| line(at % 2, at / 2 + 1, at)).collect();
        let mut log = Self { lines, hashes: Vec::new(), notes: Vec::new() };
        log.hashes = log.lines.iter().map(|line| leaf_hash(line.as_bytes())).collect();
        log.notes = vec![log.sign(4, moment(4)), log.sign(9, moment(9))];
        log
    }

    fn sign(&self, size: usize, at: Timestamp) -> String {
        let mut frontier = Frontier::default();
        self.hashes.iter().take(size).for_each(|hash| frontier.push(*hash));
        Checkpoint::sign(&signer(), size as u64, frontier.root(), at)
    }

    fn check(&self, since: Option<&Checkpoint>) -> Findings {
        let keys = [signer().verifier()];
        let beside = Beside { hashes: &self.hashes, notes: &self.notes, keys: &keys, since };
        let lines = || Ok::<_, Infallible>(self.lines.iter().cloned().map(Ok));
        let Ok(found) = check(lines, beside);
        found
    }

    fn faults(&self) -> Vec<Fault> {
        self.check(None).faults
    }
}

fn place(dossier: &str, seq: i64, minute: i64) -> Option<Place> {
    Some(Place { stream: dossier.to_owned(), seq, at: moment(minute) })
}

#[test]
fn a_whole_log_holds_and_says_what_is_not_signed_yet() {
    // [LED-10]
    let found = Log::new().check(None);
    assert_eq!((found.faults.clone(), found.events, found.checkpoints), (vec![], 10, 2));
    assert_eq!(found.remarks, [Remark::Unsigned(1)]);
    assert_eq!(found.holds.unwrap().size, 9);
}

#[test]
fn a_changed_hash_accuses_no_event() {
    // [LED-10]
    let mut log = Log::new();
    log.hashes[6] = [0; 32];
    let found = log.check(None);
    assert_eq!((found.faults, found.holds.unwrap().size), (vec![Fault::Hash { line: 7 }], 9));
}

#[test]
fn a_changed_byte_is_found_with_its_line() {
    // [LED-10]
    let mut log = Log::new();
    log.lines[6] = log.lines[6].replace("noted", "moved");
    let found = log.check(None);
    assert_eq!(found.faults, [Fault::Changed { line: 7, place: place("D0", 4, 6) }]);
    assert_eq!(found.holds.unwrap().size, 4, "what was signed before still holds");
    assert_eq!(found.others.unwrap().size, 9, "and so do the others");
}

#[test]
fn a_removed_an_added_and_a_moved_line_are_told_apart() {
    // [LED-10]
    let mut removed = Log::new();
    removed.lines.remove(4);
    let gap = Fault::Gap { stream: "D0".into(), events: 4, last: 5 };
    assert_eq!(removed.faults(), [Fault::Missing { at: 5 }, gap]);
    let mut added = Log::new();
    added.lines.insert(4, line(2, 1, 4));
    assert_eq!(added.faults(), [Fault::Added { line: 5, place: place("D2", 1, 4) }]);
    let mut moved = Log::new();
    moved.lines.swap(4, 5);
    assert_eq!(moved.faults(), [Fault::Moved { line: 6, to: 5, place: place("D0", 3, 4) }]);
    let mut twice = Log::new();
    twice.lines.insert(5, twice.lines[4].clone());
    let again = Fault::Gap { stream: "D0".into(), events: 6, last: 5 };
    assert_eq!(twice.faults(), [Fault::Added { line: 6, place: place("D0", 3, 4) }, again]);
}

#[test]
fn a_log_made_anew_around_a_change_is_not_what_was_signed() {
    // [LED-10]
    let mut log = Log::new();
    log.lines[6] = log.lines[6].replace("noted", "moved");
    log.hashes[6] = leaf_hash(log.lines[6].as_bytes());
    let found = log.check(None);
    assert_eq!(found.faults, [Fault::Root { from: 4, to: 9, at: moment(9) }]);
    assert_eq!(found.holds.unwrap().size, 4);
    log.hashes.clear();
    assert_eq!(log.faults(), [Fault::Root { from: 4, to: 9, at: moment(9) }], "without the hashes too");
}

#[test]
fn a_log_that_was_cut_off_is_shorter_than_what_was_signed() {
    let mut log = Log::new();
    log.lines.truncate(7);
    log.hashes.truncate(7);
    let short = Fault::Short { events: 7, size: 9, at: moment(9) };
    assert_eq!(log.faults()[0], short);
    log.notes.pop();
    assert_eq!(log.faults(), [], "unseen where the checkpoint is cut off with it");
    let kept = Checkpoint::open(&Log::new().notes[1], &[signer().verifier()]).unwrap();
    let since = Fault::Since { size: 9, at: moment(9) };
    assert_eq!(log.check(Some(&kept)).faults, [since], "but not by whoever kept one");
}

#[test]
fn forged_checkpoints_are_found() {
    // [LED-09]
    let mut log = Log::new();
    log.notes[1] = log.notes[1].replace("\n9\n", "\n8\n");
    assert_eq!(log.faults(), [Fault::Checkpoint { number: 2, why: NoteError::False }]);
    log.notes[1] = log.notes[0].clone();
    assert_eq!(log.faults(), [Fault::Order { number: 2, size: 4 }]);
    log.notes.clear();
    assert_eq!(log.faults(), [Fault::NoCheckpoint]);
}

#[test]
fn a_checkpoint_that_was_kept_is_continued() {
    let log = Log::new();
    let kept = Checkpoint::open(&log.sign(6, moment(6)), &[signer().verifier()]).unwrap();
    assert_eq!(log.check(Some(&kept)).faults, []);
}

#[test]
fn a_clock_that_ran_backwards_is_said_and_breaks_nothing() {
    // [LED-11]
    let mut log = Log::new();
    log.lines[2] = line(0, 2, -10);
    log.lines[6] = line(0, 4, -10);
    log.hashes = log.lines.iter().map(|line| leaf_hash(line.as_bytes())).collect();
    log.notes = vec![log.sign(4, moment(4)), log.sign(9, moment(3))];
    let found = log.check(None);
    assert_eq!(found.faults, []);
    let remarks = [
        Remark::CheckpointBack { size: 9, at: moment(3), before: moment(4) },
        Remark::Back { line: 3, place: place("D0", 2, -10).unwrap(), before: moment(1) },
        Remark::BackDated { line: 7, place: place("D0", 4, -10).unwrap(), sealed: moment(4) },
        Remark::Unsigned(1),
    ];
    assert_eq!(found.remarks, remarks);
}
