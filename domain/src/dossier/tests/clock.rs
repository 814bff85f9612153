//! The clock of a dossier on real dates: supplements, payments, outages, extensions, early ends. 2018-11-05 is a Monday.

use super::*;
use AfterSupplement::{Pause, Restart};

/// Received on Monday 5 November at 09:00 with ten working days, and at the first examiner's half an hour later.
fn examined(law: AfterSupplement) -> Life {
    let mut life = Life::received("2018-11-05 09:00", working_days(10), law, route());
    life.at("2018-11-05 09:30", "motcua1", 0, forward()).unwrap();
    assert_eq!(life.due().as_deref(), Some("2018-11-19 17:00"));
    life
}

fn rules_of(life: &Life) -> Vec<&str> {
    let reasons = life.state.reasons().unwrap().as_array().unwrap();
    reasons.iter().map(|reason| reason["rule"].as_str().unwrap()).collect()
}

#[test]
fn a_complete_supplement_restarts_the_limit_or_was_a_pause_and_the_national_index_always_reckons_by_pause() {
    // [DOS-13] [DOS-14] [CLK-16] [CLK-17] [CLK-23]
    for (law, due, rule) in [(Restart, "2018-11-26 17:00", "CLK-16"), (Pause, "2018-11-22 17:00", "CLK-13")] {
        let mut life = examined(law);
        life.at("2018-11-07 10:00", "tuphap1", 0, ask_for("")).unwrap();
        assert_eq!((life.due(), life.state.status), (None, Status::SupplementAsked));
        assert_eq!(life.state.last_due_at().map(wall).as_deref(), Some("2018-11-19 17:00"), "the date before is kept");
        assert!(matches!(life.events[2].event, Event::SupplementAsked { late: false, .. }));
        life.at("2018-11-12 15:00", "motcua1", 0, complete()).unwrap();
        assert_eq!((life.due().as_deref(), life.national()), (Some(due), "2018-11-22 17:00".into()));
        assert!(rules_of(&life).contains(&rule), "{:?}", rules_of(&life));
        assert_eq!(life.state.status, Status::InProgress);
        assert_eq!(life.state.promised_at().map(wall).as_deref(), Some("2018-11-19 17:00"), "the first promise stays");
    }
}

#[test]
fn who_waits_for_papers_does_not_go_on_and_only_the_one_stop_takes_them() {
    // [DOS-14]
    let mut life = examined(Restart);
    life.at("2018-11-07 10:00", "tuphap1", 0, ask_for("")).unwrap();
    assert_eq!(life.at("2018-11-07 11:00", "tuphap1", 0, forward()), Err(Refusal::ClockStands));
    assert_eq!(life.at("2018-11-07 11:00", "tuphap1", 0, ask_for("Còn thiếu")), Err(Refusal::ClockStands));
    assert_eq!(life.at("2018-11-07 11:00", "tuphap1", 0, bill()), Err(Refusal::ClockStands));
    assert_eq!(life.at("2018-11-08 09:00", "tuphap1", 0, complete()), Err(Refusal::OnlyOneStop));
    assert_eq!(life.at("2018-11-08 09:00", "motcua1", 0, paid()), Err(Refusal::NotWaiting));
    life.at("2018-11-08 09:00", "motcua2", 0, complete()).unwrap();
    assert_eq!(life.at("2018-11-08 09:01", "motcua2", 0, complete()), Err(Refusal::NotWaiting));
    life.at("2018-11-08 09:30", "tuphap1", 0, forward()).unwrap();
}

#[test]
fn a_request_names_what_is_missing_and_why() {
    // [DOS-14]
    let mut life = examined(Restart);
    let request = |items: Vec<&str>, reason: &str| {
        let paper = |name: &str| PaperAsked { name: name.into(), originals: 1, copies: 0 };
        let items = items.into_iter().map(paper).collect();
        Command::AskSupplement(Box::new(SupplementRequest { items, reason: reason.into(), ..Default::default() }))
    };
    let mut ask = |command| life.at("2018-11-07 10:00", "tuphap1", 0, command);
    assert_eq!(ask(request(vec![], "Thiếu")), Err(Refusal::NothingAsked));
    assert_eq!(ask(request(vec![" "], "Thiếu")), Err(Refusal::NothingAsked));
    assert_eq!(ask(request(vec!["Đơn"; ITEMS_MAX + 1], "Thiếu")), Err(Refusal::NothingAsked));
    assert_eq!(ask(request(vec!["Đơn"], " ")), Err(Refusal::ReasonMissing));
    let Command::AskSupplement(mut past) = request(vec!["Đơn"], "Thiếu") else { panic!("no request") };
    past.answer_by = Some(on("2018-11-07 10:00"));
    assert_eq!(ask(Command::AskSupplement(past)), Err(Refusal::AnswerByPast));
    ask(request(vec![" Đơn "], "Thiếu")).unwrap();
    assert_eq!(life.state.standstills[0].request.as_ref().unwrap().items[0].name, "Đơn");
}

