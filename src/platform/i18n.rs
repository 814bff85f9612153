//! The words people read, in each language we speak.
//!
//! A sentence has a key; a key lives in `locales/<language>/<slice>.json` (flat: key → sentence, `{name}` for what is
//! filled in). The files are embedded and merged at start; two files that both claim a key are a fault, because
//! nobody could say which sentence wins. Rust code and templates hold keys only.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, bail};
use jiff::civil;
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

#[derive(RustEmbed)]
#[folder = "locales"]
struct LocaleFiles;

/// A language of the pages. Vietnamese is the first and the one that is always right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    #[default]
    Vi,
    En,
}

impl Locale {
    pub const ALL: [Locale; 2] = [Locale::Vi, Locale::En];

    /// The language tag, as in `<html lang>` and `?lang=`.
    pub fn tag(self) -> &'static str {
        match self {
            Locale::Vi => "vi",
            Locale::En => "en",
        }
    }

    /// Reads a tag as people and browsers write it (`en`, `EN`, `en-GB`); none for a language we do not speak.
    pub fn from_tag(tag: &str) -> Option<Locale> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Locale::ALL.into_iter().find(|locale| locale.tag() == primary)
    }

    /// The first language of an `Accept-Language` header that we speak. Weights are ignored: browsers list in order.
    pub fn from_accept_language(header: &str) -> Option<Locale> {
        header.split(',').filter_map(|part| part.split(';').next()).find_map(Locale::from_tag)
    }

    /// A civil date as people write it here: `04/05/2018`, `4 May 2018`.
    pub fn date(self, date: civil::Date) -> String {
        match self {
            Locale::Vi => format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year()),
            Locale::En => format!("{} {} {:04}", date.day(), english_month(date.month()), date.year()),
        }
    }

    /// A civil date with its time of day, to the minute: `04/05/2018 15:10`, `4 May 2018, 15:10`.
    pub fn date_time(self, at: civil::DateTime) -> String {
        let separator = if self == Locale::Vi { " " } else { ", " };
        format!("{}{separator}{:02}:{:02}", self.date(at.date()), at.hour(), at.minute())
    }

    /// A whole number with its thousands apart: `26.708` in Vietnamese, `26,708` in English.
    pub fn number(self, number: i64) -> String {
        let separator = if self == Locale::Vi { '.' } else { ',' };
        let digits = number.unsigned_abs().to_string();
        let mut text = String::from(if number < 0 { "-" } else { "" });
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

fn english_month(month: i8) -> &'static str {
    match month {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}

/// What is wrong with a key: it is unknown, or its sentence asks for something that was not given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    #[error("text {key:?} is missing in {locale}")]
    Missing { locale: Locale, key: String },
    #[error("text {key:?} in {locale} needs {param:?}")]
    Unfilled { locale: Locale, key: String, param: String },
}

/// Every sentence of every language, read once at start.
#[derive(Debug)]
pub struct Texts {
    by_locale: BTreeMap<Locale, BTreeMap<String, String>>,
}

impl Texts {
    /// Reads the embedded files. Fails on a broken file and on a key that two files claim.
    pub fn embedded() -> anyhow::Result<Texts> {
        let mut texts = Texts { by_locale: BTreeMap::new() };
        for path in LocaleFiles::iter() {
            let Some(locale) = path.split_once('/').and_then(|(folder, _)| Locale::from_tag(folder)) else { continue };
            let file = LocaleFiles::get(&path).with_context(|| format!("read locale file {path}"))?;
            texts.merge(locale, &path, &file.data)?;
        }
        Ok(texts)
    }

    fn merge(&mut self, locale: Locale, path: &str, json: &[u8]) -> anyhow::Result<()> {
        let fragment: BTreeMap<String, String> =
            serde_json::from_slice(json).with_context(|| format!("parse locale file {path}"))?;
        let all = self.by_locale.entry(locale).or_default();
        for (key, sentence) in fragment {
            if all.contains_key(&key) {
                bail!("locale file {path} claims {key:?}, which another file of the language already has");
            }
            all.insert(key, sentence);
        }
        Ok(())
    }

