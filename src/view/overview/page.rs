//! The leader's page.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use motcua_domain::figures::{Figures, Period, Which};
use motcua_domain::overview::{Awaits, Pieces};
use motcua_domain::procedure::Tier;
use serde::Serialize;

use super::chart::Picture;
use super::gather::{self, Gathered, Today};
use super::tables::{Cell, Frame, NOBODY, Row, Table};
use super::tiles::{Tile, tiles};
use super::{Asked, Choice, Chosen, Scope};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
use crate::platform::web::form::percent;
use crate::platform::web::{Answer, App, FormState, Req, page_with};
use crate::record::figures::overview::read;
use crate::record::figures::{self, AsOf};
use crate::view::reports::share;

#[derive(Serialize)]
struct OverviewPage {
    form: FormState,
    agencies: Vec<Choice>,
    numbers: Option<Numbers>,
    /// Where changes are told.
    live: String,
    monitor: String,
}

/// What changes while the page is open.
#[derive(Serialize)]
pub(super) struct Numbers {
    agency: String,
    period: String,
    day: String,
    /// As of when, where something happened since.
    as_of: Option<String>,
    making: bool,
    /// Nothing was counted at all.
    nothing: bool,
    today: TodayShown,
    total: Row,
    counted: Cell,
    kept: Cell,
    cleared: Cell,
    /// By which the lenient formula says more. [OTR-14]
    excused: i64,
    tables: Vec<Table>,
    trend: Trend,
    tiles: Vec<Tile>,
}

#[derive(Serialize)]
struct TodayShown {
    received: Cell,
    open: Cell,
    due: Cell,
    late: Cell,
    late_by: Vec<LateBy>,
    awaits: Vec<AwaitsShown>,
}

#[derive(Serialize)]
struct LateBy {
    agency: String,
    office: String,
    /// Empty: nobody has it.
    officer: String,
    number: Cell,
    since: String,
    days: i64,
}

#[derive(Serialize)]
struct AwaitsShown {
    key: &'static str,
    number: Cell,
}

#[derive(Serialize)]
struct Trend {
    flow: String,
    shares: String,
    backlog: String,
    rows: Vec<TrendRow>,
}

#[derive(Serialize)]
struct TrendRow {
    label: String,
    received: i64,
    settled: i64,
    share: String,
    lenient: String,
    open: i64,
    overdue: i64,
}

pub(super) async fn show(State(app): State<App>, asked: Req, Query(query): Query<Asked>) -> Answer {
    let (form, read) = query.read(asked.registry.local(asked.ctx.now).date());
    let found = found(&app, &asked, &query, read.as_ref().ok().copied()).await?;
    let (status, errors) = match &read {
        Ok(_) => (StatusCode::OK, Vec::new()),
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors.clone()),
    };
    let (scope, numbers) = found;
    let name = |id: &String| Choice { value: id.clone(), text: asked.registry.agency_name(id).to_owned() };
    let query = read.as_ref().map(|chosen| query.query(*chosen)).unwrap_or_default();
    let page = OverviewPage {
        form: form.state(errors),
        agencies: scope.choices.iter().map(name).collect(),
        live: if numbers.is_some() { format!("/desk/overview/live?{query}") } else { String::new() },
        monitor: format!("/desk/monitor?{query}"),
        numbers,
    };
    page_with(&app, &asked, status, "overview/page.html", page)
}

/// The numbers for whoever asks. [OVW-01]
async fn found(
    app: &App,
    asked: &Req,
    query: &Asked,
    chosen: Option<Chosen>,
) -> Result<(Scope, Option<Numbers>), Failure> {
    let (app, asked, query) = (app.clone(), asked.clone(), query.clone());
    let db = app.db.clone();
    db.read(move |tx| {
        let scope = Scope::of(tx, &asked.registry, asked.officer()?, &query.agency)?;
        let texts = app.pages.texts();
        let numbers = chosen.map(|chosen| numbers(tx, texts, &asked, &scope, chosen)).transpose()?;
        Ok((scope, numbers))
    })
    .await
}

/// The same again, for whoever keeps the page open.
pub(super) async fn again(app: &App, asked: &Req, query: &Asked) -> Result<Numbers, Failure> {
    let chosen = query.read(asked.registry.local(asked.ctx.now).date()).1.map_err(Failure::Invalid)?;
    found(app, asked, query, Some(chosen)).await?.1.ok_or(Failure::NotFound)
}

