//! One procedure with everything the law wants published (NĐ 63/2010 Art. 8), first what people ask: what to bring, where,
//! how long, how much. What the source does not have is said plainly, never filled in.

use axum::extract::{Path, State};
use motcua_domain::procedure::{Channel, FeeCase, Leg, Paper, Step, StepKind, Tier, Version};
use serde::Serialize;

use super::agencies::{Counter, counter, today};
use super::{Link, href, link};
use crate::platform::failure::Failure;
use crate::platform::web::{Answer, App, Req, page};
use crate::registry::{Procedure, Standing};
use crate::view::shown;

#[derive(Serialize)]
pub(in crate::view) struct ProcedurePage {
    procedure: Link,
    code: Option<String>,
    /// Parts not compared with the legal text yet: keys after `part.`.
    unverified: Vec<String>,
    /// Parts missing or not understood, for which it is not taken in yet.
    missing: Vec<String>,
    withdrawn_reason: String,
    successor: Option<Link>,
    papers: Vec<Papers>,
    paper_notes: Vec<String>,
    /// Some names end in an ellipsis: the source cut them off.
    papers_cut: bool,
    papers_text: String,
    sets: Option<u32>,
    limits: Vec<LimitShown>,
    limit_text: String,
    cutoff: Option<String>,
    /// Day and agency of the example of a due date.
    example_agency: String,
    fees: Vec<FeeCase>,
    fee_text: String,
    channels: Vec<Channel>,
    counters: Vec<Counter>,
    /// Any one-stop receives it, wherever one lives. [CMP-06]
    anywhere: bool,
    steps: Vec<StepShown>,
    deciding: String,
    result: String,
    legal_basis: Vec<String>,
    interconnected: String,
    source: String,
}

/// The papers of one case; the case is empty for those everybody brings.
#[derive(Serialize)]
struct Papers {
    case: String,
    papers: Vec<Paper>,
}

#[derive(Serialize)]
struct LimitShown {
    label: String,
    words: String,
    /// When a dossier handed in at this moment would be due.
    due_at: Option<String>,
}

#[derive(Serialize)]
struct StepShown {
    title: String,
    office: String,
    kind: StepKind,
    /// Of a parallel step: what is done at the same time.
    legs: Vec<LegShown>,
}

#[derive(Serialize)]
struct LegShown {
    title: String,
    lead: bool,
    steps: Vec<StepShown>,
}

pub(super) async fn show(State(app): State<App>, asked: Req, Path((tier, key)): Path<(String, String)>) -> Answer {
    let tier: Tier = serde_json::from_value(tier.into()).map_err(|_| Failure::NotFound)?;
    let procedure = asked.registry.procedure(tier, &key).ok_or(Failure::NotFound)?;
    let shown = build(&app, &asked, procedure)?;
    page(&app, &asked, "public/procedure.html", shown)
}

/// The page of a procedure, whether it is the one in force or a draft of it.
pub(in crate::view) fn build(app: &App, asked: &Req, procedure: &Procedure) -> Result<ProcedurePage, Failure> {
    let registry = &asked.registry;
    let record = &procedure.record;
    let counters = counters(asked, procedure)?;
    let withdrawn_reason = match &procedure.standing {
        // What a list marks as replaced gives its successor as the reason; that is shown as a link.
        Standing::Withdrawn { reason } if record.successor.as_ref() != Some(reason) => reason.clone(),
        _ => String::new(),
    };
    Ok(ProcedurePage {
        procedure: link(registry, procedure),
        code: record.code.clone(),
        unverified: each_once(record.unverified.iter()),
        missing: each_once(record.blockers.iter().map(|blocker| &blocker.part)),
        withdrawn_reason,
        successor: successor(asked, procedure),
        papers: papers(record),
        paper_notes: record.paper_notes.clone(),
        papers_cut: record.papers.iter().any(|paper| paper.name.ends_with('…') || paper.name.ends_with("...")),
        papers_text: if record.papers.is_empty() { record.papers_text.clone() } else { String::new() },
        sets: record.sets,
        limits: limits(app, asked, procedure)?,
        limit_text: if record.limits.is_empty() { record.limit_text.clone() } else { String::new() },
        cutoff: record.cutoff.map(|at| format!("{:02}:{:02}", at.hour(), at.minute())),
        example_agency: example_agency(asked, procedure).map_or_else(String::new, |agency| agency.name.clone()),
        fees: record.fees.clone(),
        fee_text: if record.fees.is_empty() { record.fee_text.clone() } else { String::new() },
        channels: record.channels.clone(),
        counters,
        anywhere: anywhere(asked, procedure),
        steps: steps(asked, procedure),
        deciding: match registry.decided_outside(procedure) {
            Some(agency) => agency.name.clone(),
            None => record.agency_text.clone(),
        },
        result: record.result.clone(),
        legal_basis: record.legal_basis.clone(),
        interconnected: record.interconnected.clone(),
        source: record.source.clone(),
    })
}

