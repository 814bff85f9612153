//! The description of the API (OpenAPI 3.1), written from the declared endpoints.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::http::header;
use axum::response::IntoResponse;
use bytes::Bytes;
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};

use super::{Content, Endpoint, JSON, KEY_MAX, Shape};
use crate::platform::web::{Access, Answer, Problem};

/// The description as it is sent.
pub struct Document(Bytes);

impl Document {
    pub fn of(endpoints: &[Endpoint]) -> Self {
        Self(Bytes::from(serde_json::to_vec(&describe(endpoints)).unwrap_or_default()))
    }
}

/// Sends the description.
pub async fn serve(Extension(document): Extension<Arc<Document>>) -> Answer {
    Ok(([(header::CONTENT_TYPE, JSON)], document.0.clone()).into_response())
}

/// The whole description.
pub fn describe(endpoints: &[Endpoint]) -> Value {
    let mut schemas = Schemas::default();
    schemas.add(&Shape::of::<Problem>());
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for endpoint in endpoints {
        let operation = operation(endpoint, &mut schemas);
        paths.entry(endpoint.path).or_default().insert(endpoint.method.to_lowercase(), operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Một Cửa",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The one-stop shop for administrative procedures.",
            "description": ABOUT,
            "license": { "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") }
        },
        "servers": [{ "url": "/" }],
        "security": [],
        "tags": tags(endpoints),
        "paths": paths,
        "components": {
            "schemas": schemas.0,
            "securitySchemes": {
                "session": { "type": "http", "scheme": "bearer",
                    "description": "The token of `POST /api/v1/session`; good for one working day." },
                "key": { "type": "http", "scheme": "bearer", "bearerFormat": "mck_…",
                    "description": "A key for a machine, made with `motcua key issue --login LOGIN --label LABEL`. It acts with the roles of the account." }
            },
            "parameters": {
                "IdempotencyKey": { "name": "Idempotency-Key", "in": "header", "required": false,
                    "description": "Any text of the caller's that names this write. Sent again with the same request, the write is not done twice: the first answer comes again, with the header `Idempotent-Replay: true`. The same key with another request is refused. Only answers that did something are kept.",
                    "schema": { "type": "string", "minLength": 1, "maxLength": KEY_MAX } },
                "AcceptLanguage": { "name": "Accept-Language", "in": "header", "required": false,
                    "description": "`vi` or `en`: the language of sentences in answers.",
                    "schema": { "type": "string" } }
            },
            "responses": problems()
        }
    })
}

const ABOUT: &str = "Times are RFC 3339. Lists are paged by `limit` and by `after`, which takes the `next` of the page before; \
`next` is null on the last page. Every error is a problem (RFC 9457): `type` and `key` are stable, `title` and `detail` \
are sentences in the language asked for. A dossier that the caller may not see answers like one that does not exist.";

fn operation(endpoint: &Endpoint, schemas: &mut Schemas) -> Value {
    let mut operation = json!({
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "tags": [tag(endpoint)],
        "parameters": parameters(endpoint, schemas),
        "responses": responses(endpoint, schemas),
    });
    let Some(fields) = operation.as_object_mut() else { return operation };
    if endpoint.access != Access::Public {
        fields.insert("security".into(), json!([{ "session": [] }, { "key": [] }]));
        fields.insert("description".into(), json!(roles(endpoint.access)));
    }
    if let Some(body) = &endpoint.body {
        fields.insert("requestBody".into(), json!({ "required": true, "content": content(body, schemas) }));
    }
    operation
}

/// Who may ask, as the guard of the route has it.
fn roles(access: Access) -> String {
    match access {
        Access::Roles(roles) => {
            let roles: Vec<String> = roles.iter().map(|role| format!("`{}`", role.as_str())).collect();
            format!("For the roles {}.", roles.join(", "))
        }
        Access::Staff => "For everybody who is signed in.".into(),
        Access::Public => String::new(),
    }
}

/// Operations are grouped by what follows `/api/v1/`.
fn tag(endpoint: &Endpoint) -> &'static str {
    endpoint.path.trim_start_matches("/api/").trim_start_matches("v1/").split(['/', '.']).next().unwrap_or_default()
}

fn tags(endpoints: &[Endpoint]) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    for endpoint in endpoints {
        if !names.contains(&tag(endpoint)) {
            names.push(tag(endpoint));
        }
    }
    names.into_iter().map(|name| json!({ "name": name })).collect()
}

fn parameters(endpoint: &Endpoint, schemas: &mut Schemas) -> Vec<Value> {
    let in_path = endpoint.path.split('/').filter_map(|part| part.strip_prefix('{')?.split('}').next());
    let mut list: Vec<Value> = in_path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } }))
        .collect();
    if let Some(shape) = &endpoint.query {
        list.extend(schemas.query(shape));
    }
    list.push(json!({ "$ref": "#/components/parameters/AcceptLanguage" }));
    if endpoint.once {
        list.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
    }
    list
}

