//! The public log: the line of every event that a checkpoint covers, the hash of each, the checkpoints and the keys. Whoever
//! has these four files and knows the key needs nothing else. [LED-10]

use std::io::{BufRead as _, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use motcua_domain::ledger::hex;
use motcua_domain::proof::checkpoint::notes;
use motcua_domain::proof::log::{self, Beside, Findings};
use motcua_domain::proof::{Checkpoint, Hash, Verifier};

use super::tree::{self, Public};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// Lines of events, in order of sealing.
pub const EVENTS: &str = "events.jsonl";
/// A hash for each line.
pub const HASHES: &str = "hashes.txt";
/// Signed notes, each followed by an empty line.
pub const CHECKPOINTS: &str = "checkpoints.txt";
/// Verifier keys, the newest last.
pub const KEYS: &str = "keys.txt";

/// Checkpoints read at once.
const PAGE: i64 = 1_000;

/// Writes the four files into a folder, in one consistent read; returns how many events.
pub fn write(tx: &mut Tx, folder: &Path, public: Public) -> Result<u64, Failure> {
    let size = tree::newest(tx)?.map_or(0, |newest| newest.size as u64);
    if size == 0 {
        return Err(Failure::fault(anyhow::anyhow!(
            "no checkpoint was made yet: there is nothing that could be proved"
        )));
    }
    std::fs::create_dir_all(folder).map_err(Failure::fault)?;
    let fault = |name: &str| format!("write {}", folder.join(name).display());
    let file = |name: &str, fill: &mut dyn FnMut(&mut dyn Write) -> anyhow::Result<()>| {
        let mut write = || -> anyhow::Result<()> {
            let mut out = BufWriter::new(std::fs::File::create(folder.join(name))?);
            fill(&mut out)?;
            out.flush()?;
            Ok(())
        };
        write().with_context(|| fault(name)).map_err(Failure::Fault)
    };
    file(KEYS, &mut |out| Ok(tree::keys(tx)?.iter().try_for_each(|key| writeln!(out, "{key}"))?))?;
    file(CHECKPOINTS, &mut |out| checkpoints(tx, out))?;
    file(EVENTS, &mut |out| events(tx, size, public, &mut |line| Ok(writeln!(out, "{line}")?)))?;
    file(HASHES, &mut |out| {
        let hashes = tree::hashes(tx, 0, size)?;
        Ok(hashes.iter().try_for_each(|hash| writeln!(out, "{}", hex(hash)))?)
    })?;
    Ok(size)
}

/// Every checkpoint, the oldest first, each followed by an empty line.
pub fn checkpoints(tx: &mut Tx, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let page = tree::checkpoints_after(tx, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.size as u64;
        page.iter().try_for_each(|kept| writeln!(out, "{}", kept.note))?;
    }
}

/// The lines of the first `size` events, one after another.
pub fn events(
    tx: &mut Tx,
    size: u64,
    public: Public,
    tell: &mut dyn FnMut(&str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (mut number, mut told) = (1, 0);
    while told < size {
        let entries = super::store::of_batch(tx, number)?;
        if entries.is_empty() && super::store::seal_at(tx, number)?.is_none() {
            // Less is there than was signed: whoever reads the export finds it.
            return Ok(());
        }
        for entry in entries.iter().take((size - told) as usize) {
            tell(&tree::line(entry, public))?;
            told += 1;
        }
        number += 1;
    }
    Ok(())
}

/// Checks an export with nothing else than the keys. [LED-10]
pub fn check(folder: &Path, keys: &[Verifier], since: Option<&Checkpoint>) -> anyhow::Result<Findings> {
    let read = |name: &str| {
        let file = folder.join(name);
        std::fs::read(&file).with_context(|| format!("read {}", file.display()))
    };
    let hashes = read(HASHES)?;
    let hashes = String::from_utf8_lossy(&hashes);
    let hashes = (1..)
        .zip(hashes.lines())
        .map(|(line, text)| unhex(text).with_context(|| format!("{HASHES}, line {line} is no hash: {text}")));
    let hashes: Vec<Hash> = hashes.collect::<anyhow::Result<_>>()?;
    let notes = notes(&String::from_utf8_lossy(&read(CHECKPOINTS)?));
    let file = folder.join(EVENTS);
    let lines = || {
        let opened = std::fs::File::open(&file).with_context(|| format!("read {}", file.display()))?;
        // What is no text is a changed line like any other.
        let lines = BufReader::new(opened).split(b'\n');
        Ok::<_, anyhow::Error>(lines.map(|line| Ok(String::from_utf8_lossy(&line?).into_owned())))
    };
    log::check(lines, Beside { hashes: &hashes, notes: &notes, keys, since })
}

fn unhex(text: &str) -> Option<Hash> {
    let digits = text.as_bytes().as_chunks::<2>().0.iter();
    let bytes = digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    bytes.collect::<Option<Vec<u8>>>()?.try_into().ok().filter(|_| text.len() == 64)
}
