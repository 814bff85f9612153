//! The worked examples and one test for each rule of docs/rules/deadline.md.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::*;
use crate::calendar::{DayKind, DayRow, HoursRow, Period};
use crate::procedure::LimitKind;

pub(super) fn time(text: &str) -> Time {
    text.parse().unwrap()
}

pub(super) fn at(text: &str) -> DateTime {
    text.replace(' ', "T").parse().unwrap()
}

pub(super) fn day(kind: DayKind, text: &str) -> DayRow {
    DayRow { date: text.parse().unwrap(), kind, from: None, to: None, name: String::new() }
}

/// Monday to Friday 07:30 to 11:30 and 13:00 to 17:00.
pub(super) fn office_hours() -> Vec<HoursRow> {
    let halves = [("07:30", "11:30"), ("13:00", "17:00")];
    (1..=5)
        .flat_map(|weekday| {
            halves.map(|(from, to)| HoursRow {
                weekday,
                period: Period { from: time(from), to: time(to) },
                valid_from: jiff::civil::date(2017, 1, 1),
                valid_to: None,
            })
        })
        .collect()
}

/// The closed and made-up days of 2018 and 2019.
pub(super) fn days_2018_2019() -> Vec<DayRow> {
    let closed = "2018-01-01 2018-02-14 2018-02-15 2018-02-16 2018-02-19 2018-02-20 2018-04-25 2018-04-30 2018-05-01 \
                  2018-09-02 2019-01-01 2019-02-04 2019-02-05 2019-02-06 2019-02-07 2019-02-08 2019-04-30 2019-05-01 \
                  2019-09-02";
    let mut rows: Vec<DayRow> = closed.split_whitespace().map(|date| day(DayKind::Holiday, date)).collect();
    rows.extend(["2018-09-03", "2019-04-15"].map(|date| day(DayKind::Compensatory, date)));
    rows.extend(["2018-12-31", "2019-04-29"].map(|date| day(DayKind::SwappedOff, date)));
    rows.extend(["2019-01-05", "2019-05-04"].map(|date| day(DayKind::MakeUp, date)));
    rows
}

pub(super) fn calendar() -> Calendar {
    Calendar::new(office_hours(), days_2018_2019()).unwrap()
}

pub(super) fn pause(from: &str, to: &str) -> Pause {
    Pause { from: at(from), to: Some(at(to)) }
}

fn ask(received: &str, limit: &str, cutoff: Option<&str>, pauses: &[Pause]) -> Result<Answer, Refusal> {
    let limit = parse_limit(limit).unwrap();
    due(
        &calendar(),
        &Question { received: at(received), limit, cutoff: cutoff.map(time), pauses, promise: PromiseTime::Closing },
    )
}

fn due_at(received: &str, limit: &str, pauses: &[Pause]) -> Due {
    ask(received, limit, None, pauses).unwrap().due
}

pub(super) fn rules(answer: &Answer) -> Vec<&'static str> {
    answer.steps.iter().map(|step| step.rule).collect()
}

/// Receipt, limit, cut-off, pauses, due moment, rules applied.
type Example<'a> = (&'a str, &'a str, Option<&'a str>, &'a [Pause], &'a str, &'a [&'a str]);

