//! Reports of figures on paper: their tables are built elsewhere, here they get their head.

use motcua_print::{Issuer, Report, ReportColumn, ReportRow};

use super::facts::{issuer, moment, website};
use super::{Issue, Letters};
use crate::platform::failure::Failure;

/// One table of a report.
pub struct Tabled {
    pub form: String,
    pub title: String,
    pub period: String,
    pub agency: String,
    pub columns: Vec<ReportColumn>,
    pub rows: Vec<ReportRow>,
    pub notes: Vec<String>,
}

impl Letters {
    /// The tables of a report one after the other, of an agency or of the whole site. [REP-11]
    pub fn reports(&self, issue: &Issue, agency: Option<&str>, tables: Vec<Tabled>) -> Result<Vec<u8>, Failure> {
        let title = tables.first().map(|table| table.title.clone()).unwrap_or_default();
        let mut sheets = Vec::new();
        for table in tables {
            let report = Report {
                issuer: head(issue, agency, &table.agency)?,
                made_on: moment(issue.registry, issue.now),
                form: table.form,
                title: table.title,
                period: table.period,
                columns: table.columns,
                rows: table.rows,
                notes: table.notes,
                part: 1,
                parts: 1,
            };
            for part in report.in_parts() {
                sheets.push(self.sheet(issue, issue.now, &part)?);
            }
        }
        self.set_many(issue, &title, &sheets)
    }
}

/// An agency that is gone, and the site as a whole, have no one-stop to speak for them.
fn head(issue: &Issue, agency: Option<&str>, name: &str) -> Result<Issuer, Failure> {
    let known = agency.filter(|agency| issue.registry.agencies.contains_key(*agency));
    let main = issuer(issue, known.unwrap_or(&issue.registry.site.main_agency))?;
    Ok(match known {
        Some(_) => main,
        None => Issuer { agency: String::new(), unit: name.to_owned(), website: Some(website(issue)), ..main },
    })
}
