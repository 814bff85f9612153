//! Routes as data: what is wrong with one is told with its line, and those of the built-in packs fit their limits.

use motcua_domain::calendar::Calendar;
use motcua_domain::procedure::Step;
use motcua_domain::routing;

use super::*;

/// A leg that leads, as it stands in the pack of 2025.
const LEADS: &str = "title = \"Đăng ký khai sinh\", lead = true";
const TOGETHER: &str = "Khai sinh và thẻ bảo hiểm y tế cùng lúc";

fn broken_route(test: &str, from: &str, to: &str) -> Broken {
    Broken::new(test).replace("routes.toml", from, to)
}

/// The only fault, without its file and line; its line is that of the text.
fn only(broken: &Broken, text: &str) -> String {
    let faults = broken.faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    let place = format!("routes.toml:{}: ", broken.line("routes.toml", text));
    faults[0].strip_prefix(&place).unwrap_or_else(|| panic!("{place} {faults:?}")).to_owned()
}

#[test]
fn legs_that_cannot_be_walked_are_told_at_their_line() {
    // [RTE-03]
    let none_leads = broken_route("no-lead", LEADS, "title = \"Đăng ký khai sinh\"");
    assert_eq!(only(&none_leads, TOGETHER), format!("route.not_one_lead step={TOGETHER}"));
    let twice = broken_route("leg-twice", "key = \"card\"", "key = \"birth\"");
    let told = format!("route.leg_twice leg=Cấp thẻ bảo hiểm y tế step={TOGETHER}");
    assert_eq!(only(&twice, "title = \"Cấp thẻ bảo hiểm y tế\""), told);
    let signed = broken_route(
        "leg-sign",
        "{ kind = \"work\", office = \"secretariat\", role = \"specialist\", hours = 3, title = \"Tư pháp - hộ tịch đăng ký khai sinh\" },",
        "",
    );
    let line = signed.line("routes.toml", LEADS) + 2;
    let told = "route.nothing_to_sign step=Chủ tịch UBND xã ký Giấy khai sinh";
    assert_eq!(signed.faults(), [format!("routes.toml:{line}: {told}")]);
    let ends = broken_route(
        "leg-return",
        "kind = \"outside\", office = \"social-insurance/reception\"",
        "kind = \"return\", role = \"specialist\", office = \"one-stop\"",
    );
    assert!(
        ends.faults().iter().any(|fault| fault.contains("route.wrong_in_leg step=Bảo hiểm xã hội")),
        "{:?}",
        ends.faults()
    );
    let elsewhere = broken_route(
        "legs-elsewhere",
        "{ kind = \"parallel\", title = \"Khai sinh",
        "{ kind = \"work\", office = \"secretariat\", role = \"specialist\", hours = 3, title = \"Khai sinh",
    );
    assert_eq!(only(&elsewhere, TOGETHER), format!("route.legs_elsewhere step={TOGETHER}"));
}

#[test]
fn of_two_steps_with_one_title_the_right_one_is_pointed_at() {
    // [RTE-02] The second step of the first two routes bears one title after this.
    let broken = broken_route("titles", "Thẩm định tại Phòng Kinh tế\" }", "Thẩm định tại Văn phòng HĐND và UBND\" }")
        .replace(
            "routes.toml",
            "office = \"economy\", role = \"specialist\", hours = 12",
            "office = \"economy\", role = \"specialist\", hours = 0",
        );
    assert_eq!(only(&broken, "office = \"economy\""), "route.no_time step=Thẩm định tại Văn phòng HĐND và UBND");
}

#[test]
fn a_route_that_ends_in_the_middle_or_never_is_refused() {
    // [RTE-01]
    let never = broken_route(
        "never",
        "    { kind = \"return\", office = \"one-stop\", role = \"one_stop_officer\", hours = 1, title = \"Trả kết quả\" },\n",
        "",
    );
    assert_eq!(only(&never, "[[route]]"), "route.never_ends");
}

#[test]
fn the_time_of_a_parallel_step_is_that_of_its_legs() {
    // [RTE-04]
    let broken = broken_route(
        "hours",
        "{ kind = \"parallel\", title = \"Khai sinh",
        "{ kind = \"parallel\", hours = 40, title = \"Khai sinh",
    );
    assert_eq!(only(&broken, TOGETHER), "pack.hours_of_parallel key=hours");
}

#[test]
fn a_kind_of_step_that_does_not_exist_names_those_that_do() {
    let broken = broken_route(
        "kind",
        "kind = \"outside\", office = \"tax/reception\"",
        "kind = \"elsewhere\", office = \"tax/reception\", role = \"specialist\"",
    );
    let faults = broken.faults();
    assert!(
        faults[1].contains(
            "pack.unknown_value allowed=intake, work, sign, return, outside, parallel key=kind value=elsewhere"
        ),
        "{faults:?}"
    );
}

