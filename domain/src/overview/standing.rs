//! For whom a dossier counts, and for whom it waits.

use serde::{Deserialize, Serialize};

use crate::dossier::{Dossier, StandstillKind, TaskKind};
use crate::procedure::StepKind;

/// For whom an open dossier waits outside the offices that work on it; of several, the first of these. [OVW-09]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaits {
    /// Nobody: an office here has it.
    Nobody,
    Supplement,
    Payment,
    Outage,
    Outside,
    Consultation,
}

impl Awaits {
    pub const ALL: [Self; 6] =
        [Self::Nobody, Self::Supplement, Self::Payment, Self::Outage, Self::Outside, Self::Consultation];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Supplement => "supplement",
            Self::Payment => "payment",
            Self::Outage => "outage",
            Self::Outside => "outside",
            Self::Consultation => "consultation",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|awaits| awaits.as_str() == text)
    }
}

/// Who has, or had, a dossier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// Account; empty where nobody has it. [OVW-08]
    pub officer: String,
    /// Where it is now, or where it was led; `agency/key`.
    pub office: String,
    pub awaits: Awaits,
}

impl Standing {
    pub fn of(dossier: &Dossier) -> Self {
        match dossier.settled_at {
            Some(_) => Self::settled(dossier),
            None => Self::open(dossier),
        }
    }

    /// Settled counts for whoever proposed the outcome; where nobody did, for whoever has it last. [OVW-08]
    fn settled(dossier: &Dossier) -> Self {
        let proposed = dossier.proposal.as_ref().map(|proposal| proposal.by.clone());
        let officer = proposed.or_else(|| dossier.holder.clone()).unwrap_or_default();
        Self { officer, office: dossier.solving_office().to_owned(), awaits: Awaits::Nobody }
    }

    /// Open counts for whoever holds its first task. [OVW-08]
    fn open(dossier: &Dossier) -> Self {
        let tasks = dossier.tasks();
        let first = tasks.first();
        let stands = dossier.paused().or_else(|| dossier.awaited()).map(|stand| match stand.kind {
            StandstillKind::Supplement => Awaits::Supplement,
            StandstillKind::Payment => Awaits::Payment,
            StandstillKind::Outage => Awaits::Outage,
        });
        let kind = |wanted: fn(&TaskKind) -> bool| tasks.iter().any(|task| wanted(&task.kind));
        let outside = || kind(|kind| matches!(kind, TaskKind::Step(StepKind::Outside))).then_some(Awaits::Outside);
        let asked = || kind(|kind| matches!(kind, TaskKind::Consultation)).then_some(Awaits::Consultation);
        Self {
            officer: first.and_then(|task| task.holder).unwrap_or_default().to_owned(),
            office: first.map_or_else(|| dossier.solving_office(), |task| task.office).to_owned(),
            awaits: stands.or_else(outside).or_else(asked).unwrap_or(Awaits::Nobody),
        }
    }
}
