//! The worked examples of `docs/rules/on-time.md`: received on Monday 5 November 2018 at 09:00, five working days.

use super::*;
use crate::figures::{Fact, Firmly, Formally, Period, View, Which};

/// What somebody does at a wall time.
type Deed = (&'static str, &'static str, fn() -> Command);

/// The dossier after these deeds, and settled at a wall time if at all.
fn lived(deeds: &[Deed], settled: Option<&str>) -> Life {
    lived_by(AfterSupplement::Restart, deeds, settled)
}

fn lived_by(law: AfterSupplement, deeds: &[Deed], settled: Option<&str>) -> Life {
    let mut life = Life::received("2018-11-05 09:00", working_days(5), law, route());
    life.at("2018-11-05 09:30", "motcua1", 0, forward()).unwrap();
    for (moment, by, command) in deeds {
        life.at(moment, by, 0, command()).unwrap_or_else(|refusal| panic!("{moment}: {refusal:?}"));
    }
    if let Some(moment) = settled {
        life.at(moment, "tuphap1", 0, forward()).unwrap();
        life.at(moment, "taichinh1", 0, propose(Outcome::Grant)).unwrap();
        life.at(moment, "truong", 0, approve()).unwrap();
        life.at(moment, "chutich", 0, approve()).unwrap();
        assert!(life.state.settled_at.is_some());
    }
    life
}

fn fact(life: &Life) -> Fact {
    Fact::of(&life.state, &zone()).unwrap()
}

fn due(life: &Life) -> Option<String> {
    fact(life).due.map(|due| wall(due.at))
}

fn ended(life: &Life) -> Option<(Firmly, Formally)> {
    fact(life).settled.map(|settled| (settled.firmly, settled.formally))
}

/// The figures of November, seen at its end, in which the dossier stands.
fn november(life: &Life) -> Vec<&'static str> {
    month(life, 11)
}

fn month(life: &Life, month: i8) -> Vec<&'static str> {
    let day = |month| jiff::civil::date(2018, month, 1);
    let period = Period { from: day(month), seen: day(month).last_of_month() };
    let view = View { period, now: on("2019-06-01 00:00") };
    let on_time = [Which::Counted, Which::Kept, Which::Cleared, Which::Excused, Which::Overdue, Which::LeftOut];
    let holds = |which: &Which| which.holds(&fact(life), &view);
    on_time.into_iter().chain([Which::Supplement]).filter(holds).map(Which::as_str).collect()
}

const MOMENT: &str = "2018-11-12 17:00";

#[test]
fn settled_no_later_than_the_moment_is_kept_and_later_it_is_late() {
    // [OTR-06] [OTR-07]
    for (settled, how, figures) in [
        ("2018-11-09 10:00", (Firmly::Kept, Formally::Early), ["counted", "kept"]),
        ("2018-11-12 17:00", (Firmly::Kept, Formally::OnTime), ["counted", "kept"]),
        ("2018-11-13 08:00", (Firmly::Missed, Formally::Late), ["counted", "cleared"]),
    ] {
        let life = lived(&[], Some(settled));
        assert_eq!((due(&life).as_deref(), ended(&life)), (Some(MOMENT), Some(how)), "{settled}");
        assert_eq!(november(&life), figures, "{settled}");
        assert!(month(&life, 12).is_empty());
    }
}

#[test]
fn what_is_not_settled_counts_against_every_period_until_it_ends() {
    // [OTR-06]
    let mut life = lived(&[], None);
    assert_eq!(november(&life), ["counted", "overdue"]);
    assert_eq!(month(&life, 12), ["counted", "overdue"]);
    assert!(month(&life, 10).is_empty());
    life.at("2018-12-20 08:00", "chutich", 0, stop()).unwrap();
    assert_eq!(november(&life), ["counted", "overdue"]);
    assert_eq!(month(&life, 12), ["counted", "cleared"]);
}

