//! From public events to figures: what anybody reckons who has the published log and nothing else. [OPN-07]
//!
//! It comes to the same as the folded dossier; `docs/rules/on-time.md` says how, and a script in another language does it too.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use super::fact::{Course, Fact, Unit};
use super::lines::Figures;
use super::open::{Line, Month, Months, Visible};
use super::public::{Accepted, Dates, PublicEvent};
use crate::dossier::{Standstill, StandstillKind};
use crate::procedure::Tier;

/// One dossier as its public events leave it.
#[derive(Debug, Clone)]
pub struct Retold {
    accepted: Accepted,
    received: Timestamp,
    /// In force, where an event gave another than the promised one.
    due: Option<Dates>,
    /// Of the first extension: the date it replaced; of the last: its own dates.
    before: Option<Timestamp>,
    extended: Option<Dates>,
    stands: Vec<Standstill>,
    settled: Option<Timestamp>,
    broken_off: bool,
}

impl Retold {
    /// `None` for a dossier that was not received.
    pub fn begin(first: &PublicEvent) -> Option<Self> {
        Some(Self {
            accepted: first.accepted.clone()?,
            received: first.at,
            due: None,
            before: None,
            extended: None,
            stands: Vec::new(),
            settled: None,
            broken_off: false,
        })
    }

    pub fn apply(&mut self, event: &PublicEvent) {
        let at = event.at;
        if let Some(step) = event.to {
            let settles = self.accepted.settled_at_steps.contains(&(step as usize));
            self.settled = settles.then_some(at);
        }
        match event.event.as_str() {
            "supplement_asked" => self.stand(StandstillKind::Supplement, at),
            "payment_asked" => self.stand(StandstillKind::Payment, at),
            "outage_began" => self.stand(StandstillKind::Outage, at),
            "supplement_received" => self.go_on(StandstillKind::Supplement, at),
            "payment_received" => self.go_on(StandstillKind::Payment, at),
            "outage_ended" => self.go_on(StandstillKind::Outage, at),
            "withdrawn" | "stopped" => {
                self.stands.iter_mut().filter(|stand| stand.to.is_none()).for_each(|stand| stand.to = Some(at));
                (self.settled, self.broken_off) = (Some(at), true);
            }
            _ => {}
        }
        if let Some(due) = &event.due {
            if let Some(replaced) = due.before {
                self.before = self.before.or(Some(replaced));
                self.extended = Some(Dates { before: None, ..due.clone() });
            }
            self.due = Some(Dates { before: None, ..due.clone() });
        }
    }

    fn stand(&mut self, kind: StandstillKind, from: Timestamp) {
        let (reason, by) = (String::new(), String::new());
        let stands = self.settled.is_none() && self.stands.iter().any(|stand| stand.is_open() && !stand.too_late);
        let too_late = from >= self.told() && !stands;
        let (task, amount, request) = (0, 0, None);
        self.stands.push(Standstill { kind, from, to: None, reason, by, task, too_late, amount, request });
    }

    fn go_on(&mut self, kind: StandstillKind, at: Timestamp) {
        if let Some(stand) = self.stands.iter_mut().find(|stand| stand.kind == kind && stand.to.is_none()) {
            stand.to = Some(at);
        }
    }

    fn told(&self) -> Timestamp {
        self.due.as_ref().map_or(self.accepted.due_at, |due| due.due_at)
    }

    /// Without any extension. [OTR-03]
    fn firm(&self) -> Timestamp {
        let (Some(before), Some(due)) = (self.before, &self.due) else { return self.told() };
        let extended = self.extended.as_ref() == Some(due);
        due.firm_due_at.unwrap_or(if extended { before } else { before.max(due.national_due_at) })
    }

    /// What it counts. Which office leads, who stopped a clock and whether a file answered is not published. [OTR-15]
    pub fn fact(&self, day: &dyn Fn(Timestamp) -> Date) -> Fact {
        let course = Course {
            received: self.received,
            firm: self.firm(),
            told: self.told(),
            index: self.due.as_ref().map_or(self.accepted.due_at, |due| due.national_due_at),
            stands: &self.stands,
            settled: self.settled,
            broken_off: self.broken_off,
            electronic: false,
        };
        let accepted = self.accepted.clone();
        let unit = Unit {
            agency: accepted.agency,
            office: String::new(),
            tier: accepted.tier,
            field: accepted.field,
            procedure: accepted.procedure,
            channel: accepted.channel,
        };
        course.fact(unit, day)
    }
}

/// What the clocks of a place showed from when on: as much of a time zone as days need, where no table of zones is at hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offsets(pub Vec<(Timestamp, i32)>);

