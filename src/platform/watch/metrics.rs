//! Figures in the text format of Prometheus. Labels are names of our own: routes as declared, transactions as named in the
//! source. Nothing that a caller makes up becomes one. [OBS-05]

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::process;

pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Seconds: from a read in memory to an upload over a slow line.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// Transactions that share a commit.
const GROUP: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// What was counted is put in order so often, whether anybody asks or not: otherwise it would pile up.
const TIDY: Duration = Duration::from_secs(5);

/// The figures of this process.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Begins to count. Without this nothing is counted, and counting costs nothing.
    pub fn start() -> anyhow::Result<Self> {
        // One for the process, however many sites tests open in it.
        static STARTED: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
        let started = STARTED.get_or_init(|| install().map_err(|error| format!("{error:#}")));
        started.clone().map(Self).map_err(|error| anyhow!(error))
    }

    /// The page as Prometheus reads it.
    pub fn render(&self) -> String {
        process::measure();
        self.0.render()
    }

    pub async fn keep_tidy(self) {
        loop {
            tokio::time::sleep(TIDY).await;
            self.0.run_upkeep();
        }
    }
}

fn install() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets(&SECONDS)?
        .set_buckets_for_metric(Matcher::Full("motcua_sqlite_group_size".into()), &GROUP)?
        .install_recorder()
        .context("figures cannot be counted")?;
    describe();
    gauge!("motcua_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(handle)
}

fn describe() {
    describe_gauge!("motcua_build_info", "Version of the program");
    describe_gauge!("motcua_http_requests_open", "Requests that are being answered");
    describe_histogram!("motcua_http_request_seconds", Unit::Seconds, "Time to an answer, by route, method and status");
    describe_counter!("motcua_requests_refused_total", "Requests beyond what one person, key or address may send");
    describe_histogram!(
        "motcua_transaction_seconds",
        Unit::Seconds,
        "Time of a writing transaction until it is durable"
    );
    describe_histogram!("motcua_sqlite_group_size", "Transactions that shared one commit");
    describe_histogram!("motcua_sqlite_commit_seconds", Unit::Seconds, "Time of a commit with its flush of the disk");
    describe_counter!(
        "motcua_transactions_run_again_total",
        "Transactions that lost against another one and ran again"
    );
    describe_gauge!("motcua_db_connections", "Connections to the database, idle and in use");
    describe_counter!("motcua_job_runs_total", "Runs of a background job, by how they ended");
    describe_histogram!("motcua_job_seconds", Unit::Seconds, "Time of a run of a background job");
    describe_gauge!("motcua_job_last_success_timestamp_seconds", Unit::Seconds, "When a background job last went well");
    describe_gauge!("motcua_trouble", "What is wrong around the program now: 1 for each word of /troublez");
    describe_gauge!("motcua_ledger_unsealed_events", "Events that no seal covers yet");
    describe_gauge!("motcua_mail_waiting", "Mails that wait to be sent");
    describe_gauge!("motcua_mail_oldest_seconds", Unit::Seconds, "Age of the oldest mail that waits");
    describe_gauge!("motcua_mail_given_up", "Mails that were given up");
}
