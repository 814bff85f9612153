//! The route of a draft: a picture of its steps, and under it the steps as a form, with legs that are walked at the same time.

mod form;

use motcua_domain::procedure::{Step, StepKind, Version};
use motcua_domain::routing::{self, STEPS_MAX};
use serde::Serialize;

use form::{LEGS_MAX, Typed, typed};

pub(super) use form::{fill, operate, read};

use super::words;
use crate::platform::failure::Failure;
use crate::platform::web::form::Form;
use crate::platform::web::{App, Req};
use crate::registry::Procedure;

pub(super) const ROLES: [&str; 4] = ["one_stop_officer", "specialist", "office_head", "leader"];

/// What the page shows beside the form.
#[derive(Serialize)]
pub(super) struct RouteBody {
    /// Title of the site's route that is used as long as the procedure has none of its own; empty where there is none.
    common: String,
    own: bool,
    picture: Vec<Pictured>,
    faults: Vec<String>,
    rows: Vec<StepRow>,
    offices: Vec<Choice>,
    roles: Vec<Choice>,
    kinds: Vec<Choice>,
    full: bool,
}

/// One option of a list.
#[derive(Serialize)]
pub(super) struct Choice {
    pub value: String,
    pub text: String,
}

/// A step of the form: where its fields are, and its legs.
#[derive(Serialize)]
struct StepRow {
    /// `steps.2`, or `steps.2.legs.0.steps.1`.
    path: String,
    number: String,
    parallel: bool,
    first: bool,
    last: bool,
    legs: Vec<LegRow>,
    full: bool,
}

#[derive(Serialize)]
struct LegRow {
    path: String,
    /// Place among the legs: the value of the choice which of them leads.
    at: usize,
    steps: Vec<StepRow>,
}

/// A step of the picture.
#[derive(Serialize)]
pub(super) struct Pictured {
    kind: StepKind,
    title: String,
    office: String,
    role: String,
    hours: String,
    four_eyes: bool,
    legs: Vec<PicturedLeg>,
}

#[derive(Serialize)]
struct PicturedLeg {
    title: String,
    lead: bool,
    steps: Vec<Pictured>,
}

/// The picture of a route: every word that a reader needs, in the order in which it is walked.
pub(super) fn picture(app: &App, asked: &Req, agency: &str, route: &[Step]) -> Result<Vec<Pictured>, Failure> {
    route.iter().map(|step| pictured(app, asked, agency, step)).collect()
}

fn pictured(app: &App, asked: &Req, agency: &str, step: &Step) -> Result<Pictured, Failure> {
    let legs = step.legs.iter().map(|leg| {
        Ok(PicturedLeg { title: leg.title.clone(), lead: leg.lead, steps: picture(app, asked, agency, &leg.steps)? })
    });
    let parallel = step.kind == StepKind::Parallel;
    Ok(Pictured {
        kind: step.kind,
        title: step.title.clone(),
        office: if parallel { String::new() } else { words::office(asked, agency, &step.office) },
        role: if parallel { String::new() } else { words::role(app, asked, &step.role) },
        hours: words::hours(app, asked, routing::hours(step))?,
        four_eyes: step.four_eyes,
        legs: legs.collect::<Result<_, Failure>>()?,
    })
}

/// The procedure at one tier, with the agency whose offices the page shows: the main one, else the first that receives.
pub(super) fn shown_at(asked: &Req, key: &str) -> Result<(Procedure, String), Failure> {
    let registry = &asked.registry;
    let procedure = registry.procedures.iter().find(|one| one.key == key).ok_or(Failure::NotFound)?;
    let main = registry.site.main_agency.as_str();
    let receiving: Vec<&str> = registry.receiving(procedure.tier).map(|agency| agency.id.as_str()).collect();
    let agency = receiving.iter().find(|id| **id == main).or(receiving.first()).copied().unwrap_or(main);
    Ok((procedure.clone(), agency.to_owned()))
}