#[test]
fn the_worked_examples_come_out_with_their_rules() {
    let wed_to_mon = [pause("2018-11-07 10:00", "2018-11-12 15:00")];
    let mon_to_tue = [pause("2018-11-05 10:00", "2018-11-06 14:00")];
    let cut = Some("15:00");
    #[rustfmt::skip]
    let examples: [Example; 12] = [
        ("2018-11-07 09:15", "5 working days", None, &[], "2018-11-14 17:00", &["CLK-02", "CLK-05", "CLK-10"]),
        ("2018-04-24 15:40", "3 working days", cut, &[], "2018-05-03 17:00", &["CLK-04", "CLK-05", "CLK-10"]),
        ("2018-04-24 15:00", "3 working days", cut, &[], "2018-05-02 17:00", &["CLK-02", "CLK-05", "CLK-10"]),
        ("2018-02-12 10:00", "3 working days", None, &[], "2018-02-22 17:00", &["CLK-02", "CLK-05", "CLK-10"]),
        ("2018-12-28 08:00", "5 working days", None, &[], "2019-01-07 17:00", &["CLK-02", "CLK-05", "CLK-10"]),
        ("2018-12-28 16:30", "4 working hours", None, &[], "2019-01-02 11:00", &["CLK-02", "CLK-08"]),
        ("2018-11-10 21:00", "2 working days", None, &[], "2018-11-14 17:00", &["CLK-03", "CLK-05", "CLK-10"]),
        ("2018-08-20 14:00", "13 calendar days", None, &[], "2018-09-04 17:00", &["CLK-02", "CLK-06", "CLK-09", "CLK-10"]),
        ("2018-10-31 08:00", "1 month", None, &[], "2018-11-30 17:00", &["CLK-02", "CLK-07", "CLK-10"]),
        ("2018-11-05 09:00", "10 working days", None, &wed_to_mon, "2018-11-22 17:00", &["CLK-02", "CLK-05", "CLK-13", "CLK-10"]),
        ("2018-11-05 09:00", "16 working hours", None, &mon_to_tue, "2018-11-08 11:30", &["CLK-02", "CLK-08", "CLK-13"]),
        ("2018-11-07 16:59", "0 working days", None, &[], "2018-11-07 17:00", &["CLK-02", "CLK-05", "CLK-10"]),
    ];
    for (received, limit, cutoff, pauses, expected, applied) in examples {
        let answer = ask(received, limit, cutoff, pauses).unwrap();
        assert_eq!(answer.due, Due::At(at(expected)), "{received} {limit}");
        assert_eq!(rules(&answer), applied, "{received} {limit}");
    }
}

/// [CLK-01]
#[test]
fn seconds_do_not_count_and_the_closing_minute_is_after_work() {
    let answer = ask("2018-04-24 15:00:59", "3 working days", Some("15:00"), &[]).unwrap();
    assert_eq!(answer.start, at("2018-04-24 15:00"));
    assert_eq!(ask("2018-11-07 17:00", "0 working days", None, &[]).unwrap().start, at("2018-11-08 07:30"));
}

/// [CLK-03]
#[test]
fn outside_working_hours_the_clock_starts_when_work_begins_again() {
    for (received, start) in [
        ("2018-11-07 06:00", "2018-11-07 07:30"),
        ("2018-11-07 11:30", "2018-11-07 13:00"),
        ("2018-11-07 12:10", "2018-11-07 13:00"),
        ("2018-11-09 19:00", "2018-11-12 07:30"),
        ("2018-12-30 10:00", "2019-01-02 07:30"),
        ("2019-01-05 08:00", "2019-01-05 08:00"),
    ] {
        assert_eq!(ask(received, "1 day", None, &[]).unwrap().start, at(start), "{received}");
    }
}

/// [CLK-04]
#[test]
fn a_cut_off_moves_only_what_came_after_it_on_a_working_day() {
    for (received, start) in [
        ("2018-11-07 15:00", "2018-11-07 15:00"),
        ("2018-11-07 15:01", "2018-11-08 07:30"),
        ("2018-11-09 18:00", "2018-11-12 07:30"),
        ("2018-11-10 16:00", "2018-11-12 07:30"),
    ] {
        assert_eq!(ask(received, "1 day", Some("15:00"), &[]).unwrap().start, at(start), "{received}");
    }
}

/// [CLK-07]
#[test]
fn a_month_ends_on_its_last_day_where_it_is_shorter() {
    assert_eq!(due_at("2019-01-31 08:00", "1 month", &[]), Due::At(at("2019-02-28 17:00")));
    assert_eq!(due_at("2018-03-15 08:00", "6 months", &[]), Due::At(at("2018-09-17 17:00")), "15/9 is a Saturday");
}

/// [CLK-08]
#[test]
fn hours_used_up_at_the_end_of_a_period_end_there() {
    assert_eq!(due_at("2018-11-07 07:30", "4 working hours", &[]), Due::At(at("2018-11-07 11:30")));
    assert_eq!(due_at("2018-11-07 07:30", "8 working hours", &[]), Due::At(at("2018-11-07 17:00")));
}

