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
    pub fn nobody(now: Timestamp, ids: Ids) -> Self {
        Self { now, officer: None, ids }
    }

    /// The officer who acts; without one the act is forbidden.
    pub fn officer(&self) -> Result<&Officer, Failure> {
        self.officer.as_ref().ok_or(Failure::Forbidden)
    }

    pub fn new_id(&self) -> Result<String, Failure> {
        self.ids.next(self.now)
    }
}
