//! A site pack (gói dữ liệu): the folder of TOML and CSV files that makes one installation a place with offices,
//! people, a calendar and procedures. Nothing about a place is in the code; everything is in such a folder.
//!
//! [`read`] reads a pack and checks all of it at once: an administrator gets every fault with file and line,
//! and a pack with a fault is not loaded at all. How to write one: `docs/how-to/site-pack.md`.

mod check;
mod competence;
mod draft;
mod examples;
mod fault;
mod model;
mod override_value;
mod reach;
mod routes;
mod section;
mod source;
mod table;
#[cfg(test)]
mod tests;

use draft::{Draft, Lined};
use motcua_domain::calendar::{Calendar, CalendarError, HoursRow};

/// In the tables of hours and days: every agency that has no row of its own.
const EVERY_AGENCY: &str = "*";

pub use competence::{Competence, Reception};
pub use fault::Fault;
pub use model::*;
pub use override_value::OverrideValue;
pub use source::{Source, embedded, embedded_names};

/// Reads a pack.
///
/// # Errors
/// Every fault of every file, in the order of files and lines.
pub fn read(source: &Source) -> Result<Pack, Vec<Fault>> {
    let faults = fault::Faults::default();
    let mut draft = Draft::read(source, &faults);
    check::check(&draft, &faults);
    reach::check(&mut draft, &faults);
    let by_place = competence::ByPlace::read(source, &faults);
    by_place.check(&draft, &faults);
    let faults = faults.sorted();
    match draft.site.take() {
        Some(found) if faults.is_empty() => Ok(assemble(found.site, draft, by_place)),
        _ => Err(faults),
    }
}

fn assemble(site: Site, draft: Draft, by_place: competence::ByPlace) -> Pack {
    let (competence, receptions) = by_place.rows();
    Pack {
        site,
        places: rows(draft.places),
        agencies: rows(draft.agencies),
        offices: rows(draft.offices),
        hours: rows(draft.hours),
        days: rows(draft.days),
        staff: rows(draft.staff),
        postings: rows(draft.postings),
        routes: draft.routes.into_iter().map(|route| route.row).collect(),
        scope: rows(draft.scope),
        overrides: rows(draft.overrides),
        examples: draft.examples.into_iter().map(|example| example.row).collect(),
        competence,
        receptions,
        procedures_csv: draft.procedures_csv,
    }
}

fn rows<T>(lined: Vec<Lined<T>>) -> Vec<T> {
    lined.into_iter().map(|lined| lined.row).collect()
}

/// The calendar of one agency: its own hours, or those for all where it has none, with the days for all and its own.
pub fn calendar_of(hours: &[(String, HoursRow)], days: &[Day], agency: &str) -> Result<Calendar, CalendarError> {
    let hours_for = |whose: &str| -> Vec<HoursRow> {
        hours.iter().filter(|(agency, _)| agency == whose).map(|(_, row)| row.clone()).collect()
    };
    let own = hours_for(agency);
    let hours = if own.is_empty() { hours_for(EVERY_AGENCY) } else { own };
    let days = days.iter().filter(|day| day.agency == EVERY_AGENCY || day.agency == agency);
    Calendar::new(hours, days.map(|day| day.row.clone()).collect())
}
