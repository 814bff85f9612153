//! Routes: the chain of steps a dossier walks, as data of the procedure version (docs/rules/routing.md).
//!
//! Here are the questions about a route by itself: whether it can be walked to its end, and who has a part in it.

use std::collections::BTreeSet;

use crate::procedure::{Leg, Step, StepKind};

/// Most steps of a route with those of all legs: more is a mistake, and a page could not show it.
pub const STEPS_MAX: usize = 60;

/// Why a route cannot be walked. [RTE-01] [RTE-02] [RTE-03]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RouteFault {
    #[error("a route begins with intake")]
    NotBegunByIntake,
    #[error("a route ends with return: this one never does")]
    NeverEnds,
    #[error("step {step}: intake and return stand only at the ends")]
    EndInTheMiddle { step: String },
    #[error("step {step}: no time is allotted")]
    NoTime { step: String },
    #[error("step {step}: nothing was examined before it is signed")]
    NothingToSign { step: String },
    #[error("step {step}: at the same time are at least two legs")]
    TooFewLegs { step: String },
    #[error("step {step}: exactly one leg leads")]
    NotOneLead { step: String },
    #[error("step {step}: the leg {leg} stands there twice")]
    LegTwice { step: String, leg: String },
    #[error("step {step}: the leg {leg} has no step")]
    LegEmpty { step: String, leg: String },
    #[error("step {step}: a leg consists of work, sign and outside")]
    WrongInLeg { step: String },
    #[error("step {step}: only parallel steps have legs")]
    LegsElsewhere { step: String },
    #[error("more than {max} steps")]
    TooMany { max: usize },
}

impl RouteFault {
    /// Key of the sentence in the locale files.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotBegunByIntake => "route.not_begun_by_intake",
            Self::NeverEnds => "route.never_ends",
            Self::EndInTheMiddle { .. } => "route.end_in_the_middle",
            Self::NoTime { .. } => "route.no_time",
            Self::NothingToSign { .. } => "route.nothing_to_sign",
            Self::TooFewLegs { .. } => "route.too_few_legs",
            Self::NotOneLead { .. } => "route.not_one_lead",
            Self::LegTwice { .. } => "route.leg_twice",
            Self::LegEmpty { .. } => "route.leg_empty",
            Self::WrongInLeg { .. } => "route.wrong_in_leg",
            Self::LegsElsewhere { .. } => "route.legs_elsewhere",
            Self::TooMany { .. } => "route.too_many",
        }
    }

    /// What the sentence names.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotBegunByIntake | Self::NeverEnds => Vec::new(),
            Self::EndInTheMiddle { step }
            | Self::NoTime { step }
            | Self::NothingToSign { step }
            | Self::TooFewLegs { step }
            | Self::NotOneLead { step }
            | Self::WrongInLeg { step }
            | Self::LegsElsewhere { step } => vec![("step", step.clone())],
            Self::LegTwice { step, leg } | Self::LegEmpty { step, leg } => {
                vec![("step", step.clone()), ("leg", leg.clone())]
            }
            Self::TooMany { max } => vec![("max", max.to_string())],
        }
    }
}

/// Everything that keeps a route from being walked to its end; none for a good one. [RTE-01] [RTE-02] [RTE-03]
pub fn faults(route: &[Step]) -> Vec<RouteFault> {
    let mut faults = Vec::new();
    if route.first().is_none_or(|step| step.kind != StepKind::Intake) {
        faults.push(RouteFault::NotBegunByIntake);
    }
    if route.last().is_none_or(|step| step.kind != StepKind::Return) || route.len() < 2 {
        faults.push(RouteFault::NeverEnds);
    }
    if all_steps(route).count() > STEPS_MAX {
        faults.push(RouteFault::TooMany { max: STEPS_MAX });
    }
    let mut examined = false;
    for (at, step) in route.iter().enumerate() {
        let name = || step.title.clone();
        let end = matches!(step.kind, StepKind::Intake | StepKind::Return);
        if end && at > 0 && at + 1 < route.len() {
            faults.push(RouteFault::EndInTheMiddle { step: name() });
        }
        if step.hours == 0 && step.kind != StepKind::Parallel {
            faults.push(RouteFault::NoTime { step: name() });
        }
        if step.kind == StepKind::Sign && !examined {
            faults.push(RouteFault::NothingToSign { step: name() });
        }
        examined |= matches!(step.kind, StepKind::Work | StepKind::Outside | StepKind::Parallel);
        match step.kind {
            StepKind::Parallel => faults.extend(leg_faults(step)),
            _ if !step.legs.is_empty() => faults.push(RouteFault::LegsElsewhere { step: name() }),
            _ => {}
        }
    }
    faults
}

