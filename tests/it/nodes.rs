//! Two nodes on one PostgreSQL: what one does the other knows, and what both do at once is done once. `docs/rules/nodes.md`.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use motcua::platform::db::{Db, DbError};
use motcua::record::mail::{self, NewMail};
use motcua::work::reminders;
use motcua_domain::identity::Role;
use serde_json::json;

use crate::app::TestApp;
use crate::counter::*;
use crate::engines::PASSWORD;
use crate::outside::over_the_police;

/// Only PostgreSQL has several nodes; of SQLite there is one process.
mod postgres {
    macro_rules! two_nodes {
        ($($name:ident),* $(,)?) => {
            $(#[test] fn $name() {
                let first = $crate::app::TestApp::new(motcua::platform::db::Engine::Postgres);
                let second = first.beside();
                super::$name(&first, &second);
                drop(second);
            })*
        };
    }

    two_nodes! {
        who_signs_in_on_one_node_is_known_on_the_other_and_signs_out_everywhere,
        guesses_are_counted_over_both_nodes,
        a_change_of_the_registry_is_seen_by_the_next_request_on_the_other_node,
        the_same_key_at_both_nodes_at_once_is_done_once,
        numbers_given_by_both_nodes_at_once_are_all_different,
        of_two_acts_on_one_version_at_both_nodes_one_wins,
        sealing_reminding_and_sending_on_both_nodes_at_once_is_done_once,
        a_link_opened_on_one_node_is_answered_on_the_other_and_then_used_on_both,
        a_hint_wakes_the_other_node,
        who_leaves_says_so_and_still_answers,
        programs_that_are_asked_to_stop_end_well,
        an_unreachable_database_is_said_plainly_and_at_once,
        a_connection_that_was_cut_is_replaced,
        a_commit_that_the_other_server_may_not_have_is_not_acknowledged,
    }
}

/// Runs the same on both nodes at the same time.
fn at_once<T: Send>(nodes: [&TestApp; 2], work: impl Fn(&TestApp) -> T + Sync) -> [T; 2] {
    let gate = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        let started = nodes.map(|node| {
            let (gate, work) = (&gate, &work);
            scope.spawn(move || {
                gate.wait();
                work(node)
            })
        });
        started.map(|running| running.join().unwrap())
    })
}

fn who_signs_in_on_one_node_is_known_on_the_other_and_signs_out_everywhere(first: &TestApp, second: &TestApp) {
    // [NOD-01]
    let token = first.as_officer(COUNTER).token();
    let there = second.browser().with_session(&token);
    there.get("/desk").expect(200);
    there.post("/sign-out", &[]).expect(303);
    first.browser().with_session(&token).get("/desk").expect(401);
}

fn guesses_are_counted_over_both_nodes(first: &TestApp, second: &TestApp) {
    // [NOD-01] [ACC-06]
    let guess = |node: &TestApp, password: &str| {
        node.browser().post("/sign-in", &[("login", COUNTER), ("password", password)]).status.as_u16()
    };
    (0..3).for_each(|_| {
        guess(first, "wrong");
        guess(second, "wrong");
    });
    assert_ne!(guess(first, PASSWORD), 303, "six wrong ones, three at each");
}

fn a_change_of_the_registry_is_seen_by_the_next_request_on_the_other_node(first: &TestApp, second: &TestApp) {
    // [NOD-02] Nobody polls here: neither node runs its background work.
    let fields = [("person", HEAD), ("substitute", SPECIALIST), ("from_on", "04/05/2018"), ("to_on", "04/05/2018")];
    let there = second.as_officer(SPECIALIST);
    assert!(!there.get("/desk").expect(200).shows("Đang thay"));
    first.as_officer(HEAD).post("/desk/absences/new", &fields).expect(303);
    assert!(there.get("/desk").expect(200).shows("Đang thay"));
    let now = second.registry().local(second.now()).date();
    assert!(
        second.registry().people("pacnam/justice", Role::OfficeHead, now).iter().any(|one| one.account == SPECIALIST)
    );
}

