//! Why a command or query did not do what was asked: three kinds, never mixed (ARCHITECTURE.md, "Errors").

use std::collections::BTreeMap;

use super::db::DbError;
use super::trouble::Trouble;

/// What a front door answers when it does not answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is none, or none that the caller may know of.
    #[error("not found")]
    NotFound,
    /// The caller is known and may not do this at all.
    #[error("forbidden")]
    Forbidden,
    /// Somebody else was faster.
    #[error("changed meanwhile by somebody else")]
    Conflict,
    /// The rules say no.
    #[error("refused: {}", .0.key)]
    Refused(Sentence),
    /// What was given is wrong; one sentence for each field.
    #[error("invalid: {}", .0.iter().map(|field| field.field.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<FieldError>),
    /// We broke. Logged once, at the edge; the user sees a reference number.
    #[error("{0:#}")]
    Fault(anyhow::Error),
}

/// A sentence of the locale files with what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    pub key: String,
    pub params: BTreeMap<String, String>,
}

impl Sentence {
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), params: BTreeMap::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

/// What is wrong with one field of a form or request body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub sentence: Sentence,
}

impl FieldError {
    pub fn new(field: &str, key: &str) -> Self {
        Self { field: field.to_owned(), sentence: Sentence::new(key) }
    }
}

impl Failure {
    pub fn fault(error: impl Into<anyhow::Error>) -> Self {
        Self::Fault(error.into())
    }

    pub fn refused(key: &str) -> Self {
        Self::Refused(Sentence::new(key))
    }

    /// One word for figures.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::Conflict => "conflict",
            Self::Refused(_) => "refused",
            Self::Invalid(_) => "invalid",
            Self::Fault(_) => "fault",
        }
    }

    /// The database error underneath, if there is one.
    pub fn db(&self) -> Option<&DbError> {
        match self {
            Self::Fault(error) => error.downcast_ref(),
            _ => None,
        }
    }

    /// What is wrong around the program, if that is why it broke. [TRB-01]
    pub fn trouble(&self) -> Option<Trouble> {
        let Self::Fault(error) = self else { return None };
        let said = error.downcast_ref::<Trouble>().copied();
        said.or_else(|| self.db().and_then(DbError::trouble))
            .or_else(|| error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>().and_then(Trouble::of_io)))
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Fault(trouble.into())
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<&motcua_domain::deadline::Refusal> for Sentence {
    fn from(refusal: &motcua_domain::deadline::Refusal) -> Self {
        let sentence = Self::new(refusal.key());
        refusal.params().into_iter().fold(sentence, |sentence, (name, value)| sentence.with(name, value))
    }
}

impl From<motcua_domain::deadline::Refusal> for Failure {
    fn from(refusal: motcua_domain::deadline::Refusal) -> Self {
        Self::Refused(Sentence::from(&refusal))
    }
}

impl From<motcua_domain::dossier::Refusal> for Failure {
    fn from(refusal: motcua_domain::dossier::Refusal) -> Self {
        let sentence = Sentence::new(refusal.key());
        Self::Refused(refusal.params().into_iter().fold(sentence, |s, (name, value)| s.with(name, value)))
    }
}
