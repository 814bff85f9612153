//! Clients that do the same thing again and again for a while, and how long each time took.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::visits::Limit;

/// What came out. Times are whole microseconds.
#[derive(Debug, Clone, Serialize)]
pub struct Measure {
    pub what: &'static str,
    pub clients: usize,
    pub done: usize,
    pub errors: usize,
    pub per_second: u64,
    pub p50_us: u64,
    pub p95_us: u64,
    pub p99_us: u64,
    /// What it is compared with.
    #[serde(skip)]
    pub limit: Limit,
    /// Done a second out of a hundred that the limit does with as many clients.
    pub of_limit: Option<u64>,
}

impl Measure {
    /// Looks for its limit among those measured with as many clients.
    pub(super) fn compare(&mut self, limits: &[Measure]) {
        let same = |limit: &&Measure| limit.limit == self.limit && limit.clients == self.clients;
        let limit = limits.iter().find(same).filter(|limit| limit.per_second > 0);
        self.of_limit = limit.map(|limit| self.per_second * 100 / limit.per_second);
    }
}

/// Lets clients work at once; `work` is given the number of the client and a turn that no other client has, and says whether
/// it went well. The first turn of each client opens its connection and is not counted.
pub(super) fn measure(
    what: &'static str,
    limit: Limit,
    clients: usize,
    time: Duration,
    work: impl Fn(usize, usize) -> bool + Sync,
) -> Measure {
    let ready = Barrier::new(clients);
    let runs: Vec<(Vec<u64>, usize, Duration)> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..clients)
            .map(|client| {
                let (ready, work) = (&ready, &work);
                scope.spawn(move || {
                    work(client, client);
                    ready.wait();
                    run(time, |turn| work(client, client + turn * clients))
                })
            })
            .collect();
        started.into_iter().filter_map(|client| client.join().ok()).collect()
    });
    let longest = runs.iter().map(|(.., took)| *took).max().unwrap_or(time);
    let errors = runs.iter().map(|(_, errors, _)| errors).sum();
    let mut times: Vec<u64> = runs.into_iter().flat_map(|(times, ..)| times).collect();
    times.sort_unstable();
    Measure {
        what,
        clients,
        done: times.len(),
        errors,
        per_second: times.len() as u64 * 1_000_000 / micros(longest).max(1),
        p50_us: at_share(&times, 50),
        p95_us: at_share(&times, 95),
        p99_us: at_share(&times, 99),
        limit,
        of_limit: None,
    }
}

/// One client until its time is over: the times of what went well, what did not, and how long it all took.
fn run(time: Duration, mut work: impl FnMut(usize) -> bool) -> (Vec<u64>, usize, Duration) {
    let started = Instant::now();
    let (mut times, mut errors, mut turn) = (Vec::new(), 0, 1);
    while started.elapsed() < time {
        let before = Instant::now();
        match work(turn) {
            true => times.push(micros(before.elapsed())),
            false => errors += 1,
        }
        turn += 1;
    }
    (times, errors, started.elapsed())
}

pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// The smallest time that at least so many of a hundred did not exceed; 0 where nothing was done.
pub(super) fn at_share(sorted: &[u64], share: usize) -> u64 {
    let place = (sorted.len() * share).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_the_time_that_so_many_kept() {
        let times: Vec<u64> = (1..=100).collect();
        assert_eq!([50, 95, 99].map(|share| at_share(&times, share)), [50, 95, 99]);
        assert_eq!(at_share(&[7], 99), 7);
        assert_eq!(at_share(&[], 50), 0);
    }

    #[test]
    fn every_turn_is_taken_by_one_client_only() {
        let seen = std::sync::Mutex::new(std::collections::BTreeSet::new());
        let measured = measure("turns", Limit::Http, 3, Duration::from_millis(20), |_, turn| {
            seen.lock().is_ok_and(|mut seen| seen.insert(turn))
        });
        assert_eq!(measured.errors, 0);
        assert!(measured.done > 0 && measured.p50_us <= measured.p99_us);
    }
}
