//! An agency that cannot work for a while.

use motcua_domain::dossier::Status;

use crate::app::TestApp;
use crate::counter::*;

both_engines! {
    the_clocks_of_an_agency_stand_while_it_cannot_work,
    only_a_leader_declares_an_outage_and_says_why,
}

fn the_clocks_of_an_agency_stand_while_it_cannot_work(app: TestApp) {
    // [DOS-16]
    let ids = [app.received().id, app.received().id];
    let settled = app.ready().id;
    let promised = app.dossier(&ids[0]).dossier.due_at().unwrap();
    app.at("2018-05-07T09:00:00+07:00");
    app.as_officer(LEADER).post("/desk/outage", &[("reason", "Mất điện toàn huyện")]).expect(303);
    assert!(ids.iter().all(|id| app.dossier(id).dossier.due_at().is_none()));
    assert!(app.dossier(&settled).dossier.paused().is_none());
    app.as_officer(LEADER).get("/desk/outage").expect(200);
    // Work may go on; declaring twice changes nothing.
    app.act(COUNTER, &ids[0], "forward", &[]).expect(303);
    app.as_officer(LEADER).post("/desk/outage", &[("reason", "lần nữa")]).expect(303);
    app.at("2018-05-09T09:00:00+07:00");
    app.as_officer(LEADER).post("/desk/outage/end", &[]).expect(303);
    app.as_officer(LEADER).post("/desk/outage/end", &[]).expect(303);
    let found = app.dossier(&ids[0]).dossier;
    // From Monday to Wednesday: two working days more.
    assert_eq!(found.due_at().unwrap() - promised, jiff::Span::new().hours(48).try_into().unwrap());
    assert_eq!((found.status, found.promised_at()), (Status::InProgress, Some(promised)));
}

fn only_a_leader_declares_an_outage_and_says_why(app: TestApp) {
    app.as_officer(LEADER).post("/desk/outage", &[("reason", " ")]).expect(422);
    app.as_officer(COUNTER).post("/desk/outage", &[("reason", "Mất điện")]).expect(403);
}
