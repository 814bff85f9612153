//! Open data: what is published, that nothing in it gives anybody away, and that figures follow from it. Rules: `docs/rules/open.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use jiff::civil::date;
use motcua::simulate::plan::{Order, plan};
use motcua::simulate::play;
use motcua_domain::figures::{Figures, Published, Recount};
use serde_json::Value;

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;

both_engines! {
    the_pages_say_what_there_is,
    the_catalogue_is_in_the_terms_of_others,
    no_line_is_about_too_few_and_the_totals_are_right,
    the_log_names_nobody_and_opens_nothing,
    figures_follow_from_the_log,
    what_somebody_has_already_is_not_sent_again,
    a_script_reckons_the_same_from_the_published_log,
}

/// A month and a half of a district, seen some weeks later.
fn played(app: &TestApp) {
    let order = Order { from: date(2018, 5, 7), to: date(2018, 6, 8), seed: 1, staffing: 20, dossiers: Some(400) };
    let plan = Arc::new(plan(&app.registry(), &order).unwrap());
    play::play(&app.store.db, &app.registry(), &plan, order.seed).unwrap();
    app.at("2018-08-20T08:00:00+07:00");
    app.count();
}

fn json(app: &TestApp, path: &str) -> Value {
    serde_json::from_str(&app.browser().get(path).expect(200).text()).unwrap()
}

