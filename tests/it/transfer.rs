//! Handing on with slips, and acts on many dossiers at once.

use motcua::platform::failure::Failure;
use motcua::work::transfer;

use crate::app::TestApp;
use crate::counter::*;
use crate::letters::words;

both_engines! {
    a_slip_takes_many_dossiers_to_one_office_and_the_receiver_confirms_them,
    whoever_takes_up_the_work_confirms_that_it_came,
    a_leader_signs_many_at_once_and_each_row_has_its_answer,
    a_slip_of_other_offices_is_not_there,
    results_on_paper_come_with_one_slip_for_each_office,
    the_post_takes_results_and_brings_dossiers_on_a_record,
}

/// The value of a row to tick.
fn row(app: &TestApp, id: &str) -> String {
    format!("{id}.{}.0", app.dossier(id).dossier.version)
}

fn a_slip_takes_many_dossiers_to_one_office_and_the_receiver_confirms_them(app: TestApp) {
    // [RTE-07]
    let ids = [app.received().id, app.received().id, app.received().id];
    let page = app.as_officer(COUNTER).get("/desk/transfers").expect(200);
    assert!(ids.iter().all(|id| page.shows(&app.dossier(id).dossier.code)));
    let rows: Vec<String> = ids.iter().map(|id| row(&app, id)).collect();
    let mut fields = vec![("to", "pacnam/justice"), ("office", "pacnam/one-stop")];
    fields.extend(rows.iter().map(|row| ("row", row.as_str())));
    let made = app.as_officer(COUNTER).post("/desk/transfers", &fields).expect(303);
    assert!(ids.iter().all(|id| app.dossier(id).dossier.slip.is_some() && app.dossier(id).dossier.step == 1));
    // The receiver confirms two of three; the third stays open on the slip.
    let slip = app.as_officer(SPECIALIST).get(&made.location).expect(200);
    assert!(slip.shows(&app.dossier(&ids[2]).dossier.code));
    let confirm = format!("{}/confirm", made.location);
    let ticked: Vec<String> = ids[..2].iter().map(|id| format!("{id}.0")).collect();
    let fields: Vec<(&str, &str)> = ticked.iter().map(|row| ("row", row.as_str())).collect();
    app.as_officer(COUNTER).post(&confirm, &fields).expect(422);
    app.as_officer(SPECIALIST).post(&confirm, &[]).expect(422);
    app.as_officer(SPECIALIST).post(&confirm, &fields).expect(303);
    // Twice is once.
    app.as_officer(SPECIALIST).post(&confirm, &fields).expect(303);
    let slips: Vec<Option<String>> = ids.iter().map(|id| app.dossier(id).dossier.slip).collect();
    assert_eq!(slips.iter().filter(|slip| slip.is_some()).count(), 1);
    let third = format!("{}.0", ids[2]);
    app.as_officer(SPECIALIST).post(&confirm, &[("row", &third)]).expect(303);
    let (incoming, _) = app.read(|tx| transfer::slips(tx, "pacnam/justice"));
    assert!(incoming.len() == 1 && incoming[0].confirmed_at.is_some());
}

fn whoever_takes_up_the_work_confirms_that_it_came(app: TestApp) {
    // [RTE-07]
    let id = app.received().id;
    let ticked = row(&app, &id);
    let fields = [("to", "pacnam/justice"), ("office", "pacnam/one-stop"), ("row", ticked.as_str())];
    let made = app.as_officer(COUNTER).post("/desk/transfers", &fields).expect(303);
    app.act(SPECIALIST, &id, "claim", &[]).expect(303);
    assert_eq!(app.dossier(&id).dossier.slip, None);
    // To an office where it does not go, or a second time, it does not.
    let again = row(&app, &id);
    let fields = [("to", "pacnam/finance"), ("office", "pacnam/one-stop"), ("row", again.as_str())];
    let page = app.as_officer(COUNTER).post("/desk/transfers", &fields).expect(200);
    assert!(page.shows("0"));
    let (_, outgoing) = app.read(|tx| transfer::slips(tx, "pacnam/one-stop"));
    assert_eq!(outgoing.len(), 1, "no number is wasted: {}", made.location);
}

