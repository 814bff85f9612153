#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::dossier::{Dossier, Recorded};
use crate::figures::Share;

fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(7))
}

/// `12 17:00` of November 2018.
fn at(text: &str) -> Timestamp {
    format!("2018-11-{}:00+07:00", text.replace(' ', "T")).parse().unwrap()
}

fn day(day: i8) -> Date {
    date(2018, 11, day)
}

fn event(seq: i64, when: &str, event: Value) -> Recorded {
    let event = serde_json::from_value(event).unwrap();
    Recorded { stream: "d".into(), seq, at: at(when), by: "b1".into(), acting_for: None, office: "a/o".into(), event }
}

/// Received on the fifth at nine, promised for the twelfth at 17:00.
fn accepted(channel: &str, reasons: Value) -> Value {
    let step = |kind: &str, office: &str| json!({"kind": kind, "office": office, "role": "specialist", "hours": 4, "title": "t"});
    json!({
        "event": "accepted", "code": "c", "agency": "a", "channel": channel,
        "subject": {"procedure": "p", "tier": "commune", "version": 1, "name": "n", "field": "f",
            "route": [step("intake", "a/one-stop"), step("work", "a/justice"), step("return", "a/one-stop")]},
        "particulars": {"applicant": {"name": "Nguyễn Văn A"}, "papers": [{"name": "Tờ khai", "originals": 1}], "sets": 1,
            "fee": {"way": "no_fee", "amount": 0}, "return_via": "counter"},
        "promise": {"due_at": at("12 17:00"), "limit": {"kind": "working_days", "count": 5}, "reasons": reasons},
    })
}

fn asked() -> Value {
    json!({"event": "supplement_asked", "request": {"items": [], "reason": "r"}})
}

fn completed(due: &str) -> Value {
    json!({"event": "supplement_received", "due": {"due_at": at(due), "national_due_at": at(due), "reasons": []}})
}

fn settled() -> Value {
    json!({"event": "forwarded", "from": 1, "to": 2})
}

fn put_off(due: &str) -> Value {
    let new = json!({"due_at": at(due), "national_due_at": at("12 17:00"), "reasons": []});
    json!({"event": "extended", "before": at("12 17:00"), "due": new, "reason": "r", "late": false})
}

fn life(rest: &[(&str, Value)]) -> Vec<Recorded> {
    let first = event(1, "05 09:00", accepted("direct", json!([])));
    let rest = rest.iter().zip(2..).map(|((when, what), seq)| event(seq, when, what.clone()));
    std::iter::once(first).chain(rest).collect()
}

fn shown(events: &[Recorded]) -> Vec<(Sign, Date, i64)> {
    signs(events, &zone()).into_iter().map(|case| (case.sign, case.on, case.measure)).collect()
}

#[test]
fn a_supplement_is_asked_late_by_the_days_that_are_left() {
    // [MON-01] [MON-02]
    assert_eq!(shown(&life(&[("07 10:00", asked())])), [(Sign::LastDay, day(7), 5)]);
    assert_eq!(shown(&life(&[("12 10:00", asked())])), [(Sign::LastDay, day(12), 0)]);
    assert_eq!(shown(&life(&[("14 10:00", asked())])), [(Sign::LastDay, day(14), 0)], "after the date as well");
    let put_off = life(&[("09 10:00", put_off("20 16:00")), ("12 10:00", asked())]);
    assert!(shown(&put_off).contains(&(Sign::LastDay, day(12), 8)), "by the date in force");
}

#[test]
fn a_second_supplement_is_one_too_many() {
    // [MON-03]
    let events = life(&[("06 10:00", asked()), ("07 10:00", completed("14 17:00")), ("08 10:00", asked())]);
    assert!(shown(&events).contains(&(Sign::Again, day(8), 2)));
    assert!(!shown(&events[..2]).iter().any(|(sign, ..)| *sign == Sign::Again));
}

#[test]
fn what_was_withdrawn_comes_again_with_the_same_papers() {
    // [MON-04]
    let withdrawn = life(&[("08 10:00", json!({"event": "withdrawn", "reason": "r"}))]);
    let earlier = Dossier::fold(&withdrawn).unwrap();
    let later = |when: &str, papers: Value| {
        let mut first = accepted("direct", json!([]));
        first["particulars"]["papers"] = papers;
        Dossier::fold(&[event(1, when, first)]).unwrap()
    };
    let same = json!([{"name": "Tờ khai", "originals": 1}]);
    assert_eq!(refiled(&earlier, &later("19 08:00", same.clone()), &zone()), Some(11));
    assert_eq!(refiled(&earlier, &later("08 08:00", same.clone()), &zone()), None, "before it ended");
    let more = json!([{"name": "Tờ khai", "originals": 1}, {"name": "Sơ đồ", "copies": 1}]);
    assert_eq!(refiled(&earlier, &later("19 08:00", more), &zone()), None, "what was missing has come");
    let going_on = Dossier::fold(&withdrawn[..1]).unwrap();
    assert_eq!(refiled(&going_on, &later("19 08:00", same), &zone()), None);
}

