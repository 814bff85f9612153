//! The catalogue's front gate: one row of a published list of procedures becomes a [`Version`].
//!
//! Lists of procedures are typed by many hands and broken by many programs. A row that can be identified always comes in;
//! what was not understood stays as text beside the data and becomes a [`Blocker`], so that nobody is promised a limit or
//! charged a fee that a program has guessed. Rules: docs/rules/catalogue.md.

mod batch;
mod fees;
mod header;
mod key;
mod limits;
mod notes;
mod papers;

pub use batch::{Batch, fingerprint};
pub use header::Header;
pub use key::key_of;
pub use notes::tiers_of;
pub use papers::split_case;

use crate::procedure::{Blocker, Channel, FeeCase, Version};
use crate::text::{clean, has_invisible, shorten};

/// Longest name that is stored, in characters.
const MAX_NAME: usize = 1_000;
/// Longest other cell that is stored, in characters.
const MAX_CELL: usize = 20_000;
/// How much of a cell a message repeats.
const SHOWN: usize = 80;

/// What is wrong with one cell, for the person who has to repair it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Line of the file, as an editor counts.
    pub line: u64,
    /// Name of the column; empty when the whole row is meant.
    pub column: String,
    /// Key of the sentence in the locale files.
    pub reason: &'static str,
    /// The cell, shortened.
    pub value: String,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
// The good outcome is the usual one; boxing it would only move it to the heap row by row.
#[allow(clippy::large_enum_variant)]
pub enum RowOutcome {
    /// The row came in: whole when `warnings` is empty. [CAT-02]
    Row { key: String, version: Version, warnings: Vec<Issue> },
    /// The row cannot be identified or stored. [CAT-01]
    Refused { issues: Vec<Issue> },
}

/// Something a cell reader noticed. What blocks stands in the way of publication, never of import. [CAT-03]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    reason: &'static str,
    blocks: bool,
}

const fn warn(reason: &'static str) -> Finding {
    Finding { reason, blocks: false }
}

const fn block(reason: &'static str) -> Finding {
    Finding { reason, blocks: true }
}

/// Reads one record. Never fails: the outcome says what happened. [CAT-01] [CAT-02]
#[must_use]
pub fn read_row(line: u64, header: &Header, cells: &[&str]) -> RowOutcome {
    let refusals = refusals(line, header, cells);
    if !refusals.is_empty() {
        return RowOutcome::Refused { issues: refusals };
    }
    let raw = |column: &str| header.cell(cells, column);
    let code = match key::read_code(raw("code")) {
        Ok(code) => code,
        Err(reason) => return RowOutcome::Refused { issues: vec![issue(line, "code", reason, raw("code"))] },
    };
    let mut row = Reader { line, header, cells, warnings: Vec::new(), blockers: Vec::new() };
    row.invisible_characters();
    let version = row.version(code);
    RowOutcome::Row {
        key: key_of(version.code.as_deref(), &version.name, &version.field),
        version,
        warnings: row.warnings,
    }
}

/// Everything that keeps the row out, all at once. [CAT-01]
fn refusals(line: u64, header: &Header, cells: &[&str]) -> Vec<Issue> {
    if cells.len() != header.width() {
        return vec![issue(line, "", "catalogue.column_count", &cells.join(","))];
    }
    let mut issues = Vec::new();
    for (column, cell) in header.cells(cells) {
        let max = if column == "name" { MAX_NAME } else { MAX_CELL };
        if cell.contains(char::REPLACEMENT_CHARACTER) {
            issues.push(issue(line, column, "catalogue.invalid_utf8", cell));
        }
        if cell.chars().count() > max {
            issues.push(issue(line, column, "catalogue.cell_too_long", cell));
        }
    }
    // A name of punctuation alone names nothing and could not be found or keyed.
    if !header.cell(cells, "name").chars().any(char::is_alphanumeric) {
        issues.push(issue(line, "name", "catalogue.name_missing", header.cell(cells, "name")));
    }
    issues
}

fn issue(line: u64, column: &str, reason: &'static str, cell: &str) -> Issue {
    // A cell may be megabytes long; only its beginning is worth cleaning for a message.
    let beginning: String = cell.chars().take(SHOWN * 4).collect();
    Issue { line, column: column.to_owned(), reason, value: shorten(&clean(&beginning), SHOWN) }
}

/// One row being read: cells in, warnings and blockers out.
struct Reader<'a> {
    line: u64,
    header: &'a Header,
    cells: &'a [&'a str],
    warnings: Vec<Issue>,
    blockers: Vec<Blocker>,
}

