//! The whole course of a dossier's clock: supplements and an extension beside the pauses, with both answers.

use jiff::civil::{DateTime, Time};
use serde::{Deserialize, Serialize};

use super::run::{Begun, Run, Terms};
use super::{Answer, Due, Pause, PromiseTime, Reason, Refusal, pause, sentences, to_the_minute};
use crate::calendar::Calendar;
use crate::procedure::Limit;

/// What a complete supplement does to the limit, by the law in force at receipt [CLK-16] [CLK-17].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterSupplement {
    /// The limit begins again at the moment the supplement was complete.
    Restart,
    /// The wait was a pause.
    Pause,
}

impl AfterSupplement {
    /// The word of a site's law period.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::Pause => "pause",
        }
    }

    /// Reads the word of a site's law period: `restart` or `pause`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "restart" => Some(Self::Restart),
            "pause" => Some(Self::Pause),
            _ => None,
        }
    }
}

/// The one extension of a dossier that was approved [CLK-18].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// When it was approved.
    pub granted: DateTime,
    /// The new date, with its hour.
    pub to: DateTime,
}

impl Extension {
    pub(super) fn to_the_minute(self) -> Self {
        Extension { granted: to_the_minute(self.granted), to: to_the_minute(self.to) }
    }
}

/// Everything that befell the clock of a dossier up to now.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    pub received: DateTime,
    pub limit: Limit,
    pub cutoff: Option<Time>,
    pub after_supplement: AfterSupplement,
    /// Each from the moment it was asked to the moment it was complete; without an end it is still awaited. In any order.
    pub supplements: &'a [Pause],
    /// All other pauses, in any order; they may overlap one another and the supplements.
    pub pauses: &'a [Pause],
    pub extension: Option<Extension>,
    pub promise: PromiseTime,
}

/// Both answers that are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reckoning {
    /// The date the applicant is promised, by the law in force at receipt.
    pub promised: Answer,
    /// The date the national index compares with: every wait is a pause, no extension [CLK-23].
    pub national: Answer,
}

/// Reckons where the clock of a dossier stands: the promised date and the national one, each with its reasons.
///
/// # Errors
/// As [`super::due`]: a year that is not covered, a pause or a supplement that ends before it begins, a limit of nothing.
pub fn reckon(calendar: &Calendar, course: &Course) -> Result<Reckoning, Refusal> {
    let waits = [course.supplements, course.pauses].concat();
    let by_pause = |extension| Run::begin(calendar, course.terms(), course.receipt())?.through(&waits, extension);
    let promised = match course.after_supplement {
        AfterSupplement::Restart => by_restart(calendar, course)?,
        AfterSupplement::Pause => by_pause(course.extension)?,
    };
    Ok(Reckoning { promised, national: by_pause(None)? })
}

/// What is said of a date that an extension names, whatever a reckoning gives [CLK-18].
#[must_use]
pub fn told(extension: Extension) -> Vec<Reason> {
    vec![sentences::extended(extension.to_the_minute())]
}

impl Course<'_> {
    fn terms(&self) -> Terms {
        Terms { limit: self.limit, cutoff: self.cutoff, promise: self.promise }
    }

    fn receipt(&self) -> Begun {
        Begun::Received(to_the_minute(self.received))
    }

    /// The extension as far as it belongs to a run: one granted before a restart has been overtaken by it [CLK-21].
    fn extension_since(&self, begun: Begun) -> Option<Extension> {
        let extension = self.extension.map(Extension::to_the_minute)?;
        let overtaken = matches!(begun, Begun::Completed(complete) if extension.granted < complete);
        (!overtaken).then_some(extension)
    }
}

/// Each complete supplement begins the limit again, if it was asked before the date had passed [CLK-16] [CLK-20].
fn by_restart(calendar: &Calendar, course: &Course) -> Result<Answer, Refusal> {
    let terms = course.terms();
    let mut begun = course.receipt();
    let (mut before, mut asides): (Vec<Reason>, Vec<Reason>) = (Vec::new(), Vec::new());
    for supplement in pause::merged(course.supplements, begun.at(), true)? {
        let asked = supplement.from;
        // As the clock stood when it was asked: had the wait never ended, would there be a due moment?
        let known = course.extension_since(begun).filter(|extension| extension.granted <= asked);
        let waits = [course.pauses, &[Pause { from: asked, to: None }]].concat();
        let waiting =
            Run::begin(calendar, terms, begun)?.told(before.clone(), asides.clone()).through(&waits, known)?;
        match (waiting.due, supplement.to) {
            (Due::At(due), _) => asides.push(sentences::supplement_too_late(asked, due)),
            (Due::PausedSince(_), None) => return Ok(waiting),
            (Due::PausedSince(_), Some(complete)) => {
                begun = Begun::Completed(complete);
                before.push(sentences::restarted(asked, complete));
            }
        }
    }
    Run::begin(calendar, terms, begun)?.told(before, asides).through(course.pauses, course.extension_since(begun))
}
