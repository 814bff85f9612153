//! What stands in the tables of the dossier: numbers of letters, rows of open tasks, and what an older schema did not keep.

use motcua::platform::db::{Engine, Tx};
use motcua::platform::failure::Failure;
use motcua::record::dossier::list::{self, Work};
use motcua::record::dossier::{self, Found, Target, replay};
use motcua::work::intake::{self, TurnedAway};
use motcua_domain::dossier::{Command, PaperAsked, Status, SupplementRequest};
use motcua_domain::letters::LetterKind;
use motcua_domain::procedure::{Channel, Tier};

use crate::app::TestApp;
use crate::counter::*;

both_engines! {
    two_hands_at_once_number_letters_without_gaps_whatever_is_refused_between,
    each_kind_agency_and_year_counts_letters_for_itself,
    what_an_older_schema_did_not_keep_is_filled_in_once,
    a_changed_a_missing_or_an_extra_task_differs_from_its_replay,
    a_paused_dossier_waits_behind_everything_that_is_due,
    acts_that_touch_the_clock_cost_few_statements,
}

fn ask(again: &str) -> Command {
    Command::AskSupplement(Box::new(SupplementRequest {
        items: vec![PaperAsked { name: "Giấy chứng sinh".into(), originals: 1, copies: 0 }],
        reason: "Thiếu giấy tờ".into(),
        again: again.into(),
        ..SupplementRequest::default()
    }))
}

fn complete() -> Command {
    Command::ReceiveSupplement { papers: Vec::new(), note: String::new() }
}

impl TestApp {
    fn try_now(&self, login: &str, id: &str, command: Command) -> Result<Found, Failure> {
        let (ctx, registry, id) = (self.ctx(Some(login)), self.registry(), id.to_owned());
        self.write(move |tx| dossier::act(tx, &ctx, &registry, Target::now(&id), command.clone()))
    }

    fn do_now(&self, login: &str, id: &str, command: Command) -> Found {
        self.try_now(login, id, command).unwrap()
    }

    fn letters(&self, id: &str) -> Vec<(LetterKind, u32, i16)> {
        let letters = self.dossier(id).dossier.letters;
        letters.into_iter().map(|letter| (letter.letter, letter.number, letter.year)).collect()
    }
}

fn two_hands_at_once_number_letters_without_gaps_whatever_is_refused_between(app: TestApp) {
    // [LET-02]
    const EACH: usize = 8;
    let numbers: Vec<u32> = std::thread::scope(|scope| {
        let hands: Vec<_> = [COUNTER, "motcua2"]
            .into_iter()
            .map(|login| {
                let (ctx, registry, db) = (app.ctx(Some(login)), app.registry(), app.store.db.clone());
                scope.spawn(move || {
                    let one = || {
                        let (ctx, registry) = (ctx.clone(), registry.clone());
                        db.transact("test", move |tx: &mut Tx| {
                            let id = intake::accept(tx, &ctx, &registry, intake())?.id;
                            let act =
                                |tx: &mut Tx, command| dossier::act(tx, &ctx, &registry, Target::now(&id), command);
                            act(tx, ask(""))?;
                            act(tx, complete())?;
                            // Refused inside a transaction that goes on: it took no number either.
                            assert!(matches!(act(tx, ask(" ")), Err(Failure::Refused(_))));
                            act(tx, ask("Giấy mới bị tẩy xóa"))
                        })
                        .unwrap()
                    };
                    // A transaction that fails after its letter gives the number back.
                    let lost = || {
                        let (ctx, registry) = (ctx.clone(), registry.clone());
                        let done: Result<(), Failure> = db.transact("test", move |tx: &mut Tx| {
                            let id = intake::accept(tx, &ctx, &registry, intake())?.id;
                            dossier::act(tx, &ctx, &registry, Target::now(&id), ask(""))?;
                            Err(Failure::Conflict)
                        });
                        assert!(done.is_err());
                    };
                    let mut numbers = Vec::new();
                    for _ in 0..EACH {
                        lost();
                        numbers.extend(one().dossier.letters.iter().map(|letter| letter.number));
                    }
                    numbers
                })
            })
            .collect();
        hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect()
    });
    let mut sorted = numbers;
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=4 * EACH as u32).collect::<Vec<_>>());
}

