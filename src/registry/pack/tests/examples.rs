//! Worked examples: what they name must be there, and those of the built-in packs come out as they say.

use motcua_domain::calendar::Calendar;
use motcua_domain::deadline::{self, Due, Pause, Question};
use motcua_domain::procedure::Step;
use motcua_domain::routing;

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
    let told = "pack.unknown_value allowed=supplement, payment, outage, extension key=kind value=holiday";
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

/// What happens in an example, reckoned by the clock of the domain under the law of its day.
fn reckoned(pack: &Pack, versions: &BTreeMap<String, Version>, example: &Example) -> jiff::civil::DateTime {
    let rows = |agency: &str| pack.hours.iter().filter(|(of, _)| of == agency).map(|(_, row)| row.clone()).collect();
    let days = pack.days.iter().filter(|day| day.agency == "*").map(|day| day.row.clone()).collect();
    let calendar = Calendar::new(rows("*"), days).unwrap();
    let version = &versions[&example.procedure];
    let case = version.limits.iter().find(|case| example.case.is_empty() || case.label == example.case).unwrap();
    let day = example.received.date();
    let law = pack.site.law.iter().find(|law| law.from <= day && law.to.is_none_or(|to| day <= to)).unwrap();
    assert_eq!(law.supplement, "restart", "the other way to reckon has no example yet");
    let (mut received, mut pauses) = (example.received, Vec::new());
    for act in &example.act {
        match act.kind {
            ExampleActKind::Supplement => (received, pauses) = (act.to, Vec::new()),
            ExampleActKind::Payment | ExampleActKind::Outage => pauses.push(Pause { from: act.from, to: Some(act.to) }),
            ExampleActKind::Extension => return act.to,
        }
    }
    let question = Question { received, limit: case.limit, cutoff: version.cutoff, pauses: &pauses };
    match deadline::due(&calendar, &question).unwrap().due {
        Due::At(due) => due,
        Due::PausedSince(at) => panic!("{} stands since {at}", example.title),
    }
}

fn offices(steps: &[Step]) -> Vec<String> {
    let walked = routing::all_steps(steps).filter(|step| step.kind != StepKind::Parallel);
    walked.map(|step| step.office.clone()).collect()
}

#[test]
fn every_example_of_the_built_in_packs_comes_out_as_it_says() {
    // [CLK-05] [CLK-06] [CLK-09] [CLK-13]
    for name in ["pac-nam-2018", "thai-nguyen-2025"] {
        let pack = built_in(name);
        let versions = versions(&pack);
        for example in &pack.examples {
            let told = format!("{name} {} {}", example.procedure, example.title);
            let version = &versions[&example.procedure];
            assert!(version.blockers.is_empty(), "{told}: not taken in");
            assert_eq!(reckoned(&pack, &versions, example), example.expect.due, "{told}");
            let is = |scope: &&Scope| scope.key == example.procedure && scope.tier == example.tier;
            let route = pack.scope.iter().find(is).unwrap().route.clone().unwrap();
            let route = pack.routes.iter().find(|known| known.id == route).unwrap();
            assert_eq!(offices(&route.steps), example.expect.route, "{told}");
            let costs = |fee: &Fee| match fee {
                Fee::Free => example.expect.fee == Some(0),
                Fee::Amount { amount, .. } => example.expect.fee == Some(*amount),
                Fee::SetByProvince => example.expect.fee.is_none(),
            };
            assert!(version.fees.iter().any(costs) || version.fees.len() > 1, "{told}: {:?}", version.fees);
            let asked = |kind| example.act.iter().filter(|act| act.kind == kind).count();
            let letters = |kind: &str| example.expect.letters.iter().filter(|letter| *letter == kind).count();
            assert_eq!(letters("receipt"), 1, "{told}");
            assert_eq!(letters("supplement"), asked(ExampleActKind::Supplement), "{told}");
            assert_eq!(letters("apology"), asked(ExampleActKind::Extension), "{told}");
        }
    }
}

#[test]
fn more_than_twenty_procedures_have_a_route_of_their_own_with_examples() {
    let pack = built_in("pac-nam-2018");
    let generic = |id: &str| id == "commune" || id == "commune-same-day";
    let mut examples: BTreeMap<&str, Vec<&Example>> = BTreeMap::new();
    for example in &pack.examples {
        examples.entry(&example.procedure).or_default().push(example);
    }
    let own = examples.iter().filter(|(key, of)| {
        let scope = pack.scope.iter().find(|scope| scope.key == **key && scope.tier == of[0].tier).unwrap();
        of.len() >= 2 && scope.route.as_deref().is_some_and(|route| !generic(route))
    });
    let own = own.count();
    assert!(own >= 30, "{own}");
    let with = |kind| pack.examples.iter().filter(|example| example.act.iter().any(|act| act.kind == kind)).count();
    assert!(with(ExampleActKind::Supplement) >= 10);
    assert!(
        with(ExampleActKind::Payment) >= 2 && with(ExampleActKind::Extension) >= 2 && with(ExampleActKind::Outage) >= 1
    );
    assert!(built_in("thai-nguyen-2025").examples.len() >= 10);
}