fn responses(endpoint: &Endpoint, schemas: &mut Schemas) -> Value {
    let mut answer = json!({ "description": endpoint.summary });
    if let Some(fields) = answer.as_object_mut() {
        if let Some(body) = &endpoint.answer {
            fields.insert("content".into(), content(body, schemas));
        }
        let mut headers = Map::new();
        if endpoint.status == 201 {
            headers.insert(
                "Location".into(),
                json!({ "description": "Address of what was made.", "schema": { "type": "string" } }),
            );
        }
        if endpoint.once {
            let said = "`true` when the write was done before and this is its first answer.";
            headers.insert("Idempotent-Replay".into(), json!({ "description": said, "schema": { "type": "string" } }));
        }
        if !headers.is_empty() {
            fields.insert("headers".into(), headers.into());
        }
    }
    let mut all = Map::new();
    all.insert(endpoint.status.to_string(), answer);
    for status in failures(endpoint) {
        all.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{status}") }));
    }
    all.into()
}

/// Which problems an endpoint may answer.
fn failures(endpoint: &Endpoint) -> Vec<u16> {
    let written = endpoint.body.is_some();
    let guarded = endpoint.access != Access::Public;
    let named = endpoint.path.contains('{');
    // A query may name what the caller may not know of.
    let asked = endpoint.query.is_some() && guarded;
    let known = [
        (400, written),
        (401, guarded),
        (403, guarded || written),
        (404, named || asked || (guarded && written)),
        (409, written && guarded),
        (413, written),
        (415, written),
        (422, written || endpoint.query.is_some()),
        (429, true),
        (500, true),
        (503, true),
    ];
    let known = known.into_iter().filter_map(|(status, may)| may.then_some(status));
    known.chain(endpoint.also.iter().copied()).collect()
}

fn problems() -> Value {
    let problem = |said: &str| json!({ "description": said, "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    json!({
        "400": problem("The body is not JSON."),
        "401": problem("Nobody is signed in, or the token is not good any more."),
        "403": problem("The account does not have the role, or a foreign site sent the request."),
        "404": problem("There is none, or none that the caller may know of."),
        "409": problem("Somebody else was faster: read again, then decide again."),
        "413": problem("The body is too large."),
        "415": problem("The body is of a type that is not taken."),
        "422": problem("The rules say no (`key` says which), or fields are wrong (`errors` says which)."),
        "429": problem("Too many requests (`Retry-After` says for how many seconds to wait) or too many wrong guesses (`detail` says until when)."),
        "500": problem("We broke; `reference` is for whoever repairs it."),
        "503": problem("Something around the program is wrong (`key` says what, for example `trouble.disk_full`); nothing was done. Send the same again later.")
    })
}

fn content(content: &Content, schemas: &mut Schemas) -> Value {
    match content {
        Content::Json(shape) => {
            schemas.add(shape);
            json!({ JSON: { "schema": { "$ref": format!("#/components/schemas/{}", (shape.name)()) } } })
        }
        Content::Files(media) => {
            media.iter().map(|media| ((*media).to_owned(), json!({}))).collect::<Map<_, _>>().into()
        }
    }
}

/// Schemas met so far, each once.
#[derive(Default)]
struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    fn add(&mut self, shape: &Shape) {
        let mut found: Vec<(String, RefOr<Schema>)> = vec![((shape.name)().into_owned(), (shape.schema)())];
        (shape.nested)(&mut found);
        for (name, schema) in found {
            self.0.entry(name).or_insert_with(|| serde_json::to_value(schema).unwrap_or_default());
        }
    }

    /// The fields of a query as parameters.
    fn query(&mut self, shape: &Shape) -> Vec<Value> {
        let mut nested = Vec::new();
        (shape.nested)(&mut nested);
        for (name, schema) in nested {
            self.0.entry(name).or_insert_with(|| serde_json::to_value(schema).unwrap_or_default());
        }
        let schema = serde_json::to_value((shape.schema)()).unwrap_or_default();
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let fields = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        fields
            .into_iter()
            .map(|(name, mut schema)| {
                let said = schema.as_object_mut().and_then(|schema| schema.remove("description"));
                let needed = required.iter().any(|field| field.as_str() == Some(name.as_str()));
                let mut parameter = json!({ "name": name, "in": "query", "required": needed, "schema": schema });
                if let (Some(said), Some(fields)) = (said, parameter.as_object_mut()) {
                    fields.insert("description".into(), said);
                }
                parameter
            })
            .collect()
    }
}
