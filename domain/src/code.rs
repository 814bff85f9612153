//! The number of a dossier (mã hồ sơ): which receiving agency, which day, which one of that day.
//!
//! The pattern is data of the site because the official one has changed twice (law.md §7): TT 01/2018 Art. 19 puts the
//! agency's groups bottom-up, QĐ 20/2020 top-down, and a third is announced. Rules: `docs/rules/codes.md`.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where a pattern is wrong. Keys are translated by the shell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error("unknown token {{{0}}} in the number pattern")]
    UnknownToken(String),
    #[error("the number pattern needs {{{0}}} exactly once")]
    Missing(&'static str),
    #[error("a brace in the number pattern is not closed")]
    Unclosed,
    #[error("two tokens of the number pattern need a separator between them")]
    NoSeparator,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Agency,
    Day,
    /// The serial, padded to this width; longer serials are printed whole, never cut. [COD-03]
    Serial(usize),
}

/// A number pattern such as `{agency}-{yymmdd}-{serial:4}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    source: String,
    parts: Vec<Part>,
}

/// What a dossier code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Identifier of the receiving agency, e.g. `000.00.06.H56`.
    pub agency: String,
    pub day: Date,
    /// Counts from 1 for each agency and day; never used again. [COD-02]
    pub serial: u32,
}

impl Pattern {
    /// Reads a pattern. It must hold each of the three tokens once, apart from one another. [COD-01]
    pub fn parse(source: &str) -> Result<Self, PatternError> {
        let mut parts = Vec::new();
        let mut rest = source;
        while !rest.is_empty() {
            match rest.split_once('{') {
                Some((literal, tail)) => {
                    if !literal.is_empty() {
                        parts.push(Part::Literal(literal.to_owned()));
                    } else if !parts.is_empty() {
                        return Err(PatternError::NoSeparator);
                    }
                    let (token, tail) = tail.split_once('}').ok_or(PatternError::Unclosed)?;
                    parts.push(token_part(token)?);
                    rest = tail;
                }
                None => {
                    parts.push(Part::Literal(rest.to_owned()));
                    rest = "";
                }
            }
        }
        let count = |wanted: fn(&Part) -> bool| parts.iter().filter(|part| wanted(part)).count();
        for (n, name) in [
            (count(|p| matches!(p, Part::Agency)), "agency"),
            (count(|p| matches!(p, Part::Day)), "yymmdd"),
            (count(|p| matches!(p, Part::Serial(_))), "serial"),
        ] {
            if n != 1 {
                return Err(PatternError::Missing(name));
            }
        }
        Ok(Self { source: source.to_owned(), parts })
    }

    /// Prints a number. [COD-03]
    pub fn print(&self, number: &Number) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Agency => out.push_str(&number.agency),
                Part::Day => {
                    let day = number.day;
                    // Writing to a String cannot fail.
                    let _ = write!(out, "{:02}{:02}{:02}", day.year().rem_euclid(100), day.month(), day.day());
                }
                Part::Serial(width) => {
                    let _ = write!(out, "{:0width$}", number.serial);
                }
            }
        }
        out
    }

    /// Reads a number back; `None` if the text is not of this pattern. The century is the 21st. [COD-04]
    pub fn read(&self, text: &str) -> Option<Number> {
        let (mut agency, mut day, mut serial) = (None, None, None);
        let mut rest = text;
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            if let Part::Literal(literal) = part {
                rest = rest.strip_prefix(literal.as_str())?;
                continue;
            }
            let end = match parts.peek() {
                // The agency's groups may hold the separator itself, so it ends where the rest of the pattern still fits.
                Some(Part::Literal(next)) if matches!(part, Part::Agency) => agency_end(rest, next, &self.parts)?,
                Some(Part::Literal(next)) => rest.find(next.as_str())?,
                _ => rest.len(),
            };
            let (value, tail) = rest.split_at_checked(end)?;
            rest = tail;
            match part {
                Part::Agency => agency = (!value.is_empty()).then(|| value.to_owned()),
                Part::Day => day = read_day(value),
                Part::Serial(width) => serial = read_serial(value, *width),
                Part::Literal(_) => {}
            }
        }
        (rest.is_empty()).then_some(())?;
        Some(Number { agency: agency?, day: day?, serial: serial? })
    }
}

/// The separators that still follow the agency are found from the right: neither day nor serial holds any.
fn agency_end(rest: &str, next: &str, parts: &[Part]) -> Option<usize> {
    let separators = parts.iter().skip_while(|p| !matches!(p, Part::Agency)).filter(|p| matches!(p, Part::Literal(_)));
    let mut end = rest.len();
    for separator in separators.collect::<Vec<_>>().into_iter().rev() {
        let Part::Literal(text) = separator else { continue };
        end = rest.get(..end)?.rfind(text.as_str())?;
    }
    rest.get(end..)?.starts_with(next).then_some(end)
}

