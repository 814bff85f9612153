//! The page of the report.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use motcua_domain::figures::{Figures, OnTime, Report, Which};
use motcua_domain::identity::Role;
use serde::Serialize;

use super::choices::{Choices, Other, others};
use super::{Asked, address, report, share};
use crate::platform::web::{Answer, App, FormState, Req, page_with};
use crate::record::figures::{self, AsOf};

#[derive(Serialize)]
struct ReportPage {
    form: FormState,
    choices: Choices,
    /// The other reports of the same period.
    others: Vec<Other>,
    shown: Option<Shown>,
}

/// The report itself.
#[derive(Serialize)]
struct Shown {
    period: String,
    agency: String,
    /// Nothing was counted at all.
    nothing: bool,
    share: String,
    lenient: String,
    on_time: OnTime,
    parts: Parts,
    /// Days for which what stands has stood, on average.
    standing_days: i64,
    columns: Vec<&'static str>,
    lines: Vec<Line>,
    agency_lines: Vec<Line>,
    hash: String,
    adds_up: bool,
    /// As of when, where something happened since.
    as_of: Option<String>,
    making: bool,
}

/// The figures of the share, each with what is behind it.
#[derive(Serialize)]
struct Parts {
    counted: Cell,
    overdue_before: Cell,
    kept: Cell,
    cleared: Cell,
    excused: Cell,
    overdue: Cell,
    left_out: Cell,
    standing: Cell,
    supplement: Cell,
    payment: Cell,
    outage: Cell,
}

#[derive(Serialize)]
struct Cell {
    number: i64,
    /// Empty where nothing is behind it, or not for this person.
    href: String,
}

#[derive(Serialize)]
struct Line {
    /// Key of the tier's name; empty for others.
    tier: &'static str,
    /// Name of the field or agency; empty for others.
    name: String,
    cells: Vec<Cell>,
    counted: i64,
    kept: Cell,
    overdue: Cell,
    share: String,
    lenient: String,
}

/// What every address on the page has in common.
struct Frame<'a> {
    asked: &'a Req,
    period: (Date, Date),
    agency: Option<String>,
    opens: bool,
}

pub(super) async fn show(State(app): State<App>, asked: Req, Query(query): Query<Asked>) -> Answer {
    let (registry, now) = (asked.registry.clone(), asked.ctx.now);
    let officer = asked.officer()?.clone();
    let (form, read) = query.read(registry.local(now).date());
    let (query, officer_now) = (query.clone(), officer.clone());
    let period = read.as_ref().ok().copied();
    let found = app
        .db
        .read(move |tx| {
            let agency = query.agency(tx, &registry, &officer_now)?;
            let all = figures::agencies(tx)?;
            let report = match period {
                Some((from, to)) => Some(report(tx, &registry, from, to, agency.as_deref(), now)?),
                None => None,
            };
            Ok((agency, all, report, figures::as_of(tx)?))
        })
        .await?;
    let (agency, all, report, as_of) = found;
    let whole = officer.has(Role::Auditor) || officer.has(Role::Administrator);
    let choices = Choices::of(&app, &asked, if whole { &all } else { &[] });
    let others = period.map(|period| others(period, agency.as_deref(), &officer)).unwrap_or_default();
    let (status, errors) = match &read {
        Ok(_) => (StatusCode::OK, Vec::new()),
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors.clone()),
    };
    let shown = period.zip(report).map(|(period, report)| {
        let opens = officer.has(Role::Leader) || officer.has(Role::Auditor);
        Frame { asked: &asked, period, agency, opens }.shown(&report, as_of)
    });
    let page = ReportPage { form: form.state(errors), choices, others, shown };
    page_with(&app, &asked, status, "reports/summary.html", page)
}

