//! Finding a procedure: by words, by what happened in one's life, by field, by who handles it.

use axum::extract::State;
use motcua_domain::procedure::Tier;
use serde::Serialize;

use super::{Link, link, query};
use crate::platform::web::form::percent;
use crate::platform::web::{Answer, App, Req, page};
use crate::registry::pack::{AgencyKind, LIFE_EVENTS};
use crate::registry::{Procedure, Registry};

/// Longest query that is looked at, in characters; the rest is cut off and not searched for.
const QUERY_MAX: usize = 200;
const FOUND_MAX: usize = 50;
/// Procedures on one page of a list.
const PAGE: usize = 60;

/// A way to a list, with how much it holds.
#[derive(Serialize)]
struct Group {
    href: String,
    /// Key of a text, for what is named in the locale files; else empty.
    key: String,
    /// Name in the words of the office.
    name: String,
    count: usize,
}

#[derive(Serialize)]
struct HomePage {
    life_events: Vec<Group>,
    fields: Vec<Group>,
    agencies: Vec<Group>,
    all: usize,
}

pub(super) async fn home(State(app): State<App>, asked: Req) -> Answer {
    let registry = &asked.registry;
    let shown = HomePage {
        life_events: life_events(registry),
        fields: fields(registry).into_iter().take(12).collect(),
        agencies: agencies(&asked),
        all: registry.procedures.len(),
    };
    page(&app, &asked, "public/home.html", shown)
}

fn life_events(registry: &Registry) -> Vec<Group> {
    let group = |event: &&str| Group {
        href: format!("/procedures?life={event}"),
        key: format!("life_event.{event}"),
        name: String::new(),
        count: registry.procedures.iter().filter(|p| p.scope.life_event.as_deref() == Some(event)).count(),
    };
    LIFE_EVENTS.iter().map(group).filter(|group| group.count > 0).collect()
}

/// Fields with the most procedures first.
fn fields(registry: &Registry) -> Vec<Group> {
    let mut fields: Vec<Group> = Vec::new();
    for field in registry.procedures.iter().map(|procedure| procedure.record.field.as_str()).filter(|f| !f.is_empty()) {
        match fields.iter_mut().find(|group| group.name == field) {
            Some(group) => group.count += 1,
            None => fields.push(Group {
                href: format!("/procedures?field={}", percent(field)),
                key: String::new(),
                name: field.to_owned(),
                count: 1,
            }),
        }
    }
    fields.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    fields
}

/// Agencies of today, those with a one-stop first.
fn agencies(asked: &Req) -> Vec<Group> {
    let registry = &asked.registry;
    let mut agencies = super::agencies::today(asked);
    agencies.sort_by_key(|agency| (agency.kind, agency.tier, agency.name.clone()));
    let group = |agency: &&crate::registry::pack::Agency| Group {
        href: format!("/agencies/{}", percent(&agency.id)),
        key: String::new(),
        name: agency.name.clone(),
        count: registry.procedures.iter().filter(|p| concerns(registry, p, &agency.id)).count(),
    };
    agencies.iter().map(group).collect()
}

/// Whether somebody who looks at this agency looks for the procedure: it is handed in or decided there.
pub(super) fn concerns(registry: &Registry, procedure: &Procedure, agency: &str) -> bool {
    registry.takes_in(procedure, agency)
        || registry.decided_outside(procedure).is_some_and(|deciding| deciding.id == agency)
}

#[derive(Serialize)]
struct SearchPage {
    q: String,
    asked: bool,
    found: Vec<Link>,
    life_events: Vec<Group>,
}

pub(super) async fn search(State(app): State<App>, asked: Req) -> Answer {
    let q: String = motcua_domain::text::clean(query(&asked).text("q")).chars().take(QUERY_MAX).collect();
    let registry = &asked.registry;
    let found = if q.is_empty() { Vec::new() } else { registry.search(&q, FOUND_MAX) };
    let shown = SearchPage {
        asked: !q.is_empty(),
        found: found.into_iter().map(|procedure| link(registry, procedure)).collect(),
        life_events: life_events(registry),
        q,
    };
    page(&app, &asked, "public/search.html", shown)
}

/// What a list is narrowed down to; empty is everything.
struct Filter {
    field: String,
    agency: String,
    life: String,
    tier: Option<Tier>,
}

impl Filter {
    fn read(asked: &Req) -> Self {
        let query = query(asked);
        let tier = serde_json::from_value(query.text("tier").into()).ok();
        let text = |name: &str| query.text(name).to_owned();
        Self { field: text("field"), agency: text("agency"), life: text("life"), tier }
    }

    fn admits(&self, registry: &Registry, procedure: &Procedure) -> bool {
        (self.field.is_empty() || procedure.record.field == self.field)
            && (self.life.is_empty() || procedure.scope.life_event.as_deref() == Some(&*self.life))
            && self.tier.is_none_or(|tier| procedure.tier == tier)
            && (self.agency.is_empty() || concerns(registry, procedure, &self.agency))
    }