fn token_part(token: &str) -> Result<Part, PatternError> {
    match token.split_once(':').unwrap_or((token, "4")) {
        ("agency", _) => Ok(Part::Agency),
        ("yymmdd", _) => Ok(Part::Day),
        ("serial", width) => match width.parse() {
            Ok(width @ 1..=9) => Ok(Part::Serial(width)),
            _ => Err(PatternError::UnknownToken(token.to_owned())),
        },
        _ => Err(PatternError::UnknownToken(token.to_owned())),
    }
}

fn digits(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn read_day(text: &str) -> Option<Date> {
    if text.len() != 6 {
        return None;
    }
    let number = digits(text)?;
    let year = 2000 + i16::try_from(number / 10_000).ok()?;
    Date::new(year, i8::try_from(number / 100 % 100).ok()?, i8::try_from(number % 100).ok()?).ok()
}

/// Only the form that [`Pattern::print`] writes is read, so that a code has one spelling.
fn read_serial(text: &str, width: usize) -> Option<u32> {
    let serial = digits(text)?;
    (serial > 0 && format!("{serial:0width$}") == text).then_some(serial)
}

impl TryFrom<String> for Pattern {
    type Error = PatternError;

    fn try_from(source: String) -> Result<Self, PatternError> {
        Self::parse(&source)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.source
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(agency: &str, serial: u32) -> Number {
        Number { agency: agency.into(), day: jiff::civil::date(2023, 10, 27), serial }
    }

    #[test]
    fn both_official_orders_print_as_in_the_law() {
        let pattern = Pattern::parse("{agency}-{yymmdd}-{serial:4}").unwrap();
        assert_eq!(pattern.print(&number("000.00.06.H56", 361)), "000.00.06.H56-231027-0361"); // [COD-01]
        assert_eq!(pattern.print(&number("H15.50.05.13", 975)), "H15.50.05.13-231027-0975");
    }

    #[test]
    fn the_ten_thousandth_dossier_of_a_day_keeps_all_its_digits() {
        let pattern = Pattern::parse("{agency}-{yymmdd}-{serial:4}").unwrap();
        assert_eq!(pattern.print(&number("H", 10_000)), "H-231027-10000"); // [COD-03]
    }

    #[test]
    fn broken_patterns_are_refused() {
        assert_eq!(Pattern::parse("{agency}-{yymmdd}"), Err(PatternError::Missing("serial")));
        assert_eq!(Pattern::parse("{agency}{yymmdd}-{serial}"), Err(PatternError::NoSeparator));
        assert_eq!(Pattern::parse("{agency-{yymmdd}"), Err(PatternError::UnknownToken("agency-{yymmdd".into())));
        assert_eq!(Pattern::parse("{office}"), Err(PatternError::UnknownToken("office".into())));
        assert_eq!(Pattern::parse("{agency"), Err(PatternError::Unclosed));
    }

    #[test]
    fn other_spellings_of_a_number_are_not_read() {
        let pattern = Pattern::parse("{agency}-{yymmdd}-{serial:4}").unwrap();
        for wrong in
            ["H-231027-361", "H-231327-0361", "H-231027-0000", "-231027-0361", "H-231027-0361x", "H231027", "é"]
        {
            assert_eq!(pattern.read(wrong), None, "{wrong}"); // [COD-04]
        }
    }

    proptest! {
        #[test]
        fn reading_gives_back_what_was_printed(
            agency in "[A-Z0-9]{1,3}([.-][A-Z0-9]{2,3}){0,4}", day in 0i32..30_000, serial in 1u32..2_000_000,
            pattern in prop::sample::select(vec!["{agency}-{yymmdd}-{serial:4}", "{yymmdd}/{serial:6}/{agency}", "HS {agency}-{yymmdd}-{serial:1}."]),
        ) {
            let day = jiff::civil::date(2000, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
            let pattern = Pattern::parse(pattern).unwrap();
            let number = Number { agency, day, serial };
            prop_assert_eq!(pattern.read(&pattern.print(&number)), Some(number));
        }

        #[test]
        fn numbers_of_two_dossiers_differ(a in 1u32..100_000, b in 1u32..100_000) {
            let pattern = Pattern::parse("{agency}-{yymmdd}-{serial:4}").unwrap();
            prop_assert_eq!(a == b, pattern.print(&number("H1", a)) == pattern.print(&number("H1", b))); // [COD-02]
        }

        #[test]
        fn reading_any_text_never_panics(text in ".*") {
            let _ = Pattern::parse("{agency}-{yymmdd}-{serial:4}").unwrap().read(&text);
            let _ = Pattern::parse(&text);
        }
    }
}