impl Offsets {
    pub fn day(&self, at: Timestamp) -> Date {
        let known = self.0.iter().rev().find(|(from, _)| *from <= at).or(self.0.first());
        let offset = known.and_then(|(_, seconds)| Offset::from_seconds(*seconds).ok()).unwrap_or(Offset::UTC);
        offset.to_datetime(at).date()
    }
}

/// The published figures, as far as they are reckoned anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    pub offsets: Offsets,
    /// Fewest dossiers of a line of its own.
    pub smallest: i64,
    pub months: Vec<Month>,
}

/// The events of a log on their way to figures. Lines may come in any order; each is counted once.
#[derive(Debug, Default)]
pub struct Recount {
    streams: BTreeMap<String, Stream>,
    lines: u64,
    twice: u64,
}

#[derive(Debug, Default)]
struct Stream {
    /// Events told so far, without a gap.
    seq: i64,
    /// Nothing where it was not received.
    retold: Option<Retold>,
    /// Those that came before their turn.
    waiting: BTreeMap<i64, PublicEvent>,
}

impl Stream {
    fn apply(&mut self, event: &PublicEvent) {
        self.seq = event.seq;
        match &mut self.retold {
            Some(retold) => retold.apply(event),
            None if event.seq == 1 => self.retold = Retold::begin(event),
            None => {}
        }
    }
}

impl Recount {
    pub fn add(&mut self, event: PublicEvent) {
        self.lines += 1;
        let stream = self.streams.entry(event.dossier.clone()).or_default();
        if event.seq <= stream.seq || stream.waiting.contains_key(&event.seq) {
            self.twice += 1;
        } else if event.seq == stream.seq + 1 {
            stream.apply(&event);
            while let Some(next) = stream.waiting.remove(&(stream.seq + 1)) {
                stream.apply(&next);
            }
        } else {
            stream.waiting.insert(event.seq, event);
        }
    }

    /// Where lines are missing: the dossier and the first number that is not there. What comes after it is not counted.
    fn gaps(&self) -> Vec<(String, i64)> {
        let broken = self.streams.iter().filter(|(_, stream)| !stream.waiting.is_empty());
        broken.map(|(dossier, stream)| (dossier.clone(), stream.seq + 1)).collect()
    }

    /// The facts of every dossier that was received.
    pub fn facts(&self, day: &dyn Fn(Timestamp) -> Date) -> impl Iterator<Item = Fact> {
        self.streams.values().filter_map(|stream| stream.retold.as_ref()).map(move |retold| retold.fact(day))
    }

    /// Compares the published figures with what the lines come to, figure by figure. [OPN-08]
    pub fn verdict(&self, published: &Published) -> Verdict {
        let mut months = Months::default();
        let day = |at| published.offsets.day(at);
        self.facts(&day).for_each(|fact| months.add_fact(&fact));
        let mut verdict = Verdict {
            lines: self.lines,
            twice: self.twice,
            dossiers: self.streams.len() as u64,
            gaps: self.gaps(),
            ..Verdict::default()
        };
        for month in &published.months {
            verdict.compare(month, months.lines(&Visible::everything(), month.month, published.smallest));
        }
        verdict
    }
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Verdict {
    pub lines: u64,
    /// Lines that were there before.
    pub twice: u64,
    pub dossiers: u64,
    /// Dossiers of which a line is missing, with its number.
    pub gaps: Vec<(String, i64)>,
    pub months: u64,
    /// Figures that agree.
    pub agree: u64,
    pub differ: Vec<Difference>,
}

/// A figure that does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub month: Date,
    pub tier: Tier,
    pub agency: String,
    pub field: String,
    /// Its name in the published data.
    pub figure: String,
    pub published: i64,
    pub reckoned: i64,
}

impl Verdict {
    pub fn holds(&self) -> bool {
        self.differ.is_empty() && self.gaps.is_empty() && self.twice == 0
    }

    fn compare(&mut self, published: &Month, reckoned: Vec<Line>) {
        self.months += 1;
        let mut lines: BTreeMap<(Tier, &str, &str), [Figures; 2]> = BTreeMap::new();
        for (at, all) in [&published.lines, &reckoned].into_iter().enumerate() {
            for line in all {
                let pair = lines.entry((line.tier, &line.agency, &line.field)).or_default();
                if let Some(figures) = pair.get_mut(at) {
                    figures.add(&line.figures);
                }
            }
        }
        for ((tier, agency, field), [published_line, reckoned_line]) in lines {
            for ((figure, told), (_, found)) in published_line.named().into_iter().zip(reckoned_line.named()) {
                if told == found {
                    self.agree += 1;
                    continue;
                }
                self.differ.push(Difference {
                    month: published.month,
                    tier,
                    agency: agency.to_owned(),
                    field: field.to_owned(),
                    figure: figure.to_owned(),
                    published: told,
                    reckoned: found,
                });
            }
        }
    }
}
