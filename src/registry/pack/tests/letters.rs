//! What the letters of a site need of its pack.

use super::*;

#[test]
fn an_agency_whose_letters_name_no_telephone_is_told() {
    let mut pack = built_in("thai-nguyen-2025");
    let silent = |pack: &Pack| pack.without_telephone().map(|agency| agency.id.clone()).collect::<Vec<_>>();
    assert_eq!(silent(&pack), ["bangthanh", "thainguyen"]);
    pack.agencies[0].phone = "0208 000 000".into();
    assert_eq!(silent(&pack), ["thainguyen"]);
    pack.site.tracking.hotline = "1022".into();
    assert_eq!(silent(&pack), Vec::<String>::new());
}
