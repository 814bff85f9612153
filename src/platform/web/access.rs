//! Who may use a route. A route cannot be added without saying so. [ACC-01]

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use motcua_domain::identity::Role;

use super::{App, error, limits, request};

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

/// A route as declared: for the access table, and for the API's description.
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

    fn add(mut self, method: &'static str, path: &'static str, access: Access, route: MethodRouter<App>) -> Self {
        self.list.push(RouteInfo { method, path, access });
        let guarded = route.layer(middleware::from_fn(move |request: Request, next: Next| guard(access, request, next)));
        self.router = self.router.route(path, guarded);
        self
    }

    /// The declared routes, in order.
    pub fn list(&self) -> &[RouteInfo] {
        &self.list
    }

    /// The router, with what every request passes: who asks, the guard against foreign sites, faults logged once.
    pub fn into_router(self, app: App) -> Router {
        let router = limits::within(self.router.fallback(error::no_such_page));
        let edged = router.layer(middleware::from_fn_with_state(app.clone(), edge));
        limits::compressed(edged.with_state(app))
    }
}

/// Runs before and after every request: signs in, refuses foreign sites, turns failures into pages or problems.
async fn edge(State(app): State<App>, request: Request, next: Next) -> Response {
    match request::identify(&app, request).await {
        Ok((asked, request)) => error::finish(&app, &asked, next.run(request).await).await,
        Err((asked, failure)) => error::answer(&app, &asked, failure),
    }
}

async fn guard(access: Access, mut request: Request, next: Next) -> Response {
    let roles: Option<Vec<Role>> = request::officer_of(&request).map(|o| o.posts.iter().map(|post| post.role).collect());
    if access.admits(roles.as_deref()) {
        return next.run(request).await;
    }
    if roles.is_some() {
        return error::pending(super::super::failure::Failure::Forbidden);
    }
    error::sign_in_needed(&mut request).await
}
