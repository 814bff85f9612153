//! Dossiers by the million for measuring: whole lives that were played once are written again under other ids, numbers and
//! names, as the rows that the commands would have made. What they look like is decided nowhere here: each life is folded and
//! projected by the same functions as in [`super::act`], and `replay --check` finds no difference.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::dossier::{Dossier, Event, Particulars, Person, Recorded};
use motcua_domain::ledger::Entry;
use motcua_domain::proof::{Hash, leaf};

use super::stay::{self, Stay};
use super::{body_of, columns, office_rows, public, store, task_rows, timeline};
use crate::platform::db::{Tx, Value};
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;
use crate::platform::ledger;
use crate::registry::Registry;

/// The events of one dossier, from the first.
pub struct Life {
    events: Vec<Recorded>,
    agency: String,
    day: Date,
    /// Whether any of it happened at another agency.
    away: bool,
}

/// Every life of a store, in order of receipt.
pub fn lives(tx: &mut Tx, registry: &Registry) -> Result<Vec<Life>, Failure> {
    let mut lives = Vec::new();
    for id in store::ids_after(tx, "", i64::MAX)? {
        let events = timeline(tx, &id)?;
        let Some(dossier) = Dossier::fold(&events) else { continue };
        let day = registry.local(dossier.received_at).date();
        lives.push(Life { away: !stay::of_events(&events).is_empty(), agency: dossier.agency, day, events });
    }
    lives.sort_by_key(|life| life.events.first().map(|first| first.at));
    Ok(lives)
}

/// What tells one copy of a life from another.
pub struct Copy {
    pub life: usize,
    /// Of the person.
    pub number: u64,
    code: String,
    /// Numbers of its letters, in the order of their events.
    letters: Vec<u32>,
}

/// The last numbers given, as the commands would have given them. [COD-02] [LET-02]
#[derive(Clone, Default)]
pub struct Serials {
    days: BTreeMap<(String, Date), u32>,
    letters: BTreeMap<(String, String, i16), u32>,
}

impl Serials {
    pub fn read(tx: &mut Tx) -> Result<Self, Failure> {
        let days = store::serials(tx)?.into_iter().map(|(agency, day, last)| ((agency, day), last)).collect();
        let letters = store::letter_serials(tx)?.into_iter();
        let letters =
            letters.map(|(agency, kind, year, last)| ((agency, kind, i16::try_from(year).unwrap_or(0)), last));
        Ok(Self { days, letters: letters.collect() })
    }

    pub fn write(&self, tx: &mut Tx) -> Result<(), Failure> {
        self.days.iter().try_for_each(|((agency, day), last)| store::set_serial(tx, agency, *day, *last))?;
        self.letters
            .iter()
            .try_for_each(|((agency, kind, year), last)| store::set_letter(tx, agency, kind, *year, *last))
    }

    /// Numbers for another copy of a life.
    pub fn copy(&mut self, registry: &Registry, at: usize, life: &Life, number: u64) -> Result<Copy, Failure> {
        let serial = self.days.entry((life.agency.clone(), life.day)).or_default();
        *serial += 1;
        let code = registry.code(&life.agency, life.day, *serial)?;
        let issued = life.events.iter().filter_map(|recorded| match &recorded.event {
            Event::LetterIssued { letter, year, .. } => Some((letter.as_str().to_owned(), *year)),
            _ => None,
        });
        let letters = issued.map(|(kind, year)| {
            let last = self.letters.entry((life.agency.clone(), kind, year)).or_default();
            *last += 1;
            *last
        });
        Ok(Copy { life: at, number, letters: letters.collect(), code })
    }
}

/// Rows of many dossiers, by table, with the leaves of their events.
#[derive(Default)]
pub struct Made {
    events: Vec<Vec<Value>>,
    leaves: Vec<String>,
    /// In the tree.
    hashes: Vec<Hash>,
    pub(super) dossiers: Vec<Vec<Value>>,
    pub(super) states: Vec<Vec<Value>>,
    pub(super) offices: Vec<Vec<Value>>,
    pub(super) tasks: Vec<Vec<Value>>,
    stays: Vec<Stay>,
}

