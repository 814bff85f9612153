//! What a scanner types for a citizen card.
#![no_main]

use libfuzzer_sys::fuzz_target;
use motcua_domain::identity::{IdNumber, phone, read_card};

fuzz_target!(|text: &str| {
    if let Ok(card) = read_card(text) {
        assert!(!card.name.is_empty());
        assert!(matches!(card.id_number.as_str().len(), 9 | 12));
        assert_eq!(IdNumber::parse(card.id_number.as_str()).ok(), Some(card.id_number));
    }
    if let Some(number) = phone(text) {
        assert_eq!(phone(&number), Some(number), "a number in its national form stays what it is");
    }
});