/// [CLK-11]
#[test]
fn overlapping_and_touching_pauses_count_once_and_none_counts_before_the_start() {
    let whole = [pause("2018-11-06 10:00", "2018-11-09 15:00")];
    let pieces = [
        pause("2018-11-08 08:00", "2018-11-09 15:00"),
        pause("2018-11-06 10:00", "2018-11-07 09:00"),
        pause("2018-11-07 09:00", "2018-11-08 12:00"),
    ];
    for limit in ["5 working days", "5 days", "1 month", "9 working hours"] {
        let answers = [&whole[..], &pieces[..]].map(|pauses| ask("2018-11-05 09:00", limit, None, pauses).unwrap());
        assert_eq!(answers[0], answers[1], "{limit}");
    }
    let early = [pause("2018-11-01 08:00", "2018-11-06 09:00")];
    assert_eq!(due_at("2018-11-05 09:00", "5 working days", &early), Due::At(at("2018-11-13 17:00")));
    let over = [pause("2018-11-01 08:00", "2018-11-05 09:00")];
    assert_eq!(due_at("2018-11-05 09:00", "5 working days", &over), Due::At(at("2018-11-12 17:00")));
}

/// [CLK-12]
#[test]
fn an_open_pause_has_no_due_moment() {
    let open = Pause { from: at("2018-11-08 10:00"), to: None };
    let since = Due::PausedSince(at("2018-11-07 10:00"));
    let answer =
        ask("2018-11-05 09:00", "5 working days", None, &[open, pause("2018-11-07 10:00", "2018-11-08 11:00")]);
    let answer = answer.unwrap();
    assert_eq!((answer.due, rules(&answer)), (since, vec!["CLK-02", "CLK-05", "CLK-12"]));
    assert_eq!(due_at("2018-11-08 12:00", "1 day", &[open]), Due::PausedSince(at("2018-11-08 13:00")));
}

/// [CLK-13]
#[test]
fn each_kind_of_limit_adds_its_own_unit() {
    let weekend = [pause("2018-11-09 10:00", "2018-11-12 14:00")];
    assert_eq!(due_at("2018-11-05 09:00", "5 working days", &weekend), Due::At(at("2018-11-13 17:00")));
    assert_eq!(due_at("2018-11-05 09:00", "8 days", &weekend), Due::At(at("2018-11-16 17:00")));
    assert_eq!(due_at("2018-11-05 09:00", "1 month", &weekend), Due::At(at("2018-12-10 17:00")), "8/12 is a Saturday");
    assert_eq!(due_at("2018-11-09 09:00", "2 working hours", &weekend), Due::At(at("2018-11-12 15:00")));
    let same_day = [pause("2018-11-06 08:00", "2018-11-06 16:00")];
    assert_eq!(due_at("2018-11-05 09:00", "5 working days", &same_day), Due::At(at("2018-11-12 17:00")));
}

/// [CLK-14]
#[test]
fn a_pause_that_begins_at_or_after_the_due_moment_has_no_effect() {
    let late = [pause("2018-11-06 17:00", "2018-11-20 10:00")];
    let answer = ask("2018-11-05 09:00", "1 working day", None, &late).unwrap();
    assert_eq!(answer.due, Due::At(at("2018-11-06 17:00")));
    assert!(rules(&answer).contains(&"CLK-14"));
    let just_in_time = [pause("2018-11-06 16:59", "2018-11-07 10:00"), pause("2018-11-07 16:00", "2018-11-08 10:00")];
    assert_eq!(due_at("2018-11-05 09:00", "1 working day", &just_in_time), Due::At(at("2018-11-08 17:00")));
    let open = [Pause { from: at("2018-11-07 08:00"), to: None }];
    assert_eq!(due_at("2018-11-05 09:00", "1 working day", &open), Due::At(at("2018-11-06 17:00")));
}

/// [CLK-15]
#[test]
fn a_date_that_depends_on_unknown_holidays_is_refused() {
    let refused = |received, limit, pauses: &[Pause]| ask(received, limit, None, pauses).unwrap_err();
    let no_2020 = Refusal::YearNotCovered { year: 2020 };
    assert_eq!(refused("2017-06-01 08:00", "1 working day", &[]), Refusal::YearNotCovered { year: 2017 });
    assert_eq!(refused("2019-12-31 18:00", "0 working days", &[]), no_2020);
    for limit in ["5 working days", "9999 working days", "5 days", "9999 days", "1 month", "9999 months", "9 hours"] {
        assert_eq!(refused("2019-12-31 10:00", limit, &[]), no_2020, "{limit}");
    }
    assert_eq!(refused("2019-12-30 08:00", "1 working day", &[pause("2019-12-30 09:00", "2020-01-06 09:00")]), no_2020);
    let mut hours = office_hours();
    hours.iter_mut().for_each(|row| row.valid_to = Some(jiff::civil::date(2019, 6, 28)));
    let limit = parse_limit("5 working days").unwrap();
    let question =
        Question { received: at("2019-06-26 08:00"), limit, cutoff: None, pauses: &[], promise: PromiseTime::Closing };
    let shut = Calendar::new(hours, days_2018_2019()).unwrap();
    assert_eq!(due(&shut, &question), Err(Refusal::NeverOpens { after: jiff::civil::date(2019, 6, 26) }));
}

