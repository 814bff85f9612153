//! A dossier from the counter to the applicant's hand, and what stands in its way.

use jiff::SignedDuration;
use motcua::platform::failure::Failure;
use motcua::record::dossier::{self, Target};
use motcua::view::reports::report;
use motcua::work::intake;
use motcua_domain::dossier::{Command, Status};
use motcua_domain::figures::Report;
use motcua_domain::procedure::{Channel, Tier};

use crate::app::TestApp;
use crate::counter::*;

both_engines! {
    a_dossier_goes_from_the_counter_through_two_offices_and_a_leader_to_the_applicant,
    what_is_refused_at_intake_is_closed_and_counted_nowhere,
    a_refusal_after_examination_reaches_the_applicant_with_its_reason,
    a_corrected_receipt_voids_the_one_before_and_keeps_number_and_promise,
    of_two_officers_at_once_exactly_one_wins,
    whoever_looked_at_an_older_state_is_told_and_nothing_happens,
    a_dossier_of_another_commune_is_not_there,
    a_procedure_withdrawn_meanwhile_is_not_taken_in,
    a_leader_returns_and_the_specialist_proposes_anew,
    a_file_that_is_not_what_it_claims_is_refused,
    an_act_costs_few_statements,
}

fn a_dossier_goes_from_the_counter_through_two_offices_and_a_leader_to_the_applicant(app: TestApp) {
    app.at("2018-05-04T15:10:00+07:00");
    let found = app.received();
    assert_eq!(found.dossier.code, "MAU.060.H03-180504-0001");
    let id = found.id;
    app.advance(SignedDuration::from_mins(20));
    app.act(COUNTER, &id, "forward", &[("note", "Đủ giấy tờ")]).expect(303);
    app.act(SPECIALIST, &id, "claim", &[]).expect(303);
    app.act(COLLEAGUE, &id, "propose", &[("outcome", "grant"), ("proposal", "")]).expect(422);
    app.act(HEAD, &id, "assign", &[("to", COLLEAGUE)]).expect(303);
    app.act(COLLEAGUE, &id, "propose", &[("outcome", "grant"), ("proposal", "Đủ điều kiện")]).expect(303);
    app.act(HEAD, &id, "decide", &[("decision", "approve"), ("decision_note", "")]).expect(303);
    let pdf = b"%PDF-1.7 a signed decision";
    let result = app.as_officer(LEADER).post_file(
        &format!("/desk/dossiers/{id}/results"),
        &[("result_title", "Văn bản chứng thực số 12"), ("version", &app.dossier(&id).dossier.version.to_string())],
        "ket-qua.pdf",
        pdf,
    );
    result.expect(303);
    app.act(LEADER, &id, "decide", &[("decision", "approve"), ("decision_note", "")]).expect(303);
    assert_eq!(app.dossier(&id).dossier.status, Status::Ready);
    let sha256 = app.dossier(&id).dossier.results[0].file.sha256.clone();
    let file = app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/results/{sha256}")).expect(200);
    assert_eq!((file.bytes.as_slice(), file.kind.as_str()), (pdf.as_slice(), "application/pdf"));
    // A proxy without an authorisation gets nothing.
    let proxy = [("recipient", "proxy"), ("recipient_name", "Trần Thị B"), ("recipient_id", "006090000456")];
    app.act(COUNTER, &id, "hand-over", &proxy).expect(422);
    let shown = [proxy.as_slice(), &[("recipient_authority", "Giấy ủy quyền số 5")]].concat();
    app.act(COUNTER, &id, "hand-over", &shown).expect(303);
    let closed = app.dossier(&id).dossier;
    assert_eq!((closed.status, closed.recipient.unwrap().name.as_str()), (Status::Returned, "Trần Thị B"));
    // [DOS-10] Nothing more can happen to it.
    app.act(COUNTER, &id, "forward", &[]).expect(422);
    let kinds: Vec<&str> = app.read(|tx| dossier::timeline(tx, &id)).iter().map(|r| r.event.kind()).collect::<Vec<_>>();
    assert_eq!(
        kinds,
        [
            "accepted",
            "forwarded",
            "claimed",
            "assigned",
            "proposed",
            "forwarded",
            "approved",
            "forwarded",
            "result_attached",
            "approved",
            "forwarded",
            "handed_over"
        ]
    );
}

