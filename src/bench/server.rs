//! The measured server: this program, in a process of its own, so that its memory is its own.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, bail};

use super::machine::kib;

/// Where the data is.
#[derive(Debug, Clone)]
pub struct Place {
    pub data: PathBuf,
    pub database: Option<String>,
}

pub(super) struct Server {
    child: Child,
    pub url: String,
    /// From the start of the process to its first answer.
    pub start_ms: u64,
}

impl Server {
    /// Starts it on a free port and waits for its first answer.
    pub fn start(place: &Place) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("find this program")?;
        let mut command = Command::new(program);
        command.args(["serve", "--unlimited-requests", "--listen", "127.0.0.1:0", "--data"]).arg(&place.data);
        if let Some(database) = &place.database {
            command.args(["--database", database]);
        }
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().context("start the server")?;
        let mut url = String::new();
        let stdout = child.stdout.take().context("the server's output")?;
        BufReader::new(stdout).read_line(&mut url).context("read the server's address")?;
        let mut server = Self { child, url: url.trim().to_owned(), start_ms: 0 };
        if !server.url.starts_with("http://") {
            bail!("the server did not start");
        }
        ureq::get(format!("{}/", server.url)).call().context("the first answer")?;
        server.start_ms = super::load::millis(started.elapsed());
        Ok(server)
    }

    /// A line of the process's status in KiB, where the system has such a thing.
    pub fn memory(&self, name: &str) -> Option<u64> {
        kib(&format!("/proc/{}/status", self.child.id()), name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing that is not durable.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
