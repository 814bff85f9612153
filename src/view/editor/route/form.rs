//! The steps of a route as a form: what was typed, what its buttons do without any script, and how it is read.

use std::sync::Arc;

use motcua_domain::procedure::{Leg, Step, StepKind, Version};
use motcua_domain::routing::STEPS_MAX;
use motcua_domain::text::clean;

use super::super::edit::Read;
use super::{ROLES, shown_at};
use crate::platform::failure::{FieldError, Sentence};
use crate::platform::web::Req;
use crate::platform::web::form::Form;
use crate::registry::Procedure;

/// Legs of one step, and steps of one leg, at the most.
pub(super) const LEGS_MAX: usize = 6;
const HOURS_MAX: u32 = 9_999;
const TITLE_MAX: usize = 300;

pub(super) const KINDS: [(&str, StepKind); 6] = [
    ("intake", StepKind::Intake),
    ("work", StepKind::Work),
    ("sign", StepKind::Sign),
    ("outside", StepKind::Outside),
    ("parallel", StepKind::Parallel),
    ("return", StepKind::Return),
];

/// A step as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub kind: String,
    pub office: String,
    pub role: String,
    pub hours: String,
    pub title: String,
    pub four_eyes: bool,
    /// Place of the leg that leads.
    pub lead: String,
    pub legs: Vec<TypedLeg>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TypedLeg {
    pub key: String,
    pub title: String,
    pub steps: Vec<Typed>,
}

pub(super) fn typed(form: &Form) -> Vec<Typed> {
    typed_steps(form, "steps")
}

/// The steps under a path; a number that is missing ends them.
fn typed_steps(form: &Form, path: &str) -> Vec<Typed> {
    let steps = (0..STEPS_MAX).map_while(|at| {
        let path = format!("{path}.{at}");
        let field = |name: &str| form.text(&format!("{path}.{name}"));
        let there = form.pairs().iter().any(|(name, _)| *name == format!("{path}.kind"));
        there.then(|| Typed {
            kind: field("kind").to_owned(),
            office: field("office").to_owned(),
            role: field("role").to_owned(),
            hours: field("hours").to_owned(),
            title: clean(field("title")),
            four_eyes: field("four_eyes") == "yes",
            lead: field("lead").to_owned(),
            legs: typed_legs(form, &path),
        })
    });
    steps.collect()
}

fn typed_legs(form: &Form, path: &str) -> Vec<TypedLeg> {
    let legs = (0..LEGS_MAX).map_while(|at| {
        let path = format!("{path}.legs.{at}");
        let there = form.pairs().iter().any(|(name, _)| *name == format!("{path}.title"));
        there.then(|| TypedLeg {
            key: form.text(&format!("{path}.key")).to_owned(),
            title: clean(form.text(&format!("{path}.title"))),
            steps: typed_steps(form, &format!("{path}.steps")),
        })
    });
    legs.collect()
}

fn write(steps: &[Typed], path: &str, pairs: &mut Vec<(String, String)>) {
    for (at, step) in steps.iter().enumerate() {
        let path = format!("{path}.{at}");
        let mut put = |name: &str, value: &str| pairs.push((format!("{path}.{name}"), value.to_owned()));
        put("kind", &step.kind);
        put("office", &step.office);
        put("role", &step.role);
        put("hours", &step.hours);
        put("title", &step.title);
        put("four_eyes", if step.four_eyes { "yes" } else { "" });
        put("lead", &step.lead);
        for (at, leg) in step.legs.iter().enumerate() {
            let path = format!("{path}.legs.{at}");
            pairs.push((format!("{path}.key"), leg.key.clone()));
            pairs.push((format!("{path}.title"), leg.title.clone()));
            write(&leg.steps, &format!("{path}.steps"), pairs);
        }
    }
}

fn to_form(own: bool, seen: &str, steps: &[Typed]) -> Form {
    let mut pairs = vec![("own".to_owned(), if own { "yes" } else { "" }.to_owned())];
    if !seen.is_empty() {
        pairs.push(("seen".to_owned(), seen.to_owned()));
    }
    write(steps, "steps", &mut pairs);
    pairs.into_iter().collect()
}

fn from_step(step: &Step) -> Typed {
    let kind = KINDS.iter().find(|(_, kind)| *kind == step.kind).map_or("", |(word, _)| *word);
    let lead = step.legs.iter().position(|leg| leg.lead).map_or_else(String::new, |at| at.to_string());
    let legs = step.legs.iter().map(|leg| TypedLeg {
        key: leg.key.clone(),
        title: leg.title.clone(),
        steps: leg.steps.iter().map(from_step).collect(),
    });
    Typed {
        kind: kind.to_owned(),
        office: step.office.clone(),
        role: step.role.clone(),
        hours: if step.hours == 0 { String::new() } else { step.hours.to_string() },
        title: step.title.clone(),
        four_eyes: step.four_eyes,
        lead,
        legs: legs.collect(),
    }
}

