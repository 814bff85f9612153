#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jiff::civil::date;

use super::*;

#[test]
fn a_share_is_rounded_down_and_of_nothing_there_is_none() {
    // [OTR-08]
    let tenths = |part, whole| Share::of(part, whole).map(|share| share.tenths);
    assert_eq!(tenths(9_997, 10_000), Some(999));
    assert_eq!(tenths(10_000, 10_000), Some(1_000));
    assert_eq!((tenths(2, 3), tenths(0, 3), tenths(0, 0)), (Some(666), Some(0), None));
}

#[test]
fn a_period_is_seen_at_its_end_or_now_and_not_before_it_begins() {
    // [OTR-05]
    let seen = |today| Period::seen(date(2018, 11, 1), date(2018, 11, 30), today).map(|period| period.seen);
    assert_eq!(seen(date(2018, 12, 24)), Some(date(2018, 11, 30)));
    assert_eq!(seen(date(2018, 11, 30)), Some(date(2018, 11, 30)));
    assert_eq!(seen(date(2018, 11, 7)), Some(date(2018, 11, 7)));
    assert_eq!(seen(date(2018, 10, 31)), None);
    assert_eq!(Period::seen(date(2018, 11, 2), date(2018, 11, 1), date(2019, 1, 1)), None);
}

#[test]
fn every_counter_has_its_place_and_its_name() {
    // [OTR-15]
    let mut numbers = [0; COUNTERS.len()];
    numbers.iter_mut().zip(1..).for_each(|(place, number)| *place = number);
    assert_eq!(Counters::of(numbers).each(), numbers);
    assert!((Counters::of(numbers) - Counters::of(numbers)).is_nothing());
    assert!(COUNTERS.iter().all(|name| COUNTERS.iter().filter(|other| *other == name).count() == 1));
}

#[test]
fn every_figure_has_a_word_of_its_own() {
    // [OTR-13]
    for (which, word, by) in Which::ALL {
        assert_eq!((Which::parse(word), which.as_str(), which.by()), (Some(which), word, by));
    }
    assert_eq!(Which::parse("all"), None);
}

#[test]
fn a_log_that_lacks_a_line_says_where_and_its_order_does_not_matter() {
    // [OPN-07] [OPN-08]
    let line = |seq: i64, event: &str, rest: &str| -> PublicEvent {
        let text = format!(r#"{{"dossier":"D","seq":{seq},"at":"2018-05-0{seq}T01:00:00Z","event":"{event}"{rest}}}"#);
        serde_json::from_str(&text).unwrap()
    };
    let accepted = r#","accepted":{"agency":"xa","tier":"commune","field":"Hộ tịch","procedure":"*","channel":"direct","due_at":"2018-05-04T10:00:00Z","settled_at_steps":[2]}"#;
    let log = [
        line(1, "accepted", accepted),
        line(2, "forwarded", r#","to":1"#),
        line(3, "approved", ""),
        line(4, "forwarded", r#","to":2"#),
    ];
    let day = |at| Offsets(vec![("2018-01-01T00:00:00Z".parse().unwrap(), 25_200)]).day(at);
    let told = |log: &[PublicEvent]| {
        let mut recount = Recount::default();
        log.iter().cloned().for_each(|event| recount.add(event));
        let offsets = Offsets(vec![("2018-01-01T00:00:00Z".parse().unwrap(), 25_200)]);
        let verdict = recount.verdict(&Published { offsets, smallest: 1, months: Vec::new() });
        (recount.facts(&day).collect::<Vec<_>>(), verdict.gaps, verdict.twice)
    };
    let (facts, gaps, twice) = told(&log);
    assert_eq!((facts[0].settled.map(|settled| settled.firmly), gaps, twice), (Some(Firmly::Kept), vec![], 0));
    let mut turned = log.to_vec();
    turned.reverse();
    assert_eq!(told(&turned), (facts, vec![], 0));
    let (short, gaps, _) = told(&[log[0].clone(), log[1].clone(), log[3].clone()]);
    assert_eq!((short[0].settled, gaps), (None, vec![("D".to_owned(), 3)]));
    turned.push(log[3].clone());
    assert_eq!(told(&turned).2, 1);
}

#[test]
fn a_day_is_that_of_the_offset_in_force() {
    // [OPN-07] As where clocks are put forward.
    let at = |text: &str| text.parse().unwrap();
    let offsets = Offsets(vec![(at("2018-01-01T00:00:00Z"), 3_600), (at("2018-03-25T01:00:00Z"), 7_200)]);
    let days =
        ["2017-06-01T22:30:00Z", "2018-03-24T22:30:00Z", "2018-06-01T22:30:00Z"].map(|text| offsets.day(at(text)));
    assert_eq!(days, [date(2017, 6, 1), date(2018, 3, 24), date(2018, 6, 2)]);
}
