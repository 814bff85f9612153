//! Sitting the exam: worked examples against the calendars, the law and the routes of the site, as they are or as they
//! would be. The rules are `motcua_domain::exam`; what an example lacks here (its agency, a law) fails it too.

use std::collections::BTreeMap;

use motcua_domain::calendar::CalendarError;
use motcua_domain::deadline::AfterSupplement;
use motcua_domain::exam::{Example, Mismatch, Outcome, Part, Rules, Sentence, compare, outcome};

use super::calendars::{Calendars, calendars};
use super::pack::{AgencyKind, Day, Law};
use super::{Procedure, Registry};

/// What the clock depends on: that of the site, or a supposed one.
pub struct World<'a> {
    registry: &'a Registry,
    calendars: Calendars,
    law: Vec<Law>,
}

impl<'a> World<'a> {
    pub fn of(registry: &'a Registry) -> Self {
        Self { registry, calendars: registry.calendars.clone(), law: registry.site.law.clone() }
    }

    /// With one more row in the calendar.
    pub fn with_day(registry: &'a Registry, day: Day) -> Result<Self, CalendarError> {
        let mut days = registry.days.clone();
        days.push(day);
        let calendars = calendars(&registry.hours, &days, registry.agencies.values())?;
        Ok(Self { calendars, ..Self::of(registry) })
    }

    /// With other periods of law.
    pub fn with_law(registry: &'a Registry, law: Vec<Law>) -> Self {
        Self { law, ..Self::of(registry) }
    }

    fn rules(&self, example: &Example) -> Option<Rules> {
        let day = example.received.date();
        let law = self.law.iter().find(|law| law.from <= day && law.to.is_none_or(|to| day <= to))?;
        Some(Rules {
            after_supplement: AfterSupplement::parse(&law.supplement)?,
            transfer_cutoff: law.transfer_cutoff,
            promise: self.registry.site.clock.promise,
        })
    }

    /// What comes of an example of a procedure.
    ///
    /// # Errors
    /// What the site lacks for it to be played at all.
    pub fn play(&self, procedures: &[Procedure], example: &Example) -> Result<Outcome, Mismatch> {
        let lacks = |part, key, name, value: &str| Mismatch {
            part,
            said: Sentence { key, params: BTreeMap::from([(name, value.to_owned())]) },
        };
        let agency = self.registry.agencies.get(&example.agency);
        let agency = agency.ok_or_else(|| lacks(Part::Case, "exam.agency_unknown", "agency", &example.agency))?;
        let procedure = procedures
            .iter()
            .find(|one| one.tier == agency.tier && agency.kind == AgencyKind::Committee)
            .ok_or_else(|| lacks(Part::Case, "exam.agency_not_receiving", "agency", &example.agency))?;
        let route = self.registry.route_as_written(procedure).unwrap_or_default();
        let calendar = self.calendars.get(&agency.id);
        let (Some(rules), Some(calendar)) = (self.rules(example), calendar) else {
            return Err(lacks(Part::Due, "exam.no_law", "day_on", &example.received.date().to_string()));
        };
        Ok(outcome(&procedure.record, route, calendar, rules, example))
    }
}

/// An example with what came of it.
pub struct Sat<'a> {
    pub example: &'a Example,
    /// `None` where it could not be played; then a mismatch says why.
    pub outcome: Option<Outcome>,
    pub mismatches: Vec<Mismatch>,
}

/// Plays every example of a version; `procedures` are that version at each tier it is handled at. [EXM-02]
pub fn sit<'a>(world: &World<'_>, procedures: &'a [Procedure]) -> Vec<Sat<'a>> {
    let examples = procedures.first().map_or(&[][..], |procedure| procedure.record.examples.as_slice());
    let sat = examples.iter().map(|example| match world.play(procedures, example) {
        Ok(found) => Sat { example, mismatches: compare(example, &found), outcome: Some(found) },
        Err(lacking) => Sat { example, mismatches: vec![lacking], outcome: None },
    });
    sat.collect()
}
