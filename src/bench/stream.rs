//! People as they come in life: so many a second whether or not those before have been answered, a rush in between, and some on
//! a slow line. Time is counted from the moment somebody came, so that waiting for a free client counts as waiting.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::machine::{self, Machine};
use super::server::{Place, Server};
use super::visits::{Visit, Visits};
use super::{Part, load, print};
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::registry::Registry;
use crate::simulate::Dice;

/// How they come.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Visits a second in ordinary times.
    pub rate: u64,
    /// So many times as many in the rush.
    pub times: u64,
    /// Out of a hundred: who has a slow line.
    pub slow: u64,
    pub before: Duration,
    pub rush: Duration,
    /// After the rush, until it is looked at for as long as before.
    pub rest: Duration,
    /// Ordinary times go on until so much has passed in all.
    pub whole: Duration,
}

/// How long a slow line takes for one request, in milliseconds.
const SLOW: (u64, u64) = (200, 500);
/// Clients at hand; nobody waits for one unless the server is behind by as many.
const CLIENTS: usize = 256;
/// Of a hundred who come.
const MIX: [(Part, u64); 3] = [(Part::Read, 60), (Part::Lists, 25), (Part::Intake, 15)];
/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Time {
    Before,
    Rush,
    Rest,
    After,
    /// Ordinary times behind all that.
    Later,
}

/// Who came in one of the times.
#[derive(Debug, Clone, Serialize)]
pub struct Span {
    pub time: Time,
    pub came: usize,
    /// Answered with 5xx, or not at all.
    pub server_errors: usize,
    /// Answered with another status than hoped for.
    pub refused: usize,
    pub p50_us: u64,
    pub p95_us: u64,
    pub p99_us: u64,
    /// Resident memory of the server at its end.
    pub memory_kib: Option<u64>,
}

#[derive(Debug, Serialize)]
pub struct Found {
    pub machine: Machine,
    pub load_before: Option<String>,
    pub rate: u64,
    pub times: u64,
    pub slow: u64,
    pub spans: Vec<Span>,
    pub peak_kib: Option<u64>,
}

impl Found {
    pub fn server_errors(&self) -> usize {
        self.spans.iter().map(|span| span.server_errors).sum()
    }
}

/// Somebody who comes at a moment after the beginning.
struct Comer {
    at: Duration,
    time: Time,
    part: Part,
    turn: usize,
    slow_ms: Option<u64>,
}

/// What became of a visit.
#[derive(Clone, Copy)]
enum Answer {
    Well,
    Refused,
    ServerError,
}

pub fn run(db: &Db, registry: &Registry, place: &Place, order: &Stream) -> Result<Found, Failure> {
    let load_before = machine::load();
    let server = Server::start(place).map_err(Failure::Fault)?;
    let visits = Visits::prepare(db, registry, &server)?;
    let kinds: Vec<(Part, Vec<Visit>)> = MIX.iter().map(|(part, _)| (*part, visits.of(*part))).collect();
    let comers = comers(order);
    let (next, answers) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(comers.len())));
    let started = Instant::now();
    let memory = std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                while let Some(comer) = comers.get(next.fetch_add(1, Ordering::Relaxed)) {
                    pause(comer.at.saturating_sub(started.elapsed()));
                    let answer = serve(&server.url, &kinds, comer);
                    let took = started.elapsed().saturating_sub(comer.at);
                    let slow = Duration::from_millis(comer.slow_ms.unwrap_or(0));
                    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                    answers.push((comer.time, load::micros(took.saturating_sub(slow)), answer));
                }
            });
        }
        watch(&server, &comers, started)
    });
    let peak_kib = server.memory("VmHWM:");
    drop(server);
    let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    let spans =
        [Time::Before, Time::Rush, Time::Rest, Time::After, Time::Later].map(|time| span(time, &answers, &memory));
    Ok(Found {
        machine: Machine::here(),
        load_before,
        rate: order.rate,
        times: order.times,
        slow: order.slow,
        spans: spans.into_iter().filter(|span| span.came > 0).collect(),
        peak_kib,
    })
}

/// Here the passing of time is what should happen: people come by the clock, and slow lines are slow.
#[allow(clippy::disallowed_methods)]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// Everybody who comes, by a seed: the gaps are as uneven as they are in life.
fn comers(order: &Stream) -> Vec<Comer> {
    let mut dice = Dice::new(1);
    let spans = [
        (Time::Before, order.before, order.rate),
        (Time::Rush, order.rush, order.rate * order.times),
        (Time::Rest, order.rest, order.rate),
        (Time::After, order.before, order.rate),
    ];
    let so_far: Duration = spans.iter().map(|(_, length, _)| *length).sum();
    let later = (Time::Later, order.whole.saturating_sub(so_far), order.rate);
    let (mut comers, mut begins) = (Vec::new(), Duration::ZERO);
    for (time, length, rate) in spans.into_iter().chain([later]) {
        let count = rate * length.as_secs();
        let mut moments: Vec<u64> = (0..count).map(|_| dice.below(load::micros(length).max(1))).collect();
        moments.sort_unstable();
        for moment in moments {
            let slow = dice.below(100) < order.slow;
            let part = dice.weighted(&MIX.map(|(_, weight)| weight)).and_then(|at| MIX.get(at));
            comers.push(Comer {
                at: begins + Duration::from_micros(moment),
                time,
                part: part.map_or(Part::Read, |(part, _)| *part),
                turn: comers.len(),
                slow_ms: slow.then(|| SLOW.0 + dice.below(SLOW.1 - SLOW.0)),
            });
        }
        begins += length;
    }
    comers
}

