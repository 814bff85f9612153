//! Supplements, the extension, both answers, and the deadlines of the offices: one test for each rule, CLK-16 to CLK-28.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::tests::{at, calendar, pause, rules, time};
use super::*;

/// 5 working days from Mon 2018-11-05 09:00: due Mon 2018-11-12 17:00.
fn course<'a>(after_supplement: AfterSupplement, supplements: &'a [Pause]) -> Course<'a> {
    let limit = parse_limit("5 working days").unwrap();
    Course {
        received: at("2018-11-05 09:00"),
        limit,
        cutoff: None,
        after_supplement,
        supplements,
        pauses: &[],
        extension: None,
        promise: PromiseTime::Closing,
    }
}

fn open(from: &str) -> Pause {
    Pause { from: at(from), to: None }
}

fn to(granted: &str, to: &str) -> Option<Extension> {
    Some(Extension { granted: at(granted), to: at(to) })
}

fn both(course: &Course) -> (Answer, Answer) {
    let Reckoning { promised, national } = reckon(&calendar(), course).unwrap();
    (promised, national)
}

fn promised(course: &Course) -> String {
    shown(&both(course).0)
}

fn shown(answer: &Answer) -> String {
    match answer.due {
        Due::At(due) => moment(due).replace('T', " "),
        Due::PausedSince(since) => format!("since {}", moment(since).replace('T', " ")),
    }
}

use AfterSupplement::{Pause as ByPause, Restart};

/// Every sentence that only a supplement, an extension or a policy of the site calls for.
pub(super) fn sentences() -> Vec<Reason> {
    let supplements = ["2018-11-09 10:00", "2018-11-09 15:30", "2018-11-10 10:00"];
    let mut courses = Vec::new();
    for complete in supplements {
        let supplement = [pause("2018-11-07 10:00", complete), open("2018-12-20 10:00")];
        let cutoff = Some(time("15:00"));
        let hourly = Course { promise: PromiseTime::HourOfReceipt, cutoff, ..course(Restart, &supplement) };
        courses.push(both(&hourly));
        courses.push(both(&Course { extension: to("2018-11-12 10:00", "2018-11-24 17:00"), ..hourly }));
        courses.push(both(&Course { extension: to("2018-11-12 10:00", "2018-11-13 17:00"), ..hourly }));
    }
    courses.into_iter().flat_map(|(promised, national)| [promised.steps, national.steps].concat()).collect()
}

#[test]
fn the_sentences_of_a_course_are_all_heard() {
    let heard: std::collections::BTreeSet<&str> = sentences().iter().map(|step| step.key).collect();
    for key in ["anew_at_once", "anew_after_cutoff", "anew_next_opening", "due_at_hour", "due_extended", "extended"] {
        assert!(heard.contains(format!("clock.{key}").as_str()), "{key}");
    }
    for key in ["extension_not_later", "restarted", "supplement_too_late"] {
        assert!(heard.contains(format!("clock.{key}").as_str()), "{key}");
    }
}

/// [CLK-16] [CLK-17]
#[test]
fn a_complete_supplement_restarts_or_pauses_by_the_law_and_both_answers_are_kept() {
    let supplement = [pause("2018-11-07 10:00", "2018-11-09 14:00")];
    let (answer, national) = both(&course(Restart, &supplement));
    assert_eq!((shown(&answer).as_str(), answer.start), ("2018-11-16 17:00", at("2018-11-09 14:00")));
    assert_eq!(rules(&answer), ["CLK-16", "CLK-02", "CLK-05", "CLK-10"]);
    assert_eq!(shown(&national), "2018-11-14 17:00");
    let (answer, same) = both(&course(ByPause, &supplement));
    assert_eq!((&answer, &same), (&national, &national));
    assert_eq!(rules(&answer), ["CLK-02", "CLK-05", "CLK-13", "CLK-10"]);
}