fn numbers(tx: &mut Tx, texts: &Texts, asked: &Req, scope: &Scope, chosen: Chosen) -> Result<Numbers, Failure> {
    let (registry, locale, now) = (&asked.registry, asked.locale, asked.ctx.now);
    let today = registry.local(now).date();
    let period = Period::seen(chosen.from, chosen.to, today).ok_or(Failure::NotFound)?;
    let all = gather::period(tx, scope, period, (today, now))?;
    let at = gather::today(tx, scope, today)?;
    let as_of = figures::as_of(tx)?;
    let communes = communes(tx, asked, scope, &all, period)?;
    let frame = Frame { registry, locale, scope, chosen };
    let parts = &all.total.figures.on_time;
    let cell = |number, which| frame.cell(number, which, &[]);
    let href = |agency: &str| if scope.choices.is_empty() { String::new() } else { of_agency(chosen, agency) };
    Ok(Numbers {
        agency: scope.name(asked),
        period: format!("{} – {}", locale.date(chosen.from), locale.date(chosen.to)),
        day: locale.date(today),
        as_of: match as_of {
            AsOf::Taken(at) => Some(locale.date_time(registry.local(at))),
            AsOf::Now | AsOf::Making => None,
        },
        making: as_of == AsOf::Making,
        nothing: all.total.figures == Figures::default(),
        today: today_shown(asked, scope, today, &at),
        total: frame.row("", &all.total, &[]),
        counted: cell(parts.counted, Which::Counted),
        kept: cell(parts.kept, Which::Kept),
        cleared: cell(parts.cleared, Which::Cleared),
        excused: parts.excused,
        tables: frame.tables(&all),
        trend: trend(texts, locale, &all),
        tiles: if communes.len() > 1 { tiles(registry, locale, &communes, href) } else { Vec::new() },
    })
}

/// The page of one agency in the same period.
fn of_agency(chosen: Chosen, agency: &str) -> String {
    let day = |date: Date| percent(&date.strftime("%d/%m/%Y").to_string());
    format!("/desk/overview?period=own&from={}&to={}&agency={}", day(chosen.from), day(chosen.to), percent(agency))
}

/// The figures of communes: of all, or of those under the agency whose page it is, as numbers only. [OVW-01]
fn communes(
    tx: &mut Tx,
    asked: &Req,
    scope: &Scope,
    all: &Gathered,
    period: Period,
) -> Result<BTreeMap<String, Figures>, Failure> {
    let registry = &asked.registry;
    let active = || registry.agencies.values().filter(|it| it.tier == Tier::Commune && it.identifier.is_some());
    let Some(own) = scope.agency.as_deref().and_then(|own| registry.agencies.get(own)) else {
        // One where nothing came in is on the map all the same.
        let mut found: BTreeMap<_, _> = active().map(|agency| (agency.id.clone(), Figures::default())).collect();
        found.extend(all.agencies.iter().map(|(agency, line)| (agency.clone(), line.figures)));
        return Ok(found);
    };
    let now = asked.ctx.now;
    let today = registry.local(now).date();
    let parent =
        |place: &str| registry.places.iter().find(|row| row.code == place).and_then(|row| row.parent.as_deref());
    let mut found = BTreeMap::new();
    for agency in active().filter(|agency| parent(&agency.place) == Some(&own.place)) {
        found.insert(agency.id.clone(), read::total(tx, &agency.id, period, (today, now))?);
    }
    Ok(found)
}

