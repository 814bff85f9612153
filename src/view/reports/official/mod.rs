//! Official reports: each is built once as a [`sheet::Sheet`] and shown as page, spreadsheet, paper, list or lines of a terminal.
//! Rules: `docs/rules/reports.md`, `docs/rules/scores.md`.

mod csv;
mod form06;
mod form07;
mod index;
mod late;
mod offers;
mod paper;
mod quality;
pub mod sheet;
mod web;
mod xlsx;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::figures::{Tally, Which};
use motcua_domain::identity::{Officer, Role};

pub(super) use web::{file, show};

use self::sheet::Sheet;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
use crate::record::figures::{self, AsOf};
use crate::record::letters::{Issue, Letters};
use crate::registry::Registry;

/// What is reported on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Forms II.06a and II.06b.
    Form06,
    /// Form II.07b.
    Form07,
    /// Decision 766/QĐ-TTg.
    Index,
    /// TT 01/2018/TT-VPCP.
    Quality,
    /// Settled late, and running late.
    Late,
}

impl Kind {
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Form06, "ii06"),
        (Self::Form07, "ii07"),
        (Self::Index, "index766"),
        (Self::Quality, "tt01"),
        (Self::Late, "late"),
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind)
    }

    /// As in addresses, names of files and on the command line.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}

impl Kind {
    /// Figures are for all who watch; lists name dossiers, which an administrator does not see.
    pub fn admits(self, officer: &Officer) -> bool {
        self != Self::Late || officer.has(Role::Leader) || officer.has(Role::Auditor)
    }
}

/// As what a report goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Pdf,
}

impl Format {
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Xlsx, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Self::Pdf, "pdf", "application/pdf"),
        (Self::Csv, "csv", "text/csv; charset=utf-8"),
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == text).map(|(format, ..)| *format)
    }

    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(format, ..)| *format == self).map_or("", |(_, word, _)| word)
    }

    pub fn media(self) -> &'static str {
        Self::ALL.iter().find(|(format, ..)| *format == self).map_or("", |(.., media)| media)
    }
}

/// What is asked for, of whom, and by which words it is told.
pub struct Frame<'a> {
    pub registry: &'a Registry,
    pub texts: &'a Texts,
    pub locale: Locale,
    /// All of them where none is named.
    pub agency: Option<String>,
    pub period: (Date, Date),
    pub now: Timestamp,
    /// Whether who asks may open what is behind a figure.
    pub opens: bool,
    /// As of when figures are, where something happened since.
    as_of: Option<String>,
}

impl<'a> Frame<'a> {
    pub fn new(registry: &'a Registry, texts: &'a Texts, locale: Locale, period: (Date, Date), now: Timestamp) -> Self {
        Self { registry, texts, locale, agency: None, period, now, opens: false, as_of: None }
    }

    /// The report, table by table.
    pub fn sheets(&mut self, tx: &mut Tx, kind: Kind) -> Result<Vec<Sheet>, Failure> {
        self.as_of = match figures::as_of(tx)? {
            AsOf::Now => None,
            AsOf::Making => Some(self.say("reports.making")),
            AsOf::Taken(at) => {
                let moment = self.locale.date_time(self.registry.local(at));
                Some(self.say_with("reports.as_of", &[("moment", moment)]))
            }
        };
        let (from, to) = self.period;
        let agency = self.agency.as_deref();
        match kind {
            Kind::Form06 => {
                let report = super::report(tx, self.registry, from, to, agency, self.now)?;
                Ok(form06::sheets(self, &report))
            }
            Kind::Form07 => Ok(form07::sheets(self)),
            Kind::Index => index::sheets(self, &self.scores(tx)?),
            Kind::Quality => Ok(quality::sheets(self, &self.scores(tx)?.tally)),
            Kind::Late => late::sheets(self, tx, super::seen(self.registry, from, to, self.now)?),
        }
    }

    fn scores(&self, tx: &mut Tx) -> Result<Scores, Failure> {
        let (from, to) = self.period;
        let period = super::seen(self.registry, from, to, self.now)?;
        let agency = self.agency.as_deref();
        Ok(Scores {
            tally: figures::tally(tx, self.registry, agency, period, self.now)?,
            came_online: figures::online(tx, agency, period)?,
        })
    }

    fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    fn say_with(&self, key: &str, params: &[(&str, String)]) -> String {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.texts.say(self.locale, key, &params)
    }

    fn agency_name(&self) -> String {
        match &self.agency {
            Some(agency) => self.registry.agency_name(agency).to_owned(),
            None => match self.locale {
                Locale::Vi => self.registry.site.name.vi.clone(),
                Locale::En => self.registry.site.name.en.clone(),
            },
        }
    }

    fn period_words(&self) -> String {
        let day = |date| self.locale.date(date);
        self.say_with("official.period_words", &[("from", day(self.period.0)), ("to", day(self.period.1))])
    }

    /// The address of the dossiers behind a figure; empty where there are none, or not for this person. [OTR-13]
    fn behind(&self, which: Which, count: i64, agency: &str, tier: &str, field: &str) -> String {
        if !self.opens || count <= 0 || which.by().is_none() {
            return String::new();
        }
        let agency = Some(agency).filter(|agency| !agency.is_empty()).or(self.agency.as_deref());
        super::address(self.period, agency, tier, field, which.as_str())
    }
}

impl Frame<'_> {
    /// Where the procedures of a unit are listed, and of which unit it is one.
    fn procedures_of(&self, agency: &str) -> String {
        if !self.opens {
            return String::new();
        }
        format!("/desk/report/official/ii07?{}", super::asks(self.period, Some(agency)))
    }

    fn procedures(&self) -> String {
        self.agency.as_deref().map(|agency| self.procedures_of(agency)).unwrap_or_default()
    }
}

/// What scores are reckoned from.
#[derive(Debug, Default)]
pub struct Scores {
    pub tally: Tally,
    /// Procedures with their level, of which something came in online.
    pub came_online: BTreeSet<(String, String)>,
}

/// The report as a file. Files go to others: their words are Vietnamese, as the forms have them.
pub fn written(
    sheets: &[Sheet],
    format: Format,
    agency: Option<&str>,
    letters: &Letters,
    issue: &Issue,
) -> Result<Vec<u8>, Failure> {
    match format {
        Format::Csv => csv::write(sheets),
        Format::Xlsx => xlsx::write(sheets, issue.registry.local(issue.now).date()),
        Format::Pdf => letters.reports(issue, agency, paper::facts(sheets)),
    }
}

/// I, II, III: as forms number their parts.
fn roman(number: usize) -> String {
    let tens = "X".repeat(number / 10);
    let ones = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    format!("{tens}{}", ones.get(number % 10).copied().unwrap_or_default())
}