impl Made {
    /// Makes the rows of copies; all their events come under one seal. `see` is told of each dossier, with its id and events.
    pub fn of(
        lives: &[Life],
        copies: &[Copy],
        person: impl Fn(u64) -> Person,
        ids: &Ids,
        mut see: impl FnMut(&str, &Dossier, &[Recorded]) -> Result<(), Failure>,
    ) -> Result<Self, Failure> {
        let mut made = Self::default();
        let mut entries: Vec<Entry> = Vec::new();
        for copy in copies {
            let life = lives.get(copy.life).ok_or(Failure::NotFound)?;
            let events = again(life, copy, person(copy.number), ids)?;
            made.project(life, &events, &mut see)?;
            for recorded in events {
                entries.push(Entry {
                    id: ids.next(recorded.at)?,
                    salt: ids.secret::<16>()?,
                    body: body_of(&recorded)?,
                    kind: recorded.event.kind().to_owned(),
                    stream: recorded.stream,
                    seq: recorded.seq,
                    at: recorded.at,
                    by: recorded.by,
                    office: recorded.office,
                });
            }
        }
        made.events = entries.iter().map(ledger::columns).collect();
        entries.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        made.leaves = entries.iter().map(Entry::leaf).collect();
        made.hashes = entries.iter().zip(&made.leaves).map(|(entry, leaf)| leaf::hash(leaf, &public(entry))).collect();
        Ok(made)
    }

    fn project(
        &mut self,
        life: &Life,
        events: &[Recorded],
        see: &mut impl FnMut(&str, &Dossier, &[Recorded]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let dossier = Dossier::fold(events).ok_or(Failure::NotFound)?;
        let id = events.first().map(|first| first.stream.as_str()).unwrap_or_default();
        see(id, &dossier, events)?;
        let mut row = columns(&dossier)?;
        row.push(id.into());
        self.dossiers.push(row);
        self.states.push(vec![id.into(), serde_json::to_string(&dossier)?.into()]);
        self.offices.extend(office_rows(id, &dossier));
        self.tasks.extend(task_rows(id, &dossier));
        if life.away {
            self.stays.extend(stay::of_events(events));
        }
        Ok(())
    }

    pub fn events(&self) -> usize {
        self.events.len()
    }

    pub fn write(&self, tx: &mut Tx, now: Timestamp) -> Result<(), Failure> {
        ledger::append_sealed(tx, now, &self.events, &self.leaves, &self.hashes)?;
        store::insert_all(tx, self)?;
        stay::insert_all(tx, &self.stays)
    }
}

/// The same life of somebody else.
fn again(life: &Life, copy: &Copy, person: Person, ids: &Ids) -> Result<Vec<Recorded>, Failure> {
    let first = life.events.first().ok_or(Failure::NotFound)?;
    let stream = ids.next(first.at)?;
    let mut letters = copy.letters.iter();
    let mut events = life.events.clone();
    for recorded in &mut events {
        recorded.stream.clone_from(&stream);
        match &mut recorded.event {
            Event::Accepted(acceptance) => {
                acceptance.code.clone_from(&copy.code);
                rename(&mut acceptance.particulars, &person);
            }
            Event::RefusedAtIntake(refusal) => {
                refusal.code.clone_from(&copy.code);
                refusal.applicant = person.clone();
            }
            Event::Corrected { particulars, .. } => rename(particulars, &person),
            Event::HandedOver(recipient) if recipient.authority.is_none() => recipient.name.clone_from(&person.name),
            Event::LetterIssued { number, .. } => *number = letters.next().copied().unwrap_or(*number),
            _ => {}
        }
    }
    Ok(events)
}

/// Keeps the address: the result may go there by post.
fn rename(particulars: &mut Particulars, person: &Person) {
    let address = std::mem::take(&mut particulars.applicant.address);
    particulars.applicant = Person { address, ..person.clone() };
}
