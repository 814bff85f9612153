//! Text (chữ): Vietnamese as people and machines really write it, brought to one form.
//!
//! The same word arrives composed or decomposed, with or without accents, in capitals, with invisible characters from a
//! PDF. [`clean`] makes it storable without changing what it says; [`fold`] makes it comparable.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How often folding is repeated until nothing changes. Lower-casing and decomposing can each enable the other once;
/// the bound only keeps a surprise in Unicode tables from looping.
const FOLD_PASSES: usize = 4;

/// The composed form (NFC) of `text`: the form everything is stored in.
#[must_use]
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// Text fit to be stored: composed, without control and invisible characters, white space collapsed and trimmed. [CAT-05]
#[must_use]
pub fn clean(text: &str) -> String {
    let visible: String = text.chars().filter(|&c| c.is_whitespace() || !is_invisible(c)).nfc().collect();
    collapse(visible.chars())
}

/// Whether `text` holds a character that [`clean`] drops, other than white space.
#[must_use]
pub fn has_invisible(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && is_invisible(c))
}

/// Text fit to be compared: lower case, no accents, đ as d, punctuation as one space. Idempotent; equal for NFC and NFD.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = fold_once(text);
    for _ in 1..FOLD_PASSES {
        let again = fold_once(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// The first `max` characters, with an ellipsis where something was left out.
#[must_use]
pub fn shorten(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    text.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

fn fold_once(text: &str) -> String {
    let lower = text.nfkd().flat_map(char::to_lowercase).nfkd();
    let plain = lower.filter(|&c| !is_combining_mark(c) && !is_invisible_format(c)).map(|c| match c {
        // Ð (eth) is what old keyboards send for Đ.
        'đ' | 'ð' => 'd',
        c if c.is_alphanumeric() => c,
        _ => ' ',
    });
    collapse(plain)
}

fn collapse(chars: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    for c in chars {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

fn is_invisible(c: char) -> bool {
    c.is_control() || is_invisible_format(c)
}

/// Marks that are never seen but make two equal words differ: soft hyphen, zero width, direction marks, byte order mark.
fn is_invisible_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_case_and_d_bar_fold_away() {
        assert_eq!(fold("ĐĂNG KÝ KHAI SINH"), "dang ky khai sinh");
        assert_eq!(fold("Đăng  ký, khai-sinh."), "dang ky khai sinh");
        assert_eq!(fold("Ðường bộ"), "duong bo");
    }

    #[test]
    fn decomposed_text_folds_like_composed_text() {
        let name = "Xác nhận tình trạng hôn nhân";
        let decomposed: String = name.nfd().collect();
        assert_ne!(name, decomposed);
        assert_eq!(fold(name), fold(&decomposed));
        assert_eq!(nfc(&decomposed), name);
    }

    #[test]
    fn invisible_characters_from_a_pdf_are_dropped() {
        assert_eq!(clean(" đăng k\u{200e}ý\t hộ\u{0} tịch\n"), "đăng ký hộ tịch");
        assert!(has_invisible("k\u{200e}ý"));
        assert!(!has_invisible("hai\ndòng"));
    }

    #[test]
    fn shortening_marks_what_was_left_out() {
        assert_eq!(shorten("khai sinh", 9), "khai sinh");
        assert_eq!(shorten("khai sinh", 5), "khai…");
    }

    proptest! {
        #[test]
        fn folding_and_cleaning_twice_is_as_good_as_once(text in any::<String>()) {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
            prop_assert_eq!(clean(&clean(&text)), clean(&text));
        }

        #[test]
        fn every_normal_form_folds_and_cleans_the_same(text in any::<String>()) {
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(fold(&nfc(&text)), fold(&decomposed));
            prop_assert_eq!(clean(&nfc(&text)), clean(&decomposed));
        }

        #[test]
        fn vietnamese_folds_to_plain_letters(text in "[a-zA-ZăâđêôơưĂÂĐÊÔƠƯáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩị ]{0,40}") {
            prop_assert!(fold(&text).chars().all(|c| c.is_ascii_lowercase() || c == ' '));
        }
    }
}