#[test]
fn the_worked_examples_of_a_course_come_out() {
    let extension = to("2018-11-09 10:00", "2018-11-20 16:00");
    let asked = [pause("2018-11-07 10:00", "2018-11-09 14:00")];
    let asked_late = [pause("2018-11-13 08:00", "2018-11-20 10:00")];
    let stood = [pause("2018-11-15 10:00", "2018-11-19 10:00")];
    type Example<'a> = (&'a [Pause], Option<Extension>, &'a [Pause], [&'a str; 3]);
    let examples: [Example; 4] = [
        (&asked, None, &[], ["2018-11-16 17:00", "2018-11-14 17:00", "2018-11-14 17:00"]),
        (&asked_late, None, &[], ["2018-11-12 17:00", "2018-11-12 17:00", "2018-11-12 17:00"]),
        (&[], extension, &[], ["2018-11-20 16:00", "2018-11-20 16:00", "2018-11-12 17:00"]),
        (&[], extension, &stood, ["2018-11-22 16:00", "2018-11-22 16:00", "2018-11-12 17:00"]),
    ];
    for (supplements, extension, pauses, due) in examples {
        let by = |law| both(&Course { extension, pauses, ..course(law, supplements) });
        let ((restart, national), (pause, _)) = (by(Restart), by(ByPause));
        assert_eq!([shown(&restart), shown(&pause), shown(&national)], due);
    }
}

/// [CLK-16]
#[test]
fn the_moment_of_completion_is_treated_like_a_receipt() {
    for (complete, cutoff, start, due) in [
        ("2018-11-08 16:00", None, "2018-11-08 16:00", "2018-11-15 17:00"),
        ("2018-11-08 16:00", Some("15:00"), "2018-11-09 07:30", "2018-11-16 17:00"),
        ("2018-11-10 16:00", Some("15:00"), "2018-11-12 07:30", "2018-11-19 17:00"),
        ("2018-11-08 12:00", None, "2018-11-08 13:00", "2018-11-15 17:00"),
    ] {
        let supplement = [pause("2018-11-07 10:00", complete)];
        let (answer, _) = both(&Course { cutoff: cutoff.map(time), ..course(Restart, &supplement) });
        assert_eq!((answer.start, shown(&answer).as_str()), (at(start), due), "{complete} {cutoff:?}");
    }
}

/// [CLK-16]
#[test]
fn of_several_supplements_the_last_complete_one_counts_and_pauses_only_after_it() {
    let twice = [pause("2018-11-14 08:00", "2018-11-15 09:00"), pause("2018-11-07 10:00", "2018-11-09 14:00")];
    assert_eq!(promised(&course(Restart, &twice)), "2018-11-22 17:00");
    let overlapping = [pause("2018-11-07 10:00", "2018-11-13 14:00"), pause("2018-11-08 10:00", "2018-11-09 14:00")];
    assert_eq!(promised(&course(Restart, &overlapping)), "2018-11-20 17:00");
    let pauses = [
        pause("2018-11-05 10:00", "2018-11-06 15:00"),
        pause("2018-11-08 08:00", "2018-11-12 15:00"),
        pause("2018-11-14 08:00", "2018-11-15 15:00"),
    ];
    let supplement = [pause("2018-11-07 10:00", "2018-11-09 14:00")];
    let with_pauses = Course { pauses: &pauses, ..course(Restart, &supplement) };
    // From Fri 09: the rest of the second pause (1), then the third (1).
    assert_eq!(promised(&with_pauses), "2018-11-20 17:00");
}

/// [CLK-16]
#[test]
fn a_supplement_complete_within_the_minute_still_restarts() {
    let at_once = [pause("2018-11-07 10:00:10", "2018-11-07 10:00:50")];
    assert_eq!(promised(&course(Restart, &at_once)), "2018-11-14 17:00");
    let before_receipt = [pause("2018-11-01 10:00", "2018-11-02 10:00")];
    assert_eq!(promised(&course(Restart, &before_receipt)), "2018-11-12 17:00");
}