impl Reader<'_> {
    fn version(&mut self, code: Option<key::Code>) -> Version {
        let name = self.name();
        let field = self.text("field");
        if field.is_empty() {
            self.found("field", [block("catalogue.field_missing")]);
        }
        self.found("code", code.is_none().then_some(warn("catalogue.code_missing")));
        let (code, code_original) = code.map_or((None, None), |code| (Some(code.national), code.original));
        self.found("code", code_original.is_some().then_some(warn("catalogue.code_suffix")));
        let limits = limits::read(self.raw("time_limit"));
        self.found("time_limit", limits.findings);
        let fees = fees::read(self.raw("fee"));
        self.found("fee", fees.findings);
        let papers = papers::read(self.raw("components"));
        self.found("components", papers.findings);
        let sets = self.sets();
        let channels = self.channels();
        let note = self.text("note");
        let source = self.text("source");
        let remarks = notes::read(&name, &note, &source);
        for (column, finding) in remarks.findings {
            self.found(column, [finding]);
        }
        Version {
            code,
            code_original,
            field,
            agency_text: self.text("agency"),
            limits: limits.cases,
            limit_text: self.text("time_limit"),
            cutoff: limits.cutoff,
            fees: fees.fees.into_iter().map(FeeCase::from).collect(),
            fee_text: self.text("fee"),
            sets,
            channels,
            online_text: self.text("online_level"),
            interconnected: self.text("interconnected"),
            papers: papers.papers,
            paper_notes: papers.notes,
            papers_text: self.text("components"),
            result: self.text("result"),
            legal_basis: remarks.legal_basis,
            successor: remarks.successor.filter(|s| Some(s) != self.national_code().as_ref()),
            withdrawn: remarks.withdrawn,
            source,
            note,
            name,
            unverified: remarks.unverified,
            blockers: std::mem::take(&mut self.blockers),
            route: None,
            examples: Vec::new(),
        }
    }

    fn raw(&self, column: &str) -> &str {
        self.header.cell(self.cells, column)
    }

    fn text(&self, column: &str) -> String {
        clean(self.raw(column))
    }

    fn national_code(&self) -> Option<String> {
        key::read_code(self.raw("code")).ok().flatten().map(|code| code.national)
    }

    /// Notes what was noticed in a cell: always a warning, sometimes a blocker too. [CAT-02] [CAT-03]
    fn found(&mut self, column: &str, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.warnings.push(issue(self.line, column, finding.reason, self.raw(column)));
            if finding.blocks {
                self.blockers.push(Blocker { part: column.to_owned(), reason: finding.reason.to_owned() });
            }
        }
    }

    /// Invisible characters are dropped from what is stored; the row says so. [CAT-05]
    fn invisible_characters(&mut self) {
        let columns: Vec<String> = self
            .header
            .cells(self.cells)
            .filter(|(_, cell)| has_invisible(cell))
            .map(|(column, _)| column.to_owned())
            .collect();
        for column in columns {
            self.found(&column, [warn("catalogue.control_characters")]);
        }
    }

    fn name(&mut self) -> String {
        let name = self.text("name");
        self.found("name", is_cut(&name).then_some(block("catalogue.name_cut")));
        name
    }

    /// Sets of papers: "01", "1 bộ"; nothing is assumed where the source is silent. [CAT-18]
    fn sets(&mut self) -> Option<u32> {
        let text = self.text("copies");
        let number = text.split_whitespace().next().and_then(|word| word.parse::<u32>().ok());
        let sets = number.filter(|sets| (1..=20).contains(sets));
        self.found("copies", (sets.is_none() && !text.is_empty()).then_some(warn("catalogue.sets_unclear")));
        sets
    }

    /// "TT+TrT+BC": online, direct, post. [CAT-18]
    fn channels(&mut self) -> Vec<Channel> {
        let text = self.text("channels");
        let mut channels = Vec::new();
        let mut unknown = false;
        for word in text.split(['+', ',', ';', '/']).map(str::trim).filter(|word| !word.is_empty()) {
            match word {
                "TT" => channels.push(Channel::Online),
                "TrT" => channels.push(Channel::Direct),
                "BC" => channels.push(Channel::Post),
                _ => unknown = true,
            }
        }
        channels.sort_unstable();
        channels.dedup();
        self.found("channels", unknown.then_some(warn("catalogue.channel_unknown")));
        channels
    }
}

/// Whether the source itself marks a text as cut off. [CAT-06]
fn is_cut(text: &str) -> bool {
    let text = text.trim_end();
    text.ends_with('…') || text.ends_with("...")
}

/// Whether a long text stops in the middle of a sentence: exports cut cells at a fixed length without a mark. [CAT-06]
fn seems_cut(text: &str) -> bool {
    const SUSPICIOUS: usize = 100;
    is_cut(text) || (text.chars().count() >= SUSPICIOUS && !text.trim_end().ends_with(['.', ')', ';', ']', '!', '?']))
}

#[cfg(test)]
mod tests;