#[test]
fn an_office_outside_must_exist_but_needs_nobody_with_a_sign_in() {
    // [RTE-08]
    let attic = broken_route("attic", "social-insurance/reception", "social-insurance/attic");
    assert_eq!(
        only(&attic, "social-insurance/attic"),
        "pack.step_without_office agency=social-insurance office=attic role=specialist"
    );
    let inside = broken_route(
        "inside",
        "kind = \"outside\", office = \"tax/reception\"",
        "kind = \"outside\", office = \"one-stop\"",
    );
    assert_eq!(
        only(&inside, "Thuế cơ sở cấp mã số thuế"),
        "pack.step_nobody_can_do agency=bangthanh office=one-stop role=specialist"
    );
    let work = broken_route(
        "work",
        "kind = \"outside\", office = \"tax/reception\"",
        "kind = \"work\", role = \"specialist\", office = \"tax/reception\"",
    );
    assert_eq!(
        only(&work, "Thuế cơ sở cấp mã số thuế"),
        "pack.step_nobody_can_do agency=tax office=reception role=specialist"
    );
}

#[test]
fn an_office_above_is_looked_for_at_the_agency_of_the_place_above() {
    let attic = broken_route("above", "^/leaders", "^/attic");
    assert_eq!(only(&attic, "^/attic"), "pack.step_without_office agency=thainguyen office=attic role=leader");
    let nobody = Broken::new("nobody-above").replace(
        "postings.csv",
        "tinh.phochutich,thainguyen,leaders,leader",
        "tinh.phochutich,thainguyen,leaders,auditor",
    );
    assert_eq!(only(&nobody, "^/leaders"), "pack.step_nobody_can_do agency=thainguyen office=leaders role=leader");
    let alone = Broken::new("alone").replace(
        "agencies.csv",
        "UBND tỉnh Thái Nguyên,committee",
        "UBND tỉnh Thái Nguyên,outside",
    );
    let faults = alone.faults();
    assert!(
        faults.iter().any(|fault| fault.ends_with("pack.no_agency_above agency=bangthanh office=^/leaders")),
        "{faults:?}"
    );
}

#[test]
fn two_pairs_of_eyes_need_two_people() {
    // [RTE-11]
    let broken = Broken::new("eyes")
        .replace("postings.csv", "kinhte1,bangthanh,economy,specialist", "kinhte1,bangthanh,economy,auditor")
        .replace("postings.csv", "kinhte2,bangthanh,economy,specialist", "kinhte.truong,bangthanh,economy,specialist");
    let faults = broken.faults();
    let told =
        "pack.four_eyes_of_one agency=bangthanh step=Trưởng phòng Kinh tế ký Giấy chứng nhận đăng ký hộ kinh doanh";
    assert!(faults.iter().any(|fault| fault.ends_with(told)), "{faults:?}");
    let work = broken_route(
        "eyes-work",
        "title = \"Thuế cơ sở cấp mã số thuế\"",
        "title = \"Thuế cơ sở cấp mã số thuế\", four_eyes = true",
    );
    assert_eq!(only(&work, "Thuế cơ sở cấp"), "pack.four_eyes_without_signing step=Thuế cơ sở cấp mã số thuế");
}

#[test]
fn a_procedure_decided_outside_goes_to_the_agency_that_decides() {
    let row = "2.000497,Một thủ tục,commune,tax,,secretariat,commune,,unverified,thử,thử,";
    let broken = Broken::new("handler").append("scope.csv", row);
    let faults = broken.faults();
    assert!(faults.iter().any(|fault| fault.ends_with("pack.route_without_handler value=tax")), "{faults:?}");
}

#[test]
fn an_address_of_an_office_is_an_address() {
    let broken = Broken::new("email").replace(
        "offices.csv",
        "Trụ sở cơ quan,,2025-07-01",
        "Trụ sở cơ quan,thue tai xa,2025-07-01",
    );
    let faults = broken.faults();
    assert!(faults[0].ends_with("pack.not_an_address column=email value=thue tai xa"), "{faults:?}");
    let good = Broken::new("email-good").replace(
        "offices.csv",
        "Trụ sở cơ quan,,2025-07-01",
        "Trụ sở cơ quan,thue@mau.example,2025-07-01",
    );
    assert!(good.read().unwrap().offices.iter().any(|office| office.email == "thue@mau.example"));
}

#[test]
fn thresholds_and_periods_of_the_law_have_values_where_none_are_written() {
    let keys = ["step_soon_hours = 2\n", "head_after_hours = 8\n", "leader_after_hours = 16\n"];
    let silent = keys.iter().fold(Broken::new("silent"), |pack, key| pack.replace("site.toml", key, ""));
    let silent =
        silent.replace("site.toml", "supplement_within_days = 3\nextensions_max = 1\nextension_days_before = 1\n", "");
    let site = silent.read().unwrap().site;
    let told = (site.thresholds.step_soon_hours, site.thresholds.head_after_hours, site.thresholds.leader_after_hours);
    assert_eq!(told, (2, 8, 16));
    let law = &site.law[0];
    assert_eq!((law.supplement_within_days, law.extensions_max, law.extension_days_before), (3, 1, 1));
    let other = Broken::new("other").replace("site.toml", "head_after_hours = 8", "head_after_hours = 4");
    assert_eq!(other.read().unwrap().site.thresholds.head_after_hours, 4);
}

