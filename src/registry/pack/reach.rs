//! What the site can do: every procedure is in the catalogue, every route can be walked by somebody in every agency that
//! receives its procedures.

use std::collections::{BTreeMap, BTreeSet};

use motcua_domain::catalogue::{Header, RowOutcome, key_of, read_row};
use motcua_domain::procedure::{StepKind, Tier};

use super::check::report_twice;
use super::draft::{Draft, Lined, at};
use super::fault::{Fault, Faults};
use super::model::{Agency, AgencyKind, LIFE_EVENTS, ROLES, Route};
use super::override_value::{OverrideValue, PARTS};
use super::table::records;

/// Where a procedure has no agency of its own: the one-stop.
const ONE_STOP: &str = "one-stop";

/// Fills in the keys of procedures without a national code, then checks everything about procedures.
pub(super) fn check(draft: &mut Draft, faults: &Faults) {
    let catalogue = catalogue(draft, faults);
    for Lined { row, .. } in draft.scope.iter_mut().filter(|scope| scope.row.key.is_empty()) {
        if let Some(key) = catalogue.keys_without_code.get(&row.name) {
            row.key = key.clone();
        }
    }
    check_scope(draft, &catalogue.keys, faults);
    check_routes(draft, faults);
    check_overrides(draft, faults);
}

struct Catalogue {
    keys: BTreeSet<String>,
    /// Name → key, for rows without a national code.
    keys_without_code: BTreeMap<String, String>,
}

/// The catalogue of a pack must come in without a refused row: what is refused could not be in anybody's scope.
fn catalogue(draft: &Draft, faults: &Faults) -> Catalogue {
    const FILE: &str = "procedures.csv";
    let mut found = Catalogue { keys: BTreeSet::new(), keys_without_code: BTreeMap::new() };
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
                if !found.keys.insert(key.clone()) {
                    at(faults, FILE, record.line, "pack.procedure_twice", [("value", &key)]);
                }
            }
        }
    }
    found
}

fn check_scope(draft: &Draft, catalogue: &BTreeSet<String>, faults: &Faults) {
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
        if !catalogue.contains(&row.key) {
            fault("pack.unknown_procedure", if row.key.is_empty() { &row.name } else { &row.key });
        }
        let one_stop = row.handled_by == ONE_STOP;
        let is_handler =
            |agency: &Lined<Agency>| agency.row.id == row.handled_by && agency.row.kind == AgencyKind::Outside;
        if !one_stop && !draft.agencies.iter().any(is_handler) {
            fault("pack.unknown_handler", &row.handled_by);
        }
        match &row.route {
            None if one_stop => fault("pack.no_route", &row.name),
            Some(route) if !draft.routes.iter().any(|(known, _)| known.row.id == *route) => {
                fault("pack.unknown_route", route)
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

/// The committees of a tier: those whose one-stop takes dossiers in.
fn receivers(draft: &Draft, tier: Tier) -> impl Iterator<Item = &str> {
    let receives = move |agency: &&Lined<Agency>| agency.row.tier == tier && agency.row.kind == AgencyKind::Committee;
    draft.agencies.iter().filter(receives).map(|agency| agency.row.id.as_str())
}

fn has_office(draft: &Draft, agency: &str, office: &str) -> bool {
    draft.offices.iter().any(|known| known.row.agency == agency && known.row.key == office)
}

fn check_routes(draft: &Draft, faults: &Faults) {
    report_twice("routes.toml", draft.routes.iter().map(|(route, _)| (route.line, route.row.id.clone())), faults);
    for (Lined { line, row }, step_lines) in &draft.routes {
        check_shape(row, *line, step_lines, faults);
        let used = draft.scope.iter().filter(|scope| scope.row.route.as_ref() == Some(&row.id));
        let tiers: BTreeSet<Tier> = used.map(|scope| scope.row.receiving).collect();
        for (step, line) in row.steps.iter().zip(step_lines) {
            if !ROLES.contains(&step.role.as_str()) {
                at(faults, "routes.toml", *line, "pack.unknown_role", [("value", &step.role)]);
                continue;
            }
            for agency in tiers.iter().flat_map(|tier| receivers(draft, *tier)) {
                let (at_agency, office) = step.office.split_once('/').unwrap_or((agency, &step.office));
                let params = [("agency", at_agency), ("office", office), ("role", step.role.as_str())];
                if !has_office(draft, at_agency, office) {
                    at(faults, "routes.toml", *line, "pack.step_without_office", params);
                } else if !somebody_is(draft, at_agency, office, &step.role) {
                    at(faults, "routes.toml", *line, "pack.step_nobody_can_do", params);
                }
            }
        }
    }
}

fn somebody_is(draft: &Draft, agency: &str, office: &str, role: &str) -> bool {
    let is = |row: &super::Posting| row.agency == agency && row.office == office && row.role == role;
    draft.postings.iter().any(|posting| is(&posting.row))
}

/// Intake first, return last, neither in between, and time allotted to every step (TT 01/2018 Art. 8).
fn check_shape(route: &Route, line: u64, step_lines: &[u64], faults: &Faults) {
    let kinds: Vec<StepKind> = route.steps.iter().map(|step| step.kind).collect();
    let fault = |line, key| at(faults, "routes.toml", line, key, [("value", route.id.as_str())]);
    if kinds.first() != Some(&StepKind::Intake) {
        fault(line, "pack.route_must_begin_with_intake");
    }
    if kinds.last() != Some(&StepKind::Return) {
        fault(line, "pack.route_must_end_with_return");
    }
    let inner = kinds.len().saturating_sub(2);
    for (kind, line) in kinds.iter().zip(step_lines).skip(1).take(inner) {
        if matches!(kind, StepKind::Intake | StepKind::Return) {
            fault(*line, "pack.step_in_the_middle");
        }
    }
    for (_, line) in route.steps.iter().zip(step_lines).filter(|(step, _)| step.hours == 0) {
        fault(*line, "pack.step_without_time");
    }
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
