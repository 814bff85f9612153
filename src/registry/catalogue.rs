//! The catalogue of procedures: reading a CSV file as it is, with all its flaws, and taking a procedure out again.
//!
//! What each cell means is decided by `motcua_domain::catalogue` (docs/rules/catalogue.md).

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::catalogue::{Batch, Header, Issue, RowOutcome, fingerprint, read_row};
use motcua_domain::exam::Example;
use motcua_domain::procedure::{Step, Version};
use serde::Serialize;

use super::store;
use super::versions::{self, Edition, Origin};
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::ledger::{self, NewEvent};

/// The stream in the ledger for changes of the catalogue.
pub const STREAM: &str = "catalogue";

/// A row of the file with what became of it.
pub struct Row {
    pub line: u64,
    /// The cells as they stand in the file, for the file of refused rows.
    pub cells: Vec<String>,
    pub outcome: RowOutcome,
}

/// A file that was read.
pub struct Read {
    pub header: Vec<String>,
    pub rows: Vec<Row>,
}

/// What an import did, and the counts it prints.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub rows: usize,
    pub whole: usize,
    pub with_warnings: usize,
    pub refused: usize,
    /// Procedures that got a new version; 0 when the same file comes again.
    pub changed: usize,
}

/// Reads a file. Only a header that cannot be used stops it; everything else is said row by row.
pub fn read(bytes: &[u8]) -> Result<Read, Failure> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut records = reader.byte_records();
    let first = records.next().transpose().map_err(Failure::fault)?.unwrap_or_default();
    let names = text(&first);
    let header = Header::parse(&names.iter().map(String::as_str).collect::<Vec<_>>())
        .map_err(|issues| header_faults(&issues))?;
    let mut batch = Batch::default();
    let mut rows = Vec::new();
    for record in records {
        let record = record.map_err(Failure::fault)?;
        let line = record.position().map_or(0, |place| line_of(bytes, place));
        // Broken UTF-8 becomes the replacement character, which the rules refuse by name.
        let cells = text(&record);
        let outcome = read_row(line, &header, &cells.iter().map(String::as_str).collect::<Vec<_>>());
        rows.push(Row { line, cells, outcome: batch.check(line, outcome) });
    }
    Ok(Read { header: names, rows })
}

/// The line as an editor counts. The reader leaves the second half of a Windows line end for the next record, which then
/// seems to begin a line too early.
fn line_of(bytes: &[u8], place: &csv::Position) -> u64 {
    let at = usize::try_from(place.byte()).unwrap_or(usize::MAX);
    place.line() + u64::from(bytes.get(at) == Some(&b'\n'))
}

fn text(record: &csv::ByteRecord) -> Vec<String> {
    record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
}

fn header_faults(issues: &[Issue]) -> Failure {
    let fields = issues.iter().map(|issue| {
        let mut field = crate::platform::failure::FieldError::new(&issue.column, issue.reason);
        field.sentence =
            field.sentence.with("value", &issue.value).with("column", &issue.column).with("line", issue.line);
        field
    });
    Failure::Invalid(fields.collect())
}

impl Read {
    /// Counts the rows; `changed` is for [`import`] to fill.
    pub fn report(&self) -> Report {
        let mut report = Report { rows: self.rows.len(), ..Report::default() };
        for row in &self.rows {
            match &row.outcome {
                RowOutcome::Row { warnings, .. } if warnings.is_empty() => report.whole += 1,
                RowOutcome::Row { .. } => report.with_warnings += 1,
                RowOutcome::Refused { .. } => report.refused += 1,
            }
        }
        report
    }
}

/// What is known of a procedure before an import.
#[derive(Default)]
struct Known {
    number: u32,
    /// Of the list before this one: what was edited here meanwhile is no list. [EXM-12]
    print: Option<String>,
    route: Option<Vec<Step>>,
    examples: Vec<Example>,
}

/// The fingerprint of what a list can say: it knows no route and no examples.
fn listed(version: &Version) -> String {
    fingerprint(&Version { route: None, examples: Vec::new(), ..version.clone() })
}