fn header(page: &Page, name: &str) -> String {
    page.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

fn published(app: &TestApp) -> Value {
    json(app, "/open/figures.json")
}

/// The whole log up to the figures.
fn log(app: &TestApp, published: &Value) -> String {
    let upto = published["as_of"].as_str().unwrap();
    let files = published["logs"].as_array().unwrap().iter();
    files.map(|file| app.browser().get(&format!("{}?upto={upto}", file.as_str().unwrap())).expect(200).text()).collect()
}

fn reckoned(published: &Value, log: &str) -> motcua_domain::figures::Verdict {
    let mut recount = Recount::default();
    log.lines().for_each(|line| recount.add(serde_json::from_str(line).unwrap()));
    recount.verdict(&serde_json::from_value::<Published>(published.clone()).unwrap())
}

fn the_pages_say_what_there_is(app: TestApp) {
    // [OPN-01] Nothing is over yet, and nothing is made.
    assert!(app.browser().get("/open").expect(200).shows("Số liệu đang được lập"));
    app.browser().get("/open/figures.json").expect(503);
    played(&app);
    let page = app.browser().get("/open").expect(200);
    for said in ["CC BY 4.0", "Từ tháng 2018-05 đến tháng 2018-07", "2018-06.jsonl", "dưới 5 hồ sơ"] {
        assert!(page.shows(said), "{said}");
    }
    assert!(app.browser().get("/open?lang=en").expect(200).shows("fewer than 5 dossiers"));
    // [OPN-08] Only there may a module be compiled.
    let reckons = app.browser().get("/open/recompute").expect(200);
    assert!(header(&reckons, "content-security-policy").contains("'wasm-unsafe-eval'"));
    assert!(!header(&page, "content-security-policy").contains("wasm"));
    // [OPN-10]
    assert!(reckons.shows("tự nó chưa chứng minh là đủ mọi sự kiện"));
    assert!(reckons.shows("2018-05.jsonl") && reckons.shows(".ci/figures"));
}

fn the_catalogue_is_in_the_terms_of_others(app: TestApp) {
    // [OPN-02]
    app.received();
    app.count();
    let catalogue = json(&app, "/open/catalogue.jsonld");
    let graph = catalogue["@graph"].as_array().unwrap();
    let services: Vec<&Value> = graph.iter().filter(|node| node["@type"] == "cpsv:PublicService").collect();
    assert!(services.len() > 50, "{}", services.len());
    for service in &services {
        for term in ["dct:identifier", "dct:title", "dct:description", "cv:hasCompetentAuthority"] {
            assert!(!service[term].is_null(), "{term} of {service}");
        }
    }
    for term in
        ["cpsv:hasInput", "cv:hasCost", "cv:processingTime", "cv:hasLegalResource", "cv:hasChannel", "cpsv:produces"]
    {
        assert!(services.iter().any(|service| !service[term].is_null()), "{term}");
    }
    let agencies: BTreeSet<&str> = graph
        .iter()
        .filter(|node| node["@type"] == "cv:PublicOrganisation")
        .map(|node| node["@id"].as_str().unwrap())
        .collect();
    let named = services.iter().flat_map(|service| service["cv:hasCompetentAuthority"].as_array().unwrap());
    assert!(named.into_iter().all(|authority| agencies.contains(authority["@id"].as_str().unwrap())));
    // Every address of the list of datasets is there.
    let sets = json(&app, "/open/datasets.jsonld");
    let addresses: Vec<&str> = sets["@graph"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|node| node["dcat:distribution"].as_array())
        .flatten()
        .map(|found| found["dcat:downloadURL"]["@id"].as_str().unwrap())
        .collect();
    assert!(addresses.len() >= 4, "{addresses:?}");
    for address in addresses {
        app.browser().get(address.strip_prefix("https://motcua.example").unwrap()).expect(200);
    }
}

fn size(line: &Value) -> i64 {
    let parts = &line["on_time"];
    [&line["total"], &parts["counted"], &parts["standing"]]
        .map(|number| number.as_i64().unwrap())
        .into_iter()
        .max()
        .unwrap()
}

fn no_line_is_about_too_few_and_the_totals_are_right(app: TestApp) {
    // [OPN-03] [OPN-04] [OPN-05]
    played(&app);
    let published = published(&app);
    let (mut own, mut merged) = (0, 0);
    for month in published["months"].as_array().unwrap() {
        let day: jiff::civil::Date = month["month"].as_str().unwrap().parse().unwrap();
        let report = app
            .read(|tx| motcua::view::reports::report(tx, &app.registry(), day, day.last_of_month(), None, app.now()));
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for line in month["lines"].as_array().unwrap() {
            let figures: Figures = serde_json::from_value(line.clone()).unwrap();
            figures.named().into_iter().for_each(|(name, number)| *sums.entry(name.into()).or_default() += number);
            assert!(figures.adds_up(), "{line}");
            let level = month["lines"].as_array().unwrap().iter().filter(|other| other["tier"] == line["tier"]).count();
            assert!(size(line) >= 5 || (level == 1 && line["agency"] == "*"), "{line}");
            if line["field"] == "*" { merged += 1 } else { own += 1 }
        }
        for (name, number) in report.total.named() {
            assert_eq!(sums.get(name).copied().unwrap_or(0), number, "{name} of {day}");
        }
    }
    assert!(own > 3 && merged > 3, "{own} lines of their own, {merged} merged");
    // The same in every row of the table.
    let table = app.browser().get("/open/figures.csv").expect(200).text();
    let lines: usize =
        published["months"].as_array().unwrap().iter().map(|month| month["lines"].as_array().unwrap().len()).sum();
    assert_eq!(table.lines().count(), lines + 1);
    assert!(table.starts_with("month,level,agency,agency_name,field,total,online,"));
}

fn the_log_names_nobody_and_opens_nothing(app: TestApp) {
    // [OPN-06]
    app.at("2018-05-04T09:12:34+07:00");
    let found = app.ready();
    app.at("2018-06-02T08:00:00+07:00");
    app.count();
    let published = published(&app);
    let log = log(&app, &published);
    let first = log.lines().find(|line| line.contains("\"seq\":1,")).unwrap();
    let told: Value = serde_json::from_str(first).unwrap();
    assert_eq!(told["at"], "2018-05-03T17:00:00Z", "the beginning of the local day");
    let accepted = &told["accepted"];
    assert_eq!(
        [&accepted["procedure"], &accepted["field"], &accepted["agency"]],
        ["*", "*", "*"],
        "one dossier of its kind"
    );
    let code = &found.dossier.code;
    for secret in ["Nguyễn", "006090000123", "0912345678", code, COUNTER, SPECIALIST, "Đủ điều kiện"] {
        assert!(!log.contains(secret), "{secret}");
    }
    // The id begins with the moment of receipt: it is not told. What stands for it opens nothing, not even for staff.
    assert!(!log.contains(&found.id) && !log.contains(&found.id[..8]));
    let name = told["dossier"].as_str().unwrap();
    let visitor = app.browser();
    visitor.post("/track", &[("code", name), ("digits", "5678")]).expect(422);
    app.as_officer(COUNTER).get(&format!("/desk/dossiers/{name}")).expect(404);
    // Of the whole log only moments that figures depend on are told to the minute.
    for line in log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let exact = !line["at"].as_str().unwrap().ends_with("T17:00:00Z");
        assert_eq!(exact, !line["to"].is_null(), "{line}");
    }
    // Nothing of a month that is not there.
    for file in ["2018-07.jsonl", "2017-01.jsonl", "2018-05.csv", "x"] {
        visitor.get(&format!("/open/log/{file}")).expect(404);
    }
}