fn what_is_refused_at_intake_is_closed_and_counted_nowhere(app: TestApp) {
    // [DOS-12]
    let (ctx, registry) = (app.ctx(Some(COUNTER)), app.registry());
    let refused = app.write(move |tx| {
        let person = particulars().applicant;
        let turned = intake::TurnedAway {
            missing: Vec::new(),
            agency: DISTRICT.into(),
            tier: Tier::District,
            procedure: PROCEDURE.into(),
            channel: Channel::Direct,
            applicant: person,
            reason: "Không thuộc thẩm quyền".into(),
        };
        intake::refuse(tx, &ctx, &registry, turned)
    });
    let refused = refused.unwrap();
    assert_eq!(refused.dossier.status, Status::RefusedAtIntake);
    app.act(COUNTER, &refused.id, "claim", &[]).expect(422);
    let letter = app.as_officer(COUNTER).get(&format!("/desk/dossiers/{}/refusal.pdf", refused.id)).expect(200);
    assert!(letter.bytes.starts_with(b"%PDF-"));
    app.as_officer(COUNTER).get(&format!("/desk/dossiers/{}/receipt.pdf", refused.id)).expect(404);
    app.count();
    let today = app.registry().local(app.now()).date();
    let report = app.read(|tx| report(tx, &app.registry(), today, today, None, app.now()));
    assert_eq!(report, Report::default());
}

fn a_refusal_after_examination_reaches_the_applicant_with_its_reason(app: TestApp) {
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    // [DOS-07] Without its reason there is no refusal.
    app.act(SPECIALIST, &id, "propose", &[("outcome", "refuse"), ("proposal", "  ")]).expect(422);
    app.act(SPECIALIST, &id, "propose", &[("outcome", "refuse"), ("proposal", "Thiếu điều kiện")]).expect(303);
    app.act(HEAD, &id, "decide", &[("decision", "approve")]).expect(303);
    app.act(LEADER, &id, "decide", &[("decision", "approve")]).expect(303);
    let found = app.dossier(&id).dossier;
    assert_eq!((found.status, found.refusal.as_deref()), (Status::Ready, Some("Thiếu điều kiện")));
    let letter = app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/refusal.pdf")).expect(200);
    assert!(letter.bytes.starts_with(b"%PDF-"));
}

fn a_corrected_receipt_voids_the_one_before_and_keeps_number_and_promise(app: TestApp) {
    // [DOS-11]
    let before = app.received();
    let correct = |login: &str, reason: &str| {
        let (ctx, id, reason) = (app.ctx(Some(login)), before.id.clone(), reason.to_owned());
        let mut new = particulars();
        new.applicant.name = "Nguyễn Văn Ân".into();
        let registry = app.registry();
        app.write(move |tx| intake::correct(tx, &ctx, &registry, Target::now(&id), new.clone(), reason.clone()))
    };
    assert!(matches!(correct(COUNTER, " "), Err(Failure::Refused(said)) if said.key == "refusal.reason_missing"));
    let after = correct(COUNTER, "Viết sai tên").unwrap().dossier;
    assert_eq!((after.receipt, after.applicant().name.as_str()), (2, "Nguyễn Văn Ân"));
    assert_eq!((after.code, after.promise), (before.dossier.code.clone(), before.dossier.promise.clone()));
    assert!(
        matches!(correct(COUNTER, "lần nữa"), Err(Failure::Refused(said)) if said.key == "refusal.nothing_changed")
    );
    // An officer of another agency learns only that there is none.
    assert!(matches!(correct("bocbo.motcua", "x"), Err(Failure::NotFound)));
}

fn of_two_officers_at_once_exactly_one_wins(app: TestApp) {
    // [LED-01]
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    let version = app.dossier(&id).dossier.version;
    let db = &app.store.db;
    let won: Vec<bool> = std::thread::scope(|scope| {
        let run = |login: &'static str| {
            let (ctx, id, db) = (app.ctx(Some(login)), id.clone(), db.clone());
            let registry = app.registry();
            scope.spawn(move || {
                db.transact("test", move |tx| {
                    let target = Target { id: &id, seen: Some(version), task: None };
                    dossier::act(tx, &ctx, &registry, target, Command::Claim)
                })
            })
        };
        let (first, second) = (run(SPECIALIST), run(COLLEAGUE));
        [first, second]
            .map(|thread| thread.join().unwrap())
            .map(|done| match done {
                Ok(_) => true,
                Err(Failure::Conflict) => false,
                Err(other) => panic!("{other}"),
            })
            .to_vec()
    });
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    let holder = app.dossier(&id).dossier.holder.unwrap();
    assert_eq!(holder, if won[0] { SPECIALIST } else { COLLEAGUE });
}

