//! What the system knows of this process, under the names that Prometheus uses for every program.

use std::fs;

use metrics::{describe_gauge, gauge};

/// Reads memory, files and threads; where the system does not tell, there is no figure.
pub(super) fn measure() {
    describe_gauge!("process_resident_memory_bytes", "Memory in use");
    describe_gauge!("process_open_fds", "Open files and connections");
    describe_gauge!("process_threads", "Threads");
    if let Some(kib) = status("VmRSS:") {
        gauge!("process_resident_memory_bytes").set(kib * 1024.0);
    }
    if let Some(threads) = status("Threads:") {
        gauge!("process_threads").set(threads);
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        gauge!("process_open_fds").set(files.count() as f64);
    }
}

fn status(name: &str) -> Option<f64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}
