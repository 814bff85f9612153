#![allow(clippy::unwrap_used)]

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
