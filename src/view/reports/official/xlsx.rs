//! A report as a spreadsheet whose sums and checks are formulas: whoever changes a number sees what follows. [REP-09]

use jiff::civil::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};

use super::sheet::{Cell, Column, FIRST_ROW, Row, Sheet, decimal};
use crate::platform::failure::Failure;
use crate::platform::i18n::Locale;

/// Millimetres of a character.
const CHARACTER: f64 = 1.9;

/// Characters of the column that takes what is left on paper.
const WIDE: f64 = 44.0;

/// Points of a line of text.
const HEIGHT: f64 = 15.0;

/// The same sheets made on the same day are the same bytes.
pub fn write(sheets: &[Sheet], made_on: Date) -> Result<Vec<u8>, Failure> {
    workbook(sheets, made_on).map_err(Failure::fault)
}

fn workbook(sheets: &[Sheet], made_on: Date) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let title = sheets.first().map(|sheet| sheet.title.as_str()).unwrap_or_default();
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&day(made_on)?));
    for sheet in sheets {
        Page { sheet, looks: Looks::new() }.write(book.add_worksheet())?;
    }
    book.save_to_buffer()
}

fn day(date: Date) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(date.year()).unwrap_or_default();
    ExcelDateTime::from_ymd(year, date.month().unsigned_abs(), date.day().unsigned_abs())
}

struct Looks {
    plain: Format,
    title: Format,
    head: Format,
    note: Format,
}

impl Looks {
    fn new() -> Self {
        let font = Format::new().set_font_name("Times New Roman").set_font_size(11);
        let head = font.clone().set_bold().set_text_wrap().set_border(FormatBorder::Thin);
        Self {
            title: font.clone().set_bold().set_font_size(13).set_align(FormatAlign::Center),
            head: head.set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter),
            note: font.clone().set_italic().set_text_wrap().set_align(FormatAlign::Top),
            plain: font,
        }
    }

    fn of(&self, cell: &Cell, strong: bool) -> Format {
        let look = self.plain.clone().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
        let look = if strong { look.set_bold() } else { look };
        match cell.value() {
            Cell::Count(..) => look.set_num_format("#,##0"),
            Cell::Hundredths(_) => look.set_num_format("#,##0.##"),
            Cell::Date(_) => look.set_num_format("dd/mm/yyyy").set_align(FormatAlign::Center),
            _ => look.set_text_wrap(),
        }
    }
}

/// One sheet being written; rows and columns count from 0 as the library has them.
struct Page<'a> {
    sheet: &'a Sheet,
    looks: Looks,
}

impl Page<'_> {
    fn write(&self, to: &mut Worksheet) -> Result<(), XlsxError> {
        let Self { sheet, looks } = self;
        to.set_name(&sheet.tab)?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        let last = place(sheet.columns.len().saturating_sub(1));
        to.write_string_with_format(0, 0, &sheet.form, &looks.plain)?;
        to.write_string_with_format(1, 0, &sheet.agency, &looks.plain.clone().set_bold())?;
        for (row, text) in [(2, &sheet.title), (3, &sheet.period)] {
            if last > 0 {
                to.merge_range(row, 0, row, last, text, &looks.title)?;
            }
        }
        self.heads(to)?;
        let first = row(FIRST_ROW - 1);
        to.set_repeat_rows(first - 3, first - 1)?.set_freeze_panes(first, 2)?;
        for (at, line) in (first..).zip(&sheet.rows) {
            self.line(to, at, line)?;
        }
        let after = first + row(sheet.rows.len()) + 1;
        for (at, note) in (after..).zip(&sheet.notes) {
            if last > 0 {
                to.merge_range(at, 0, at, last, note, &looks.note)?.set_row_height(at, 30)?;
            }
        }
        Ok(())
    }

    /// Groups over their columns, columns with their numbers.
    fn heads(&self, to: &mut Worksheet) -> Result<(), XlsxError> {
        let (top, head) = (row(FIRST_ROW - 4), &self.looks.head);
        let mut from = 0;
        for group in self.sheet.columns.chunk_by(|one, next| one.group == next.group && !one.group.is_empty()) {
            let until = from + place(group.len()) - 1;
            match group.first() {
                Some(Column { group, label, .. }) if group.is_empty() => {
                    to.merge_range(top, from, top + 1, from, label, head)?;
                }
                Some(Column { group, .. }) if until > from => {
                    to.merge_range(top, from, top, until, group, head)?;
                }
                Some(Column { group, .. }) => {
                    to.write_string_with_format(top, from, group, head)?;
                }
                None => {}
            }
            from = until + 1;
        }
        let high = self.sheet.columns.iter().map(|column| lines(&column.label, column)).max().unwrap_or(1);
        to.set_row_height(top + 1, HEIGHT * high as f64)?;
        for (at, column) in self.sheet.columns.iter().enumerate() {
            let (at, number) = (place(at), format!("({})", at + 1));
            to.set_column_width(at, wide(column))?;
            if !column.group.is_empty() {
                to.write_string_with_format(top + 1, at, &column.label, head)?;
            }
            to.write_string_with_format(top + 2, at, number, &head.clone().set_italic())?;
        }
        Ok(())
    }

    fn line(&self, to: &mut Worksheet, at: u32, line: &Row) -> Result<(), XlsxError> {
        // Not every program makes a row as high as its words need.
        let texts = line.cells.iter().zip(&self.sheet.columns).filter(|(cell, _)| !cell.is_number());
        let lines = texts.map(|(cell, column)| lines(&cell.shown(Locale::Vi), column)).max().unwrap_or(1);
        to.set_row_height(at, HEIGHT * lines as f64)?;
        for (column, cell) in line.cells.iter().enumerate() {
            let (column, look) = (place(column), self.looks.of(cell, line.strong));
            match cell {
                Cell::Empty => to.write_blank(at, column, &look)?,
                Cell::Text(text) | Cell::Link(text, _) => to.write_string_with_format(at, column, text, &look)?,
                Cell::Count(number, _) => to.write_number_with_format(at, column, *number as f64, &look)?,
                Cell::Hundredths(number) => to.write_number_with_format(at, column, *number as f64 / 100.0, &look)?,
                Cell::Date(date) => to.write_datetime_with_format(at, column, day(*date)?, &look)?,
                Cell::Formula(formula, value) => {
                    let formula = Formula::new(format!("={formula}")).set_result(known(value));
                    to.write_formula_with_format(at, column, formula, &look)?
                }
            };
        }
        Ok(())
    }
}

/// In characters.
fn wide(column: &Column) -> f64 {
    if column.width == 0 { WIDE } else { f64::from(column.width) / CHARACTER }
}

/// Lines that words need in a column: a word that does not fit goes into the next.
fn lines(text: &str, column: &Column) -> usize {
    let (mut lines, mut filled) = (1, 0.0);
    for word in text.split_whitespace() {
        let long = word.chars().count() as f64 + 1.0;
        if filled > 0.0 && filled + long > wide(column) {
            lines += 1;
            filled = 0.0;
        }
        filled += long;
    }
    lines
}

/// What a formula gives, for programs that show it without reckoning.
fn known(value: &Cell) -> String {
    match value.value() {
        Cell::Count(number, _) => number.to_string(),
        Cell::Hundredths(hundredths) => decimal(*hundredths, '.'),
        Cell::Text(text) | Cell::Link(text, _) => text.clone(),
        Cell::Empty | Cell::Date(_) | Cell::Formula(..) => String::new(),
    }
}

fn row(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn place(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}
