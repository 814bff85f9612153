//! The machinery of `/api/v1`: an endpoint is declared once, and from the declaration come the route, its guard and its
//! description. How to use the API: `docs/how-to/use-the-api.md`.

mod document;
mod read;

use std::borrow::Cow;

use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

pub use document::{Document, describe, serve};
pub use read::{JSON_MAX, Json, KEY_MAX, Once, Query, Raw};

use super::Access;

/// Content type of every answer that is no file.
pub const JSON: &str = "application/json";

/// A route of the API as declared.
#[derive(Clone)]
pub struct Endpoint {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
    /// Name of the operation, for generated clients.
    pub id: &'static str,
    pub summary: &'static str,
    pub query: Option<Shape>,
    pub body: Option<Content>,
    pub status: u16,
    pub answer: Option<Content>,
    /// Whether `Idempotency-Key` is heeded.
    pub once: bool,
    /// Statuses of problems that cannot be told from the rest of the declaration.
    pub also: &'static [u16],
}

/// What a body holds.
#[derive(Clone, Copy)]
pub enum Content {
    Json(Shape),
    /// Bytes of one of these types.
    Files(&'static [&'static str]),
}

/// The schema of a type, asked for only when the description is written.
#[derive(Clone, Copy)]
pub struct Shape {
    name: fn() -> Cow<'static, str>,
    schema: fn() -> RefOr<Schema>,
    nested: fn(&mut Vec<(String, RefOr<Schema>)>),
}

impl Shape {
    pub fn of<T: ToSchema>() -> Self {
        Self { name: T::name, schema: <T as PartialSchema>::schema, nested: T::schemas }
    }
}

impl Endpoint {
    fn new(method: &'static str, path: &'static str, access: Access, id: &'static str, summary: &'static str) -> Self {
        Self {
            method,
            path,
            access,
            id,
            summary,
            query: None,
            body: None,
            status: 200,
            answer: None,
            once: false,
            also: &[],
        }
    }

    pub fn get(path: &'static str, access: Access, id: &'static str, summary: &'static str) -> Self {
        Self::new("GET", path, access, id, summary)
    }

    pub fn post(path: &'static str, access: Access, id: &'static str, summary: &'static str) -> Self {
        Self::new("POST", path, access, id, summary)
    }

    pub fn delete(path: &'static str, access: Access, id: &'static str, summary: &'static str) -> Self {
        Self::new("DELETE", path, access, id, summary)
    }

    /// What may stand behind the question mark.
    #[must_use]
    pub fn query<T: ToSchema>(self) -> Self {
        Self { query: Some(Shape::of::<T>()), ..self }
    }

    #[must_use]
    pub fn body<T: ToSchema>(self) -> Self {
        Self { body: Some(Content::Json(Shape::of::<T>())), ..self }
    }

    #[must_use]
    pub fn body_file(self, media: &'static [&'static str]) -> Self {
        Self { body: Some(Content::Files(media)), ..self }
    }

    #[must_use]
    pub fn answer<T: ToSchema>(self, status: u16) -> Self {
        Self { status, answer: Some(Content::Json(Shape::of::<T>())), ..self }
    }

    #[must_use]
    pub fn answer_file(self, media: &'static [&'static str]) -> Self {
        Self { answer: Some(Content::Files(media)), ..self }
    }

    #[must_use]
    pub fn no_answer(self) -> Self {
        Self { status: 204, answer: None, ..self }
    }

    #[must_use]
    pub fn once(self) -> Self {
        Self { once: true, ..self }
    }

    #[must_use]
    pub fn also(self, also: &'static [u16]) -> Self {
        Self { also, ..self }
    }
}
