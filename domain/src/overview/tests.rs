#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::figures::Period;

fn waited(settled: &[i64], open: &[i64]) -> Waited {
    let mut all = Waited::default();
    settled.iter().for_each(|days| all.settled(*days, 1));
    open.iter().for_each(|days| all.open(*days, 1));
    all
}

#[test]
fn the_median_and_the_nine_tenths_are_nearest_ranks() {
    // [OVW-03] [OVW-05]
    let rank = |all: &Waited, percent| all.rank(percent).map(|rank| (rank.days, rank.at_least));
    let ten = waited(&[0, 1, 1, 2, 3, 3, 5, 8], &[2, 40]);
    assert_eq!((rank(&ten, 50), rank(&ten, 90)), (Some((2, true)), Some((8, false))));
    assert_eq!(rank(&ten, 100), Some((40, true)));
    assert_eq!(rank(&waited(&[4], &[]), 50), Some((4, false)));
    assert_eq!(rank(&waited(&[1, 2], &[]), 50), Some((1, false)));
    assert_eq!(rank(&waited(&[], &[]), 50), None);
    assert_eq!((days(date(2018, 5, 4), date(2018, 5, 4)), days(date(2018, 4, 30), date(2018, 5, 2))), (0, 2));
}

#[test]
fn who_leaves_a_dossier_open_does_not_lower_the_waiting() {
    // [OVW-04] The same four, with the one that is never finished, and without it.
    let (with, without) = (waited(&[1, 1, 2, 2], &[90]), waited(&[1, 1, 2, 2], &[]));
    assert!(with.rank(90).unwrap().days > without.rank(90).unwrap().days && with.rank(90).unwrap().at_least);
}

#[test]
fn months_are_crossed_by_whoever_is_open_when_they_begin() {
    // [OVW-07]
    assert_eq!(crossed(date(2018, 5, 4), date(2018, 5, 31)), []);
    assert_eq!(crossed(date(2018, 5, 31), date(2018, 6, 1)), [date(2018, 6, 1)]);
    assert_eq!(crossed(date(2017, 12, 31), date(2018, 2, 1)), [date(2018, 1, 1), date(2018, 2, 1)]);
}

#[test]
fn periods_have_names_and_pieces() {
    // [OVW-10] [OVW-11]
    let day = date(2018, 5, 16);
    assert_eq!(Preset::Month.around(day), (date(2018, 5, 1), date(2018, 5, 31)));
    assert_eq!(Preset::Quarter.around(day), (date(2018, 4, 1), date(2018, 6, 30)));
    assert_eq!(Preset::Year.around(day), (date(2018, 1, 1), date(2018, 12, 31)));
    assert!(Preset::ALL.iter().all(|preset| Preset::parse(preset.as_str()) == Some(*preset)));
    let (kind, pieces) = Pieces::of(Period { from: date(2018, 4, 3), seen: date(2018, 5, 16) });
    let of = |from, to| Piece { from, to };
    assert_eq!((kind, pieces.len()), (Pieces::Weeks, 7));
    assert_eq!(pieces[0], of(date(2018, 4, 3), date(2018, 4, 8)));
    assert_eq!(pieces[6], of(date(2018, 5, 14), date(2018, 5, 16)));
}

proptest! {
    #[test]
    fn a_rank_is_what_sorting_gives(settled in prop::collection::vec(0..60i64, 0..40), open in prop::collection::vec(0..60i64, 0..40), percent in 1..=100i64) {
        // [OVW-05]
        let all = waited(&settled, &open);
        let mut sorted: Vec<(i64, bool)> =
            settled.iter().map(|days| (*days, false)).chain(open.iter().map(|days| (*days, true))).collect();
        sorted.sort_unstable();
        let wanted = (sorted.len() as i64 * percent + 99) / 100;
        let expected = usize::try_from(wanted - 1).ok().and_then(|at| sorted.get(at)).copied();
        prop_assert_eq!(all.rank(percent).map(|rank| (rank.days, rank.at_least)), expected);
    }

    #[test]
    fn pieces_hold_every_day_once(first in 0..900i64, long in 0..800i64) {
        // [OVW-11]
        let day = |days: i64| date(2017, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let period = Period { from: day(first), seen: day(first + long) };
        let (_, pieces) = Pieces::of(period);
        prop_assert_eq!((pieces[0].from, pieces[pieces.len() - 1].to), (period.from, period.seen));
        prop_assert!(pieces.windows(2).all(|two| two[0].to.tomorrow().unwrap() == two[1].from && two[0].from <= two[0].to));
        prop_assert!(pieces.len() <= 31);
    }

    #[test]
    fn what_is_open_on_a_day_is_what_is_open_when_the_month_begins_with_what_was_settled_between(
        dossiers in prop::collection::vec((0..120i64, prop::option::of(0..100i64)), 0..40), seen in 0..200i64,
    ) {
        // [OVW-07] As the shell reads it: by months for what is settled, one by one for what is open.
        let day = |days: i64| date(2018, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let seen = day(seen);
        let next = seen.last_of_month().tomorrow().unwrap();
        let mut found = 0;
        for (received, took) in &dossiers {
            let received = day(*received);
            let settled = took.map(|took| received.checked_add(jiff::Span::new().days(took)).unwrap());
            let expected = received <= seen && settled.is_none_or(|settled| settled > seen);
            let by_month = settled.is_some_and(|settled| crossed(received, settled).contains(&next));
            let between = settled.is_some_and(|settled| seen < settled && settled < next);
            let counted = received <= seen && (settled.is_none() || by_month || between);
            prop_assert_eq!(expected, counted);
            found += i64::from(counted);
        }
        prop_assert!(found <= dossiers.len() as i64);
    }
}
