//! An attachment is removed or changed by hand under a running server: it is said, and never shown; everything else goes on, and
//! when the file is put back from a backup the trouble is over by itself.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use serde_json::json;

use super::disk::{Part, millis, within};
use super::ledger::{self, Ledger};
use super::server::{Place, Server};
use super::{Opener, Scratch, Writers};
use crate::app;
use crate::backup::{self, Target};
use crate::doctor::{self, State};
use crate::platform::blobs::Blobs;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::record::dossier;
use crate::registry::{Registry, identity};

const CLIENTS: usize = 4;
/// Acts after which a dossier lies at the office that works on it.
const ACTS: usize = 3;
/// What is attached; the second one is let alone.
const PAPER: &[u8] = b"%PDF-1.7 the answer";
const OTHER: &[u8] = b"%PDF-1.7 another answer";
const CHANGED: &[u8] = b"%PDF-1.7 not the answer";

type Harm = fn(&Path) -> std::io::Result<()>;

/// How each part is named, what is done to the file, and the word the program has for it.
const PARTS: [(&str, &str, &str, Harm); 2] = [
    ("attachment gone", "its file removed by hand", "file_missing", |file| std::fs::remove_file(file)),
    ("attachment changed", "its file overwritten by hand", "file_changed", |file| std::fs::write(file, CHANGED)),
];

pub(super) fn run(open: Opener<'_>) -> Result<Vec<Part>, Failure> {
    let scratch = Scratch::new().map_err(Failure::Fault)?;
    let mut place = Place::folder(&scratch.path().join("data"));
    let figures = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(Failure::fault)?;
    place.more = vec!["--metrics".into(), figures.to_string()];
    let (db, shelf) = open(&place)?;
    let mut writers = Writers::prepare(&db, &shelf.get(), CLIENTS)?;
    let server = Server::start(&place, &scratch.path().join("server.log")).map_err(Failure::Fault)?;
    writers.write_each(&server.url, ACTS);
    let officer = Officer::find(&db, &shelf.get(), &writers, &server.url)?;
    let name = officer.attach(PAPER).map_err(Failure::Fault)?;
    let other = officer.attach(OTHER).map_err(Failure::Fault)?;
    let kept = saved(&db, &place, scratch.path())?;
    let broken = Broken { place: &place, figures: format!("http://{figures}"), officer, name, other, kept };
    PARTS.iter().map(|part| broken.part(&db, &mut writers, &server, part)).collect()
}

/// A backup, restored elsewhere: the folder of its attachments.
fn saved(db: &Db, place: &Place, scratch: &Path) -> Result<PathBuf, Failure> {
    let (secret, public) = backup::generate_key();
    let (key, file, folder) = (scratch.join("key.txt"), scratch.join("backup.age"), scratch.join("restored"));
    std::fs::write(&key, secret).map_err(Failure::fault)?;
    let recipients = backup::read_recipients(&[public]).map_err(Failure::Fault)?;
    let blobs = Blobs::open(&place.data.join("blobs"))?;
    backup::write(db, &blobs, &recipients, &file, app::command_ctx().now, &mut || {})?;
    let kept = folder.join("blobs");
    let target = Target { file: folder.join("motcua.sqlite"), database: None, blobs: Blobs::open(&kept)? };
    backup::restore(&file, &backup::read_identities(&key).map_err(Failure::Fault)?, &target)?;
    Ok(kept)
}

/// Somebody who works on a dossier.
struct Officer {
    agent: ureq::Agent,
    token: String,
    results: String,
}

impl Officer {
    /// Whose turn one of the writers' dossiers is; they claim it.
    fn find(db: &Db, registry: &Registry, writers: &Writers, url: &str) -> Result<Self, Failure> {
        let ctx = app::command_ctx();
        let today = registry.local(ctx.now).date();
        for noted in writers.noted() {
            let Some(found) = db.query(|tx| dossier::by_id(tx, &noted.stream))? else { continue };
            let tasks = found.dossier.tasks();
            let Some(task) = tasks.first().filter(|task| !task.is_counter()) else { continue };
            let Some(officer) = registry.people(task.office, task.role, today).into_iter().next() else { continue };
            let token = db.transact("drill.key", move |tx| {
                identity::issue_key(tx, &ctx, &officer.account, "drill attachments")
            })?;
            let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
            let dossier = format!("{url}/api/v1/dossiers/{}", noted.stream);
            let officer = Self { agent, token, results: format!("{dossier}/results") };
            officer.claim(&dossier).map_err(Failure::Fault)?;
            return Ok(officer);
        }
        Err(Failure::fault(anyhow::anyhow!("no dossier is at an office with people")))
    }

