//! A CSV file of a pack, cell by cell. Every cell that cannot be read is a fault with its line; reading goes on with a
//! stand-in value, so that all faults are found in one go. Lines that begin with `#` are comments.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime, Time};

use super::fault::{Fault, Faults};

/// Stands in for what could not be read; a pack with a fault is never loaded, so it is never seen.
pub(super) const STAND_IN: Date = Date::constant(1, 1, 1);

/// One record of a CSV text and the line it begins on.
pub(super) struct Record {
    pub line: u64,
    pub cells: Vec<String>,
}

/// Cuts a CSV text into records. Counts lines as an editor does, also after comments and in cells of several lines.
pub(super) fn records(file: &str, text: &str, comments: bool, faults: &Faults) -> Vec<Record> {
    let mut records = Vec::new();
    let mut open: Option<(u64, String)> = None;
    for (line, content) in (1u64..).zip(text.lines()) {
        let (began, text) = match open.take() {
            Some((began, before)) => (began, format!("{before}\n{content}")),
            None if content.trim().is_empty() || (comments && content.starts_with('#')) => continue,
            None => (line, content.to_owned()),
        };
        if text.matches('"').count() % 2 == 1 {
            open = Some((began, text));
        } else {
            records.push(Record { line: began, cells: cells(&text) });
        }
    }
    if let Some((began, _)) = open {
        faults.add(Fault::new(file, began, "pack.quote_not_closed", []));
    }
    records
}

/// The cells of one record. The quotes are balanced, so the reader finds exactly one.
fn cells(record: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(record.len().max(64))
        .from_reader(record.as_bytes());
    let first = reader.records().next().and_then(Result::ok).unwrap_or_default();
    first.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// A whole file, its columns known.
pub(super) struct Table<'a> {
    file: &'a str,
    columns: &'a [&'static str],
    /// Where each of `columns` stands in the file.
    places: Vec<Option<usize>>,
    records: Vec<Record>,
    faults: &'a Faults,
}

impl<'a> Table<'a> {
    /// Reads the header: every column must be there once, and no other. One that ends in `?` may be left out.
    pub fn read(file: &'a str, text: &str, columns: &'a [&'static str], faults: &'a Faults) -> Table<'a> {
        let mut records = records(file, text, true, faults).into_iter();
        let header = records.next().unwrap_or(Record { line: 0, cells: Vec::new() });
        let mut seen = BTreeSet::new();
        for name in &header.cells {
            if !columns.iter().any(|column| column.trim_end_matches('?') == name) {
                faults.add(Fault::new(file, header.line, "pack.unknown_column", [("column", name)]));
            } else if !seen.insert(name) {
                faults.add(Fault::new(file, header.line, "pack.column_twice", [("column", name)]));
            }
        }
        let missing = |name: &&&str| !name.ends_with('?') && !header.cells.iter().any(|cell| cell == **name);
        for name in columns.iter().filter(missing) {
            faults.add(Fault::new(file, header.line, "pack.missing_column", [("column", name)]));
        }
        let place = |name: &&str| header.cells.iter().position(|cell| cell == name.trim_end_matches('?'));
        let places = columns.iter().map(place).collect();
        let width = header.cells.len();
        let records = records.filter(|record| {
            let fits = record.cells.len() == width;
            if !fits {
                let (found, expected) = (record.cells.len().to_string(), width.to_string());
                let params = [("found", found.as_str()), ("expected", expected.as_str())];
                faults.add(Fault::new(file, record.line, "pack.wrong_cell_count", params));
            }
            fits
        });
        Table { file, columns, places, records: records.collect(), faults }
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.records.iter().map(|record| Row { table: self, record })
    }
}

/// One line of a table. Every reader of a cell reports what is wrong and then goes on.
pub(super) struct Row<'t> {
    table: &'t Table<'t>,
    record: &'t Record,
}