fn each_once<'a>(parts: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        if !once.contains(part) {
            once.push(part.clone());
        }
    }
    once
}

/// The procedure that replaced this one, here at any tier.
fn successor(asked: &Req, procedure: &Procedure) -> Option<Link> {
    let code = procedure.record.successor.as_ref()?;
    let registry = &asked.registry;
    let tiers = [procedure.tier, Tier::Commune, Tier::District, Tier::Province];
    let found = tiers.into_iter().find_map(|tier| registry.procedure(tier, code))?;
    (href(found) != href(procedure)).then(|| link(registry, found))
}

fn papers(record: &Version) -> Vec<Papers> {
    let mut cases: Vec<Papers> = Vec::new();
    for paper in &record.papers {
        match cases.iter_mut().find(|case| case.case == paper.case) {
            Some(case) => case.papers.push(paper.clone()),
            None => cases.push(Papers { case: paper.case.clone(), papers: vec![paper.clone()] }),
        }
    }
    // What everybody brings comes before what only some bring.
    cases.sort_by_key(|case| !case.case.is_empty());
    cases
}

/// Where the example of a due date is reckoned: the first agency that takes the procedure in.
fn example_agency<'a>(asked: &'a Req, procedure: &Procedure) -> Option<&'a crate::registry::pack::Agency> {
    if procedure.standing != Standing::Published {
        return None;
    }
    let main = &asked.registry.site.main_agency;
    let mut receiving: Vec<_> = asked.registry.receiving(procedure.tier).collect();
    receiving.sort_by_key(|agency| (agency.id != *main, agency.name.clone()));
    receiving.into_iter().next()
}

fn limits(app: &App, asked: &Req, procedure: &Procedure) -> Result<Vec<LimitShown>, Failure> {
    let agency = example_agency(asked, procedure);
    let due = |limit| {
        let promise = asked.registry.promise(&agency?.id, asked.ctx.now, limit, procedure.record.cutoff);
        // A calendar that ends too early promises nothing; the limit itself still stands.
        promise.ok().map(|promise| asked.locale.date_time(asked.registry.local(promise.due_at)))
    };
    let cases = procedure.record.limits.iter();
    cases
        .map(|case| {
            Ok(LimitShown {
                label: case.label.clone(),
                words: shown::limit_words(app.pages.texts(), asked.locale, case.limit)?,
                due_at: due(case.limit),
            })
        })
        .collect()
}

fn anywhere(asked: &Req, procedure: &Procedure) -> bool {
    let day = asked.registry.local(asked.ctx.now).date();
    procedure.standing == Standing::Published && asked.registry.receives_anywhere(&procedure.key, day)
}

fn counters(asked: &Req, procedure: &Procedure) -> Result<Vec<Counter>, Failure> {
    let mut agencies: Vec<_> = today(asked)
        .into_iter()
        .filter(|agency| {
            let anywhere = anywhere(asked, procedure) && asked.registry.one_stop(&agency.id).is_some();
            anywhere || asked.registry.takes_in(procedure, &agency.id)
        })
        .collect();
    agencies.sort_by_key(|agency| agency.name.clone());
    agencies.into_iter().map(|agency| counter(asked, agency)).collect()
}

/// The way of a dossier, told once for all agencies that take it in.
fn steps(asked: &Req, procedure: &Procedure) -> Vec<StepShown> {
    let Some(agency) = example_agency(asked, procedure) else { return Vec::new() };
    let day = asked.registry.local(asked.ctx.now).date();
    let route = asked.registry.route(procedure, &agency.id, day).unwrap_or_default();
    route.into_iter().map(|step| step_shown(asked, step)).collect()
}

fn step_shown(asked: &Req, step: Step) -> StepShown {
    let leg = |leg: Leg| LegShown {
        title: leg.title,
        lead: leg.lead,
        steps: leg.steps.into_iter().map(|step| step_shown(asked, step)).collect(),
    };
    StepShown {
        office: asked.registry.office_name(&step.office).to_owned(),
        title: step.title,
        kind: step.kind,
        legs: step.legs.into_iter().map(leg).collect(),
    }
}