fn whoever_looked_at_an_older_state_is_told_and_nothing_happens(app: TestApp) {
    let found = app.received();
    let seen = found.dossier.version.to_string();
    app.act("motcua2", &found.id, "forward", &[]).expect(303);
    let path = format!("/desk/dossiers/{}/forward", found.id);
    // The act is not even possible any more, and the words are there all the same.
    let late = app.as_officer(COUNTER).post(&path, &[("version", &seen), ("note", "Ghi chú đã gõ")]).expect(409);
    assert!(late.shows("Ghi chú đã gõ"), "what was typed stays");
    assert_eq!(app.dossier(&found.id).dossier.version, 2);
}

fn a_dossier_of_another_commune_is_not_there(app: TestApp) {
    // [DOS-09] [ACC-02]
    let id = app.received().id;
    for login in ["bocbo.motcua", "bocbo.chutich", "taichinh1", "taichinh.truong"] {
        app.as_officer(login).get(&format!("/desk/dossiers/{id}")).expect(404);
        app.as_officer(login).get(&format!("/desk/dossiers/{id}/receipt.pdf")).expect(404);
        let tried = app.act(login, &id, "claim", &[]);
        assert_eq!(tried.status, 404, "{login}");
    }
    for login in [COUNTER, SPECIALIST, HEAD, LEADER, "kiemtra"] {
        app.as_officer(login).get(&format!("/desk/dossiers/{id}/receipt.pdf")).expect(200);
    }
}

fn a_procedure_withdrawn_meanwhile_is_not_taken_in(app: TestApp) {
    let running = app.received().id;
    let ctx = app.ctx(None);
    app.write(move |tx| motcua::registry::catalogue::withdraw(tx, &ctx, PROCEDURE, "Bãi bỏ")).unwrap();
    app.refresh();
    let refused = app.take_in(COUNTER, intake());
    assert!(matches!(refused, Err(Failure::Refused(said)) if said.key == "intake.withdrawn"));
    // What was received goes on.
    app.act(COUNTER, &running, "forward", &[]).expect(303);
    let ctx = app.ctx(None);
    app.write(move |tx| motcua::registry::catalogue::reinstate(tx, &ctx, PROCEDURE)).unwrap();
    app.refresh();
    app.take_in(COUNTER, intake()).unwrap();
}

fn a_leader_returns_and_the_specialist_proposes_anew(app: TestApp) {
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    app.act(SPECIALIST, &id, "propose", &[("outcome", "grant"), ("proposal", "")]).expect(303);
    app.act(HEAD, &id, "decide", &[("decision", "approve")]).expect(303);
    app.act(LEADER, &id, "decide", &[("decision", "return"), ("decision_note", "")]).expect(422);
    app.act(LEADER, &id, "decide", &[("decision", "return"), ("decision_note", "Thiếu căn cứ")]).expect(303);
    let back = app.dossier(&id).dossier;
    assert_eq!((back.step, back.proposal), (1, None));
    app.act(SPECIALIST, &id, "send-back", &[("to_step", "0"), ("reason", "Thiếu giấy tờ")]).expect(303);
    assert_eq!(app.dossier(&id).dossier.status, Status::Received);
}

fn a_file_that_is_not_what_it_claims_is_refused(app: TestApp) {
    let id = app.ready().id;
    let path = format!("/desk/dossiers/{id}/results");
    let version = app.dossier(&id).dossier.version.to_string();
    let fields = [("result_title", "Giấy phép số 3"), ("version", version.as_str())];
    let counter = app.as_officer(COUNTER);
    counter.post_file(&path, &fields, "ket-qua.pdf", b"MZ\x90 a program").expect(422);
    counter.post_file(&path, &fields, "ket-qua.exe", b"%PDF-1.7").expect(422);
    counter.post_file(&path, &fields, "ket-qua.pdf", b"").expect(422);
    assert_eq!(app.dossier(&id).dossier.results.len(), 0);
    counter.post_file(&path, &fields, "KET-QUA.PDF", b"%PDF-1.7").expect(303);
}

fn an_act_costs_few_statements(app: TestApp) {
    let (ctx, registry) = (app.ctx(Some(COUNTER)), app.registry());
    let (id, taken_in) = app
        .write(move |tx| {
            let found = intake::accept(tx, &ctx, &registry, intake())?;
            Ok((found.id, tx.statements()))
        })
        .unwrap();
    // Number; event; row, whole, offices that may see it, and task.
    assert!(taken_in <= 6, "intake took {taken_in} statements");
    let (ctx, registry) = (app.ctx(Some(COUNTER)), app.registry());
    let forwarded = app
        .write(move |tx| {
            let command = Command::Forward { note: String::new(), slip: None };
            dossier::act(tx, &ctx, &registry, Target::now(&id), command)?;
            Ok(tx.statements())
        })
        .unwrap();
    // Read; event; row, whole and task.
    assert!(forwarded <= 5, "forwarding took {forwarded} statements");
}
