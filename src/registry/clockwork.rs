//! What the rules of the clock need to know of this site: calendars, time zone, and the law of a dossier's own day.

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::deadline::{self, AfterSupplement, Due, Question};
use motcua_domain::dossier::{Clock, Dossier, Policy, Promise, Setting};
use motcua_domain::procedure::Limit;

use super::Registry;
use super::pack::Law;
use crate::platform::failure::Failure;

impl Registry {
    /// The promise of a receipt: the due moment and its reasons. [CLK-01]
    pub fn promise(
        &self,
        agency: &str,
        received: Timestamp,
        limit: Limit,
        cutoff: Option<jiff::civil::Time>,
    ) -> Result<Promise, Failure> {
        let local = self.local(received);
        let hour = self.site.clock.promise;
        let question = Question { received: local, limit, cutoff, pauses: &[], promise: hour };
        let answer = deadline::due(self.calendar(agency)?, &question)?;
        let Due::At(due) = answer.due else {
            return Err(Failure::fault(anyhow::anyhow!("a clock without pauses cannot be paused")));
        };
        let after_supplement = self.law(local.date()).and_then(|law| AfterSupplement::parse(&law.supplement));
        Ok(Promise {
            due_at: self.instant(due)?,
            limit,
            reasons: serde_json::to_value(&answer.steps)?,
            cutoff,
            after_supplement: after_supplement.unwrap_or(AfterSupplement::Restart),
            hour,
            counts_from: None,
            local_due_at: None,
        })
    }

    /// Runs a decision with everything it needs to know beside the dossier: the calendars, and the dossier's own law.
    pub fn decide<T>(
        &self,
        dossier: &Dossier,
        now: Timestamp,
        decision: impl FnOnce(&Setting) -> T,
    ) -> Result<T, Failure> {
        let calendars = |agency: &str| self.calendar(agency).ok().map(AsRef::as_ref);
        let calendar = self.calendar(&dossier.agency)?;
        let clock = Clock { zone: &self.timezone, calendar };
        let policy = self.policy(self.local(dossier.received_at).date());
        Ok(decision(&Setting { now, clock, calendars: &calendars, policy }))
    }

    /// What the law in force on a day says of waiting, handing on and putting off.
    pub fn policy(&self, day: Date) -> Policy {
        let law = self.law(day);
        Policy {
            transfer_cutoff: law.map_or(jiff::civil::time(15, 0, 0, 0), |law| law.transfer_cutoff),
            supplement_within_days: law.map_or_else(Law::within_days, |law| law.supplement_within_days),
            extensions_max: law.map_or_else(Law::extensions, |law| law.extensions_max),
            extension_days_before: law.map_or_else(Law::days_before, |law| law.extension_days_before),
        }
    }

    /// Until when a dossier received now is to be handed to the office that examines it. [RTE-07]
    pub fn hand_on_by(&self, agency: &str, received: Timestamp) -> Option<Timestamp> {
        let local = self.local(received);
        let cutoff = self.policy(local.date()).transfer_cutoff;
        let due = deadline::transfer_due(self.calendar(agency).ok()?, local, cutoff).ok()?;
        self.instant(due).ok()
    }

    /// When so many working hours of an agency have passed. [CLK-26]
    pub fn hours_later(&self, agency: &str, from: Timestamp, hours: u32) -> Option<Timestamp> {
        let due = deadline::step_due(self.calendar(agency).ok()?, self.local(from), hours).ok()?;
        self.instant(due).ok()
    }
}
