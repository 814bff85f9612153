//! The fields of the acts: what was typed is read with every mistake at once, and a refusal is told beside its field.

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::dossier::REASON_MAX;

use crate::platform::failure::{FieldError, Sentence};
use crate::platform::web::form::Form;
use crate::registry::Registry;
use crate::work::intake::date;

/// Longest name of a person or number of a paper.
const NAME_MAX: usize = 200;

/// Reads one form and collects what is wrong in it.
pub(super) struct Reader<'a> {
    form: &'a Form,
    errors: Vec<FieldError>,
}

impl<'a> Reader<'a> {
    pub fn new(form: &'a Form) -> Self {
        Self { form, errors: Vec::new() }
    }

    pub fn wrong(&mut self, field: &str, sentence: Sentence) {
        self.errors.push(FieldError { field: field.to_owned(), sentence });
    }

    pub fn also(&mut self, errors: Vec<FieldError>) {
        self.errors.extend(errors);
    }

    /// Words that may be left out.
    pub fn words(&mut self, field: &str) -> String {
        self.text(field, REASON_MAX)
    }

    /// Words that must be there; `missing` is the key of what is said without them.
    pub fn needed(&mut self, field: &str, missing: &str) -> String {
        let words = self.words(field);
        if words.is_empty() {
            self.wrong(field, Sentence::new(missing));
        }
        words
    }

    /// The name of a person, or the number of a paper.
    pub fn name(&mut self, field: &str) -> String {
        self.text(field, NAME_MAX)
    }

    fn text(&mut self, field: &str, max: usize) -> String {
        let text = self.form.text(field).to_owned();
        if text.chars().count() > max {
            self.wrong(field, Sentence::new("form.too_long").with("max", max));
        }
        text
    }

    /// An amount in đồng, typed with or without dots.
    pub fn amount(&mut self, field: &str) -> i64 {
        let digits: String = self.form.text(field).chars().filter(|c| !matches!(c, '.' | ' ' | ',')).collect();
        match digits.parse::<i64>() {
            _ if digits.is_empty() => self.wrong(field, Sentence::new("refusal.amount_missing")),
            Ok(amount) if amount > 0 => return amount,
            Ok(_) => self.wrong(field, Sentence::new("refusal.amount_missing")),
            Err(_) => self.wrong(field, Sentence::new("intake.fee_number")),
        }
        0
    }

    /// A day that must be there.
    pub fn day(&mut self, field: &str) -> Option<Date> {
        let typed = self.form.text(field);
        let day = date(typed);
        if day.is_none() {
            let key = if typed.is_empty() { "screen.day_missing" } else { "form.date" };
            self.wrong(field, Sentence::new(key));
        }
        day
    }

    /// The end of the working day that was typed, by the calendar of an agency.
    pub fn closing(&mut self, registry: &Registry, agency: &str, field: &str) -> Option<Timestamp> {
        let day = self.day(field)?;
        let calendar = registry.calendar(agency).ok()?;
        match calendar.closing(day) {
            Some(closing) => registry.instant(closing).ok(),
            None if calendar.covers_year(day.year()) => {
                self.wrong(field, Sentence::new("screen.day_closed"));
                None
            }
            None => {
                self.wrong(field, Sentence::new("clock.year_not_covered").with("year", day.year()));
                None
            }
        }
    }

    /// What was read, or everything that is wrong.
    pub fn done<T>(self, read: T) -> Result<T, Vec<FieldError>> {
        if self.errors.is_empty() { Ok(read) } else { Err(self.errors) }
    }
}

/// The field a refusal of an act is about; empty where it is about the dossier as it stands.
pub(super) fn of_refusal(act: &str, key: &str) -> &'static str {
    match (act, key) {
        ("ask_supplement", "refusal.nothing_asked") => "paper.0.name",
        ("ask_supplement", "refusal.supplement_again") => "supplement_again",
        ("ask_supplement", "refusal.answer_by_past") => "supplement_by",
        ("consult", "refusal.answer_by_past") => "consult_by",
        ("consult", "refusal.own_office") => "consult_office",
        ("extend", "refusal.day_closed" | "refusal.not_later" | "clock.year_not_covered") => "extend_to",
        ("ask_payment", "refusal.amount_missing") => "payment_amount",
        ("answer", "refusal.person_missing") => "answer_person",
        (act, key) if key.starts_with("refusal.reason") => reason_of(act),
        _ => "",
    }
}

/// The field in which the reason of an act is typed.
fn reason_of(act: &str) -> &'static str {
    match act {
        "send_back" => "reason",
        "propose" => "proposal",
        "approve" | "return" => "decision_note",
        "ask_supplement" => "supplement_reason",
        "receive_supplement" => "supplement_note",
        "ask_payment" => "payment_reason",
        "receive_payment" => "payment_reference",
        "extend" => "extend_reason",
        "recompute" => "recompute_reason",
        "withdraw" => "withdraw_reason",
        "stop" => "stop_reason",
        "consult" => "consult_question",
        "answer_consultation" => "consult_answer",
        "answer" => "answer_note",
        "reply" => "reply_answer",
        _ => "note",
    }
}

/// A sentence that speaks of receipts says something else where no receipt is meant.
pub(super) fn in_place(act: &str, sentence: Sentence) -> Sentence {
    match (act, sentence.key.as_str()) {
        ("recompute", "refusal.nothing_changed") => Sentence::new("screen.recompute_same"),
        _ => sentence,
    }
}
