//! The dossiers behind what is open now, and behind a sign. Without the names of people: what counts is when, not whose.

use axum::extract::{Query, State};
use jiff::civil::Date;
use motcua_domain::figures::{Fact, Firmly, Formally};
use motcua_domain::monitor::Sign;
use motcua_domain::overview::Awaits;
use serde::{Deserialize, Serialize};

use super::Scope;
use super::monitor::measure;
use super::tables::NOBODY;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::web::form::percent;
use crate::platform::web::{Answer, App, Req, page};
use crate::record::dossier::list as dossiers;
use crate::record::figures::list::Place;
use crate::record::figures::overview::read::{self, CaseAsk, OpenAsk};
use crate::work::intake::date;

/// Rows on a page.
const PAGE: usize = 50;

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct ListAsked {
    /// `late`, `due`, `open`; of cases not said.
    state: String,
    sign: String,
    from: String,
    to: String,
    agency: String,
    awaits: String,
    office: String,
    officer: String,
    after: String,
}

#[derive(Serialize)]
struct ListPage {
    /// Keys of what is listed.
    title: String,
    lead: String,
    parts: Vec<String>,
    rows: Vec<Row>,
    cases: bool,
    back: String,
    back_text: &'static str,
    first: String,
    next: String,
}

#[derive(Serialize)]
struct Row {
    href: String,
    code: String,
    procedure: String,
    agency: String,
    received_on: String,
    /// Empty while the clock stands.
    due: String,
    settled_on: String,
    /// `kept`, `missed`, `left_out`, or `open`.
    firmly: &'static str,
    /// `early`, `on_time`, `late`, or `open`.
    formally: &'static str,
    /// Of a case: when, and by whom.
    on: String,
    by: String,
    measure: i64,
}

/// Open dossiers, by the day on which they are due. [OVW-02]
pub(super) async fn open(State(app): State<App>, asked: Req, Query(query): Query<ListAsked>) -> Answer {
    let today = asked.registry.local(asked.ctx.now).date();
    let (from, to) = match query.state.as_str() {
        "late" => (Date::MIN, today.yesterday().map_err(Failure::fault)?),
        "due" => (today, today),
        "open" => (Date::MIN, Date::MAX),
        _ => return Err(Failure::NotFound),
    };
    if !query.awaits.is_empty() && Awaits::parse(&query.awaits).is_none() {
        return Err(Failure::NotFound);
    }
    let inner = asked.clone();
    let shown = app
        .db
        .read(move |tx| {
            let scope = Scope::of(tx, &inner.registry, inner.officer()?, &query.agency)?;
            let after = Place::read(&query.after);
            let officer = Some(query.officer.as_str()).filter(|officer| !officer.is_empty());
            let mut found = Vec::new();
            for agency in &scope.agencies {
                let ask = OpenAsk {
                    agency,
                    from: from.max(read::FIRST),
                    to: to.min(read::LAST),
                    awaits: &query.awaits,
                    office: &query.office,
                    officer: officer.map(|officer| officer.strip_prefix(NOBODY).unwrap_or(officer)),
                };
                found.extend(read::open(tx, &ask, after.as_ref(), PAGE + 1)?);
            }
            found.sort_unstable_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
            let (found, next) = cut(found, |(id, day, _)| Place { day: *day, id: id.clone() });
            let mut rows = Vec::new();
            for (id, _, fact) in &found {
                rows.extend(row(tx, &inner, id, fact)?);
            }
            let here = query.address("/desk/overview/dossiers");
            let person = query.officer.trim_start_matches(NOBODY);
            Ok(ListPage {
                title: "overview.list".to_owned(),
                lead: match query.awaits.as_str() {
                    "" => format!("overview.state.{}", query.state),
                    awaits => format!("overview.awaits.{awaits}"),
                },
                parts: parts(&inner, &[&query.agency], &query.office, person),
                rows,
                cases: false,
                back: "/desk/overview".to_owned(),
                back_text: "overview.title",
                next: next.map(|next| format!("{here}&after={}", next.print())).unwrap_or_default(),
                first: after.map(|_| here).unwrap_or_default(),
            })
        })
        .await?;
    page(&app, &asked, "overview/list.html", shown)
}

