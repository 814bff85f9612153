//! Whom the bench signs in as: everybody whose visits are measured, with what they look at.

use motcua_domain::dossier::Outcome;
use motcua_domain::identity::Role;
use motcua_domain::procedure::{Step, StepKind, Tier};
use serde_json::{Value, json};

use super::visits::Client;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::platform::web::form::percent;
use crate::record::dossier::list::{Cursor, Work};
use crate::record::dossier::{self, Found, list};
use crate::registry::pack::AgencyKind;
use crate::registry::{Procedure, Registry, Standing};

/// Dossiers of an agency that are read again and again.
const SAMPLE: usize = 200;
/// The page that is deep in a list, counted as people count.
const DEEP: usize = 1_000;
/// Rows that are leafed through at once on the way there.
const STRIDE: usize = 1_000;
/// Offices with the longest lists.
const DESKS: usize = 8;

/// An agency that takes dossiers in, with somebody signed in at its counter.
pub(super) struct Counter {
    pub token: String,
    /// Body of an intake.
    pub intake: Value,
    /// What is done to it then until it is handed over: by whom, and the body. Empty where the way is not a straight one.
    pub life: Vec<(String, Value)>,
    pub sample: Vec<Found>,
}

/// An office with much to do, and somebody of it.
pub(super) struct Desk {
    pub token: String,
    pub office: String,
    /// Deep in the work list.
    pub deep: String,
    /// Deep in the list of all that the officer may see.
    pub deep_received: String,
}

/// Somebody who sees everything.
pub(super) struct Auditor {
    pub token: String,
    pub deep_received: String,
}

pub(super) struct People {
    pub counters: Vec<Counter>,
    pub desks: Vec<Desk>,
    pub auditors: Vec<Auditor>,
}

impl People {
    /// Signs in at every counter, at the offices with the longest lists, and as an auditor.
    pub fn sign_in(db: &Db, registry: &Registry, client: &Client) -> Result<Self, Failure> {
        let password = registry.site.demo_password.clone().unwrap_or_default();
        let now = crate::app::command_ctx().now;
        let today = registry.local(now).date();
        let enter = |login: &str| client.sign_in(login, &password).map_err(Failure::Fault);
        let first = |office: &str, role| registry.people(office, role, today).into_iter().next();
        let mut people = Self { counters: Vec::new(), desks: Vec::new(), auditors: Vec::new() };
        for agency in registry.agencies.values().filter(|agency| agency.kind == AgencyKind::Committee) {
            let officer = registry.one_stop(&agency.id).and_then(|(office, _)| first(office, Role::OneStopOfficer));
            let (Some(officer), Some(procedure)) = (officer, commonest(registry, agency.tier)) else { continue };
            let sample = db.query(|tx| {
                let newest = list::newest(tx, &agency.id, SAMPLE)?;
                newest.iter().filter_map(|entry| dossier::by_id(tx, &entry.id).transpose()).collect()
            })?;
            let mut life = Vec::new();
            for (office, role, act) in way(&registry.route(procedure, &agency.id, today)?) {
                match first(&office, role) {
                    Some(officer) => life.push((enter(&officer.account)?, act)),
                    None => break,
                }
            }
            if life.last().is_none_or(|(_, act)| act.get("recipient").is_none()) {
                life.clear();
            }
            people.counters.push(Counter { token: enter(&officer.account)?, intake: intake(procedure), life, sample });
        }
        let mut offices = Vec::new();
        for office in registry.offices.keys() {
            offices.push((db.query(|tx| list::count(tx, office, now))?.0, office));
        }
        offices.sort_by(|a, b| b.cmp(a));
        for (_, office) in offices.into_iter().take(DESKS) {
            let officer = first(office, Role::Specialist).or_else(|| first(office, Role::OneStopOfficer));
            let Some(officer) = officer else { continue };
            let deep = deep(|after| {
                let page = db.query(|tx| list::work(tx, Work::Office(office), after, STRIDE))?;
                Ok(page.next)
            })?;
            let deep_received = deep_in_received(db, &officer)?;
            people.desks.push(Desk { token: enter(&officer.account)?, office: percent(office), deep, deep_received });
        }
        let auditor = registry.offices.keys().find_map(|office| first(office, Role::Auditor));
        if let Some(auditor) = auditor {
            let deep_received = deep_in_received(db, &auditor)?;
            people.auditors.push(Auditor { token: enter(&auditor.account)?, deep_received });
        }
        Ok(people)
    }
}

fn deep_in_received(db: &Db, officer: &motcua_domain::identity::Officer) -> Result<String, Failure> {
    deep(|after| Ok(db.query(|tx| list::received(tx, officer, after, STRIDE))?.next))
}

/// Leafs to page 1,000, or to the last one that begins after a whole stride; the place as a link has it.
fn deep(mut next: impl FnMut(Option<&Cursor>) -> Result<Option<Cursor>, Failure>) -> Result<String, Failure> {
    let mut place: Option<Cursor> = None;
    for _ in 0..DEEP * list::PAGE / STRIDE {
        match next(place.as_ref())? {
            Some(further) => place = Some(further),
            None => break,
        }
    }
    Ok(place.map(|place| percent(&place.print())).unwrap_or_default())
}

/// Who does what on a straight way; a leg or an agency outside ends it.
fn way(route: &[Step]) -> Vec<(String, Role, Value)> {
    let kinds = route.iter().map(|step| step.kind).skip(1).map(Some).chain([None]);
    let act = |step: &Step, next: Option<StepKind>| {
        let works = next == Some(StepKind::Work);
        Some(match step.kind {
            StepKind::Intake => json!({ "act": "forward" }),
            StepKind::Work if works => json!({ "act": "forward" }),
            StepKind::Work => json!({ "act": "propose", "outcome": Outcome::Grant }),
            StepKind::Sign => json!({ "act": "approve" }),
            StepKind::Return => json!({ "act": "hand_over", "recipient": { "name": NAME } }),
            StepKind::Outside | StepKind::Parallel => return None,
        })
    };
    let steps = route.iter().zip(kinds).map_while(|(step, next)| {
        Some((step.office.clone(), Role::parse(&step.role).unwrap_or(Role::Specialist), act(step, next)?))
    });
    steps.collect()
}

/// The procedure of a tier that people ask for most.
fn commonest(registry: &Registry, tier: Tier) -> Option<&Procedure> {
    let weights = registry.site.simulation.as_ref().map(|figures| &figures.procedures);
    let weight = |procedure: &Procedure| weights.and_then(|weights| weights.get(&procedure.key)).copied().unwrap_or(1);
    let published = |procedure: &&Procedure| procedure.tier == tier && procedure.standing == Standing::Published;
    registry.procedures.iter().filter(published).max_by_key(|procedure| weight(procedure))
}

const NAME: &str = "Nguyễn Văn A";

fn intake(procedure: &Procedure) -> Value {
    let papers: Vec<Value> = procedure
        .record
        .papers
        .iter()
        .map(|paper| json!({ "name": paper.name, "originals": paper.originals.max(1), "copies": paper.copies }))
        .collect();
    json!({ "tier": procedure.tier, "procedure": procedure.key, "channel": "direct",
        "particulars": { "applicant": { "name": NAME, "phone": "0999000001" }, "papers": papers,
            "fee_way": "no_fee", "return_via": "counter" } })
}
