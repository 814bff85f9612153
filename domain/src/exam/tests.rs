//! One test for each rule EXM-01 to EXM-06, and that nothing anybody can write makes the exam panic.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::calendar::{DayKind, DayRow, HoursRow, Period};
use crate::catalogue::{Header, RowOutcome, fingerprint, read_row};
use crate::procedure::{Fee, FeeCase, Leg, Limit, LimitCase, Paper, StepKind};

fn at(text: &str) -> DateTime {
    text.replace(' ', "T").parse().unwrap()
}

fn calendar() -> Calendar {
    let time = |text: &str| text.parse().unwrap();
    let periods = [("07:30", "11:30"), ("13:00", "17:00")];
    let hours = (1..=5).flat_map(|weekday| {
        periods.map(|(from, to)| HoursRow {
            weekday,
            period: Period { from: time(from), to: time(to) },
            valid_from: date(2017, 1, 1),
            valid_to: None,
        })
    });
    let day = |day| DayRow { date: day, kind: DayKind::Holiday, from: None, to: None, name: String::new() };
    let days = [date(2018, 1, 1), date(2018, 4, 25), date(2018, 4, 30), date(2018, 5, 1)].map(day);
    Calendar::new(hours.collect(), days.to_vec()).unwrap()
}

fn row() -> Version {
    let header = Header::parse(&["code", "name", "field", "time_limit", "fee", "components"]).unwrap();
    let cells =
        ["2.000913", "Chứng thực giao dịch", "Chứng thực", "2 ngày làm việc", "30.000đ", "Giao dịch [BC:1 BS:0]"];
    match read_row(2, &header, &cells) {
        RowOutcome::Row { version, .. } => version,
        RowOutcome::Refused { issues } => panic!("{issues:?}"),
    }
}

fn step(kind: StepKind, office: &str) -> Step {
    Step {
        kind,
        office: office.into(),
        role: "specialist".into(),
        hours: 4,
        title: office.into(),
        four_eyes: false,
        legs: Vec::new(),
    }
}

fn route() -> Vec<Step> {
    vec![
        step(StepKind::Intake, "one-stop"),
        step(StepKind::Work, "justice"),
        step(StepKind::Sign, "justice"),
        step(StepKind::Sign, "leaders"),
        step(StepKind::Return, "one-stop"),
    ]
}

fn rules() -> Rules {
    Rules {
        after_supplement: AfterSupplement::Restart,
        transfer_cutoff: "15:00".parse().unwrap(),
        promise: PromiseTime::Closing,
    }
}

/// Received on Tuesday 24 April 2018; the 25th is a holiday.
fn example() -> Example {
    Example {
        title: "Nộp trực tiếp".into(),
        agency: "pacnam".into(),
        who: "Người dân trong huyện".into(),
        case: String::new(),
        channel: Channel::Direct,
        papers: vec!["Giao dịch".into()],
        received: at("2018-04-24 09:00"),
        acts: Vec::new(),
        expect: Expected {
            fee: Some(30_000),
            due: at("2018-04-27 17:00"),
            route: ["one-stop", "justice", "leaders", "one-stop"].map(String::from).to_vec(),
            letters: vec!["receipt".into()],
        },
    }
}

fn said(version: &Version, example: &Example) -> Vec<String> {
    let found = run(version, &route(), &calendar(), rules(), example);
    found.iter().map(|m| format!("{} {:?}", m.said.key, m.said.params.values().collect::<Vec<_>>())).collect()
}

fn keys(version: &Version, example: &Example) -> Vec<&'static str> {
    run(version, &route(), &calendar(), rules(), example).iter().map(|m| m.said.key).collect()
}

#[test]
fn an_example_that_is_right_says_nothing() {
    // [EXM-01] [EXM-02]
    assert_eq!(said(&row(), &example()), Vec::<String>::new());
}

#[test]
fn every_part_that_is_different_is_told_with_both() {
    // [EXM-02]
    let mut wrong = example();
    wrong.papers = vec!["Hộ chiếu".into()];
    wrong.expect = Expected {
        fee: Some(3_000),
        due: at("2018-04-26 17:00"),
        route: vec!["one-stop".into(), "leaders".into()],
        letters: vec!["receipt".into(), "apology".into()],
    };
    assert_eq!(
        said(&row(), &wrong),
        [
            r#"exam.paper_lacking ["Giao dịch"]"#,
            r#"exam.paper_not_asked ["Hộ chiếu"]"#,
            r#"exam.fee_other ["3000", "30000"]"#,
            r#"exam.route_other ["one-stop, leaders", "one-stop, justice, justice, leaders, one-stop"]"#,
            r#"exam.due_other ["2018-04-26T17:00", "2018-04-27T17:00"]"#,
            r#"exam.letters_other ["receipt, apology", "receipt"]"#,
        ]
    );
}