#[test]
fn whoever_receives_when_nobody_stands_at_the_counter_is_asked_why() {
    // [MON-05]
    let opens = |start: &str| json!([{"rule": "CLK-03", "params": {"start_at": start}}]);
    let of = |channel: &str, reasons| shown(&[event(1, "05 19:00", accepted(channel, reasons))]);
    assert_eq!(of("direct", opens("2018-11-06T07:30")), [(Sign::AfterHours, day(5), 0)]);
    assert_eq!(of("post", opens("2018-11-06T07:30")), [(Sign::AfterHours, day(5), 0)]);
    assert_eq!(of("online", opens("2018-11-06T07:30")), []);
    assert_eq!(of("direct", opens("2018-11-05T13:30")), [], "in the lunch break, and counted from that day");
    assert_eq!(
        of("direct", json!([{"rule": "CLK-04", "params": {"start_at": "2018-11-06T07:30"}}])),
        [],
        "the cut-off is law"
    );
}

#[test]
fn a_pause_over_the_date_that_ends_with_the_work_is_shown() {
    // [MON-07]
    let of = |went_on: &str, due: &str, done: Option<&str>| {
        let events = life(&[("07 10:00", asked()), (went_on, completed(due)), (done.unwrap_or("30 10:00"), settled())]);
        let until = if done.is_some() { 4 } else { 3 };
        shown(&events[..until]).into_iter().find(|(sign, ..)| *sign == Sign::JustInTime)
    };
    assert_eq!(of("13 10:00", "20 17:00", Some("14 10:00")), Some((Sign::JustInTime, day(14), 1)));
    assert_eq!(of("09 10:00", "20 17:00", Some("14 10:00")), None, "the date had not come");
    assert_eq!(of("13 10:00", "20 17:00", Some("30 10:00")), None, "late all the same");
    assert_eq!(of("13 10:00", "20 17:00", None), None, "not settled yet");
}

#[test]
fn extensions_are_noted_by_whoever_gave_them() {
    // [MON-08]
    let cases = signs(&life(&[("09 10:00", put_off("20 16:00"))]), &zone());
    assert_eq!((cases.len(), cases[0].sign, cases[0].by.as_str(), cases[0].measure), (1, Sign::Extended, "b1", 1));
    assert!(Sign::ALL.iter().all(|sign| Sign::parse(sign.as_str()) == Some(*sign)));
}

#[test]
fn a_burst_is_measured_by_the_working_days_before_it() {
    // [MON-06] Twenty working days with five each, and thirty on each of the last three.
    let working: Vec<Date> = (1..=23).map(day).collect();
    let limits = Limits::default();
    let with = |at_end: i64| -> Vec<(Date, i64)> {
        working.iter().map(|on| (*on, if *on > day(20) { at_end } else { 5 })).collect()
    };
    let found = burst(&working, &with(30), &limits).unwrap();
    assert_eq!((found.from, found.to, found.settled, found.usual, found.unusual), (day(21), day(23), 90, 15, true));
    assert!(!burst(&working, &with(9), &limits).unwrap().unusual);
    assert!(burst(&working, &with(10), &limits).unwrap().unusual);
    assert!(!burst(&working, &[], &limits).unwrap().unusual, "nothing is no burst");
    assert_eq!(burst(&working[..3], &with(30), &limits), None);
    let on_sunday: Vec<(Date, i64)> = with(0).into_iter().chain([(day(25), 40)]).collect();
    assert_eq!(burst(&working, &on_sunday, &limits).unwrap().settled, 40, "a day off counts with the last working day");
}

#[test]
fn what_is_unusual_is_unusual_for_the_place() {
    // [MON-09] [MON-10] [MON-11]
    let limits = Limits::default();
    let of = |cases, before, others: Option<i64>| normal(cases, before, others.map(|tenths| Share { tenths }), &limits);
    let usual = of((4, 100), (40, 1_000), Some(10));
    assert_eq!((usual.rate.unwrap().tenths, usual.normal.unwrap().tenths, usual.unusual), (40, 40, false));
    assert!(of((8, 100), (40, 1_000), None).unusual);
    assert!(!of((2, 20), (40, 1_000), None).unusual, "two cases are none");
    assert!(of((8, 100), (0, 0), Some(40)).unusual, "without a year before, by the other agencies");
    assert!(!of((8, 100), (0, 0), None).unusual, "with nothing to compare nothing is unusual");
    assert!(of((3, 100), (0, 1_000), None).unusual);
    let middle =
        |all: &[i64]| median(all.iter().map(|tenths| Share { tenths: *tenths }).collect()).map(|share| share.tenths);
    assert_eq!((middle(&[30, 10, 20]), middle(&[10, 40]), middle(&[])), (Some(20), Some(10), None));
}

proptest! {
    #[test]
    fn a_sign_is_told_once_and_the_order_of_days_is_kept(steps in prop::collection::vec((0..4u8, 1..40i64), 0..12)) {
        // [MON-01]
        let mut now = at("05 09:00");
        let mut events = life(&[]);
        for (kind, hours) in steps {
            now += hours.hours();
            let what = match kind {
                0 => asked(),
                1 => completed("29 17:00"),
                2 => put_off("28 16:00"),
                _ => json!({"event": "claimed", "account": "b2"}),
            };
            let seq = events.len() as i64 + 1;
            events.push(Recorded { at: now, ..event(seq, "05 09:00", what) });
        }
        let cases = signs(&events, &zone());
        let mut kinds: Vec<Sign> = cases.iter().map(|case| case.sign).collect();
        kinds.dedup();
        prop_assert_eq!(kinds.len(), cases.len());
        let last = zone().to_datetime(now).date();
        prop_assert!(cases.iter().all(|case| case.on >= day(5) && case.on <= last && case.measure >= 0));
    }
}