#[test]
fn an_extension_does_not_make_a_late_dossier_punctual() {
    // [OTR-03] [OTR-14]
    let put_off: Deed = ("2018-11-09 10:00", "truong", || extend("2018-11-20"));
    let life = lived(&[put_off], Some("2018-11-19 10:00"));
    assert_eq!((due(&life).as_deref(), life.due().as_deref()), (Some(MOMENT), Some("2018-11-20 17:00")));
    assert_eq!(ended(&life), Some((Firmly::Missed, Formally::Early)));
    assert_eq!(november(&life), ["counted", "cleared", "excused"]);
    // What is asked after the moment stops nothing of it, though the date people were told moves.
    let after: [Deed; 3] = [put_off, ("2018-11-14 10:00", "tuphap1", bill), ("2018-11-16 10:00", "motcua1", paid)];
    let life = lived(&after, Some("2018-11-19 10:00"));
    assert_eq!((due(&life).as_deref(), life.due().as_deref()), (Some(MOMENT), Some("2018-11-22 17:00")));
    // Asked before the moment, it moves it, by what it lasted.
    let before: [Deed; 3] = [put_off, ("2018-11-12 10:00", "tuphap1", bill), ("2018-11-14 10:00", "motcua1", paid)];
    let life = lived(&before, Some("2018-11-14 16:00"));
    assert_eq!(
        (due(&life).as_deref(), ended(&life)),
        (Some("2018-11-14 17:00"), Some((Firmly::Kept, Formally::Early)))
    );
}

#[test]
fn a_supplement_after_an_extension_restarts_both_dates_only_if_it_was_asked_before_the_moment() {
    // [OTR-02] [OTR-03] [CLK-20]
    let put_off: Deed = ("2018-11-09 10:00", "truong", || extend("2018-11-20"));
    let asked_in_time: [Deed; 3] =
        [put_off, ("2018-11-12 10:00", "tuphap1", || ask_for("")), ("2018-11-14 10:00", "motcua1", complete)];
    let life = lived(&asked_in_time, None);
    assert_eq!((due(&life).as_deref(), life.due().as_deref()), (Some("2018-11-21 17:00"), Some("2018-11-21 17:00")));
    let too_late: [Deed; 3] =
        [put_off, ("2018-11-13 10:00", "tuphap1", || ask_for("")), ("2018-11-14 10:00", "motcua1", complete)];
    let life = lived(&too_late, None);
    assert_eq!((due(&life).as_deref(), life.due().as_deref()), (Some(MOMENT), Some("2018-11-21 17:00")));
}

#[test]
fn a_supplement_moves_the_moment_and_while_it_is_awaited_there_is_none() {
    // [OTR-02] [OTR-10]
    let asked: Deed = ("2018-11-07 10:00", "tuphap1", || ask_for(""));
    let life = lived(&[asked, ("2018-11-09 14:00", "motcua1", complete)], Some("2018-11-16 10:00"));
    assert_eq!(due(&life).as_deref(), Some("2018-11-16 17:00"));
    assert_eq!(november(&life), ["counted", "kept"]);
    let life = lived(&[asked], None);
    assert_eq!((due(&life), november(&life)), (None, vec!["supplement"]));
    assert_eq!(fact(&life).stood[0].by, "tuphap1");
    assert_eq!(fact(&life).stood[0].from, jiff::civil::date(2018, 11, 7));
}

#[test]
fn a_moment_that_came_while_the_clock_stood_passes_when_it_goes_on() {
    // [OTR-04] A pause that ends on the weekend leaves the date before it.
    let paused: [Deed; 2] =
        [("2018-11-12 10:00", "tuphap1", || ask_for("")), ("2018-11-12 11:00", "motcua1", complete)];
    let life = lived_by(AfterSupplement::Pause, &paused, None);
    assert_eq!(due(&life).as_deref(), Some(MOMENT));
    let outage: [Deed; 2] =
        [("2018-11-12 10:00", "chutich", outage), ("2018-11-13 06:00", "chutich", || Command::EndOutage)];
    let life = lived(&outage, None);
    assert_eq!(due(&life).as_deref(), Some("2018-11-13 17:00"));
    // Settled meanwhile is settled in time.
    let life = lived(&outage[..1], Some("2018-11-13 05:00"));
    assert_eq!(
        (due(&life).as_deref(), ended(&life).map(|ended| ended.0)),
        (Some("2018-11-13 05:00"), Some(Firmly::Kept))
    );
}

#[test]
fn withdrawn_in_time_it_is_left_out_and_after_the_moment_it_was_late() {
    // [OTR-09]
    for (moment, how, figures) in [
        ("2018-11-08 10:00", Firmly::LeftOut, vec!["left_out"]),
        ("2018-11-14 10:00", Firmly::Missed, vec!["counted", "cleared"]),
    ] {
        let life = lived(&[(moment, "motcua1", withdraw)], None);
        assert_eq!(ended(&life).map(|ended| ended.0), Some(how));
        assert_eq!(november(&life), figures, "{moment}");
    }
}

