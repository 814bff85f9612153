//! The report of a period: form II.06a and the share on time, from kept figures. Nothing here can be typed in.
//! Rules: `docs/rules/reports.md`, `docs/rules/on-time.md`.

mod behind;
mod choices;
pub mod official;
mod page;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use motcua_domain::figures::{Period, Report, Share, Term};
use motcua_domain::identity::{Officer, Role};
use serde::Deserialize;

use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::i18n::Locale;
use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Access, Routes};
use crate::record::figures;
use crate::registry::Registry;
use crate::work::intake::date;

/// Who sees figures.
const WATCHERS: &[Role] = &[Role::Leader, Role::Auditor, Role::Administrator];

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/report", Access::Roles(WATCHERS), page::show)
        .get("/desk/report/dossiers", Access::Roles(&[Role::Leader, Role::Auditor]), behind::show)
        .get("/desk/report/official/{kind}", Access::Roles(WATCHERS), official::show)
        .get("/desk/report/files/{file}", Access::Roles(WATCHERS), official::file)
}

/// The report from one day to another, both included; of one agency or of the whole site. A period that has not ended is
/// counted as it stands `now`; one that has not begun is refused. [OTR-05] [REP-01]
pub fn report(
    tx: &mut Tx,
    registry: &Registry,
    from: Date,
    to: Date,
    agency: Option<&str>,
    now: Timestamp,
) -> Result<Report, Failure> {
    figures::report(tx, registry, agency, seen(registry, from, to, now)?, now)
}

/// A period as it is seen now. [OTR-05]
fn seen(registry: &Registry, from: Date, to: Date, now: Timestamp) -> Result<Period, Failure> {
    let seen = Period::seen(from, to, registry.local(now).date());
    seen.ok_or_else(|| Failure::refused(if from > to { "reports.backwards" } else { "reports.future" }))
}

/// What is asked for, as in addresses.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Asked {
    /// A word of [`Term`]; where it is empty, `from` and `to` say it.
    period: String,
    year: String,
    from: String,
    to: String,
    agency: String,
    which: String,
    tier: String,
    field: String,
    office: String,
    channel: String,
    /// A dash means: nobody's.
    officer: String,
    after: String,
}

impl Asked {
    /// From the first of this month to today where nothing was asked for. [REP-08]
    fn read(&self, today: Date) -> (Form, Result<(Date, Date), Vec<FieldError>>) {
        let written = |date: Date| date.strftime("%d/%m/%Y").to_string();
        let or = |text: &str, date: Date| if text.trim().is_empty() { written(date) } else { text.to_owned() };
        let year = if self.year.trim().is_empty() { today.year().to_string() } else { self.year.clone() };
        let term = Term::parse(self.period.trim());
        let days = term.and_then(|term| term.days(year.trim().parse().ok()?));
        let (from, to) = match days {
            Some((from, to)) => (written(from), written(to)),
            None => (or(&self.from, today.first_of_month()), or(&self.to, today)),
        };
        let period = term.map(Term::word).unwrap_or_default();
        let agency = self.agency.clone();
        let form = Form::filled([("period", period), ("year", year), ("from", from), ("to", to), ("agency", agency)]);
        if term.is_none() && !["", "own"].contains(&self.period.trim()) {
            return (form, Err(vec![FieldError::new("period", "reports.period_unknown")]));
        }
        if term.is_some() && days.is_none() {
            return (form, Err(vec![FieldError::new("year", "reports.year")]));
        }
        let (from, to) = (date(form.text("from")), date(form.text("to")));
        let mut errors = Vec::new();
        for (name, read) in [("from", from), ("to", to)] {
            if read.is_none() {
                errors.push(FieldError::new(name, "form.date"));
            }
        }
        let wrong = |field, key| Err(vec![FieldError::new(field, key)]);
        let read = match (from, to) {
            (Some(from), Some(to)) if from > to => wrong("to", "reports.backwards"),
            (Some(from), Some(to)) if to > from.saturating_add(10.years()) => wrong("to", "reports.too_long"),
            (Some(from), _) if from > today => wrong(if term.is_some() { "period" } else { "from" }, "reports.future"),
            (Some(from), Some(to)) => Ok((from, to)),
            _ => Err(errors),
        };
        (form, read)
    }

    /// Which agency is meant: leaders have their own, auditors and administrators all and each. [REP-07]
    fn agency(&self, tx: &mut Tx, registry: &Registry, officer: &Officer) -> Result<Option<String>, Failure> {
        let whole = officer.has(Role::Auditor) || officer.has(Role::Administrator);
        match (self.agency.trim(), whole) {
            ("", true) => Ok(None),
            ("", false) => Ok(Some(officer.agency.clone())),
            (asked, true) if registry.agencies.contains_key(asked) => Ok(Some(asked.to_owned())),
            // One that is gone has its figures all the same. [REP-06]
            (asked, true) if figures::agencies(tx)?.iter().any(|agency| agency == asked) => Ok(Some(asked.to_owned())),
            (asked, false) if asked == officer.agency => Ok(Some(asked.to_owned())),
            _ => Err(Failure::NotFound),
        }
    }
}

/// The address of the dossiers behind a figure.
fn address(period: (Date, Date), agency: Option<&str>, tier: &str, field: &str, which: &str) -> String {
    let parts = [("agency", agency.unwrap_or_default()), ("tier", tier), ("field", field)];
    behind_address(period, which, &parts)
}

/// The same of any part of them: by `agency`, `tier`, `field`, `office`, `channel`, `officer`. [OTR-13]
pub fn behind_address(period: (Date, Date), which: &str, parts: &[(&str, &str)]) -> String {
    let mut address = format!("/desk/report/dossiers?which={which}&{}", asks(period, None));
    for (name, value) in parts.iter().filter(|(_, value)| !value.is_empty()) {
        address.push_str(&format!("&{name}={}", percent(value)));
    }
    address
}

/// What addresses ask for: the days and the agency.
fn asks(period: (Date, Date), agency: Option<&str>) -> String {
    let day = |date: Date| percent(&date.strftime("%d/%m/%Y").to_string());
    let days = format!("from={}&to={}", day(period.0), day(period.1));
    agency.map_or(days.clone(), |agency| format!("{days}&agency={}", percent(agency)))
}

/// `96,4 %`; a dash where there is none. [OTR-08]
pub fn share(locale: Locale, share: Option<Share>) -> String {
    let Some(Share { tenths }) = share else { return "–".to_owned() };
    let point = match locale {
        Locale::Vi => ',',
        Locale::En => '.',
    };
    match tenths % 10 {
        0 => format!("{} %", tenths / 10),
        tenth => format!("{}{point}{tenth} %", tenths / 10),
    }
}
