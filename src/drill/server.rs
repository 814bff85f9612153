//! The server that is broken: this program in a process of its own, killed without a warning.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

/// Where the data is, and what else `motcua serve` is told.
#[derive(Debug, Clone)]
pub struct Place {
    pub data: PathBuf,
    pub database: Option<String>,
    pub more: Vec<String>,
    /// Whether the size of its files will be limited while it runs.
    pub limited: bool,
}

impl Place {
    pub fn folder(data: &Path) -> Self {
        Self { data: data.to_owned(), database: None, more: Vec::new(), limited: false }
    }

    fn program(&self) -> anyhow::Result<Command> {
        let program = std::env::current_exe().context("find this program")?;
        if !self.limited {
            return Ok(Command::new(program));
        }
        // The signal would end the process; ignored, the write fails as on a full disk.
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(program);
        Ok(shell)
    }
}

pub struct Server {
    child: Child,
    pub url: String,
    log: PathBuf,
}

impl Server {
    /// Starts it on a free port and waits for the address it prints. Its log goes to `log`.
    pub fn start(place: &Place, log: &Path) -> anyhow::Result<Self> {
        let mut program = place.program()?;
        program.args(["serve", "--unlimited-requests", "--listen", "127.0.0.1:0", "--data"]).arg(&place.data);
        if let Some(database) = &place.database {
            program.args(["--database", database]);
        }
        program.args(&place.more);
        Self::of(program, log)
    }

    /// The same with a command that somebody else put together; its first line must be the address.
    pub fn of(mut command: Command, log: &Path) -> anyhow::Result<Self> {
        let errors = File::options().create(true).append(true).open(log).context("open the server's log")?;
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().context("start the server")?;
        let stdout = child.stdout.take().context("the server's output")?;
        let mut url = String::new();
        BufReader::new(stdout).read_line(&mut url).context("read the server's address")?;
        let server = Self { child, url: url.trim().to_owned(), log: log.to_owned() };
        if !server.url.starts_with("http") {
            bail!("the server did not start: {}", server.said());
        }
        Ok(server)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything it has logged so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// SIGKILL: no chance to put anything in order.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().context("kill the server")?;
        self.child.wait().context("wait for the server's end")?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing that is not durable.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
