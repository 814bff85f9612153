//! What identifies a procedure: its national code, or its name and field where the state has given it none.

use sha2::{Digest, Sha256};

use crate::text::{clean, fold};

/// Longest readable part of a key, in characters.
const MAX_SLUG: usize = 60;

/// A national code, with the provincial form it was found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    pub national: String,
    /// Only where something was stripped.
    pub original: Option<String>,
}

/// Reads `1.001193` or a provincial copy of it, `2.000815.000.00.00.H17`; an empty cell is no code. [CAT-07]
pub(super) fn read_code(cell: &str) -> Result<Option<Code>, &'static str> {
    let text = clean(cell);
    if text.is_empty() {
        return Ok(None);
    }
    let malformed = Err("catalogue.code_malformed");
    let Some((national, suffix)) = text.split_at_checked(8) else { return malformed };
    if !is_national(national) {
        return malformed;
    }
    if suffix.is_empty() {
        return Ok(Some(Code { national: national.to_owned(), original: None }));
    }
    let mut parts = suffix.split('.');
    let begins_with_a_dot = parts.next() == Some("");
    let is_part = |part: &str| (1..=6).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if begins_with_a_dot && parts.all(is_part) {
        return Ok(Some(Code { national: national.to_owned(), original: Some(text.clone()) }));
    }
    malformed
}

/// Whether `text` is a national code: one digit, a dot, six digits.
pub(super) fn is_national(text: &str) -> bool {
    text.len() == 8 && text.bytes().enumerate().all(|(at, b)| if at == 1 { b == b'.' } else { b.is_ascii_digit() })
}

/// The key a procedure keeps for ever: its national code, else a readable one made from name and field. [CAT-08]
#[must_use]
pub fn key_of(code: Option<&str>, name: &str, field: &str) -> String {
    if let Some(code) = code {
        return code.to_owned();
    }
    let (name, field) = (fold(name), fold(field));
    let slug: String = name.split(' ').collect::<Vec<_>>().join("-").chars().take(MAX_SLUG).collect();
    let digest = Sha256::digest(format!("{name}|{field}"));
    let hash: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("x-{}-{hash}", slug.trim_end_matches('-'))
}
