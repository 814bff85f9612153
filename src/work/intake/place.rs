//! Whose matter a dossier is: the place of the applicant or of the thing decides which agency is competent, and some procedures
//! are received by any one-stop. Rules: `docs/rules/competence.md`.

use jiff::civil::Date;
use motcua_domain::identity::Officer;

use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::registry::pack::Place;
use crate::registry::{Procedure, Registry, Standing};

/// The places an officer chooses from; none where the receiving agency decides whatever the place. [CMP-07]
pub fn choices<'a>(registry: &'a Registry, procedure: &Procedure, receiving: &str, day: Date) -> Vec<&'a Place> {
    if registry.receives_anywhere(&procedure.key, day) {
        return registry.communes(None, day);
    }
    if !receives(registry, procedure, receiving, day) {
        return Vec::new();
    }
    let own = registry.communes(Some(receiving), day);
    let elsewhere = |place: &&Place| {
        registry.competent(procedure, &place.code, day).is_ok_and(|competent| competent.id != receiving)
    };
    if own.iter().any(elsewhere) { own } else { Vec::new() }
}

/// The agency that decides. Without a place it is asked for the receiving agency's own.
///
/// # Errors
/// Refused where the place belongs to a one-stop that must receive itself; a sentence beside `place` where only a place could
/// tell. [CMP-05] [CMP-07]
pub fn deciding(
    registry: &Registry,
    procedure: &Procedure,
    receiving: &str,
    place: Option<&str>,
    day: Date,
) -> Result<String, Failure> {
    let Some(place) = place else {
        let own = registry.agencies.get(receiving).ok_or(Failure::NotFound)?;
        let competent = registry.competent(procedure, &own.place, day);
        // A district one-stop that receives what communes decide must say which commune.
        let unclear = |_| Failure::Invalid(vec![FieldError::new("place", "intake.place_missing")]);
        return competent.map(|agency| agency.id.clone()).map_err(unclear);
    };
    let competent = registry.competent(procedure, place, day)?;
    let is_ours = |place: &str| registry.communes(Some(receiving), day).iter().any(|ours| ours.code == place);
    if competent.id == receiving || registry.receives_anywhere(&procedure.key, day) || is_ours(place) {
        return Ok(competent.id.clone());
    }
    Err(Failure::Refused(Sentence::new("intake.place_elsewhere").with("agency", &competent.name)))
}

/// The agency at whose one-stop an officer receives a procedure: one that takes such procedures in, the officer's own before
/// one where they stand in. [SUB-01]
pub fn counter_of(registry: &Registry, officer: &Officer, procedure: &Procedure, day: Date) -> Option<String> {
    let agencies = super::counters(registry, officer);
    let fits = |agency: &&String| receives(registry, procedure, agency, day);
    agencies.iter().find(fits).or(agencies.first()).cloned()
}

/// Whether the one-stop of an agency takes a procedure in, leaving its standing aside. [CMP-06]
pub fn receives(registry: &Registry, procedure: &Procedure, agency: &str, day: Date) -> bool {
    registry.receiving(procedure.tier).any(|receiving| receiving.id == agency)
        || (registry.receives_anywhere(&procedure.key, day)
            && procedure.standing == Standing::Published
            && registry.one_stop(agency).is_some())
}
