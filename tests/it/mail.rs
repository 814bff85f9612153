//! Outgoing mail: written with what it tells, sent once, tried again, given up where it is seen.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Mutex;
use std::thread::JoinHandle;

use jiff::SignedDuration;
use motcua::platform::failure::Failure;
use motcua::record::mail::{self, Mail, Mailer, NewMail, NotSent, Posted, Sent, Smtp};

use crate::app::TestApp;
use crate::counter::*;
use crate::outside::{POLICE, over_the_police, path_on};

both_engines! {
    a_referral_goes_by_mail_and_holds_nothing_of_people,
    a_mail_is_written_only_when_its_transaction_is_through,
    two_workers_send_each_mail_once,
    a_mail_server_that_is_down_loses_nothing,
    what_cannot_be_sent_is_given_up_and_shown_on_the_dossier,
    an_agency_is_told_that_its_question_was_answered,
}

const ADDRESS: &str = "cong-an@motcua.example";

/// Gives the police's office an address for mail.
fn with_address(app: &TestApp) {
    app.write(|tx| {
        let rows = tx.rows("SELECT id, body FROM registry_item WHERE kind = 'office'", &[])?;
        for row in rows {
            let (id, body): (String, String) = (row.get(0)?, row.get(1)?);
            if id.starts_with(POLICE) {
                let mut office: serde_json::Value = serde_json::from_str(&body)?;
                office["email"] = ADDRESS.into();
                tx.execute_one(
                    "UPDATE registry_item SET body = $1 WHERE kind = 'office' AND id = $2",
                    &[office.to_string().into(), id.into()],
                )?;
            }
        }
        tx.execute_one("UPDATE registry_site SET revision = revision + 1", &[])
    })
    .unwrap();
    app.refresh();
}

fn about(app: &TestApp, id: &str) -> Vec<Posted> {
    app.read(|tx| mail::about(tx, id))
}

fn queue(app: &TestApp, count: usize) {
    let ctx = app.ctx(None);
    app.write(move |tx| {
        for number in 0..count {
            let subject = format!("Thư {number}");
            let mail = NewMail { about: "D".into(), to: ADDRESS.into(), subject, body: "Nội dung".into() };
            mail::queue(tx, &ctx, &mail)?;
        }
        Ok(())
    })
    .unwrap();
}

fn a_referral_goes_by_mail_and_holds_nothing_of_people(app: TestApp) {
    // [EML-01] [EML-02] [EML-03] [LNK-01]
    let id = app.referred(over_the_police()).id;
    // Without an address there is nowhere to send it.
    let fields = [("task", "0"), ("seen", "0"), ("how", "mail")];
    let path = format!("/desk/dossiers/{id}/referral");
    assert!(app.as_officer(COUNTER).post(&path, &fields).expect(422).shows("chưa có địa chỉ thư điện tử"));
    with_address(&app);
    let slip = app.slip(&id, 0, "mail");
    assert!(slip.shows(ADDRESS));
    let waiting = app.read(|tx| {
        let rows = tx.rows("SELECT subject, body FROM mail_outbox", &[])?;
        Ok(format!("{}\n{}", rows[0].get::<String>(0)?, rows[0].get::<String>(1)?))
    });
    assert!(waiting.contains(&path_on(&slip)) && waiting.contains(&app.dossier(&id).dossier.code), "{waiting}");
    for person in ["Nguyễn Văn A", "0912345678", "006090000123", "Nà Coóc"] {
        assert!(!waiting.contains(person), "{waiting}");
    }
    assert_eq!(app.send_mail(None), Sent { sent: 1, ..Sent::default() });
    assert_eq!(app.send_mail(None), Sent::default());
    let files: Vec<_> = std::fs::read_dir(app.store.folder.join("mail")).unwrap().flatten().collect();
    assert_eq!(files.len(), 1);
    let eml = std::fs::read_to_string(files[0].path()).unwrap();
    assert!(eml.contains(&format!("To: {ADDRESS}")) && eml.contains("From: mot-cua@motcua.example"), "{eml}");
    // What was sent is forgotten: the link stood in it.
    let bodies = app.read(|tx| Ok(tx.rows("SELECT body FROM mail_outbox WHERE body <> ''", &[])?.len()));
    assert_eq!(bodies, 0);
    assert!(about(&app, &id)[0].sent_at.is_some());
    assert!(app.as_officer(COUNTER).get(&path).expect(200).shows("Đã gửi lúc"));
}

fn a_mail_is_written_only_when_its_transaction_is_through(app: TestApp) {
    // [EML-01]
    let ctx = app.ctx(None);
    let failed: Result<(), Failure> = app.write(move |tx| {
        let mail = NewMail { about: "D".into(), to: ADDRESS.into(), subject: "x".into(), body: "y".into() };
        mail::queue(tx, &ctx, &mail)?;
        Err(Failure::Conflict)
    });
    assert!(failed.is_err() && about(&app, "D").is_empty());
}

/// Counts what it was given.
#[derive(Default)]
struct Counting(Mutex<Vec<String>>);

impl Mailer for Counting {
    fn reach(&self) -> Result<(), String> {
        Ok(())
    }

    fn send(&self, mail: &Mail) -> Result<(), NotSent> {
        self.0.lock().unwrap().push(mail.id.clone());
        Ok(())
    }
}