pub(in super::super) fn fill(asked: &Req, key: &str, version: &Version) -> Form {
    let own = version.route.clone();
    let common = || {
        let (procedure, _) = shown_at(asked, key).ok()?;
        asked.registry.common_route(&procedure).map(|route| route.steps.clone())
    };
    let is_own = own.is_some();
    let steps = own.or_else(common).unwrap_or_default();
    to_form(is_own, "", &steps.iter().map(from_step).collect::<Vec<_>>())
}

// --- buttons ------------------------------------------------------------------------------------------------------------

/// Does what a button asks for; `false` for saving. Buttons are `add`, `add_parallel`, `up.2`, `down.2.0.1` (step, leg, step in
/// it), `remove.2`, `add_leg.2`, `remove_leg.2.1`, `add_step.2.1`, and `own` for taking the site's route as one's own.
pub(in super::super) fn operate(asked: &Req, key: &str, form: &mut Form) -> bool {
    let mut steps = typed(form);
    let button = form.text("do").to_owned();
    let (act, place) = button.split_once('.').unwrap_or((&button, ""));
    let place: Vec<usize> = place.split('.').filter_map(|at| at.parse().ok()).collect();
    let mut own = form.text("own") == "yes";
    match (act, place.as_slice()) {
        ("own", _) => {
            own = true;
            if steps.is_empty() {
                steps = shown_at(asked, key).map(|(procedure, _)| common_steps(asked, &procedure)).unwrap_or_default();
            }
        }
        ("add", _) => insert_before_return(&mut steps, work()),
        ("add_parallel", _) => insert_before_return(&mut steps, parallel()),
        ("add_leg", [step]) => add_leg(&mut steps, *step),
        ("remove_leg", [step, leg]) => remove_leg(&mut steps, *step, *leg),
        ("add_step", [step, leg]) => {
            if let Some(leg) = steps.get_mut(*step).and_then(|step| step.legs.get_mut(*leg)) {
                leg.steps.push(work());
            }
        }
        ("up" | "down" | "remove", place) => move_or_remove(&mut steps, act, place),
        _ => return false,
    }
    // Whoever changes the kind of a step to parallel gets legs to fill in.
    steps.iter_mut().filter(|step| step.kind == "parallel" && step.legs.is_empty()).for_each(|step| {
        step.legs = parallel().legs;
        step.lead = "0".to_owned();
    });
    *form = to_form(own, form.text("seen"), &steps);
    true
}

fn common_steps(asked: &Req, procedure: &Procedure) -> Vec<Typed> {
    asked.registry.common_route(procedure).map(|route| route.steps.iter().map(from_step).collect()).unwrap_or_default()
}

fn work() -> Typed {
    Typed { kind: "work".to_owned(), role: "specialist".to_owned(), ..Typed::default() }
}

fn parallel() -> Typed {
    let leg = |key: &str| TypedLeg { key: key.to_owned(), title: String::new(), steps: vec![work()] };
    Typed { kind: "parallel".to_owned(), lead: "0".to_owned(), legs: vec![leg("a"), leg("b")], ..Typed::default() }
}

/// Before the return, which stays the last.
fn insert_before_return(steps: &mut Vec<Typed>, step: Typed) {
    let at = if steps.last().is_some_and(|last| last.kind == "return") { steps.len() - 1 } else { steps.len() };
    steps.insert(at, step);
}

fn add_leg(steps: &mut [Typed], at: usize) {
    let Some(step) = steps.get_mut(at).filter(|step| step.legs.len() < LEGS_MAX) else { return };
    let free = ('a'..='z').map(String::from).find(|key| step.legs.iter().all(|leg| leg.key != *key));
    step.legs.push(TypedLeg { key: free.unwrap_or_default(), title: String::new(), steps: vec![work()] });
}

/// The leg that leads stays the same one, wherever it then stands.
fn remove_leg(steps: &mut [Typed], at: usize, leg: usize) {
    let Some(step) = steps.get_mut(at).filter(|step| leg < step.legs.len()) else { return };
    step.legs.remove(leg);
    step.lead = match step.lead.parse::<usize>() {
        Ok(lead) if lead == leg => String::new(),
        Ok(lead) if lead > leg => (lead - 1).to_string(),
        _ => step.lead.clone(),
    };
}

fn move_or_remove(steps: &mut Vec<Typed>, act: &str, place: &[usize]) {
    let (steps, at) = match place {
        [at] => (steps, *at),
        [step, leg, at] => match steps.get_mut(*step).and_then(|step| step.legs.get_mut(*leg)) {
            Some(leg) => (&mut leg.steps, *at),
            None => return,
        },
        _ => return,
    };
    match act {
        "remove" if at < steps.len() => drop(steps.remove(at)),
        "up" if at > 0 && at < steps.len() => steps.swap(at - 1, at),
        "down" if at + 1 < steps.len() => steps.swap(at, at + 1),
        _ => {}
    }
}

// --- reading ------------------------------------------------------------------------------------------------------------

