//! The words of a procedure, its channels, and the marks of doubt that somebody has compared.

use std::sync::Arc;

use motcua_domain::procedure::{Channel, Version};
use motcua_domain::text::clean;
use serde::Serialize;

use super::edit::Read;
use super::too_long;
use crate::platform::failure::FieldError;
use crate::platform::web::form::Form;

/// Longest name, as in the catalogue. [CAT-01]
const NAME_MAX: usize = 1_000;
/// Longest other text.
const TEXT_MAX: usize = 20_000;

/// Columns that a part of their own answers for: saving that part clears their marks.
const ELSEWHERE: [&str; 5] = ["time_limit", "cutoff", "fee", "components", "copies"];

/// A mark of doubt on a column, with the sentences of what it blocks.
#[derive(Debug, Serialize)]
pub(super) struct Mark {
    column: String,
    reasons: Vec<String>,
}

/// What of the source is doubtful or stands in the way, beside limits, fees and papers. [EXM-11]
pub(super) fn marks(record: &Version) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let doubts = record.unverified.iter().map(|part| (part, None));
    let blocked = record.blockers.iter().map(|blocker| (&blocker.part, Some(&blocker.reason)));
    for (column, reason) in doubts.chain(blocked).filter(|(column, _)| !ELSEWHERE.contains(&column.as_str())) {
        if !marks.iter().any(|mark| mark.column == *column) {
            marks.push(Mark { column: column.clone(), reasons: Vec::new() });
        }
        if let Some(mark) = marks.iter_mut().find(|mark| mark.column == *column) {
            mark.reasons.extend(reason.filter(|reason| !mark.reasons.contains(*reason)).cloned());
        }
    }
    marks
}

pub(super) fn fill(version: &Version) -> Form {
    let mut pairs: Vec<(String, String)> = [
        ("name", version.name.clone()),
        ("field", version.field.clone()),
        ("agency_text", version.agency_text.clone()),
        ("result", version.result.clone()),
        ("legal_basis", version.legal_basis.join("\n")),
        ("interconnected", version.interconnected.clone()),
        ("source", version.source.clone()),
        ("note", version.note.clone()),
        ("withdrawn", if version.withdrawn { "yes".to_owned() } else { String::new() }),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    for (word, channel) in CHANNELS {
        if version.channels.contains(&channel) {
            pairs.push(("channels".to_owned(), word.to_owned()));
        }
    }
    pairs.into_iter().collect()
}

pub(super) const CHANNELS: [(&str, Channel); 3] =
    [("direct", Channel::Direct), ("online", Channel::Online), ("post", Channel::Post)];

pub(super) fn read(form: &Form) -> Read {
    let mut errors = Vec::new();
    let mut text = |field: &'static str, max: usize| {
        let text = clean(form.text(field));
        if text.chars().count() > max {
            errors.push(too_long(field, max));
        }
        text
    };
    let (name, field) = (text("name", NAME_MAX), text("field", NAME_MAX));
    let (agency_text, result) = (text("agency_text", TEXT_MAX), text("result", TEXT_MAX));
    let (interconnected, source, note) =
        (text("interconnected", TEXT_MAX), text("source", TEXT_MAX), text("note", TEXT_MAX));
    if !name.chars().any(char::is_alphanumeric) {
        errors.push(FieldError::new("name", "editor.name_missing"));
    }
    if field.is_empty() {
        errors.push(FieldError::new("field", "editor.field_missing"));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let values = |name: &str| {
        let values = form.pairs().iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone());
        values.collect::<Vec<_>>()
    };
    let chosen = values("channels");
    let channels: Vec<Channel> =
        CHANNELS.iter().filter(|(word, _)| chosen.iter().any(|value| value == word)).map(|(_, c)| *c).collect();
    let (compared, withdrawn) = (values("compared"), form.text("withdrawn") == "yes");
    let legal_basis = lines(form.text("legal_basis"));
    Ok(Arc::new(move |version: &mut Version| {
        version.name.clone_from(&name);
        version.field.clone_from(&field);
        version.agency_text.clone_from(&agency_text);
        version.result.clone_from(&result);
        version.legal_basis.clone_from(&legal_basis);
        version.interconnected.clone_from(&interconnected);
        version.source.clone_from(&source);
        version.note.clone_from(&note);
        version.channels.clone_from(&channels);
        version.withdrawn = withdrawn;
        let compared: Vec<&str> = compared.iter().map(String::as_str).collect();
        version.vouch(&compared);
    }))
}

/// One entry a line, cleaned; empty lines are none.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(clean).filter(|line| !line.is_empty()).collect()
}
