//! Signing in by program. Machines that stay use a key instead.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use motcua_domain::identity::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::Named;
use super::words;
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::api::{Endpoint, Json};
use crate::platform::web::{Access, ApiAnswer, App, Req, Routes, Unfit};
use crate::registry::identity;
use crate::registry::identity::web::Opening;

pub fn routes(routes: Routes) -> Routes {
    let open = Endpoint::post("/api/v1/session", Access::Public, "openSession", "Sign in");
    let me = Endpoint::get("/api/v1/session", Access::Staff, "whoAmI", "Who is signed in, with which roles today");
    let close = Endpoint::delete("/api/v1/session", Access::Staff, "closeSession", "Sign out");
    routes
        .api(open.body::<SignIn>().answer::<Session>(200).also(&[401]), sign_in)
        .api(me.answer::<Me>(200), who)
        .api(close.no_answer(), sign_out)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "login": "motcua1", "password": "mot-cua-2018" }))]
struct SignIn {
    #[schema(max_length = 200)]
    login: String,
    #[schema(max_length = 1000)]
    password: String,
    /// The code of the telephone, or a recovery code, where the account has a second factor.
    #[serde(default)]
    #[schema(max_length = 100)]
    code: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Session {
    /// For the header `Authorization: Bearer`.
    token: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

const LOGIN_MAX: usize = 200;
const PASSWORD_MAX: usize = 1_000;
const CODE_MAX: usize = 100;

async fn sign_in(State(app): State<App>, asked: Req, Json { value, .. }: Json<SignIn>) -> ApiAnswer {
    if value.login.chars().count() > LOGIN_MAX || value.password.chars().count() > PASSWORD_MAX {
        return Ok(Unfit::new(401, "unauthenticated").into_response());
    }
    // No code is so long, and none is wrong where none is asked for.
    if value.code.as_ref().is_some_and(|code| code.chars().count() > CODE_MAX) {
        return Ok(refused(vec![FieldError::new("code", "identity.code_wrong")]).into_response());
    }
    let expires = identity::session_end(app.clock.now(), &asked.registry.site.sign_in);
    let opened =
        identity::web::open(&app, &asked, value.login.trim().to_lowercase(), value.password, value.code.as_deref())
            .await;
    match opened {
        Ok(Opening::CodeNeeded(_)) => Ok(refused(vec![FieldError::new("code", "sign_in.code_needed")]).into_response()),
        Ok(Opening::Entered(entry)) => {
            let expires_at = super::shapes::at(&asked.registry, expires);
            Ok(axum::Json(Session { token: entry.session, expires_at }).into_response())
        }
        Err(Failure::Invalid(errors)) => Ok(refused(errors).into_response()),
        Err(failure) => Err(failure),
    }
}

/// A wrong password is no wrong field to a program: 401, and 429 while guesses are slowed down.
fn refused(errors: Vec<FieldError>) -> Unfit {
    match errors.into_iter().next().map(|error| error.sentence) {
        Some(sentence) if sentence.key == "sign_in.blocked" => Unfit::new(429, "too_many_guesses").because(sentence),
        Some(sentence) => Unfit::new(401, "unauthenticated").because(sentence),
        None => Unfit::new(401, "unauthenticated"),
    }
}

#[derive(Serialize, ToSchema)]
struct Me {
    account: Named,
    agency: Named,
    posts: Vec<PostShown>,
}

#[derive(Serialize, ToSchema)]
struct PostShown {
    office: Named,
    #[schema(value_type = words::Role)]
    role: Role,
}

async fn who(asked: Req) -> ApiAnswer {
    let officer = asked.officer()?;
    let registry = &asked.registry;
    let posts =
        officer.posts.iter().map(|post| PostShown { office: Named::office(registry, &post.office), role: post.role });
    let me = Me {
        account: Named::account(registry, &officer.account),
        agency: Named::agency(registry, &officer.agency),
        posts: posts.collect(),
    };
    Ok(axum::Json(me).into_response())
}

async fn sign_out(State(app): State<App>, asked: Req) -> ApiAnswer {
    let token = asked.token.clone().unwrap_or_default();
    if token.starts_with(identity::KEY_PREFIX) {
        return Err(Failure::refused("api.not_a_session"));
    }
    identity::web::leave(&app, &asked, token).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