/// Working minutes within a limit, counted cautiously: seven calendar days are five working days, a month is twenty.
fn minutes_within(limit: Limit, day: i64) -> i64 {
    let count = i64::from(limit.count);
    match limit.kind {
        // "In the same day" is a day of work.
        LimitKind::WorkingDays => count.max(1) * day,
        LimitKind::CalendarDays => (count * 5 / 7).max(1) * day,
        LimitKind::Months => count * 20 * day,
        LimitKind::WorkingHours => count * 60,
    }
}

/// Working minutes along the longest way.
fn allotted(steps: &[Step]) -> i64 {
    steps.iter().map(|step| i64::from(routing::hours(step)) * 60).sum()
}

#[test]
fn no_route_allots_more_time_than_the_shortest_limit_of_its_procedures() {
    // [RTE-04]
    for name in ["pac-nam-2018", "thai-nguyen-2025"] {
        let pack = built_in(name);
        let (versions, mut seen) = (versions(&pack), 0);
        let hours = pack.hours.iter().filter(|(agency, _)| agency == "*").map(|(_, row)| row.clone()).collect();
        let days = pack.days.iter().filter(|day| day.agency == "*").map(|day| day.row.clone()).collect();
        let calendar = Calendar::new(hours, days).unwrap();
        let monday = jiff::civil::date(2026, 3, 2);
        let day = calendar.minutes_between(calendar.opening(monday).unwrap(), calendar.closing(monday).unwrap());
        for scope in &pack.scope {
            let version = &versions[&scope.key];
            let Some(route) = pack.routes.iter().find(|route| Some(&route.id) == scope.route.as_ref()) else {
                continue;
            };
            // Nobody is promised a limit of a procedure that is not taken in.
            let Some(shortest) = version.limits.iter().map(|case| minutes_within(case.limit, day)).min() else {
                continue;
            };
            if version.blockers.is_empty() {
                seen += 1;
                let needed = allotted(&route.steps);
                assert!(needed <= shortest, "{name} {} {}: {needed} of {shortest} minutes", scope.key, route.id);
            }
        }
        assert!(seen > 50, "{name} {seen}");
    }
}

#[test]
fn what_agencies_outside_decide_is_taken_in_where_the_list_says_enough() {
    let pack = built_in("pac-nam-2018");
    let versions = versions(&pack);
    let outside: Vec<&Scope> = pack.scope.iter().filter(|scope| scope.handled_by != ONE_STOP).collect();
    assert_eq!(outside.len(), 57);
    assert!(outside.iter().all(|scope| scope.route.is_some()));
    let taken = |by: &str| {
        let of = outside.iter().filter(|scope| scope.handled_by == by);
        of.filter(|scope| versions[&scope.key].blockers.is_empty()).count()
    };
    let counts = ["police", "forest-rangers", "veterinary", "land-registry"].map(taken);
    assert_eq!(counts, [16, 2, 1, 9]);
}

#[test]
fn three_interconnected_routes_have_one_lead_and_an_agency_outside() {
    // [RTE-03]
    let pack = built_in("pac-nam-2018");
    for (id, legs) in [("commune-birth-residence-card", 3), ("district-household-business", 2), ("land-transfer", 2)] {
        let route = pack.routes.iter().find(|route| route.id == id).unwrap();
        let parallel: Vec<&Step> = route.steps.iter().filter(|step| step.kind == StepKind::Parallel).collect();
        assert_eq!(parallel.len(), 1, "{id}");
        assert_eq!(parallel[0].legs.len(), legs, "{id}");
        assert!(routing::all_steps(&route.steps).any(|step| step.kind == StepKind::Outside), "{id}");
        assert_eq!(parallel[0].office, "one-stop");
    }
    let above = |site| {
        let pack = built_in(site);
        let goes = |route: &Route| routing::all_steps(&route.steps).any(|step| step.office.starts_with("^/"));
        pack.routes.iter().filter(|route| goes(route)).count()
    };
    assert!(above("pac-nam-2018") >= 3);
    assert_eq!(above("thai-nguyen-2025"), 1);
}

#[test]
fn nobody_can_be_posted_to_an_office_before_it_exists() {
    let broken = Broken::new("early").append("postings.csv", "quantri,bangthanh,economy,specialist,2025-06-30,,,");
    let line = broken.line("postings.csv", "2025-06-30");
    assert_eq!(broken.faults(), [format!("postings.csv:{line}: pack.unknown_office value=bangthanh/economy")]);
}
