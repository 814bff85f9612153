//! Following a dossier from outside: its number and four digits that only its people know open it, and nothing else does.
//! The page and the API ask here, so that both say the same and count the same guesses. [ACC-06]

use motcua_domain::dossier::Dossier;
use motcua_domain::identity::{IdNumber, last_four};

use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::{App, Req};
use crate::record::dossier::{self, Found};
use crate::registry::identity::Guesses;

/// Longest number of a dossier that is looked up.
const CODE_MAX: usize = 60;

/// The dossier, if the digits are those of the applicant or of who acts for them. Unknown numbers and wrong digits are
/// answered alike, cost the same work, and are slowed down alike.
pub async fn find(app: &App, asked: &Req, code: &str, digits: &str) -> Result<Found, Failure> {
    let (code, digits) = (tidy_code(code), tidy_digits(digits));
    let mut missing = Vec::new();
    if code.is_empty() {
        missing.push(FieldError::new("code", "tracking.code_missing"));
    }
    if digits.len() != 4 {
        missing.push(FieldError::new("digits", "tracking.digits_missing"));
    }
    if !missing.is_empty() {
        return Err(Failure::Invalid(missing));
    }
    let (guesses, now) = (Guesses::at_dossier(&code, &asked.client), app.clock.now());
    let found = app
        .db
        .write("tracking.find", move |tx| {
            if let Some(until) = guesses.blocked_until(tx, now)? {
                return Ok(Err(until));
            }
            let found = dossier::by_code(tx, &code)?.filter(|found| knows(&found.dossier, &digits));
            // What nobody guessed at is opened without a write.
            if found.is_some() && !guesses.made(tx)? {
                return Ok(Ok(found));
            }
            // Whoever waited here for another guess is told nothing but what that one left to be told.
            if let Some(until) = guesses.admit(tx, now)? {
                return Ok(Err(until));
            }
            if found.is_some() {
                guesses.right(tx, now)?;
            }
            Ok(Ok(found))
        })
        .await?;
    match found {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(Failure::Invalid(vec![FieldError::new("digits", "tracking.no_match")])),
        Err(until) => {
            let mut error = FieldError::new("digits", "tracking.blocked");
            error.sentence = error.sentence.with("until", asked.locale.date_time(asked.registry.local(until)));
            Err(Failure::Invalid(vec![error]))
        }
    }
}

/// As people copy it from paper: in small letters, with spaces, with whichever dash the telephone offers.
pub fn tidy_code(text: &str) -> String {
    let letters = text.chars().filter(|c| !c.is_whitespace() && !c.is_control());
    let dashes = letters.map(|c| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c });
    dashes.take(CODE_MAX).collect::<String>().to_uppercase()
}

fn tidy_digits(text: &str) -> String {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).take(20).collect();
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits } else { String::new() }
}

/// Whether somebody of the dossier has a number that ends so. Every number is looked at, so that time says nothing.
fn knows(dossier: &Dossier, digits: &str) -> bool {
    let acting = dossier.particulars.acting.as_ref().map(|acting| &acting.person);
    let people = std::iter::once(dossier.applicant()).chain(acting);
    let ends = people.flat_map(|person| [person.id_number.as_ref().map(IdNumber::as_str), person.phone.as_deref()]);
    ends.flatten().fold(false, |known, number| known | (last_four(number) == digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_be_copied_carelessly() {
        assert_eq!(tidy_code(" h03.060 - 180504–0001 "), "H03.060-180504-0001");
        assert_eq!(tidy_code(&"a".repeat(5_000)).len(), CODE_MAX);
    }

    #[test]
    fn only_four_digits_are_digits() {
        assert_eq!(tidy_digits(" 12 34 "), "1234");
        assert_eq!(tidy_digits("12a4"), "");
        assert_eq!(tidy_digits("１２３４"), "");
    }
}
