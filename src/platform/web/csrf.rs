//! The token in every form of a signed-in page: besides what the browser says of where a write comes from, the form must be one
//! that we gave to this session. [ACC-07]

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use motcua_domain::ledger::sha256;

use super::{Req, error};
use crate::platform::failure::Failure;

/// Name of the field; scripts without a form send the header.
const FIELD: &str = "csrf";
const HEADER: &str = "x-csrf-token";
/// The field stands first in its form, so it is found in the first bytes or not at all.
const LOOKED_AT: usize = 8 * 1024;

/// What the forms of a session carry. Whoever sees it learns nothing of the session's own token.
pub fn token(session: &str) -> String {
    sha256(format!("csrf/{session}").as_bytes()).get(..32).unwrap_or_default().to_owned()
}

/// Puts the token into every form that is posted; no template can forget it.
pub(super) fn in_forms(html: String, token: &str) -> String {
    if token.is_empty() {
        return html;
    }
    let field = format!("<input type=\"hidden\" name=\"{FIELD}\" value=\"{token}\">");
    let mut rest = html.as_str();
    let mut whole = String::with_capacity(html.len() + 4 * field.len());
    while let Some(at) = rest.find("<form") {
        let end = rest.get(at..).and_then(|tag| tag.find('>')).map_or(rest.len(), |end| at + end + 1);
        let (head, tail) = rest.split_at(end);
        whole.push_str(head);
        if head.get(at..).is_some_and(|tag| tag.contains("method=\"post\"")) {
            whole.push_str(&field);
        }
        rest = tail;
    }
    whole.push_str(rest);
    whole
}

/// Passes a write on if it carries the token of the session it came with. A form that was given to another session, one that
/// ended meanwhile, is shown again to be sent once more.
pub(super) async fn checked(request: Request) -> Result<Request, Response> {
    let Some(asked) = request.extensions().get::<Req>().cloned() else { return Ok(request) };
    let Some(expected) = asked.csrf().filter(|_| !request.method().is_safe()) else { return Ok(request) };
    if request.headers().get(HEADER).is_some_and(|shown| shown.as_bytes() == expected.as_bytes()) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let files = kind(&parts.headers).starts_with("multipart/form-data");
    let Ok(collected) = body.collect().await else {
        let sentence = if files { "form.upload_broken" } else { "form.too_large" };
        return Err(error::pending(Failure::refused(sentence)));
    };
    let bytes = collected.to_bytes();
    let first = bytes.get(..bytes.len().min(LOOKED_AT)).unwrap_or_default();
    if first.windows(expected.len()).any(|part| part == expected.as_bytes()) {
        return Ok(Request::from_parts(parts, Body::from(bytes)));
    }
    let form = kind(&parts.headers).starts_with("application/x-www-form-urlencoded");
    Err(error::stale_form(parts.uri.path_and_query().map_or("/", |path| path.as_str()), form.then_some(&bytes)))
}

/// Without the field, for a form that is shown again: it gets the new one.
pub(super) fn without(fields: &[(String, String)]) -> Vec<(String, String)> {
    fields.iter().filter(|(name, _)| name != FIELD).cloned().collect()
}

/// For a form that was typed in a session that ended and is sent in another: the new token stands first.
pub fn of_session(fields: &[(String, String)], session: &str) -> Vec<(String, String)> {
    let mut fields = without(fields);
    fields.insert(0, (FIELD.to_owned(), token(session)));
    fields
}

fn kind(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_is_posted_carries_the_token_first() {
        // [ACC-07]
        let html = "<form method=\"post\" action=\"/a\"><input name=x></form><form method=\"get\"></form><form class=\"b\" method=\"post\">";
        let field = "<input type=\"hidden\" name=\"csrf\" value=\"t\">";
        let expected = format!(
            "<form method=\"post\" action=\"/a\">{field}<input name=x></form><form method=\"get\"></form><form class=\"b\" method=\"post\">{field}"
        );
        assert_eq!(in_forms(html.to_owned(), "t"), expected);
        assert_eq!(in_forms(html.to_owned(), ""), html);
        assert_ne!(token("a"), token("b"));
    }
}
