//! Figures of a period, from the dossiers themselves. Nothing here can be typed in.

use axum::extract::{Query, State};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use motcua_domain::identity::Role;
use motcua_domain::report::{Counted, Figures, Summary};
use serde::{Deserialize, Serialize};

use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::Form;
use crate::platform::web::{Access, Answer, App, FormState, Req, Routes, page_with};
use crate::record::dossier::list;
use crate::registry::Registry;
use crate::work::intake::date;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/desk/report", Access::Roles(&[Role::Leader, Role::Auditor, Role::Administrator]), page)
}

/// The level at which "online" is counted: apply online, finish at the office.
const ONLINE_LEVEL: i64 = 3;

/// The summary of dossiers received from one day to another, both included; of one agency or of the whole site. A period that
/// has not ended is counted as it stands `now`: nothing is late before its time. [REP-01] [REP-03]
pub fn summary(
    tx: &mut Tx,
    registry: &Registry,
    from: Date,
    to: Date,
    agency: Option<&str>,
    now: Timestamp,
) -> Result<Summary, Failure> {
    let end = registry.day_end(to)?;
    let (mut summary, seen) = (Summary::default(), end.min(now));
    list::figures(tx, agency, registry.day_start(from)?, end, |row| {
        let counted = Counted {
            online: row.online && row.online_level == Some(ONLINE_LEVEL),
            due_on: registry.local(row.due_at).date(),
            settled: row.settled_at.map(|at| (at, registry.local(at).date())),
            tier: row.tier,
            field: row.field,
            due_at: row.due_at,
            broken_off: row.broken_off,
        };
        summary.add(&counted, seen);
    })?;
    Ok(summary)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Period {
    from: String,
    to: String,
}

#[derive(Serialize)]
struct ReportPage {
    form: FormState,
    period: String,
    agency: String,
    lines: Vec<Line>,
    hash: String,
}

#[derive(Serialize)]
struct Line {
    /// Key of the tier's name; empty for the total and for fields.
    tier: String,
    /// Name of the field; empty for the total and for tiers.
    field: String,
    figures: Figures,
    settled: u64,
    open: u64,
}

/// Leaders see their agency, auditors and administrators the whole site.
async fn page(State(app): State<App>, asked: Req, Query(period): Query<Period>) -> Answer {
    let registry = asked.registry.clone();
    let today = registry.local(asked.ctx.now).date();
    let (form, read) = read(&period, today);
    let (from, to) = match read {
        Ok(period) => period,
        Err(errors) => {
            let page = ReportPage {
                form: form.state(errors),
                period: String::new(),
                agency: String::new(),
                lines: Vec::new(),
                hash: String::new(),
            };
            return page_with(&app, &asked, axum::http::StatusCode::UNPROCESSABLE_ENTITY, "reports/summary.html", page);
        }
    };
    let officer = asked.officer()?;
    let whole = officer.has(Role::Auditor) || officer.has(Role::Administrator);
    let agency = (!whole).then(|| officer.agency.clone());
    let name = match &agency {
        Some(agency) => registry.agency_name(agency).to_owned(),
        None => asked.text(&registry.site.name),
    };
    let now = asked.ctx.now;
    let summary = app.db.read(move |tx| summary(tx, &registry, from, to, agency.as_deref(), now)).await?;
    let page = ReportPage {
        form: form.state(Vec::new()),
        period: format!("{} – {}", asked.locale.date(from), asked.locale.date(to)),
        agency: name,
        hash: summary.hash(),
        lines: lines(summary),
    };
    page_with(&app, &asked, axum::http::StatusCode::OK, "reports/summary.html", page)
}

/// From the first of this month to today where nothing was asked for.
fn read(period: &Period, today: Date) -> (Form, Result<(Date, Date), Vec<FieldError>>) {
    let first = today.first_of_month();
    let written = |date: Date| date.strftime("%d/%m/%Y").to_string();
    let or = |text: &str, date: Date| if text.trim().is_empty() { written(date) } else { text.to_owned() };
    let form = Form::filled([("from", or(&period.from, first)), ("to", or(&period.to, today))]);
    let (from, to) = (date(form.text("from")), date(form.text("to")));
    let mut errors = Vec::new();
    for (name, read) in [("from", from), ("to", to)] {
        if read.is_none() {
            errors.push(FieldError::new(name, "form.date"));
        }
    }
    let read = match (from, to) {
        (Some(from), Some(to)) if from > to => Err(vec![FieldError::new("to", "reports.backwards")]),
        (Some(from), Some(to)) if to > from.saturating_add(10.years()) => {
            Err(vec![FieldError::new("to", "reports.too_long")])
        }
        (Some(from), Some(to)) => Ok((from, to)),
        _ => Err(errors),
    };
    (form, read)
}

fn lines(summary: Summary) -> Vec<Line> {
    let line = |tier: &str, field: &str, figures: Figures| Line {
        tier: tier.to_owned(),
        field: field.to_owned(),
        settled: figures.settled(),
        open: figures.open(),
        figures,
    };
    let mut lines = vec![line("", "", summary.total)];
    for (tier, figures) in &summary.tiers {
        lines.push(line(tier, "", *figures));
        let fields = summary.fields.get(tier).into_iter().flatten();
        lines.extend(fields.map(|(field, figures)| line("", field, *figures)));
    }
    lines
}
