//! What an agency types, read into commands; every mistake gets its sentence beside its field.

use motcua_domain::dossier::{Command, Outcome, REASON_MAX, ResultPaper};
use motcua_domain::text::clean;

use crate::platform::failure::{FieldError, Sentence};
use crate::platform::web::form::Form;

/// Longest name or position.
const NAME_MAX: usize = 100;

/// Reads fields and collects what is wrong.
pub(super) struct Reader<'a> {
    form: &'a Form,
    errors: Vec<FieldError>,
}

impl<'a> Reader<'a> {
    pub fn new(form: &'a Form) -> Self {
        Self { form, errors: Vec::new() }
    }

    /// Who says it: `Name`, or `Name, position`, from the fields `<act>_name` and `<act>_position`.
    pub fn person(&mut self, act: &str, position_needed: bool) -> String {
        let (name, position) = (format!("{act}_name"), format!("{act}_position"));
        let who = self.line(&name, Some("outside.name_missing"));
        let what = self.line(&position, position_needed.then_some("outside.position_missing"));
        if what.is_empty() { who } else { format!("{who}, {what}") }
    }

    fn line(&mut self, field: &str, missing: Option<&str>) -> String {
        let text = clean(self.form.text(field));
        match missing {
            Some(missing) if text.is_empty() => self.errors.push(FieldError::new(field, missing)),
            _ => self.not_longer(field, &text, NAME_MAX),
        }
        text
    }

    /// Words that must be there.
    pub fn words(&mut self, field: &str, missing: &str) -> String {
        let text = self.form.text(field).to_owned();
        if text.is_empty() {
            self.errors.push(FieldError::new(field, missing));
        }
        self.not_longer(field, &text, REASON_MAX);
        text
    }

    fn not_longer(&mut self, field: &str, text: &str, max: usize) {
        if text.chars().count() > max {
            let sentence = Sentence::new("form.too_long").with("max", max);
            self.errors.push(FieldError { field: field.to_owned(), sentence });
        }
    }

    /// What was answered. To a consultation there is no yes or no, only words.
    pub fn answer(&mut self, consultation: bool) -> Command {
        let outcome = match self.form.text("answer_outcome") {
            _ if consultation => None,
            "grant" => Some(Outcome::Grant),
            "refuse" => Some(Outcome::Refuse),
            _ => {
                self.errors.push(FieldError::new("answer_outcome", "form.choose"));
                Some(Outcome::Grant)
            }
        };
        let note = match outcome {
            Some(Outcome::Grant) => {
                let note = self.form.text("answer_note").to_owned();
                self.not_longer("answer_note", &note, REASON_MAX);
                note
            }
            Some(Outcome::Refuse) => self.words("answer_note", "refusal.reason_missing"),
            None => self.words("answer_note", "outside.opinion_missing"),
        };
        let person = self.person("answer", true);
        match outcome {
            Some(outcome) => Command::Answer { outcome, note, person },
            None => Command::AnswerConsultation { answer: note, person },
        }
    }

    pub fn also(&mut self, errors: Vec<FieldError>) {
        self.errors.extend(errors);
    }

    pub fn done<T>(self, read: T) -> Result<T, Vec<FieldError>> {
        if self.errors.is_empty() { Ok(read) } else { Err(self.errors) }
    }
}

/// The field beside which a refusal of the rules belongs.
pub(super) fn field_of(command: &Command, key: &str) -> &'static str {
    match (command, key) {
        (Command::Ask { .. }, "refusal.reason_missing" | "refusal.reason_too_long") => "question",
        (_, "refusal.reason_missing" | "refusal.reason_too_long") => "answer_note",
        _ => "",
    }
}

/// The result paper of a command, if it attaches one.
pub(super) fn attaches(title: String, person: String, file: motcua_domain::dossier::FileRef) -> Command {
    Command::AttachResult(ResultPaper { title, file, person })
}
