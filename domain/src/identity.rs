//! People as the counter meets them, and what an officer may do.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A citizen's number: 12 digits (số định danh cá nhân) or 9 (CMND, valid until 31/12/2024 and still on older papers). [IDN-01]
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdNumber(String);

/// Why an identity number was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an identity number has 12 or 9 digits")]
pub struct NotAnIdNumber;

impl IdNumber {
    /// Reads a number, forgiving spaces and dots that people type between groups. [IDN-01]
    pub fn parse(text: &str) -> Result<Self, NotAnIdNumber> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
        let plausible = match digits.len() {
            // The first three digits are a province (001–096) or country (1xx–9xx) code; 000 is neither.
            12 => !digits.starts_with("000"),
            9 => true,
            _ => false,
        };
        (plausible && digits.bytes().all(|b| b.is_ascii_digit())).then_some(Self(digits)).ok_or(NotAnIdNumber)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn last_four(&self) -> &str {
        last_four(&self.0)
    }
}

/// Personal data stays out of logs, so a number prints only its end in debug output.
impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdNumber(…{})", self.last_four())
    }
}

impl TryFrom<String> for IdNumber {
    type Error = NotAnIdNumber;

    fn try_from(text: String) -> Result<Self, NotAnIdNumber> {
        Self::parse(&text)
    }
}

impl From<IdNumber> for String {
    fn from(number: IdNumber) -> Self {
        number.0
    }
}

/// Reads a telephone number: 9 to 11 digits after `0`, `+84` or `84` is normalised to `0`. `None` if it is none. [IDN-02]
pub fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')')).collect();
    let national = match digits.strip_prefix("+84").or_else(|| digits.strip_prefix("84").filter(|rest| rest.len() >= 9))
    {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        None => digits,
    };
    let fits = (10..=11).contains(&national.len()) && national.starts_with('0');
    (fits && national.bytes().all(|b| b.is_ascii_digit())).then_some(national)
}

/// The last four characters, by which a person proves at the tracking page that the dossier is theirs.
pub fn last_four(text: &str) -> &str {
    let start = text.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    text.get(start..).unwrap_or(text)
}

/// What the QR code of a citizen card (CCCD) says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub id_number: IdNumber,
    pub old_number: Option<IdNumber>,
    pub name: String,
    pub born_on: Option<Date>,
    pub sex: Option<Sex>,
    pub address: String,
    pub issued_on: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Female,
    Male,
}

/// Why the text of a scanner was not a citizen card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    #[error("the text of a card has at least six parts separated by |")]
    TooFewParts,
    #[error("the first part is not an identity number")]
    IdNumber,
    #[error("the name is empty")]
    Name,
}

/// Reads what a hand scanner types: `number|old number|NAME|ddmmyyyy|sex|address|issued ddmmyyyy`.
/// Cards issued since 2024 carry more fields behind; they are tolerated. A date that is none is left empty rather than
/// refusing the card: the person stands at the counter and the officer sees the card. [IDN-03]
pub fn read_card(text: &str) -> Result<Card, CardError> {
    let parts: Vec<String> = text.split('|').map(crate::text::clean).collect();
    let part = |at: usize| parts.get(at).map_or("", String::as_str);
    if parts.len() < 6 {
        return Err(CardError::TooFewParts);
    }
    let name = part(2).to_owned();
    if name.is_empty() {
        return Err(CardError::Name);
    }
    Ok(Card {
        id_number: IdNumber::parse(part(0)).map_err(|_| CardError::IdNumber)?,
        old_number: IdNumber::parse(part(1)).ok(),
        name,
        born_on: day_month_year(part(3)),
        sex: match crate::text::fold(part(4)).as_str() {
            "nam" | "male" | "m" => Some(Sex::Male),
            "nu" | "female" | "f" => Some(Sex::Female),
            _ => None,
        },
        address: part(5).to_owned(),
        issued_on: day_month_year(part(6)),
    })
}

fn day_month_year(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |range| text.get(range).and_then(|t: &str| t.parse::<i16>().ok());
    Date::new(number(4..8)?, i8::try_from(number(2..4)?).ok()?, i8::try_from(number(0..2)?).ok()?).ok()
}

/// What an officer's post lets them do; a role is always held at an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    OneStopOfficer,
    Specialist,
    OfficeHead,
    Leader,
    Administrator,
    Auditor,
}

