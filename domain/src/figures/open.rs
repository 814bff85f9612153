//! Figures as anybody may have them: month by month, for each level, agency and field, with small cells merged so that none of
//! them is told by itself or can be worked out from the others. Rules: `docs/rules/open.md`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::counters::{Counters, contributions};
use super::fact::Fact;
use super::lines::{Figures, Part};
use crate::procedure::{Channel, Tier};

/// Stands for what has no line of its own. [OPN-04]
pub const OTHERS: &str = "*";

/// What a line is about: level, agency, field.
type Cell = (Tier, String, String);

/// Counters by month, as they are kept, or as they come out of events.
#[derive(Debug, Default)]
pub struct Months(BTreeMap<Cell, BTreeMap<Channel, BTreeMap<Date, Counters>>>);

impl Months {
    /// What was counted on some days of one month.
    pub fn add(&mut self, part: Part, day: Date, counters: Counters) {
        let channels = self.0.entry((part.tier, part.agency, part.field)).or_default();
        *channels.entry(part.channel).or_default().entry(day.first_of_month()).or_default() += counters;
    }

    pub fn add_fact(&mut self, fact: &Fact) {
        let unit = &fact.unit;
        for (on, counters) in contributions(fact) {
            let (agency, field) = (unit.agency.clone(), unit.field.clone());
            self.add(Part { agency, tier: unit.tier, field, channel: unit.channel }, on, counters);
        }
    }

    /// The first month of which anything is counted.
    pub fn first(&self) -> Option<Date> {
        let counted = self.0.values().flat_map(BTreeMap::values);
        counted.flat_map(|months| months.iter().find(|(_, counters)| !counters.is_nothing())).map(|(day, _)| *day).min()
    }

    /// The figures of a cell in every month to the last, where there are any.
    fn walk<'a>(&self, channels: &'a BTreeMap<Channel, BTreeMap<Date, Counters>>, last: Date) -> Walk<'a> {
        Walk { channels, month: self.first(), last }
    }

    /// The lines of a month. [OPN-03]
    pub fn lines(&self, visible: &Visible, month: Date) -> Vec<Line> {
        let mut lines: BTreeMap<Cell, Figures> = BTreeMap::new();
        for (cell, channels) in &self.0 {
            let figures = figures(channels, month);
            if figures != Figures::default() {
                lines.entry(visible.name(cell)).or_default().add(&figures);
            }
        }
        lines.into_iter().map(|((tier, agency, field), figures)| Line { tier, agency, field, figures }).collect()
    }

    /// Every month from the first to the last.
    pub fn all(&self, visible: &Visible, last: Date) -> Vec<Month> {
        let Some(first) = self.first() else { return Vec::new() };
        each_month(first, last).map(|month| Month { month, lines: self.lines(visible, month) }).collect()
    }
}

/// The figures of one cell month by month.
struct Walk<'a> {
    channels: &'a BTreeMap<Channel, BTreeMap<Date, Counters>>,
    month: Option<Date>,
    last: Date,
}

impl Walk<'_> {
    /// Whom each month is about: received and carried over, counted, standing.
    fn sizes(self) -> BTreeMap<Date, Size> {
        let Some(first) = self.month else { return BTreeMap::new() };
        let mut before: BTreeMap<Channel, Counters> = BTreeMap::new();
        let mut sizes = BTreeMap::new();
        for month in each_month(first, self.last) {
            let mut sum = Figures::default();
            for (channel, months) in self.channels {
                let within = months.get(&month).copied().unwrap_or_default();
                let before = before.entry(*channel).or_default();
                sum.add(&Figures::of(*channel, *before, within, month.last_of_month()));
                *before += within;
            }
            if sum != Figures::default() {
                sizes.insert(month, Size([sum.total, sum.on_time.counted, sum.on_time.standing]));
            }
        }
        sizes
    }
}

fn figures(channels: &BTreeMap<Channel, BTreeMap<Date, Counters>>, month: Date) -> Figures {
    let mut sum = Figures::default();
    for (channel, months) in channels {
        let mut before = Counters::default();
        months.range(..month).for_each(|(_, counters)| before += *counters);
        let within = months.get(&month).copied().unwrap_or_default();
        sum.add(&Figures::of(*channel, before, within, month.last_of_month()));
    }
    sum
}

fn each_month(first: Date, last: Date) -> impl Iterator<Item = Date> {
    let next = |month: &Date| month.checked_add(1.month()).ok();
    std::iter::successors(Some(first.first_of_month()), next).take_while(move |month| *month <= last)
}