fn the_same_key_at_both_nodes_at_once_is_done_once(first: &TestApp, second: &TestApp) {
    // [NOD-01] [NOD-07]
    let token = first.as_officer(COUNTER).token();
    let body = json!({ "tier": "district", "procedure": PROCEDURE, "channel": "direct",
        "particulars": { "applicant": { "name": "Nguyễn Văn A", "phone": "0999000001" },
            "papers": [{ "name": "Tờ khai", "originals": 1 }], "fee_way": "no_fee", "return_via": "counter", "note": "" } });
    let (bearer, body) = (format!("Bearer {token}"), body.to_string());
    let answers = at_once([first, second], |node| {
        let headers =
            [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", "the same")];
        node.browser().call("POST", "/api/v1/dossiers", &headers, body.as_bytes()).expect(201).json()["id"].clone()
    });
    assert_eq!(answers[0], answers[1]);
    let events = first.read(|tx| Ok(tx.rows("SELECT id FROM dossier", &[])?.len()));
    assert_eq!(events, 1);
}

fn numbers_given_by_both_nodes_at_once_are_all_different(first: &TestApp, second: &TestApp) {
    // [NOD-01] [COD-02]
    let codes = at_once([first, second], |node| [(); 10].map(|()| node.received().dossier.code));
    let all: BTreeSet<String> = codes.into_iter().flatten().collect();
    assert_eq!(all.len(), 20);
}

fn of_two_acts_on_one_version_at_both_nodes_one_wins(first: &TestApp, second: &TestApp) {
    // [NOD-01] [LED-01]
    let found = first.received();
    let version = found.dossier.version.to_string();
    let path = format!("/desk/dossiers/{}/forward", found.id);
    at_once([first, second], |node| node.as_officer(COUNTER).post(&path, &[("version", &version)]).expect(303));
    assert_eq!(first.kinds(&found.id), ["accepted", "forwarded"]);
}

fn sealing_reminding_and_sending_on_both_nodes_at_once_is_done_once(first: &TestApp, second: &TestApp) {
    // [NOD-04]
    (0..5).for_each(|_| drop(first.received()));
    let ctx = first.ctx(None);
    let queued = move |tx: &mut motcua::platform::db::Tx| {
        (0..10).try_for_each(|number| {
            let to = "hop-thu@motcua.example".to_owned();
            let mail = NewMail { about: "D".into(), to, subject: format!("Thư {number}"), body: "Nội dung".into() };
            mail::queue(tx, &ctx, &mail).map(drop)
        })
    };
    first.write(queued).unwrap();
    let late = "2018-05-14T16:00:00+07:00";
    first.at(late);
    second.at(late);
    let done = at_once([first, second], |node| {
        let (ctx, registry) = (node.ctx(None), node.registry());
        let reminded = reminders::run(&node.store.db, &ctx, &registry).unwrap();
        (node.seal(), reminded, node.send_mail(None).sent)
    });
    let reminders = first.read(|tx| Ok(tx.rows("SELECT id FROM reminder", &[])?.len()));
    assert_eq!(done[0].1 + done[1].1, reminders);
    assert_eq!(done[0].2 + done[1].2, 10);
    // What was left over because the other one was faster is sealed by the next run; that each is sealed once, and once
    // only, is checked by every test at its end.
    first.seal();
    assert!(reminders > 0);
}

fn a_link_opened_on_one_node_is_answered_on_the_other_and_then_used_on_both(first: &TestApp, second: &TestApp) {
    // [NOD-01] [LNK-04]
    let id = first.referred(over_the_police()).id;
    let link = first.link(&id, 0);
    second.browser().get(&link).expect(200);
    // Two people of the agency at once, who say different things: the same answer sent twice would be told as done.
    let path = format!("{link}/answer");
    let answers = at_once([first, second], |node| {
        let note = if std::ptr::eq(node, first) { "Đã xác minh" } else { "Đã xác minh tại chỗ" };
        let answer = [
            ("answer_outcome", "grant"),
            ("answer_note", note),
            ("answer_name", "Người trả lời"),
            ("answer_position", "Phó Trưởng Công an"),
        ];
        node.browser().post_file(&path, &answer, "", b"").status.as_u16()
    });
    let answered = first.kinds(&id).into_iter().filter(|kind| *kind == "proposed").count();
    assert_eq!(answered, 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
}

fn a_hint_wakes_the_other_node(first: &TestApp, second: &TestApp) {
    // [NOD-03] The listener wakes once when it has begun to listen, and then with every hint.
    let hints = second.store.db.hints().unwrap();
    second.runtime.block_on(async {
        let woken = hints.notified();
        tokio::time::timeout(Duration::from_secs(20), woken).await.expect("it listens");
    });
    let woken = hints.notified();
    first
        .write(|tx| {
            tx.hint();
            Ok(())
        })
        .unwrap();
    second.runtime.block_on(async { tokio::time::timeout(Duration::from_secs(20), woken).await.expect("a hint") });
}

fn who_leaves_says_so_and_still_answers(first: &TestApp, _: &TestApp) {
    // [NOD-05] That requests under way are finished is counted by the drill's upgrade.
    let (leave, asked) = tokio::sync::oneshot::channel();
    let url = first.listen_until(async move { drop(asked.await) });
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let ask = |path: &str| {
        let answer = agent.get(format!("{url}{path}")).call().unwrap();
        let closes = answer.headers().get("connection").is_some_and(|value| value == "close");
        (answer.status().as_u16(), closes)
    };
    assert_eq!(ask("/readyz"), (200, false));
    leave.send(()).unwrap();
    assert!((0..100_000).any(|_| ask("/readyz") == (503, true)), "it does not say that it leaves");
    assert_eq!(ask("/healthz"), (200, true));
    assert_eq!(ask("/procedures"), (200, true));
}

fn programs_that_are_asked_to_stop_end_well(first: &TestApp, _: &TestApp) {
    // [NOD-05] With everything that runs beside the answers: whoever lets go of the database last must not be a task.
    let (url, data) = (first.store.url().unwrap(), first.store.folder.join("program").display().to_string());
    for words in [&["serve", "--listen", "127.0.0.1:0"][..], &["worker"]] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_motcua"));
        program.args(words).args(["--metrics", "127.0.0.1:0", "--database", &url, "--data", &data]);
        let mut program = program.stdout(Stdio::piped()).spawn().unwrap();
        let mut told = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut told).unwrap();
        assert!(!told.is_empty(), "it does not start");
        assert!(Command::new("kill").arg(program.id().to_string()).status().unwrap().success());
        let ended = program.wait().unwrap();
        assert!(ended.success(), "{words:?}: {ended}");
    }
}