    fn claim(&self, dossier: &str) -> anyhow::Result<()> {
        let asked = self.agent.post(format!("{dossier}/acts")).header("Authorization", self.bearer());
        let status = asked.send_json(json!({ "act": "claim" }))?.status();
        anyhow::ensure!(status.is_success(), "claim: {status}");
        Ok(())
    }

    /// Attaches a paper; returns the name it is kept under.
    fn attach(&self, paper: &[u8]) -> anyhow::Result<String> {
        let asked = self.agent.post(format!("{}?title=drill&name=drill.pdf", self.results));
        let asked = asked.header("Authorization", self.bearer()).header("Content-Type", "application/pdf");
        let mut answer = asked.send(paper)?;
        let text = answer.body_mut().read_to_string()?;
        anyhow::ensure!(answer.status().is_success(), "attach: {}: {text}", answer.status());
        Ok(motcua_domain::ledger::sha256(paper))
    }

    /// Status and bytes of an attachment, as a browser gets them.
    fn read(&self, name: &str) -> (u16, Vec<u8>) {
        let asked = self.agent.get(format!("{}/{name}", self.results)).header("Authorization", self.bearer());
        let Ok(mut answer) = asked.call() else { return (0, Vec::new()) };
        (answer.status().as_u16(), answer.body_mut().read_to_vec().unwrap_or_default())
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

/// What is broken, and what stays whole.
struct Broken<'a> {
    place: &'a Place,
    figures: String,
    officer: Officer,
    name: String,
    other: String,
    kept: PathBuf,
}

impl Broken<'_> {
    fn part(
        &self,
        db: &Db,
        writers: &mut Writers,
        server: &Server,
        (name, how, word, harm): &(&'static str, &str, &str, Harm),
    ) -> Result<Part, Failure> {
        let place = |folder: &Path| folder.join(self.name.get(..2).unwrap_or_default()).join(&self.name);
        let file = place(&self.place.data.join("blobs"));
        let mut wrong = Vec::new();
        let mut must = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{name}: {what}"));
            }
        };
        harm(&file).with_context(|| format!("{name}: bring it about")).map_err(Failure::Fault)?;
        let began = Instant::now();
        let (status, said) = self.officer.read(&self.name);
        let key = format!("trouble.{word}");
        let said = String::from_utf8_lossy(&said).into_owned();
        must(status == 503 && said.contains(&key), &format!("it is answered with {status}: {said}"));
        must(!said.starts_with("%PDF"), "bytes that are not the paper are given out");
        let refused_ms = millis(began);
        must(
            within(|| matches!(writers.page(&server.url, "/troublez"), (503, words) if words.contains(word))),
            "the health page does not say so",
        );
        let figure = format!("motcua_trouble{{word=\"{word}\"}} 1");
        must(writers.page(&self.figures, "/metrics").1.contains(&figure), "the figures do not say so");
        must(server.said().contains(word), "the log does not say so");
        must(self.doctor_tells()?, "the doctor does not say so");
        must(self.officer.read(&self.other) == (200, OTHER.to_vec()), "another attachment is not given out");
        writers.write_each(&server.url, ACTS);
        must(writers.can_read(&server.url), "nothing can be read");
        std::fs::copy(place(&self.kept), &file).map_err(Failure::fault)?;
        let began = Instant::now();
        must(within(|| writers.page(&server.url, "/troublez").0 == 200), "it is not over by itself");
        let recovered_ms = millis(began);
        must(self.officer.read(&self.name) == (200, PAPER.to_vec()), "the paper is not given out again");
        writers.settle(&server.url);
        let mut ledger = Ledger::default();
        ledger.read(db)?;
        let mut found = ledger.compare(writers);
        found.broken = ledger::broken(db)?;
        found.wrong.extend(wrong);
        Ok(Part { name, how: (*how).to_owned(), skipped: false, refused_ms, recovered_ms, found })
    }

    fn doctor_tells(&self) -> Result<bool, Failure> {
        let order = doctor::Order { folder: self.place.data.clone(), ..doctor::Order::default() };
        let found = doctor::look(&order, app::command_ctx().now);
        Ok(found.iter().any(|finding| finding.id == "attachments" && finding.state == State::Fault))
    }
}
