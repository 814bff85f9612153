//! `competence.csv` and `receptions.csv`: which agency decides for which place, and what any one-stop receives. Both files
//! may be missing: then the committee of the place decides, and every one-stop receives its own.

use jiff::civil::Date;
use motcua_domain::competence::Subject;
use motcua_domain::procedure::Tier;
use serde::{Deserialize, Serialize};

use super::check::report_overlaps;
use super::draft::{Draft, Lined, at};
use super::fault::Faults;
use super::model::AgencyKind;
use super::source::Source;
use super::table::{Row, STAND_IN, Table};

/// From one day to another an agency decides such matters of a place and of everything under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Competence {
    /// Key of a procedure, `field:<name of a field>`, or `*`.
    pub subject: String,
    /// Place code, valid on `valid_from`.
    pub place: String,
    /// Id of a committee.
    pub agency: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub source: String,
}

/// A procedure that any one-stop of the site receives, wherever the applicant lives (NĐ 107/2021, NĐ 309/2026).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reception {
    pub procedure: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub source: String,
}

const COMPETENCE: &str = "competence.csv";
const RECEPTIONS: &str = "receptions.csv";

/// Both tables, not yet checked.
pub(super) struct ByPlace {
    competence: Vec<Lined<Competence>>,
    receptions: Vec<Lined<Reception>>,
}

impl ByPlace {
    pub fn read(source: &Source, faults: &Faults) -> Self {
        let columns = ["subject", "place", "agency", "valid_from", "valid_to", "source"];
        Self {
            competence: rows(source, COMPETENCE, &columns, faults, |row| {
                let (valid_from, valid_to) = row.validity();
                Competence {
                    subject: row.required("subject"),
                    place: row.required("place"),
                    agency: row.required("agency"),
                    valid_from,
                    valid_to,
                    source: row.required("source"),
                }
            }),
            receptions: rows(source, RECEPTIONS, &["procedure", "valid_from", "valid_to", "source"], faults, |row| {
                let (valid_from, valid_to) = row.validity();
                Reception { procedure: row.required("procedure"), valid_from, valid_to, source: row.required("source") }
            }),
        }
    }

    /// Every row is about something the site has, and no two rows answer the same question on the same day. [CMP-05]
    pub fn check(&self, draft: &Draft, faults: &Faults) {
        for Lined { line, row } in &self.competence {
            let fault = |key, value: &str| at(faults, COMPETENCE, *line, key, [("value", value)]);
            match Subject::parse(&row.subject) {
                Some(Subject::Procedure(key)) if !in_scope(draft, &key) => fault("pack.not_in_scope", &key),
                Some(Subject::Field(field)) if !is_field(draft, &field) => fault("pack.unknown_field", &field),
                None if !row.subject.is_empty() => fault("pack.unknown_subject", &row.subject),
                _ => {}
            }
            let there = |place: &Lined<super::Place>| {
                let place = &place.row;
                place.code == row.place
                    && place.valid_from <= row.valid_from
                    && place.valid_to.is_none_or(|to| row.valid_from <= to)
            };
            // A day that could not be read was told already.
            if row.valid_from != STAND_IN && !row.place.is_empty() && !draft.places.iter().any(there) {
                fault("pack.unknown_place", &row.place);
            }
            match draft.agencies.iter().find(|agency| agency.row.id == row.agency) {
                None if row.agency.is_empty() => {}
                None => fault("pack.unknown_agency", &row.agency),
                Some(agency) if agency.row.kind != AgencyKind::Committee => {
                    fault("pack.not_a_committee", &row.agency);
                }
                Some(agency) if decides_nothing(draft, row, agency.row.tier) => {
                    fault("pack.tier_decides_nothing", &row.subject);
                }
                Some(_) => {}
            }
        }
        let key = |row: &Competence| (format!("{} {}", row.subject, row.place), (row.valid_from, row.valid_to));
        report_overlaps(COMPETENCE, &self.competence, key, faults);
        for Lined { line, row } in self.receptions.iter().filter(|found| !in_scope(draft, &found.row.procedure)) {
            at(faults, RECEPTIONS, *line, "pack.not_in_scope", [("value", &row.procedure)]);
        }
        let key = |row: &Reception| (row.procedure.clone(), (row.valid_from, row.valid_to));
        report_overlaps(RECEPTIONS, &self.receptions, key, faults);
    }

    pub fn rows(self) -> (Vec<Competence>, Vec<Reception>) {
        (super::rows(self.competence), super::rows(self.receptions))
    }
}

fn rows<T>(
    source: &Source,
    file: &'static str,
    columns: &[&'static str],
    faults: &Faults,
    read: fn(&Row<'_>) -> T,
) -> Vec<Lined<T>> {
    match source.text(file) {
        Ok(text) => {
            let table = Table::read(file, &text, columns, faults);
            table.rows().map(|row| Lined { line: row.line(), row: read(&row) }).collect()
        }
        Err(fault) if fault.key == "pack.file_missing" => Vec::new(),
        Err(fault) => {
            faults.add(fault);
            Vec::new()
        }
    }
}

/// Whether the one-stop takes such a procedure in.
fn in_scope(draft: &Draft, key: &str) -> bool {
    draft.scope.iter().any(|scope| scope.row.key == key && scope.row.route.is_some())
}

/// A row for a procedure that is decided at another tier than that of the agency would never be looked at. [CMP-02]
fn decides_nothing(draft: &Draft, row: &Competence, tier: Tier) -> bool {
    let mut tiers =
        draft.scope.iter().filter(|scope| scope.row.key == row.subject).map(|scope| scope.row.tier).peekable();
    tiers.peek().is_some() && tiers.all(|decides| decides != tier)
}

/// Whether some row of the catalogue is of this field.
fn is_field(draft: &Draft, field: &str) -> bool {
    let mut records = csv::ReaderBuilder::new().flexible(true).from_reader(draft.procedures_csv.as_bytes());
    let column = records.headers().ok().and_then(|header| header.iter().position(|name| name.trim() == "field"));
    let is = |record: csv::StringRecord| {
        column.and_then(|at| record.get(at)).is_some_and(|cell| motcua_domain::text::clean(cell) == field)
    };
    records.records().filter_map(Result::ok).any(is)
}