fn leg_faults(step: &Step) -> Vec<RouteFault> {
    let mut faults = Vec::new();
    let name = || step.title.clone();
    if step.legs.len() < 2 {
        faults.push(RouteFault::TooFewLegs { step: name() });
    }
    if step.legs.iter().filter(|leg| leg.lead).count() != 1 {
        faults.push(RouteFault::NotOneLead { step: name() });
    }
    let mut keys = BTreeSet::new();
    for leg in &step.legs {
        if !keys.insert(leg.key.as_str()) {
            faults.push(RouteFault::LegTwice { step: name(), leg: leg.title.clone() });
        }
        if leg.steps.is_empty() {
            faults.push(RouteFault::LegEmpty { step: name(), leg: leg.title.clone() });
        }
        let mut examined = false;
        for inner in &leg.steps {
            if !matches!(inner.kind, StepKind::Work | StepKind::Sign | StepKind::Outside) {
                faults.push(RouteFault::WrongInLeg { step: inner.title.clone() });
            }
            if inner.kind == StepKind::Sign && !examined {
                faults.push(RouteFault::NothingToSign { step: inner.title.clone() });
            }
            if inner.hours == 0 {
                faults.push(RouteFault::NoTime { step: inner.title.clone() });
            }
            if !inner.legs.is_empty() {
                faults.push(RouteFault::LegsElsewhere { step: inner.title.clone() });
            }
            examined |= inner.kind != StepKind::Sign;
        }
    }
    faults
}

/// Every step of a route with those of its legs, in the order in which they are written.
pub fn all_steps(route: &[Step]) -> impl Iterator<Item = &Step> {
    route.iter().flat_map(|step| std::iter::once(step).chain(step.legs.iter().flat_map(|leg| &leg.steps)))
}

/// Allotted working hours of a step; of a parallel one, those of its longest leg. [RTE-04]
pub fn hours(step: &Step) -> u32 {
    match step.kind {
        StepKind::Parallel => step.legs.iter().map(leg_hours).max().unwrap_or(0),
        _ => step.hours,
    }
}

/// Allotted working hours of a leg.
pub fn leg_hours(leg: &Leg) -> u32 {
    leg.steps.iter().map(|step| step.hours).sum()
}

/// Index of the last step of a leg where somebody examines.
pub fn examined_last(leg: &Leg) -> u32 {
    let at = leg.steps.iter().rposition(|step| step.kind != StepKind::Sign).unwrap_or(0);
    u32::try_from(at).unwrap_or(0)
}

/// Allotted working hours of an agency's own steps before the dossier first leaves it; `None` where nobody else has a part.
/// Where it leaves with some legs only, the agency's own legs beside them count too. [RTE-05]
pub fn own_hours(route: &[Step], agency: &str) -> Option<u32> {
    let own = |step: &&Step| step.office.split('/').next() == Some(agency);
    let mut sum = 0;
    for step in route {
        // A parallel step has no office of its own: it is where its legs are.
        let stays = match step.kind {
            StepKind::Parallel => step.legs.iter().flat_map(|leg| &leg.steps).all(|inner| own(&inner)),
            _ => own(&step),
        };
        if !stays {
            let in_leg = |leg: &Leg| leg.steps.iter().take_while(own).map(|inner| inner.hours).sum::<u32>();
            return Some(sum + step.legs.iter().map(in_leg).max().unwrap_or(0));
        }
        sum += hours(step);
    }
    None
}

