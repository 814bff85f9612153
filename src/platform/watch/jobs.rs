//! How the background work goes: how often, how it ended, how long it took, and when it last went well. [OBS-07]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use jiff::Timestamp;

use crate::platform::failure::Failure;
use crate::platform::trouble::Troubles;

/// Runs a job; there is nothing when it went wrong, and what went wrong is logged, counted and told.
pub fn job<T>(
    name: &'static str,
    troubles: &Troubles,
    now: Timestamp,
    work: impl FnOnce() -> Result<T, Failure>,
) -> Option<T> {
    let began = Instant::now();
    let panicked = |_| Err(Failure::fault(anyhow::anyhow!("the job panicked")));
    let done = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(panicked);
    metrics::histogram!("motcua_job_seconds", "job" => name).record(began.elapsed());
    let outcome = done.as_ref().map_or_else(Failure::kind, |_| "done");
    metrics::counter!("motcua_job_runs_total", "job" => name, "outcome" => outcome).increment(1);
    match done {
        Ok(done) => {
            metrics::gauge!("motcua_job_last_success_timestamp_seconds", "job" => name).set(now.as_second() as f64);
            troubles.job(name, true, now);
            Some(done)
        }
        Err(failure) => {
            tracing::error!(job = name, "{failure}");
            // A full disk or a database that is gone is told as what it is.
            troubles.job(name, failure.trouble().is_some(), now);
            None
        }
    }
}
