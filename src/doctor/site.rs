//! The site: its calendar, its address, its passwords.

use jiff::Timestamp;

use super::Finding;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::registry::{Registry, identity, pack};

/// Sign-ins that are tried with passwords everybody knows: each try is slow on purpose.
const TRIED: usize = 10;

/// Holidays of this year and the next are there: without them no date can be promised.
pub(super) fn calendar(registry: &Registry, now: Timestamp) -> Finding {
    let year = registry.local(now).year();
    let missing = |year: i16| {
        let without = |id: &&String| registry.calendar(id).is_ok_and(|calendar| !calendar.covers_year(year));
        registry.agencies.keys().find(without).map(|id| registry.agency_name(id))
    };
    if let Some(agency) = missing(year) {
        return Finding::fault("calendar", "none").with("year", year).with("agency", agency);
    }
    match missing(year + 1) {
        Some(agency) => Finding::warning("calendar", "next").with("year", year + 1).with("agency", agency),
        None => Finding::good("calendar").with("year", year + 1),
    }
}

/// Receipts carry it as a QR code, and passwords travel over it.
pub(super) fn base_url(url: &str) -> Finding {
    let (scheme, host) = url.split_once("://").unwrap_or_default();
    let here = ["localhost", "127.", "[::1]"].iter().any(|start| host.starts_with(start));
    let finding = match scheme {
        _ if host.is_empty() || host.contains('/') => Finding::fault("address", "none"),
        "https" if here => Finding::warning("address", "here"),
        "https" => Finding::good("address"),
        "http" => Finding::warning("address", "clear"),
        _ => Finding::fault("address", "none"),
    };
    finding.with("url", url)
}

/// Passwords of the built-in demonstrations are printed in the manual.
pub(super) fn passwords(db: &Db, registry: &Registry) -> Result<Finding, Failure> {
    if registry.site.demonstration {
        return Ok(Finding::warning("passwords", "demonstration"));
    }
    let packs = pack::embedded_names().into_iter().filter_map(|name| pack::embedded(&name));
    let known: Vec<String> = packs.filter_map(|source| pack::read(&source).ok()?.site.demo_password).collect();
    for login in registry.staff.keys().take(TRIED).cloned() {
        let asked = login.clone();
        let hash = db.query(move |tx| identity::stored_hash(tx, &asked))?;
        let Some(hash) = hash else { continue };
        for password in &known {
            if identity::check_password(password, Some(&hash), "")? {
                return Ok(Finding::fault("passwords", "known").with("login", login));
            }
        }
    }
    Ok(Finding::good("passwords"))
}
