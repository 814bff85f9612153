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

    /// The lines of a month, small ones merged. [OPN-03] [OPN-05]
    pub fn lines(&self, visible: &Visible, month: Date, smallest: i64) -> Vec<Line> {
        let mut tiers: BTreeMap<Tier, BTreeMap<String, BTreeMap<String, Figures>>> = BTreeMap::new();
        for (cell, channels) in &self.0 {
            let figures = figures(channels, month);
            if figures != Figures::default() {
                let (tier, agency, field) = visible.name(cell);
                let fields = tiers.entry(tier).or_default().entry(agency).or_default();
                fields.entry(field).or_default().add(&figures);
            }
        }
        let mut lines = Vec::new();
        for (tier, agencies) in tiers {
            let totals = agencies.iter().map(|(agency, fields)| (agency.clone(), sum(fields.values()))).collect();
            for (agency, total) in merged(totals, smallest) {
                let fields = match agencies.get(&agency).filter(|_| agency != OTHERS) {
                    Some(fields) => merged(fields.clone(), smallest),
                    None => BTreeMap::from([(OTHERS.to_owned(), total)]),
                };
                let line = |(field, figures)| Line { tier, agency: agency.clone(), field, figures };
                lines.extend(fields.into_iter().map(line));
            }
        }
        lines
    }

    /// Every month from the first to the last.
    pub fn all(&self, visible: &Visible, last: Date, smallest: i64) -> Vec<Month> {
        let Some(first) = self.first() else { return Vec::new() };
        each_month(first, last).map(|month| Month { month, lines: self.lines(visible, month, smallest) }).collect()
    }
}

fn sum<'a>(all: impl IntoIterator<Item = &'a Figures>) -> Figures {
    let mut sum = Figures::default();
    all.into_iter().for_each(|figures| sum.add(figures));
    sum
}

/// How many dossiers figures are about.
fn size(figures: &Figures) -> i64 {
    figures.total.max(figures.on_time.counted).max(figures.on_time.standing)
}

/// What is too small goes to the others; where those are too small then, the smallest beside them goes there too, since the total
/// less the rest would tell them. [OPN-05]
fn merged(mut parts: BTreeMap<String, Figures>, smallest: i64) -> BTreeMap<String, Figures> {
    let mut others = parts.remove(OTHERS).unwrap_or_default();
    parts.retain(|_, figures| {
        let large = size(figures) >= smallest;
        if !large {
            others.add(figures);
        }
        large
    });
    while others != Figures::default() && size(&others) < smallest {
        let Some(least) = parts.iter().min_by_key(|(_, figures)| size(figures)).map(|(name, _)| name.clone()) else {
            break;
        };
        others.add(&parts.remove(&least).unwrap_or_default());
    }
    if others != Figures::default() {
        parts.insert(OTHERS.to_owned(), others);
    }
    parts
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

/// What came in, in how many months in which anything did.
#[derive(Debug, Clone, Default)]
struct Came(BTreeMap<Date, i64>);

impl Came {
    fn of(channels: &BTreeMap<Channel, BTreeMap<Date, Counters>>, last: Date) -> Self {
        let mut came = Self::default();
        for (month, counters) in channels.values().flat_map(|months| months.range(..=last)) {
            *came.0.entry(*month).or_default() += counters.received;
        }
        came.0.retain(|_, received| *received != 0);
        came
    }

    fn together<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for (month, received) in parts.into_iter().flat_map(|came| &came.0) {
            *sum.0.entry(*month).or_default() += received;
        }
        sum
    }

    fn all(&self) -> i64 {
        self.0.values().sum()
    }

    /// On average of its months at least so many.
    fn is_large(&self, smallest: i64) -> bool {
        self.all() >= smallest * self.0.len() as i64
    }
}

/// Which agencies and fields are large.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Visible {
    agencies: BTreeSet<(Tier, String)>,
    fields: BTreeSet<Cell>,
    /// What comes from elsewhere has its names already.
    everything: bool,
}

impl Visible {
    /// By what came in, in the months up to the last one that is over. [OPN-04]
    pub fn of(months: &Months, last: Date, smallest: i64) -> Self {
        let mut tiers: BTreeMap<Tier, BTreeMap<String, BTreeMap<String, Came>>> = BTreeMap::new();
        for ((tier, agency, field), channels) in &months.0 {
            let fields = tiers.entry(*tier).or_default().entry(agency.clone()).or_default();
            fields.insert(field.clone(), Came::of(channels, last));
        }
        let mut visible = Self::default();
        for (tier, agencies) in &tiers {
            let totals = agencies.iter().map(|(agency, fields)| (agency.clone(), Came::together(fields.values())));
            for agency in large(&totals.collect(), smallest) {
                let fields = agencies.get(&agency).map(|fields| large(fields, smallest)).unwrap_or_default();
                visible.fields.extend(fields.into_iter().map(|field| (*tier, agency.clone(), field)));
                visible.agencies.insert((*tier, agency));
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
        if self.everything || self.fields.contains(&(tier, agency.to_owned(), field.to_owned())) {
            return (agency, field);
        }
        match self.agencies.contains(&(tier, agency.to_owned())) {
            true => (agency, OTHERS),
            false => (OTHERS, OTHERS),
        }
    }
}

/// Those that are large, so long as what is left is large too: where it is not, the smallest of the large joins it. [OPN-04]
fn large(parts: &BTreeMap<String, Came>, smallest: i64) -> BTreeSet<String> {
    let fits = |came: &Came| came.all() > 0 && came.is_large(smallest);
    let mut large: BTreeSet<String> =
        parts.iter().filter(|(_, came)| fits(came)).map(|(name, _)| name.clone()).collect();
    loop {
        let rest = parts.iter().filter(|(name, _)| !large.contains(*name)).map(|(_, came)| came);
        if Came::together(rest).is_large(smallest) {
            return large;
        }
        let weight = |name: &&String| parts.get(*name).map_or(0, Came::all);
        let Some(least) = large.iter().min_by_key(weight).cloned() else { return large };
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