fn serve(url: &str, kinds: &[(Part, Vec<Visit>)], comer: &Comer) -> Answer {
    if let Some(ms) = comer.slow_ms {
        return slowly(url, ms).unwrap_or(Answer::ServerError);
    }
    let kind = kinds.iter().find(|(part, _)| *part == comer.part).map(|(_, kind)| kind.as_slice()).unwrap_or_default();
    match kind.get(comer.turn % kind.len().max(1)).map(|visit| visit.try_pay(comer.turn)) {
        Some(Ok(())) => Answer::Well,
        // The sentence of a visit that went wrong ends with the status.
        Some(Err(error)) if [": 4", " 4"].iter().any(|four| error.to_string().contains(four)) => Answer::Refused,
        _ => Answer::ServerError,
    }
}

/// Somebody on a slow line looks for a procedure: half of the question comes, then nothing for a while, then the rest.
fn slowly(url: &str, ms: u64) -> std::io::Result<Answer> {
    let host = url.trim_start_matches("http://");
    let mut line = TcpStream::connect(host)?;
    line.set_read_timeout(Some(Duration::from_secs(60)))?;
    line.write_all(b"GET /search?q=khai+sinh HTTP/1.1\r\n")?;
    pause(Duration::from_millis(ms));
    line.write_all(format!("Host: {host}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    line.read_to_end(&mut answer)?;
    let status = answer.get(9..12).unwrap_or_default();
    Ok(match status.first() {
        Some(b'2') => Answer::Well,
        Some(b'4') => Answer::Refused,
        _ => Answer::ServerError,
    })
}

/// Looks at the server's memory until the last has come: the last that was seen of each time.
fn watch(server: &Server, comers: &[Comer], started: Instant) -> Vec<(Time, Option<u64>)> {
    let mut seen: Vec<(Time, Option<u64>)> = Vec::new();
    let last = comers.last().map_or(Duration::ZERO, |comer| comer.at);
    while started.elapsed() < last {
        let now = started.elapsed();
        if let Some(comer) = comers.get(comers.partition_point(|comer| comer.at <= now)) {
            seen.retain(|(time, _)| *time != comer.time);
            seen.push((comer.time, server.memory("VmRSS:")));
        }
        pause(LOOK);
    }
    seen
}

fn span(time: Time, answers: &[(Time, u64, Answer)], memory: &[(Time, Option<u64>)]) -> Span {
    let of: Vec<_> = answers.iter().filter(|(of, ..)| *of == time).collect();
    let mut times: Vec<u64> = of.iter().map(|(_, took, _)| *took).collect();
    times.sort_unstable();
    let count = |wanted: fn(&Answer) -> bool| of.iter().filter(|(.., answer)| wanted(answer)).count();
    Span {
        time,
        came: of.len(),
        server_errors: count(|answer| matches!(answer, Answer::ServerError)),
        refused: count(|answer| matches!(answer, Answer::Refused)),
        p50_us: load::at_share(&times, 50),
        p95_us: load::at_share(&times, 95),
        p99_us: load::at_share(&times, 99),
        memory_kib: memory.iter().find(|(of, _)| *of == time).and_then(|(_, kib)| *kib),
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, times, slow, .. } = self;
        writeln!(f, "{rate} visits a second, {times} times as many in the rush, {slow} % on a slow line.\n")?;
        writeln!(f, "| time | came | p50 ms | p95 ms | p99 ms | 5xx or none | 4xx | memory MiB |")?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|")?;
        for span in &self.spans {
            let [p50, p95, p99] = [span.p50_us, span.p95_us, span.p99_us].map(print::millis);
            let memory = span.memory_kib.unwrap_or(0) >> 10;
            let Span { time, came, server_errors, refused, .. } = span;
            writeln!(f, "| {time:?} | {came} | {p50} | {p95} | {p99} | {server_errors} | {refused} | {memory} |")?;
        }
        writeln!(f, "\nMemory at most: {} MiB.", self.peak_kib.unwrap_or(0) >> 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_rush_so_many_times_as_many_come() {
        let second = Duration::from_secs(1);
        let order = Stream {
            rate: 10,
            times: 5,
            slow: 20,
            before: second * 4,
            rush: second * 2,
            rest: second,
            whole: second * 20,
        };
        let comers = comers(&order);
        let count = |time| comers.iter().filter(|comer| comer.time == time).count();
        let times = [Time::Before, Time::Rush, Time::Rest, Time::After, Time::Later];
        assert_eq!(times.map(count), [40, 100, 10, 40, 90]);
        assert!(comers.is_sorted_by_key(|comer| comer.at));
        let slow = comers.iter().filter(|comer| comer.slow_ms.is_some()).count();
        assert!(slow > 0 && slow < comers.len() / 2, "{slow}");
    }
}
