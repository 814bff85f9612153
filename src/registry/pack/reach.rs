//! What the site can do: every procedure is in the catalogue, with a route where the one-stop takes it in. Whether routes
//! can be walked: [`super::routes`].

use std::collections::BTreeMap;

use motcua_domain::catalogue::{Header, RowOutcome, key_of, read_row};
use motcua_domain::procedure::{Step, Tier, Version};
use motcua_domain::routing;

use super::check::report_twice;
use super::draft::{Draft, Lined, at};
use super::examples;
use super::fault::{Fault, Faults};
use super::model::{Agency, AgencyKind, LIFE_EVENTS, ONE_STOP};
use super::override_value::{OverrideValue, PARTS};
use super::routes::{self, DraftRoute, has_office, receivers};
use super::table::records;

/// Fills in the keys of procedures without a national code, then checks everything about procedures.
pub(super) fn check(draft: &mut Draft, faults: &Faults) {
    let catalogue = catalogue(draft, faults);
    for Lined { row, .. } in draft.scope.iter_mut().filter(|scope| scope.row.key.is_empty()) {
        if let Some(key) = catalogue.keys_without_code.get(&row.name) {
            row.key = key.clone();
        }
    }
    check_scope(draft, &catalogue.versions, faults);
    routes::check(draft, faults);
    check_overrides(draft, faults);
    let mut versions = catalogue.versions;
    for Lined { row, .. } in &draft.overrides {
        versions.get_mut(&row.key).into_iter().for_each(|version| row.apply(version));
    }
    examples::check(draft, &versions, faults);
}

struct Catalogue {
    versions: BTreeMap<String, Version>,
    /// Name → key, for rows without a national code.
    keys_without_code: BTreeMap<String, String>,
}

/// The catalogue of a pack must come in without a refused row: what is refused could not be in anybody's scope.
fn catalogue(draft: &Draft, faults: &Faults) -> Catalogue {
    const FILE: &str = "procedures.csv";
    let mut found = Catalogue { versions: BTreeMap::new(), keys_without_code: BTreeMap::new() };
    let mut rows = records(FILE, &draft.procedures_csv, false, faults).into_iter();
    let Some(first) = rows.next() else { return found };
    let first: Vec<&str> = first.cells.iter().map(String::as_str).collect();
    let refuse = |issues: Vec<motcua_domain::catalogue::Issue>| {
        for issue in issues {
            let params = [("column", issue.column.as_str()), ("value", issue.value.as_str())];
            faults.add(Fault::new(FILE, issue.line, issue.reason, params));
        }
    };
    let header = match Header::parse(&first) {
        Ok(header) => header,
        Err(issues) => {
            refuse(issues);
            return found;
        }
    };
    for record in rows {
        let cells: Vec<&str> = record.cells.iter().map(String::as_str).collect();
        match read_row(record.line, &header, &cells) {
            RowOutcome::Refused { issues } => refuse(issues),
            RowOutcome::Row { key, version, .. } => {
                if version.code.is_none() {
                    let same = key_of(None, &version.name, &version.field);
                    found.keys_without_code.insert(header.cell(&cells, "name").trim().to_owned(), same);
                }
                if found.versions.contains_key(&key) {
                    at(faults, FILE, record.line, "pack.procedure_twice", [("value", &key)]);
                }
                found.versions.insert(key, version);
            }
        }
    }
    found
}

fn check_scope(draft: &Draft, catalogue: &BTreeMap<String, Version>, faults: &Faults) {
    let named = draft.scope.iter().map(|scope| {
        let tier = match scope.row.tier {
            Tier::Province => "province",
            Tier::District => "district",
            Tier::Commune => "commune",
        };
        (scope.line, format!("{} {tier}", scope.row.key))
    });
    report_twice("scope.csv", named, faults);
    for Lined { line, row } in &draft.scope {
        let fault = |key, value: &str| at(faults, "scope.csv", *line, key, [("value", value)]);
        if !catalogue.contains_key(&row.key) {
            fault("pack.unknown_procedure", if row.key.is_empty() { &row.name } else { &row.key });
        }
        let one_stop = row.handled_by == ONE_STOP;
        let is_handler =
            |agency: &Lined<Agency>| agency.row.id == row.handled_by && agency.row.kind == AgencyKind::Outside;
        if !one_stop && !draft.agencies.iter().any(is_handler) {
            fault("pack.unknown_handler", &row.handled_by);
        }
        match row.route.as_ref().map(|id| (id, draft.routes.iter().find(|known| known.row.id == *id))) {
            None if one_stop => fault("pack.no_route", &row.name),
            Some((id, None)) => fault("pack.unknown_route", id),
            Some((_, Some(route))) if !one_stop && !passes(route, &row.handled_by) => {
                fault("pack.route_without_handler", &row.handled_by);
            }
            _ => {}
        }
        match &row.office {
            None if one_stop => fault("pack.no_office", &row.name),
            Some(office) if !receivers(draft, row.receiving).any(|agency| has_office(draft, agency, office)) => {
                fault("pack.unknown_office", office);
            }
            _ => {}
        }
        if let Some(event) = row.life_event.as_deref().filter(|event| !LIFE_EVENTS.contains(event)) {
            fault("pack.unknown_life_event", event);
        }
    }
}

/// Whether a route comes to an office of the agency that decides.
fn passes(route: &DraftRoute, agency: &str) -> bool {
    let there = |step: &Step| step.office.split_once('/').is_some_and(|(of, _)| of == agency);
    routing::all_steps(&route.row.steps).any(there)
}

fn check_overrides(draft: &Draft, faults: &Faults) {
    let named = draft.overrides.iter().map(|found| (found.line, format!("{} {}", found.row.key, found.row.part)));
    report_twice("overrides.csv", named, faults);
    for Lined { line, row } in &draft.overrides {
        let fault = |key, value: &str| at(faults, "overrides.csv", *line, key, [("value", value)]);
        if !draft.scope.iter().any(|scope| scope.row.key == row.key) {
            fault("pack.not_in_scope", &row.key);
        }
        if !PARTS.contains(&row.part.as_str()) {
            fault("pack.unknown_part", &row.part);
        } else if OverrideValue::parse(&row.part, &row.value).is_none() {
            fault("pack.override_value", &row.value);
        }
    }
}
