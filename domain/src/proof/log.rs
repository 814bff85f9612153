//! Whether a public log is what its checkpoints signed: every line at its place, none changed, removed, moved or added, and
//! where not, which. Needs the lines, the hashes kept beside them, the checkpoints and the key; nothing else. [LED-10]

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::leaf::{Leaf, Place};
use super::merkle::{Frontier, Hash, leaf_hash};
use super::note::NoteError;
use super::{Checkpoint, Verifier};

/// Clocks of two machines differ by so much, and an act that is being written waits no longer. [LED-11]
pub const SLACK: SignedDuration = SignedDuration::from_mins(5);

/// As many findings of a kind are told; of more, the number.
const TOLD: usize = 10;

/// What comes with the lines of a log.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// Hash of each line; without them it is still found that something was changed, only not where.
    pub hashes: &'a [Hash],
    /// Notes of checkpoints, the oldest first.
    pub notes: &'a [String],
    pub keys: &'a [Verifier],
    /// A checkpoint that somebody kept: the log must continue it.
    pub since: Option<&'a Checkpoint>,
}

/// What does not hold. Lines and places count from 1, as an editor shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing is signed.
    NoCheckpoint,
    /// The checkpoint at this place in its file is not signed, or no checkpoint.
    Checkpoint { number: usize, why: NoteError },
    /// It covers no more than the one before it.
    Order { number: usize, size: u64 },
    /// Up to `from` the hashes are what was signed, up to `to` they are not.
    Root { from: u64, to: u64, at: Timestamp },
    /// Ends before what was signed.
    Short { events: u64, size: u64, at: Timestamp },
    /// The log does not continue the checkpoint that was kept.
    Since { size: u64, at: Timestamp },
    /// The line is not the event that was recorded at its place.
    Changed { line: u64, place: Option<Place> },
    /// The line was never recorded.
    Added { line: u64, place: Option<Place> },
    /// The line belongs elsewhere.
    Moved { line: u64, to: u64, place: Option<Place> },
    /// The line of this place is not there.
    Missing { at: u64 },
    /// Not the hash of its line, though the lines are what was signed.
    Hash { line: u64 },
    /// Numbers of a stream are not there.
    Gap { stream: String, events: i64, last: i64 },
    /// So many more of what was told.
    More(u64),
}

/// What is strange and breaks nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    /// The clock ran backwards from one event to the next.
    Back {
        line: u64,
        place: Place,
        before: Timestamp,
    },
    /// Recorded after a checkpoint of a moment later than its own: back-dated, or the clock was wrong. [LED-11]
    BackDated {
        line: u64,
        place: Place,
        sealed: Timestamp,
    },
    /// From one checkpoint to the next.
    CheckpointBack {
        size: u64,
        at: Timestamp,
        before: Timestamp,
    },
    /// Lines that no checkpoint covers.
    Unsigned(u64),
    More(u64),
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    pub events: u64,
    pub checkpoints: usize,
    /// The last checkpoint up to which everything holds.
    pub holds: Option<Checkpoint>,
    /// Where lines are not what was signed: the checkpoint that the hashes kept beside them fit. Every line up to it that no
    /// fault names is what was recorded.
    pub others: Option<Checkpoint>,
    pub faults: Vec<Fault>,
    pub remarks: Vec<Remark>,
}

/// Checks a log; `lines` reads it from the beginning, and is asked again where something is wrong.
pub fn check<E, I>(mut lines: impl FnMut() -> Result<I, E>, beside: Beside) -> Result<Findings, E>
where
    I: Iterator<Item = Result<String, E>>,
{
    let mut found = Findings::default();
    let checkpoints = checkpoints(beside, &mut found);
    let read = read(lines()?, beside, &checkpoints, &mut found)?;
    let kept = if beside.hashes.is_empty() { &read.hashes } else { beside.hashes };
    if read.differs
        && let Some((holds, wrong)) = wrong_hashes(kept, &read.hashes, &checkpoints, beside.since)
    {
        found.holds = Some(holds);
        found.faults.extend(told(wrong, Fault::More));
        found.faults.extend(told(read.gaps, Fault::More));
        return Ok(found);
    }
    roots(kept, &checkpoints, beside.since, &mut found);
    if read.differs {
        found.others = found.holds.clone();
        let mut faults = places(kept, &read.hashes);
        name(lines()?, &mut faults)?;
        found.faults.extend(faults);
        // The signed hashes stand, but not the lines before them.
        let first = found.faults.iter().filter_map(Fault::place).min().unwrap_or(u64::MAX);
        found.holds = found.holds.filter(|checkpoint| checkpoint.size < first);
        let last = checkpoints.iter().rfind(|checkpoint| checkpoint.size < first);
        found.holds = found.holds.or_else(|| last.cloned());
        // Behind a line that was added or removed the others stand beside other checkpoints: their moments say nothing.
        found.remarks.retain(|remark| !matches!(remark, Remark::BackDated { line, .. } if *line >= first));
    }
    found.faults.extend(told(read.gaps, Fault::More));
    Ok(found)
}

