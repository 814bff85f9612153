//! Which agency decides for a place, and what any one-stop receives. Rules: `docs/rules/competence.md`.

use std::fs;

use jiff::civil::{Date, date};
use motcua::platform::failure::Failure;
use motcua::registry::Registry;
use motcua::registry::pack::{Source, read};
use motcua_domain::procedure::{StepKind, Tier};

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;
use crate::engines::SITE;
use crate::golden::root;

both_engines! {
    the_most_specific_row_says_who_decides,
    a_procedure_received_anywhere_is_decided_where_the_applicant_lives,
    a_matter_of_another_territory_is_sent_to_its_own_one_stop,
    a_step_above_is_at_the_agency_above,
}

/// Rows put into the registry as a site pack would.
fn install(app: &TestApp, kind: &str, rows: &[serde_json::Value]) {
    let mut sql = String::from("UPDATE registry_site SET revision = revision + 1;");
    for (at, row) in rows.iter().enumerate() {
        let body = row.to_string().replace('\'', "''");
        sql.push_str(&format!(
            "INSERT INTO registry_item (tenant, kind, id, position, body) VALUES ('{SITE}', '{kind}', 'test{at}', {at}, '{body}');"
        ));
    }
    app.store.behind_its_back(&sql);
    app.refresh();
}

fn row(subject: &str, place: &str, agency: &str) -> serde_json::Value {
    serde_json::json!({ "subject": subject, "place": place, "agency": agency, "valid_from": "2017-11-01",
        "valid_to": "2018-12-31", "source": "test" })
}

fn anywhere(procedure: &str) -> serde_json::Value {
    serde_json::json!({ "procedure": procedure, "valid_from": "2017-11-01", "valid_to": null, "source": "test" })
}

/// Taken in by a commune and decided there.
const MARITAL: &str = "1.004873";
const DAY: Date = date(2018, 5, 4);

fn competent(registry: &Registry, tier: Tier, key: &str, place: &str, day: Date) -> String {
    let procedure = registry.procedure(tier, key).unwrap();
    match registry.competent(procedure, place, day) {
        Ok(agency) => agency.id.clone(),
        Err(Failure::Refused(sentence)) => sentence.key,
        Err(other) => panic!("{other}"),
    }
}

fn the_most_specific_row_says_who_decides(app: TestApp) {
    // [CMP-01] [CMP-02] [CMP-03] [CMP-04] [CMP-05]
    let of = |place, day| competent(&app.registry(), Tier::Commune, MARITAL, place, day);
    assert_eq!((of("01864", DAY), of("01861", DAY)), ("bocbo".into(), "nhanmon".into()));
    assert_eq!(competent(&app.registry(), Tier::District, PROCEDURE, "01864", DAY), "pacnam");
    assert_eq!((of("060", DAY), of("99999", DAY)), ("competence.nobody".into(), "competence.unknown_place".into()));
    install(
        &app,
        "competence",
        &[row("*", "060", "caotan"), row(MARITAL, "060", "colinh"), row(MARITAL, "01861", "bocbo")],
    );
    let of = |place, day| competent(&app.registry(), Tier::Commune, MARITAL, place, day);
    assert_eq!((of("01864", DAY), of("01861", DAY)), ("colinh".into(), "bocbo".into()));
    let birth = competent(&app.registry(), Tier::Commune, "1.001193", "01864", DAY);
    assert_eq!(birth, "caotan");
    assert_eq!(competent(&app.registry(), Tier::District, PROCEDURE, "01864", DAY), "pacnam");
    assert_eq!(of("01864", date(2019, 1, 1)), "bocbo", "the rows are over");
}

fn form_of(app: &TestApp, login: &str, place: &str, deed: &str) -> Page {
    let fields = [
        ("token", "t"),
        ("do", deed),
        ("place", place),
        ("applicant.name", "Nguyễn Văn A"),
        ("applicant.phone", "0912345678"),
        ("papers.0.name", "Tờ khai"),
        ("papers.0.originals", "1"),
        ("fee_way", "no_fee"),
        ("sets", "1"),
        ("case", "0"),
    ];
    app.as_officer(login).post(&format!("/desk/intake/commune/{MARITAL}"), &fields)
}

