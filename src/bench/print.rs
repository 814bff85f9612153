//! The figures as Markdown, for `docs/performance.md`.

use std::fmt;

use super::{Bench, Measure};

impl fmt::Display for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { machine, .. } = self;
        writeln!(f, "## {}\n", self.engine)?;
        let memory = machine.memory_mib.map_or_else(String::new, |mib| format!(", {mib} MiB memory"));
        let built = if machine.optimised { "release build" } else { "debug build" };
        writeln!(f, "- Machine: {}, {}, {} cores{memory}.", machine.system, machine.processor, machine.cores)?;
        writeln!(
            f,
            "- Program: {} {}, {built}; clients and server on the same machine.",
            env!("CARGO_PKG_NAME"),
            machine.version
        )?;
        writeln!(f, "- Durability: {}.", self.durability)?;
        writeln!(f, "- {} dossiers in the database at the end; {} s a run.", self.dossiers, self.seconds_a_run)?;
        if let Some(load) = &self.load_before {
            writeln!(f, "- Load of the machine when it began: {load}.")?;
        }
        if let Some(ms) = self.filled_in_ms {
            writeln!(f, "- Filled in {} s by `simulate --fast`, sealed.", ms / 1_000)?;
        }
        writeln!(f, "- From the start of the process to its first answer: {} ms.", self.start_ms)?;
        if let Some(idle) = self.idle_kib {
            write!(f, "- Memory of the server: {} MiB when idle", idle / 1_024)?;
            for (part, peak) in &self.peak_kib {
                write!(f, "; {} MiB at most until the end of {part:?}", peak.unwrap_or(0) / 1_024)?;
            }
            writeln!(f, ".")?;
        }
        writeln!(f, "\n| what | clients | per second | p50 ms | p95 ms | p99 ms | errors | of the raw limit |")?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|")?;
        self.measures.iter().try_for_each(|measure| line(f, measure))
    }
}

fn line(f: &mut fmt::Formatter<'_>, measure: &Measure) -> fmt::Result {
    let Measure { what, clients, per_second, errors, .. } = measure;
    let (p50, p95, p99) = (millis(measure.p50_us), millis(measure.p95_us), millis(measure.p99_us));
    let ratio = measure.of_limit.map_or_else(String::new, |ratio| format!("{ratio} %"));
    writeln!(f, "| {what} | {clients} | {per_second} | {p50} | {p95} | {p99} | {errors} | {ratio} |")
}

/// Microseconds as milliseconds with two places.
pub(super) fn millis(us: u64) -> String {
    let hundredths = us.div_ceil(10);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_never_made_shorter() {
        assert_eq!(["0.00", "0.01", "1.24", "12.00"], [0, 1, 1_234, 12_000].map(millis));
    }
}
