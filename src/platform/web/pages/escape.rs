//! Escaping for HTML that leaves slashes alone: MiniJinja's own also escapes `/`, which doubles the size of dates and
//! addresses and protects nothing in markup that quotes its attributes.

use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Error, Output, State, escape_formatter};

pub(super) fn write_value(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Ok(()); // an empty cell, not the word "none"
    }
    let is_plain_text = value.kind() == ValueKind::String && !value.is_safe();
    match value.as_str().filter(|_| is_plain_text && matches!(state.auto_escape(), AutoEscape::Html)) {
        Some(text) => write_text(out, text).map_err(Error::from),
        None => escape_formatter(out, state, value),
    }
}

fn write_text(out: &mut Output, text: &str) -> std::fmt::Result {
    for piece in text.split_inclusive(['&', '<', '>', '"', '\'']) {
        let (plain, entity) = match piece.chars().next_back() {
            Some('&') => (piece.strip_suffix('&'), "&amp;"),
            Some('<') => (piece.strip_suffix('<'), "&lt;"),
            Some('>') => (piece.strip_suffix('>'), "&gt;"),
            Some('"') => (piece.strip_suffix('"'), "&quot;"),
            Some('\'') => (piece.strip_suffix('\''), "&#39;"),
            _ => (None, ""),
        };
        out.write_str(plain.unwrap_or(piece))?;
        out.write_str(entity)?;
    }
    Ok(())
}
