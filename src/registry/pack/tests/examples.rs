//! Worked examples: what they name must be there, and those of the built-in packs come out as they say.

use motcua_domain::deadline::AfterSupplement;
use motcua_domain::exam::{ActKind, Rules, run};

use super::*;

const FILE: &str = "examples/1.001612.toml";

fn broken(test: &str, from: &str, to: &str) -> Broken {
    Broken::new(test).replace(FILE, from, to)
}

/// The only fault, without file and line; its line is that of the text.
fn only(broken: &Broken, text: &str) -> String {
    let faults = broken.faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    let place = format!("{FILE}:{}: ", broken.line(FILE, text));
    faults[0].strip_prefix(&place).unwrap_or_else(|| panic!("{place} {faults:?}")).to_owned()
}

#[test]
fn what_an_example_names_must_be_there() {
    let procedure = broken("procedure", "procedure = \"1.001612\"", "procedure = \"9.999999\"");
    assert_eq!(only(&procedure, "9.999999"), "pack.not_in_scope value=9.999999");
    let tier = broken("tier", "tier = \"commune\"", "tier = \"province\"");
    assert_eq!(only(&tier, "procedure ="), "pack.not_in_scope value=1.001612");
    let agency = broken("agency", "agency = \"bangthanh\"", "agency = \"nowhere\"");
    assert_eq!(only(&agency, "nowhere"), "pack.unknown_agency value=nowhere");
    let above = broken("above", "agency = \"bangthanh\"", "agency = \"thainguyen\"");
    assert!(
        above.faults().contains(&format!("{FILE}:7: pack.agency_does_not_receive value=thainguyen")),
        "{:?}",
        above.faults()
    );
    let office = broken("office", "\"economy\", \"economy\"", "\"attic\", \"economy\"");
    assert_eq!(only(&office, "attic"), "pack.unknown_office value=bangthanh/attic");
    let outside = broken("outside", "tax/reception", "tax/attic");
    assert_eq!(only(&outside, "tax/attic"), "pack.unknown_office value=tax/attic");
    let case = broken("case", "channel = \"direct\"", "case = \"cần xác minh\"\nchannel = \"direct\"");
    assert_eq!(only(&case, "cần xác minh"), "pack.unknown_case value=cần xác minh");
    let paper = broken("paper", "Giấy đề nghị đăng ký hộ kinh doanh", "Giấy khai sinh");
    assert_eq!(only(&paper, "papers ="), "pack.unknown_paper value=Giấy khai sinh");
    let letter = broken("letter", "letters = [\"receipt\"]", "letters = [\"poem\"]");
    assert_eq!(only(&letter, "poem"), "pack.unknown_letter value=poem");
    let twice = broken("twice", "Nộp trước Tết Nguyên đán 2026", "Hộ kinh doanh và mã số thuế cùng lúc");
    let told = "value=Hộ kinh doanh và mã số thuế cùng lúc";
    assert!(twice.faults()[0].ends_with(&format!("pack.key_twice first=3 {told}")), "{:?}", twice.faults());
}

#[test]
fn the_course_of_an_example_goes_forward_in_time() {
    let act = "\n[[example.act]]\nkind = \"payment\"\nfrom = \"2026-02-13T10:00\"\nto = \"2026-02-13T09:00\"";
    let backwards = Broken::new("backwards").append(FILE, act);
    assert_eq!(only(&backwards, "[[example.act]]"), "pack.ends_before_it_begins value=2026-02-13T09:00");
    let early = act.replace("2026-02-13T10:00", "2026-02-11T10:00");
    let early = Broken::new("early-act").append(FILE, &early);
    assert_eq!(only(&early, "[[example.act]]"), "pack.before_receipt value=2026-02-11T10:00");
    let due = broken("due", "due = \"2025-11", "due = \"2025-10");
    assert!(only(&due, "due = \"2025-10").starts_with("pack.due_before_receipt value="));
    let moment = broken("moment", "received = \"2025-11-05T09:00\"", "received = \"5/11/2025 9h\"");
    assert_eq!(only(&moment, "5/11/2025"), "pack.not_a_moment key=received");
    let kind = Broken::new("act-kind").append(FILE, &act.replace("payment", "holiday").replace("T09:00", "T11:00"));
    let told =
        "pack.unknown_value allowed=supplement, payment, outage, extension, refusal, stop key=kind value=holiday";
    assert_eq!(only(&kind, "kind = \"holiday\""), told);
}

#[test]
fn a_pack_may_have_no_examples_and_broken_ones_name_their_file() {
    let none = Broken::new("none");
    fs::remove_dir_all(none.folder.join("examples")).unwrap();
    assert_eq!(none.read().unwrap().examples, []);
    let cut = Broken::new("cut").append("examples/new.toml", "[[example]]\ntitle =");
    assert!(
        cut.faults().iter().any(|fault| fault.starts_with("examples/new.toml:2: pack.toml_syntax")),
        "{:?}",
        cut.faults()
    );
}

#[test]
fn every_example_of_the_built_in_packs_comes_out_as_it_says() {
    // [EXM-02] [EXM-03] [EXM-04] [EXM-05] [EXM-06]
    for name in ["pac-nam-2018", "thai-nguyen-2025"] {
        let pack = built_in(name);
        let versions = versions(&pack);
        for ProcedureExample { procedure, tier, example } in &pack.examples {
            let told = format!("{name} {procedure} {}", example.title);
            let version = &versions[procedure];
            assert!(version.is_publishable(), "{told}: not taken in");
            let scope = pack.scope.iter().find(|scope| scope.key == *procedure && scope.tier == *tier).unwrap();
            let route = pack.routes.iter().find(|route| Some(&route.id) == scope.route.as_ref()).unwrap();
            let calendar = calendar_of(&pack.hours, &pack.days, &example.agency).unwrap();
            let day = example.received.date();
            let law = pack.site.law.iter().find(|law| law.from <= day && law.to.is_none_or(|to| day <= to)).unwrap();
            let rules = Rules {
                after_supplement: AfterSupplement::parse(&law.supplement).unwrap(),
                transfer_cutoff: law.transfer_cutoff,
                promise: pack.site.clock.promise,
            };
            assert_eq!(run(version, &route.steps, &calendar, rules, example), [], "{told}");
        }
    }
}

#[test]
fn more_than_twenty_procedures_have_a_route_of_their_own_with_examples() {
    let pack = built_in("pac-nam-2018");
    let generic = |id: &str| id == "commune" || id == "commune-same-day";
    let mut examples: BTreeMap<&str, Vec<&ProcedureExample>> = BTreeMap::new();
    for example in &pack.examples {
        examples.entry(&example.procedure).or_default().push(example);
    }
    let own = examples.iter().filter(|(key, of)| {
        let scope = pack.scope.iter().find(|scope| scope.key == **key && scope.tier == of[0].tier).unwrap();
        of.len() >= 2 && scope.route.as_deref().is_some_and(|route| !generic(route))
    });
    let own = own.count();
    assert!(own >= 30, "{own}");
    let with =
        |kind| pack.examples.iter().filter(|found| found.example.acts.iter().any(|act| act.kind == kind)).count();
    assert!(with(ActKind::Supplement) >= 10);
    assert!(with(ActKind::Payment) >= 2 && with(ActKind::Extension) >= 2 && with(ActKind::Outage) >= 1);
    assert!(built_in("thai-nguyen-2025").examples.len() >= 10);
}
