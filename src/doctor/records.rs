//! What is recorded: the end of the ledger, the last moment in it, mail, files, backups.

use jiff::{SignedDuration, Timestamp};
use motcua_domain::ledger::sha256;

use super::store::Setting;
use super::{Finding, State};
use crate::backup::schedule;
use crate::platform::blobs::Blobs;
use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;
use crate::platform::ledger;
use crate::platform::trouble::Trouble;
use crate::record::dossier::{self, list};
use crate::record::mail::{self, Mailer};
use crate::registry::Registry;

/// Seals that are recomputed: the end of the chain, for `verify` takes long on a large ledger.
const SEALS: i64 = 20;
/// Clocks of two machines differ by so much.
const SLACK: SignedDuration = SignedDuration::from_secs(120);
/// Seals follow within seconds of what they cover.
const SEALED_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// Backups are made once a day or oftener: one that is this old was missed, and then a week of them.
const BACKUP_MISSED: SignedDuration = SignedDuration::from_hours(48);
const BACKUP_OLD: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A mail that goes out goes out at once, or with one of the first tries.
const SLOW: SignedDuration = SignedDuration::from_hours(1);
/// The last try of a mail comes after less than this.
const STUCK: SignedDuration = SignedDuration::from_hours(24);
/// Newest dossiers of each agency whose files are read.
const SAMPLE: usize = 20;

/// What PostgreSQL must do so that nothing acknowledged is lost.
pub(super) fn settings(settings: &[Setting]) -> Option<Finding> {
    let (first, ..) = settings.split_first()?;
    let off = settings.iter().find(|setting| setting.value == "off");
    let finding = off.map_or_else(|| Finding::good("postgres"), |_| Finding::fault("postgres", "not_durable"));
    Some(finding.with("setting", off.unwrap_or(first).name))
}

pub(super) fn ledger(tx: &mut Tx) -> Result<Finding, Failure> {
    let verdict = ledger::verify_end(tx, SEALS)?;
    let finding = match verdict.broken.first() {
        Some(broken) => Finding::fault("ledger", "broken").with("at", &broken.at),
        None => Finding::good("ledger"),
    };
    Ok(finding.with("seals", verdict.seals))
}

/// The work that goes on beside the answers seals what was recorded.
pub(super) fn seals(tx: &mut Tx, now: Timestamp) -> Result<Finding, Failure> {
    Ok(match ledger::oldest_unsealed(tx)? {
        Some(since) if now.duration_since(since) > SEALED_WITHIN => {
            Finding::fault("seals", "behind").with("since", format!("{since:.0}"))
        }
        _ => Finding::good("seals"),
    })
}

/// A clock behind the last event would write a history that runs backwards.
pub(super) fn clock(tx: &mut Tx, now: Timestamp) -> Result<Finding, Failure> {
    Ok(match ledger::last_moment(tx)? {
        Some(last) if last > now + SLACK => Finding::fault("clock", "behind").with("last", last),
        _ => Finding::good("clock"),
    })
}

pub(super) fn mail(tx: &mut Tx, now: Timestamp) -> Result<Finding, Failure> {
    let backlog = mail::backlog(tx)?;
    let stuck = backlog.oldest.is_some_and(|oldest| now.duration_since(oldest) > STUCK);
    let finding = if stuck {
        Finding::fault("mail", "stuck").with("number", backlog.waiting)
    } else if backlog.given_up > 0 {
        Finding::warning("mail", "given_up").with("number", backlog.given_up)
    } else if backlog.oldest.is_some_and(|oldest| now.duration_since(oldest) > SLOW) {
        Finding::warning("mail", "waiting").with("number", backlog.waiting)
    } else if !mail::any(tx)? {
        Finding::new("mail", State::Good, "none")
    } else {
        Finding::good("mail").with("number", backlog.waiting)
    };
    Ok(finding)
}

/// Mail would leave now.
pub(super) fn mail_server(mailer: &dyn Mailer) -> Finding {
    match mailer.reach() {
        Ok(()) => Finding::good("mail_server"),
        Err(because) => Finding::fault("mail_server", "unreachable").with("because", because),
    }
}

/// The backups that the program makes by itself.
pub fn backup(tx: &mut Tx, now: Timestamp) -> Result<Finding, Failure> {
    let record = schedule::record(tx)?;
    let Some(good) = record.good else {
        return Ok(match record.failed_because {
            Some(because) => Finding::fault("backup", "failed").with("because", because),
            None => Finding::warning("backup", "none"),
        });
    };
    let age = now.duration_since(good);
    let finding = match record.failed_because {
        _ if age > BACKUP_OLD => Finding::fault("backup", "old"),
        Some(because) => Finding::warning("backup", "failed").with("because", because),
        None if age > BACKUP_MISSED => Finding::warning("backup", "old"),
        None => Finding::good("backup"),
    };
    Ok(finding.with("hours", age.as_hours()))
}

/// The files of the newest dossiers are there and unchanged.
pub(super) fn attachments(db: &Db, blobs: Result<Blobs, String>, registry: &Registry) -> Result<Finding, Failure> {
    let unreachable = |because: String| Finding::fault("attachments", "unreachable").with("because", because);
    let blobs = match blobs {
        Ok(blobs) => blobs,
        Err(because) => return Ok(unreachable(because)),
    };
    let files: Vec<String> = db.query(|tx| {
        let mut files = Vec::new();
        for agency in registry.agencies.keys() {
            for entry in list::newest(tx, agency, SAMPLE)? {
                let found = dossier::by_id(tx, &entry.id)?;
                files.extend(
                    found.iter().flat_map(|found| &found.dossier.results).map(|result| result.file.sha256.clone()),
                );
            }
        }
        Ok(files)
    })?;
    // Where nothing is named yet, a name that nobody has shows whether the store answers.
    let asked = if files.is_empty() { vec![sha256(b"")] } else { files.clone() };
    let mut lost = Vec::new();
    for file in &asked {
        match blobs.get(file) {
            Ok(_) => {}
            // One answer is enough: each would take as long.
            Err(failure) if failure.trouble() == Some(Trouble::FilesGone) => {
                return Ok(unreachable(failure.to_string()));
            }
            Err(_) if files.is_empty() => {}
            Err(_) => lost.push(file),
        }
    }
    Ok(match lost.first() {
        Some(first) => Finding::fault("attachments", "lost").with("number", lost.len()).with("file", first),
        None => Finding::good("attachments").with("number", files.len()),
    })
}
