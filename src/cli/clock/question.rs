//! A question to the clock as somebody types it, read without guessing: what is not understood is said.

use jiff::civil::{DateTime, Time};
use motcua_domain::deadline::{Pause, PromiseTime, Question, parse_limit};
use motcua_domain::procedure::Limit;
use serde_json::{Map, Value};

use crate::platform::failure::Sentence;

/// What was asked, with the pauses it owns.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    pub received: DateTime,
    pub limit: Limit,
    pub cutoff: Option<Time>,
    pub pauses: Vec<Pause>,
}

impl Asked {
    pub fn question(&self, promise: PromiseTime) -> Question<'_> {
        Question { received: self.received, limit: self.limit, cutoff: self.cutoff, pauses: &self.pauses, promise }
    }

    /// One line of a batch: `{"received":"2018-04-24T15:40","limit":"3 working days","cutoff":"15:00","pauses":[["…","…"]]}`.
    pub fn from_line(line: &[u8]) -> Result<Self, Sentence> {
        if line.trim_ascii().is_empty() {
            return Err(Sentence::new("clock.line_empty"));
        }
        let value: Value = serde_json::from_slice(line)
            .map_err(|error| Sentence::new("clock.line_not_json").with("column", error.column()))?;
        let Value::Object(fields) = value else { return Err(Sentence::new("clock.line_not_object")) };
        const KNOWN: [&str; 4] = ["received", "limit", "cutoff", "pauses"];
        if let Some(field) = fields.keys().find(|field| !KNOWN.contains(&field.as_str())) {
            return Err(Sentence::new("clock.field_unknown").with("field", field));
        }
        let missing = |field| Sentence::new("clock.field_missing").with("field", field);
        let received = text_of(&fields, "received")?.ok_or_else(|| missing("received"))?;
        let limit = text_of(&fields, "limit")?.ok_or_else(|| missing("limit"))?;
        Ok(Asked {
            received: moment(received)?,
            limit: self::limit(limit)?,
            cutoff: text_of(&fields, "cutoff")?.map(time_of_day).transpose()?,
            pauses: pauses_of(&fields)?,
        })
    }
}

/// A field that holds a text; null is as good as none.
fn text_of<'a>(fields: &'a Map<String, Value>, field: &str) -> Result<Option<&'a str>, Sentence> {
    match fields.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Sentence::new("clock.field_not_text").with("field", field)),
    }
}

fn pauses_of(fields: &Map<String, Value>) -> Result<Vec<Pause>, Sentence> {
    let pair = |value: &Value| match value.as_array().map(Vec::as_slice) {
        Some([Value::String(from), Value::String(to)]) => Ok(Pause { from: moment(from)?, to: Some(moment(to)?) }),
        Some([Value::String(from), Value::Null]) => Ok(Pause { from: moment(from)?, to: None }),
        _ => Err(Sentence::new("clock.pauses_not_list")),
    };
    match fields.get("pauses") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(pauses)) => pauses.iter().map(pair).collect(),
        Some(_) => Err(Sentence::new("clock.pauses_not_list")),
    }
}

pub fn limit(text: &str) -> Result<Limit, Sentence> {
    parse_limit(text).ok_or_else(|| Sentence::new("clock.limit_not_understood").with("value", text))
}

/// `2018-04-24T15:40`, with seconds or without, in wall time of the place. A date alone is not a moment, and a time with
/// a zone may be another moment here than the one that was meant.
pub fn moment(text: &str) -> Result<DateTime, Sentence> {
    let fits = text.as_bytes().get(10) == Some(&b'T') && is_clock(text.get(11..).unwrap_or_default());
    let read = fits.then(|| text.parse().ok()).flatten();
    read.ok_or_else(|| Sentence::new("clock.moment_not_understood").with("value", text))
}

pub fn time_of_day(text: &str) -> Result<Time, Sentence> {
    let read = is_clock(text).then(|| text.parse().ok()).flatten();
    read.ok_or_else(|| Sentence::new("clock.time_not_understood").with("value", text))
}

/// Whether a text has the signs of `15:40` or `15:40:00` in their places and nothing after it.
fn is_clock(text: &str) -> bool {
    let colon = |at: usize| text.as_bytes().get(at) == Some(&b':');
    colon(2) && (text.len() == 5 || (text.len() == 8 && colon(5)))
}

/// `FROM/TO`, or `FROM/` while it lasts.
pub fn pause(text: &str) -> Result<Pause, Sentence> {
    let (from, to) =
        text.split_once('/').ok_or_else(|| Sentence::new("clock.pause_not_understood").with("value", text))?;
    Ok(Pause { from: moment(from)?, to: if to.is_empty() { None } else { Some(moment(to)?) } })
}