fn two_workers_send_each_mail_once(app: TestApp) {
    // [EML-03]
    queue(&app, 20);
    let (carrier, now) = (Counting::default(), app.now());
    let sent: u32 = std::thread::scope(|scope| {
        let workers = [0, 1].map(|_| scope.spawn(|| mail::send_due(&app.store.db, &carrier, now).unwrap().sent));
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    let mut ids = carrier.0.into_inner().unwrap();
    ids.sort();
    ids.dedup();
    assert_eq!((sent, ids.len()), (20, 20));
}

/// A mail server for one connection: takes whatever comes and hands back what it was told.
fn server(address: SocketAddr, answer_to_recipient: &'static str) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind(address).unwrap();
    let address = listener.local_addr().unwrap();
    let told = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut out = stream.try_clone().unwrap();
        let mut say = |line: &str| out.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        say("220 ready");
        let (mut told, mut data) = (String::new(), false);
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            told.push_str(&line);
            told.push('\n');
            match line.split([' ', ':']).next().unwrap_or_default() {
                "." if data => {
                    data = false;
                    say("250 taken");
                }
                _ if data => {}
                "DATA" => {
                    data = true;
                    say("354 go on");
                }
                "QUIT" => {
                    say("221 bye");
                    break;
                }
                "RCPT" => say(answer_to_recipient),
                _ => say("250 ok"),
            }
        }
        told
    });
    (address, told)
}

fn smtp(address: SocketAddr) -> Smtp {
    Smtp::new(&format!("smtp://{address}"), None, "Một Cửa <mot-cua@motcua.example>").unwrap()
}

fn a_mail_server_that_is_down_loses_nothing(app: TestApp) {
    // [EML-04]
    queue(&app, 1);
    // A port where nobody listens: it was free a moment ago.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let down = smtp(nobody);
    assert_eq!(app.send_mail(Some(&down)), Sent { again: 1, ..Sent::default() });
    // Not again before its time.
    assert_eq!(app.send_mail(Some(&down)), Sent::default());
    app.advance(SignedDuration::from_mins(1));
    assert_eq!(app.send_mail(Some(&down)), Sent { again: 1, ..Sent::default() });
    let waiting = &about(&app, "D")[0];
    assert_eq!((waiting.tries, waiting.next_at), (2, Some(app.now() + SignedDuration::from_mins(5))));
    app.advance(SignedDuration::from_mins(5));
    let (address, told) = server("127.0.0.1:0".parse().unwrap(), "250 ok");
    assert_eq!(app.send_mail(Some(&smtp(address))), Sent { sent: 1, ..Sent::default() });
    let told = told.join().unwrap();
    assert!(told.contains("MAIL FROM:<mot-cua@motcua.example>") && told.contains("RCPT TO:<cong-an@motcua.example>"));
    assert!(told.contains("Message-ID: <"), "{told}");
    assert!(about(&app, "D")[0].sent_at.is_some());
}

fn what_cannot_be_sent_is_given_up_and_shown_on_the_dossier(app: TestApp) {
    // [EML-04] [EML-05]
    with_address(&app);
    let id = app.referred(over_the_police()).id;
    app.slip(&id, 0, "mail");
    let (address, told) = server("127.0.0.1:0".parse().unwrap(), "550 no such mailbox");
    assert_eq!(app.send_mail(Some(&smtp(address))), Sent { given_up: 1, ..Sent::default() });
    told.join().unwrap();
    for page in [format!("/desk/dossiers/{id}"), format!("/desk/dossiers/{id}/referral")] {
        let shown = app.as_officer(COUNTER).get(&page).expect(200);
        assert!(shown.shows("Không gửi được thư") && shown.shows("no such mailbox"), "{}", shown.text());
    }
    assert!(app.as_officer(COUNTER).get("/desk/outside").expect(200).shows("Không gửi được thư có liên kết"));
    // What fails for a while is given up after eight tries.
    queue(&app, 1);
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut tries = 0;
    while let Sent { again: 1, .. } = app.send_mail(Some(&smtp(nobody))) {
        tries += 1;
        app.advance(SignedDuration::from_hours(12));
    }
    let given_up = &about(&app, "D")[0];
    assert_eq!((tries, given_up.tries, given_up.next_at), (7, 8, None));
    assert!(given_up.failed_because.is_some());
}

/// The agency asks by its link, and the counter answers on the dossier's screen.
fn asked_and_answered(app: &TestApp, id: &str, link: &str) {
    app.browser().post(&format!("{link}/ask"), &[("question", "Ở thôn nào?"), ("ask_name", "Trực ban")]).expect(303);
    app.act(COUNTER, id, "reply", &[("task", "0"), ("reply_answer", "Nà Coóc")]).expect(303);
}

fn an_agency_is_told_that_its_question_was_answered(app: TestApp) {
    // [EML-02] [RTE-08]
    with_address(&app);
    let id = app.referred(over_the_police()).id;
    let link = path_on(&app.slip(&id, 0, "mail"));
    app.send_mail(None);
    asked_and_answered(&app, &id, &link);
    assert_eq!(about(&app, &id).len(), 2);
    let waiting =
        app.read(|tx| Ok(tx.rows("SELECT body FROM mail_outbox WHERE body <> ''", &[])?[0].get::<String>(0)?));
    assert!(waiting.contains("đã trả lời câu hỏi") && !waiting.contains("Nà Coóc") && !waiting.contains(&link));
    // Whoever got the link on paper gets no mail.
    let paper = app.referred(over_the_police()).id;
    asked_and_answered(&app, &paper, &app.link(&paper, 0));
    assert!(about(&app, &paper).is_empty());
}
