//! What anybody may see without signing in: procedures, offices, and their own dossier. Works on a small old telephone and
//! without JavaScript; every list has an address that can be sent to somebody.

mod agencies;
mod hours;
mod lists;
pub(super) mod procedure;
mod proofs;
mod tracking;

use serde::Serialize;

use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Access, Req, Routes};
use crate::registry::{Procedure, Registry, Standing};

pub fn routes(routes: Routes) -> Routes {
    proofs::routes(routes)
        .get("/", Access::Public, lists::home)
        .get("/search", Access::Public, lists::search)
        .get("/procedures", Access::Public, lists::procedures)
        .get("/procedures/{tier}/{key}", Access::Public, procedure::show)
        .get("/agencies", Access::Public, agencies::list)
        .get("/agencies/{id}", Access::Public, agencies::show)
        .get("/track", Access::Public, tracking::ask)
        .post("/track", Access::Public, tracking::answer)
}

/// A procedure in a list.
#[derive(Serialize)]
struct Link {
    href: String,
    name: String,
    code: Option<String>,
    field: String,
    tier: motcua_domain::procedure::Tier,
    /// `published`, `outside`, `incomplete` or `withdrawn`.
    standing: &'static str,
    /// Name of the agency outside that decides it.
    outside: String,
}

fn link(registry: &Registry, procedure: &Procedure) -> Link {
    let standing = match &procedure.standing {
        Standing::Published => "published",
        Standing::Outside { .. } => "outside",
        Standing::Incomplete => "incomplete",
        Standing::Withdrawn { .. } => "withdrawn",
    };
    Link {
        href: href(procedure),
        name: procedure.record.name.clone(),
        code: procedure.record.code.clone(),
        field: procedure.record.field.clone(),
        tier: procedure.tier,
        standing,
        outside: registry.decided_outside(procedure).map_or_else(String::new, |agency| agency.name.clone()),
    }
}

fn href(procedure: &Procedure) -> String {
    format!("/procedures/{}/{}", procedure.tier.as_str(), percent(&procedure.key))
}

/// The fields of the query; what does not fit is ignored rather than refused, since addresses are typed and cut.
fn query(asked: &Req) -> Form {
    Form::read(asked.path.split_once('?').map_or("", |(_, query)| query))
}