fn a_leader_signs_many_at_once_and_each_row_has_its_answer(app: TestApp) {
    let ids: Vec<String> = (0..3).map(|_| app.received().id).collect();
    for id in &ids {
        app.act(COUNTER, id, "forward", &[]).expect(303);
        app.act(SPECIALIST, id, "propose", &[("outcome", "grant"), ("proposal", "")]).expect(303);
    }
    let rows: Vec<String> = ids.iter().map(|id| row(&app, id)).collect();
    // Somebody returns the last one meanwhile.
    app.act(HEAD, &ids[2], "decide", &[("decision", "return"), ("decision_note", "Thiếu căn cứ")]).expect(303);
    let mut fields = vec![("act", "approve"), ("office", "pacnam/justice")];
    fields.extend(rows.iter().map(|row| ("row", row.as_str())));
    let page = app.as_officer(HEAD).post("/desk/batch", &fields).expect(200);
    assert!(ids.iter().all(|id| page.shows(&app.dossier(id).dossier.code)));
    let steps: Vec<u32> = ids.iter().map(|id| app.dossier(id).dossier.step).collect();
    assert_eq!(steps, [3, 3, 1]);
    app.as_officer(LEADER).get("/desk/batch?act=approve").expect(200);
    app.as_officer(HEAD).post("/desk/batch", &[("act", "approve"), ("row", "rubbish")]).expect(422);
}

fn a_slip_of_other_offices_is_not_there(app: TestApp) {
    // [ACC-02]
    let id = app.received().id;
    let ticked = row(&app, &id);
    let fields = [("to", "pacnam/justice"), ("office", "pacnam/one-stop"), ("row", ticked.as_str())];
    let made = app.as_officer(COUNTER).post("/desk/transfers", &fields).expect(303);
    app.as_officer("bocbo.motcua").get(&made.location).expect(404);
    app.as_officer("bocbo.motcua").get("/desk/transfers?office=pacnam/one-stop").expect(404);
    let (ctx, registry) = (app.ctx(Some("bocbo.motcua")), app.registry());
    let done = app.write(move |tx| {
        let target = motcua::record::dossier::Target::now(&id);
        transfer::hand_on(tx, &ctx, &registry, target, "pacnam/justice", None)
    });
    assert!(matches!(done, Err(Failure::NotFound)));
}

fn results_on_paper_come_with_one_slip_for_each_office(app: TestApp) {
    // [RTE-14]
    let ids = [app.ready().id, app.ready().id];
    let page = app.as_officer(COUNTER).get("/desk/transfers").expect(200);
    assert!(page.shows("Kết quả đã về một cửa") && ids.iter().all(|id| page.shows(&app.dossier(id).dossier.code)));
    assert!(!app.as_officer(SPECIALIST).get("/desk/transfers").expect(200).shows("Kết quả đã về một cửa"));
    let rows: Vec<String> = ids.iter().map(|id| row(&app, id)).collect();
    let mut fields = vec![("from", "pacnam/justice"), ("office", "pacnam/one-stop")];
    app.as_officer(COUNTER).post("/desk/transfers/results", &fields).expect(422);
    fields.extend(rows.iter().map(|row| ("row", row.as_str())));
    app.as_officer(SPECIALIST).post("/desk/transfers/results", &fields).expect(403);
    let made = app.as_officer(COUNTER).post("/desk/transfers/results", &fields).expect(303);
    let slips: Vec<Option<String>> = ids.iter().map(|id| app.dossier(id).dossier.result_slip).collect();
    assert!(slips[0].is_some() && slips[0] == slips[1] && made.location.contains("-KQ2018-00001"), "{slips:?}");
    // Whose results they are sees the slip too; nobody else does.
    let slip = app.as_officer(SPECIALIST).get(&made.location).expect(200);
    assert!(slip.shows("Phiếu bàn giao kết quả") && slip.shows(&app.dossier(&ids[1]).dossier.code));
    app.as_officer("bocbo.motcua").get(&made.location).expect(404);
    let printed = words(&app, &app.as_officer(COUNTER).get(&format!("{}/slip.pdf", made.location)).expect(200).bytes);
    for part in ["PHIẾU BÀN GIAO KẾT QUẢ", &app.dossier(&ids[0]).dossier.code, "Nà Coóc, Bộc Bố"] {
        assert!(printed.contains(part), "{part} in {printed}");
    }
    // Twice they do not come, and from another office not at all; no number is wasted on either.
    let again = row(&app, &ids[0]);
    for from in ["pacnam/justice", "pacnam/finance"] {
        let fields = [("from", from), ("office", "pacnam/one-stop"), ("row", again.as_str())];
        let page = app.as_officer(COUNTER).post("/desk/transfers/results", &fields).expect(200);
        assert!(page.shows("Xong 0 trong số 1 hồ sơ"), "{}", page.text());
    }
    let third = app.ready().id;
    let ticked = row(&app, &third);
    let fields = [("from", "pacnam/justice"), ("office", "pacnam/one-stop"), ("row", ticked.as_str())];
    let next = app.as_officer(COUNTER).post("/desk/transfers/results", &fields).expect(303);
    assert!(next.location.contains("-KQ2018-00002"), "{}", next.location);
    // Sent back for a mistake, its result comes anew.
    let fields = [("to_step", "1"), ("reason", "Sai họ tên")];
    app.act(COUNTER, &third, "send-back", &fields).expect(303);
    assert_eq!(app.dossier(&third).dossier.result_slip, None);
}

