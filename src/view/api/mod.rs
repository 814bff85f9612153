//! The main job for programs: catalogue, intake, acts, lists and tracking as JSON. The same front doors, rules and
//! visibility as the pages have; only the clothes differ. How to use it: `docs/how-to/use-the-api.md`.

mod acts;
mod dossiers;
mod intake;
mod lists;
mod procedures;
mod session;
mod shapes;
mod tracking;
mod words;
mod write;

use motcua_domain::ledger::hex;

use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::api::{Endpoint, serve};
use crate::platform::web::{Access, Routes};

pub fn routes(routes: Routes) -> Routes {
    let routes = session::routes(routes);
    let routes = procedures::routes(routes);
    let routes = intake::routes(routes);
    let routes = lists::routes(routes);
    let routes = dossiers::routes(routes);
    let routes = acts::routes(routes);
    let routes = tracking::routes(routes);
    let itself = Endpoint::get("/api/openapi.json", Access::Public, "describe", "This description");
    routes.api(itself.answer::<shapes::Description>(200), serve)
}

/// Rows of a page where the caller does not say.
const LIMIT: u32 = 50;
const LIMIT_MAX: u32 = 200;

/// How many rows were asked for.
fn size(limit: Option<u32>) -> Result<usize, Failure> {
    match limit.unwrap_or(LIMIT) {
        rows @ 1..=LIMIT_MAX => Ok(rows as usize),
        _ => Err(Failure::Invalid(vec![FieldError::new("limit", "api.limit")])),
    }
}

/// Words of a query no longer than described.
fn short<'a>(field: &str, words: Option<&'a str>, max: usize) -> Result<Option<&'a str>, Failure> {
    match words {
        Some(words) if words.chars().count() > max => {
            let sentence = Sentence::new("form.too_long").with("max", max);
            Err(Failure::Invalid(vec![FieldError { field: field.to_owned(), sentence }]))
        }
        words => Ok(words),
    }
}

/// A cursor nobody is tempted to make up.
fn seal(cursor: &str) -> String {
    hex(cursor.as_bytes())
}

/// The text of a cursor that [`seal`] made; anything else is told so, since a silent first page would loop for ever.
fn unseal<T>(after: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Failure> {
    let Some(after) = after.filter(|after| !after.is_empty()) else { return Ok(None) };
    let pairs = after.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let bytes: Option<Vec<u8>> = pairs.collect();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|text| !text.contains('\0'));
    match text.as_deref().and_then(read) {
        Some(place) => Ok(Some(place)),
        None => Err(Failure::Invalid(vec![FieldError::new("after", "api.after")])),
    }
}