#[test]
fn asked_later_than_the_law_allows_it_is_marked_and_a_second_time_needs_its_reason() {
    // [DOS-14] [DOS-15]
    let mut life = examined(Restart);
    // Three working days after Monday are Thursday.
    life.at("2018-11-08 16:00", "tuphap1", 0, ask_for("không cần lý do lần đầu")).unwrap();
    life.at("2018-11-09 08:00", "motcua1", 0, complete()).unwrap();
    assert_eq!(life.at("2018-11-09 09:00", "tuphap1", 0, ask_for(" ")), Err(Refusal::SupplementAgain));
    life.at("2018-11-09 09:00", "tuphap1", 0, ask_for("Giấy mới bị tẩy xóa")).unwrap();
    let asked = |event: &Recorded| match &event.event {
        Event::SupplementAsked { late, request, .. } => Some((*late, request.again.clone())),
        _ => None,
    };
    let asked: Vec<_> = life.events.iter().filter_map(asked).collect();
    assert_eq!(asked, [(false, String::new()), (true, "Giấy mới bị tẩy xóa".into())]);
    assert_eq!(life.state.supplements(), 2, "counts as late in the national index");
}

#[test]
fn asked_at_or_after_the_due_moment_a_supplement_stops_nothing() {
    // [DOS-13] [CLK-14] [CLK-20]
    for (law, moment, late) in
        [(Restart, "2018-11-19 16:59", false), (Restart, "2018-11-19 17:00", true), (Pause, "2018-11-20 08:00", true)]
    {
        let mut life = examined(law);
        life.at(moment, "tuphap1", 0, ask_for("")).unwrap();
        assert_eq!(life.state.paused().is_none(), late, "{moment}");
        assert_eq!(life.due().as_deref(), late.then_some("2018-11-19 17:00"), "{moment}");
        // The applicant is waited for all the same.
        assert_eq!(life.state.status, Status::SupplementAsked);
        assert_eq!(life.at("2018-11-21 08:00", "tuphap1", 0, forward()), Err(Refusal::ClockStands));
        life.at("2018-11-22 08:00", "motcua1", 0, complete()).unwrap();
        assert_eq!(life.due().as_deref() == Some("2018-11-19 17:00"), late, "{moment}: {:?}", life.due());
    }
}

#[test]
fn a_new_receipt_comes_with_a_complete_supplement_and_numbers_go_on_after_a_correction() {
    // [DOS-11] [DOS-14]
    let mut life = examined(Restart);
    let correct = |name: &str| {
        let mut changed = particulars();
        changed.applicant.name = name.into();
        Command::Correct { reason: "Sai tên".into(), particulars: Box::new(changed) }
    };
    life.at("2018-11-06 08:00", "motcua1", 0, correct("Nguyễn Văn B")).unwrap();
    life.at("2018-11-07 10:00", "tuphap1", 0, ask_for("")).unwrap();
    life.at("2018-11-08 10:00", "motcua1", 0, correct("Nguyễn Văn C")).unwrap();
    assert_eq!((life.state.receipt, life.due()), (3, None));
    life.at("2018-11-09 10:00", "motcua1", 0, complete()).unwrap();
    assert_eq!(life.state.receipt, 4);
    assert_eq!(life.state.particulars.papers.last().unwrap().name, "Giấy chứng sinh");
    life.at("2018-11-09 11:00", "motcua1", 0, correct("Nguyễn Văn D")).unwrap();
    assert_eq!(life.state.receipt, 5);
}

