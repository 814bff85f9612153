//! The counter's pages: find the procedure, fill in the form, see the promised date, accept; or refuse; or correct.

mod correct;
mod fields;
mod find;
mod form;

use motcua_domain::identity::{Officer, Role};

use crate::platform::failure::Failure;
use crate::platform::web::{Access, Routes};
use crate::registry::Registry;
use crate::work::intake;

/// Who receives.
const COUNTER: Access = Access::Roles(&[Role::OneStopOfficer]);

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/intake", COUNTER, find::page)
        .get("/desk/intake/{tier}/{key}", COUNTER, form::blank)
        .post("/desk/intake/{tier}/{key}", COUNTER, form::submit)
        .get("/desk/dossiers/{id}/correct", COUNTER, correct::page)
        .post("/desk/dossiers/{id}/correct", COUNTER, correct::submit)
}

/// The agency at whose one-stop the officer receives; their own before one where they stand in.
fn my_agency(registry: &Registry, officer: &Officer) -> Result<String, Failure> {
    intake::counters(registry, officer).into_iter().next().ok_or(Failure::NotFound)
}
