//! A report as a sheet: one table that becomes a page, a spreadsheet, a paper, a list or lines of a terminal.

use jiff::civil::Date;

use crate::platform::i18n::Locale;

/// Row of a spreadsheet, from 1, in which the first line stands: above it form, agency, title, period, a blank, and three rows of heads.
pub const FIRST_ROW: usize = 9;

/// One table.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// On the tab of a spreadsheet.
    pub tab: String,
    /// As the form names itself: `Biểu số II.06a/VPCP/KSTT`. Empty where there is none.
    pub form: String,
    pub title: String,
    pub agency: String,
    pub period: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What neighbours have in common; empty for one that stands alone.
    pub group: String,
    pub label: String,
    /// On paper, in millimetres; 0 takes what is left.
    pub width: u16,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Sums others.
    pub strong: bool,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    /// Something that leads on where it is shown as a page.
    Link(String, String),
    /// How many, and where those are; empty where they cannot be opened.
    Count(i64, String),
    Hundredths(i64),
    Date(Date),
    /// A formula of spreadsheets, without `=`, and what it gives.
    Formula(String, Box<Cell>),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn count(number: i64) -> Self {
        Self::Count(number, String::new())
    }

    /// What is shown, without any formula.
    pub fn value(&self) -> &Self {
        match self {
            Self::Formula(_, value) => value.value(),
            value => value,
        }
    }

    /// As people read it.
    pub fn shown(&self, locale: Locale) -> String {
        match self.value() {
            Self::Empty | Self::Formula(..) => String::new(),
            Self::Text(text) | Self::Link(text, _) => text.clone(),
            Self::Count(number, _) => locale.number(*number),
            Self::Hundredths(hundredths) => decimal(*hundredths, if locale == Locale::Vi { ',' } else { '.' }),
            Self::Date(date) => locale.date(*date),
        }
    }

    /// Where what is behind it can be seen; empty if nowhere.
    pub fn href(&self) -> &str {
        match self.value() {
            Self::Link(_, href) | Self::Count(_, href) => href,
            _ => "",
        }
    }

    pub fn is_number(&self) -> bool {
        self.whole().is_some()
    }

    /// A count, or hundredths.
    pub fn whole(&self) -> Option<i64> {
        match self.value() {
            Self::Count(number, _) | Self::Hundredths(number) => Some(*number),
            _ => None,
        }
    }
}

impl Row {
    pub fn plain(cells: Vec<Cell>) -> Self {
        Self { strong: false, cells }
    }

    pub fn strong(cells: Vec<Cell>) -> Self {
        Self { strong: true, cells }
    }
}

impl Column {
    pub fn new(group: impl Into<String>, label: impl Into<String>, width: u16) -> Self {
        Self { group: group.into(), label: label.into(), width }
    }
}

/// `96,4` of 9640, `0,05` of 5: no more places than there are.
pub fn decimal(hundredths: i64, point: char) -> String {
    let (sign, all) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
    match (all / 100, all % 100) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, part) if part % 10 == 0 => format!("{sign}{whole}{point}{}", part / 10),
        (whole, part) => format!("{sign}{whole}{point}{part:02}"),
    }
}

/// The letter of a column of a spreadsheet, from 0; a report has no more than the alphabet.
pub fn letter(column: usize) -> char {
    (b'A'..=b'Z').nth(column).map_or('Z', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundredths_are_written_with_the_places_they_have() {
        assert_eq!([9640, 5, 100, -150, 0].map(|number| decimal(number, ',')), ["96,4", "0,05", "1", "-1,5", "0"]);
    }

    #[test]
    fn what_a_formula_gives_is_shown_and_opened() {
        let sum = Cell::Formula("C9+C10".into(), Box::new(Cell::Count(26_708, "/behind".into())));
        assert_eq!((sum.shown(Locale::Vi), sum.href(), sum.is_number()), ("26.708".to_owned(), "/behind", true));
        assert_eq!((letter(0), letter(13)), ('A', 'N'));
    }
}
