//! What procedures a unit has: the side of the scores that the catalogue knows and no dossier. [SCR-15]

use motcua_domain::figures::quality::Offered;
use motcua_domain::procedure::{Channel, StepKind, Tier};

use crate::registry::pack::OfficeKind;
use crate::registry::{Procedure, Registry, Standing};

/// Percent of the procedures of a level that are to be settled at the one-stop. [SCR-26]
const WANTED: [(Tier, i64); 3] = [(Tier::Province, 20), (Tier::District, 50), (Tier::Commune, 100)];

/// A procedure in the competence of a unit.
pub(super) struct Offer<'a> {
    pub procedure: &'a Procedure,
    /// At the one-stop.
    pub taken_in: bool,
    /// Its way through the offices is laid down.
    pub has_route: bool,
    /// Worked on and decided at the one-stop itself.
    pub settled_there: bool,
    /// Can be handed in online.
    pub online: bool,
    /// Online level 3 or 4.
    pub level: bool,
}

/// The procedures of an agency, or of all of them each once; withdrawn ones are in nobody's competence.
pub(super) fn offers<'a>(registry: &'a Registry, agency: Option<&str>) -> Vec<Offer<'a>> {
    let own = |tier: Tier| match agency {
        Some(agency) => registry.receiving(tier).any(|receiving| receiving.id == agency),
        None => registry.receiving(tier).next().is_some(),
    };
    let standing = |procedure: &&Procedure| !matches!(procedure.standing, Standing::Withdrawn { .. });
    let procedures = registry.procedures.iter().filter(standing).filter(|procedure| own(procedure.tier));
    procedures.map(|procedure| offer(registry, procedure)).collect()
}

fn offer<'a>(registry: &Registry, procedure: &'a Procedure) -> Offer<'a> {
    let route = registry.route_as_written(procedure);
    let there = |office: &str| {
        let (agency, key) = office.split_once('/').unwrap_or(("", office));
        let is = |kind: OfficeKind, of: &str, own: &str| {
            kind == OfficeKind::OneStop && own == key && (agency.is_empty() || of == agency)
        };
        registry.offices.values().any(|office| is(office.kind, &office.agency, &office.key))
    };
    let work = |kind: StepKind| !matches!(kind, StepKind::Intake | StepKind::Return);
    Offer {
        procedure,
        taken_in: procedure.standing == Standing::Published,
        has_route: route.is_some(),
        settled_there: route
            .is_some_and(|steps| steps.iter().filter(|step| work(step.kind)).all(|step| there(&step.office))),
        online: procedure.record.channels.contains(&Channel::Online),
        level: procedure.scope.online_level.is_some_and(|level| level >= 3),
    }
}

/// How many there are at each level.
pub(super) fn levels(offers: &[Offer]) -> Vec<Offered> {
    let level = |(tier, wanted): (Tier, i64)| {
        let count = |fits: fn(&Offer) -> bool| {
            let fitting = offers.iter().filter(|offer| offer.procedure.tier == tier && fits(offer));
            i64::try_from(fitting.count()).unwrap_or(i64::MAX)
        };
        Offered {
            all: count(|_| true),
            taken_in: count(|offer| offer.taken_in),
            settled_there: count(|offer| offer.settled_there),
            online: count(|offer| offer.level),
            wanted,
        }
    };
    WANTED.into_iter().map(level).collect()
}
