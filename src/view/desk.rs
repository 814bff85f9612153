//! Work lists: what lies at an office, and what I hold, in order of due time.

use axum::extract::{Query, State};
use jiff::Timestamp;
use motcua_domain::dossier::can_act;
use motcua_domain::identity::{Officer, Role};
use motcua_domain::text::fold;
use serde::{Deserialize, Serialize};

use super::shown::{self, Row};
use super::tracking::tidy_code;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::web::form::percent;
use crate::platform::web::{Access, Answer, App, Req, Routes, page};
use crate::record::dossier::list::Only;
use crate::record::dossier::{self, list};
use crate::registry::Registry;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/desk", Access::Staff, work).get("/desk/dossiers", Access::Roles(READERS), all)
}

/// The list of what I hold.
const MINE: &str = "office=mine";

/// Everybody but the administrator, who needs no personal data.
pub const READERS: &[Role] = &[Role::OneStopOfficer, Role::Specialist, Role::OfficeHead, Role::Leader, Role::Auditor];

#[derive(Deserialize, Default)]
#[serde(default)]
struct WorkQuery {
    office: String,
    /// Whose work, of those whom one stands in for.
    person: String,
    /// Which tasks of the list, as [`Only`] writes it.
    only: String,
    after: String,
}

#[derive(Serialize)]
struct WorkPage {
    lists: Vec<ListLink>,
    /// Ways to look at the chosen list.
    filters: Vec<FilterLink>,
    rows: Vec<Row>,
    /// Link to the next page.
    next: Option<String>,
    /// Link to the first page, from any other.
    first: Option<String>,
}

/// A list one may choose: an office with its counts, or what I hold.
#[derive(Serialize)]
pub(super) struct ListLink {
    pub href: String,
    /// Name of the office; empty for "mine" and for somebody's.
    pub name: String,
    /// Name of the person whom one stands in for.
    pub whose: String,
    pub current: bool,
    pub open: i64,
    pub late: i64,
    pub capped: bool,
}

#[derive(Serialize)]
struct FilterLink {
    href: String,
    only: &'static str,
    current: bool,
}

async fn work(State(app): State<App>, asked: Req, Query(query): Query<WorkQuery>) -> Answer {
    let officer = asked.officer()?.clone();
    let (registry, locale, now) = (asked.registry.clone(), asked.locale, asked.ctx.now);
    let shown = app
        .db
        .read(move |tx| {
            let offices = offices(&officer);
            let absent = absent(&officer);
            let person = absent.iter().find(|login| **login == query.person).cloned();
            if person.is_none() && !query.person.is_empty() {
                return Err(Failure::NotFound);
            }
            let mine = query.office == "mine" || person.is_some();
            let office = match offices.iter().find(|office| **office == query.office) {
                Some(office) => Some(office.clone()),
                None if query.office.is_empty() || mine => offices.first().cloned().filter(|_| !mine),
                // Another office's list is none.
                None => return Err(Failure::NotFound),
            };
            let of = match &office {
                Some(office) => list::Work::Office(office),
                None => list::Work::Person(person.as_deref().unwrap_or(&officer.account)),
            };
            let after = list::Cursor::read(&query.after);
            let only = filter(&registry, office.as_deref(), &officer, Only::parse(&query.only), now);
            let found = list::work_only(tx, of, &only, after.as_ref(), list::PAGE)?;
            let mut rows = found.rows;
            if person.is_some() {
                rows = stood_in_for(tx, rows, &officer)?;
            }
            let mut lists = vec![ListLink {
                href: address(MINE, Only::All),
                name: String::new(),
                whose: String::new(),
                current: office.is_none() && person.is_none(),
                open: 0,
                late: 0,
                capped: false,
            }];
            lists.extend(absent.iter().map(|login| ListLink {
                href: format!("/desk?person={}", percent(login)),
                name: String::new(),
                whose: registry.account_name(login).to_owned(),
                current: person.as_ref() == Some(login),
                open: 0,
                late: 0,
                capped: false,
            }));
            for id in &offices {
                let (open, late) = list::count(tx, id, now)?;
                lists.push(ListLink {
                    href: address(&format!("office={}", percent(id)), Only::All),
                    name: registry.office_name(id).to_owned(),
                    whose: String::new(),
                    current: office.as_ref() == Some(id),
                    open,
                    late,
                    capped: open >= list::COUNT_MAX,
                });
            }
            let chosen = match (&office, &person) {
                (_, Some(login)) => format!("person={}", percent(login)),
                (Some(office), _) => format!("office={}", percent(office)),
                (None, None) => MINE.to_owned(),
            };
            let here = address(&chosen, only.only);
            Ok(WorkPage {
                lists,
                filters: Only::ALL
                    .into_iter()
                    .map(|way| FilterLink {
                        href: address(&chosen, way),
                        only: way.as_str(),
                        current: way == only.only,
                    })
                    .collect(),
                rows: rows
                    .iter()
                    .map(|listed| shown::row(&registry, locale, now, &listed.entry, Some(listed.task)))
                    .collect(),
                next: found.next.map(|next| format!("{here}&after={}", next.print())),
                first: after.map(|_| here),
            })
        })
        .await?;
    asked.reads(shown.rows.iter().map(|row| row.id.as_str()));
    page(&app, &asked, "desk/work.html", shown)
}