    /// The sentence of a key with its parameters filled in, or the key itself where there is none: a person at the
    /// counter is helped more by an odd word on the page than by no page.
    pub fn get<'a>(&self, locale: Locale, key: &str, params: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        self.try_get(locale, key, params).unwrap_or_else(|_| key.to_owned())
    }

    /// Like [`Texts::get`], but says what is wrong. Development builds and tests render pages through this one.
    pub fn try_get<'a>(
        &self,
        locale: Locale,
        key: &str,
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<String, TextFault> {
        let sentence = self
            .by_locale
            .get(&locale)
            .and_then(|all| all.get(key))
            .ok_or_else(|| TextFault::Missing { locale, key: key.to_owned() })?;
        let params: BTreeMap<&str, &str> = params.into_iter().collect();
        fill(sentence, &params).map_err(|param| TextFault::Unfilled { locale, key: key.to_owned(), param })
    }

    /// Whether a language has the key; for choosing between a special and a general sentence.
    /// The same for parameters that are owned.
    pub fn say(&self, locale: Locale, key: &str, params: &BTreeMap<String, String>) -> String {
        self.get(locale, key, params.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    pub fn has(&self, locale: Locale, key: &str) -> bool {
        self.by_locale.get(&locale).is_some_and(|all| all.contains_key(key))
    }

    /// All keys of a language with their sentences, in order; for tests and for translators.
    pub fn all(&self, locale: Locale) -> impl Iterator<Item = (&str, &str)> {
        self.by_locale.get(&locale).into_iter().flatten().map(|(key, sentence)| (key.as_str(), sentence.as_str()))
    }
}

/// Puts the parameters into their places; the error is the name of the first one that was not given.
fn fill(sentence: &str, params: &BTreeMap<&str, &str>) -> Result<String, String> {
    let mut text = String::with_capacity(sentence.len() + 16);
    for piece in pieces(sentence) {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Param(name) => text.push_str(params.get(name).ok_or_else(|| name.to_owned())?),
            Piece::Choice(name, one, other) => {
                let number = params.get(name).ok_or_else(|| name.to_owned())?;
                text.push_str(if *number == "1" { one } else { other });
            }
        }
    }
    Ok(text)
}

enum Piece<'a> {
    Words(&'a str),
    Param(&'a str),
    /// The word for one, and the word for any other number.
    Choice(&'a str, &'a str, &'a str),
}

/// Cuts a sentence at its `{name}` and `{name|day|days}` places. A lone brace is an ordinary character.
fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((piece, behind)) = after.split_once('}').and_then(|(place, behind)| Some((piece(place)?, behind)))
        else {
            let (words, left) = rest.split_at(before.len() + 1);
            pieces.push(Piece::Words(words));
            rest = left;
            continue;
        };
        pieces.push(Piece::Words(before));
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(Piece::Words(rest));
    pieces
}

/// What stands between two braces; `None`: no place to fill.
fn piece(place: &str) -> Option<Piece<'_>> {
    let (name, words) = place.split_once('|').map_or((place, None), |(name, words)| (name, Some(words)));
    if !is_param_name(name) {
        return None;
    }
    match words {
        None => Some(Piece::Param(name)),
        Some(words) => words.split_once('|').map(|(one, other)| Piece::Choice(name, one, other)),
    }
}

