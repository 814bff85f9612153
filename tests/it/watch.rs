//! What those who run the program see of it: names of requests, a log that knows no person, figures without made-up labels.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::net::{IpAddr, TcpListener};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

use motcua::app;
use motcua::platform::watch::{Format, Metrics, lines};
use motcua::platform::web::Front;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::app::TestApp;
use crate::browser::Page;
use crate::counter::*;
use crate::import::Folder;

both_engines! {
    a_journey_leaves_nothing_of_a_person_in_the_log,
    a_fault_is_found_in_the_log_by_what_the_page_says,
    figures_count_by_names_of_our_own,
}

// --- the log -----------------------------------------------------------------------------------------------------------

/// Everything this process logs, at every level.
#[derive(Clone)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn open() -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        let log = LOG.get_or_init(|| {
            let log = Self(Arc::default());
            let to = log.clone();
            let all = tracing_subscriber::registry().with(lines(Format::Json, move || to.clone()));
            tracing::subscriber::set_global_default(all).unwrap();
            log
        });
        log.clone()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What somebody gives of themselves: nobody else in the tests is called so.
const NAME: &str = "Nguyễn Văn Nhật Ký";
const ID_NUMBER: &str = "006090777123";
const PHONE: &str = "0977700123";
const ADDRESS: &str = "Thôn Không Ghi, Bộc Bố";
const NOTE: &str = "Ghi chú riêng của bà Ký";

fn request_id(page: &Page) -> String {
    page.headers.get("x-request-id").map(|id| id.to_str().unwrap().to_owned()).unwrap()
}

fn a_journey_leaves_nothing_of_a_person_in_the_log(app: TestApp) {
    // [OBS-04]
    let log = Log::open();
    let typed = [
        ("token", "nhat-ky"),
        ("do", "accept"),
        ("applicant.name", NAME),
        ("applicant.id_number", ID_NUMBER),
        ("applicant.phone", PHONE),
        ("applicant.address", ADDRESS),
        ("papers.0.name", "Phiếu yêu cầu"),
        ("papers.0.originals", "1"),
        ("fee_way", "no_fee"),
        ("sets", "1"),
        ("note", NOTE),
    ];
    let form = format!("/desk/intake/district/{PROCEDURE}");
    let wrong = [("sets", "0"), ("applicant.name", NAME), ("applicant.phone", PHONE), ("do", "accept"), ("token", "x")];
    app.as_officer(COUNTER).post(&form, &wrong).expect(422);
    let made = app.as_officer(COUNTER).post(&form, &typed).expect(303);
    let id = made.location.rsplit('/').next().unwrap().to_owned();
    let code = app.dossier(&id).dossier.code;
    app.as_officer(COUNTER).get(&format!("/desk/dossiers?q={}", "Nh%E1%BA%ADt%20K%C3%BD")).expect(200);
    app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}")).expect(200);
    app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/receipt.pdf")).expect(200);
    app.act(COUNTER, &id, "forward", &[("note", NOTE)]).expect(303);
    app.act(SPECIALIST, &id, "claim", &[]).expect(303);
    app.act(SPECIALIST, &id, "propose", &[("outcome", "grant"), ("proposal", NOTE)]).expect(303);
    app.act(HEAD, &id, "decide", &[("decision", "approve")]).expect(303);
    app.act(LEADER, &id, "decide", &[("decision", "approve")]).expect(303);
    for digits in ["0123", "9999"] {
        app.browser().post("/track", &[("code", &code), ("digits", digits), ("r", "1")]);
    }
    app.browser().get(&format!("/track?code={code}&phone={PHONE}"));
    app.browser().get(&format!("/nowhere/{PHONE}")).expect(404);
    app.program(COUNTER).get(&format!("/api/v1/dossiers/{id}")).expect(200);
    app.program(COUNTER).get("/api/v1/dossiers?name=Nh%E1%BA%ADt").expect(200);
    let password = [("login", COUNTER), ("password", "mat-khau-cua-ky")];
    app.browser().post("/sign-in", &password).expect(422);
    let session = app.as_officer(COUNTER);
    session.get("/desk").expect(200);
    app.act(COUNTER, &id, "hand-over", &[("recipient", "applicant")]).expect(303);
    app.seal();
    let text = log.text();
    assert!(text.contains(&request_id(&made)), "requests are in the log");
    let secrets = ["mat-khau-cua-ky", &session.token(), COUNTER];
    for mark in
        [NAME, "Nhật Ký", "nhat ky", "NHẬT KÝ", "%E1%BA%ADt", ID_NUMBER, PHONE, ADDRESS, "Không Ghi", NOTE, &code, &id]
            .into_iter()
            .chain(secrets)
    {
        let told: Vec<&str> = text.lines().filter(|line| line.contains(mark)).collect();
        assert!(told.is_empty(), "the log knows {mark}: {told:?}");
    }
}

fn a_fault_is_found_in_the_log_by_what_the_page_says(mut app: TestApp) {
    // [OBS-03]
    app.must_hold = false;
    let log = Log::open();
    app.store.behind_its_back("ALTER TABLE dossier RENAME TO gone");
    let page = app.as_officer(COUNTER).get("/desk").expect(500);
    app.store.behind_its_back("ALTER TABLE gone RENAME TO dossier");
    let id = request_id(&page);
    assert!(page.shows(&id), "{}", page.text());
    let text = log.text();
    let told: Vec<&str> = text.lines().filter(|line| line.contains(&id) && line.contains("\"ERROR\"")).collect();
    assert_eq!(told.len(), 1, "one line for a fault: {told:?}");
    assert!(told[0].contains("GET /desk") && told[0].contains("dossier"), "{told:?}");
    // A page that is not there says its name too, and so does an answer to a program.
    let missing = app.browser().get("/nowhere").expect(404);
    assert!(missing.shows(&request_id(&missing)));
    assert_ne!(request_id(&missing), id);
    assert_eq!(request_id(&app.program(COUNTER).get("/api/v1/nowhere").expect(404)).len(), 11);
}

