//! A PostgreSQL of the drill's own, which may be killed. Durable as in life: `fsync` and `synchronous_commit` stay on.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// Name of the user that the server runs as when the drill runs as root: PostgreSQL refuses to be root.
const NOBODY: [&str; 3] = ["--reuid=nobody", "--regid=nogroup", "--clear-groups"];

pub struct Postgres {
    programs: PathBuf,
    data: PathBuf,
    port: u16,
}

impl Postgres {
    /// Makes an empty cluster in the folder and starts it.
    pub fn start(folder: &Path) -> anyhow::Result<Self> {
        let data = folder.join("postgres");
        std::fs::create_dir_all(&data)?;
        if is_root() {
            // Nobody must reach the folder through its parent.
            run(Command::new("chmod").arg("755").arg(folder))?;
            run(Command::new("chown").arg("nobody:nogroup").arg(&data))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let postgres = Self { programs: programs()?, data: data.join("data"), port };
        let made = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-U", "postgres", "-D"];
        run(postgres.command("initdb").args(made).arg(&postgres.data))?;
        postgres.resume()?;
        Ok(postgres)
    }

    /// Starts it again where it was stopped, and waits until it answers.
    pub fn resume(&self) -> anyhow::Result<()> {
        let settings = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100",
            self.port
        );
        let log = self.data.with_extension("log");
        run(self.ctl(&["start", "-w", "-t", "60", "-o", &settings, "-l"]).arg(log))
    }

    /// As if the machine had lost its power, as far as a process can: no checkpoint, recovery at the next start.
    pub fn kill(&self) -> anyhow::Result<()> {
        run(&mut self.ctl(&["stop", "-m", "immediate", "-w"]))
    }

    /// Reads its settings anew.
    pub fn reload(&self) -> anyhow::Result<()> {
        run(&mut self.ctl(&["reload"]))
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn ctl(&self, args: &[&str]) -> Command {
        let mut command = self.command("pg_ctl");
        command.arg("-D").arg(&self.data).args(args);
        command
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut as_nobody = Command::new("setpriv");
            as_nobody.args(NOBODY).arg(program);
            as_nobody
        } else {
            Command::new(program)
        };
        // A folder that everybody may enter.
        command.current_dir("/");
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The folder goes away with the drill.
        let _ = self.kill();
    }
}

/// Runs a program to its end; what it printed is told only when it failed.
fn run(command: &mut Command) -> anyhow::Result<()> {
    // `pg_ctl start` leaves a server behind that would hold a pipe open, so what is printed goes to a file.
    let printed = tempfile()?;
    let told = std::fs::File::create(&printed)?;
    command.stdin(Stdio::null()).stdout(told.try_clone()?).stderr(told);
    let status = command.status().with_context(|| format!("{:?} is needed", command.get_program()));
    let text = std::fs::read_to_string(&printed).unwrap_or_default();
    let _ = std::fs::remove_file(&printed);
    if !status?.success() {
        bail!("{command:?}: {text}");
    }
    Ok(())
}

fn tempfile() -> anyhow::Result<PathBuf> {
    let name = crate::platform::ids::Ids::system().secret::<8>()?;
    Ok(std::env::temp_dir().join(format!("motcua-drill-{name}.txt")))
}

/// Where the newest server of this machine is.
fn programs() -> anyhow::Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    found.sort();
    found.pop().map(|(_, folder)| folder).context("PostgreSQL's server programs are not installed (Debian: postgresql)")
}

pub(super) fn is_root() -> bool {
    // The owner of this process's entry is the user it runs as.
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|entry| entry.uid() == 0)
}