#[test]
fn while_a_payment_is_awaited_the_clock_stands() {
    // [DOS-16] Sixteen working hours from Monday 09:00, the wait from Monday 10:00 to Tuesday 14:00.
    let hours = Limit { kind: LimitKind::WorkingHours, count: 16 };
    let mut life = Life::received("2018-11-05 09:00", hours, Restart, route());
    life.at("2018-11-05 09:30", "motcua1", 0, forward()).unwrap();
    let unnamed = Command::AskPayment { amount: 0, reason: "Lệ phí".into() };
    assert_eq!(life.at("2018-11-05 10:00", "tuphap1", 0, unnamed), Err(Refusal::AmountMissing));
    life.at("2018-11-05 10:00", "tuphap1", 0, bill()).unwrap();
    assert_eq!((life.due(), life.state.status), (None, Status::PaymentDue));
    assert_eq!(life.at("2018-11-06 14:00", "motcua1", 0, complete()), Err(Refusal::NotWaiting));
    let no_number = Command::ReceivePayment { reference: " ".into() };
    assert_eq!(life.at("2018-11-06 14:00", "motcua1", 0, no_number), Err(Refusal::TextMissing));
    life.at("2018-11-06 14:00", "motcua1", 0, paid()).unwrap();
    assert_eq!((life.due().as_deref(), life.national()), (Some("2018-11-08 11:30"), "2018-11-08 11:30".into()));
}

#[test]
fn over_an_outage_the_clock_stands_and_work_may_go_on() {
    // [DOS-16]
    let mut life = examined(Restart);
    assert_eq!(life.at("2018-11-07 10:00", "tuphap1", 0, outage()), Err(Refusal::OnlyHead));
    life.at("2018-11-07 10:00", "chutich", 0, outage()).unwrap();
    assert_eq!(life.at("2018-11-07 10:05", "chutich", 0, outage()), Err(Refusal::ClockStands));
    assert_eq!((life.due(), life.state.status), (None, Status::InProgress));
    life.at("2018-11-08 09:00", "tuphap1", 0, forward()).unwrap();
    life.at("2018-11-12 15:00", "chutich", 0, Command::EndOutage).unwrap();
    assert_eq!(life.due().as_deref(), Some("2018-11-22 17:00"));
    assert_eq!(life.at("2018-11-12 15:01", "chutich", 0, Command::EndOutage), Err(Refusal::NotWaiting));
}

#[test]
fn of_two_standstills_the_date_before_is_kept_until_the_last_has_ended_in_whichever_order() {
    // [DOS-13] [DOS-16] Wednesday 10:00 to Friday and Thursday to Monday 15:00: one stretch of the example's length.
    let ends: [[(&str, &str, Command); 2]; 2] = [
        [("2018-11-09 10:00", "chutich", Command::EndOutage), ("2018-11-12 15:00", "motcua1", paid())],
        [("2018-11-09 10:00", "motcua1", paid()), ("2018-11-12 15:00", "chutich", Command::EndOutage)],
    ];
    for [(first, by, end), (last, other, then)] in ends {
        let mut life = examined(Pause);
        life.at("2018-11-07 10:00", "chutich", 0, outage()).unwrap();
        life.at("2018-11-08 08:00", "tuphap1", 0, bill()).unwrap();
        life.at(first, by, 0, end).unwrap();
        assert_eq!(life.due(), None, "it still stands");
        assert_eq!(life.state.last_due_at().map(wall).as_deref(), Some("2018-11-19 17:00"));
        life.at(last, other, 0, then).unwrap();
        assert_eq!((life.due().as_deref(), life.national()), (Some("2018-11-22 17:00"), "2018-11-22 17:00".into()));
    }
}

#[test]
fn a_payment_asked_for_while_an_outage_lasts_past_the_date_is_not_too_late() {
    // [DOS-16] [CLK-20] While the clock stands no date passes.
    let mut life = examined(Pause);
    life.at("2018-11-16 08:00", "chutich", 0, outage()).unwrap();
    life.at("2018-11-21 08:00", "tuphap1", 0, bill()).unwrap();
    assert!(life.state.standstills.iter().all(|stand| !stand.too_late));
    life.at("2018-11-22 08:00", "chutich", 0, Command::EndOutage).unwrap();
    assert_eq!(life.due(), None);
    life.at("2018-11-23 08:00", "motcua1", 0, paid()).unwrap();
    // Five working days from Friday 16 to Friday 23 are added to Monday 19.
    assert_eq!(life.due().as_deref(), Some("2018-11-26 17:00"));
}