/// [CLK-12] [CLK-16]
#[test]
fn a_supplement_still_awaited_leaves_no_due_moment_under_either_law() {
    for law in [Restart, ByPause] {
        let (answer, national) = both(&course(law, &[open("2018-11-07 10:00")]));
        assert_eq!(
            (shown(&answer), shown(&national)),
            ("since 2018-11-07 10:00".into(), "since 2018-11-07 10:00".into())
        );
        assert_eq!(rules(&answer), ["CLK-02", "CLK-05", "CLK-12"]);
    }
    let pauses = [open("2018-11-06 10:00")];
    let awaited = [open("2018-11-07 10:00")];
    let both_open = Course { pauses: &pauses, ..course(Restart, &awaited) };
    assert_eq!(promised(&both_open), "since 2018-11-06 10:00");
    let complete = [pause("2018-11-07 10:00", "2018-11-08 10:00")];
    let unpaid = Course { pauses: &pauses, ..course(Restart, &complete) };
    assert_eq!(promised(&unpaid), "since 2018-11-08 10:00", "it counts from the new start");
}

/// [CLK-20]
#[test]
fn a_supplement_asked_after_the_date_does_not_wash_lateness_away() {
    for (asked, due) in [("2018-11-12 16:59", "2018-11-27 17:00"), ("2018-11-12 17:00", "2018-11-12 17:00")] {
        let supplement = [pause(asked, "2018-11-20 10:00")];
        assert_eq!(promised(&course(Restart, &supplement)), due, "{asked}");
    }
    let (answer, _) = both(&course(Restart, &[open("2018-11-13 08:00")]));
    assert_eq!(
        (shown(&answer).as_str(), rules(&answer)),
        ("2018-11-12 17:00", vec!["CLK-02", "CLK-05", "CLK-20", "CLK-10"])
    );
    let pauses = [pause("2018-11-12 10:00", "2018-11-14 10:00")];
    let paused = Course { pauses: &pauses, ..course(Restart, &[]) };
    let supplement = [pause("2018-11-13 08:00", "2018-11-13 10:00")];
    let while_it_stood = Course { supplements: &supplement, ..paused };
    assert_eq!((promised(&paused), promised(&while_it_stood)), ("2018-11-14 17:00".into(), "2018-11-21 17:00".into()));
}

/// [CLK-18]
#[test]
fn one_extension_takes_the_place_of_the_date() {
    for law in [Restart, ByPause] {
        let extended = Course { extension: to("2018-11-09 10:00", "2018-11-20 16:00"), ..course(law, &[]) };
        let (answer, national) = both(&extended);
        assert_eq!((shown(&answer).as_str(), shown(&national).as_str()), ("2018-11-20 16:00", "2018-11-12 17:00"));
        assert_eq!(rules(&answer), ["CLK-02", "CLK-05", "CLK-18", "CLK-21"]);
    }
    let late = Course { extension: to("2018-11-15 10:00", "2018-11-20 17:00"), ..course(Restart, &[]) };
    assert_eq!(promised(&late), "2018-11-20 17:00", "approved too late it still is the date people are told");
}

/// [CLK-21]
#[test]
fn what_begins_after_the_extension_moves_the_new_date() {
    let granted = to("2018-11-09 10:00", "2018-11-20 16:00");
    let stood = |limit: &str, pauses: &[Pause]| {
        let limit = parse_limit(limit).unwrap();
        promised(&Course { limit, pauses, extension: granted, ..course(ByPause, &[]) })
    };
    let before = [pause("2018-11-06 10:00", "2018-11-08 10:00")];
    assert_eq!(stood("5 working days", &before), "2018-11-20 16:00");
    let after = [pause("2018-11-15 10:00", "2018-11-19 10:00")];
    assert_eq!(stood("5 working days", &after), "2018-11-22 16:00");
    assert_eq!(stood("8 days", &after), "2018-11-26 16:00", "24/11 is a Saturday");
    assert_eq!(stood("40 working hours", &after), "2018-11-22 16:00");
    let across = [pause("2018-11-08 10:00", "2018-11-12 10:00")];
    assert_eq!(stood("5 working days", &across), "2018-11-21 16:00", "of it, what was still to come");
    let too_late = [pause("2018-11-20 16:00", "2018-11-28 10:00")];
    assert_eq!(stood("5 working days", &too_late), "2018-11-20 16:00");
    let open = [open("2018-11-15 10:00")];
    assert_eq!(stood("5 working days", &open), "since 2018-11-15 10:00");
}

