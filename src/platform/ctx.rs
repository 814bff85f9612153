//! Who asks, and when: read once at the edge and passed down. Nothing below reads a clock or makes up an id.

use jiff::Timestamp;
use motcua_domain::identity::Officer;

use super::failure::Failure;
use super::ids::Ids;

/// The moment, the person and the source of ids of one request, job or command.
#[derive(Clone)]
pub struct Ctx {
    pub now: Timestamp,
    pub officer: Option<Officer>,
    pub ids: Ids,
}

impl Ctx {
    /// Nobody yet. The moment is cut to whole microseconds, which is what both engines keep: a dossier rebuilt from its
    /// events must equal the one that was written beside them. [LED-06]
    pub fn nobody(now: Timestamp, ids: Ids) -> Self {
        let kept = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        Self { now: kept, officer: None, ids }
    }

    /// The officer who acts; without one the act is forbidden.
    pub fn officer(&self) -> Result<&Officer, Failure> {
        self.officer.as_ref().ok_or(Failure::Forbidden)
    }

    pub fn new_id(&self) -> Result<String, Failure> {
        self.ids.next(self.now)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_what_the_database_keeps_of_it() {
        // [LED-06]
        let now: Timestamp = "2018-05-04T08:10:00.123456789Z".parse().unwrap();
        let kept: Timestamp = "2018-05-04T08:10:00.123456Z".parse().unwrap();
        assert_eq!(Ctx::nobody(now, Ids::seeded(1)).now, kept);
    }
}
