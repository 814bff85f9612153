//! Pages of signing in, and of one's own account.

mod account;
mod passkeys;
mod second_factor;
mod sign_in;

pub use sign_in::{Opening, leave, open, page_of as sign_in_page};

/// Where whoever must show a second factor is sent. [SIN-09]
pub const SECOND_FACTOR: &str = second_factor::HOME;

use crate::platform::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    let routes = account::routes(sign_in::routes(routes));
    passkeys::routes(second_factor::routes(routes))
}
