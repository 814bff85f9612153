//! The figures of every month that is over, as JSON and as CSV. [OPN-03]

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::figures::{Line, Month, OTHERS, Offsets};
use serde::Serialize;

use super::{AS_OF, Data, Snapshot, later, month_name, snapshot};
use crate::platform::failure::Failure;
use crate::platform::web::{Answer, App, Req};
use crate::registry::Registry;

#[derive(Serialize)]
struct Published<'a> {
    site: &'a str,
    name: &'a str,
    licence: &'a str,
    /// Seal and event up to which everything is in it.
    as_of: String,
    taken_at: Timestamp,
    time_zone: &'a str,
    /// From when on clocks showed how many seconds more than UTC.
    offsets: Offsets,
    /// Fewest dossiers of a line of its own.
    smallest: u32,
    agencies: BTreeMap<&'a str, &'a str>,
    months: Vec<MonthShown>,
    /// The logs from which all of this follows.
    logs: Vec<String>,
}

#[derive(Serialize)]
struct MonthShown {
    month: Date,
    lines: Vec<LineShown>,
}

#[derive(Serialize)]
struct LineShown {
    #[serde(flatten)]
    line: Line,
    /// In tenths of a percent, rounded down; nothing of nothing. [OTR-08]
    share: Option<i64>,
}

pub(super) async fn json(State(app): State<App>, asked: Req, headers: HeaderMap) -> Answer {
    let Some(snapshot) = snapshot(&app, &asked).await? else { return Ok(later()) };
    let data = data(&snapshot, &asked, "application/json", "figures.json");
    if data.is_known(&headers) {
        return Ok(data.unchanged());
    }
    let registry = &*asked.registry;
    let months = months(&snapshot, &asked);
    let agencies = months.iter().flat_map(|month| &month.lines).map(|line| line.agency.as_str());
    let published = Published {
        site: &registry.site.id,
        name: &registry.site.name.vi,
        licence: &registry.site.open.licence_url,
        as_of: snapshot.as_of(),
        taken_at: snapshot.taken_at,
        time_zone: &registry.site.timezone,
        offsets: offsets(registry, &snapshot, asked.ctx.now)?,
        smallest: registry.site.open.smallest,
        agencies: agencies.filter(|id| *id != OTHERS).map(|id| (id, registry.agency_name(id))).collect(),
        logs: logs(registry, &snapshot, asked.ctx.now),
        months: months.iter().map(shown).collect(),
    };
    let mut answer = data.answer(serde_json::to_vec(&published)?);
    if let Ok(as_of) = header::HeaderValue::from_str(&published.as_of) {
        answer.headers_mut().insert(AS_OF, as_of);
    }
    Ok(answer)
}

fn data(snapshot: &Snapshot, asked: &Req, media: &'static str, name: &str) -> Data {
    let last = snapshot.span.map(|(_, last)| last.to_string()).unwrap_or_default();
    Data::new(
        media,
        name,
        &format!(
            "{name} {} {last} {} {}",
            snapshot.as_of(),
            asked.registry.revision,
            asked.registry.site.open.smallest
        ),
    )
}

fn months(snapshot: &Snapshot, asked: &Req) -> Vec<Month> {
    let smallest = asked.registry.site.open.smallest.into();
    snapshot.span.map(|(_, last)| snapshot.months.all(&snapshot.visible, last, smallest)).unwrap_or_default()
}

fn shown(month: &Month) -> MonthShown {
    let line =
        |line: &Line| LineShown { share: line.figures.on_time.share().map(|share| share.tenths), line: line.clone() };
    MonthShown { month: month.month, lines: month.lines.iter().map(line).collect() }
}

/// The addresses of the logs, the oldest first, up to this month.
pub(super) fn logs(registry: &Registry, snapshot: &Snapshot, now: Timestamp) -> Vec<String> {
    let Some(first) = snapshot.months.first() else { return Vec::new() };
    super::log::months(first, registry.local(now).date())
        .map(|month| format!("/open/log/{}.jsonl", month_name(month)))
        .collect()
}

/// As many offsets as the months need.
fn offsets(registry: &Registry, snapshot: &Snapshot, now: Timestamp) -> Result<Offsets, Failure> {
    let zone = &registry.timezone;
    let first = snapshot.months.first().unwrap_or(registry.as_of);
    let begin = registry.day_start(first)?;
    let mut all = vec![(begin, zone.to_offset(begin).seconds())];
    // Dates promised lie ahead.
    let end = now.as_second() + 3 * 366 * 86_400;
    let changes = zone.following(begin).take_while(|change| change.timestamp().as_second() < end);
    all.extend(changes.map(|change| (change.timestamp(), change.offset().seconds())));
    Ok(Offsets(all))
}

pub(super) async fn csv(State(app): State<App>, asked: Req, headers: HeaderMap) -> Answer {
    let Some(snapshot) = snapshot(&app, &asked).await? else { return Ok(later()) };
    let data = data(&snapshot, &asked, "text/csv; charset=utf-8", "figures.csv");
    if data.is_known(&headers) {
        return Ok(data.unchanged());
    }
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut heads = vec!["month", "level", "agency", "agency_name", "field"];
    heads.extend(motcua_domain::figures::Figures::default().named().map(|(name, _)| name));
    heads.push("share_tenths_of_percent");
    out.write_record(&heads).map_err(Failure::fault)?;
    for month in months(&snapshot, &asked) {
        for line in &month.lines {
            let name = if line.agency == OTHERS { OTHERS } else { asked.registry.agency_name(&line.agency) };
            let start = [&month_name(month.month), line.tier.as_str(), &line.agency, name, &line.field];
            let mut cells: Vec<String> = start.iter().map(ToString::to_string).collect();
            cells.extend(line.figures.named().map(|(_, number)| number.to_string()));
            cells.push(line.figures.on_time.share().map(|share| share.tenths.to_string()).unwrap_or_default());
            out.write_record(&cells).map_err(Failure::fault)?;
        }
    }
    Ok(data.answer(out.into_inner().map_err(|error| Failure::fault(anyhow::anyhow!("{error}")))?))
}