fn the_post_takes_results_and_brings_dossiers_on_a_record(app: TestApp) {
    // [LET-18]
    let mut sent = intake();
    sent.channel = motcua_domain::procedure::Channel::Post;
    sent.particulars.return_via = motcua_domain::dossier::ReturnVia::Post;
    let id = app.take_in(COUNTER, sent).unwrap().id;
    let page = app.as_officer(COUNTER).get("/desk/transfers/post").expect(200);
    assert!(page.shows(&app.dossier(&id).dossier.code) && page.shows("Không có kết quả nào chờ giao cho bưu chính"));
    app.as_officer(SPECIALIST).get("/desk/transfers/post").expect(403);
    app.as_officer("bocbo.motcua").get("/desk/transfers/post?office=pacnam/one-stop").expect(404);
    let take = |ticked: &str, post_office: &str| {
        let fields = [("office", "pacnam/one-stop"), ("row", ticked), ("post_office", post_office), ("postman", "")];
        app.as_officer(COUNTER).post("/desk/transfers/post/take", &fields)
    };
    let ticked = row(&app, &id);
    assert!(take(&ticked, "").expect(422).shows("Ghi tên bưu cục"));
    let record = take(&ticked, "Bưu cục Bộc Bố").expect(303);
    assert!(record.location.contains("-BC2018-00001"), "{}", record.location);
    assert!(take(&ticked, "Bưu cục Bộc Bố").expect(200).shows("Hồ sơ đã có trong một biên bản"));
    let print =
        |location: &str| words(&app, &app.as_officer(COUNTER).get(&format!("{location}/slip.pdf")).expect(200).bytes);
    let printed = print(&record.location);
    assert!(printed.contains("Bưu cục Bộc Bố") && printed.contains(&app.dossier(&id).dossier.code), "{printed}");
    // What does not go by post is not given to it.
    let here = app.ready().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    app.act(SPECIALIST, &id, "propose", &[("outcome", "grant"), ("proposal", "")]).expect(303);
    app.act(HEAD, &id, "decide", &[("decision", "approve")]).expect(303);
    app.act(LEADER, &id, "decide", &[("decision", "approve")]).expect(303);
    let page = app.as_officer(COUNTER).get("/desk/transfers/post").expect(200);
    assert!(page.shows(&app.dossier(&id).dossier.code) && !page.shows(&app.dossier(&here).dossier.code));
    let (first, second) = (row(&app, &here), row(&app, &id));
    let mut fields = vec![("office", "pacnam/one-stop"), ("row", &first), ("row", &second)];
    fields.extend([("post_office", "Bưu cục Bộc Bố"), ("postman", "Nhân viên bưu chính số 1")]);
    let page = app.as_officer(COUNTER).post("/desk/transfers/post/give", &fields).expect(200);
    assert!(page.shows("Xong 1 trong số 2 hồ sơ") && page.shows("không gửi hoặc trả qua bưu chính"));
    let given = app.dossier(&id).dossier;
    let recipient = given.recipient.unwrap();
    assert!(given.closed_at.is_some() && recipient.name == "Nhân viên bưu chính số 1, Bưu cục Bộc Bố");
    let record = recipient.authority.unwrap();
    let printed = print(&format!("/desk/transfers/{record}"));
    assert!(printed.contains(&given.code) && record.ends_with("-BC2018-00002"), "{record} {printed}");
}
