//! Forms II.06a (a unit) and II.06b (all of them): how dossiers were settled, thirteen columns and the check. [REP-01] [REP-04]

use motcua_domain::figures::{Figures, Report, Which};
use motcua_domain::procedure::Tier;

use super::sheet::{Cell, Column, FIRST_ROW, Row, Sheet, letter};
use super::{Frame, roman};

/// Columns that are counted; the others are sums of them: (3), (7), (11).
const COUNTED: [usize; 8] = [3, 4, 5, 7, 8, 9, 11, 12];

/// The column of the check.
const CHECK: usize = 13;

/// Of one agency its levels and fields; of all of them those, and a line for each agency.
pub(super) fn sheets(frame: &Frame, report: &Report) -> Vec<Sheet> {
    let mut sheets = vec![by_field(frame, report)];
    if frame.agency.is_none() {
        sheets.push(by_agency(frame, report));
    }
    sheets
}

fn by_field(frame: &Frame, report: &Report) -> Sheet {
    let mut lines = Lines { frame, rows: Vec::new() };
    let mut levels = Vec::new();
    for (tier, figures) in &report.tiers {
        let fields = report.fields.get(tier);
        let first = lines.next() + 1;
        let last = first + fields.map_or(0, |fields| fields.len()) - 1;
        levels.push(lines.next());
        let of = Of { tier: Some(*tier), ..Of::default() };
        let number = roman(levels.len());
        let sum = |column: usize| format!("SUM({0}{first}:{0}{last})", letter(column));
        lines.add(&number, &frame.say(&format!("tier.{}", tier.as_str())), figures, &of, Some(&sum));
        for (at, (field, figures)) in fields.into_iter().flatten().enumerate() {
            lines.add(&(at + 1).to_string(), field, figures, &Of { field, ..of }, None);
        }
    }
    let sum = |column: usize| {
        let levels: Vec<String> = levels.iter().map(|level| format!("{}{level}", letter(column))).collect();
        levels.join("+")
    };
    lines.total(&report.total, (!levels.is_empty()).then_some(&sum));
    let (form, tab) = match frame.agency {
        Some(_) => ("II.06a", "II.06a"),
        None => ("II.06b", "II.06b"),
    };
    lines.sheet(report, form, tab, &frame.say("official.level_field"))
}

fn by_agency(frame: &Frame, report: &Report) -> Sheet {
    let mut lines = Lines { frame, rows: Vec::new() };
    let first = lines.next();
    for (at, (agency, figures)) in report.agencies.iter().enumerate() {
        let name = frame.registry.agency_name(agency).to_owned();
        lines.add(&(at + 1).to_string(), &name, figures, &Of { agency, ..Of::default() }, None);
    }
    let last = lines.next() - 1;
    let sum = |column: usize| format!("SUM({0}{first}:{0}{last})", letter(column));
    lines.total(&report.total, (last >= first).then_some(&sum));
    lines.sheet(report, "II.06b", &frame.say("official.tab_agencies"), &frame.say("official.unit"))
}

/// Whose figures a line shows.
#[derive(Clone, Copy, Default)]
struct Of<'a> {
    agency: &'a str,
    tier: Option<Tier>,
    field: &'a str,
}

/// A formula for a column, from 0.
type Sum<'a> = &'a dyn Fn(usize) -> String;

struct Lines<'a> {
    frame: &'a Frame<'a>,
    rows: Vec<Row>,
}

impl Lines<'_> {
    /// The row of the spreadsheet that comes next.
    fn next(&self) -> usize {
        FIRST_ROW + self.rows.len()
    }

    fn total(&mut self, figures: &Figures, sum: Option<Sum>) {
        let name = self.frame.say("official.sum");
        self.add("", &name, figures, &Of::default(), sum);
        if let Some(row) = self.rows.last_mut() {
            row.strong = true;
        }
    }

    /// A line: what is counted as numbers, or as sums of other lines; (3), (7), (11) and the check as formulas of its own.
    fn add(&mut self, number: &str, name: &str, figures: &Figures, of: &Of, sum: Option<Sum>) {
        let row = self.next();
        let mut cells = vec![Cell::text(number), Cell::text(name)];
        for (at, (count, (which, ..))) in figures.columns().into_iter().zip(Which::ALL).enumerate() {
            let column = at + 2;
            let (tier, field) = (of.tier.map_or("", Tier::as_str), of.field);
            let cell = Cell::Count(count, self.frame.behind(which, count, of.agency, tier, field));
            let parts = |parts: &[usize]| {
                let parts: Vec<String> = parts.iter().map(|part| format!("{}{row}", letter(*part))).collect();
                parts.join("+")
            };
            let formula = match column {
                2 => Some(parts(&[3, 4, 5])),
                6 => Some(parts(&[7, 8, 9])),
                10 => Some(parts(&[11, 12])),
                column => sum.filter(|_| COUNTED.contains(&column)).map(|sum| sum(column)),
            };
            cells.push(match formula {
                Some(formula) => Cell::Formula(formula, Box::new(cell)),
                None => cell,
            });
        }
        let (right, wrong) = (self.frame.say("official.right"), self.frame.say("official.wrong"));
        let check = format!(
            "IF({t}{row}={s}{row}+{o}{row},\"{right}\",\"{wrong}\")",
            t = letter(2),
            s = letter(6),
            o = letter(10)
        );
        let holds = if figures.total == figures.settled + figures.open { right } else { wrong };
        cells.push(Cell::Formula(check, Box::new(Cell::Text(holds))));
        self.rows.push(Row { strong: sum.is_some(), cells });
    }

    fn sheet(self, report: &Report, form: &str, tab: &str, what: &str) -> Sheet {
        let frame = self.frame;
        let say = |key: &str| frame.say(&format!("official.{key}"));
        let mut columns = vec![Column::new("", say("number"), 9), Column::new("", what, 0)];
        for (at, (_, word, _)) in Which::ALL.iter().take(CHECK - 2).enumerate() {
            let group = match at {
                0..4 => "received",
                4..8 => "settled",
                _ => "open",
            };
            columns.push(Column::new(say(&format!("group.{group}")), say(&format!("column.{word}")), 16));
        }
        columns.push(Column::new("", "(3) = (7) + (11)", 16));
        let mut notes = vec![say("note_06"), frame.say_with("official.hash", &[("hash", report.hash())])];
        notes.extend(frame.as_of.clone());
        Sheet {
            tab: tab.to_owned(),
            form: frame.say_with("official.form", &[("form", form.to_owned())]),
            title: say("title_06"),
            agency: frame.agency_name(),
            period: frame.period_words(),
            columns,
            rows: self.rows,
            notes,
        }
    }
}
