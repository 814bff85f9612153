//! Where to go: agencies, their offices, when they are open, and what one can hand in there.

use axum::extract::{Path, State};
use serde::Serialize;

use super::hours::{self, Opening};
use super::{Link, lists};
use crate::platform::failure::Failure;
use crate::platform::web::form::percent;
use crate::platform::web::{Answer, App, Req, page};
use crate::registry::pack::{Agency, AgencyKind, OfficeKind};
use crate::registry::roster;

#[derive(Serialize)]
struct AgencyRow {
    href: String,
    name: String,
    address: String,
    own_room: bool,
}

#[derive(Serialize)]
struct ListPage {
    receiving: Vec<AgencyRow>,
    outside: Vec<AgencyRow>,
}

pub(super) async fn list(State(app): State<App>, asked: Req) -> Answer {
    let rows = |kind| {
        let mut agencies: Vec<&Agency> = today(&asked).into_iter().filter(|agency| agency.kind == kind).collect();
        agencies.sort_by_key(|agency| (agency.tier, agency.name.clone()));
        agencies
            .into_iter()
            .map(|agency| AgencyRow {
                href: format!("/agencies/{}", percent(&agency.id)),
                name: agency.name.clone(),
                address: agency.address.clone(),
                own_room: asked.registry.one_stop(&agency.id).is_some_and(|(_, office)| office.own_room),
            })
            .collect()
    };
    let shown = ListPage { receiving: rows(AgencyKind::Committee), outside: rows(AgencyKind::Outside) };
    page(&app, &asked, "public/agencies.html", shown)
}

/// Agencies that exist on the day of the request.
pub(super) fn today(asked: &Req) -> Vec<&Agency> {
    let day = asked.registry.local(asked.ctx.now).date();
    let exists = |agency: &&Agency| agency.valid_from <= day && agency.valid_to.is_none_or(|to| day <= to);
    asked.registry.agencies.values().filter(exists).collect()
}

/// Where one hands in and collects at an agency.
#[derive(Serialize)]
pub(super) struct Counter {
    pub agency_href: String,
    pub agency: String,
    pub address: String,
    pub phone: String,
    pub website: String,
    /// Name of the one-stop; empty at agencies outside.
    pub office: String,
    pub location: String,
    pub own_room: bool,
    pub week: Vec<Opening>,
    /// Times of today; empty when closed today.
    pub today: String,
}

pub(super) fn counter(asked: &Req, agency: &Agency) -> Result<Counter, Failure> {
    let registry = &asked.registry;
    let day = registry.local(asked.ctx.now).date();
    let calendar = registry.calendar(&agency.id)?;
    let office = registry.one_stop(&agency.id).map(|(_, office)| office);
    Ok(Counter {
        agency_href: format!("/agencies/{}", percent(&agency.id)),
        agency: agency.name.clone(),
        address: agency.address.clone(),
        phone: agency.phone.clone(),
        website: agency.website.clone(),
        office: office.map_or_else(String::new, |office| office.name.clone()),
        location: office.map_or_else(String::new, |office| office.location.clone()),
        own_room: office.is_some_and(|office| office.own_room),
        week: hours::week(calendar, day),
        today: hours::print(calendar.periods(day)),
    })
}

#[derive(Serialize)]
struct OfficeRow {
    name: String,
    location: String,
}

#[derive(Serialize)]
struct SeatShown {
    counter: String,
    /// Name of the position; empty while nobody is there.
    who: String,
}

#[derive(Serialize)]
struct AgencyPage {
    counter: Counter,
    /// Who is at the counters today (NĐ 61/2018 Art. 9.7). [ROS-07]
    seats: Vec<SeatShown>,
    outside: bool,
    offices: Vec<OfficeRow>,
    procedures: Vec<Link>,
    count: usize,
    /// The whole list, when not all are shown here.
    all: String,
}

/// Procedures shown on the page of an agency itself.
const SHOWN: usize = 20;

pub(super) async fn show(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let registry = &asked.registry;
    let agency = today(&asked).into_iter().find(|agency| agency.id == id).ok_or(Failure::NotFound)?;
    let handled: Vec<_> = registry.procedures.iter().filter(|p| lists::concerns(registry, p, &agency.id)).collect();
    let day = registry.local(asked.ctx.now).date();
    let works = |office: &&crate::registry::pack::Office| {
        office.agency == agency.id
            && matches!(office.kind, OfficeKind::Work | OfficeKind::Leaders)
            && office.valid_from <= day
            && office.valid_to.is_none_or(|to| day <= to)
    };
    let offices = registry.offices.values().filter(works);
    let shown = AgencyPage {
        counter: counter(&asked, agency)?,
        seats: seats(&app, &asked, &agency.id).await?,
        outside: agency.kind == AgencyKind::Outside,
        offices: offices.map(|o| OfficeRow { name: o.name.clone(), location: o.location.clone() }).collect(),
        procedures: handled.iter().take(SHOWN).map(|procedure| super::link(registry, procedure)).collect(),
        count: handled.len(),
        all: format!("/procedures?agency={}", percent(&agency.id)),
    };
    page(&app, &asked, "public/agency.html", shown)
}

/// Who sits at which counter of an agency today; nothing on a day on which it is closed.
async fn seats(app: &App, asked: &Req, agency: &str) -> Result<Vec<SeatShown>, Failure> {
    let registry = &asked.registry;
    let day = registry.local(asked.ctx.now).date();
    let Some((office, _)) = registry.one_stop(agency) else { return Ok(Vec::new()) };
    if !registry.calendar(agency)?.is_working_day(day) {
        return Ok(Vec::new());
    }
    let of = office.to_owned();
    let sittings = app.db.read(move |tx| roster::of_day(tx, &of, day)).await?;
    let shown = |sitting: roster::Sitting| SeatShown {
        who: roster::seated(registry, office, &sitting)
            .map_or_else(String::new, |login| registry.account_name(&login).to_owned()),
        counter: sitting.counter,
    };
    Ok(sittings.into_iter().map(shown).collect())
}
