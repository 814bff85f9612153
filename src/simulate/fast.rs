//! Data by the million for measuring: a period is played once with a few thousand dossiers, and each of them is written again
//! and again under other ids, numbers and names, straight into the ledger and the projections.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Person, Recorded};
use motcua_domain::identity::IdNumber;

use super::plan::{Order, plan};
use super::play;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;
use crate::platform::ledger::tree;
use crate::record::dossier;
use crate::record::dossier::bulk::{Copy, Life, Made, Serials, lives};
use crate::record::figures::{self, bulk::All};
use crate::registry::Registry;

/// Lives that are played: more would only take longer to play.
const PLAYED: u64 = 2_000;
/// Dossiers under one seal, so that some thousand events are. [LED-04]
const TOGETHER: usize = 90;
/// Such heaps in one transaction.
const HEAPS: usize = 20;
/// Heaps that may wait for the database, for each of those who make them.
const AHEAD: usize = 16;

/// Given names and middle names, as many as make a search by name find some and not all.
const MIDDLE: [&str; 6] = ["Văn", "Thị", "Đức", "Minh", "Thu", "Hữu"];
const GIVEN: [&str; 8] = ["An", "Bình", "Chi", "Dũng", "Hà", "Lan", "Nam", "Yến"];

/// What was written.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Filled {
    pub dossiers: u64,
    pub events: u64,
}

/// Writes as many dossiers as are ordered; `scratch` is an empty place for a moment. The same order makes the same rows.
pub fn fill(db: &Db, scratch: &Db, registry: &Arc<Registry>, order: &Order, now: Timestamp) -> Result<Filled, Failure> {
    let wanted = order.dossiers.unwrap_or(PLAYED);
    let played = Order { dossiers: Some(wanted.min(PLAYED)), ..order.clone() };
    let scratch = &scratch.of(&registry.site.id);
    play::play(scratch, registry, &Arc::new(plan(registry, &played)?), order.seed)?;
    let lives = scratch.query(|tx| lives(tx, registry))?;
    let serials = db.query(Serials::read)?;
    let (copies, serials) = copies(registry, &lives, serials, wanted)?;
    db.expect_bulk()?;
    tree::take_in_all(db, dossier::public)?;
    let mut counted = All::begin(db, &registry.timezone, now)?;
    let filled = write(db, &lives, &copies, &mut Frame { registry, seed: order.seed, now, counted: &mut counted })?;
    counted.end(db, now)?;
    db.transact("simulate.serials", move |tx| serials.write(tx))?;
    db.analyze()?;
    Ok(filled)
}

/// Copies in order of receipt, so that neighbours in time are neighbours on the disk, as they would be in life.
fn copies(
    registry: &Registry,
    lives: &[Life],
    mut serials: Serials,
    wanted: u64,
) -> Result<(Vec<Copy>, Serials), Failure> {
    let count = lives.len().max(1) as u64;
    let mut copies = Vec::with_capacity(usize::try_from(wanted).unwrap_or(0));
    for (at, life) in lives.iter().enumerate() {
        let of_this = |at: u64| wanted * at / count;
        for _ in of_this(at as u64)..of_this(at as u64 + 1) {
            let number = copies.len() as u64;
            copies.push(serials.copy(registry, at, life, number)?);
        }
    }
    Ok((copies, serials))
}

/// What all heaps have in common.
struct Frame<'a> {
    registry: &'a Registry,
    seed: u64,
    now: Timestamp,
    counted: &'a mut All,
}

/// A heap of dossiers with what it counts.
type Heap = (Made, figures::bulk::Made);

fn heap(lives: &[Life], copies: &[Copy], registry: &Registry, ids: &Ids) -> Result<Heap, Failure> {
    let mut counts = figures::bulk::Made::default();
    let see = |id: &str, dossier: &Dossier, events: &[Recorded]| counts.add(&registry.timezone, id, dossier, events);
    let made = Made::of(lives, copies, person, ids, see)?;
    Ok((made, counts))
}

/// Several make rows, one writes them, in the order of the heaps.
fn write(db: &Db, lives: &[Life], copies: &[Copy], frame: &mut Frame) -> Result<Filled, Failure> {
    let (registry, seed, now) = (frame.registry, frame.seed, frame.now);
    let heaps: Vec<&[Copy]> = copies.chunks(TOGETHER).collect();
    let makers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let mut from = Vec::new();
        for maker in 0..makers {
            let (give, take) = sync_channel(AHEAD);
            from.push(take);
            let heaps = &heaps;
            scope.spawn(move || {
                for (at, copies) in heaps.iter().enumerate().skip(maker).step_by(makers) {
                    let ids = Ids::seeded(seed.wrapping_mul(1_000_003).wrapping_add(at as u64));
                    // Nobody takes any more when writing has failed.
                    if give.send(heap(lives, copies, registry, &ids)).is_err() {
                        return;
                    }
                }
            });
        }
        let mut filled = Filled { dossiers: copies.len() as u64, events: 0 };
        let mut at = 0;
        while at < heaps.len() {
            let mut together = Vec::new();
            for next in at..heaps.len().min(at + HEAPS) {
                let made = from.get(next % makers).and_then(|take| take.recv().ok());
                together.push(made.ok_or_else(|| Failure::fault(anyhow::anyhow!("a maker of rows has gone")))??);
            }
            at += together.len();
            for (made, counts) in &together {
                filled.events += made.events() as u64;
                frame.counted.add(counts);
            }
            db.transact("simulate.fast", move |tx| {
                together.iter().try_for_each(|(made, counts)| {
                    made.write(tx, now)?;
                    counts.write(tx)
                })
            })?;
        }
        Ok(filled)
    })
}

/// A person who is plainly nobody: numbered, with a number no card has.
fn person(number: u64) -> Person {
    let word =
        |words: &[&'static str], at: u64| words.get((at % words.len() as u64) as usize).copied().unwrap_or_default();
    let name = format!("Mẫu {} {} {number:07}", word(&MIDDLE, number), word(&GIVEN, number / 7));
    Person {
        name,
        id_number: IdNumber::parse(&format!("00699{:07}", number % 10_000_000)).ok(),
        phone: Some(format!("099{:07}", number % 10_000_000)),
        ..Person::default()
    }
}