/// What an import would change: key, number of the new version, what it says. [CAT-09] [EXM-12]
fn changes(tx: &mut Tx, file: &Read, today: Date) -> Result<Vec<(String, u32, Version)>, Failure> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    let mut stored: BTreeMap<String, Vec<Edition>> = BTreeMap::new();
    for edition in store::versions(tx)? {
        let known = known.entry(edition.key.clone()).or_default();
        known.number = edition.number;
        if edition.origin == Origin::List {
            known.print = Some(listed(&edition.record));
        }
        stored.entry(edition.key.clone()).or_default().push(edition);
    }
    for (key, mut editions) in stored {
        editions.sort_by_key(|edition| (edition.valid_from, edition.number));
        if let (Some(known), Some(held)) = (known.get_mut(&key), versions::in_force(&editions, today)) {
            (known.route, known.examples) = (held.record.route.clone(), held.record.examples.clone());
        }
    }
    let mut changes = Vec::new();
    for row in &file.rows {
        let RowOutcome::Row { key, version, .. } = &row.outcome else { continue };
        let known = known.entry(key.clone()).or_default();
        let print = Some(listed(version));
        if known.print == print {
            continue;
        }
        (known.number, known.print) = (known.number + 1, print);
        let carried = (known.route.clone(), known.examples.clone());
        changes.push((key.clone(), known.number, Version { route: carried.0, examples: carried.1, ..version.clone() }));
    }
    Ok(changes)
}

/// What [`import`] would do, without doing it.
pub fn rehearse(tx: &mut Tx, file: &Read) -> Result<Report, Failure> {
    // What is carried over changes nothing about how many change.
    Ok(Report { changed: changes(tx, file, Date::MAX)?.len(), ..file.report() })
}

/// Stores what is new or different, and says so in the ledger. The same file again changes nothing. [CAT-09]
pub fn import(tx: &mut Tx, ctx: &Ctx, file: &Read, today: Date) -> Result<Report, Failure> {
    let changes = changes(tx, file, today)?;
    let report = Report { changed: changes.len(), ..file.report() };
    for (key, number, version) in changes {
        store::insert_version(tx, &from_list(&key, number, today, version, Some(ctx.now)))?;
    }
    if report.changed > 0 {
        record(tx, ctx, "catalogue_imported", &serde_json::json!(report))?;
        store::grow(tx)?;
    }
    Ok(report)
}

/// First version of a procedure, at installation.
pub(super) fn store_version(tx: &mut Tx, key: &str, version: &Version, today: Date) -> Result<(), Failure> {
    store::insert_version(tx, &from_list(key, 1, today, version.clone(), None))
}

fn from_list(key: &str, number: u32, today: Date, record: Version, at: Option<Timestamp>) -> Edition {
    Edition {
        key: key.to_owned(),
        number,
        valid_from: today,
        origin: Origin::List,
        record,
        published_at: at,
        published_by: None,
        reason: String::new(),
    }
}

/// Takes a procedure out of reception, with a reason. Dossiers that were received go on.
pub fn withdraw(tx: &mut Tx, ctx: &Ctx, key: &str, reason: &str) -> Result<(), Failure> {
    if store::withdrawals(tx)?.iter().any(|(withdrawn, _)| withdrawn == key) {
        return Err(Failure::refused("catalogue.already_withdrawn"));
    }
    known(tx, key)?;
    store::insert_withdrawal(tx, key, ctx.now, reason)?;
    record(tx, ctx, "procedure_withdrawn", &serde_json::json!({ "key": key, "reason": reason }))?;
    store::grow(tx)
}

/// Offers a withdrawn procedure again.
pub fn reinstate(tx: &mut Tx, ctx: &Ctx, key: &str) -> Result<(), Failure> {
    if !store::withdrawals(tx)?.iter().any(|(withdrawn, _)| withdrawn == key) {
        return Err(Failure::refused("catalogue.not_withdrawn"));
    }
    store::remove_withdrawal(tx, key)?;
    record(tx, ctx, "procedure_reinstated", &serde_json::json!({ "key": key }))?;
    store::grow(tx)
}

/// Whether an administrator took the procedure out; what the list itself calls withdrawn is another matter.
pub fn is_withdrawn(tx: &mut Tx, key: &str) -> Result<bool, Failure> {
    Ok(store::withdrawals(tx)?.iter().any(|(withdrawn, _)| withdrawn == key))
}

fn known(tx: &mut Tx, key: &str) -> Result<(), Failure> {
    store::versions(tx)?.iter().any(|stored| stored.key == key).then_some(()).ok_or(Failure::NotFound)
}

pub(super) fn record(tx: &mut Tx, ctx: &Ctx, kind: &'static str, body: &serde_json::Value) -> Result<(), Failure> {
    let by = ctx.officer.as_ref().map_or("system", |officer| officer.account.as_str()).to_owned();
    let version = ledger::version(tx, STREAM)?;
    ledger::append(tx, ctx, STREAM, version, &by, "", vec![NewEvent { kind, body: body.to_string() }])
}