#[test]
fn a_pause_that_ends_before_it_begins_is_refused() {
    let reversed = pause("2018-11-07 10:00", "2018-11-07 09:00");
    let refusal = ask("2018-11-05 09:00", "1 day", None, &[reversed]).unwrap_err();
    assert_eq!(refusal.key(), "clock.pause_reversed");
    assert_eq!(refusal.params()["to_at"], "2018-11-07T09:00");
}

#[test]
fn every_sentence_has_its_text_in_both_languages_with_the_same_gaps() {
    let texts = ["vi", "en"].map(|language| {
        let file = format!("{}/../locales/{language}/clock.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(file).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    });
    let pauses = [pause("2018-11-09 10:00", "2018-11-12 14:00"), pause("2019-02-01 10:00", "2019-02-11 14:00")];
    let open = [Pause { from: at("2018-11-08 10:00"), to: None }];
    let mut seen = Vec::new();
    for limit in ["0 working days", "5 working days", "8 days", "1 month", "16 working hours"] {
        for (received, pauses) in [("2018-11-08 16:00", &pauses[..]), ("2018-11-04 09:00", &open[..])] {
            seen.extend(
                ask(received, limit, Some("15:00"), pauses).unwrap().steps.into_iter().map(|s| (s.key, s.params)),
            );
            seen.extend(ask(received, limit, None, pauses).unwrap().steps.into_iter().map(|s| (s.key, s.params)));
        }
    }
    seen.extend(super::course_tests::sentences().into_iter().map(|s| (s.key, s.params)));
    let refusals = [
        Refusal::LimitOfNothing,
        Refusal::YearNotCovered { year: 2020 },
        Refusal::PauseEndsBeforeItBegins { from: at("2018-11-08 10:00"), to: at("2018-11-08 09:00") },
        Refusal::NeverOpens { after: jiff::civil::date(2019, 6, 26) },
    ];
    seen.extend(refusals.iter().map(|refusal| (refusal.key(), refusal.params())));
    for (key, params) in seen {
        for text in &texts {
            let text = text[key].as_str().unwrap_or_else(|| panic!("{key} has no text"));
            let mut gaps = text.match_indices('{').map(|(open, _)| text[open + 1..].split('}').next().unwrap());
            assert!(gaps.all(|gap| params.contains_key(gap)), "{key}: {text}");
        }
    }
}

#[test]
fn limits_are_read_as_people_write_them() {
    use LimitKind::{CalendarDays, Months, WorkingDays, WorkingHours};
    for (text, kind, count) in [
        ("3 working days", WorkingDays, 3),
        ("1 working day", WorkingDays, 1),
        ("13 calendar days", CalendarDays, 13),
        ("1 month(s)", Months, 1),
        ("4 Working Hours", WorkingHours, 4),
        ("03 ngày làm việc", WorkingDays, 3),
        ("15 NGÀY LÀM VIỆC.", WorkingDays, 15),
        ("5\u{a0}nga\u{300}y  la\u{300}m vie\u{323}\u{302}c", WorkingDays, 5),
        ("13 ngày", CalendarDays, 13),
        ("1 tháng", Months, 1),
        ("4 giờ làm việc", WorkingHours, 4),
        (" 8 giờ ", WorkingHours, 8),
    ] {
        assert_eq!(parse_limit(text), Some(Limit { kind, count }), "{text}");
    }
    for text in
        ["", "3", "ngày", "2.5 ngày", "-1 ngày", "3 (đơn vị không ghi)", "2 ngày / 3 ngày", "99999 ngày", "1 năm"]
    {
        assert_eq!(parse_limit(text), None, "{text}");
    }
}
