//! Pages of signing in, and of one's own account.

mod account;
mod sign_in;

pub use sign_in::open;

use crate::platform::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    account::routes(sign_in::routes(routes))
}