/// How many dossiers the figures of a cell are about.
#[derive(Debug, Clone, Copy, Default)]
struct Size([i64; 3]);

impl Size {
    fn add(&mut self, more: Self) {
        self.0.iter_mut().zip(more.0).for_each(|(sum, more)| *sum += more);
    }

    fn most(self) -> i64 {
        self.0.into_iter().max().unwrap_or(0)
    }
}

/// Which agencies and fields have lines of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Visible {
    agencies: BTreeSet<(Tier, String)>,
    fields: BTreeSet<Cell>,
    /// What comes from elsewhere is merged already.
    everything: bool,
}

impl Visible {
    /// By what is counted in the months up to the last one that is over. [OPN-04] [OPN-05]
    pub fn of(months: &Months, last: Date, smallest: i64) -> Self {
        let mut cells: BTreeMap<(Tier, String), BTreeMap<String, BTreeMap<Date, Size>>> = BTreeMap::new();
        for ((tier, agency, field), channels) in &months.0 {
            let sizes = months.walk(channels, last).sizes();
            cells.entry((*tier, agency.clone())).or_default().insert(field.clone(), sizes);
        }
        let mut tiers: BTreeMap<Tier, BTreeMap<String, BTreeMap<Date, Size>>> = BTreeMap::new();
        for ((tier, agency), fields) in &cells {
            tiers.entry(*tier).or_default().insert(agency.clone(), together(fields.values()));
        }
        let mut visible = Self::default();
        for (tier, agencies) in tiers {
            visible.agencies.extend(large(&agencies, smallest).into_iter().map(|agency| (tier, agency)));
        }
        for ((tier, agency), fields) in cells {
            if visible.agencies.contains(&(tier, agency.clone())) {
                let large = large(&fields, smallest);
                visible.fields.extend(large.into_iter().map(|field| (tier, agency.clone(), field)));
            }
        }
        visible
    }

    /// Every name as it is.
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    fn name(&self, cell: &Cell) -> Cell {
        let (tier, agency, field) = cell;
        let (agency, field) = self.names(*tier, agency, field);
        (*tier, agency.to_owned(), field.to_owned())
    }

    /// Agency and field as they are published. [OPN-04]
    pub fn names<'a>(&self, tier: Tier, agency: &'a str, field: &'a str) -> (&'a str, &'a str) {
        let known = |cell: &Cell| self.everything || self.fields.contains(cell);
        if known(&(tier, agency.to_owned(), field.to_owned())) {
            return (agency, field);
        }
        match self.agencies.contains(&(tier, agency.to_owned())) {
            true => (agency, OTHERS),
            false => (OTHERS, OTHERS),
        }
    }
}

fn together<'a>(parts: impl IntoIterator<Item = &'a BTreeMap<Date, Size>>) -> BTreeMap<Date, Size> {
    let mut sum: BTreeMap<Date, Size> = BTreeMap::new();
    for (month, size) in parts.into_iter().flatten() {
        sum.entry(*month).or_default().add(*size);
    }
    sum
}

/// Those that are large enough in every month in which there is anything at all, so long as what is left is so too: where it is not,
/// the smallest of the large joins it, since the total less the large ones would tell it. [OPN-04] [OPN-05]
fn large(parts: &BTreeMap<String, BTreeMap<Date, Size>>, smallest: i64) -> BTreeSet<String> {
    let fits = |months: &BTreeMap<Date, Size>| months.values().all(|size| size.most() >= smallest);
    let weight =
        |name: &String| parts.get(name).map_or(0, |months| months.values().map(|size| size.most()).sum::<i64>());
    let mut large: BTreeSet<String> =
        parts.iter().filter(|(_, months)| !months.is_empty() && fits(months)).map(|(name, _)| name.clone()).collect();
    loop {
        let rest = parts.iter().filter(|(name, _)| !large.contains(*name)).map(|(_, months)| months);
        if fits(&together(rest)) {
            return large;
        }
        let Some(least) = large.iter().min_by_key(|name| weight(name)).cloned() else { return large };
        large.remove(&least);
    }
}

/// A line of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub tier: Tier,
    /// Its id, or [`OTHERS`].
    pub agency: String,
    pub field: String,
    #[serde(flatten)]
    pub figures: Figures,
}

/// A month with its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// Its first day.
    pub month: Date,
    pub lines: Vec<Line>,
}

impl Month {
    pub fn total(&self) -> Figures {
        let mut total = Figures::default();
        self.lines.iter().for_each(|line| total.add(&line.figures));
        total
    }
}