fn a_procedure_received_anywhere_is_decided_where_the_applicant_lives(app: TestApp) {
    // [CMP-06] [CMP-07] [CMP-08]
    let path = format!("/desk/intake/commune/{MARITAL}");
    assert!(!app.as_officer("bocbo.motcua").get(&path).expect(200).shows("name=\"place\""), "nothing to choose yet");
    install(&app, "reception", &[anywhere(MARITAL)]);
    let blank = app.as_officer("bocbo.motcua").get(&path).expect(200);
    assert!(blank.shows("name=\"place\"") && blank.shows("Xã Nhạn Môn"), "{}", blank.text());
    assert!(blank.shows("value=\"01864\" selected"), "one's own commune is chosen beforehand");
    let missing = form_of(&app, "bocbo.motcua", "", "check").expect(422);
    assert!(missing.shows("id=\"place-error\""), "{}", missing.text());
    // Received on a Friday morning in one commune, for another: the clock starts when that one must have it.
    let checked = form_of(&app, "bocbo.motcua", "01861", "check").expect(200);
    assert!(checked.shows("Cơ quan giải quyết:") && checked.shows("Ủy ban nhân dân xã Nhạn Môn"), "{}", checked.text());
    assert!(checked.shows("chậm nhất 04/05/2018 17:00 phải chuyển đến đó"), "{}", checked.text());
    let made = form_of(&app, "bocbo.motcua", "01861", "accept").expect(303);
    let found = app.dossier(made.location.rsplit('/').next().unwrap());
    let offices: Vec<_> = found.dossier.subject.route.iter().map(|step| step.office.as_str()).collect();
    assert_eq!(offices.first(), Some(&"bocbo/one-stop"));
    assert_eq!(offices.last(), Some(&"bocbo/one-stop"));
    let inner = &found.dossier.subject.route[1..offices.len() - 1];
    assert!(inner.iter().all(|step| step.office.starts_with("nhanmon/")), "{offices:?}");
    assert_eq!(found.dossier.agency, "bocbo");
    // [RTE-12]
    let counts_from = found.dossier.promise.unwrap().counts_from.unwrap();
    assert_eq!(app.registry().local(counts_from).to_string(), "2018-05-04T17:00:00");
    // At the district's counter it is found too, and received for a commune.
    assert!(app.as_officer(COUNTER).get("/desk/intake?q=tinh+trang+hon+nhan").expect(200).shows(&path));
    assert!(form_of(&app, COUNTER, "060", "check").expect(422).shows("id=\"place-error\""));
    let public = app.browser().get(&format!("/procedures/commune/{MARITAL}")).expect(200);
    assert!(public.shows("bất kỳ bộ phận một cửa nào"), "{}", public.text());
    // Its own commune's matter goes the usual way.
    let intake = motcua::work::intake::Intake {
        agency: "bocbo".into(),
        tier: Tier::Commune,
        procedure: MARITAL.into(),
        ..intake()
    };
    let own = app.take_in("bocbo.motcua", intake).unwrap();
    assert!(own.dossier.subject.route.iter().all(|step| step.office.starts_with("bocbo/")));
}

fn a_matter_of_another_territory_is_sent_to_its_own_one_stop(app: TestApp) {
    // [CMP-07] [CMP-05]
    let base = motcua::work::intake::Intake {
        agency: "bocbo".into(),
        tier: Tier::Commune,
        procedure: MARITAL.into(),
        ..intake()
    };
    let elsewhere = motcua::work::intake::Intake { place: Some("01861".into()), ..base.clone() };
    match app.take_in("bocbo.motcua", elsewhere) {
        Err(Failure::Refused(sentence)) => {
            assert_eq!(sentence.key, "intake.place_elsewhere");
            assert_eq!(sentence.params["agency"], "Ủy ban nhân dân xã Nhạn Môn");
        }
        other => panic!("{other:?}"),
    }
    // The table sends one's own matters elsewhere: the officer is asked where it belongs.
    install(&app, "competence", &[row(MARITAL, "01864", "colinh")]);
    let blank = app.as_officer("bocbo.motcua").get(&format!("/desk/intake/commune/{MARITAL}")).expect(200);
    assert!(blank.shows("name=\"place\"") && !blank.shows("Xã Nhạn Môn"), "only one's own communes");
    let made = app.take_in("bocbo.motcua", base).unwrap();
    let offices: Vec<_> = made.dossier.subject.route.iter().map(|step| step.office.clone()).collect();
    assert_eq!((offices[0].as_str(), offices[1].as_str()), ("bocbo/one-stop", "colinh/civil-status"));
}

