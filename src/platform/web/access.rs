//! Who may use a route. A route cannot be added without saying so. [ACC-01]

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, get, on, post};
use axum::{Extension, Router};
use motcua_domain::identity::Role;

use crate::registry::audit::Kind;

use super::api::{Document, Endpoint};
use super::watched::watched;
use super::{App, Req, csrf, error, limits, request, requests};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever is signed in and holds a post.
    Staff,
    /// Whoever holds one of these roles.
    Roles(&'static [Role]),
}

impl Access {
    /// Whether somebody with these roles passes; nobody signed in is `None`.
    pub fn admits(self, roles: Option<&[Role]>) -> bool {
        match (self, roles) {
            (Self::Public, _) => true,
            (_, None) => false,
            (Self::Staff, Some(_)) => true,
            (Self::Roles(wanted), Some(held)) => held.iter().any(|role| wanted.contains(role)),
        }
    }
}

/// A route as declared, for the access table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
}

/// Collects routes.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    list: Vec<RouteInfo>,
    endpoints: Vec<Endpoint>,
}

impl Routes {
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("GET", path, access, get(handler))
    }

    #[must_use]
    pub fn post<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("POST", path, access, post(handler))
    }

    /// A route of the API; what is declared of it is also its description in OpenAPI.
    #[must_use]
    pub fn api<H, T>(mut self, endpoint: Endpoint, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let filter = match endpoint.method {
            "POST" => MethodFilter::POST,
            "DELETE" => MethodFilter::DELETE,
            _ => MethodFilter::GET,
        };
        let (method, path, access) = (endpoint.method, endpoint.path, endpoint.access);
        self.endpoints.push(endpoint);
        self.add(method, path, access, on(filter, handler))
    }

    fn add(mut self, method: &'static str, path: &'static str, access: Access, route: MethodRouter<App>) -> Self {
        self.list.push(RouteInfo { method, path, access });
        // Only the route itself is guarded: a method that is none of its is told so, not asked to sign in.
        let guarded =
            route.route_layer(middleware::from_fn(move |request: Request, next: Next| guard(access, request, next)));
        self.router = self.router.route(path, guarded);
        self
    }

    /// The declared routes, in order.
    pub fn list(&self) -> &[RouteInfo] {
        &self.list
    }

    /// The declared routes of the API, in order.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The router, with what every request passes: who asks, the guard against foreign sites, faults logged once.
    pub fn into_router(self, app: App) -> Router {
        let document = Arc::new(Document::of(&self.endpoints));
        let router = self.router.fallback(error::no_such_page).method_not_allowed_fallback(error::wrong_method);
        let router = limits::within(router.layer(Extension(document)));
        let edged = router.layer(middleware::from_fn_with_state(app.clone(), edge));
        limits::compressed(edged.with_state(app))
    }
}

/// Runs before and after every request: signs in, refuses foreign sites, turns failures into pages or problems.
async fn edge(State(app): State<App>, request: Request, next: Next) -> Response {
    watched(&app, request, async |request, id| match request::identify(&app, request, id).await {
        Ok((asked, request)) => {
            if let Err(seconds) = requests::admit(&app, &asked).await {
                return error::finish(&app, &asked, error::too_many_requests(seconds)).await;
            }
            let route = request.extensions().get::<MatchedPath>().cloned();
            let response = error::finish(&app, &asked, next.run(request).await).await;
            note_readings(&app, &asked, route.as_ref().map(MatchedPath::as_str), response.status());
            response
        }
        Err((asked, failure)) => error::finish(&app, &asked, error::pending(failure)).await,
    })
    .await
}

/// Routes of one dossier; what follows is its id.
const OF_ONE: [&str; 2] = ["/desk/dossiers/", "/api/v1/dossiers/"];

/// Every dossier that was shown to somebody signed in leaves a row. [AUD-02]
fn note_readings(app: &App, asked: &Req, route: Option<&str>, status: StatusCode) {
    // A form with mistakes, or one that came too late, is shown again with the dossier around it.
    let shown = status.is_success() || [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CONFLICT].contains(&status);
    let (true, Some(route)) = (asked.ctx.officer.is_some(), route) else { return };
    let through = format!("{} {route}", asked.method);
    if status == StatusCode::FORBIDDEN {
        app.audit.note(&app.ids, asked.audit(app.clock.now(), Kind::Refused, &through));
    }
    if !shown {
        return;
    }
    let mut dossiers = asked.seen();
    let path = asked.path.split('?').next().unwrap_or_default();
    let of_one = |start: &&str| route.strip_prefix(*start).is_some_and(|rest| rest.starts_with("{id}"));
    if let Some(start) = OF_ONE.into_iter().find(of_one) {
        dossiers.extend(path.strip_prefix(start).and_then(|rest| rest.split('/').next()).map(str::to_owned));
    }
    for dossier in dossiers {
        app.audit.note(&app.ids, asked.audit(app.clock.now(), Kind::Read, &through).about(&dossier));
    }
}

async fn guard(access: Access, mut request: Request, next: Next) -> Response {
    let roles: Option<Vec<Role>> =
        request::officer_of(&request).map(|o| o.posts.iter().map(|post| post.role).collect());
    if access.admits(roles.as_deref()) {
        return match access != Access::Public && request::must_prove_first(&request) {
            true => error::second_factor_needed(&request),
            false => match csrf::checked(request).await {
                Ok(request) => next.run(request).await,
                Err(refusal) => refusal,
            },
        };
    }
    if roles.is_some() {
        return error::pending(super::super::failure::Failure::Forbidden);
    }
    error::sign_in_needed(&mut request).await
}