#[test]
fn a_date_is_put_off_once_to_a_working_day_and_later_than_before() {
    // [DOS-17] [CLK-18]
    let mut life = examined(Restart);
    let say = "2018-11-16 16:00";
    assert_eq!(life.at(say, "tuphap1", 0, extend("2018-11-23")), Err(Refusal::OnlyHead));
    assert_eq!(life.at(say, "truong", 0, extend("2018-11-19")), Err(Refusal::NotLater));
    assert_eq!(life.at(say, "truong", 0, extend("2018-11-24")), Err(Refusal::DayClosed));
    assert!(matches!(life.at(say, "truong", 0, extend("2031-11-24")), Err(Refusal::Clock(_))));
    // The head of the office where it is; others only if they lead the one-stop or the agency.
    life.at(say, "truong", 0, extend("2018-11-23")).unwrap();
    let granted = &life.state.extensions[0];
    assert_eq!((granted.extension.late, wall(granted.extension.before)), (false, "2018-11-19 17:00".into()));
    assert_eq!(life.due().as_deref(), Some("2018-11-23 17:00"));
    assert_eq!(life.national(), "2018-11-19 17:00", "the index knows no extension");
    assert!(rules_of(&life).contains(&"CLK-18"));
    assert_eq!(life.at("2018-11-20 08:00", "chutich", 0, extend("2018-11-30")), Err(Refusal::ExtendedAlready));
}

#[test]
fn an_apology_is_in_time_on_a_working_day_at_least_one_working_day_before() {
    // [DOS-17] [CLK-28] Due on Monday the 19th.
    for (said, late) in [
        ("2018-11-16 23:00", false),
        ("2018-11-17 08:00", true),
        ("2018-11-19 07:30", true),
        ("2018-11-20 08:00", true),
    ] {
        let mut life = examined(Restart);
        life.at(said, "truong", 0, extend("2018-11-23")).unwrap();
        assert_eq!(life.state.extensions[0].extension.late, late, "{said}");
        assert_eq!(life.due().as_deref(), Some("2018-11-23 17:00"), "late or not, it is what people were told");
    }
}

#[test]
fn no_date_is_put_off_while_the_clock_stands() {
    // [DOS-17]
    let mut life = examined(Restart);
    life.at("2018-11-07 10:00", "tuphap1", 0, ask_for("")).unwrap();
    assert_eq!(life.at("2018-11-08 10:00", "truong", 0, extend("2018-11-23")), Err(Refusal::ClockStands));
}

#[test]
fn a_restart_after_an_extension_begins_the_whole_limit_and_a_pause_moves_the_extended_date() {
    // [DOS-13] [CLK-21]
    for (law, due) in [(Restart, "2018-12-06 17:00"), (Pause, "2018-12-04 17:00")] {
        let mut life = examined(law);
        life.at("2018-11-15 08:00", "truong", 0, extend("2018-11-30")).unwrap();
        life.at("2018-11-20 08:00", "tuphap1", 0, ask_for("")).unwrap();
        life.at("2018-11-22 08:00", "motcua1", 0, complete()).unwrap();
        assert_eq!(life.due().as_deref(), Some(due), "{law:?}");
        assert_eq!(life.national(), "2018-11-19 17:00", "asked after the date the index compares with");
    }
}

#[test]
fn an_extension_that_a_new_closure_overtakes_still_explains_its_date() {
    // [DOS-17] [CLK-19] [CLK-22]
    let mut life = examined(Restart);
    let closed = calendar(&["2018-11-08", "2018-11-09", "2018-11-12"]);
    let granted = decide_by(&closed, &life.state, on("2018-11-15 08:00"), &who("truong"), 0, extend("2018-11-20"));
    life.record(&who("truong"), on("2018-11-15 08:00"), granted.unwrap());
    assert_eq!(life.due().as_deref(), Some("2018-11-20 17:00"));
    assert_eq!(rules_of(&life), ["CLK-18"]);
}

#[test]
fn a_date_is_reckoned_anew_only_when_somebody_orders_it() {
    // [DOS-13] [CLK-19]
    let mut life = examined(Restart);
    let order = || Command::Recompute { reason: "Bão số 9".into() };
    let now = on("2018-11-14 08:00");
    assert_eq!(life.by(&who("chutich"), now, 0, order()), Err(Refusal::NothingChanged));
    let storm = calendar(&["2018-11-13"]);
    let ordered = decide_by(&storm, &life.state, now, &who("chutich"), 0, order()).unwrap();
    assert_eq!(life.due().as_deref(), Some("2018-11-19 17:00"), "the closure alone changes nothing");
    life.record(&who("chutich"), now, ordered);
    assert_eq!(life.due().as_deref(), Some("2018-11-20 17:00"));
    assert_eq!(life.state.promised_at().map(wall).as_deref(), Some("2018-11-19 17:00"));
}

