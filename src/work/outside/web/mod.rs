//! Pages around agencies outside: the one they see behind their link, the one-stop's referral, and what lies where.

mod agency;
mod list;
mod matter;
mod read;
mod referral;

use motcua_domain::identity::Role;

use crate::platform::web::{Access, Routes, WATCHERS};

/// Who refers.
const COUNTER: Access = Access::Roles(&[Role::OneStopOfficer]);

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/outside/{token}", Access::Public, agency::page)
        .post("/outside/{token}/acknowledge", Access::Public, agency::acknowledge)
        .post("/outside/{token}/ask", Access::Public, agency::ask)
        .post("/outside/{token}/results", Access::Public, agency::attach)
        .post("/outside/{token}/answer", Access::Public, agency::answer)
        .get("/desk/outside", Access::Roles(WATCHERS), list::page)
        .get("/desk/dossiers/{id}/referral", COUNTER, referral::page)
        .post("/desk/dossiers/{id}/referral", COUNTER, referral::make)
        .post("/desk/dossiers/{id}/referral.pdf", COUNTER, referral::slip)
}