fn today_shown(asked: &Req, scope: &Scope, today: Date, at: &Today) -> TodayShown {
    let (registry, locale) = (&asked.registry, asked.locale);
    let open = |number: i64, parts: &[(&str, &str)]| {
        let mut href = String::new();
        if scope.opens && number > 0 {
            let agency = ("agency", scope.agency.as_deref().unwrap_or_default());
            let own = (!parts.iter().any(|(name, _)| *name == "agency")).then_some(agency);
            let parts = own.iter().chain(parts).filter(|(_, value)| !value.is_empty());
            let parts: Vec<String> = parts.map(|(name, value)| format!("{name}={}", percent(value))).collect();
            href = format!("/desk/overview/dossiers?{}", parts.join("&"));
        }
        Cell { number, href }
    };
    let late = |((agency, office, officer), (number, since)): (&(String, String, String), &(i64, Date))| LateBy {
        agency: if scope.agency.is_some() { String::new() } else { registry.agency_name(agency).to_owned() },
        office: registry.office_name(office).to_owned(),
        officer: registry.account_name(officer).to_owned(),
        number: open(
            *number,
            &[
                ("state", "late"),
                ("agency", agency),
                ("office", office),
                ("officer", if officer.is_empty() { NOBODY } else { officer }),
            ],
        ),
        since: locale.date(*since),
        days: (today - *since).get_days().into(),
    };
    let mut late_by: Vec<LateBy> = at.late_by.iter().map(late).collect();
    late_by.sort_by_key(|late| std::cmp::Reverse(late.number.number));
    let awaits = Awaits::ALL.into_iter().map(|awaits| AwaitsShown {
        key: awaits.as_str(),
        number: open(at.awaits.get(&awaits).copied().unwrap_or(0), &[("state", "open"), ("awaits", awaits.as_str())]),
    });
    let chosen = Chosen { from: today, to: today };
    TodayShown {
        received: Frame { registry, locale, scope, chosen }.cell(at.received, Which::Received, &[]),
        open: open(at.open, &[("state", "open")]),
        due: open(at.due, &[("state", "due")]),
        late: open(at.late, &[("state", "late")]),
        late_by,
        awaits: awaits.collect(),
    }
}

#[derive(Clone, Copy)]
enum Draw {
    Columns,
    Lines,
}

/// Draws a picture of two series.
struct Drawn<'a> {
    texts: &'a Texts,
    locale: Locale,
    labels: Vec<String>,
    all: &'a Gathered,
}

impl Drawn<'_> {
    fn picture(
        &self,
        id: &str,
        [title, first, second]: [&str; 3],
        top: i64,
        of: fn(&Figures) -> [Option<i64>; 2],
        draw: Draw,
    ) -> String {
        let say = |key| self.texts.get(self.locale, key, []);
        let (title, first, second) = (say(title), say(first), say(second));
        let values = self.all.trend.iter().map(|(_, figures)| of(figures)).collect();
        let picture = Picture { id, title: &title, names: [&first, &second], labels: self.labels.clone(), values, top };
        match draw {
            Draw::Columns => picture.columns(),
            Draw::Lines => picture.lines(),
        }
    }
}

fn trend(texts: &Texts, locale: Locale, all: &Gathered) -> Trend {
    let label = |from: Date| match all.pieces {
        Some(Pieces::Months) => from.strftime("%m/%y").to_string(),
        _ => from.strftime("%d/%m").to_string(),
    };
    let labels = all.trend.iter().map(|(piece, _)| label(piece.from)).collect();
    let drawn = Drawn { texts, locale, labels, all };
    let rows = all.trend.iter().map(|(piece, figures)| TrendRow {
        label: match piece.to == piece.from {
            true => locale.date(piece.from),
            false => format!("{} – {}", locale.date(piece.from), locale.date(piece.to)),
        },
        received: figures.online + figures.direct,
        settled: figures.settled,
        share: share(locale, figures.on_time.share()),
        lenient: share(locale, figures.lenient()),
        open: figures.open,
        overdue: figures.on_time.overdue,
    });
    let received = |figures: &Figures| [Some(figures.online + figures.direct), Some(figures.settled)];
    let open = |figures: &Figures| [Some(figures.open), Some(figures.on_time.overdue)];
    let shares = |figures: &Figures| {
        [figures.on_time.share(), figures.lenient()].map(|share| share.map(|share| share.tenths / 10))
    };
    let flow = ["overview.trend.flow", "overview.received", "overview.settled"];
    let both = ["overview.trend.shares", "overview.share", "overview.lenient"];
    let backlog = ["overview.trend.backlog", "overview.open", "overview.overdue"];
    Trend {
        flow: drawn.picture("flow", flow, 5, received, Draw::Columns),
        shares: drawn.picture("shares", both, 100, shares, Draw::Lines),
        backlog: drawn.picture("backlog", backlog, 5, open, Draw::Columns),
        rows: rows.collect(),
    }
}