fn each_kind_agency_and_year_counts_letters_for_itself(app: TestApp) {
    // [LET-02]
    let turned = |missing: Vec<PaperAsked>, agency: &str, login: &str| {
        let (ctx, registry) = (app.ctx(Some(login)), app.registry());
        let away = TurnedAway {
            agency: agency.into(),
            tier: if agency == DISTRICT { Tier::District } else { Tier::Commune },
            procedure: if agency == DISTRICT { PROCEDURE.into() } else { "1.001653".into() },
            channel: Channel::Direct,
            applicant: particulars().applicant,
            reason: "Thiếu giấy tờ".into(),
            missing,
        };
        app.write(move |tx| intake::refuse(tx, &ctx, &registry, away.clone())).unwrap().id
    };
    let paper = || vec![PaperAsked { name: "Tờ khai".into(), originals: 1, copies: 0 }];
    let id = app.received().id;
    app.do_now(COUNTER, &id, ask(""));
    assert_eq!(app.letters(&turned(Vec::new(), DISTRICT, COUNTER)), [(LetterKind::Refusal, 1, 2018)]);
    assert_eq!(app.letters(&turned(paper(), DISTRICT, COUNTER)), [(LetterKind::Supplement, 2, 2018)]);
    assert_eq!(app.letters(&turned(paper(), "bocbo", "bocbo.motcua")), [(LetterKind::Supplement, 1, 2018)]);
    // The year is that of the place: New Year comes seven hours earlier than in London.
    app.at("2018-12-31T23:59:00+07:00");
    assert_eq!(app.letters(&turned(paper(), DISTRICT, COUNTER)), [(LetterKind::Supplement, 3, 2018)]);
    app.at("2019-01-01T00:00:00+07:00");
    assert_eq!(app.letters(&turned(paper(), DISTRICT, COUNTER)), [(LetterKind::Supplement, 1, 2019)]);
}

/// Ids and tasks of an office's work list.
fn listed(app: &TestApp, office: &str) -> Vec<(String, u32)> {
    let page = app.read(|tx| list::work(tx, Work::Office(office), None, 50));
    page.rows.into_iter().map(|waiting| (waiting.entry.id, waiting.task)).collect()
}

fn what_an_older_schema_did_not_keep_is_filled_in_once(app: TestApp) {
    let (counter, ready) = (app.received().id, app.ready().id);
    let working = app.received().id;
    app.act(COUNTER, &working, "forward", &[]).expect(303);
    app.act(SPECIALIST, &working, "claim", &[]).expect(303);
    let returned = app.received().id;
    app.act(COUNTER, &returned, "forward", &[]).expect(303);
    app.act(SPECIALIST, &returned, "propose", &[("outcome", "refuse"), ("proposal", "Thiếu căn cứ")]).expect(303);
    app.act(HEAD, &returned, "decide", &[("decision", "return"), ("decision_note", "Xem lại")]).expect(303);
    let lists = ["pacnam/one-stop", "pacnam/justice"].map(|office| listed(&app, office));
    assert_eq!([lists[0].len(), lists[1].len()], [2, 2]);
    // The schema before had no tasks and no promise beside the date, and kept a refusal that had fallen.
    let stale = match app.store.db.engine() {
        Engine::Sqlite => "REPLACE(state, '\"refusal\":null', '\"refusal\":\"Thiếu căn cứ\"')",
        Engine::Postgres => "REPLACE(state::text, '\"refusal\":null', '\"refusal\":\"Thiếu căn cứ\"')::json",
    };
    app.store.behind_its_back(&format!(
        "DELETE FROM task; UPDATE dossier SET promised_at = NULL, national_due_at = NULL;
         UPDATE dossier_state SET state = {stale} WHERE dossier = '{returned}'"
    ));
    assert_eq!(app.dossier(&returned).dossier.refusal.as_deref(), Some("Thiếu căn cứ"));
    let differing = app.read(replay::check).differing;
    assert!([&counter, &ready, &working, &returned].iter().all(|id| differing.contains(id)));
    app.write(dossier::fill_tasks).unwrap();
    assert_eq!(app.read(replay::check).differing, Vec::<String>::new());
    assert_eq!(["pacnam/one-stop", "pacnam/justice"].map(|office| listed(&app, office)), lists);
    assert_eq!(app.dossier(&returned).dossier.refusal, None);
    // Once: a store that has tasks is left alone.
    let before = app.read(|tx| Ok(tx.statements()));
    let after = app.write(|tx| {
        dossier::fill_tasks(tx)?;
        Ok(tx.statements())
    });
    assert_eq!(after.unwrap() - before, 1);
    app.act(SPECIALIST, &working, "propose", &[("outcome", "grant"), ("proposal", "")]).expect(303);
}