/// Every cell has to be one; whether the way can be walked is told on the page and asked again before publication.
pub(in super::super) fn read(form: &Form) -> Read {
    if form.text("do") == "common" {
        return Ok(Arc::new(|version: &mut Version| version.route = None));
    }
    let typed = typed(form);
    let mut errors = Vec::new();
    let one_stop = typed.first().cloned().unwrap_or_default();
    let steps = read_steps(&typed, "steps", &one_stop, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Arc::new(move |version: &mut Version| version.route = Some(steps.clone())))
}

fn read_steps(typed: &[Typed], path: &str, one_stop: &Typed, errors: &mut Vec<FieldError>) -> Vec<Step> {
    let steps = typed.iter().enumerate().map(|(at, step)| {
        let path = format!("{path}.{at}");
        let mut wrong = |field: &str, key: &str| {
            let sentence = Sentence::new(key).with("step", at + 1);
            errors.push(FieldError { field: format!("{path}.{field}"), sentence });
        };
        let kind = KINDS.iter().find(|(word, _)| *word == step.kind).map(|(_, kind)| *kind);
        if kind.is_none() {
            wrong("kind", "editor.step_kind_missing");
        }
        if step.title.is_empty() {
            wrong("title", "editor.step_title_missing");
        }
        if step.title.chars().count() > TITLE_MAX {
            wrong("title", "editor.step_title_long");
        }
        let is_parallel = kind == Some(StepKind::Parallel);
        // A parallel step is nobody's own: the one-stop keeps it together.
        let (office, role) = match is_parallel && step.office.is_empty() {
            true => (one_stop.office.clone(), one_stop.role.clone()),
            false => (step.office.clone(), step.role.clone()),
        };
        if office.is_empty() {
            wrong("office", "editor.step_office_missing");
        }
        if !ROLES.contains(&role.as_str()) {
            wrong("role", "editor.step_role_missing");
        }
        let hours = if is_parallel { Some(0) } else { step.hours.parse().ok().filter(|h| (1..=HOURS_MAX).contains(h)) };
        if hours.is_none() {
            wrong("hours", "editor.step_hours_wrong");
        }
        let legs = if is_parallel { read_legs(step, &path, one_stop, errors) } else { Vec::new() };
        Step {
            kind: kind.unwrap_or(StepKind::Work),
            office,
            role,
            hours: hours.unwrap_or(0),
            title: step.title.clone(),
            four_eyes: step.four_eyes && kind == Some(StepKind::Sign),
            legs,
        }
    });
    steps.collect()
}

fn read_legs(step: &Typed, path: &str, one_stop: &Typed, errors: &mut Vec<FieldError>) -> Vec<Leg> {
    let legs = step.legs.iter().enumerate().map(|(at, leg)| {
        let path = format!("{path}.legs.{at}");
        if leg.title.is_empty() {
            errors.push(FieldError::new(&format!("{path}.title"), "editor.leg_title_missing"));
        }
        Leg {
            key: leg.key.clone(),
            title: leg.title.clone(),
            lead: step.lead == at.to_string(),
            steps: read_steps(&leg.steps, &format!("{path}.steps"), one_stop, errors),
        }
    });
    legs.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn steps(kinds: &[&str]) -> Vec<Typed> {
        kinds.iter().map(|kind| Typed { kind: (*kind).to_owned(), ..Typed::default() }).collect()
    }

    fn kinds(steps: &[Typed]) -> Vec<&str> {
        steps.iter().map(|step| step.kind.as_str()).collect()
    }

    #[test]
    fn what_is_written_into_a_form_is_read_back() {
        let mut route = steps(&["intake", "work", "return"]);
        insert_before_return(&mut route, parallel());
        add_leg(&mut route, 2);
        route[2].legs[1].steps.push(Typed { title: "Thẩm định".into(), four_eyes: true, ..work() });
        let form = to_form(true, "7", &route);
        assert_eq!((typed(&form), form.text("seen")), (route, "7"));
    }

    #[test]
    fn steps_move_inside_their_own_way_only() {
        let mut route = steps(&["intake", "work", "sign", "return"]);
        move_or_remove(&mut route, "up", &[2]);
        assert_eq!(kinds(&route), ["intake", "sign", "work", "return"]);
        move_or_remove(&mut route, "down", &[3]);
        move_or_remove(&mut route, "up", &[0]);
        move_or_remove(&mut route, "remove", &[9]);
        move_or_remove(&mut route, "remove", &[1, 0, 0]);
        assert_eq!(kinds(&route), ["intake", "sign", "work", "return"]);
        move_or_remove(&mut route, "remove", &[1]);
        assert_eq!(kinds(&route), ["intake", "work", "return"]);
    }

    #[test]
    fn the_leg_that_leads_is_not_lost_when_another_goes() {
        let mut route = vec![parallel()];
        add_leg(&mut route, 0);
        route[0].lead = "2".into();
        remove_leg(&mut route, 0, 0);
        assert_eq!((route[0].lead.as_str(), route[0].legs.len()), ("1", 2));
        remove_leg(&mut route, 0, 1);
        assert_eq!(route[0].lead, "", "nobody leads now, and that is told");
        add_leg(&mut route, 0);
        assert_eq!(route[0].legs.iter().map(|leg| leg.key.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    }
}
