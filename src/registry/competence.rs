//! Routing by place: which agency decides, which one-stop may receive, and the route between both. Rules:
//! `docs/rules/competence.md`.

use jiff::civil::Date;
use motcua_domain::competence::{self, Area, Committee, Matter, Row, Subject};
use motcua_domain::procedure::{Step, StepKind, Tier};
use motcua_domain::routing;

use super::Registry;
use super::pack::{Agency, AgencyKind, Competence, Place};
use super::snapshot::Procedure;
use crate::platform::failure::{Failure, Sentence};

/// Where an office of the agency above is meant: `^/justice`.
const ABOVE: &str = "^";

/// The table of competence with the tree of places it is read by.
pub(super) struct Table {
    areas: Vec<Area>,
    committees: Vec<Committee>,
    rows: Vec<Row>,
}

impl Table {
    pub(super) fn of(places: &[Place], agencies: &[Agency], rows: &[Competence]) -> Self {
        let row = |row: &Competence| {
            Some(Row {
                subject: Subject::parse(&row.subject)?,
                place: row.place.clone(),
                agency: row.agency.clone(),
                tier: agencies.iter().find(|agency| agency.id == row.agency)?.tier,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
            })
        };
        Self {
            areas: places.iter().map(area).collect(),
            committees: agencies.iter().filter_map(committee).collect(),
            rows: rows.iter().filter_map(row).collect(),
        }
    }
}

fn area(place: &Place) -> Area {
    Area {
        code: place.code.clone(),
        kind: place.kind,
        name: place.name.clone(),
        parent: place.parent.clone(),
        valid_from: place.valid_from,
        valid_to: place.valid_to,
    }
}

fn committee(agency: &Agency) -> Option<Committee> {
    (agency.kind == AgencyKind::Committee).then(|| Committee {
        agency: agency.id.clone(),
        tier: agency.tier,
        place: agency.place.clone(),
        valid_from: agency.valid_from,
        valid_to: agency.valid_to,
    })
}

/// The committees above an agency on a day, nearest first.
fn above<'a>(areas: &[Area], committees: &'a [Committee], place: &str, day: Date) -> Vec<&'a Committee> {
    let sits = |area: &Area| {
        committees.iter().find(|committee| {
            committee.place == area.code && committee.valid_from <= day && committee.valid_to.is_none_or(|to| day <= to)
        })
    };
    competence::way_up(areas, place, day).into_iter().skip(1).filter_map(sits).collect()
}

impl Registry {
    /// The agency that decides a matter of a place on a day. [CMP-01] [CMP-04]
    pub fn competent(&self, procedure: &Procedure, place: &str, day: Date) -> Result<&Agency, Failure> {
        let matter = Matter { procedure: &procedure.key, field: &procedure.record.field, tier: procedure.tier };
        let Table { areas, committees, rows } = &self.competence;
        let id = competence::competent(rows, committees, areas, matter, place, day).map_err(|refusal| {
            let sentence = Sentence::new(refusal.key());
            let named = |value: String| self.agencies.get(&value).map_or(value, |agency| agency.name.clone());
            Failure::Refused(refusal.params().into_iter().fold(sentence, |s, (name, v)| s.with(name, named(v))))
        })?;
        self.agencies.get(id).ok_or_else(|| Failure::fault(anyhow::anyhow!("{id} is competent and unknown")))
    }

    /// Whether any one-stop of the site receives a procedure on a day, wherever the applicant lives. [CMP-06]
    pub fn receives_anywhere(&self, procedure: &str, day: Date) -> bool {
        self.receptions.iter().any(|reception| {
            reception.procedure == procedure
                && reception.valid_from <= day
                && reception.valid_to.is_none_or(|to| day <= to)
        })
    }

    /// The communes of the site on a day, by name; with `within`, only those of this agency's place and under it.
    pub fn communes(&self, within: Option<&str>, day: Date) -> Vec<&Place> {
        let place = within.map(|agency| self.agencies.get(agency).map_or("", |agency| agency.place.as_str()));
        let inside = |commune: &&Place| {
            let way = competence::way_up(&self.competence.areas, &commune.code, day);
            place.is_none_or(|place| way.iter().any(|area| area.code == place))
        };
        let is_on = |place: &&Place| place.valid_from <= day && place.valid_to.is_none_or(|to| day <= to);
        let communes = self.places.iter().filter(|place| place.kind == Tier::Commune).filter(is_on);
        let mut communes: Vec<&Place> = communes.filter(inside).collect();
        communes.sort_by_key(|place| motcua_domain::text::fold(&place.name));
        communes
    }

    /// Ids of the agencies above one on a day, nearest first.
    pub fn agencies_above(&self, agency: &str, day: Date) -> Vec<String> {
        let place = self.agencies.get(agency).map_or("", |agency| agency.place.as_str());
        let Table { areas, committees, .. } = &self.competence;
        above(areas, committees, place, day).into_iter().map(|committee| committee.agency.clone()).collect()
    }

    /// The id of an office that a route names: of the agency that decides, of the one above it, or of another. [CMP-08]
    pub fn absolute(&self, agency: &str, office: &str, day: Date) -> String {
        match office.split_once('/') {
            Some((ABOVE, key)) => match self.agencies_above(agency, day).first() {
                Some(superior) => format!("{superior}/{key}"),
                None => office.to_owned(),
            },
            Some(_) => office.to_owned(),
            None => format!("{agency}/{office}"),
        }
    }

    /// The route of a procedure at the agency that receives and decides it, with absolute offices. [CMP-09]
    pub fn route(&self, procedure: &Procedure, agency: &str, day: Date) -> Result<Vec<Step>, Failure> {
        self.route_at(procedure, agency, agency, day)
    }

    /// The route of a procedure that one agency receives and another decides: intake and return are at the receiving one-stop,
    /// everything between at the competent agency. `^/office` is an office of the agency above it. [CMP-08] [CMP-09]
    pub fn route_at(
        &self,
        procedure: &Procedure,
        receiving: &str,
        competent: &str,
        day: Date,
    ) -> Result<Vec<Step>, Failure> {
        let route = self.route_as_written(procedure).ok_or_else(|| Failure::refused("intake.no_route"))?;
        let mut steps = routing::with_offices(route, &|office| self.absolute(competent, office, day));
        if receiving != competent {
            let (counter, _) = self.one_stop(receiving).ok_or(Failure::NotFound)?;
            for step in steps.iter_mut().filter(|step| matches!(step.kind, StepKind::Intake | StepKind::Return)) {
                step.office = counter.to_owned();
            }
        }
        let missing = routing::all_steps(&steps).find(|step| {
            !matches!(step.kind, StepKind::Outside | StepKind::Parallel) && !self.offices.contains_key(&step.office)
        });
        match missing {
            Some(step) => Err(Failure::Refused(
                Sentence::new("competence.no_office")
                    .with("step", &step.title)
                    .with("agency", self.agency_name(competent)),
            )),
            None => Ok(steps),
        }
    }
}