#[test]
fn received_for_another_agency_the_limit_counts_from_when_that_gets_it() {
    // [RTE-12]
    let mut life = examined(Pause);
    life.state.promise.as_mut().unwrap().counts_from = Some(on("2018-11-06 08:30"));
    life.at("2018-11-07 10:00", "tuphap1", 0, bill()).unwrap();
    life.at("2018-11-12 15:00", "motcua1", 0, paid()).unwrap();
    assert_eq!(life.due().as_deref(), Some("2018-11-23 17:00"));
}

#[test]
fn withdrawn_or_stopped_while_waiting_it_is_settled_then_and_not_late() {
    // [DOS-18] [REP-02]
    for (by, end, status) in [("motcua1", withdraw(), Status::Withdrawn), ("chutich", stop(), Status::Stopped)] {
        let mut life = examined(Restart);
        life.at("2018-11-07 10:00", "tuphap1", 0, ask_for("")).unwrap();
        let now = "2018-12-20 09:00";
        assert!(life.at(now, "tuphap1", 0, end.clone()).is_err());
        life.at(now, by, 0, end).unwrap();
        assert_eq!(
            (life.state.status, life.state.settled_at, life.state.closed_at),
            (status, Some(on(now)), Some(on(now)))
        );
        assert!(life.state.settled_at <= life.state.due_at(), "no date had passed while the clock stood");
        assert!(life.state.paused().is_none() && life.open().is_empty());
        assert_eq!(life.at("2018-12-21 09:00", "motcua1", 0, complete()), Err(Refusal::Closed));
    }
}

#[test]
fn withdrawn_after_the_date_it_is_late_and_what_was_only_proposed_falls() {
    // [DOS-18]
    let mut life = examined(Restart);
    life.at("2018-11-06 09:00", "tuphap1", 0, forward()).unwrap();
    life.at("2018-11-06 10:00", "taichinh1", 0, propose(Outcome::Refuse)).unwrap();
    assert_eq!(life.state.refusal.as_deref(), Some("Đã xem"));
    life.at("2018-11-20 09:00", "motcua1", 0, withdraw()).unwrap();
    assert!(life.state.settled_at > life.state.due_at());
    assert_eq!((life.state.outcome(), life.state.refusal.clone()), (None, None), "nobody signed it");
    assert_eq!(life.state.ended_because.as_deref(), Some("Không còn nhu cầu"));
}

#[test]
fn what_is_settled_is_neither_withdrawn_nor_stopped_nor_asked_about() {
    // [DOS-18]
    let mut life = Life::walk_to(5);
    for (by, command) in [
        ("motcua1", withdraw()),
        ("chutich", stop()),
        ("chutich", extend("2018-12-03")),
        ("chutich", outage()),
        ("motcua1", ask_for("")),
        ("motcua1", bill()),
    ] {
        assert_eq!(life.act(by, command), Err(Refusal::WrongStep), "{by}");
    }
}

#[test]
fn what_is_settled_over_an_outage_is_in_time_also_when_it_is_never_declared_over() {
    // [DOS-13] [DOS-16]
    let mut life = Life::received(
        "2018-11-05 09:00",
        working_days(2),
        Restart,
        vec![
            step(StepKind::Intake, ONE_STOP, Role::OneStopOfficer),
            step(StepKind::Work, JUSTICE, Role::Specialist),
            step(StepKind::Return, ONE_STOP, Role::OneStopOfficer),
        ],
    );
    life.at("2018-11-05 10:00", "motcua1", 0, forward()).unwrap();
    life.at("2018-11-07 08:00", "chutich", 0, outage()).unwrap();
    life.at("2018-11-09 08:00", "tuphap1", 0, propose(Outcome::Grant)).unwrap();
    assert_eq!(life.due().as_deref(), Some("2018-11-09 08:00"), "in time, since no date had passed");
    life.at("2018-11-12 08:00", "motcua1", 0, recipient(None)).unwrap();
    assert_eq!((life.due().as_deref(), life.state.paused()), (Some("2018-11-09 08:00"), None));
}

