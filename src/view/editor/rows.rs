//! Tables in forms: `papers.0.name`, `papers.1.name`, with buttons that add and take away rows without any script.

use std::collections::BTreeMap;

use crate::platform::web::form::Form;

/// Rows of one table at the most: more is a mistake.
pub(super) const ROWS_MAX: usize = 100;

/// One row as it was typed, by field.
pub(super) type Row = BTreeMap<String, String>;

/// The rows of a table, in order; numbers that were left out close up.
pub(super) fn read(form: &Form, table: &str) -> Vec<Row> {
    let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
    let start = format!("{table}.");
    for (name, value) in form.pairs() {
        let Some((at, field)) = name.strip_prefix(&start).and_then(|rest| rest.split_once('.')) else { continue };
        if let Some(at) = at.parse().ok().filter(|at| *at < ROWS_MAX) {
            rows.entry(at).or_default().entry(field.to_owned()).or_insert_with(|| value.trim().to_owned());
        }
    }
    rows.into_values().collect()
}

/// Puts rows into a form under the names of their places.
pub(super) fn write(form: &mut Form, table: &str, rows: &[Row]) {
    let start = format!("{table}.");
    let mut pairs: Vec<(String, String)> =
        form.pairs().iter().filter(|(name, _)| !name.starts_with(&start)).cloned().collect();
    for (at, row) in rows.iter().enumerate() {
        pairs.extend(row.iter().map(|(field, value)| (format!("{table}.{at}.{field}"), value.clone())));
    }
    *form = pairs.into_iter().collect();
}

/// Does what a button of the table asks for: `add_papers` or `remove_papers.3`. `false` for any other button. `blank` is a
/// new row.
pub(super) fn operate(form: &mut Form, table: &str, blank: &Row) -> bool {
    let asked = form.text("do").to_owned();
    let mut rows = read(form, table);
    if asked == format!("add_{table}") {
        if rows.len() < ROWS_MAX {
            rows.push(blank.clone());
        }
    } else if let Some(at) = asked.strip_prefix(&format!("remove_{table}.")).and_then(|at| at.parse::<usize>().ok()) {
        rows = rows.into_iter().enumerate().filter(|(row, _)| *row != at).map(|(_, row)| row).collect();
    } else {
        return false;
    }
    write(form, table, &rows);
    true
}

pub(super) fn row<const N: usize>(fields: [(&str, String); N]) -> Row {
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// What was typed into a field of a row, cleaned.
pub(super) fn cell(row: &Row, field: &str) -> String {
    row.get(field).map_or_else(String::new, |value| motcua_domain::text::clean(value))
}

/// Whether nobody has typed anything into these fields.
pub(super) fn is_blank(row: &Row, fields: &[&str]) -> bool {
    fields.iter().all(|field| cell(row, field).is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_added_taken_away_and_close_up() {
        let mut form = Form::read("papers.0.name=a&papers.2.name=b&papers.2.copies=1&sets=1&do=remove_papers.0");
        assert_eq!(read(&form, "papers").len(), 2);
        assert!(operate(&mut form, "papers", &Row::new()));
        let rows = read(&form, "papers");
        assert_eq!((rows.len(), cell(&rows[0], "name"), form.text("sets")), (1, "b".into(), "1"));
        let mut form = Form::read("papers.0.name=a&do=add_papers");
        assert!(operate(&mut form, "papers", &row([("name", String::new())])));
        assert_eq!(read(&form, "papers").len(), 2);
        assert!(!operate(&mut Form::read("do=save"), "papers", &Row::new()));
        assert!(!operate(&mut Form::read("do=remove_papers.x"), "papers", &Row::new()));
    }

    #[test]
    fn a_number_out_of_reach_makes_no_row() {
        assert_eq!(
            read(&Form::read("papers.100.name=a&papers.99999999999999999999.name=b&papers.x.name=c"), "papers").len(),
            0
        );
    }
}
