//! Two sites in one store, each a tenant: the same agencies, people and even ids, and neither sees the other.

use std::collections::BTreeMap;

use motcua::backup;
use motcua::platform::ledger;
use motcua::record::dossier::list::{self, Work};
use motcua::record::dossier::{self, replay};
use motcua::record::figures;
use motcua::registry;
use motcua::work::{reminders, transfer};
use motcua_domain::dossier::{Command, PaperAsked, SupplementRequest};

use crate::app::TestApp;
use crate::counter::*;
use crate::engines::SITE;
use crate::notices::command;
use crate::upgrade::rows;

both_engines! {
    two_sites_in_one_store_do_not_see_one_another,
    two_sites_that_do_the_same_have_the_same_rows,
    each_site_has_a_chain_of_its_own,
    work_that_does_not_say_whose_it_is_does_nothing,
}

const OTHER: &str = "another-site";

fn waiting_at(app: &TestApp, office: &'static str) -> usize {
    app.read(|tx| list::work(tx, Work::Office(office), None, 50)).rows.len()
}

fn two_sites_in_one_store_do_not_see_one_another(app: TestApp) {
    // [NOD-09]
    let other = app.another_site(OTHER);
    let (first, second) = (app.received(), app.received());
    let theirs = other.received();
    // Not even the same id and the same number are in the way of one another.
    assert_eq!((&first.id, &first.dossier.code), (&theirs.id, &theirs.dossier.code));
    other.act(COUNTER, &theirs.id, "forward", &[]).expect(303);
    assert_eq!((app.dossier(&first.id).dossier.step, other.dossier(&first.id).dossier.step), (0, 1));
    assert_eq!(["pacnam/one-stop", "pacnam/justice"].map(|office| waiting_at(&app, office)), [2, 0]);
    assert_eq!(["pacnam/one-stop", "pacnam/justice"].map(|office| waiting_at(&other, office)), [0, 1]);
    let page = format!("/desk/dossiers/{}", second.id);
    app.as_officer(COUNTER).get(&page).expect(200);
    other.as_officer(COUNTER).get(&page).expect(404);
    assert!(other.read(|tx| list::by_code(tx, &second.dossier.code)).is_none());
    assert!(other.read(|tx| dossier::by_id(tx, &second.id)).is_none());
    assert!(other.read(|tx| ledger::entries(tx, &second.id)).is_empty());
    assert_eq!(app.store.db.query(registry::sites).unwrap(), [OTHER, SITE]);
    assert!(registry::of_its_site(&app.store.db).is_err(), "which of them is for somebody to say");
}

/// A part of a day with something of everything: a dossier granted, one on a slip, one whose applicant is asked for more, an
/// outage, a reminder, a wrong password, a reading that is noted.
fn a_day(app: &TestApp) {
    app.ready();
    let slipped = app.received();
    let row = format!("{}.{}.0", slipped.id, slipped.dossier.version);
    let to = [("to", "pacnam/justice"), ("office", "pacnam/one-stop"), ("row", row.as_str())];
    app.as_officer(COUNTER).post("/desk/transfers", &to).expect(303);
    let asked = app.received().id;
    app.act(COUNTER, &asked, "forward", &[]).expect(303);
    app.act(SPECIALIST, &asked, "claim", &[]).expect(303);
    let items = vec![PaperAsked { name: "Giấy chứng sinh".into(), originals: 1, copies: 0 }];
    let request = SupplementRequest { items, reason: "Thiếu giấy tờ".into(), ..SupplementRequest::default() };
    command(app, SPECIALIST, &asked, Command::AskSupplement(Box::new(request)));
    app.at("2018-05-07T09:00:00+07:00");
    app.as_officer(LEADER).post("/desk/outage", &[("reason", "Mất điện")]).expect(303);
    app.as_officer(LEADER).post("/desk/outage/end", &[]).expect(303);
    app.at("2018-05-09T16:00:00+07:00");
    let (ctx, registry) = (app.ctx(None), app.registry());
    assert!(reminders::run(&app.store.db, &ctx, &registry).unwrap() > 0);
    app.as_officer(COUNTER).get(&format!("/desk/dossiers/{asked}")).expect(200);
    assert!(!app.audit().is_empty());
    app.seal();
    figures::take_in_all(&app.store.db, &registry.timezone, app.now()).unwrap();
}

fn two_sites_that_do_the_same_have_the_same_rows(app: TestApp) {
    // [NOD-09] Numbers of dossiers, letters, slips and seals begin at 1 in each, and no key of one is taken by the other.
    let other = app.another_site(OTHER);
    a_day(&app);
    a_day(&other);
    assert_eq!(other.read(|tx| transfer::slips(tx, "pacnam/justice")).0.len(), 1);
    let (all, _) = rows(&app.store.db);
    let mut compared = Vec::new();
    for (table, rows) in all {
        // These say what the site is called, or how a password was salted.
        if ["registry_site", "registry_item", "account"].contains(&table.as_str()) {
            continue;
        }
        let mut of: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for mut row in rows {
            let tenant = row.remove("tenant").unwrap_or_else(|| panic!("{table}: a row without tenant"));
            of.entry(tenant.as_str().unwrap().to_owned()).or_default().push(row);
        }
        assert_eq!(of.get(SITE), of.get(OTHER), "{table}");
        compared.push(table);
    }
    for table in [
        "audit",
        "dossier_serial",
        "event",
        "figure",
        "figure_dossier",
        "letter_serial",
        "outage",
        "reminder",
        "seal",
        "session",
        "slip_serial",
    ] {
        assert!(compared.iter().any(|had| had == table), "{table} has no row");
    }
}

fn each_site_has_a_chain_of_its_own(mut app: TestApp) {
    // [NOD-09] [LED-05]
    let mut other = app.another_site(OTHER);
    app.must_hold = false;
    other.must_hold = false;
    let id = app.received().id;
    other.received();
    other.received();
    assert_eq!((app.seal(), other.seal()), (1, 2));
    let verdict = |app: &TestApp| app.verify();
    assert_eq!((verdict(&app).seals, verdict(&app).sealed_events, verdict(&app).broken), (1, 1, vec![]));
    assert_eq!((verdict(&other).seals, verdict(&other).sealed_events, verdict(&other).broken), (1, 2, vec![]));
    backup::holds(&app.store.db).unwrap();
    // What is done to one is seen in one; whoever looks at the store as a whole finds it.
    app.store.behind_its_back(&format!("UPDATE event SET office = 'x' WHERE tenant = '{OTHER}' AND stream = '{id}'"));
    assert_eq!((verdict(&app).broken.len(), verdict(&other).broken.len()), (0, 2));
    assert!(app.read(replay::check).holds());
    assert!(backup::holds(&app.store.db).is_err());
}

fn work_that_does_not_say_whose_it_is_does_nothing(app: TestApp) {
    // [NOD-09]
    app.received();
    let db = app.store.of_nobody();
    assert!(db.query(ledger::unsealed).is_err());
    assert!(db.transact("test", |tx| tx.execute_one("DELETE FROM task WHERE tenant = $1", &[tx.tenant()?])).is_err());
}