impl Frame<'_> {
    fn shown(&self, report: &Report, as_of: AsOf) -> Shown {
        let (registry, locale) = (&self.asked.registry, self.asked.locale);
        let total = &report.total;
        let parts = &total.on_time;
        Shown {
            period: format!("{} – {}", locale.date(self.period.0), locale.date(self.period.1)),
            agency: match &self.agency {
                Some(agency) => registry.agency_name(agency).to_owned(),
                None => self.asked.text(&registry.site.name),
            },
            nothing: *report == Report::default(),
            share: share(locale, parts.share()),
            lenient: share(locale, total.lenient()),
            on_time: *parts,
            parts: self.parts(parts),
            standing_days: if parts.standing > 0 { parts.standing_days / parts.standing } else { 0 },
            columns: Which::ALL.iter().take(total.columns().len()).map(|(_, word, _)| *word).collect(),
            lines: self.lines(report),
            agency_lines: self.agency_lines(report),
            hash: report.hash(),
            adds_up: report.adds_up(),
            as_of: match as_of {
                AsOf::Taken(at) => Some(locale.date_time(registry.local(at))),
                AsOf::Now | AsOf::Making => None,
            },
            making: as_of == AsOf::Making,
        }
    }

    fn cell(&self, number: i64, which: Which, at: &At) -> Cell {
        let opens = self.opens && number > 0 && which.by().is_some();
        let agency = at.agency.or(self.agency.as_deref());
        let href = opens.then(|| address(self.period, agency, at.tier, at.field, which.as_str()));
        Cell { number, href: href.unwrap_or_default() }
    }

    fn parts(&self, parts: &OnTime) -> Parts {
        let cell = |number, which| self.cell(number, which, &At::default());
        Parts {
            counted: cell(parts.counted, Which::Counted),
            overdue_before: cell(parts.overdue_before, Which::OverdueBefore),
            kept: cell(parts.kept, Which::Kept),
            cleared: cell(parts.cleared, Which::Cleared),
            excused: cell(parts.excused, Which::Excused),
            overdue: cell(parts.overdue, Which::Overdue),
            left_out: cell(parts.left_out, Which::LeftOut),
            standing: cell(parts.standing, Which::Standing),
            supplement: cell(parts.supplement, Which::Supplement),
            payment: cell(parts.payment, Which::Payment),
            outage: cell(parts.outage, Which::Outage),
        }
    }

    fn line(&self, at: &At, name: &str, figures: &Figures) -> Line {
        let columns = figures.columns().into_iter().zip(Which::ALL);
        let locale = self.asked.locale;
        Line {
            tier: if name.is_empty() { at.tier_word } else { "" },
            name: name.to_owned(),
            cells: columns.map(|(number, (which, ..))| self.cell(number, which, at)).collect(),
            counted: figures.on_time.counted,
            kept: self.cell(figures.on_time.kept, Which::Kept, at),
            overdue: self.cell(figures.on_time.overdue, Which::Overdue, at),
            share: share(locale, figures.on_time.share()),
            lenient: share(locale, figures.lenient()),
        }
    }

    /// The total, the levels, and the fields within each. [REP-06]
    fn lines(&self, report: &Report) -> Vec<Line> {
        let mut lines = vec![self.line(&At::default(), "", &report.total)];
        for (tier, figures) in &report.tiers {
            let tier_word = tier.as_str();
            lines.push(self.line(&At { tier: tier_word, tier_word, ..At::default() }, "", figures));
            for (field, figures) in report.fields.get(tier).into_iter().flatten() {
                lines.push(self.line(&At { tier: tier_word, field, ..At::default() }, field, figures));
            }
        }
        lines
    }

    /// Each agency by what its dossiers say. [REP-06]
    fn agency_lines(&self, report: &Report) -> Vec<Line> {
        if self.agency.is_some() {
            return Vec::new();
        }
        let line = |(agency, figures): (&String, &Figures)| {
            let name = self.asked.registry.agency_name(agency).to_owned();
            self.line(&At { agency: Some(agency), ..At::default() }, &name, figures)
        };
        report.agencies.iter().map(line).collect()
    }
}

/// Where a line stands.
#[derive(Default)]
struct At<'a> {
    agency: Option<&'a str>,
    tier: &'a str,
    tier_word: &'static str,
    field: &'a str,
}
