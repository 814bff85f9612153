//! What can be chosen on the pages of reports: periods, agencies, the other reports of the same period.

use jiff::civil::Date;
use motcua_domain::figures::Term;
use motcua_domain::identity::Officer;
use serde::Serialize;

use super::asks;
use super::official::{Format, Kind};
use crate::platform::web::{App, Req};

#[derive(Serialize)]
pub struct Choices {
    periods: Vec<Choice>,
    /// None for who sees only their own.
    agencies: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    text: String,
}

impl Choices {
    pub fn of(app: &App, asked: &Req, agencies: &[String]) -> Self {
        let agency = |id: &String| Choice { value: id.clone(), text: asked.registry.agency_name(id).to_owned() };
        let period = |term: Term| Choice { value: term.word(), text: words(app, asked, term) };
        Self { periods: Term::all().map(period).collect(), agencies: agencies.iter().map(agency).collect() }
    }
}

/// `Quý III`, `Tháng 5`, `6 tháng đầu năm`.
fn words(app: &App, asked: &Req, term: Term) -> String {
    let say = |key: &str, number: String| app.pages.texts().get(asked.locale, key, [("number", number.as_str())]);
    match term {
        Term::Month(month) => say("reports.term.month", month.to_string()),
        Term::Quarter(quarter) => {
            let roman = ["I", "II", "III", "IV"].get(usize::from(quarter.unsigned_abs()) - 1).copied();
            say("reports.term.quarter", roman.unwrap_or_default().to_owned())
        }
        Term::Half(half) => say(&format!("reports.term.half_{half}"), String::new()),
        Term::NineMonths => say("reports.term.nine_months", String::new()),
        Term::Year => say("reports.term.year", String::new()),
    }
}

/// A report of the same period, with the files of it.
#[derive(Serialize)]
pub struct Other {
    kind: &'static str,
    href: String,
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    format: &'static str,
    href: String,
}

/// Every report that this officer may see, for the period and the agency that is shown.
pub fn others(period: (Date, Date), agency: Option<&str>, officer: &Officer) -> Vec<Other> {
    let asks = asks(period, agency);
    let kinds = Kind::ALL.iter().filter(|(kind, _)| kind.admits(officer));
    kinds
        .map(|(_, kind)| Other {
            kind,
            href: format!("/desk/report/official/{kind}?{asks}"),
            files: Format::ALL
                .iter()
                .map(|(_, format, _)| File { format, href: format!("/desk/report/files/{kind}.{format}?{asks}") })
                .collect(),
        })
        .collect()
}
