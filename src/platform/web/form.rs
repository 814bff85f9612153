//! Form bodies: what was typed, field by field, kept so that it can be shown again.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use jiff::civil::Date;

use super::{FieldError, FormState, error};
use crate::platform::failure::{self, Failure};

/// Most bytes of a form without files.
pub const FORM_MAX: usize = 256 * 1024;

/// The fields of a form in the order they came; a field may come several times.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        match axum::body::to_bytes(request.into_body(), FORM_MAX).await {
            Ok(bytes) => Ok(Self::read(&String::from_utf8_lossy(&bytes))),
            Err(_) => Err(error::pending(Failure::refused("form.too_large"))),
        }
    }
}

impl Form {
    /// Reads `a=1&b=2`.
    pub fn read(body: &str) -> Self {
        // NUL is never typed, and PostgreSQL stores no text that holds it.
        let whole = |text: std::borrow::Cow<str>| text.replace('\0', "");
        Self(form_urlencoded::parse(body.as_bytes()).map(|(name, value)| (whole(name), whole(value))).collect())
    }

    /// The first value of a field, trimmed; empty if it did not come.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
    }

    /// The first value of a field as it was typed: a password may begin with a space.
    pub fn exact(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// What was typed, with what is wrong, for showing the form again.
    pub fn state(&self, errors: Vec<failure::FieldError>) -> FormState {
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in &self.0 {
            values.entry(name.clone()).or_default().push(value.clone());
        }
        FormState { values, errors: errors.into_iter().map(FieldError::from).collect() }
    }

    /// A form that was not sent yet, filled in with these values.
    pub fn filled(values: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self(values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Fields that came otherwise than as a query: beside a file.
    pub(super) fn typed(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    pub fn set(&mut self, name: &str, value: String) {
        self.0.retain(|(field, _)| field != name);
        self.0.push((name.to_owned(), value));
    }
}

impl FromIterator<(String, String)> for Form {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl From<failure::FieldError> for FieldError {
    fn from(error: failure::FieldError) -> Self {
        Self { field: error.field, key: error.sentence.key, params: error.sentence.params }
    }
}

/// Reads a day: `2018-05-04`, `04/05/2018` or `4-5-2018`.
pub fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    let mut parts = text.split(['/', '-', '.']).map(str::trim);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Writes a value for a query or a cookie.
pub fn percent(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Reads what [`percent`] wrote.
pub fn unpercent(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).next().map_or_else(String::new, |(value, _)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["", "khai sinh", "ĐĂNG KÝ + 100% & more=less", "a|b~c;d"] {
            assert_eq!(unpercent(&percent(text)), text);
        }
    }

    #[test]
    fn a_form_keeps_repeated_fields() {
        let form = Form::read("paper=a&paper=b&name=+x+");
        assert_eq!(form.text("name"), "x");
        assert_eq!(form.state(Vec::new()).values.get("paper").map(Vec::len), Some(2));
    }
}
