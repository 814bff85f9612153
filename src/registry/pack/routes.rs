//! `routes.toml`: chains of steps with their legs, each step on its line, and whether somebody can walk them everywhere.

use std::collections::BTreeSet;

use motcua_domain::procedure::{Leg, Step, StepKind, Tier};
use motcua_domain::routing;

use super::check::report_twice;
use super::draft::{Draft, Lined, at};
use super::fault::{Fault, Faults};
use super::model::{Agency, AgencyKind, ROLES, Route};
use super::section::Section;

const FILE: &str = "routes.toml";

/// A route and the lines that checks point at.
pub(super) struct DraftRoute {
    pub line: u64,
    pub row: Route,
    /// Of every step with those of its legs, in the order of [`routing::all_steps`].
    pub steps: Vec<u64>,
    pub legs: Vec<u64>,
}

pub(super) fn read(top: &Section<'_>) -> Vec<DraftRoute> {
    top.sections("route").iter().map(route).collect()
}

fn route(section: &Section<'_>) -> DraftRoute {
    let mut lines = Lines { steps: Vec::new(), legs: Vec::new() };
    let steps = section.sections("steps").iter().map(|section| step(section, Depth::Route, &mut lines)).collect();
    let row = Route { id: section.required("id"), title: section.required("title"), steps };
    DraftRoute { line: section.line(), row, steps: lines.steps, legs: lines.legs }
}

struct Lines {
    steps: Vec<u64>,
    legs: Vec<u64>,
}

/// Legs within legs are refused by their shape; they are read all the same, so that their own faults are told too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Route,
    Leg,
    TooDeep,
}

fn step(section: &Section<'_>, depth: Depth, lines: &mut Lines) -> Step {
    if depth != Depth::TooDeep {
        lines.steps.push(section.line());
    }
    let kinds = [
        ("intake", StepKind::Intake),
        ("work", StepKind::Work),
        ("sign", StepKind::Sign),
        ("return", StepKind::Return),
        ("outside", StepKind::Outside),
        ("parallel", StepKind::Parallel),
    ];
    let kind = section.word("kind", StepKind::Work, kinds);
    let parallel = kind == StepKind::Parallel;
    // What is done at the same time is brought together at the one-stop; an agency outside has no accounts and no roles.
    let office = if parallel { section.text_or("office", "one-stop") } else { section.required("office") };
    let role = match kind {
        StepKind::Parallel => section.text_or("role", "one_stop_officer"),
        StepKind::Outside => section.text_or("role", "specialist"),
        _ => section.required("role"),
    };
    let hours = if parallel { section.optional_number("hours").unwrap_or(0) } else { section.number("hours") };
    if parallel && hours > 0 {
        section.report("hours", "pack.hours_of_parallel");
    }
    let inner = if depth == Depth::Route { Depth::Leg } else { Depth::TooDeep };
    Step {
        kind,
        office,
        role,
        hours,
        title: section.required("title"),
        four_eyes: section.optional_flag("four_eyes"),
        legs: section.optional_sections("legs").iter().map(|section| leg(section, inner, lines)).collect(),
    }
}

fn leg(section: &Section<'_>, depth: Depth, lines: &mut Lines) -> Leg {
    if depth == Depth::Leg {
        lines.legs.push(section.line());
    }
    Leg {
        key: section.required("key"),
        title: section.required("title"),
        lead: section.optional_flag("lead"),
        steps: section.sections("steps").iter().map(|section| step(section, depth, lines)).collect(),
    }
}

pub(super) fn check(draft: &Draft, faults: &Faults) {
    report_twice(FILE, draft.routes.iter().map(|route| (route.line, route.row.id.clone())), faults);
    for route in &draft.routes {
        check_shape(route, faults);
        let used = draft.scope.iter().filter(|scope| scope.row.route.as_ref() == Some(&route.row.id));
        let tiers: BTreeSet<Tier> = used.map(|scope| scope.row.receiving).collect();
        let agencies: Vec<&str> = tiers.iter().flat_map(|tier| receivers(draft, *tier)).collect();
        for (step, line) in routing::all_steps(&route.row.steps).zip(&route.steps) {
            check_step(draft, step, *line, &agencies, faults);
        }
        check_four_eyes(draft, route, &agencies, faults);
    }
}

/// The shape of a route is a question to the domain; it answers with the titles of steps, so each step is called by its
/// number here, to find its line even where two bear one title. [RTE-01] [RTE-02] [RTE-03]
fn check_shape(route: &DraftRoute, faults: &Faults) {
    let (mut numbered, mut steps, mut legs) = (route.row.steps.clone(), 0..usize::MAX, 0..usize::MAX);
    let number = |title: &mut String, numbers: &mut std::ops::Range<usize>| {
        *title = numbers.next().unwrap_or_default().to_string();
    };
    for step in &mut numbered {
        number(&mut step.title, &mut steps);
        for leg in &mut step.legs {
            number(&mut leg.title, &mut legs);
            leg.steps.iter_mut().for_each(|inner| number(&mut inner.title, &mut steps));
        }
    }
    for found in routing::faults(&numbered) {
        let mut fault = Fault::new(FILE, route.line, found.key(), []);
        for (name, value) in found.params() {
            let place = value.parse::<usize>().ok();
            let told = match name {
                "step" => place.and_then(|place| {
                    let step = routing::all_steps(&route.row.steps).nth(place)?;
                    Some((step.title.clone(), *route.steps.get(place)?))
                }),
                "leg" => place.and_then(|place| {
                    let leg = route.row.steps.iter().flat_map(|step| &step.legs).nth(place)?;
                    Some((leg.title.clone(), *route.legs.get(place)?))
                }),
                _ => None,
            };
            // The leg is named after its step and is the nearer place.
            let (value, line) = told.unwrap_or((value, fault.line));
            fault.line = line;
            fault.params.insert(name, value);
        }
        faults.add(fault);
    }
}