fn a_changed_a_missing_or_an_extra_task_differs_from_its_replay(mut app: TestApp) {
    // [LED-06]
    app.must_hold = false;
    let (id, other) = (app.received().id, app.received().id);
    let differing = || app.read(replay::check).differing;
    assert_eq!(differing(), Vec::<String>::new());
    let broken = |sql: &str, mend: &str, of: &str| {
        app.store.behind_its_back(sql);
        assert_eq!(differing(), [of.to_owned()], "{sql}");
        app.store.behind_its_back(mend);
        assert_eq!(differing(), Vec::<String>::new(), "{mend}");
    };
    let only = format!("WHERE id = '{id}/0'");
    for (column, wrong, right) in [
        ("office", "'pacnam/justice'", "'pacnam/one-stop'"),
        ("holder", "NULL", "'motcua1'"),
        ("kind", "'work'", "'intake'"),
        ("role", "'leader'", "'one_stop_officer'"),
        ("number", "7", "0"),
        ("procedure", "'x'", "'2.000913'"),
        ("due_at", "step_due_at", "(SELECT due_at FROM dossier WHERE dossier.id = task.dossier)"),
    ] {
        broken(
            &format!("UPDATE task SET {column} = {wrong} {only}"),
            &format!("UPDATE task SET {column} = {right} {only}"),
            &id,
        );
    }
    let copy = |id: &str, dossier: &str, number: u32| {
        format!(
            "INSERT INTO task (tenant, id, dossier, number, kind, office, role, holder, since, step_due_at, due_at, procedure,
                 late_at, waiting)
             SELECT tenant, '{id}', '{dossier}', {number}, kind, office, role, holder, since, step_due_at, due_at, procedure,
                 late_at, waiting
             FROM task WHERE id = '{other}/0'"
        )
    };
    broken(&copy("extra", &id, 1), "DELETE FROM task WHERE id = 'extra'", &id);
    broken(&copy("nobody/0", "nobody", 0), "DELETE FROM task WHERE id = 'nobody/0'", "nobody");
}

fn a_paused_dossier_waits_behind_everything_that_is_due(app: TestApp) {
    // [DOS-13] [DOS-14]
    let first = app.received().id;
    let second = app.at("2018-05-07T08:00:00+07:00").received().id;
    let order = || listed(&app, "pacnam/one-stop").into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!(order(), [first.clone(), second.clone()]);
    app.do_now(COUNTER, &first, ask(""));
    assert_eq!(order(), [second.clone(), first.clone()]);
    let far = jiff::Timestamp::from_second(253_370_764_800).unwrap();
    let late = |at| app.read(|tx| list::count(tx, "pacnam/one-stop", at));
    assert_eq!(late(far - jiff::SignedDuration::from_secs(1)), (2, 1), "what waits is never late");
    app.at("2018-05-08T09:00:00+07:00");
    let found = app.do_now("motcua2", &first, complete());
    assert_eq!((found.dossier.status, found.dossier.receipt), (Status::Received, 2));
    assert_eq!(order(), [second, first]);
}

fn acts_that_touch_the_clock_cost_few_statements(app: TestApp) {
    let id = app.received().id;
    let cost = |command: Command| {
        let (ctx, registry, id) = (app.ctx(Some(COUNTER)), app.registry(), id.clone());
        app.write(move |tx| {
            dossier::act(tx, &ctx, &registry, Target::now(&id), command.clone())?;
            Ok(tx.statements())
        })
        .unwrap()
    };
    // Read; number; the events in one; row, whole and task.
    let (asked, completed) = (cost(ask("")), cost(complete()));
    assert!(asked <= 6 && completed <= 5, "{asked} and {completed} statements");
}
