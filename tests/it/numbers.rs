//! Numbers of dossiers as they are given. Rules: `docs/rules/codes.md`.

use motcua::platform::failure::Failure;

use crate::app::TestApp;
use crate::counter::*;

both_engines! {
    each_agency_counts_each_day_from_one,
    an_intake_that_fails_gives_no_number_twice,
    many_counters_at_once_give_every_number_once,
}

fn each_agency_counts_each_day_from_one(app: TestApp) {
    // [COD-01] [COD-02]
    let code = |at: &str| app.at(at).received().dossier.code;
    assert_eq!(code("2018-05-04T08:00:00+07:00"), "MAU.060.H03-180504-0001");
    assert_eq!(code("2018-05-04T16:00:00+07:00"), "MAU.060.H03-180504-0002");
    // The day is the day here, not in London.
    assert_eq!(code("2018-05-05T00:30:00+07:00"), "MAU.060.H03-180505-0001");
}

fn an_intake_that_fails_gives_no_number_twice(app: TestApp) {
    // [COD-02]
    let mut wrong = intake();
    wrong.case = 99;
    assert!(matches!(app.take_in(COUNTER, wrong), Err(Failure::Invalid(_))));
    let codes = [app.received().dossier.code, app.received().dossier.code];
    assert_ne!(codes[0], codes[1]);
}

fn many_counters_at_once_give_every_number_once(app: TestApp) {
    let mut codes: Vec<String> = std::thread::scope(|scope| {
        let counters: Vec<_> = ["motcua1", "motcua2", "motcua3"]
            .into_iter()
            .map(|login| {
                let (ctx, registry, db) = (app.ctx(Some(login)), app.registry(), app.store.db.clone());
                scope.spawn(move || {
                    let take_in = || {
                        let (ctx, registry) = (ctx.clone(), registry.clone());
                        let accept = move |tx: &mut motcua::platform::db::Tx| {
                            motcua::work::intake::accept(tx, &ctx, &registry, intake())
                        };
                        db.transact("test", accept).unwrap().dossier.code
                    };
                    (0..10).map(|_| take_in()).collect::<Vec<_>>()
                })
            })
            .collect();
        counters.into_iter().flat_map(|counter| counter.join().unwrap()).collect()
    });
    codes.sort();
    let expected: Vec<String> = (1..=30).map(|serial| format!("MAU.060.H03-180504-{serial:04}")).collect();
    assert_eq!(codes, expected);
}