fn figures_follow_from_the_log(app: TestApp) {
    // [OPN-07] [OPN-08]
    played(&app);
    let published = published(&app);
    let told = log(&app, &published);
    let verdict = reckoned(&published, &told);
    assert!(verdict.holds() && verdict.agree > 100 && verdict.dossiers >= 400, "{verdict:?}");
    // What happens meanwhile is in neither.
    app.received();
    app.count();
    assert_eq!(log(&app, &published), told);
    // One line less, twice, or other: found, and said where.
    let lines: Vec<&str> = told.lines().collect();
    let settles = lines.iter().position(|line| line.contains("\"event\":\"forwarded\"")).unwrap();
    let without: Vec<&str> = lines.iter().enumerate().filter(|(at, _)| *at != settles).map(|(_, line)| *line).collect();
    let gone: Value = serde_json::from_str(lines[settles]).unwrap();
    let verdict = reckoned(&published, &without.join("\n"));
    let named = (gone["dossier"].as_str().unwrap().to_owned(), gone["seq"].as_i64().unwrap());
    assert!(!verdict.holds() && verdict.gaps == [named], "{:?}", verdict.gaps);
    let verdict = reckoned(&published, &format!("{told}{}", lines[0]));
    assert_eq!((verdict.holds(), verdict.twice, verdict.differ.len()), (false, 1, 0));
    let changed = told.replacen("\"channel\":\"direct\"", "\"channel\":\"online\"", 1);
    let verdict = reckoned(&published, &changed);
    let figures: BTreeSet<&str> = verdict.differ.iter().map(|differ| differ.figure.as_str()).collect();
    assert_eq!(figures, BTreeSet::from(["online", "direct"]));
    assert!(verdict.differ.iter().all(|differ| differ.month == date(2018, 5, 1)));
}

fn what_somebody_has_already_is_not_sent_again(app: TestApp) {
    // [OPN-09]
    played(&app);
    for path in [
        "/open/figures.json",
        "/open/figures.csv",
        "/open/catalogue.jsonld",
        "/open/datasets.jsonld",
        "/open/log/2018-05.jsonl",
    ] {
        let first = app.browser().get(path).expect(200);
        assert!(header(&first, "cache-control").starts_with("public"), "{path}");
        let again = app.browser().request_with("GET", path, "if-none-match", &header(&first, "etag"), "");
        assert_eq!((again.status.as_u16(), again.text().len()), (304, 0), "{path}");
        let other = app.browser().request_with("GET", path, "if-none-match", "\"x\"", "");
        assert_eq!(other.status, 200);
    }
}

fn a_script_reckons_the_same_from_the_published_log(app: TestApp) {
    // [OPN-07] In another language, by nothing but the rules.
    played(&app);
    let published = published(&app);
    let log = log(&app, &published);
    for month in published["months"].as_array().unwrap() {
        let day: jiff::civil::Date = month["month"].as_str().unwrap().parse().unwrap();
        let mut script = Command::new(crate::golden::root().join(".ci/figures"))
            .args([day.to_string(), day.last_of_month().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        script.stdin.take().unwrap().write_all(log.as_bytes()).unwrap();
        let told: Value = serde_json::from_slice(&script.wait_with_output().unwrap().stdout).unwrap();
        let mut sums: BTreeMap<String, BTreeMap<&str, i64>> = BTreeMap::new();
        for line in month["lines"].as_array().unwrap() {
            let figures: Figures = serde_json::from_value(line.clone()).unwrap();
            let agency = Some(line["agency"].as_str().unwrap()).filter(|agency| *agency != "*");
            for to in [Some("total".to_owned()), agency.map(|agency| format!("/{agency}"))].into_iter().flatten() {
                let sum = sums.entry(to).or_default();
                figures.named().into_iter().for_each(|(name, number)| *sum.entry(name).or_default() += number);
            }
        }
        for (of, sum) in sums {
            let line = of.strip_prefix('/').map_or(&told["total"], |agency| &told["agencies"][agency]);
            for (name, number) in sum {
                let found = if line[name].is_i64() { &line[name] } else { &line["on_time"][name] };
                assert_eq!(found.as_i64(), Some(number), "{name} of {of} in {day}");
            }
        }
    }
}
