//! What is wrong with an installation, and what to do about it, in plain words. Looks and changes nothing: a database whose
//! schema is old stays old. Each check has an id, which is also the name of its sentences: `doctor.<id>.<what>`.

mod place;
mod records;
mod running;
mod site;
mod store;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::platform::blobs::Blobs;
use crate::platform::db::{Db, Standing};
use crate::platform::failure::{Failure, Sentence};
use crate::record::mail::Mailer;
use crate::registry::{self, Shelf};

pub use place::space;
pub use records::backup;
pub use running::judge;

/// What to look at: the same as the program is told when it serves.
#[derive(Clone, Default)]
pub struct Order {
    pub folder: PathBuf,
    /// PostgreSQL instead of the database in the folder.
    pub database: Option<String>,
    /// Address under which people reach the site.
    pub base_url: Option<String>,
    /// Certificate of the program's own TLS.
    pub certificate: Option<PathBuf>,
    /// The store of attachments, or why it could not be opened; none for the one in the folder.
    pub files: Option<Result<Blobs, String>>,
    /// How mail leaves.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Address at which the running program tells its figures, `127.0.0.1:9464`.
    pub metrics: Option<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Good,
    /// Works, and should not stay so.
    Warning,
    /// Does not work, or may lose something.
    Fault,
}

/// What one check found.
#[derive(Debug, Clone)]
pub struct Finding {
    pub id: &'static str,
    pub state: State,
    pub sentence: Sentence,
}

impl Finding {
    fn good(id: &'static str) -> Self {
        Self::new(id, State::Good, "good")
    }

    fn warning(id: &'static str, what: &str) -> Self {
        Self::new(id, State::Warning, what)
    }

    fn fault(id: &'static str, what: &str) -> Self {
        Self::new(id, State::Fault, what)
    }

    fn new(id: &'static str, state: State, what: &str) -> Self {
        Self { id, state, sentence: Sentence::new(format!("doctor.{id}.{what}")) }
    }

    #[must_use]
    fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.sentence = self.sentence.with(name, value);
        self
    }
}

/// Looks at everything there is to look at. What stands on something broken is not looked at.
pub fn look(order: &Order, now: Timestamp) -> Vec<Finding> {
    let mut found = vec![place::folder(&order.folder), place::disk(&order.folder)];
    found.extend(order.base_url.as_deref().map(site::base_url));
    found.extend(order.certificate.as_deref().map(|file| place::certificate(file, now)));
    match open(order) {
        Ok(db) => inside(&db, order, now, &mut found),
        Err(finding) => found.push(finding),
    }
    found.extend(order.mailer.as_ref().map(|mailer| records::mail_server(&**mailer)));
    if let Some(address) = &order.metrics {
        found.extend(running::ask(address, now));
    }
    found
}

fn open(order: &Order) -> Result<Db, Finding> {
    let unreachable = |failure: Failure| Finding::fault("database", "unreachable").with("because", failure);
    match &order.database {
        Some(url) => Db::look_postgres(url).map_err(unreachable),
        None => {
            let file = order.folder.join("motcua.sqlite");
            if !file.exists() {
                return Err(Finding::fault("database", "missing").with("file", file.display()));
            }
            Db::look_sqlite(&file).map_err(unreachable)
        }
    }
}

fn inside(db: &Db, order: &Order, now: Timestamp, found: &mut Vec<Finding>) {
    match db.standing() {
        Ok(Standing::Current) => found.push(Finding::good("database")),
        Ok(Standing::Behind(steps)) => {
            // Starting the program brings it up to date; until then its tables are not those we know.
            return found.push(Finding::warning("database", "behind").with("steps", steps));
        }
        Ok(Standing::Foreign(name)) => {
            return found.push(Finding::fault("database", "foreign").with("name", name));
        }
        Err(failure) => return found.push(Finding::fault("database", "unreachable").with("because", failure)),
    }
    let mut note = |id: &'static str, finding: Result<Finding, Failure>| {
        let broken = |failure: Failure| {
            Finding { sentence: Sentence::new("doctor.broken"), ..Finding::fault(id, "broken") }
                .with("because", failure)
        };
        found.push(finding.unwrap_or_else(broken));
    };
    let db = &match registry::of_its_site(db) {
        Ok(db) => db,
        Err(failure) => return note("site", Err(failure)),
    };
    if let Some(finding) = db.query(store::settings).map(|settings| records::settings(&settings)).transpose() {
        note("postgres", finding);
    }
    note("ledger", db.query(records::ledger));
    note("seals", db.query(|tx| records::seals(tx, now)));
    note("clock", db.query(|tx| records::clock(tx, now)));
    note("mail", db.query(|tx| records::mail(tx, now)));
    match Shelf::load(db, now) {
        Ok(shelf) => {
            let registry = shelf.get();
            note("site", Ok(Finding::good("site").with("site", &registry.site.id)));
            note("attachments", records::attachments(db, files(order), &registry));
            if !registry.site.demonstration {
                note("backup", db.query(|tx| records::backup(tx, now)));
            }
            note("calendar", Ok(site::calendar(&registry, now)));
            note("passwords", site::passwords(db, &registry));
        }
        Err(failure) => note("site", Err(failure)),
    }
}

/// The store of attachments. One that is not there is not made here.
fn files(order: &Order) -> Result<Blobs, String> {
    if let Some(files) = &order.files {
        return files.clone();
    }
    let folder = order.folder.join("blobs");
    match folder.is_dir() {
        true => Blobs::open(&folder).map_err(|failure| failure.to_string()),
        false => Err(format!("there is no folder {}", folder.display())),
    }
}