fn a_step_above_is_at_the_agency_above(app: TestApp) {
    // [CMP-09]
    let steps = serde_json::json!([
        { "kind": "intake", "office": "one-stop", "role": "one_stop_officer", "hours": 1, "title": "a" },
        { "kind": "work", "office": "^/justice", "role": "specialist", "hours": 1, "title": "b" },
        { "kind": "sign", "office": "pacnam/leaders", "role": "leader", "hours": 1, "title": "c" },
        { "kind": "return", "office": "one-stop", "role": "one_stop_officer", "hours": 1, "title": "d" },
    ]);
    let route = app.registry().procedure(Tier::Commune, MARITAL).unwrap().scope.route.clone().unwrap();
    let body = |steps: &serde_json::Value| serde_json::json!({ "id": route, "title": "x", "steps": steps }).to_string();
    let set = |steps: &serde_json::Value| {
        app.store.behind_its_back(&format!(
            "UPDATE registry_site SET revision = revision + 1;
             UPDATE registry_item SET body = '{}' WHERE kind = 'route' AND id = '{route}';",
            body(steps)
        ));
        app.refresh();
    };
    set(&steps);
    let registry = app.registry();
    let procedure = registry.procedure(Tier::Commune, MARITAL).unwrap();
    let route = registry.route_at(procedure, "bocbo", "nhanmon", DAY).unwrap();
    let offices: Vec<_> = route.iter().map(|step| (step.kind, step.office.as_str())).collect();
    let expected = [
        (StepKind::Intake, "bocbo/one-stop"),
        (StepKind::Work, "pacnam/justice"),
        (StepKind::Sign, "pacnam/leaders"),
        (StepKind::Return, "bocbo/one-stop"),
    ];
    assert_eq!(offices, expected);
    assert_eq!(registry.route(procedure, "nhanmon", DAY).unwrap()[0].office, "nhanmon/one-stop");
    let mut nowhere = steps.clone();
    nowhere[1]["office"] = "^/nowhere".into();
    set(&nowhere);
    let registry = app.registry();
    let procedure = registry.procedure(Tier::Commune, MARITAL).unwrap();
    match registry.route(procedure, "nhanmon", DAY) {
        Err(Failure::Refused(sentence)) => assert_eq!(sentence.key, "competence.no_office"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_wrong_in_the_tables_is_told_with_its_line() {
    // [CMP-02] [CMP-05]
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("competence-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(root().join("seeds/thai-nguyen-2025")).unwrap().flatten() {
        if entry.path().is_file() {
            fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
        }
    }
    let with = |competence: &str, receptions: &str| {
        let header = "subject,place,agency,valid_from,valid_to,source";
        fs::write(folder.join("competence.csv"), format!("{header}\n{competence}\n")).unwrap();
        fs::write(folder.join("receptions.csv"), format!("procedure,valid_from,valid_to,source\n{receptions}\n"))
            .unwrap();
        let faults = read(&Source::Folder(folder.clone())).err().unwrap_or_default();
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let good = "*,01864,bangthanh,2025-07-01,,x";
    assert_eq!(with(good, "1.001193,2025-07-01,,x"), Vec::<String>::new());
    let pack = read(&Source::Folder(folder.clone())).unwrap();
    assert_eq!((pack.competence.len(), pack.receptions.len()), (1, 1));
    let wrong = [
        "*,01864,bangthanh,2025-07-01,2025-12-31,x",
        "*,01864,bangthanh,2025-12-31,,x",
        "field:Cổ tích,01864,bangthanh,2025-07-01,,x",
        "9.999999,01864,bangthanh,2025-07-01,,x",
        "field:,01864,bangthanh,2025-07-01,,x",
        "1.001193,01864,bangthanh,2017-01-01,,x",
        "1.001193,19,nobody,2025-07-01,,x",
    ];
    let expected = [
        "competence.csv:3: pack.validity_overlaps first=2 value=* 01864",
        "competence.csv:4: pack.unknown_field value=Cổ tích",
        "competence.csv:5: pack.not_in_scope value=9.999999",
        "competence.csv:6: pack.unknown_subject value=field:",
        "competence.csv:7: pack.unknown_place value=01864",
        "competence.csv:8: pack.unknown_agency value=nobody",
        "receptions.csv:2: pack.not_in_scope value=9.999999",
        "receptions.csv:3: pack.ends_before_it_begins column=valid_to value=2025-06-30",
    ];
    let receptions = "9.999999,2025-07-01,,x\n1.001193,2025-07-01,2025-06-30,x";
    assert_eq!(with(&wrong.join("\n"), receptions), expected);
    // Without the files the committee of the place decides, and nothing is missing.
    fs::remove_file(folder.join("competence.csv")).unwrap();
    fs::remove_file(folder.join("receptions.csv")).unwrap();
    assert!(read(&Source::Folder(folder.clone())).unwrap().competence.is_empty());
    fs::remove_dir_all(folder).unwrap();
}