impl Fault {
    fn place(&self) -> Option<u64> {
        match self {
            Self::Changed { line, .. } | Self::Added { line, .. } | Self::Moved { line, .. } => Some(*line),
            Self::Missing { at } => Some(*at),
            _ => None,
        }
    }
}

/// Those that are signed, in order of their sizes.
fn checkpoints(beside: Beside, found: &mut Findings) -> Vec<Checkpoint> {
    let mut all: Vec<Checkpoint> = Vec::new();
    for (number, note) in (1..).zip(beside.notes) {
        match Checkpoint::open(note, beside.keys) {
            Err(why) => found.faults.push(Fault::Checkpoint { number, why }),
            Ok(next) if all.last().is_some_and(|last| last.size >= next.size) => {
                found.faults.push(Fault::Order { number, size: next.size });
            }
            Ok(next) => {
                if let Some(last) = all.last().filter(|last| next.at < last.at) {
                    found.remarks.push(Remark::CheckpointBack { size: next.size, at: next.at, before: last.at });
                }
                all.push(next);
            }
        }
    }
    if all.is_empty() {
        found.faults.push(Fault::NoCheckpoint);
    }
    found.checkpoints = all.len();
    all
}

struct Lines {
    /// Of the lines; where they are those that were kept, none.
    hashes: Vec<Hash>,
    differs: bool,
    gaps: Vec<Fault>,
}

fn read<E>(
    lines: impl Iterator<Item = Result<String, E>>,
    beside: Beside,
    checkpoints: &[Checkpoint],
    found: &mut Findings,
) -> Result<Lines, E> {
    let (mut hashes, mut differs): (Vec<Hash>, bool) = (Vec::new(), false);
    let mut streams: HashMap<String, (i64, i64)> = HashMap::new();
    let (mut clock, mut remarks, mut at) = (Moments::default(), Vec::new(), 0u64);
    let mut coming = checkpoints.iter().peekable();
    for line in lines {
        let line = line?;
        while let Some(checkpoint) = coming.next_if(|checkpoint| checkpoint.size <= at) {
            clock.sealed(checkpoint.at);
        }
        let hash = leaf_hash(line.as_bytes());
        let kept = usize::try_from(at).ok().and_then(|at| beside.hashes.get(at));
        if !differs && kept != Some(&hash) && !beside.hashes.is_empty() {
            differs = true;
            hashes = beside.hashes.iter().take(usize::try_from(at).unwrap_or(usize::MAX)).copied().collect();
        }
        if differs || beside.hashes.is_empty() {
            hashes.push(hash);
        }
        at += 1;
        if let Some(place) = Leaf::read(&line).and_then(|leaf| leaf.place()) {
            remarks.extend(clock.event(at, &place));
            let stream = streams.entry(place.stream).or_default();
            *stream = (stream.0 + 1, stream.1.max(place.seq));
        }
    }
    found.events = at;
    differs |= !beside.hashes.is_empty() && at != beside.hashes.len() as u64;
    if differs && hashes.is_empty() {
        hashes = beside.hashes.iter().take(usize::try_from(at).unwrap_or(usize::MAX)).copied().collect();
    }
    let signed = checkpoints.last().map_or(0, |last| last.size);
    remarks.extend((at > signed).then(|| Remark::Unsigned(at - signed)));
    found.remarks.extend(told(remarks, Remark::More));
    let gaps: BTreeMap<String, (i64, i64)> = streams.into_iter().filter(|(_, (events, last))| events != last).collect();
    let gaps = gaps.into_iter().map(|(stream, (events, last))| Fault::Gap { stream, events, last }).collect();
    Ok(Lines { hashes, differs, gaps })
}