/// [CLK-21]
#[test]
fn a_restart_after_the_extension_overtakes_it_and_one_before_does_not() {
    let extension = to("2018-11-12 10:00", "2018-11-27 17:00");
    for (asked, complete, due) in [
        ("2018-11-26 08:00", "2018-11-28 09:00", "2018-12-05 17:00"),
        ("2018-11-09 08:00", "2018-11-13 09:00", "2018-11-20 17:00"),
        ("2018-11-06 08:00", "2018-11-08 09:00", "2018-11-27 17:00"),
        ("2018-11-28 08:00", "2018-11-29 09:00", "2018-11-27 17:00"),
    ] {
        let supplement = [pause(asked, complete)];
        let course = Course { extension, ..course(Restart, &supplement) };
        assert_eq!(promised(&course), due, "asked {asked}, complete {complete}");
    }
}

/// [CLK-22]
#[test]
fn an_extension_never_brings_the_date_forward_and_lies_in_working_time() {
    for (extended_to, due) in [
        ("2018-11-09 17:00", "2018-11-12 17:00"),
        ("2018-11-12 17:00", "2018-11-12 17:00"),
        ("2018-11-17 17:00", "2018-11-19 17:00"),
        ("2018-11-20 18:30", "2018-11-20 17:00"),
        ("2018-11-20 12:15", "2018-11-20 11:30"),
        ("2018-11-20 00:00", "2018-11-20 07:30"),
    ] {
        let extended = Course { extension: to("2018-11-08 10:00", extended_to), ..course(Restart, &[]) };
        assert_eq!(promised(&extended), due, "{extended_to}");
    }
    let earlier = Course { extension: to("2018-11-08 10:00", "2018-11-09 17:00"), ..course(Restart, &[]) };
    assert_eq!(rules(&both(&earlier).0), ["CLK-02", "CLK-05", "CLK-22", "CLK-10"]);
}

/// [CLK-23]
#[test]
fn the_national_index_takes_every_wait_off_from_receipt_and_knows_no_extension() {
    let supplement = [pause("2018-11-06 10:00", "2018-11-08 14:00")];
    let pauses = [pause("2018-11-13 10:00", "2018-11-14 10:00")];
    let extension = to("2018-11-12 10:00", "2018-11-30 17:00");
    let whole = Course { pauses: &pauses, extension, ..course(Restart, &supplement) };
    let (answer, national) = both(&whole);
    assert_eq!((shown(&answer).as_str(), shown(&national).as_str()), ("2018-12-03 17:00", "2018-11-15 17:00"));
    assert_eq!(national.start, at("2018-11-05 09:00"));
}

/// [CLK-24]
#[test]
fn a_limit_of_nothing_is_refused_except_the_same_day() {
    for limit in ["0 days", "0 tháng", "0 working hours"] {
        let limit = parse_limit(limit).unwrap();
        let refusal = reckon(&calendar(), &Course { limit, ..course(Restart, &[]) }).unwrap_err();
        assert_eq!((refusal, refusal.key()), (Refusal::LimitOfNothing, "clock.limit_of_nothing"));
    }
    let limit = parse_limit("0 ngày làm việc").unwrap();
    assert_eq!(promised(&Course { limit, ..course(Restart, &[]) }), "2018-11-05 17:00");
}

#[test]
fn a_supplement_that_is_complete_before_it_was_asked_is_refused() {
    for law in [Restart, ByPause] {
        let reversed = [pause("2018-11-07 10:00", "2018-11-07 09:00")];
        let refusal = reckon(&calendar(), &course(law, &reversed)).unwrap_err();
        assert_eq!(refusal.key(), "clock.pause_reversed");
    }
}

