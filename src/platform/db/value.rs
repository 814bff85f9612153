//! Parameters and rows, the same for both engines.

use jiff::Timestamp;
use jiff::civil::Date;

use super::DbError;

/// A parameter or a column. SQLite keeps instants as fixed-width UTC text, so that text order is time order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Null,
    Int(i64),
    Bool(bool),
    Text(String),
    Time(Timestamp),
    Date(Date),
    Bytes(Vec<u8>),
}

macro_rules! from {
    ($($from:ty => |$value:ident| $made:expr),* $(,)?) => {
        $(impl From<$from> for Value { fn from($value: $from) -> Self { $made } })*
    };
}

from! {
    i64 => |v| Self::Int(v),
    u32 => |v| Self::Int(i64::from(v)),
    i32 => |v| Self::Int(i64::from(v)),
    bool => |v| Self::Bool(v),
    &str => |v| Self::Text(v.to_owned()),
    String => |v| Self::Text(v),
    &String => |v| Self::Text(v.clone()),
    Timestamp => |v| Self::Time(v),
    Date => |v| Self::Date(v),
    Vec<u8> => |v| Self::Bytes(v),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// `2018-05-04T08:10:00.000000Z`: always 27 characters.
pub(super) fn time_text(at: Timestamp) -> String {
    let at = at.round(jiff::Unit::Microsecond).unwrap_or(at);
    format!("{at:.6}")
}

/// One row of a result, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub(super) Vec<Value>);

impl Row {
    /// The column at a position, from 0.
    pub fn get<T: FromValue>(&self, at: usize) -> Result<T, DbError> {
        let value = self.0.get(at).ok_or_else(|| DbError::Other(format!("no column {at}")))?;
        T::from_value(value).ok_or_else(|| DbError::Other(format!("column {at} is not {}", std::any::type_name::<T>())))
    }

    /// All columns; for comparing rows whole.
    pub fn values(&self) -> &[Value] {
        &self.0
    }
}

/// A type that a column can be read as.
pub trait FromValue: Sized {
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Int(n) => Some(*n),
            _ => None,
        }
    }
}

impl FromValue for u32 {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).and_then(|n| n.try_into().ok())
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(b) => Some(*b),
            Value::Int(n) => Some(*n != 0),
            _ => None,
        }
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Time(at) => Some(*at),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

impl FromValue for Date {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Date(date) => Some(*date),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}