/// The route with every office named by `absolute` ("justice" → "pacnam/justice"), in the legs too.
pub fn with_offices(route: &[Step], absolute: &impl Fn(&str) -> String) -> Vec<Step> {
    let place = |step: &Step| Step { office: absolute(&step.office), ..step.clone() };
    route
        .iter()
        .map(|step| {
            let legs = step.legs.iter().map(|leg| Leg { steps: leg.steps.iter().map(place).collect(), ..leg.clone() });
            Step { legs: legs.collect(), ..place(step) }
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn step(kind: StepKind, title: &str) -> Step {
        Step {
            kind,
            office: "office".into(),
            role: "specialist".into(),
            hours: 2,
            title: title.into(),
            four_eyes: false,
            legs: vec![],
        }
    }

    fn leg(key: &str, lead: bool, steps: Vec<Step>) -> Leg {
        Leg { key: key.into(), title: key.into(), lead, steps }
    }

    fn plain() -> Vec<Step> {
        use StepKind::{Intake, Return, Sign, Work};
        vec![step(Intake, "a"), step(Work, "b"), step(Sign, "c"), step(Return, "d")]
    }

    fn parallel(legs: Vec<Leg>) -> Vec<Step> {
        let mut both = step(StepKind::Parallel, "both");
        both.legs = legs;
        vec![step(StepKind::Intake, "a"), both, step(StepKind::Sign, "c"), step(StepKind::Return, "d")]
    }

    #[test]
    fn a_route_begins_with_intake_and_ends_with_return() {
        // [RTE-01]
        assert_eq!(faults(&plain()), []);
        assert_eq!(faults(&[]), [RouteFault::NotBegunByIntake, RouteFault::NeverEnds]);
        assert_eq!(faults(&plain()[..3]), [RouteFault::NeverEnds]);
        let mut middle = plain();
        middle.insert(2, step(StepKind::Return, "x"));
        assert_eq!(faults(&middle), [RouteFault::EndInTheMiddle { step: "x".into() }]);
    }

    #[test]
    fn every_step_has_its_time_and_signing_comes_after_work() {
        // [RTE-02]
        let mut route = plain();
        route[1].hours = 0;
        assert_eq!(faults(&route), [RouteFault::NoTime { step: "b".into() }]);
        let mut route = plain();
        route.remove(1);
        assert_eq!(faults(&route), [RouteFault::NothingToSign { step: "c".into() }]);
    }

    #[test]
    fn parallel_legs_are_two_or_more_with_one_lead() {
        // [RTE-03]
        let work = || vec![step(StepKind::Work, "w")];
        assert_eq!(faults(&parallel(vec![leg("x", true, work()), leg("y", false, work())])), []);
        let both = |fault| vec![fault];
        assert_eq!(
            faults(&parallel(vec![leg("x", true, work())])),
            both(RouteFault::TooFewLegs { step: "both".into() })
        );
        assert_eq!(
            faults(&parallel(vec![leg("x", true, work()), leg("y", true, work())])),
            both(RouteFault::NotOneLead { step: "both".into() })
        );
        assert_eq!(
            faults(&parallel(vec![leg("x", true, work()), leg("x", false, vec![])])),
            [
                RouteFault::LegTwice { step: "both".into(), leg: "x".into() },
                RouteFault::LegEmpty { step: "both".into(), leg: "x".into() }
            ]
        );
        let nested = parallel(vec![leg("x", true, work()), leg("y", false, vec![step(StepKind::Return, "r")])]);
        assert_eq!(faults(&nested), both(RouteFault::WrongInLeg { step: "r".into() }));
    }

    #[test]
    fn a_parallel_step_takes_as_long_as_its_longest_leg() {
        // [RTE-04]
        let work = step(StepKind::Work, "w");
        let route = parallel(vec![leg("x", true, vec![work.clone()]), leg("y", false, vec![work.clone(), work])]);
        assert_eq!(route.iter().map(hours).collect::<Vec<_>>(), [2, 4, 2, 2]);
        assert_eq!(all_steps(&route).count(), 7);
        assert_eq!(
            with_offices(&route, &|office| format!("pacnam/{office}"))[1].legs[1].steps[0].office,
            "pacnam/office"
        );
    }
}
