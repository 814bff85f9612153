//! The sums of a scope, from few rows for each of its agencies.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::figures::{Figures, Period};
use motcua_domain::overview::{Awaits, Piece, Pieces, Standing, Waited};

use super::Scope;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::record::figures::overview::read;

/// What is counted of one thing.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub figures: Figures,
    pub waited: Waited,
}

/// A period, in all the ways it is told.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub total: Line,
    pub agencies: BTreeMap<String, Line>,
    pub offices: BTreeMap<String, Line>,
    pub fields: BTreeMap<String, Line>,
    pub channels: BTreeMap<String, Line>,
    /// By agency and account.
    pub officers: BTreeMap<(String, String), Line>,
    pub trend: Vec<(Piece, Figures)>,
    pub pieces: Option<Pieces>,
}

/// Reads a period. [OVW-01]
pub(super) fn period(tx: &mut Tx, scope: &Scope, period: Period, at: (Date, Timestamp)) -> Result<Gathered, Failure> {
    let (kind, pieces) = Pieces::of(period);
    let mut all = Gathered { pieces: Some(kind), ..Gathered::default() };
    all.trend = pieces.iter().map(|piece| (*piece, Figures::default())).collect();
    for agency in &scope.agencies {
        let told = read::period(tx, agency, period, &pieces, at)?;
        for (slot, figures) in &told.slots {
            all.add(agency, slot, |line| line.figures.add(figures));
        }
        for (officer, figures) in told.officers {
            all.officer(agency, &officer).figures.add(&figures);
        }
        for (slot, officer, waited) in &told.waited {
            all.add(agency, slot, |line| line.waited.merge(waited));
            all.officer(agency, officer).waited.merge(waited);
        }
        for ((_, sum), figures) in all.trend.iter_mut().zip(&told.trend) {
            sum.add(figures);
        }
    }
    all.drop_nothing();
    Ok(all)
}

impl Gathered {
    fn add(&mut self, agency: &str, [office, field, channel]: &read::Slot, with: impl Fn(&mut Line)) {
        with(&mut self.total);
        with(self.agencies.entry(agency.to_owned()).or_default());
        with(self.offices.entry(office.clone()).or_default());
        with(self.fields.entry(field.clone()).or_default());
        with(self.channels.entry(channel.clone()).or_default());
    }

    fn officer(&mut self, agency: &str, officer: &str) -> &mut Line {
        self.officers.entry((agency.to_owned(), officer.to_owned())).or_default()
    }

    /// Long ago there was something, and all of it is over.
    fn drop_nothing(&mut self) {
        let some = |line: &mut Line| line.figures != Figures::default() || line.waited.count() > 0;
        self.agencies.retain(|_, line| some(line));
        self.offices.retain(|_, line| some(line));
        self.fields.retain(|_, line| some(line));
        self.channels.retain(|_, line| some(line));
        self.officers.retain(|_, line| some(line));
    }
}

/// What is to be seen today. [OVW-02]
#[derive(Debug, Default)]
pub(super) struct Today {
    pub received: i64,
    pub open: i64,
    pub due: i64,
    pub late: i64,
    /// Late, by agency, office and who has it: how many, and the earliest day that was promised.
    pub late_by: BTreeMap<(String, String, String), (i64, Date)>,
    pub awaits: BTreeMap<Awaits, i64>,
}

pub(super) fn today(tx: &mut Tx, scope: &Scope, today: Date) -> Result<Today, Failure> {
    let mut all = Today::default();
    for agency in &scope.agencies {
        all.received += read::received(tx, agency, today)?;
        for (due_on, standing, number) in read::now(tx, agency)? {
            all.add(agency, today, due_on, standing, number);
        }
    }
    Ok(all)
}

impl Today {
    fn add(&mut self, agency: &str, today: Date, due_on: Date, standing: Standing, number: i64) {
        self.open += number;
        *self.awaits.entry(standing.awaits).or_default() += number;
        if due_on == today {
            self.due += number;
        }
        if due_on < today {
            self.late += number;
            let who = (agency.to_owned(), standing.office, standing.officer);
            let (sum, since) = self.late_by.entry(who).or_insert((0, due_on));
            *sum += number;
            *since = (*since).min(due_on);
        }
    }
}
