//! A browser without a window: keeps cookies, sends forms, remembers the last page.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::app::TestApp;

/// As it is named over TLS, which is how people reach the site of the tests.
const SESSION_COOKIE: &str = "__Host-motcua";

pub struct Browser<'a> {
    app: &'a TestApp,
    router: Router,
    cookies: RefCell<BTreeMap<String, String>>,
    from: Option<SocketAddr>,
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub kind: String,
    pub location: String,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp, router: Router) -> Self {
        Self { app, router, cookies: RefCell::default(), from: None }
    }

    pub fn with_session(self, token: &str) -> Self {
        self.cookies.borrow_mut().insert(SESSION_COOKIE.into(), token.into());
        self
    }

    /// Sits at this address.
    pub fn from(self, address: &str) -> Self {
        Self { from: Some(SocketAddr::new(address.parse().unwrap(), 4711)), ..self }
    }

    /// With a cookie that somebody put there.
    pub fn with_cookie(self, name: &str, value: &str) -> Self {
        self.cookies.borrow_mut().insert(name.into(), value.into());
        self
    }

    /// The session, as a machine would show it.
    pub fn token(&self) -> String {
        self.cookies.borrow().get(SESSION_COOKIE).cloned().unwrap_or_default()
    }

    pub fn get(&self, path: &str) -> Page {
        self.send(self.request("GET", path).body(Body::empty()).unwrap())
    }

    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf();
        let given = csrf.iter().map(|token| ("csrf", token.as_str())).chain(fields.iter().copied());
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap())
    }

    /// A form with a file in the field `file`.
    pub fn post_file(&self, path: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Page {
        let mut body = Vec::new();
        let csrf = self.csrf();
        for (field, value) in csrf.iter().map(|token| ("csrf", token.as_str())).chain(fields.iter().copied()) {
            let part = format!("--cut\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--cut--\r\n");
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
        self.send(request.body(Body::from(body)).unwrap())
    }

    /// What the forms of a page carry, first of all fields.
    fn csrf(&self) -> Option<String> {
        let token = self.token();
        (!token.is_empty()).then(|| motcua::platform::web::csrf::token(&token))
    }

    /// A program asks: no cookies, only these headers.
    pub fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Page {
        let request = Request::builder().method(method).uri(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Body::from(body.to_vec())).unwrap())
    }

    /// Asks for a page like a hand-made request, with one more header.
    pub fn request_with(&self, method: &str, path: &str, name: &str, value: &str, body: &str) -> Page {
        self.send(self.request(method, path).header(name, value).body(Body::from(body.to_owned())).unwrap())
    }

    /// A form without fields, saying only this of where it comes from.
    pub fn bare_post(&self, path: &str, name: &str, value: &str) -> Page {
        let request = Request::builder().method("POST").uri(path).header(header::HOST, "motcua.example");
        let request = request.header(header::COOKIE, format!("{SESSION_COOKIE}={}", self.token())).header(name, value);
        let request = request.header("x-csrf-token", self.csrf().unwrap_or_default());
        self.send(request.body(Body::empty()).unwrap())
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder().method(method).uri(path).header(header::HOST, "motcua.example");
        let request = request.header("sec-fetch-site", "same-origin");
        if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies.join("; ")) }
    }

    fn send(&self, mut request: Request<Body>) -> Page {
        if let Some(from) = self.from {
            request.extensions_mut().insert(ConnectInfo(from));
        }
        let answer = self.app.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await.unwrap();
            let (head, body) = answer.into_parts();
            (head, body.collect().await.unwrap().to_bytes())
        });
        let (head, bytes) = answer;
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let text = |name| head.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        Page {
            status: head.status,
            kind: text(header::CONTENT_TYPE),
            location: text(header::LOCATION),
            bytes: bytes.to_vec(),
            headers: head.headers.clone(),
        }
    }

    fn keep(&self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        if attributes.contains("Max-Age=0") {
            self.cookies.borrow_mut().remove(name);
        } else {
            self.cookies.borrow_mut().insert(name.into(), value.into());
        }
    }
}

/// The body as it came.
pub fn html(&self) -> String {
    String::from_utf8(self.bytes.clone()).unwrap()
}

impl Page {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Fails with what the page said when the status is another.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let text = self.text();
        let tag = text.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\"")));
        let tag = tag.unwrap_or_else(|| panic!("no field {name}: {text}"));
        let value = tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let entities =
            [("&#x2f;", "/"), ("&#x27;", "'"), ("&#39;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">")];
        entities.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to)).replace("&amp;", "&")
    }

    /// Whether the page shows these words, wherever they stand.
    pub fn shows(&self, words: &str) -> bool {
        self.text().contains(words)
    }
}
