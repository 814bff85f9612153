//! The lines of the leader's page, each with what is behind it.

use jiff::civil::Date;
use motcua_domain::figures::Which;
use motcua_domain::overview::Waited;
use serde::Serialize;

use super::gather::{Gathered, Line};
use super::{Chosen, Scope};
use crate::platform::i18n::Locale;
use crate::registry::Registry;
use crate::view::reports::{behind_address, share};

#[derive(Serialize, Default)]
pub(super) struct Cell {
    pub number: i64,
    /// Empty where nothing is behind it, or not for this person.
    pub href: String,
}

#[derive(Serialize)]
pub(super) struct Row {
    pub name: String,
    /// Key of the name, where it is one of ours.
    pub key: String,
    /// A second line under the name.
    pub note: String,
    pub received: Cell,
    pub settled: Cell,
    pub early: Cell,
    pub on_time: Cell,
    pub late: Cell,
    pub open: Cell,
    pub overdue: Cell,
    pub share: String,
    pub lenient: String,
    pub median: String,
    pub ninety: String,
}

#[derive(Serialize)]
pub(super) struct Table {
    /// Key of its caption and of what its lines are.
    pub what: &'static str,
    pub rows: Vec<Row>,
}

/// What all lines have in common.
pub(super) struct Frame<'a> {
    pub registry: &'a Registry,
    pub locale: Locale,
    pub scope: &'a Scope,
    pub chosen: Chosen,
}

/// Nobody's, in an address.
pub(super) const NOBODY: &str = "-";

impl Frame<'_> {
    pub fn cell(&self, number: i64, which: Which, parts: &[(&str, &str)]) -> Cell {
        let opens = self.scope.opens && number > 0 && which.by().is_some();
        let period: (Date, Date) = (self.chosen.from, self.chosen.to);
        let own = ("agency", self.scope.agency.as_deref().unwrap_or_default());
        let parts: Vec<(&str, &str)> = match parts.iter().any(|(name, _)| *name == "agency") {
            true => parts.to_vec(),
            false => std::iter::once(own).chain(parts.iter().copied()).collect(),
        };
        let href = opens.then(|| behind_address(period, which.as_str(), &parts));
        Cell { number, href: href.unwrap_or_default() }
    }

    pub fn row(&self, name: &str, line: &Line, parts: &[(&str, &str)]) -> Row {
        let figures = &line.figures;
        let cell = |number, which| self.cell(number, which, parts);
        Row {
            name: name.to_owned(),
            key: String::new(),
            note: String::new(),
            received: cell(figures.online + figures.direct, Which::Received),
            settled: cell(figures.settled, Which::Settled),
            early: cell(figures.early, Which::Early),
            on_time: cell(figures.settled_on_time, Which::SettledOnTime),
            late: cell(figures.late, Which::Late),
            open: cell(figures.open, Which::Open),
            overdue: cell(figures.on_time.overdue, Which::Overdue),
            share: share(self.locale, figures.on_time.share()),
            lenient: share(self.locale, figures.lenient()),
            median: rank(&line.waited, 50),
            ninety: rank(&line.waited, 90),
        }
    }

    /// By field, office, commune, channel and officer. [OVW-06]
    pub fn tables(&self, all: &Gathered) -> Vec<Table> {
        let named = |lines: Vec<Row>, what| Table { what, rows: lines };
        let fields = all.fields.iter().map(|(field, line)| self.row(field, line, &[("field", field)])).collect();
        let office = |(office, line): (&String, &Line)| {
            let row = self.row(self.registry.office_name(office), line, &[("office", office)]);
            let agency = self.registry.agencies.get(self.registry.agency_of(office));
            Row { note: agency.map_or_else(String::new, |agency| agency.short_name.clone()), ..row }
        };
        let agency =
            |(agency, line): (&String, &Line)| self.row(self.registry.agency_name(agency), line, &[("agency", agency)]);
        let channel = |(channel, line): (&String, &Line)| {
            let key = format!("overview.channel.{channel}");
            Row { key, ..self.row("", line, &[("channel", channel)]) }
        };
        let officer = |((agency, officer), line): (&(String, String), &Line)| {
            let who = if officer.is_empty() { NOBODY } else { officer };
            let row = self.row(self.registry.account_name(officer), line, &[("agency", agency), ("officer", who)]);
            let key = if officer.is_empty() { "overview.nobody".to_owned() } else { String::new() };
            let note = self.registry.agencies.get(agency).map(|agency| agency.short_name.clone()).unwrap_or_default();
            Row { key, note: if self.scope.agency.is_some() { String::new() } else { note }, ..row }
        };
        let mut tables = vec![named(fields, "field"), named(all.offices.iter().map(office).collect(), "office")];
        if self.scope.agency.is_none() {
            tables.push(named(all.agencies.iter().map(agency).collect(), "commune"));
        }
        tables.push(named(all.channels.iter().map(channel).collect(), "channel"));
        tables.push(named(all.officers.iter().map(officer).collect(), "officer"));
        tables
    }
}

/// `12`, or `≥ 40` where whoever has that rank waits still. [OVW-05]
pub(super) fn rank(waited: &Waited, percent: i64) -> String {
    match waited.rank(percent) {
        None => "–".to_owned(),
        Some(rank) if rank.at_least => format!("≥ {}", rank.days),
        Some(rank) => rank.days.to_string(),
    }
}
