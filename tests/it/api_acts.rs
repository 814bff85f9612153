//! Every act through the API: the clock, the legs, agencies outside, and every way to ask wrongly.

use std::collections::BTreeSet;

use motcua::platform::ctx::Ctx;
use motcua::platform::web::api::describe;
use motcua::record::dossier::{self, Target};
use motcua_domain::dossier::{CONSULTATION, Command, Outcome};
use motcua_domain::identity::{Officer, Post, Role};
use serde_json::{Value, json};

use crate::api::text;
use crate::app::TestApp;
use crate::counter::*;
use crate::outside::{POLICE, both_at_once};

both_engines! {
    a_supplement_a_payment_and_an_extension_by_program,
    an_end_before_the_end_by_program,
    a_consultation_by_program,
    legs_and_an_agency_outside_by_program,
    every_field_of_an_act_that_does_not_fit_is_named,
    tracking_shows_what_is_awaited_and_the_days_of_agencies_outside,
}

fn names(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn every_act_is_described() {
    let document = describe(motcua::app::routes().endpoints());
    let acts = document["components"]["schemas"]["Act"]["oneOf"].as_array().unwrap();
    let name = |act: &Value| text(act, "/properties/act/enum/0").to_owned();
    let described: BTreeSet<String> = acts.iter().map(name).collect();
    let expected: BTreeSet<String> = [
        "claim",
        "assign",
        "forward",
        "confirm",
        "send_back",
        "propose",
        "approve",
        "return",
        "hand_over",
        "correct",
        "ask_supplement",
        "receive_supplement",
        "ask_payment",
        "receive_payment",
        "extend",
        "recompute",
        "withdraw",
        "stop",
        "consult",
        "answer_consultation",
        "acknowledge",
        "ask",
        "answer",
        "reply",
    ]
    .map(str::to_owned)
    .into();
    assert_eq!(described, expected);
    for act in acts {
        assert!(!text(act, "/description").is_empty(), "{act}");
        let fields = act["properties"].as_object().unwrap();
        assert!(fields.contains_key("task") && fields.contains_key("version"), "{act}");
        // Words that somebody types have a limit.
        for field in ["reason", "note", "ground", "again", "question", "answer", "person", "reference"] {
            assert!(fields.get(field).is_none_or(|field| field["maxLength"].is_u64()), "{field} of {}", name(act));
        }
    }
}

fn a_supplement_a_payment_and_an_extension_by_program(app: TestApp) {
    // [DOS-14] [DOS-15] [DOS-16] [DOS-17]
    let id = app.received().id;
    let (counter, specialist) = (app.program(COUNTER), app.program(SPECIALIST));
    counter.act(&id, json!({ "act": "forward" })).expect(200);
    let items = json!([{ "name": " Giấy chứng sinh ", "originals": 1 }, { "name": "Ảnh", "copies": 2 }]);
    let ask = json!({ "act": "ask_supplement", "task": 0, "items": items, "reason": "Thiếu giấy tờ",
        "ground": "Điều 17", "answer_by": "2018-05-14T17:00:00+07:00" });
    let asked = specialist.act(&id, ask).expect(200).json();
    assert_eq!((text(&asked, "/status"), &asked["status_national"]), ("supplement_asked", &json!(5)));
    assert_eq!((&asked["due_at"], text(&asked, "/timing")), (&Value::Null, "paused"));
    assert_eq!((text(&asked, "/tasks/0/timing"), &asked["tasks"][0]["due_at"]), ("paused", &Value::Null));
    let stand = &asked["standstills"][0];
    assert_eq!(
        (text(stand, "/kind"), &stand["to"], text(stand, "/items/0/name")),
        ("supplement", &Value::Null, "Giấy chứng sinh")
    );
    assert_eq!((text(stand, "/answer_by"), text(stand, "/ground")), ("2018-05-14T17:00:00+07:00", "Điều 17"));
    assert_eq!((text(&asked, "/letters/0/kind"), &asked["letters"][0]["number"]), ("supplement", &json!(1)));
    assert_eq!(names(&asked["possible"]), ["claim", "send_back", "attach_result", "consult"]);
    let waiting = counter.get(&format!("/api/v1/dossiers/{id}")).expect(200).json();
    assert_eq!(names(&waiting["possible"]), ["correct", "receive_supplement", "withdraw"]);
    app.at("2018-05-07T09:00:00+07:00");
    // A session lasts a working day.
    let (counter, specialist, head) = (app.program(COUNTER), app.program(SPECIALIST), app.program(HEAD));
    let papers = json!([{ "name": "Giấy chứng sinh", "originals": 1 }]);
    let came = json!({ "act": "receive_supplement", "papers": papers, "note": "Đủ" });
    let came = counter.act(&id, came).expect(200).json();
    // Asked on Friday, complete on Monday: the limit runs anew, the index takes the one working day off.
    assert_eq!(
        (text(&came, "/due_at"), text(&came, "/promised_at")),
        ("2018-05-09T17:00:00+07:00", "2018-05-08T17:00:00+07:00")
    );
    assert_eq!(text(&came, "/national_due_at"), "2018-05-09T17:00:00+07:00");
    assert_eq!((&came["receipt"], text(&came, "/standstills/0/to")), (&json!(2), "2018-05-07T09:00:00+07:00"));
    assert_eq!(text(&came, "/particulars/papers/1/name"), "Giấy chứng sinh");
    specialist.act(&id, json!({ "act": "ask_payment", "amount": 50_000, "reason": "Lệ phí" })).expect(200);
    app.at("2018-05-07T14:00:00+07:00");
    let paid = counter.act(&id, json!({ "act": "receive_payment", "reference": "BL 12" })).expect(200).json();
    assert_eq!((text(&paid, "/standstills/1/kind"), &paid["standstills"][1]["amount"]), ("payment", &json!(50_000)));
    let extended =
        head.act(&id, json!({ "act": "extend", "to": "2018-05-11", "reason": "Phải xác minh" })).expect(200).json();
    assert_eq!(text(&extended, "/due_at"), "2018-05-11T17:00:00+07:00");
    let extension = &extended["extensions"][0];
    assert_eq!((text(extension, "/before"), &extension["late"]), ("2018-05-09T17:00:00+07:00", &json!(false)));
    assert!(!names(&extended["possible"]).contains(&"extend"));
    let nothing = head.act(&id, json!({ "act": "recompute", "reason": "Thử" })).expect(422).json();
    assert_eq!(text(&nothing, "/key"), "refusal.nothing_changed");
    let events = counter.get(&format!("/api/v1/dossiers/{id}/events")).expect(200).json();
    assert_eq!(events["items"][2]["body"]["request"]["items"][1]["copies"], json!(2));
}

fn an_end_before_the_end_by_program(app: TestApp) {
    // [DOS-18]
    let (first, second) = (app.received().id, app.received().id);
    let (counter, leader) = (app.program(COUNTER), app.program(LEADER));
    counter.act(&first, json!({ "act": "stop", "reason": "x" })).expect(422);
    let ended = counter.act(&first, json!({ "act": "withdraw", "reason": "Không còn nhu cầu" })).expect(200).json();
    assert_eq!((text(&ended, "/status"), text(&ended, "/ended_because")), ("withdrawn", "Không còn nhu cầu"));
    assert_eq!(
        (&ended["tasks"], &ended["possible"], text(&ended, "/letters/0/kind")),
        (&json!([]), &json!([]), "stop")
    );
    let stopped = json!({ "act": "stop", "reason": "Không bổ sung", "ground": "Điều 19" });
    let stopped = leader.act(&second, stopped).expect(200).json();
    assert_eq!((text(&stopped, "/status"), &stopped["letters"][0]["number"]), ("stopped", &json!(2)));
    assert_eq!(text(&stopped, "/timing"), "in_time");
}

fn a_consultation_by_program(app: TestApp) {
    // [RTE-09]
    let id = app.received().id;
    app.program(COUNTER).act(&id, json!({ "act": "forward" })).expect(200);
    let consult = |by: &str| json!({ "act": "consult", "office": "pacnam/finance", "question": "Có nợ thuế không?", "answer_by": by });
    let asked = app.program(SPECIALIST).act(&id, consult("2018-05-07T17:00:00+07:00")).expect(200).json();
    assert_eq!((&asked["consultations"][0]["task"], &asked["tasks"][1]["number"]), (&json!(101), &json!(101)));
    assert_eq!(text(&asked, "/tasks/1/office/id"), "pacnam/finance");
    let finance = app.program("taichinh1");
    let work = finance.get("/api/v1/worklist").expect(200).json();
    assert_eq!((&work["items"][0]["task"], text(&work, "/items/0/kind")), (&json!(101), "consultation"));
    assert_eq!(text(&work, "/items/0/step_due_at"), "2018-05-07T17:00:00+07:00");
    app.at("2018-05-08T08:00:00+07:00");
    let finance = app.program("taichinh1");
    // Which task is meant need not be said by who has one.
    let answered = finance.act(&id, json!({ "act": "answer_consultation", "answer": "Không nợ" })).expect(200).json();
    let answer = &answered["consultations"][0]["answer"];
    assert_eq!(
        (text(answer, "/text"), &answer["late"], text(answer, "/by/id")),
        ("Không nợ", &json!(true), "taichinh1")
    );
}

fn legs_and_an_agency_outside_by_program(app: TestApp) {
    // [RTE-06] [RTE-08]
    let id = app.referred(both_at_once()).id;
    let (counter, specialist) = (app.program(COUNTER), app.program(SPECIALIST));
    let seen = specialist.get(&format!("/api/v1/dossiers/{id}")).expect(200).json();
    let tasks: Vec<_> =
        seen["tasks"].as_array().unwrap().iter().map(|task| (text(task, "/kind"), text(task, "/leg"))).collect();
    assert_eq!(tasks, [("work", "Nhánh tu-phap"), ("outside", "Nhánh cong-an")]);
    assert_eq!((&seen["route"][1]["legs"][0]["lead"], &seen["legs"][1]["answered_at"]), (&json!(true), &Value::Null));
    assert_eq!((&seen["tasks"][1]["days"], &seen["tasks"][1]["acknowledged_at"]), (&json!(0), &Value::Null));
    // The police said on paper that they have it and asked; the one-stop writes it down, and answers.
    let by = "Trung tá, Phó trưởng Công an";
    counter.act(&id, json!({ "act": "acknowledge", "task": 2, "person": by })).expect(200);
    counter.act(&id, json!({ "act": "ask", "task": 2, "question": "Bản gốc?", "person": by })).expect(200);
    let replied = counter.act(&id, json!({ "act": "reply", "task": 2, "answer": "Tại xã" })).expect(200).json();
    assert_eq!((text(&replied, "/questions/0/text"), text(&replied, "/questions/0/answer")), ("Bản gốc?", "Tại xã"));
    app.at("2018-05-08T08:00:00+07:00");
    let (counter, specialist) = (app.program(COUNTER), app.program(SPECIALIST));
    let later = counter.get(&format!("/api/v1/dossiers/{id}")).expect(200).json();
    assert_eq!(later["tasks"][1]["days"], json!(2));
    let answer = json!({ "act": "answer", "task": 2, "outcome": "refuse", "note": "Chưa cư trú", "person": by });
    let answered = counter.act(&id, answer.clone()).expect(200).json();
    assert_eq!(
        (text(&answered, "/legs/1/proposal/person"), text(&answered, "/legs/1/proposal/outcome")),
        (by, "refuse")
    );
    // A leg that has answered answers no more.
    let again = counter.act(&id, answer).expect(422).json();
    assert_eq!(text(&again, "/key"), "refusal.already_answered");
    let went = specialist.act(&id, json!({ "act": "propose", "task": 1, "outcome": "grant" })).expect(200).json();
    assert_eq!(
        (&went["step"], text(&went, "/proposal/outcome"), text(&went, "/tasks/0/kind")),
        (&json!(2), "grant", "sign")
    );
}

fn every_field_of_an_act_that_does_not_fit_is_named(app: TestApp) {
    let id = app.received().id;
    let counter = app.program(COUNTER);
    let long = "x".repeat(2_001);
    let many = vec![json!({ "name": "Đơn" }); 41];
    let fields: Vec<(Value, &str)> = vec![
        (json!({ "act": "ask_supplement", "items": [], "reason": "x" }), "items"),
        (json!({ "act": "ask_supplement", "items": [{ "name": "a" }], "reason": "x" }), "items.0.originals"),
        (json!({ "act": "ask_supplement", "items": many, "reason": "x" }), "items"),
        (json!({ "act": "ask_supplement", "items": [{ "name": " " }], "reason": "x" }), "items.0.name"),
        (json!({ "act": "ask_supplement", "items": [{ "name": "x".repeat(1_001) }], "reason": "x" }), "items.0.name"),
        (
            json!({ "act": "ask_supplement", "items": [{ "name": "a", "copies": 1000 }], "reason": "x" }),
            "items.0.copies",
        ),
        (json!({ "act": "ask_supplement", "items": [{ "name": "a", "copies": -1 }], "reason": "x" }), "items.0.copies"),
        (json!({ "act": "ask_supplement", "items": [{ "name": "a", "many": 1 }], "reason": "x" }), "items.0.many"),
        (json!({ "act": "ask_supplement", "items": [], "reason": "x", "answer_by": "soon" }), "answer_by"),
        (json!({ "act": "receive_supplement", "papers": [{ "originals": 1 }] }), "papers.0.name"),
        (json!({ "act": "ask_payment", "amount": "a lot", "reason": "x" }), "amount"),
        (json!({ "act": "extend", "to": "2018-02-30", "reason": "x" }), "to"),
        (
            json!({ "act": "consult", "office": "pacnam/moon", "question": "x", "answer_by": "2018-05-07T17:00:00Z" }),
            "office",
        ),
        (json!({ "act": "acknowledge", "person": "x".repeat(201) }), "person"),
        (json!({ "act": "claim", "task": -1 }), "task"),
        (json!({ "act": "claim", "task": 4_294_967_296_i64 }), "task"),
    ];
    for (act, field) in fields {
        let problem = counter.act(&id, act.clone()).expect(422).json();
        assert_eq!(
            (text(&problem, "/type"), text(&problem, "/errors/0/field")),
            ("urn:motcua:problem:invalid", field),
            "{act}"
        );
    }
    let refused: Vec<(Value, &str)> = vec![
        (
            json!({ "act": "ask_supplement", "items": [{ "name": "Đơn", "originals": 1 }], "reason": " " }),
            "refusal.reason_missing",
        ),
        (
            json!({ "act": "ask_supplement", "items": [{ "name": "Đơn", "originals": 1 }], "reason": long }),
            "refusal.reason_too_long",
        ),
        (json!({ "act": "receive_supplement" }), "refusal.not_waiting"),
        (json!({ "act": "ask_payment", "amount": 0, "reason": "x" }), "refusal.amount_missing"),
        (json!({ "act": "receive_payment", "reference": "x" }), "refusal.not_waiting"),
        (json!({ "act": "extend", "to": "2018-05-11", "reason": "x" }), "refusal.only_head"),
        (json!({ "act": "confirm" }), "refusal.nothing_to_confirm"),
        (json!({ "act": "reply", "answer": "x" }), "refusal.nobody_asked"),
        (json!({ "act": "acknowledge", "person": "x" }), "refusal.wrong_step"),
        (json!({ "act": "answer_consultation", "answer": "x" }), "refusal.wrong_step"),
        (json!({ "act": "claim", "task": 3 }), "refusal.wrong_step"),
        (json!({ "act": "claim", "task": 4_294_967_295_i64 }), "refusal.wrong_step"),
    ];
    for (act, key) in refused {
        let problem = counter.act(&id, act.clone()).expect(422).json();
        assert_eq!((text(&problem, "/type"), text(&problem, "/key")), ("urn:motcua:problem:refused", key), "{act}");
    }
    assert_eq!(app.dossier(&id).dossier.version, 1);
}

fn tracking_shows_what_is_awaited_and_the_days_of_agencies_outside(app: TestApp) {
    // [RTE-08] [DOS-14]
    let found = app.referred(both_at_once());
    let items = json!([{ "name": "Giấy chứng sinh", "originals": 1 }]);
    let ask = json!({ "act": "ask_supplement", "task": 1, "items": items, "reason": "Thiếu giấy tờ" });
    app.program(SPECIALIST).act(&found.id, ask).expect(200);
    let police =
        Officer { account: POLICE.into(), agency: "police".into(), posts: vec![Post::own(POLICE, Role::Specialist)] };
    let consult = json!({ "act": "consult", "task": 1, "office": "pacnam/finance", "question": "Bí mật",
        "answer_by": "2018-05-14T17:00:00+07:00" });
    app.program(SPECIALIST).act(&found.id, consult).expect(200);
    app.at("2018-05-08T08:00:00+07:00");
    let track = || {
        let body = json!({ "code": found.dossier.code, "last_four": "5678" }).to_string();
        app.browser().call("POST", "/api/v1/tracking", &[("content-type", "application/json")], body.as_bytes())
    };
    let shown = track().expect(200);
    assert!(!shown.shows("Bí mật") && !shown.shows("Nguyễn"), "neither what is asked inside nor who somebody is");
    let tracked = shown.json();
    assert_eq!(
        (&tracked["due_at"], text(&tracked, "/timing"), text(&tracked, "/status")),
        (&Value::Null, "paused", "supplement_asked")
    );
    let stand = &tracked["awaits"][0];
    assert_eq!(
        (text(stand, "/kind"), text(stand, "/since"), &stand["stops_clock"]),
        ("supplement", "2018-05-04T08:00:00+07:00", &json!(true))
    );
    assert_eq!((text(stand, "/reason"), text(stand, "/items/0/name")), ("Thiếu giấy tờ", "Giấy chứng sinh"));
    let offices = tracked["offices"].as_array().unwrap();
    let told: Vec<_> =
        offices.iter().map(|at| (text(at, "/office/id"), &at["outside"], &at["acknowledged"], &at["days"])).collect();
    let (yes, no, two) = (json!(true), json!(false), json!(2));
    assert_eq!(told, [("pacnam/justice", &no, &no, &two), (POLICE, &yes, &no, &two)]);
    // What they have done is no longer waited for.
    let answer = Command::Answer { outcome: Outcome::Grant, note: String::new(), person: "Công an".into() };
    let (ctx, registry, id) = (Ctx { officer: Some(police), ..app.ctx(None) }, app.registry(), found.id.clone());
    app.write(move |tx| {
        dossier::act(tx, &ctx, &registry, Target { task: Some(2), ..Target::now(&id) }, answer.clone())
    })
    .unwrap();
    assert_eq!(track().expect(200).json()["offices"].as_array().unwrap().len(), 1);
    assert!(app.dossier(&found.id).dossier.task(CONSULTATION + 1).is_some());
}
