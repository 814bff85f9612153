//! What a leader sees at a glance, and beside it where figures may be bent. Everything from kept figures.
//! Rules: `docs/rules/overview.md`, `docs/rules/monitor.md`.

mod chart;
mod gather;
mod list;
pub mod live;
mod monitor;
mod page;
mod tables;
mod tiles;

use jiff::civil::Date;
use motcua_domain::identity::{Officer, Role};
use motcua_domain::overview::Preset;
use serde::Deserialize;

use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Access, Req, Routes};
use crate::record::figures;
use crate::registry::Registry;
use crate::registry::pack::AgencyKind;
use crate::work::intake::date;

const SEE: Access = Access::Roles(&[Role::Leader, Role::Auditor, Role::Administrator]);
const OPEN: Access = Access::Roles(&[Role::Leader, Role::Auditor]);

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/overview", SEE, page::show)
        .get("/desk/overview/live", SEE, live::listen)
        .get("/desk/overview/dossiers", OPEN, list::open)
        .get("/desk/monitor", SEE, monitor::show)
        .get("/desk/monitor/dossiers", OPEN, list::cases)
}

/// What is asked for, as in addresses.
#[derive(Debug, Deserialize, Default, Clone)]
#[serde(default)]
struct Asked {
    /// A [`Preset`], or `own`.
    period: String,
    from: String,
    to: String,
    agency: String,
}

/// A period that was asked for. [OVW-10]
#[derive(Debug, Clone, Copy)]
struct Chosen {
    from: Date,
    to: Date,
}

impl Asked {
    /// This month where nothing was asked for; days of one's own where they were typed.
    fn read(&self, today: Date) -> (Form, Result<Chosen, Vec<FieldError>>) {
        let typed = !self.from.trim().is_empty() || !self.to.trim().is_empty();
        let own = self.period == "own" || (self.period.is_empty() && typed);
        let preset = Preset::parse(&self.period).unwrap_or(Preset::Month);
        let written = |date: Date| date.strftime("%d/%m/%Y").to_string();
        let (first, last) = preset.around(today);
        let text = |typed: &str, date: Date| if own { typed.to_owned() } else { written(date) };
        let (from, to) = (text(&self.from, first), text(&self.to, last));
        let period = if own { "own" } else { preset.as_str() };
        let form =
            Form::filled([("period", period.to_owned()), ("from", from), ("to", to), ("agency", self.agency.clone())]);
        if !own && !self.period.is_empty() && Preset::parse(&self.period).is_none() {
            return (form, Err(vec![FieldError::new("period", "reports.period_unknown")]));
        }
        let (from, to) = (date(form.text("from")), date(form.text("to")));
        let wrong = |field, key| Err(vec![FieldError::new(field, key)]);
        let read = match (from, to) {
            (None, to) => {
                let both = to.is_none().then(|| FieldError::new("to", "form.date"));
                Err(std::iter::once(FieldError::new("from", "form.date")).chain(both).collect())
            }
            (_, None) => wrong("to", "form.date"),
            (Some(from), Some(to)) if from > to => wrong("to", "reports.backwards"),
            (Some(from), Some(to)) if to > from.saturating_add(jiff::Span::new().years(3)) => {
                wrong("to", "overview.too_long")
            }
            (Some(from), _) if from > today => wrong("from", "reports.future"),
            (Some(from), Some(to)) => Ok(Chosen { from, to }),
        };
        (form, read)
    }

    /// The same as part of an address.
    fn query(&self, chosen: Chosen) -> String {
        let day = |date: Date| percent(&date.strftime("%d/%m/%Y").to_string());
        let period = match Preset::parse(&self.period) {
            Some(preset) => format!("period={}", preset.as_str()),
            None if self.period.is_empty() && self.from.is_empty() && self.to.is_empty() => "period=month".to_owned(),
            None => format!("period=own&from={}&to={}", day(chosen.from), day(chosen.to)),
        };
        let agency = self.agency.trim();
        if agency.is_empty() { period } else { format!("{period}&agency={}", percent(agency)) }
    }
}

/// Whose figures somebody sees. [OVW-01] [REP-07]
#[derive(Debug, Clone)]
struct Scope {
    /// `None`: all.
    agency: Option<String>,
    agencies: Vec<String>,
    /// Those that can be chosen; none for who sees only their own.
    choices: Vec<String>,
    /// Whether dossiers behind a figure may be opened.
    opens: bool,
}

impl Scope {
    fn of(tx: &mut Tx, registry: &Registry, officer: &Officer, asked: &str) -> Result<Self, Failure> {
        let whole = officer.has(Role::Auditor) || officer.has(Role::Administrator);
        let opens = officer.has(Role::Leader) || officer.has(Role::Auditor);
        let asked = asked.trim();
        if !whole {
            let own = officer.agency.clone();
            let seen = asked.is_empty() || asked == own;
            let scope = Self { agency: Some(own.clone()), agencies: vec![own], choices: Vec::new(), opens };
            return if seen { Ok(scope) } else { Err(Failure::NotFound) };
        }
        // Those that are gone have their figures all the same. [REP-06]
        let mut choices = figures::agencies(tx)?;
        let here = registry.agencies.values().filter(|agency| agency.kind == AgencyKind::Committee);
        choices.extend(here.map(|agency| agency.id.clone()).filter(|id| !choices.contains(id)).collect::<Vec<_>>());
        let (agency, agencies) = match asked {
            "" => (None, choices.clone()),
            asked if choices.iter().any(|agency| agency == asked) => (Some(asked.to_owned()), vec![asked.to_owned()]),
            _ => return Err(Failure::NotFound),
        };
        Ok(Self { agency, agencies, choices, opens })
    }

    /// What it is called.
    fn name(&self, asked: &Req) -> String {
        match &self.agency {
            Some(agency) => asked.registry.agency_name(agency).to_owned(),
            None => asked.text(&asked.registry.site.name),
        }
    }
}

#[derive(serde::Serialize, Clone)]
struct Choice {
    value: String,
    text: String,
}