#[test]
fn a_year_without_holidays_is_a_mismatch_and_no_guess() {
    // [EXM-02]
    let mut late = example();
    late.received = at("2019-03-01 09:00");
    assert_eq!(said(&row(), &late), [r#"clock.year_not_covered ["2019"]"#]);
}

#[test]
fn fees_are_free_or_an_amount_or_left_to_the_province() {
    // [EXM-03]
    let with = |fees: Vec<FeeCase>, expected| {
        let version = Version { fees, ..row() };
        let mut example = example();
        example.expect.fee = expected;
        keys(&version, &example)
    };
    let amount = |amount| FeeCase::from(Fee::amount(amount, ""));
    assert_eq!(with(vec![Fee::Free.into()], Some(0)), Vec::<&str>::new());
    assert_eq!(with(vec![Fee::SetByProvince.into()], None), Vec::<&str>::new());
    assert_eq!(with(vec![Fee::SetByProvince.into()], Some(5_000)), ["exam.fee_open"]);
    assert_eq!(with(vec![amount(5_000)], None), ["exam.fee_named"]);
    assert_eq!(with(vec![], Some(5_000)), ["exam.fee_none"]);
    // The officer chooses between two that fit.
    assert_eq!(with(vec![amount(5_000), amount(10_000)], Some(10_000)), Vec::<&str>::new());
    assert_eq!(with(vec![amount(5_000), amount(10_000)], Some(7_000)), ["exam.fee_other"]);
}

#[test]
fn the_legs_of_a_route_are_walked_in_the_order_in_which_they_are_written() {
    // [EXM-04]
    let leg = |key: &str, office: &str| Leg {
        key: key.into(),
        title: key.into(),
        lead: key == "a",
        steps: vec![step(StepKind::Work, office), step(StepKind::Sign, office)],
    };
    let mut both = step(StepKind::Parallel, "one-stop");
    both.legs = vec![leg("a", "justice"), leg("b", "police/desk")];
    let route = [step(StepKind::Intake, "one-stop"), both, step(StepKind::Return, "pacnam/one-stop")];
    let found = |way: &[&str]| {
        let mut example = example();
        example.expect.route = way.iter().map(|office| (*office).to_owned()).collect();
        run(&row(), &route, &calendar(), rules(), &example)
    };
    assert_eq!(found(&["one-stop", "justice", "justice", "police/desk", "police/desk", "one-stop"]), []);
    assert_eq!(found(&["one-stop", "justice", "police/desk", "pacnam/one-stop"]), []);
    assert_eq!(found(&["one-stop", "police/desk", "justice", "one-stop"]).len(), 1);
}

fn act(kind: ActKind, from: &str, to: Option<&str>) -> ExampleAct {
    ExampleAct { kind, from: at(from), to: to.map(at) }
}

#[test]
fn what_happens_moves_the_date_and_brings_letters() {
    // [EXM-05]
    let with = |acts: Vec<ExampleAct>, due: &str, letters: &[&str]| {
        let mut example = example();
        example.acts = acts;
        example.expect.due = at(due);
        example.expect.letters = letters.iter().map(|letter| (*letter).to_owned()).collect();
        said(&row(), &example)
    };
    let none = Vec::<String>::new();
    let asked = act(ActKind::Supplement, "2018-04-26 08:00", Some("2018-05-02 10:00"));
    assert_eq!(with(vec![asked], "2018-05-04 17:00", &["receipt", "supplement"]), none);
    let paid = act(ActKind::Payment, "2018-04-26 08:00", Some("2018-04-27 10:00"));
    assert_eq!(with(vec![paid], "2018-05-02 17:00", &["receipt"]), none);
    let extended = act(ActKind::Extension, "2018-04-26 08:00", Some("2018-05-04 17:00"));
    assert_eq!(with(vec![extended], "2018-05-04 17:00", &["receipt", "apology"]), none);
    let refused = act(ActKind::Refusal, "2018-04-26 08:00", None);
    assert_eq!(with(vec![refused], "2018-04-27 17:00", &["refusal", "receipt"]), none);
    let waiting = act(ActKind::Supplement, "2018-04-26 08:00", None);
    let stopped = [waiting, act(ActKind::Stop, "2018-05-10 08:00", None)];
    assert_eq!(with(stopped.to_vec(), "2018-04-27 17:00", &["receipt", "supplement", "stop"]), none);
    let cannot = |acts: Vec<ExampleAct>| with(acts, "2018-04-27 17:00", &["receipt", "apology", "supplement"]);
    assert!(cannot(vec![waiting])[0].starts_with("exam.due_waiting"));
    assert!(cannot(vec![extended, extended])[0].starts_with("exam.extension_twice"));
    assert!(cannot(vec![act(ActKind::Extension, "2018-04-26 08:00", None)])[0].starts_with("exam.extension_without"));
    assert!(cannot(vec![act(ActKind::Refusal, "2018-04-20 08:00", None)])[0].starts_with("exam.act_before_receipt"));
    let reversed = act(ActKind::Outage, "2018-04-27 08:00", Some("2018-04-26 08:00"));
    assert!(cannot(vec![reversed])[0].starts_with("clock.pause_reversed"));
}

#[test]
fn a_case_chooses_limit_fee_and_papers_by_its_name() {
    // [EXM-06]
    let limit = |label: &str, count| LimitCase {
        label: label.into(),
        limit: Limit { kind: crate::procedure::LimitKind::WorkingDays, count },
    };
    let fee = |label: &str, amount| FeeCase { label: label.into(), fee: Fee::amount(amount, "") };
    let mut version = Version {
        limits: vec![limit("cấp mới", 2), limit("Cấp lại", 1)],
        fees: vec![fee("", 30_000), fee("Cấp lại", 8_000)],
        ..row()
    };
    version.papers.push(Paper { name: "Đơn".into(), originals: 1, copies: 0, case: "Cấp lại".into() });
    let mut again = example();
    (again.case, again.expect.fee, again.expect.due) = ("cấp lại".into(), Some(8_000), at("2018-04-26 17:00"));
    again.papers = vec!["ĐƠN".into(), "giao dich".into()];
    assert_eq!(said(&version, &again), Vec::<String>::new());
    let mut new = example();
    new.case = "cấp mới".into();
    assert_eq!(said(&version, &new), Vec::<String>::new());
    // Two named limits, and no name in the example; a name that stands nowhere; two limits without a name.
    assert_eq!(keys(&version, &example()), ["exam.case_needed"]);
    again.case = "gia hạn".into();
    assert_eq!(keys(&version, &again), ["exam.case_unknown"]);
    version.limits = vec![limit("", 2), limit("", 1)];
    assert_eq!(keys(&version, &example()), ["exam.limits_unnamed"]);
    version.limits.clear();
    assert_eq!(keys(&version, &example()), ["exam.limit_none"]);
    version.channels = vec![Channel::Online];
    assert_eq!(keys(&version, &example()), ["exam.channel_not_offered", "exam.limit_none"]);
}

#[test]
fn examples_are_written_as_a_pack_has_them_and_a_row_without_them_is_as_before() {
    // [EXM-01] [CAT-09]
    let mut version = row();
    let json = serde_json::to_string(&version).unwrap();
    assert!(!json.contains("route") && !json.contains("examples"));
    let print = fingerprint(&version);
    let mut acted = example();
    acted.acts = vec![act(ActKind::Supplement, "2018-04-26 08:00", Some("2018-05-02 10:00"))];
    attach_examples(&mut version, [example(), acted.clone()]);
    assert_eq!(version.examples, [acted.clone()], "the later of two with one title");
    assert_ne!(fingerprint(&version), print);
    let written = serde_json::to_value(&version.examples[0]).unwrap();
    assert_eq!(written["act"][0]["kind"], "supplement");
    assert_eq!(written["received"], "2018-04-24T09:00:00");
    assert_eq!(serde_json::from_value::<Version>(serde_json::to_value(&version).unwrap()).unwrap(), version);
}

proptest! {
    #[test]
    fn no_example_makes_the_exam_panic(
        minutes in -600_000i64..2_000_000,
        acts in prop::collection::vec((0usize..6, -100_000i64..100_000, prop::option::of(-100_000i64..100_000)), 0..5),
        case in "[a-zà ]{0,6}",
        count in 0u32..400,
        kind in 0usize..4,
    ) {
        use crate::procedure::LimitKind::{CalendarDays, Months, WorkingDays, WorkingHours};
        let later = |from: DateTime, minutes| from.saturating_add(jiff::SignedDuration::from_mins(minutes));
        let mut version = row();
        version.limits[0].limit = Limit { kind: [WorkingDays, CalendarDays, Months, WorkingHours][kind], count };
        let mut example = example();
        (example.case, example.received) = (case, later(example.received, minutes));
        example.acts = acts
            .into_iter()
            .map(|(kind, from, to)| ExampleAct {
                kind: ActKind::ALL[kind],
                from: later(example.received, from),
                to: to.map(|to| later(example.received, to)),
            })
            .collect();
        let found = outcome(&version, &route(), &calendar(), rules(), &example);
        let mismatches = compare(&example, &found);
        // An example that expects what came out has nothing to say about its date.
        if let (true, Ok(due)) = (found.case_known, found.due) {
            example.expect.due = due;
            let again = run(&version, &route(), &calendar(), rules(), &example);
            prop_assert!(again.iter().all(|mismatch| mismatch.part != Part::Due));
            prop_assert!(again.len() <= mismatches.len());
        }
    }
}
