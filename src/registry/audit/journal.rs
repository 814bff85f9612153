//! Readings on their way into the table, in a file beside the data: a process that is killed loses none of those that were
//! answered. [AUD-02]
//!
//! Each process has a file of its own and holds its lock; a file without an owner was left by one that was killed.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{Noted, TOGETHER, store, unseen};
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;

const START: &str = "audit-";
const END: &str = ".pending";

/// A file of this process. Not flushed: that is for the table to do.
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    ids: Ids,
    lines: usize,
    torn: bool,
    /// Some of its rows may be in the table.
    tried: bool,
}

impl Journal {
    pub fn open(folder: &Path, ids: &Ids) -> anyhow::Result<Self> {
        use std::os::unix::fs::OpenOptionsExt as _;
        let path = folder.join(format!("{START}{}{END}", ids.secret::<8>()?));
        // It has its name only when it is locked: until then nobody takes it for one without an owner.
        let unnamed = path.with_extension("new");
        let file = File::options().create_new(true).append(true).mode(0o600).open(&unnamed);
        let file = file.with_context(|| format!("create {}", unnamed.display()))?;
        file.lock().with_context(|| format!("lock {}", unnamed.display()))?;
        fs::rename(&unnamed, &path).with_context(|| format!("name {}", path.display()))?;
        Ok(Self { file, path, ids: ids.clone(), lines: 0, torn: false, tried: false })
    }

    /// One row, a line.
    pub fn add(&mut self, noted: &Noted) -> io::Result<()> {
        // A line that could not be written whole must not tear this one.
        let mut line = if self.torn { b"\n".to_vec() } else { Vec::new() };
        serde_json::to_writer(&mut line, noted)?;
        line.push(b'\n');
        self.torn = true;
        self.file.write_all(&line)?;
        (self.lines, self.torn) = (self.lines + 1, false);
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.lines == 0
    }

    /// Writes its rows into the table; returns how many.
    pub fn write(&mut self, db: &Db) -> Result<usize, Failure> {
        let again = std::mem::replace(&mut self.tried, true);
        write(db, &self.path, again)
    }

    /// An empty file beside this one, for what comes while this one's rows are written.
    pub fn next(&self) -> anyhow::Result<Self> {
        Self::open(self.path.parent().unwrap_or(Path::new(".")), &self.ids)
    }

    /// All of its rows are in the table.
    pub fn remove(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

/// Files that processes left which were killed: from here on they are this one's.
pub fn left(folder: &Path, ids: &Ids) -> io::Result<Vec<Journal>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !(name.starts_with(START) && name.ends_with(END)) {
            continue;
        }
        let Ok(file) = File::open(entry.path()) else { continue };
        // What is locked has an owner that lives and writes it down itself.
        if file.try_lock().is_ok() {
            let (ids, lines) = (ids.clone(), 1);
            all.push(Journal { file, path: entry.path(), ids, lines, torn: false, tried: true });
        }
    }
    Ok(all)
}

/// Writes the rows of a file into the table, some at a time, so that nobody waits long for them and however many they are they fit;
/// `again`: some may be there.
fn write(db: &Db, path: &Path, again: bool) -> Result<usize, Failure> {
    let mut lines = BufReader::new(File::open(path).map_err(Failure::fault)?).lines();
    let mut done = 0;
    loop {
        let some = lines.by_ref().take(TOGETHER).collect::<io::Result<Vec<String>>>().map_err(Failure::fault)?;
        if some.is_empty() {
            return Ok(done);
        }
        // The last line of a killed process may be torn: that answer never left. What a full disk tore was noted in memory.
        let rows: Vec<Noted> = some.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
        done += rows.len();
        db.transact("audit.write", move |tx| {
            match again {
                false => store::insert_all(tx, &rows),
                true => rows.iter().try_for_each(|noted| store::insert(tx, noted)),
            }?;
            unseen::came(tx, &rows)
        })?;
    }
}
