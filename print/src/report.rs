//! A report of figures, A4 landscape: one table with a head in two rows, as the forms of TT 01/2020/TT-VPCP have it. Its words are facts
//! like its figures, since every report has its own; the layout is the template's.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub issuer: Issuer,
    pub made_on: Moment,
    /// As the form names itself; empty where there is none.
    pub form: String,
    pub title: String,
    pub period: String,
    pub columns: Vec<ReportColumn>,
    pub rows: Vec<ReportRow>,
    /// Under the table.
    pub notes: Vec<String>,
    /// Which part this is, from 1, and of how many; see [`Report::in_parts`].
    pub part: u32,
    pub parts: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportColumn {
    /// What neighbours have in common; empty for one that stands alone.
    pub group: String,
    pub label: String,
    /// In millimetres; 0 takes what is left.
    pub width: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportRow {
    /// Sums others.
    pub strong: bool,
    pub cells: Vec<ReportCell>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportCell {
    pub text: String,
    pub number: bool,
}

/// As of the register: more rows at once cost too much memory.
const PART_ROWS: usize = 400;

impl Report {
    /// A long report in parts to be set one after the other: the head on the first, the signatures on the last.
    pub fn in_parts(mut self) -> Vec<Report> {
        let rows = std::mem::take(&mut self.rows);
        let mut pieces: Vec<Vec<ReportRow>> = rows.chunks(PART_ROWS).map(<[ReportRow]>::to_vec).collect();
        if pieces.is_empty() {
            pieces.push(Vec::new());
        }
        let parts = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        (1..).zip(pieces).map(|(part, rows)| Report { part, parts, rows, ..self.clone() }).collect()
    }
}

impl Letter for Report {
    const KIND: &'static str = "report";
    const SPECIMENS: &'static str = include_str!("../specimens/report.json");

    fn qr(&self) -> Option<&str> {
        None
    }

    fn barcode(&self) -> Option<&str> {
        None
    }
}
