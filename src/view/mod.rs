//! What people see across slices: queries of many front doors, one page struct. No rules, no SQL, no writes of its own.

mod acts;
mod api;
mod audit;
mod desk;
mod dossier;
mod editor;
pub mod metrics;
mod open;
pub mod overview;
pub mod papers;
mod public;
mod readers;
mod referrals;
pub mod reports;
mod shown;
pub mod tracking;
mod unusual;

use crate::platform::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    let routes = public::routes(routes);
    let routes = open::routes(routes);
    let routes = desk::routes(routes);
    let routes = dossier::routes(routes);
    let routes = papers::routes(routes);
    let routes = reports::routes(routes);
    let routes = overview::routes(routes);
    let routes = acts::routes(routes);
    let routes = editor::routes(routes);
    let routes = audit::routes(routes);
    let routes = unusual::routes(routes);
    api::routes(routes)
}
