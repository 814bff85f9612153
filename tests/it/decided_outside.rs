//! Procedures that an agency outside decides: the one-stop takes them in where the list says enough, and every page says who
//! decides.

use motcua::registry::Standing;
use motcua::work::intake::Intake;
use motcua_domain::procedure::{StepKind, Tier};

use crate::app::TestApp;
use crate::counter::{COUNTER, intake};

/// Paying off land use money: decided by the land registry within a day.
const DEBT: &str = "1.012996";
/// A vehicle registration whose fee the list contradicts.
const VEHICLE: &str = "1.013086";
/// A certificate for a household and its tax number at the same time.
const BUSINESS: &str = "1.001612";

fn standings(app: TestApp) {
    let registry = app.registry();
    let outside: Vec<_> = registry.procedures.iter().filter(|p| registry.decided_outside(p).is_some()).collect();
    assert_eq!(outside.len(), 57);
    let standing = |wanted: &Standing| outside.iter().filter(|procedure| procedure.standing == *wanted).count();
    assert_eq!((standing(&Standing::Published), standing(&Standing::Incomplete)), (28, 29));
    let debt = registry.procedure(Tier::District, DEBT).unwrap();
    assert!(registry.takes_in(debt, "pacnam") && !registry.takes_in(debt, "land-registry"));
    let vehicle = registry.procedure(Tier::District, VEHICLE).unwrap();
    assert!(registry.takes_in(vehicle, "police") && !registry.takes_in(vehicle, "pacnam"));
}

fn the_public_page_says_who_decides(app: TestApp) {
    let page = app.browser().get(&format!("/procedures/district/{DEBT}")).expect(200).text();
    assert!(page.contains("Chi nhánh Văn phòng Đăng ký đất đai huyện Pác Nặm giải quyết và quyết định"), "{page}");
    assert!(page.contains("Phòng một cửa 90 m²"), "one hands it in at the one-stop: {page}");
    let page = app.browser().get(&format!("/procedures/district/{VEHICLE}")).expect(200).text();
    assert!(page.contains("Một cửa chưa tiếp nhận thủ tục này"), "{page}");
    assert!(page.contains("Nơi tiếp nhận: Công an huyện Pác Nặm"), "{page}");
    let page = app.browser().get("/agencies/land-registry").expect(200).text();
    assert!(page.contains("Thanh toán, xóa nợ tiền sử dụng đất"), "{page}");
    let list = app.browser().get("/procedures?agency=veterinary").expect(200).text();
    assert!(list.contains("dịch bệnh động vật"), "{list}");
}

fn legs_at_the_same_time_are_shown(app: TestApp) {
    // [RTE-03]
    let page = app.browser().get(&format!("/procedures/district/{BUSINESS}")).expect(200).text();
    assert!(page.contains("Đăng ký hộ kinh doanh</span> (chủ trì)"), "{page}");
    assert!(page.contains("Chi cục Thuế cấp mã số thuế – Bộ phận một cửa của Chi cục Thuế"), "{page}");
}

fn the_api_names_the_agency_that_decides(app: TestApp) {
    let shown = app.browser().call("GET", &format!("/api/v1/procedures/district/{DEBT}"), &[], b"").expect(200).json();
    assert_eq!(
        (shown["standing"].as_str(), shown["outside"]["id"].as_str()),
        (Some("published"), Some("land-registry"))
    );
    assert_eq!(shown["received_by"][0]["id"], "pacnam");
}

fn it_is_taken_in_with_its_way(app: TestApp) {
    let found = app.take_in(COUNTER, Intake { procedure: DEBT.into(), ..intake() }).unwrap();
    let kinds: Vec<StepKind> = found.dossier.subject.route.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, [StepKind::Intake, StepKind::Outside, StepKind::Return]);
    assert_eq!(found.dossier.subject.route[1].office, "land-registry/reception");
    assert!(app.take_in(COUNTER, Intake { procedure: VEHICLE.into(), ..intake() }).is_err());
}

both_engines! {
    standings,
    the_public_page_says_who_decides,
    legs_at_the_same_time_are_shown,
    the_api_names_the_agency_that_decides,
    it_is_taken_in_with_its_way,
}