fn an_unreachable_database_is_said_plainly_and_at_once(first: &TestApp, _: &TestApp) {
    // [NOD-06] A port that nobody listens on: taken and given back.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = Db::open_postgres(&format!("postgres://postgres@{free},{free}/postgres")).err().unwrap();
    assert!(matches!(refused.db(), Some(DbError::Unreachable(_))), "{refused}");
    // A running node whose database is gone answers at once, says that nothing was done, and recovers by itself.
    let (counter, machine) = (first.as_officer(COUNTER), first.as_officer(COUNTER).token());
    first.store.lets_in(false);
    let page = counter.get("/desk");
    assert!(page.status == 503 && page.shows("Hiện chưa thực hiện được"), "{}", page.text());
    let problem = first.browser().call("GET", "/api/v1/work", &[("authorization", &format!("Bearer {machine}"))], b"");
    assert_eq!(
        (problem.status.as_u16(), problem.json()["type"].as_str()),
        (503, Some("urn:motcua:problem:unavailable"))
    );
    assert!(problem.headers.contains_key("retry-after"));
    assert_eq!(first.browser().get("/readyz").status, 503);
    assert_eq!(first.browser().get("/healthz").status, 200);
    first.store.lets_in(true);
    assert!((0..100_000).any(|_| counter.get("/desk").status == 200), "it has not recovered");
}

fn a_connection_that_was_cut_is_replaced(first: &TestApp, second: &TestApp) {
    // [NOD-06] [NOD-07] The server ends all connections of the other node, as when it is restarted.
    second.received();
    first.store.behind_its_back(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'motcua'",
    );
    // A write is begun anew by itself.
    second.received();
    // And the first node, whose connections were cut as well, reads.
    first.received();
    first.as_officer(COUNTER).get("/desk").expect(200);
}

fn a_commit_that_the_other_server_may_not_have_is_not_acknowledged(first: &TestApp, _: &TestApp) {
    // [NOD-07] What PostgreSQL says when it stops waiting for the other server is a warning beside a success.
    first.store.behind_its_back(
        "CREATE FUNCTION warns() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             RAISE WARNING 'canceling wait for synchronous replication'; RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON guess DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION warns()",
    );
    let unknown = first
        .write(|tx| {
            let now: jiff::Timestamp = crate::app::OPENING.parse().unwrap();
            tx.execute_one(
                "INSERT INTO guess (tenant, subject, wrong, blocked_until) VALUES ($1, $2, $3, $4)",
                &[tx.tenant()?, "somebody".into(), 1_i64.into(), now.into()],
            )
        })
        .unwrap_err();
    assert!(unknown.db().is_some_and(DbError::is_unknown), "{unknown}");
}