// --- behind a proxy ----------------------------------------------------------------------------------------------------

#[test]
fn a_proxy_that_is_known_names_the_request_and_says_what_it_spoke() {
    // [OBS-01] [OBS-02] [OBS-03]
    let proxy: IpAddr = "10.0.0.1".parse().unwrap();
    let app = TestApp::behind(motcua::platform::db::Engine::Sqlite, Front { proxies: vec![proxy], ..Front::default() });
    let headers = [("x-request-id", "aa-11"), ("x-forwarded-proto", "https"), ("host", "motcua.example")];
    let ask = |from: &str, headers: &[(&str, &str)]| app.browser().from(from).call("GET", "/healthz", headers, b"");
    let known = ask("10.0.0.1", &headers);
    assert_eq!(request_id(&known), "aa-11");
    assert!(known.headers.contains_key("strict-transport-security"));
    let stranger = ask("203.0.113.9", &headers);
    assert_ne!(request_id(&stranger), "aa-11");
    assert!(!stranger.headers.contains_key("strict-transport-security"));
    for odd in ["a b", "", "<i>", &"x".repeat(65)] {
        assert_eq!(request_id(&ask("10.0.0.1", &[("x-request-id", odd)])).len(), 11, "{odd}");
    }
}

// --- figures -----------------------------------------------------------------------------------------------------------

fn figures_count_by_names_of_our_own(app: TestApp) {
    // [OBS-05]
    let metrics = Metrics::start().unwrap();
    let id = app.received().id;
    app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}")).expect(200);
    app.browser().get(&format!("/nowhere/{PHONE}")).expect(404);
    app.browser().call("BREW", "/procedures", &[], b"").expect(405);
    let page = app.figures(metrics);
    let line = |start: &str, end: &str| page.lines().any(|line| line.starts_with(start) && line.contains(end));
    for (start, end) in [
        ("motcua_http_request_seconds_count{", "route=\"/desk/dossiers/{id}\""),
        ("motcua_http_request_seconds_bucket{", "le=\"0.005\""),
        ("motcua_http_request_seconds_count{", "route=\"other\""),
        ("motcua_http_request_seconds_count{", "method=\"other\""),
        ("motcua_transaction_seconds_count{", "name=\"test\""),
        ("motcua_db_connections{", "state=\"idle\""),
        ("motcua_ledger_unsealed_events ", ""),
        ("motcua_mail_waiting ", ""),
        ("motcua_trouble{", "word=\"disk_full\""),
        ("motcua_build_info{", "version=\""),
        ("process_resident_memory_bytes ", ""),
    ] {
        assert!(line(start, end), "{start} {end}: {page}");
    }
    assert!(!page.contains(&id) && !page.contains(PHONE), "{page}");
    let declared = app::routes();
    let routes: BTreeSet<&str> = declared.list().iter().map(|route| route.path).chain(["other"]).collect();
    let names = ["route", "method", "status", "le", "name", "outcome", "state", "version", "job", "word", "of", "kind"];
    for labels in page.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (_, rest) = line.split_once('{')?;
        rest.rsplit_once("\"}").map(|(labels, _)| labels)
    }) {
        for label in labels.split("\",") {
            let (name, value) = label.split_once("=\"").unwrap();
            assert!(names.contains(&name), "label {name}");
            assert!(name != "route" || routes.contains(value), "route {value}");
        }
    }
}

// --- traces ------------------------------------------------------------------------------------------------------------

/// Takes what is sent to it over HTTP, and says it was well received.
fn collector() -> (String, std::sync::mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (taken, arrived) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut head, mut length) = (String::new(), 0);
            while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).unwrap() > 0 {
                let line = head.lines().last().unwrap_or_default().to_lowercase();
                length = line.strip_prefix("content-length:").map_or(length, |text| text.trim().parse().unwrap());
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            if taken.send((head, body)).is_err() {
                return;
            }
        }
    });
    (url, arrived)
}

#[test]
fn traces_go_to_a_collector_and_tell_nothing_of_a_person() {
    // [OBS-04] [OBS-06]
    let folder = Folder::new("otlp");
    let (url, arrived) = collector();
    let words = ["serve", "--data", "data", "--listen", "127.0.0.1:0", "--otlp", &url];
    let mut server = Command::new(env!("CARGO_BIN_EXE_motcua"));
    let mut server = server.args(words).current_dir(&folder.0).stdout(Stdio::piped()).spawn().unwrap();
    let mut site = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut site).unwrap();
    let asked = ureq::get(format!("{}/procedures?q={PHONE}", site.trim())).call().unwrap();
    assert_eq!(asked.status().as_u16(), 200);
    // What is not sent yet is sent at the end.
    assert!(Command::new("kill").arg(server.id().to_string()).status().unwrap().success());
    assert!(server.wait().unwrap().success());
    let sent: Vec<(String, Vec<u8>)> = arrived.try_iter().collect();
    let holds = |body: &[u8], words: &str| body.windows(words.len()).any(|part| part == words.as_bytes());
    assert!(sent.iter().all(|(head, _)| head.starts_with("POST /v1/traces ")), "{sent:?}");
    assert!(sent.iter().any(|(_, body)| holds(body, "GET /procedures")), "{sent:?}");
    assert!(!sent.iter().any(|(_, body)| holds(body, PHONE)), "{sent:?}");
}