    fn is_set(&self) -> bool {
        self.tier.is_some() || [&self.field, &self.agency, &self.life].into_iter().any(|text| !text.is_empty())
    }

    fn href(&self, page: usize) -> String {
        let tier = self.tier.map_or("", Tier::as_str);
        let pairs = [("field", &*self.field), ("agency", &*self.agency), ("life", &*self.life), ("tier", tier)];
        let set = pairs.iter().filter(|(_, value)| !value.is_empty());
        let query: String = set.map(|(name, value)| format!("{name}={}&", percent(value))).collect();
        format!("/procedures?{query}page={page}")
    }
}

#[derive(Serialize)]
struct Choice {
    value: String,
    /// Key of a text, or empty.
    key: String,
    text: String,
    chosen: bool,
}

#[derive(Serialize)]
struct ByField {
    field: String,
    procedures: Vec<Link>,
}

#[derive(Serialize)]
struct ListPage {
    groups: Vec<ByField>,
    count: usize,
    first: usize,
    last: usize,
    filtered: bool,
    life_events: Vec<Choice>,
    fields: Vec<Choice>,
    agencies: Vec<Choice>,
    tiers: Vec<Choice>,
    previous: String,
    next: String,
}

pub(super) async fn procedures(State(app): State<App>, asked: Req) -> Answer {
    let registry = &asked.registry;
    let filter = Filter::read(&asked);
    let mut all: Vec<&Procedure> = registry.procedures.iter().filter(|p| filter.admits(registry, p)).collect();
    all.sort_by(|a, b| (&a.record.field, a.tier, &a.record.name).cmp(&(&b.record.field, b.tier, &b.record.name)));
    let pages = all.len().div_ceil(PAGE).max(1);
    let number = query(&asked).text("page").parse().unwrap_or(1).clamp(1, pages);
    let skipped = (number - 1) * PAGE;
    let shown: Vec<&Procedure> = all.iter().skip(skipped).take(PAGE).copied().collect();
    let page_struct = ListPage {
        count: all.len(),
        first: if all.is_empty() { 0 } else { skipped + 1 },
        last: skipped + shown.len(),
        groups: by_field(registry, &shown),
        filtered: filter.is_set(),
        life_events: choices(life_events(registry), &filter.life, "life="),
        fields: choices(in_order(fields(registry)), &filter.field, "field="),
        agencies: agency_choices(&asked, &filter.agency),
        tiers: tiers(registry, filter.tier),
        previous: if number > 1 { filter.href(number - 1) } else { String::new() },
        next: if number < pages { filter.href(number + 1) } else { String::new() },
    };
    page(&app, &asked, "public/procedures.html", page_struct)
}

fn by_field(registry: &Registry, procedures: &[&Procedure]) -> Vec<ByField> {
    let mut groups: Vec<ByField> = Vec::new();
    for procedure in procedures {
        let row = link(registry, procedure);
        match groups.last_mut() {
            Some(group) if group.field == row.field => group.procedures.push(row),
            _ => groups.push(ByField { field: row.field.clone(), procedures: vec![row] }),
        }
    }
    groups
}

fn in_order(mut fields: Vec<Group>) -> Vec<Group> {
    fields.sort_by_key(|group| motcua_domain::text::fold(&group.name));
    fields
}

/// Options of a filter; the value is what the group's address ends with.
fn choices(groups: Vec<Group>, chosen: &str, name: &str) -> Vec<Choice> {
    let value = |href: &str| {
        let encoded = href.split_once(name).map_or("", |(_, value)| value);
        crate::platform::web::form::unpercent(encoded)
    };
    groups
        .into_iter()
        .map(|group| {
            let value = value(&group.href);
            Choice { chosen: value == chosen, value, key: group.key, text: group.name }
        })
        .collect()
}

fn agency_choices(asked: &Req, chosen: &str) -> Vec<Choice> {
    let mut agencies = super::agencies::today(asked);
    agencies.sort_by_key(|agency| (agency.kind == AgencyKind::Outside, agency.tier, agency.name.clone()));
    let choice = |agency: &crate::registry::pack::Agency| Choice {
        value: agency.id.clone(),
        key: String::new(),
        text: agency.name.clone(),
        chosen: agency.id == chosen,
    };
    agencies.into_iter().map(choice).collect()
}

/// Tiers that have procedures here; none to choose from where there is only one.
fn tiers(registry: &Registry, chosen: Option<Tier>) -> Vec<Choice> {
    let here = |tier: &Tier| registry.procedures.iter().any(|procedure| procedure.tier == *tier);
    let tiers: Vec<Tier> = [Tier::Province, Tier::District, Tier::Commune].into_iter().filter(here).collect();
    if tiers.len() < 2 {
        return Vec::new();
    }
    let choice = |tier: Tier| {
        let value = tier.as_str().to_owned();
        Choice { key: format!("tier.{value}"), value, text: String::new(), chosen: chosen == Some(tier) }
    };
    tiers.into_iter().map(choice).collect()
}
