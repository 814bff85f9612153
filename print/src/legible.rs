//! People's names and addresses come from scanners, old systems and keyboards of every kind. A character our fonts do not
//! have must not stop a receipt at the counter (the archive standard refuses missing glyphs), nor vanish without a trace.

use std::collections::BTreeSet;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// Stands where a character could not be printed.
const UNPRINTABLE: char = '\u{FFFD}';

/// The same data with every text composed (NFC), so that it can be searched in the PDF, and without characters that
/// `printable` lacks. Keys are the template's and stay as they are.
pub fn legible(data: &Value, printable: &BTreeSet<char>) -> Value {
    match data {
        Value::String(text) => Value::String(text.nfc().filter_map(|c| legible_char(c, printable)).collect()),
        Value::Array(items) => items.iter().map(|item| legible(item, printable)).collect(),
        Value::Object(fields) => fields.iter().map(|(key, item)| (key.clone(), legible(item, printable))).collect(),
        other => other.clone(),
    }
}

fn legible_char(c: char, printable: &BTreeSet<char>) -> Option<char> {
    match c {
        '\n' | '\t' => Some(c),
        // Invisible marks of text editors and the carriage return carry nothing for paper.
        '\r' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}' => None,
        c if c.is_control() => None,
        c if printable.contains(&c) => Some(c),
        _ => Some(UNPRINTABLE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decomposed_names_are_composed_and_strangers_are_marked() {
        let printable = "Nguyễn Văn A".nfc().collect();
        let data = serde_json::json!({"name": "Nguye\u{302}\u{303}n Va\u{306}n A\u{0007}\u{FEFF}漢", "n": 3});
        assert_eq!(legible(&data, &printable), serde_json::json!({"name": "Nguyễn Văn A\u{FFFD}", "n": 3}));
    }
}
