use crate::platform::web::Routes;
pub fn routes(r: Routes) -> Routes { r }