#[test]
fn the_time_of_a_step_stands_with_it_and_goes_on_with_what_was_left() {
    // [CLK-26] [DOS-14] Four hours from Monday 09:30 are 15:00 on Monday.
    let mut life = examined(Restart);
    assert_eq!(life.step_due(0).as_deref(), Some("2018-11-05 15:00"));
    life.at("2018-11-05 10:30", "tuphap1", 0, ask_for("")).unwrap();
    assert_eq!(life.step_due(0), None);
    life.at("2018-11-09 16:00", "motcua1", 0, complete()).unwrap();
    assert_eq!(life.step_due(0).as_deref(), Some("2018-11-12 09:30"), "three hours were left");
    // Overlapping standstills count once.
    life.at("2018-11-12 08:00", "tuphap1", 0, bill()).unwrap();
    life.at("2018-11-12 09:00", "chutich", 0, outage()).unwrap();
    life.at("2018-11-12 10:00", "motcua1", 0, paid()).unwrap();
    assert_eq!(life.step_due(0), None);
    life.at("2018-11-13 08:00", "chutich", 0, Command::EndOutage).unwrap();
    assert_eq!(life.step_due(0).as_deref(), Some("2018-11-13 09:30"), "an hour and a half were left");
}

#[test]
fn a_step_that_was_late_when_it_came_to_stand_stays_late() {
    // [CLK-26]
    let mut life = examined(Restart);
    life.at("2018-11-06 10:30", "tuphap1", 0, ask_for("")).unwrap();
    life.at("2018-11-09 16:00", "motcua1", 0, complete()).unwrap();
    assert_eq!(life.step_due(0).as_deref(), Some("2018-11-05 15:00"));
}

#[test]
fn each_standing_of_a_dossier_has_its_national_code() {
    // [DOS-19]
    let mut life = Life::received("2018-11-05 09:00", working_days(10), Restart, route());
    let mut seen = vec![life.state.status.national()];
    let acts: [(&str, &str, Command); 11] = [
        ("2018-11-05 09:30", "motcua1", forward()),
        ("2018-11-06 08:00", "tuphap1", ask_for("")),
        ("2018-11-07 08:00", "motcua1", complete()),
        ("2018-11-08 08:00", "tuphap1", bill()),
        ("2018-11-09 08:00", "motcua1", paid()),
        ("2018-11-09 09:00", "tuphap1", forward()),
        ("2018-11-09 10:00", "taichinh1", propose(Outcome::Grant)),
        ("2018-11-09 13:00", "truong", approve()),
        ("2018-11-09 14:00", "chutich", approve()),
        ("2018-11-09 15:00", "motcua1", Command::SendBack { to: 0, reason: "Sai tên".into() }),
        ("2018-11-09 16:00", "motcua1", withdraw()),
    ];
    for (moment, by, command) in acts {
        life.at(moment, by, 0, command).unwrap();
        seen.push(life.state.status.national());
    }
    assert_eq!(seen, [2, 4, 5, 4, 6, 4, 4, 4, 4, 9, 2, 7]);
    for status in Status::ALL {
        assert_eq!(Status::parse(status.as_str()), Some(status));
    }
}

#[test]
fn each_numbered_letter_comes_with_its_act_and_no_other() {
    // [LET-02]
    use crate::letters::LetterKind::{Apology, Refusal as Refused, Stop, Supplement};
    let issued = |life: &Life| life.state.letters.iter().map(|letter| letter.letter).collect::<Vec<_>>();
    let mut life = examined(Restart);
    life.at("2018-11-06 08:00", "tuphap1", 0, ask_for("")).unwrap();
    life.at("2018-11-07 08:00", "motcua1", 0, complete()).unwrap();
    life.at("2018-11-08 08:00", "truong", 0, extend("2018-12-03")).unwrap();
    assert_eq!(issued(&life), [Supplement, Apology]);
    life.at("2018-11-08 09:00", "tuphap1", 0, forward()).unwrap();
    life.at("2018-11-08 10:00", "taichinh1", 0, propose(Outcome::Refuse)).unwrap();
    life.at("2018-11-08 11:00", "truong", 0, approve()).unwrap();
    assert_eq!(issued(&life).len(), 2, "a refusal is one when the last has signed");
    life.at("2018-11-08 14:00", "chutich", 0, approve()).unwrap();
    assert_eq!(issued(&life), [Supplement, Apology, Refused]);
    // The letter stands behind the event it came out of, by the same hand.
    let last = life.events.last().unwrap();
    assert_eq!(
        (last.event.kind(), last.by.as_str(), life.state.letters[2].seq),
        ("letter_issued", "chutich", last.seq)
    );
    life.at("2018-11-09 08:00", "motcua1", 0, recipient(None)).unwrap();
    assert_eq!(issued(&life).len(), 3);
    let mut life = examined(Restart);
    life.at("2018-11-08 08:00", "motcua1", 0, withdraw()).unwrap();
    assert_eq!(issued(&life), [Stop]);
}
