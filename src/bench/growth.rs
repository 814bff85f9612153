//! The same measures on more and more data.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::plot::{self, Series};
use super::{Bench, Part, print};

/// Dossiers of each step.
pub const SIZES: [u64; 4] = [10_000, 100_000, 1_000_000, 10_000_000];
pub const PARTS: [Part; 4] = [Part::Read, Part::Lists, Part::Report, Part::Intake];

#[derive(Debug, Serialize)]
pub struct Step {
    pub dossiers: u64,
    /// On the disk, when filled.
    pub bytes: u64,
    pub bench: Bench,
}

#[derive(Debug, Serialize)]
pub struct Growth {
    pub steps: Vec<Step>,
}

/// Bytes of the files of a folder; what cannot be read counts nothing.
pub fn bytes(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).filter(std::fs::Metadata::is_file).map(|file| file.len()).sum()
}

impl Growth {
    /// What was measured, each once, in the order of the first step.
    fn whats(&self) -> Vec<&'static str> {
        let mut whats = Vec::new();
        for measure in self.steps.iter().flat_map(|step| &step.bench.measures) {
            if !whats.contains(&measure.what) {
                whats.push(measure.what);
            }
        }
        whats
    }

    fn p95_us(&self, what: &str) -> Vec<(u64, u64)> {
        let of = |step: &Step| {
            let found = step.bench.measures.iter().find(|measure| measure.what == what)?;
            (found.done > 0).then_some((step.dossiers, found.p95_us))
        };
        self.steps.iter().filter_map(of).collect()
    }

    /// File names with pictures: time by size, and what it takes to hold it.
    pub fn plots(&self) -> Vec<(&'static str, String)> {
        let times = self.whats().into_iter().map(|name| Series { name, points: self.p95_us(name) }).collect();
        let of = |value: fn(&Step) -> u64| self.steps.iter().map(|step| (step.dossiers, value(step))).collect();
        let starts = Series { name: "start of the server", points: of(|step| step.bench.start_ms * 1_000) };
        let bytes = Series { name: "bytes on the disk", points: of(|step| step.bytes) };
        vec![
            ("growth-time.svg", plot::draw("95th percentile by dossiers", "µs", times)),
            ("growth-start.svg", plot::draw("start by dossiers", "µs", vec![starts])),
            ("growth-disk.svg", plot::draw("disk by dossiers", "bytes", vec![bytes])),
        ]
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.steps.first() else { return Ok(()) };
        let (clients, engine) = (first.bench.measures.first().map_or(0, |measure| measure.clients), first.bench.engine);
        writeln!(f, "## Growth, {engine}, {clients} clients\n")?;
        write!(f, "| 95th percentile in ms |")?;
        self.steps.iter().try_for_each(|step| write!(f, " {} |", step.dossiers))?;
        writeln!(f, "\n|---|{}", "--:|".repeat(self.steps.len()))?;
        for what in self.whats() {
            write!(f, "| {what} |")?;
            for step in &self.steps {
                let found = step.bench.measures.iter().find(|measure| measure.what == what);
                match found.filter(|measure| measure.done > 0) {
                    Some(measure) => write!(f, " {} |", print::millis(measure.p95_us))?,
                    None => write!(f, " – |")?,
                }
            }
            writeln!(f)?;
        }
        let row = |f: &mut fmt::Formatter<'_>, name: &str, value: fn(&Step) -> u64| {
            write!(f, "| {name} |")?;
            self.steps.iter().try_for_each(|step| write!(f, " {} |", value(step)))?;
            writeln!(f)
        };
        row(f, "dossiers written a second", |step| {
            step.dossiers * 1_000 / step.bench.filled_in_ms.unwrap_or(0).max(1)
        })?;
        row(f, "MiB on the disk", |step| step.bytes >> 20)?;
        row(f, "start of the server, ms", |step| step.bench.start_ms)?;
        row(f, "memory when idle, MiB", |step| step.bench.idle_kib.unwrap_or(0) >> 10)?;
        row(f, "memory at most, MiB", |step| step.bench.peak_kib.last().and_then(|(_, kib)| *kib).unwrap_or(0) >> 10)
    }
}
