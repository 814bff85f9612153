//! The first line of a list: which column is where.

use super::{Issue, issue};
use crate::text::clean;

/// Every column the catalogue knows. [CAT-04]
const KNOWN: [&str; 16] = [
    "code",
    "name",
    "field",
    "level_now",
    "level_2018",
    "agency",
    "time_limit",
    "fee",
    "copies",
    "channels",
    "online_level",
    "interconnected",
    "components",
    "result",
    "source",
    "note",
];

/// Without these a row cannot be identified.
const REQUIRED: [&str; 3] = ["code", "name", "field"];

/// Where each known column is; the order in the file does not matter. [CAT-04]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    width: usize,
    columns: Vec<(&'static str, usize)>,
}

impl Header {
    /// Finds the columns by name. Unknown columns are left alone; missing optional ones read as empty.
    ///
    /// # Errors
    /// One issue for each required column that is missing and each known column that stands there twice.
    pub fn parse(cells: &[&str]) -> Result<Self, Vec<Issue>> {
        // `clean` also drops the byte order mark that spreadsheets put before the first name.
        let names: Vec<String> = cells.iter().map(|cell| clean(cell).to_lowercase()).collect();
        let mut columns = Vec::new();
        let mut issues = Vec::new();
        for known in KNOWN {
            let mut places = names.iter().enumerate().filter(|(_, name)| *name == known).map(|(at, _)| at);
            match (places.next(), places.next()) {
                (Some(at), None) => columns.push((known, at)),
                (Some(_), Some(_)) => issues.push(issue(1, known, "catalogue.column_twice", known)),
                (None, _) if REQUIRED.contains(&known) => {
                    issues.push(issue(1, known, "catalogue.column_missing", &cells.join(",")));
                }
                (None, _) => {}
            }
        }
        if issues.is_empty() { Ok(Self { width: cells.len(), columns }) } else { Err(issues) }
    }

    /// How many cells a record must have.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The cell of a column as it stands in the file; empty when the file has no such column.
    #[must_use]
    pub fn cell<'a>(&self, cells: &[&'a str], column: &str) -> &'a str {
        let at = self.columns.iter().find(|(name, _)| *name == column).map(|&(_, at)| at);
        at.and_then(|at| cells.get(at)).copied().unwrap_or_default()
    }

    /// Every known column that the file has, with its cell.
    pub(super) fn cells<'a>(&'a self, cells: &'a [&'a str]) -> impl Iterator<Item = (&'static str, &'a str)> {
        self.columns.iter().map(|&(name, at)| (name, cells.get(at).copied().unwrap_or_default()))
    }
}