fn is_param_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use super::*;

    fn params_of(sentence: &str) -> BTreeSet<&str> {
        let param = |piece| match piece {
            Piece::Param(name) | Piece::Choice(name, ..) => Some(name),
            Piece::Words(_) => None,
        };
        pieces(sentence).into_iter().filter_map(param).collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_with_the_same_params() {
        let texts = Texts::embedded().unwrap();
        let shape = |locale| texts.all(locale).map(|(key, text)| (key, params_of(text))).collect::<BTreeSet<_>>();
        let (vi, en) = (shape(Locale::Vi), shape(Locale::En));
        assert!(!vi.is_empty());
        assert_eq!(vi.symmetric_difference(&en).collect::<Vec<_>>(), Vec::<&(&str, BTreeSet<&str>)>::new());
    }

    #[test]
    fn every_locale_file_lies_in_the_folder_of_a_language() {
        let stray: Vec<_> =
            LocaleFiles::iter().filter(|path| !path.starts_with("vi/") && !path.starts_with("en/")).collect();
        assert!(stray.is_empty(), "{stray:?}");
    }

    #[test]
    fn vietnamese_texts_are_composed_so_that_searching_them_works() {
        use std::path::Path;
        for path in LocaleFiles::iter().filter(|path| Path::new(path.as_ref()).starts_with("vi")) {
            let file = LocaleFiles::get(&path).unwrap();
            let text = std::str::from_utf8(&file.data).unwrap();
            assert!(!text.chars().any(|c| ('\u{300}'..='\u{36f}').contains(&c)), "combining accents in {path}");
        }
    }

    #[test]
    fn two_files_cannot_claim_one_key() {
        let mut texts = Texts { by_locale: BTreeMap::new() };
        texts.merge(Locale::Vi, "a.json", br#"{"a.b": "x"}"#).unwrap();
        let fault = texts.merge(Locale::Vi, "b.json", br#"{"a.b": "x"}"#).unwrap_err();
        assert!(fault.to_string().contains("a.b"));
    }

    #[test]
    fn a_sentence_is_filled_in_and_odd_braces_stay() {
        let mut texts = Texts { by_locale: BTreeMap::new() };
        texts.merge(Locale::Vi, "a.json", br#"{"a": "{n} of {n} { {X}", "b": "{x}"}"#).unwrap();
        assert_eq!(texts.get(Locale::Vi, "a", [("n", "3")]), "3 of 3 { {X}");
        let unfilled = texts.try_get(Locale::Vi, "b", []).unwrap_err();
        assert_eq!(unfilled, TextFault::Unfilled { locale: Locale::Vi, key: "b".into(), param: "x".into() });
        assert_eq!(texts.get(Locale::Vi, "c", []), "c");
    }

    #[test]
    fn one_has_a_word_of_its_own() {
        let say = |count| fill("{count} {count|copy|copies}", &BTreeMap::from([("count", count)])).unwrap();
        assert_eq!(["0", "1", "2", "21"].map(say), ["0 copies", "1 copy", "2 copies", "21 copies"]);
        assert_eq!(fill("{a|b}", &BTreeMap::new()).unwrap(), "{a|b}");
        assert_eq!(fill("{n|x|y}", &BTreeMap::new()), Err("n".to_owned()));
    }

    #[test]
    fn a_filled_in_value_is_never_read_as_a_place_to_fill() {
        let params = BTreeMap::from([("a", "{b}"), ("b", "no")]);
        assert_eq!(fill("{a}", &params).unwrap(), "{b}");
    }

    #[test]
    fn languages_are_known_by_what_browsers_send() {
        assert_eq!(Locale::from_accept_language("fr-FR, en-GB;q=0.8, vi;q=0.2"), Some(Locale::En));
        assert_eq!(Locale::from_accept_language("fr"), None);
        assert_eq!(Locale::from_tag("vi_VN"), Some(Locale::Vi));
    }

    #[test]
    fn numbers_are_grouped_by_threes() {
        let written: Vec<_> = [0, 7, 999, 1_000, 26_708, -1_234_567].map(|n| Locale::Vi.number(n)).into();
        assert_eq!(written, ["0", "7", "999", "1.000", "26.708", "-1.234.567"]);
        assert_eq!(Locale::En.number(i64::MIN), "-9,223,372,036,854,775,808");
    }
}
