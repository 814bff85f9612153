//! The tree and its checkpoints recomputed from the events, beside the chain. [LED-10]

use std::collections::{BTreeSet, VecDeque};

use motcua_domain::ledger::Entry;
use motcua_domain::proof::leaf::{self, Place};
use motcua_domain::proof::log::{Moments, Remark};
use motcua_domain::proof::merkle::Frontier;
use motcua_domain::proof::{Checkpoint, Hash, Verifier};

use super::super::{Break, Verdict};
use super::{Public, hashes, keys, root, store};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// Checkpoints read at once.
const PAGE: i64 = 1_000;
/// As many findings of a kind are told.
const TOLD: usize = 20;

pub struct Walk {
    public: Public,
    keys: Vec<Verifier>,
    /// Up to which seal the tree has come.
    last: i64,
    frontier: Frontier,
    moments: Moments,
    /// Those to come, with the size under which they are kept.
    coming: VecDeque<(u64, Result<Checkpoint, ()>)>,
    read_to: u64,
    before: Option<Checkpoint>,
    /// Once a root was not what was signed, no later one can be.
    broken: bool,
    told: usize,
    /// Place of the first event that is not what was taken in.
    wrong: Option<u64>,
}

impl Walk {
    pub fn begin(tx: &mut Tx, public: Public) -> Result<Self, Failure> {
        Ok(Self {
            public,
            keys: keys(tx)?,
            last: store::last_seal(tx)?.0,
            frontier: Frontier::default(),
            moments: Moments::default(),
            coming: VecDeque::new(),
            read_to: 0,
            before: None,
            broken: false,
            told: 0,
            wrong: None,
        })
    }

    /// The events of the next seal, with their private hashes.
    pub fn seal(
        &mut self,
        tx: &mut Tx,
        number: i64,
        entries: &[Entry],
        private: &[String],
        verdict: &mut Verdict,
    ) -> Result<(), Failure> {
        if number > self.last {
            return Ok(());
        }
        let start = self.frontier.size();
        let end = store::size_at(tx, number)?.map_or(start, |size| size as u64).max(start);
        let own: Vec<Hash> =
            entries.iter().zip(private).map(|(entry, private)| leaf::hash(private, &(self.public)(entry))).collect();
        let kept = match hashes(tx, start, end) {
            Ok(kept) => kept,
            Err(_) => {
                verdict.broken.push(Break { kind: "tile", at: number.to_string() });
                own.clone()
            }
        };
        self.compare(entries, &own, &kept, verdict);
        for (at, hash) in kept.into_iter().enumerate() {
            self.pass(tx, verdict)?;
            self.frontier.push(hash);
            if let Some(entry) = entries.get(at) {
                let place = Place { stream: entry.stream.clone(), seq: entry.seq, at: entry.at };
                let remark = self.moments.event(self.frontier.size(), &place);
                remark.into_iter().for_each(|remark| note(remark, verdict));
            }
        }
        self.pass(tx, verdict)
    }

    /// Which event is not what was taken into the tree, and which is no longer there.
    fn compare(&mut self, entries: &[Entry], own: &[Hash], kept: &[Hash], verdict: &mut Verdict) {
        if own == kept {
            return;
        }
        let (there, were): (BTreeSet<&Hash>, BTreeSet<&Hash>) = (own.iter().collect(), kept.iter().collect());
        let changed = entries.iter().zip(own).filter(|(_, hash)| !were.contains(hash));
        let changed = changed.map(|(entry, _)| ("leaf", format!("{} {}", entry.stream, entry.seq)));
        let start = self.frontier.size();
        let same = own.iter().zip(kept).take_while(|(own, kept)| own == kept).count() as u64;
        self.wrong.get_or_insert(start + same + 1);
        // Where as many are there as were, each one that is missing is one that was changed.
        let missing = (start + 1..).zip(kept).filter(|(_, hash)| own.len() < kept.len() && !there.contains(hash));
        let missing = missing.map(|(place, _)| ("leaf_missing", place.to_string()));
        let found: Vec<_> = changed.chain(missing).collect();
        let found = if found.is_empty() { vec![("leaf_order", (start + 1).to_string())] } else { found };
        for (kind, at) in found {
            self.told += 1;
            if self.told <= TOLD {
                verdict.broken.push(Break { kind, at });
            }
        }
    }

    /// Compares with each checkpoint that is reached.
    fn pass(&mut self, tx: &mut Tx, verdict: &mut Verdict) -> Result<(), Failure> {
        loop {
            self.read(tx)?;
            let Some((size, _)) = self.coming.front().filter(|(size, _)| *size <= self.frontier.size()) else {
                return Ok(());
            };
            let size = *size;
            verdict.checkpoints += 1;
            let signed = self.coming.pop_front().and_then(|(_, found)| found.ok());
            let Some(checkpoint) = signed.filter(|checkpoint| checkpoint.size == size) else {
                verdict.broken.push(Break { kind: "checkpoint", at: size.to_string() });
                continue;
            };
            if checkpoint.root == self.frontier.root() {
                // The kept hashes are what was signed; the events up to here are, too, where each fits its hash.
                let whole = self.wrong.is_none_or(|wrong| size < wrong);
                verdict.checked_to = if whole { Some(size) } else { verdict.checked_to };
            } else if !std::mem::replace(&mut self.broken, true) {
                let from = verdict.checked_to.unwrap_or(0);
                verdict.broken.push(Break { kind: "root", at: format!("{from} {size}") });
            }
            if let Some(before) = self.before.as_ref().filter(|before| checkpoint.at < before.at) {
                let remark = Remark::CheckpointBack { size, at: checkpoint.at, before: before.at };
                note(remark, verdict);
            }
            self.moments.sealed(checkpoint.at);
            self.before = Some(checkpoint);
        }
    }

    fn read(&mut self, tx: &mut Tx) -> Result<(), Failure> {
        if !self.coming.is_empty() || self.read_to == u64::MAX {
            return Ok(());
        }
        let page = store::checkpoints_after(tx, self.read_to as i64, PAGE)?;
        self.read_to = page.last().map_or(u64::MAX, |last| last.size as u64);
        let opened = page.iter().map(|kept| {
            let checkpoint = Checkpoint::open(&kept.note, &self.keys);
            (kept.size as u64, checkpoint.map_err(|_| ()))
        });
        self.coming = opened.collect();
        Ok(())
    }

    /// What is signed beyond the last event, and whether the tiles lead to the same root.
    pub fn end(mut self, tx: &mut Tx, verdict: &mut Verdict) -> Result<(), Failure> {
        self.pass(tx, verdict)?;
        verdict.leaves = self.frontier.size();
        if store::last_seal(tx)?.1 as u64 > verdict.leaves {
            verdict.broken.push(Break { kind: "leaf_missing", at: (verdict.leaves + 1).to_string() });
        }
        if let Some((size, _)) = self.coming.front() {
            verdict.broken.push(Break { kind: "cut_off", at: size.to_string() });
        }
        if !self.broken && root(tx, self.frontier.size()).ok() != Some(self.frontier.root()) {
            verdict.broken.push(Break { kind: "tile", at: "root".to_owned() });
        }
        Ok(())
    }
}

fn note(remark: Remark, verdict: &mut Verdict) {
    verdict.remarks_in_all += 1;
    if verdict.remarks.len() < TOLD {
        verdict.remarks.push(remark);
    }
}
