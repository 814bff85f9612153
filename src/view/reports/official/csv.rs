//! A report as comma-separated values: UTF-8 with its mark, so that spreadsheets show Vietnamese rightly. [REP-10]

use super::sheet::{Cell, Sheet, decimal};
use crate::platform::failure::Failure;

/// Tells programs that the bytes are UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// One table after the other, each under its title, with a blank line between them.
pub fn write(sheets: &[Sheet]) -> Result<Vec<u8>, Failure> {
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(MARK.to_vec());
    for (at, sheet) in sheets.iter().enumerate() {
        if at > 0 {
            out.write_record([""]).map_err(Failure::fault)?;
        }
        let title = [&sheet.form, &sheet.title, &sheet.agency, &sheet.period];
        out.write_record(title.map(|text| guarded(text))).map_err(Failure::fault)?;
        let heads = sheet.columns.iter().map(|column| match column.group.as_str() {
            "" => guarded(&column.label),
            group => guarded(&format!("{group}: {}", column.label)),
        });
        out.write_record(heads).map_err(Failure::fault)?;
        for row in &sheet.rows {
            out.write_record(row.cells.iter().map(cell)).map_err(Failure::fault)?;
        }
        for note in &sheet.notes {
            out.write_record([guarded(note)]).map_err(Failure::fault)?;
        }
    }
    out.into_inner().map_err(|error| Failure::fault(error.into_error()))
}

/// Numbers as programs read them, days as spreadsheets do.
fn cell(cell: &Cell) -> String {
    match cell.value() {
        Cell::Count(number, _) => number.to_string(),
        Cell::Hundredths(hundredths) => decimal(*hundredths, '.'),
        Cell::Date(date) => date.to_string(),
        Cell::Text(text) | Cell::Link(text, _) => guarded(text),
        Cell::Empty | Cell::Formula(..) => String::new(),
    }
}

/// A spreadsheet takes for a formula what begins so, whoever typed it: it becomes text. [REP-10]
fn guarded(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::sheet::{Column, Row};
    use super::*;

    #[test]
    fn vietnamese_is_marked_and_no_text_becomes_a_formula() {
        // [REP-10]
        let sheet = Sheet {
            tab: String::new(),
            form: String::new(),
            title: "Biểu".into(),
            agency: "Huyện, xã".into(),
            period: String::new(),
            columns: vec![Column::new("Nhóm", "Cột", 0), Column::new("", "Số", 0)],
            rows: vec![Row::plain(vec![Cell::text("=HYPERLINK(\"http://x\")"), Cell::Hundredths(-150)])],
            notes: vec!["+84".into()],
        };
        let text = String::from_utf8(write(&[sheet]).unwrap()).unwrap();
        let wanted = "\u{feff},Biểu,\"Huyện, xã\",\nNhóm: Cột,Số\n\"'=HYPERLINK(\"\"http://x\"\")\",-1.5\n'+84\n";
        assert_eq!(text, wanted);
    }
}