#[test]
fn events_that_do_not_say_the_moment_are_read_all_the_same() {
    // [OTR-03]
    let put_off: Deed = ("2018-11-09 10:00", "truong", || extend("2018-11-20"));
    let deeds: [Deed; 3] = [put_off, ("2018-11-12 10:00", "tuphap1", bill), ("2018-11-14 10:00", "motcua1", paid)];
    let forget = |life: &Life| {
        let text = serde_json::to_string(&life.events).unwrap();
        let mut events: Vec<Recorded> = serde_json::from_str(&text).unwrap();
        for recorded in &mut events {
            match &mut recorded.event {
                Event::Extended(extension) => extension.due.firm_due_at = None,
                Event::PaymentReceived { due, .. } => due.firm_due_at = None,
                _ => {}
            }
        }
        Dossier::fold(&events).unwrap()
    };
    for until in [1, 3] {
        let life = lived(&deeds[..until], None);
        let old = forget(&life);
        assert_ne!(old, life.state);
        assert_eq!(old.firm_due_at(), life.state.firm_due_at(), "{until}");
    }
}

#[test]
fn refused_at_intake_is_not_received_and_every_other_has_a_date() {
    // [OTR-01]
    let refusal = IntakeRefusal {
        code: "H-1".into(),
        agency: "huyen".into(),
        channel: Channel::Direct,
        subject: subject(),
        applicant: Person::default(),
        reason: "Không thuộc thẩm quyền".into(),
        missing: Vec::new(),
    };
    let refused = Dossier::begin(&recorded(1, at(0), "motcua1", Event::RefusedAtIntake(Box::new(refusal)))).unwrap();
    assert_eq!(Fact::of(&refused, &zone()), None);
    assert!(fact(&Life::begin()).due.is_some());
}

#[test]
fn taken_back_to_be_done_again_it_is_not_settled() {
    // [OTR-11]
    let mut life = lived(&[], Some("2018-11-09 10:00"));
    assert_eq!(november(&life), ["counted", "kept"]);
    let again = Command::SendBack { to: 4, reason: "Sai tên".into() };
    life.at("2018-11-20 08:00", "motcua1", 0, again).unwrap();
    assert_eq!(november(&life), ["counted", "overdue"]);
}

/// Whether it is on time for the index in a month, seen at its end; `None` where it is not counted.
fn indexed(life: &Life, month: i8) -> Option<bool> {
    let day = |month| jiff::civil::date(2018, month, 1);
    let period = Period { from: day(month), seen: day(month).last_of_month() };
    let view = View { period, now: on("2019-06-01 00:00") };
    let (fact, is) = (fact(life), |which: Which| which.holds(&fact(life), &view));
    assert_eq!(is(Which::IndexOnTime) || is(Which::IndexLate), Which::Total.holds(&fact, &view));
    is(Which::Total).then(|| is(Which::IndexOnTime))
}

#[test]
fn the_index_has_a_rule_of_its_own() {
    // [SCR-02] [SCR-03] [SCR-04] [SCR-05] [SCR-06] [SCR-07] The worked examples of docs/rules/scores.md.
    let asked: Deed = ("2018-11-07 10:00", "tuphap1", || ask_for(""));
    let put_off: Deed = ("2018-11-09 10:00", "truong", || extend("2018-11-20"));
    let twice: [Deed; 3] = [
        asked,
        ("2018-11-08 10:00", "motcua1", complete),
        ("2018-11-09 10:00", "tuphap1", || ask_for("Giấy nộp thêm không đúng mẫu")),
    ];
    for (life, november) in [
        (lived(&[], Some(MOMENT)), true),
        (lived(&[], Some("2018-11-13 08:00")), false),
        (lived(&[put_off], Some("2018-11-19 10:00")), false),
        (lived(&[asked, ("2018-11-09 14:00", "motcua1", complete)], Some("2018-11-14 10:00")), true),
        (lived(&[asked], None), true),
        (lived(&twice, None), false),
        (lived(&[("2018-11-08 10:00", "motcua1", withdraw)], None), true),
        (lived(&[], None), false),
    ] {
        assert_eq!(indexed(&life, 11), Some(november), "{:?}", life.events.last());
        assert_eq!(indexed(&life, 10), None);
        assert_eq!(indexed(&life, 12), life.state.settled_at.is_none().then_some(november));
    }
}