/// Whether hashes are those that were signed, checkpoint after checkpoint.
fn roots(hashes: &[Hash], checkpoints: &[Checkpoint], since: Option<&Checkpoint>, found: &mut Findings) {
    let mut all: Vec<(&Checkpoint, bool)> = checkpoints.iter().map(|checkpoint| (checkpoint, false)).collect();
    all.extend(since.map(|since| (since, true)));
    all.sort_by_key(|(checkpoint, _)| checkpoint.size);
    let (mut frontier, mut good, mut broken) = (Frontier::default(), 0, false);
    let mut hashes = hashes.iter();
    for (checkpoint, kept) in all {
        let Checkpoint { size, root, at, .. } = *checkpoint;
        while frontier.size() < size {
            let Some(hash) = hashes.next() else { break };
            frontier.push(*hash);
        }
        let fits = frontier.size() == size && frontier.root() == root;
        match kept {
            true if !fits => found.faults.push(Fault::Since { size, at }),
            true => {}
            false if fits => {
                good = size;
                found.holds = Some(checkpoint.clone());
            }
            false if broken => {}
            false => {
                broken = true;
                let events = frontier.size();
                let short = Fault::Short { events, size, at };
                found.faults.push(if events < size { short } else { Fault::Root { from: good, to: size, at } });
            }
        }
    }
}

/// Where lines by themselves are what was signed: which of the hashes kept beside them are not theirs.
fn wrong_hashes(
    kept: &[Hash],
    lines: &[Hash],
    checkpoints: &[Checkpoint],
    since: Option<&Checkpoint>,
) -> Option<(Checkpoint, Vec<Fault>)> {
    let mut alone = Findings::default();
    roots(lines, checkpoints, since, &mut alone);
    let holds = alone.holds.filter(|_| alone.faults.is_empty() && kept.len() == lines.len())?;
    let wrong = (1u64..).zip(kept.iter().zip(lines)).filter(|(_, (kept, is))| kept != is);
    let wrong: Vec<u64> = wrong.map(|(line, _)| line).collect();
    let signed = wrong.iter().all(|line| *line <= holds.size);
    signed.then(|| (holds, wrong.into_iter().map(|line| Fault::Hash { line }).collect()))
}

/// What happened to lines, by their hashes and those that were kept.
fn places(kept: &[Hash], lines: &[Hash]) -> Vec<Fault> {
    let belongs: HashMap<&Hash, u64> = kept.iter().zip(1..).collect();
    let there: HashMap<&Hash, u64> = lines.iter().zip(1..).collect();
    let (mut faults, mut furthest) = (Vec::new(), 0);
    let changed = |line: u64| {
        let at = usize::try_from(line - 1).ok()?;
        Some(!there.contains_key(kept.get(at)?) && !belongs.contains_key(lines.get(at)?))
    };
    for (hash, line) in lines.iter().zip(1u64..) {
        match belongs.get(hash) {
            None if changed(line) == Some(true) => faults.push(Fault::Changed { line, place: None }),
            None => faults.push(Fault::Added { line, place: None }),
            Some(to) if *to < furthest => faults.push(Fault::Moved { line, to: *to, place: None }),
            // A second copy of a line that stands at its place already.
            Some(to) if *to == furthest => faults.push(Fault::Added { line, place: None }),
            Some(to) => furthest = *to,
        }
    }
    let missing = kept.iter().zip(1u64..).filter(|(hash, at)| !there.contains_key(hash) && changed(*at) != Some(true));
    faults.extend(missing.map(|(_, at)| Fault::Missing { at }));
    told(faults, Fault::More)
}

/// Says of which stream the lines are.
fn name<E>(lines: impl Iterator<Item = Result<String, E>>, faults: &mut [Fault]) -> Result<(), E> {
    for (number, line) in (1u64..).zip(lines) {
        let line_is = line?;
        for fault in faults.iter_mut() {
            match fault {
                Fault::Changed { line, place } | Fault::Added { line, place } | Fault::Moved { line, place, .. }
                    if *line == number =>
                {
                    *place = Leaf::read(&line_is).and_then(|leaf| leaf.place());
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn told<T>(mut all: Vec<T>, more: fn(u64) -> T) -> Vec<T> {
    let rest = all.len().saturating_sub(TOLD) as u64;
    all.truncate(TOLD);
    all.extend((rest > 0).then(|| more(rest)));
    all
}

/// Follows the moments of a log in its order. [LED-11]
#[derive(Debug, Default)]
pub struct Moments {
    last: Option<Timestamp>,
    sealed: Option<Timestamp>,
}

impl Moments {
    /// A checkpoint was made before the events that follow.
    pub fn sealed(&mut self, at: Timestamp) {
        self.sealed = self.sealed.max(Some(at));
    }

    /// The event at this place, from 1.
    pub fn event(&mut self, line: u64, place: &Place) -> Option<Remark> {
        let earlier = |than: &Timestamp| than.duration_since(place.at) > SLACK;
        let before = self.last.replace(place.at).filter(earlier);
        if let Some(sealed) = self.sealed.filter(earlier) {
            return Some(Remark::BackDated { line, place: place.clone(), sealed });
        }
        before.map(|before| Remark::Back { line, place: place.clone(), before })
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
