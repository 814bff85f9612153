//! Where it was measured: figures mean nothing without.

use std::fs;

use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Machine {
    pub system: &'static str,
    pub processor: String,
    pub cores: usize,
    pub memory_mib: Option<u64>,
    /// Whether the program was built for speed.
    pub optimised: bool,
    pub version: &'static str,
}

impl Machine {
    /// What the system tells about itself; unknown things stay empty.
    pub fn here() -> Self {
        let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        });
        Self {
            system: std::env::consts::OS,
            processor: processor.unwrap_or_default(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_mib: kib("/proc/meminfo", "MemTotal:").map(|kib| kib / 1_024),
            optimised: !cfg!(debug_assertions),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// Processes that wanted a core in the last minute, where the system says so.
pub(super) fn load() -> Option<String> {
    Some(fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.to_owned())
}

/// A line such as `VmRSS:   12345 kB` of a file of `/proc`.
pub(super) fn kib(path: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}
