//! What the running program tells of itself: its troubles, and how its background work goes.

use std::time::Duration;

use jiff::Timestamp;

use super::Finding;

/// The figures are read from memory: whoever takes longer does not answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Every job runs at least every five minutes.
const WELL_WITHIN: i64 = 15 * 60;

/// Asks at the address of the figures.
pub(super) fn ask(address: &str, now: Timestamp) -> Vec<Finding> {
    let config = ureq::Agent::config_builder().timeout_global(Some(ANSWER_WITHIN)).build();
    let agent: ureq::Agent = config.into();
    let asked = agent.get(format!("http://{address}/metrics")).call();
    match asked.and_then(|mut answer| answer.body_mut().read_to_string()) {
        Ok(figures) => judge(&figures, now),
        Err(error) => {
            let finding = Finding::fault("running", "unreachable");
            vec![finding.with("address", address).with("because", error)]
        }
    }
}

/// What the figures say.
pub fn judge(figures: &str, now: Timestamp) -> Vec<Finding> {
    let troubles: Vec<&str> =
        of(figures, "motcua_trouble", "word").filter(|(_, there)| *there > 0.0).map(|(word, _)| word).collect();
    let running = match troubles.is_empty() {
        true => Finding::good("running"),
        false => Finding::fault("running", "troubled").with("words", troubles.join(", ")),
    };
    let ran: Vec<(&str, f64)> = of(figures, "motcua_job_last_success_timestamp_seconds", "job").collect();
    let begun = of(figures, "motcua_job_runs_total", "job").map(|(job, _)| job);
    let well = |job: &str| ran.iter().any(|(name, at)| *name == job && now.as_second() - *at as i64 <= WELL_WITHIN);
    let mut failing: Vec<&str> = begun.filter(|job| !well(job)).collect();
    failing.dedup();
    let jobs = match failing.is_empty() {
        true => Finding::good("jobs"),
        false => Finding::fault("jobs", "failing").with("jobs", failing.join(", ")),
    };
    vec![running, jobs]
}

/// A label and the value of each line of a figure.
fn of<'a>(figures: &'a str, name: &'a str, label: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
    figures.lines().filter_map(move |line| {
        let (labels, value) = line.strip_prefix(name)?.strip_prefix('{')?.split_once("} ")?;
        let found = labels.split(',').find_map(|pair| pair.strip_prefix(label)?.strip_prefix('='))?;
        Some((found.trim_matches('"'), value.trim().parse().ok()?))
    })
}