pub(super) fn body(app: &App, asked: &Req, key: &str, record: &Version, form: &Form) -> Result<RouteBody, Failure> {
    let (procedure, agency) = shown_at(asked, key)?;
    let supposed = Procedure { record: record.clone(), ..procedure };
    let route = asked.registry.route_as_written(&supposed).unwrap_or_default();
    let faults = routing::faults(route).into_iter().map(|fault| {
        let params = fault.params();
        words::say(app, asked, &agency, fault.key(), params.iter().map(|(name, value)| (*name, value.as_str())))
    });
    let typed = typed(form);
    let count = typed.iter().map(|step| 1 + step.legs.iter().map(|leg| leg.steps.len()).sum::<usize>()).sum::<usize>();
    let choice = |value: &str, text: String| Choice { value: value.to_owned(), text };
    Ok(RouteBody {
        common: asked.registry.common_route(&supposed).map_or_else(String::new, |route| route.title.clone()),
        own: record.route.is_some(),
        picture: picture(app, asked, &agency, route)?,
        faults: faults.collect(),
        rows: step_rows("steps", "", &typed),
        offices: offices(asked, &agency, &typed),
        roles: ROLES.map(|role| choice(role, words::role(app, asked, role))).into_iter().collect(),
        kinds: form::KINDS
            .iter()
            .map(|(word, kind)| Ok(choice(word, words::step_kind(app, asked, *kind)?)))
            .collect::<Result<_, Failure>>()?,
        full: count >= STEPS_MAX,
    })
}

/// Every office that a step can name: first those of the receiving agency and of the one above it, by names that hold at every
/// agency of the tier, then all others. [CMP-08]
pub(super) fn all_offices(asked: &Req, agency: &str) -> Vec<Choice> {
    let registry = &asked.registry;
    let above = registry.agencies_above(agency, super::today(asked)).into_iter().next();
    let rank = |of: &str| if of == agency { 0 } else { 1 + u8::from(above.as_deref() != Some(of)) };
    let mut offices: Vec<_> = registry.offices.iter().map(|(id, office)| (rank(&office.agency), id, office)).collect();
    offices.sort_by_key(|(rank, ..)| *rank);
    let choices = offices.into_iter().map(|(rank, id, office)| {
        let elsewhere = || format!("{} ({})", office.name, registry.agency_name(&office.agency));
        match rank {
            0 => Choice { value: office.key.clone(), text: office.name.clone() },
            1 => Choice { value: format!("^/{}", office.key), text: elsewhere() },
            _ => Choice { value: id.clone(), text: elsewhere() },
        }
    });
    choices.collect()
}

/// With what is named already and known no more, so that looking at a form changes nothing.
fn offices(asked: &Req, agency: &str, typed: &[Typed]) -> Vec<Choice> {
    let mut offices = all_offices(asked, agency);
    for step in typed.iter().flat_map(|step| std::iter::once(step).chain(step.legs.iter().flat_map(|leg| &leg.steps))) {
        if !step.office.is_empty() && !offices.iter().any(|choice| choice.value == step.office) {
            let text = super::words::office(asked, agency, &step.office);
            offices.push(Choice { value: step.office.clone(), text });
        }
    }
    offices
}

fn step_rows(path: &str, number: &str, steps: &[Typed]) -> Vec<StepRow> {
    let rows = steps.iter().enumerate().map(|(at, step)| {
        let path = format!("{path}.{at}");
        let number = if number.is_empty() { (at + 1).to_string() } else { format!("{number}.{}", at + 1) };
        let legs = step.legs.iter().enumerate().map(|(leg, typed)| LegRow {
            path: format!("{path}.legs.{leg}"),
            at: leg,
            steps: step_rows(&format!("{path}.legs.{leg}.steps"), &format!("{number}{}", letter(leg)), &typed.steps),
        });
        StepRow {
            legs: legs.collect(),
            parallel: step.kind == "parallel",
            first: at == 0,
            last: at + 1 == steps.len(),
            full: step.legs.len() >= LEGS_MAX,
            path,
            number,
        }
    });
    rows.collect()
}

/// `a` for the first leg: the page numbers steps like `3a.1`.
fn letter(at: usize) -> char {
    char::from(b'a' + u8::try_from(at.min(25)).unwrap_or(25))
}
