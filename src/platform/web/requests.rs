//! How many requests a minute one person, one key or one address may send. Rules: `docs/rules/requests.md`.
//!
//! Counted in the process; only whoever comes often is also counted in the database, together with the other nodes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use motcua_domain::ledger::sha256;

use super::{App, Req};
use crate::registry::identity::{self, Way};

/// A node tells the others after each such part of what is allowed. [REQ-03]
const PART: u32 = 8;
/// Subjects told apart in one minute; whoever comes beyond is counted together. [REQ-04]
const SUBJECTS_MAX: usize = 50_000;
/// What is never counted: files of the program itself, and what those who run it ask again and again. [REQ-02]
const UNCOUNTED: [&str; 4] = ["/assets/", "/healthz", "/readyz", "/troublez"];

/// Requests a minute; 0 for as many as come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerMinute {
    pub reads: u32,
    pub writes: u32,
}

/// What is allowed. [REQ-01]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// Somebody signed in, or a key.
    pub person: PerMinute,
    /// Everybody at one address who is not signed in.
    pub address: PerMinute,
}

impl Allowed {
    pub const UNLIMITED: Self =
        Self { person: PerMinute { reads: 0, writes: 0 }, address: PerMinute { reads: 0, writes: 0 } };
}

impl Default for Allowed {
    /// Twenty pages a second are no person, and a village behind one line is not fifty.
    fn default() -> Self {
        Self { person: PerMinute { reads: 1_200, writes: 600 }, address: PerMinute { reads: 3_000, writes: 300 } }
    }
}

/// The counts of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Requests(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    allowed: Allowed,
    minute: Mutex<Minute>,
}

/// Only the minute that runs is kept.
#[derive(Debug, Default)]
struct Minute {
    number: i64,
    counts: HashMap<String, Count>,
}

#[derive(Debug, Default)]
struct Count {
    /// Of all nodes, as the database told last.
    known: u32,
    /// Of this node, not told yet.
    own: u32,
}

/// What becomes of a request.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Passes,
    /// Passes, and so many are told to the others.
    PassesAndTells(u32),
    Waits,
}

impl Requests {
    pub fn new(allowed: Allowed) -> Self {
        Self(Arc::new(Inner { allowed, minute: Mutex::default() }))
    }

    pub fn allowed(&self) -> Allowed {
        self.0.allowed
    }

    fn count(&self, minute: i64, subject: &str, most: u32) -> Verdict {
        let mut current = self.lock();
        if current.number != minute {
            *current = Minute { number: minute, counts: HashMap::new() };
        }
        let full = current.counts.len() >= SUBJECTS_MAX && !current.counts.contains_key(subject);
        let count = current.counts.entry(if full { String::new() } else { subject.to_owned() }).or_default();
        if count.known + count.own >= most {
            return Verdict::Waits;
        }
        count.own += 1;
        if count.own < (most / PART).max(1) {
            return Verdict::Passes;
        }
        let told = std::mem::take(&mut count.own);
        count.known += told;
        Verdict::PassesAndTells(told)
    }

    /// What all nodes together have counted.
    fn learn(&self, minute: i64, subject: &str, all: i64) {
        let mut current = self.lock();
        if current.number == minute
            && let Some(count) = current.counts.get_mut(subject)
        {
            count.known = count.known.max(u32::try_from(all).unwrap_or(u32::MAX));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Minute> {
        self.0.minute.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a request; whoever sent too many is told after how many seconds to come again. [REQ-01]
pub(super) async fn admit(app: &App, asked: &Req) -> Result<(), i64> {
    if UNCOUNTED.iter().any(|path| asked.path.starts_with(path)) {
        return Ok(());
    }
    let allowed = app.front.requests.allowed();
    let (of, who, per_minute) = match (&asked.session, &asked.token) {
        (Some(session), Some(token)) if session.way == Way::Key => ("key", sha256(token.as_bytes()), allowed.person),
        (Some(session), _) => ("person", session.login.clone(), allowed.person),
        _ => ("address", identity::counted(&asked.client), allowed.address),
    };
    let (kind, most) = if asked.method.is_safe() { ("read", per_minute.reads) } else { ("write", per_minute.writes) };
    if most == 0 {
        return Ok(());
    }
    // The clock of the server: what a client of a demonstration says counts for nothing here.
    let now = app.clock.now();
    let minute = now.as_second().div_euclid(60);
    let subject = format!("{kind}/{of}/{who}");
    match app.front.requests.count(minute, &subject, most) {
        Verdict::Passes => Ok(()),
        Verdict::PassesAndTells(told) => {
            tell(app, minute, subject, told).await;
            Ok(())
        }
        Verdict::Waits => {
            metrics::counter!("motcua_requests_refused_total", "of" => of, "kind" => kind).increment(1);
            Err(((minute + 1) * 60 - now.as_second()).max(1))
        }
    }
}

/// Adds to what all nodes have counted. Where that cannot be written, each node counts for itself: reading goes on. [REQ-03]
async fn tell(app: &App, minute: i64, subject: String, told: u32) {
    let Ok(end) = Timestamp::from_second((minute + 1) * 60) else { return };
    let counted = subject.clone();
    let all = app.db.write("identity.requests", move |tx| identity::add_requests(tx, &counted, end, told)).await;
    match all {
        Ok(all) => app.front.requests.learn(minute, &subject, all),
        Err(failure) => tracing::warn!("requests are counted by this node alone: {failure}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_tells_each_part_and_stops_at_what_all_have_counted() {
        // [REQ-01] [REQ-03]
        let requests = Requests::default();
        let most = PART * 2;
        let count = |minute| requests.count(minute, "a", most);
        assert_eq!(count(0), Verdict::Passes);
        assert_eq!(count(0), Verdict::PassesAndTells(2));
        requests.learn(0, "a", i64::from(most - 1));
        // Less than is known is news of before.
        requests.learn(0, "a", 1);
        assert_eq!(count(0), Verdict::Passes);
        assert_eq!(count(0), Verdict::Waits);
        assert_eq!(requests.count(0, "b", most), Verdict::Passes);
        requests.learn(0, "a", 1_000);
        assert_eq!(count(1), Verdict::Passes, "another minute");
    }

    #[test]
    fn nobody_fills_the_memory_with_addresses() {
        // [REQ-04]
        let requests = Requests::default();
        for number in 0..SUBJECTS_MAX * 2 {
            requests.count(0, &number.to_string(), 1_000);
        }
        assert!(requests.lock().counts.len() <= SUBJECTS_MAX + 1);
        assert_eq!(requests.count(0, "one more", 1_000), Verdict::Waits, "counted together with all others");
        assert_ne!(requests.count(0, "0", 1_000), Verdict::Waits);
    }
}