impl Row<'_> {
    pub fn line(&self) -> u64 {
        self.record.line
    }

    fn raw(&self, column: &str) -> &str {
        let place = self.table.columns.iter().position(|name| name.trim_end_matches('?') == column);
        let at = place.and_then(|place| self.table.places.get(place).copied().flatten());
        at.and_then(|at| self.record.cells.get(at)).map(String::as_str).unwrap_or_default()
    }

    pub fn fault(&self, key: &'static str, column: &str) {
        let params = [("column", column), ("value", self.raw(column))];
        self.table.faults.add(Fault::new(self.table.file, self.line(), key, params));
    }

    /// A text that may be empty.
    pub fn text(&self, column: &str) -> String {
        self.raw(column).to_owned()
    }

    pub fn optional(&self, column: &str) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    /// A text that must be there.
    pub fn required(&self, column: &str) -> String {
        if self.raw(column).is_empty() {
            self.fault("pack.cell_empty", column);
        }
        self.text(column)
    }

    pub fn date(&self, column: &str) -> Date {
        if self.raw(column).is_empty() {
            self.fault("pack.cell_empty", column);
            return STAND_IN;
        }
        self.optional_date(column).unwrap_or(STAND_IN)
    }

    pub fn optional_date(&self, column: &str) -> Option<Date> {
        let cell = self.optional(column)?;
        let date = parse_date(&cell);
        if date.is_none() {
            self.fault("pack.not_a_date", column);
        }
        date
    }

    /// `valid_from` and `valid_to`, in order.
    pub fn validity(&self) -> (Date, Option<Date>) {
        let (from, to) = (self.date("valid_from"), self.optional_date("valid_to"));
        if to.is_some_and(|to| to < from) {
            self.fault("pack.ends_before_it_begins", "valid_to");
        }
        (from, to)
    }

    pub fn optional_time(&self, column: &str) -> Option<Time> {
        let cell = self.optional(column)?;
        let time = parse_time(&cell);
        if time.is_none() {
            self.fault("pack.not_a_time", column);
        }
        time
    }

    pub fn time(&self, column: &str) -> Time {
        if self.raw(column).is_empty() {
            self.fault("pack.cell_empty", column);
        }
        self.optional_time(column).unwrap_or(Time::MIN)
    }

    /// One of a few words, each standing for a value; the first stands in for a word that is none of them.
    pub fn word<T: Copy, const N: usize>(&self, column: &str, first: T, words: [(&str, T); N]) -> T {
        let found = words.iter().find(|(word, _)| *word == self.raw(column)).map(|(_, value)| *value);
        found.unwrap_or_else(|| {
            let allowed = words.map(|(word, _)| word).join(", ");
            let params = [("column", column), ("value", self.raw(column)), ("allowed", allowed.as_str())];
            self.table.faults.add(Fault::new(self.table.file, self.line(), "pack.unknown_word", params));
            first
        })
    }

    /// An address to write to; may be empty.
    pub fn email(&self, column: &str) -> String {
        let cell = self.raw(column);
        let (name, host) = cell.split_once('@').unwrap_or_default();
        let fits = !name.is_empty() && host.contains('.') && !cell.contains(char::is_whitespace) && !host.contains('@');
        if !cell.is_empty() && !fits {
            self.fault("pack.not_an_address", column);
        }
        cell.to_owned()
    }

    pub fn yes_no(&self, column: &str) -> bool {
        self.word(column, false, [("yes", true), ("no", false)])
    }

    pub fn verified(&self, column: &str) -> bool {
        self.word(column, false, [("verified", true), ("unverified", false)])
    }
}

/// `2018-11-07`.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == "2018-11-07".len())
}

/// `07:30`.
pub(super) fn parse_time(text: &str) -> Option<Time> {
    Time::strptime("%H:%M", text).ok().filter(|_| text.len() == "07:30".len())
}

/// `2018-11-07T09:15`.
pub(super) fn parse_moment(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once('T')?;
    Some(parse_date(date)?.to_datetime(parse_time(time)?))
}
