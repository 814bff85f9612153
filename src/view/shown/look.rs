//! One dossier before one pair of eyes: with its events, at a moment, in a language.

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Recorded};

use crate::platform::i18n::Locale;
use crate::registry::Registry;

pub struct Look<'a> {
    pub registry: &'a Registry,
    pub locale: Locale,
    pub now: Timestamp,
    pub dossier: &'a Dossier,
    pub events: &'a [Recorded],
}

impl Look<'_> {
    pub fn local(&self, at: Timestamp) -> String {
        self.locale.date_time(self.registry.local(at))
    }

    /// Working days between two moments by the calendar of the receiving agency: the days somebody has been at it. [RTE-08]
    pub fn days(&self, from: Timestamp, to: Timestamp) -> i64 {
        let day = |at: Timestamp| self.registry.local(at).date();
        let calendar = self.registry.calendar(&self.dossier.agency);
        calendar.map_or(0, |calendar| calendar.working_days_between(day(from), day(to)).max(0))
    }

    /// Who acted: an account by its name, and an agency outside, which has none, by its office.
    pub fn name<'b>(&'b self, who: &'b str) -> &'b str {
        self.registry.who(who)
    }
}
