//! A report as the facts of a paper. [REP-11]

use super::sheet::Sheet;
use crate::platform::i18n::Locale;
use crate::record::letters::{ReportCell, ReportColumn, ReportRow, Tabled};

pub fn facts(sheets: &[Sheet]) -> Vec<Tabled> {
    sheets.iter().map(table).collect()
}

fn table(sheet: &Sheet) -> Tabled {
    let columns = sheet.columns.iter().map(|column| ReportColumn {
        group: column.group.clone(),
        label: column.label.clone(),
        width: column.width,
    });
    let rows = sheet.rows.iter().map(|row| {
        let cells = row.cells.iter().map(|cell| ReportCell { text: cell.shown(Locale::Vi), number: cell.is_number() });
        ReportRow { strong: row.strong, cells: cells.collect() }
    });
    Tabled {
        form: sheet.form.clone(),
        title: sheet.title.clone(),
        period: sheet.period.clone(),
        agency: sheet.agency.clone(),
        columns: columns.collect(),
        rows: rows.collect(),
        notes: sheet.notes.clone(),
    }
}
