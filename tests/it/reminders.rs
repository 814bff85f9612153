//! Who is told that something is due soon or late.

use motcua::work::reminders;

use crate::app::TestApp;
use crate::counter::*;

both_engines! {
    the_officer_then_the_head_then_the_leader_are_told_and_nobody_twice,
    while_the_applicant_is_waited_for_nobody_is_told,
    while_one_leg_waits_the_other_keeps_its_own_time,
}

fn run(app: &TestApp) -> usize {
    let (ctx, registry) = (app.ctx(None), app.registry());
    reminders::run(&app.store.db, &ctx, &registry).unwrap()
}

fn told(app: &TestApp, login: &str) -> Vec<&'static str> {
    let officer = app.ctx(Some(login)).officer.unwrap();
    app.read(|tx| reminders::for_officer(tx, &officer, app.now()))
        .iter()
        .map(|reminder| reminder.stage.as_str())
        .collect()
}

fn the_officer_then_the_head_then_the_leader_are_told_and_nobody_twice(app: TestApp) {
    // [REM-01] [REM-02] [REM-05]
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    app.act(SPECIALIST, &id, "claim", &[]).expect(303);
    assert_eq!(run(&app), 0);
    // Two working days: due on Tuesday 8 May at 17:00.
    app.at("2018-05-08T16:00:00+07:00");
    assert!(run(&app) > 0);
    assert_eq!(run(&app), 0, "twice is once");
    assert!(told(&app, SPECIALIST).contains(&"soon") && told(&app, COLLEAGUE).is_empty());
    app.at("2018-05-09T08:00:00+07:00");
    run(&app);
    assert!(told(&app, SPECIALIST).contains(&"late"));
    app.at("2018-05-11T16:59:00+07:00");
    run(&app);
    assert!(told(&app, HEAD).contains(&"late_head") && told(&app, LEADER).contains(&"late_leader"));
    // Two nodes at once: each reminder once.
    app.at("2018-05-14T16:00:00+07:00");
    std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| run(&app)));
        for node in both {
            node.join().unwrap();
        }
    });
    assert_eq!(run(&app), 0);
    // Seen is seen, and only one's own.
    let page = app.as_officer(HEAD).get("/desk/reminders").expect(200);
    assert!(page.shows(&app.dossier(&id).dossier.code));
    let officer = app.ctx(Some(HEAD)).officer.unwrap();
    let first = app.read(|tx| reminders::for_officer(tx, &officer, app.now()))[0].id.clone();
    app.as_officer(COLLEAGUE).post("/desk/reminders", &[("row", &first)]).expect(404);
    app.as_officer(HEAD).post("/desk/reminders", &[("row", &first)]).expect(303);
    assert!(
        !app.read(|tx| reminders::for_officer(tx, &officer, app.now())).iter().any(|reminder| reminder.id == first)
    );
    // [REM-06] What is done is over for everybody, and nobody is told before its time.
    assert!(!told(&app, SPECIALIST).is_empty());
    app.at("2018-05-08T15:00:00+07:00");
    assert_eq!(told(&app, SPECIALIST), [""; 0]);
    app.at("2018-05-14T16:00:00+07:00");
    app.act(SPECIALIST, &id, "propose", &[("outcome", "grant"), ("proposal", "Đủ điều kiện")]).expect(303);
    assert!(!told(&app, SPECIALIST).contains(&"late"), "the step is done");
    app.act(HEAD, &id, "decide", &[("decision", "approve")]).expect(303);
    app.act(LEADER, &id, "decide", &[("decision", "approve")]).expect(303);
    assert_eq!(told(&app, LEADER), [""; 0], "it is settled");
}

fn while_the_applicant_is_waited_for_nobody_is_told(app: TestApp) {
    // [REM-04]
    use motcua::record::dossier::{self, Target};
    use motcua_domain::dossier::{Command, PaperAsked, SupplementRequest};
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    let (ctx, registry, stream) = (app.ctx(Some(SPECIALIST)), app.registry(), id.clone());
    app.write(move |tx| {
        let items = vec![PaperAsked { name: "Giấy chứng sinh".into(), originals: 1, copies: 0 }];
        let request = SupplementRequest { items, reason: "Thiếu".into(), ..SupplementRequest::default() };
        dossier::act(tx, &ctx, &registry, Target::now(&stream), Command::AskSupplement(Box::new(request)))
    })
    .unwrap();
    app.at("2018-06-04T16:00:00+07:00");
    assert_eq!(run(&app), 0);
}

fn while_one_leg_waits_the_other_keeps_its_own_time(app: TestApp) {
    // [REM-04] [DOS-14] The justice office asks the applicant to pay, the police goes on; of the police the one-stop is told.
    use motcua::record::dossier::{self, Target};
    use motcua_domain::dossier::Command;
    let id = app.referred(crate::outside::both_at_once()).id;
    let (ctx, registry, stream) = (app.ctx(Some(SPECIALIST)), app.registry(), id.clone());
    app.write(move |tx| {
        let bill = Command::AskPayment { amount: 50_000, reason: "Lệ phí".into() };
        dossier::act(tx, &ctx, &registry, Target { task: Some(1), ..Target::now(&stream) }, bill)
    })
    .unwrap();
    app.at("2018-05-16T16:00:00+07:00");
    assert!(run(&app) > 0);
    let officer = |login| app.ctx(Some(login)).officer.unwrap();
    let of_it = |login| {
        let reminders = app.read(|tx| reminders::for_officer(tx, &officer(login), app.now()));
        reminders
            .into_iter()
            .filter(|reminder| reminder.dossier == id)
            .map(|reminder| reminder.task)
            .collect::<Vec<_>>()
    };
    assert!(of_it(COUNTER).contains(&2), "{:?}", of_it(COUNTER));
    assert!([COUNTER, SPECIALIST, HEAD, LEADER].iter().all(|login| !of_it(login).contains(&1)));
}