fn check_step(draft: &Draft, step: &Step, line: u64, agencies: &[&str], faults: &Faults) {
    if !ROLES.contains(&step.role.as_str()) {
        at(faults, FILE, line, "pack.unknown_role", [("value", &step.role)]);
        return;
    }
    if step.four_eyes && step.kind != StepKind::Sign {
        at(faults, FILE, line, "pack.four_eyes_without_signing", [("step", &step.title)]);
    }
    for agency in agencies {
        let Some((of, office)) = place(draft, agency, &step.office) else {
            at(faults, FILE, line, "pack.no_agency_above", [("agency", agency), ("office", &step.office)]);
            continue;
        };
        let params = [("agency", of), ("office", office), ("role", step.role.as_str())];
        if !has_office(draft, of, office) {
            at(faults, FILE, line, "pack.step_without_office", params);
        } else if needs_somebody(draft, step, of) && !somebody_is(draft, of, office, &step.role) {
            at(faults, FILE, line, "pack.step_nobody_can_do", params);
        }
    }
}

/// Where a signature needs a second pair of eyes, there must be two people for it. [RTE-11]
fn check_four_eyes(draft: &Draft, route: &DraftRoute, agencies: &[&str], faults: &Faults) {
    let mut proposes: Option<&Step> = None;
    for (step, line) in routing::all_steps(&route.row.steps).zip(&route.steps) {
        if step.kind == StepKind::Work {
            proposes = Some(step);
        }
        let Some(before) = proposes.filter(|_| step.four_eyes) else { continue };
        for agency in agencies {
            let first = people(draft, agency, before);
            let second = people(draft, agency, step);
            if first.len() == 1 && first == second {
                let params = [("agency", *agency), ("step", step.title.as_str())];
                at(faults, FILE, *line, "pack.four_eyes_of_one", params);
            }
        }
    }
}

fn people<'a>(draft: &'a Draft, agency: &'a str, step: &'a Step) -> BTreeSet<&'a str> {
    let Some((of, office)) = place(draft, agency, &step.office) else { return BTreeSet::new() };
    let holds = |row: &&super::Posting| row.agency == of && row.office == office && row.role == step.role;
    draft.postings.iter().map(|posting| &posting.row).filter(holds).map(|row| row.login.as_str()).collect()
}

/// The agency and the key of an office as a route names it at the agency that receives the dossier: `justice` there,
/// `police/reception` elsewhere, `^/justice` at the agency above. `None` where there is none above.
pub(super) fn place<'a>(draft: &'a Draft, agency: &'a str, office: &'a str) -> Option<(&'a str, &'a str)> {
    match office.split_once('/') {
        None => Some((agency, office)),
        Some(("^", office)) => Some((above(draft, agency)?, office)),
        Some(elsewhere) => Some(elsewhere),
    }
}

/// The committee whose place is the unit above that of this agency.
fn above<'a>(draft: &'a Draft, agency: &str) -> Option<&'a str> {
    let row = &draft.agencies.iter().find(|known| known.row.id == agency)?.row;
    let holds = |place: &super::Place| {
        place.code == row.place
            && place.valid_from <= row.valid_from
            && place.valid_to.is_none_or(|to| row.valid_from <= to)
    };
    let parent = draft.places.iter().find(|place| holds(&place.row))?.row.parent.as_ref()?;
    let is_above = |known: &&Lined<Agency>| known.row.place == *parent && known.row.kind == AgencyKind::Committee;
    draft.agencies.iter().find(is_above).map(|known| known.row.id.as_str())
}

/// The committees of a tier: those whose one-stop takes dossiers in.
pub(super) fn receivers(draft: &Draft, tier: Tier) -> impl Iterator<Item = &str> {
    let receives = move |agency: &&Lined<Agency>| agency.row.tier == tier && agency.row.kind == AgencyKind::Committee;
    draft.agencies.iter().filter(receives).map(|agency| agency.row.id.as_str())
}

pub(super) fn has_office(draft: &Draft, agency: &str, office: &str) -> bool {
    draft.offices.iter().any(|known| known.row.agency == agency && known.row.key == office)
}

fn is_outside(draft: &Draft, agency: &str) -> bool {
    draft.agencies.iter().any(|known| known.row.id == agency && known.row.kind == AgencyKind::Outside)
}

fn somebody_is(draft: &Draft, agency: &str, office: &str, role: &str) -> bool {
    let is = |row: &super::Posting| row.agency == agency && row.office == office && row.role == role;
    draft.postings.iter().any(|posting| is(&posting.row))
}

/// An agency outside has nobody of ours: it answers by a link. [RTE-08]
fn needs_somebody(draft: &Draft, step: &Step, agency: &str) -> bool {
    step.kind != StepKind::Outside || !is_outside(draft, agency)
}
