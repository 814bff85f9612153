//! What is recorded: the end of the ledger, the last moment in it, mail, files.

use jiff::{SignedDuration, Timestamp};

use super::Finding;
use super::store::Setting;
use crate::platform::blobs::Blobs;
use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;
use crate::platform::ledger;
use crate::record::dossier::{self, list};
use crate::record::mail;
use crate::registry::Registry;

/// Seals that are recomputed: the end of the chain, for `verify` takes long on a large ledger.
const SEALS: i64 = 20;
/// Clocks of two machines differ by so much.
const SLACK: SignedDuration = SignedDuration::from_secs(120);
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
    } else {
        Finding::good("mail").with("number", backlog.waiting)
    };
    Ok(finding)
}

/// The files of the newest dossiers are there and unchanged.
pub(super) fn attachments(db: &Db, blobs: &Blobs, registry: &Registry) -> Result<Finding, Failure> {
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
    let lost: Vec<&String> = files.iter().filter(|file| blobs.get(file).is_err()).collect();
    Ok(match lost.first() {
        Some(first) => Finding::fault("attachments", "lost").with("number", lost.len()).with("file", first),
        None => Finding::good("attachments").with("number", files.len()),
    })
}