/// Those whom an officer stands in for today, each once. [SUB-01]
fn absent(officer: &Officer) -> Vec<String> {
    let mut absent: Vec<String> = officer.posts.iter().filter_map(|post| post.acting_for.clone()).collect();
    absent.sort();
    absent.dedup();
    absent
}

/// Of somebody else's work only the tasks that the officer may act on in their place; that is decided by the whole dossier.
fn stood_in_for(tx: &mut Tx, rows: Vec<list::Listed>, officer: &Officer) -> Result<Vec<list::Listed>, Failure> {
    let mut kept = Vec::new();
    for row in rows {
        let found = dossier::by_id(tx, &row.entry.id)?;
        let dossier = found.as_ref().map(|found| &found.dossier);
        let task = dossier.and_then(|dossier| Some((dossier, dossier.task(row.task)?)));
        if task.is_some_and(|(dossier, task)| can_act(dossier, &task, officer)) {
            kept.push(row);
        }
    }
    Ok(kept)
}

/// The address of a list (`office=…` or `person=…`), looked at in one way.
fn address(list: &str, only: Only) -> String {
    match only {
        Only::All => format!("/desk?{list}"),
        only => format!("/desk?{list}&only={}", only.as_str()),
    }
}

/// What is soon late is measured in working hours of the office; somebody's own list by those of their agency.
fn filter(registry: &Registry, office: Option<&str>, officer: &Officer, only: Only, now: Timestamp) -> list::Filter {
    let agency = office.and_then(|office| office.split('/').next()).unwrap_or(&officer.agency);
    let after = |hours: u32| registry.hours_later(agency, now, hours).unwrap_or(now);
    let soon = registry.site.thresholds.due_soon_hours;
    list::Filter { only, now, soon: after(soon), step_soon: after(registry.site.thresholds.step_soon_hours) }
}

/// Offices whose lists an officer works on, each once, in the order of their posts.
pub(super) fn offices(officer: &Officer) -> Vec<String> {
    let mut offices: Vec<String> = Vec::new();
    for post in &officer.posts {
        if !matches!(post.role, Role::Administrator | Role::Auditor) && !offices.contains(&post.office) {
            offices.push(post.office.clone());
        }
    }
    offices
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AllQuery {
    /// A code, or the beginning of a name.
    q: String,
    before: String,
}

#[derive(Serialize)]
struct AllPage {
    q: String,
    rows: Vec<Row>,
    next: Option<String>,
    first: bool,
}

/// Dossiers one may see, newest first, or those that fit a code or a name.
async fn all(State(app): State<App>, asked: Req, Query(query): Query<AllQuery>) -> Answer {
    let officer = asked.officer()?.clone();
    let (registry, locale, now) = (asked.registry.clone(), asked.locale, asked.ctx.now);
    let shown = app
        .db
        .read(move |tx| {
            let q = query.q.trim().to_owned();
            let before = list::Cursor::read(&query.before);
            let (rows, next) = if q.is_empty() {
                let found = list::received(tx, &officer, before.as_ref(), list::PAGE)?;
                (found.rows, found.next)
            } else {
                let mut rows: Vec<_> = list::by_code(tx, &tidy_code(&q))?.into_iter().collect();
                if rows.is_empty() {
                    rows = list::by_name(tx, &officer.agency, &fold(&q), list::PAGE)?;
                }
                (rows, None)
            };
            let seen = rows.iter().filter(|entry| entry.line.can_be_read(&officer));
            Ok(AllPage {
                rows: seen.map(|entry| shown::row(&registry, locale, now, entry, None)).collect(),
                next: next.map(|next| format!("/desk/dossiers?before={}", next.print())),
                first: before.is_none(),
                q,
            })
        })
        .await?;
    asked.reads(shown.rows.iter().map(|row| row.id.as_str()));
    page(&app, &asked, "desk/dossiers.html", shown)
}