/// Dossiers that show a sign. [MON-01]
pub(super) async fn cases(State(app): State<App>, asked: Req, Query(query): Query<ListAsked>) -> Answer {
    let sign = Sign::parse(&query.sign).ok_or(Failure::NotFound)?;
    let days = date(&query.from).zip(date(&query.to)).ok_or(Failure::NotFound)?;
    let inner = asked.clone();
    let shown = app
        .db
        .read(move |tx| {
            let scope = Scope::of(tx, &inner.registry, inner.officer()?, &query.agency)?;
            let limits = inner.registry.site.monitor;
            let after = Place::read(&query.after);
            let mut found = Vec::new();
            for agency in &scope.agencies {
                let ask = CaseAsk { sign, agency, days, measure: measure(sign, &limits), by: &query.officer };
                found.extend(read::case_list(tx, &ask, after.as_ref(), PAGE + 1)?);
            }
            found.sort_unstable_by(|a, b| (a.on, &a.dossier).cmp(&(b.on, &b.dossier)));
            let (found, next) = cut(found, |case| Place { day: case.on, id: case.dossier.clone() });
            let mut rows = Vec::new();
            for case in &found {
                let with = |row| Row {
                    on: inner.locale.date(case.on),
                    by: inner.registry.account_name(&case.by).to_owned(),
                    measure: case.measure,
                    ..row
                };
                rows.extend(row(tx, &inner, &case.dossier, &case.fact)?.map(with));
            }
            let here = query.address("/desk/monitor/dossiers");
            let back = query.monitor();
            let period = format!("{} – {}", inner.locale.date(days.0), inner.locale.date(days.1));
            let mut parts = parts(&inner, &[&query.agency], "", &query.officer);
            parts.insert(0, period);
            Ok(ListPage {
                title: "monitor.list".to_owned(),
                lead: format!("monitor.sign.{}", sign.as_str()),
                parts,
                rows,
                cases: true,
                back,
                back_text: "monitor.title",
                next: next.map(|next| format!("{here}&after={}", next.print())).unwrap_or_default(),
                first: after.map(|_| here).unwrap_or_default(),
            })
        })
        .await?;
    page(&app, &asked, "overview/list.html", shown)
}

/// One page of what was found, and where the next begins.
fn cut<T>(mut found: Vec<T>, place: impl Fn(&T) -> Place) -> (Vec<T>, Option<Place>) {
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(place);
    (found, next)
}

fn parts(asked: &Req, agencies: &[&str], office: &str, person: &str) -> Vec<String> {
    let registry = &asked.registry;
    let agencies = agencies.iter().map(|agency| registry.agency_name(agency));
    let all = agencies.chain([registry.office_name(office), registry.account_name(person)]);
    all.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn row(tx: &mut Tx, asked: &Req, id: &str, fact: &Fact) -> Result<Option<Row>, Failure> {
    let (registry, locale) = (&asked.registry, asked.locale);
    let officer = asked.officer()?;
    // The record is beside the figures: what is behind one is always there.
    let Some(entry) = dossiers::by_id(tx, id)? else { return Ok(None) };
    let can_read = entry.line.can_be_read(officer);
    Ok(Some(Row {
        href: if can_read { format!("/desk/dossiers/{}", entry.id) } else { String::new() },
        code: entry.line.code,
        procedure: entry.line.title,
        agency: registry.agency_name(&entry.line.agency).to_owned(),
        received_on: locale.date(fact.received_on),
        due: fact.due.map(|due| locale.date_time(registry.local(due.at))).unwrap_or_default(),
        settled_on: fact.settled.map(|settled| locale.date(settled.on)).unwrap_or_default(),
        firmly: match fact.settled.map(|settled| settled.firmly) {
            Some(Firmly::Kept) => "kept",
            Some(Firmly::Missed) => "missed",
            Some(Firmly::LeftOut) => "left_out",
            None => "open",
        },
        formally: match fact.settled.map(|settled| settled.formally) {
            Some(Formally::Early) => "early",
            Some(Formally::OnTime) => "on_time",
            Some(Formally::Late) => "late",
            None => "open",
        },
        on: String::new(),
        by: String::new(),
        measure: 0,
    }))
}

impl ListAsked {
    fn address(&self, path: &str) -> String {
        let parts = [
            ("state", &self.state),
            ("sign", &self.sign),
            ("from", &self.from),
            ("to", &self.to),
            ("agency", &self.agency),
            ("awaits", &self.awaits),
            ("office", &self.office),
            ("officer", &self.officer),
        ];
        let parts = parts.iter().filter(|(_, value)| !value.is_empty());
        let parts: Vec<String> = parts.map(|(name, value)| format!("{name}={}", percent(value))).collect();
        format!("{path}?{}", parts.join("&"))
    }

    /// The page it was opened from.
    fn monitor(&self) -> String {
        format!(
            "/desk/monitor?period=own&from={}&to={}&agency={}",
            percent(&self.from),
            percent(&self.to),
            percent(&self.agency)
        )
    }
}