impl Role {
    pub const ALL: [Self; 6] =
        [Self::OneStopOfficer, Self::Specialist, Self::OfficeHead, Self::Leader, Self::Administrator, Self::Auditor];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneStopOfficer => "one_stop_officer",
            Self::Specialist => "specialist",
            Self::OfficeHead => "office_head",
            Self::Leader => "leader",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// A post (vị trí): one role at one office. The office is `agency/key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    pub office: String,
    pub role: Role,
    /// Whose post it is, where somebody stands in for a person who is away. [SUB-01]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_for: Option<String>,
    /// The only procedure the post is for; `None` for all. [SUB-02]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
}

impl Post {
    /// A post held in one's own right, for every procedure.
    pub fn own(office: impl Into<String>, role: Role) -> Self {
        Self { office: office.into(), role, acting_for: None, procedure: None }
    }
}

/// Somebody who acts, with the posts they hold on the day of the act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    pub account: String,
    pub agency: String,
    pub posts: Vec<Post>,
}

impl Officer {
    pub fn holds(&self, office: &str, role: Role) -> bool {
        self.posts.iter().any(|post| post.role == role && post.office == office)
    }

    /// The post by which somebody acts in a role at an office for a procedure; one's own before one held for somebody else.
    pub fn post(&self, office: &str, role: Role, procedure: &str) -> Option<&Post> {
        let fits = |post: &&Post| {
            post.role == role && post.office == office && post.procedure.as_deref().is_none_or(|only| only == procedure)
        };
        let mut posts: Vec<&Post> = self.posts.iter().filter(fits).collect();
        posts.sort_by_key(|post| post.acting_for.is_some());
        posts.first().copied()
    }

    pub fn has(&self, role: Role) -> bool {
        self.posts.iter().any(|post| post.role == role)
    }

    pub fn sits_at(&self, office: &str) -> bool {
        self.posts.iter().any(|post| post.office == office)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn identity_numbers_have_twelve_or_nine_digits() {
        // [IDN-01]
        assert_eq!(IdNumber::parse("006 084 000123").unwrap().as_str(), "006084000123");
        assert_eq!(IdNumber::parse("095012345").unwrap().last_four(), "2345");
        for wrong in ["", "12345678", "0950123456", "00608400012a", "000084000123", "००६०८४०००१२३"]
        {
            assert!(IdNumber::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn telephone_numbers_are_kept_in_their_national_form() {
        // [IDN-02]
        assert_eq!(phone("+84 912 345 678").unwrap(), "0912345678");
        assert_eq!(phone("84912345678").unwrap(), "0912345678");
        assert_eq!(phone("0209.3870.123").unwrap(), "02093870123");
        for wrong in ["", "912345678", "09123", "09123456789012", "0912abc678"] {
            assert_eq!(phone(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_card_is_read_whole() {
        // [IDN-03]
        let card =
            read_card("006190001234|095123456|Nguyễn Văn A|02051990|Nữ|Nà Coóc, Bộc Bố, Pác Nặm, Bắc Kạn|10082021")
                .unwrap();
        assert_eq!(card.id_number.as_str(), "006190001234");
        assert_eq!(card.old_number.unwrap().as_str(), "095123456");
        assert_eq!(card.name, "Nguyễn Văn A");
        assert_eq!(card.born_on, Some(jiff::civil::date(1990, 5, 2)));
        assert_eq!(card.sex, Some(Sex::Female));
        assert_eq!(card.issued_on, Some(jiff::civil::date(2021, 8, 10)));
    }

    #[test]
    fn a_card_with_more_fields_or_an_odd_date_is_still_read() {
        // [IDN-03]
        let card = read_card("006190001234||NGUYỄN VĂN A|31021990|Nam|Bộc Bố|10082021|||Nguyễn Văn B|more").unwrap();
        assert_eq!((card.old_number, card.born_on, card.sex), (None, None, Some(Sex::Male)));
    }

    #[test]
    fn what_is_not_a_card_is_refused() {
        assert_eq!(read_card("hello"), Err(CardError::TooFewParts));
        assert_eq!(read_card("12|x|A|b|c|d"), Err(CardError::IdNumber));
        assert_eq!(read_card("006190001234|x| |b|c|d"), Err(CardError::Name));
    }

    #[test]
    fn debug_output_hides_the_number() {
        assert_eq!(format!("{:?}", IdNumber::parse("006190001234").unwrap()), "IdNumber(…1234)");
    }

    proptest! {
        #[test]
        fn reading_a_scan_never_panics(text in "\\PC*", tail in prop::collection::vec("[0-9|a-z]{0,9}", 0..12)) {
            let _ = read_card(&text);
            let _ = read_card(&tail.join("|"));
            let _ = phone(&text);
            let _ = last_four(&text);
        }
    }
}
