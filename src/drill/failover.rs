//! People write through a cluster while its leader is handed over, killed and cut off, and while the program is upgraded.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde::Serialize;

use super::ledger::{self, Found, Ledger};
use super::server::Place;
use super::{Opener, Scratch, Writers};
use crate::platform::failure::Failure;

/// People write for so long before something happens, and again after it is over.
const BEFORE: Duration = Duration::from_secs(3);
const AFTER: Duration = Duration::from_secs(5);
/// The longest that one act may wait for its answer.
const BACK_WITHIN: Duration = Duration::from_secs(30);

/// What happens: the word for the cluster's script, the word that puts it right afterwards, and what it is.
const BLOWS: [(&str, Option<&str>, &str); 4] = [
    ("roll", None, "both programs restarted, one after the other"),
    ("switch", None, "lead handed over"),
    ("kill", Some("revive"), "leader's machine killed"),
    ("cut", Some("mend"), "leader's machine cut off"),
];

pub struct Order<'a> {
    /// Folder with the script `ha`.
    pub deploy: &'a Path,
    pub rounds: u32,
    pub clients: usize,
    /// Only these things happen; all of them when empty.
    pub only: &'a [String],
}

#[derive(Debug, Serialize)]
pub struct Drill {
    pub rounds: u32,
    pub clients: usize,
    pub blows: Vec<Blow>,
    pub retries: u64,
    pub longest_gap_ms: u64,
    pub found: Found,
}

#[derive(Debug, Serialize)]
pub struct Blow {
    pub what: &'static str,
    /// Acts acknowledged meanwhile.
    pub acknowledged: usize,
    /// How often a client had to send an act again, and the longest that one waited.
    pub retries: u64,
    pub longest_gap_ms: u64,
}

/// A running cluster; ended when dropped.
struct Cluster {
    script: PathBuf,
    folder: PathBuf,
}

impl Cluster {
    fn start(deploy: &Path, folder: &Path) -> anyhow::Result<(Self, String, Place)> {
        let cluster = Self { script: deploy.join("ha"), folder: folder.to_owned() };
        let said = cluster.tell("up")?;
        let after = |name: &str| said.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        let url = after("url=").context("the cluster names no url")?;
        let database = after("database=").context("the cluster names no database")?;
        let place = Place { database: Some(database), ..Place::folder(&folder.join("files")) };
        Ok((cluster, url, place))
    }

    fn tell(&self, word: &str) -> anyhow::Result<String> {
        let program = std::env::current_exe().context("find this program")?;
        let mut script = Command::new(&self.script);
        script.arg(word).arg(&self.folder).env("MOTCUA", program).stdin(Stdio::null()).stderr(Stdio::inherit());
        let done = script.output().with_context(|| format!("{} is needed", self.script.display()))?;
        if !done.status.success() {
            bail!("the cluster's script failed at {word}");
        }
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Nothing is left to do about a cluster that does not end.
        let _ = self.tell("down");
    }
}

pub fn run(order: &Order, open: Opener<'_>, mut tell: impl FnMut(&str)) -> Result<Drill, Failure> {
    let scratch = Scratch::new().map_err(Failure::Fault)?;
    let folder = scratch.path().join("cluster");
    let (cluster, url, place) = Cluster::start(order.deploy, &folder).map_err(Failure::Fault)?;
    tell("three PostgreSQL, HAProxy and two programs run");
    let mut writers = {
        let (db, shelf) = open(&place)?;
        Writers::prepare(&db, &shelf.get(), order.clients)?
    };
    let (mut ledger, mut found, mut blows) = (Ledger::default(), Found::default(), Vec::new());
    for (word, mend, what) in (0..order.rounds).flat_map(|_| BLOWS) {
        if !order.only.is_empty() && !order.only.iter().any(|only| only == word) {
            continue;
        }
        let (before, retries) = (found.acknowledged, writers.retries());
        strike(&cluster, &mut writers, &url, word).map_err(Failure::Fault)?;
        writers.settle(&url);
        if let Some(mend) = mend {
            cluster.tell(mend).map_err(Failure::Fault)?;
        }
        cluster.tell("wait").map_err(Failure::Fault)?;
        let (db, _) = open(&place)?;
        ledger.read(&db)?;
        found = ledger.compare(&writers);
        let blow = Blow {
            what,
            acknowledged: found.acknowledged - before,
            retries: writers.retries() - retries,
            longest_gap_ms: millis(writers.take_longest()),
        };
        if blow.longest_gap_ms > millis(BACK_WITHIN) {
            found.wrong.push(format!("{what}: an act waited {} ms", blow.longest_gap_ms));
        }
        if word == "roll" && blow.retries > 0 {
            found.wrong.push(format!("{what}: {} requests failed", blow.retries));
        }
        tell(&format!(
            "{what}: {} acts acknowledged meanwhile, {} sent again, longest gap {} ms, {}",
            blow.acknowledged,
            blow.retries,
            blow.longest_gap_ms,
            if found.holds() { "all there" } else { "DOES NOT HOLD" }
        ));
        blows.push(blow);
        if !found.holds() {
            break;
        }
    }
    let mut whole = Ledger::default();
    let (db, _) = open(&place)?;
    whole.read(&db)?;
    let wrong = std::mem::take(&mut found.wrong);
    let found = Found { wrong, broken: ledger::broken(&db)?, ..whole.compare(&writers) };
    let longest_gap_ms = blows.iter().map(|blow| blow.longest_gap_ms).max().unwrap_or_default();
    Ok(Drill { rounds: order.rounds, clients: order.clients, blows, retries: writers.retries(), longest_gap_ms, found })
}

/// People write before, meanwhile and after.
fn strike(cluster: &Cluster, writers: &mut Writers, url: &str, word: &str) -> anyhow::Result<()> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| writers.write(url, &stop));
        pass(BEFORE);
        let done = cluster.tell(word);
        pass(AFTER);
        // Whatever happened, the writers are told to stop: the scope waits for them.
        stop.store(true, Ordering::Relaxed);
        done.map(drop)
    })
}

fn pass(time: Duration) {
    let until = Instant::now() + time;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        std::thread::park_timeout(left);
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
