#![allow(clippy::unwrap_used, clippy::panic)]

use super::tests::{accepted, at, decide_at, who};
use super::*;
use crate::deadline::PromiseTime;

/// [CLK-10] [CLK-19]
#[test]
fn a_date_reckoned_anew_keeps_the_hour_that_was_promised_and_the_first_date_stays() {
    for (hour, anew) in [(PromiseTime::Closing, "17:00"), (PromiseTime::HourOfReceipt, "15:00")] {
        let mut first = accepted();
        let Event::Accepted(acceptance) = &mut first.event else { panic!("not accepted") };
        acceptance.promise.hour = hour;
        let mut dossier = Dossier::begin(&first).unwrap();
        let order = Command::Recompute { reason: "Bão số 3".into() };
        let events = decide_at(&dossier, at(60), &who("chutich"), 0, order).unwrap().events;
        for event in events {
            dossier.apply(&Recorded { seq: 2, event, ..first.clone() });
        }
        let expected = format!("2018-05-09T{anew}:00+07:00").parse().unwrap();
        assert_eq!((dossier.due_at(), dossier.promised_at()), (Some(expected), Some(at(1_000_000))));
    }
}