/// [CLK-25]
#[test]
fn a_dossier_is_handed_over_the_same_day_or_in_the_first_hour_of_the_next() {
    for (received, due) in [
        ("2018-11-07 09:15", "2018-11-07 17:00"),
        ("2018-11-07 15:00:40", "2018-11-07 17:00"),
        ("2018-11-07 06:00", "2018-11-07 17:00"),
        ("2018-11-07 12:00", "2018-11-07 17:00"),
        ("2018-11-07 15:01", "2018-11-08 08:30"),
        ("2018-11-09 20:00", "2018-11-12 08:30"),
        ("2018-11-10 10:00", "2018-11-12 08:30"),
        ("2018-04-24 15:40", "2018-04-26 08:30"),
    ] {
        assert_eq!(transfer_due(&calendar(), at(received), time("15:00")), Ok(at(due)), "{received}");
    }
    let mut days = super::tests::days_2018_2019();
    let afternoon = crate::calendar::DayRow {
        from: Some(time("12:00")),
        to: Some(time("18:00")),
        ..super::tests::day(crate::calendar::DayKind::Closure, "2018-11-07")
    };
    days.push(afternoon);
    let half = Calendar::new(super::tests::office_hours(), days).unwrap();
    assert_eq!(transfer_due(&half, at("2018-11-07 11:00"), time("15:00")), Ok(at("2018-11-07 11:30")));
    assert_eq!(transfer_due(&half, at("2018-11-07 14:00"), time("15:00")), Ok(at("2018-11-08 08:30")));
    let unknown = transfer_due(&calendar(), at("2019-12-31 16:00"), time("15:00"));
    assert_eq!(unknown, Err(Refusal::YearNotCovered { year: 2020 }));
}

/// [CLK-26]
#[test]
fn a_step_has_its_working_hours_from_when_it_came() {
    for (arrived, hours, due) in [
        ("2018-11-07 09:15", 2, "2018-11-07 11:15"),
        ("2018-11-07 09:30", 2, "2018-11-07 11:30"),
        ("2018-11-07 10:00", 2, "2018-11-07 13:30"),
        ("2018-11-09 16:00", 8, "2018-11-12 16:00"),
        ("2018-11-10 16:00", 4, "2018-11-12 11:30"),
        ("2018-11-10 16:00", 0, "2018-11-12 07:30"),
    ] {
        assert_eq!(step_due(&calendar(), at(arrived), hours), Ok(at(due)), "{arrived} {hours}");
    }
    assert_eq!(step_due(&calendar(), at("2019-12-31 16:00"), 8), Err(Refusal::YearNotCovered { year: 2020 }));
}

/// [CLK-27]
#[test]
fn working_days_that_are_left_are_counted_without_today() {
    let left = |from| calendar().working_days_between(at(from).date(), at("2018-11-12 17:00").date());
    assert_eq!(left("2018-11-08 16:00"), 2);
    assert_eq!(left("2018-11-10 09:00"), 1);
    assert_eq!(left("2018-11-12 18:00"), 0);
    assert_eq!(left("2018-11-14 07:00"), -2);
}

/// [CLK-28]
#[test]
fn an_extension_is_asked_for_a_working_day_before_the_due_day() {
    let in_time = |asked| extension_in_time(&calendar(), at(asked), at("2018-11-12 17:00"), 1);
    assert!(in_time("2018-11-08 10:00"));
    assert!(in_time("2018-11-09 18:00"), "Friday for Monday, whatever the hour");
    assert!(!in_time("2018-11-10 08:00"), "Saturday counts as the Monday that follows");
    assert!(!in_time("2018-11-12 08:00"));
    assert!(!in_time("2018-11-20 08:00"));
    assert!(!in_time("2020-01-02 08:00"), "of a year that nobody has entered");
}
