//! A database for each test, on either engine, copied from a site that was installed once for this build of the tests.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use motcua::platform::ctx::Ctx;
use motcua::platform::db::{Db, Engine};
use motcua::platform::ids::Ids;
use motcua::registry::install::install;
use motcua::registry::pack;
use motcua_domain::ledger::sha256;

/// Site of the tests.
pub const SITE: &str = "pac-nam-2018";

/// Password of every account; its hash is made once, hashing being slow on purpose.
pub const PASSWORD: &str = "motcua-2018";

/// Makes `sqlite::name` and `postgres::name` of a function that takes a `TestApp`.
macro_rules! both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name($crate::app::TestApp::new(motcua::platform::db::Engine::Sqlite)); })*
        }
        mod postgres {
            $(#[test] fn $name() { super::$name($crate::app::TestApp::new(motcua::platform::db::Engine::Postgres)); })*
        }
    };
}

/// A database with the site installed, gone when dropped.
pub struct Store {
    pub db: Db,
    /// For files, and for the database file of SQLite.
    pub folder: PathBuf,
    /// Name of the database on the PostgreSQL server.
    scratch: Option<String>,
    /// Of another one, which clears up.
    borrowed: bool,
}

impl Store {
    pub fn new(engine: Engine) -> Self {
        let name = unique("motcua_test");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        fs::create_dir_all(&folder).unwrap();
        let template = template(engine);
        match engine {
            Engine::Sqlite => {
                let file = folder.join("motcua.sqlite");
                fs::copy(template, &file).unwrap();
                Self { db: Db::open_sqlite(&file).unwrap().of(SITE), folder, scratch: None, borrowed: false }
            }
            Engine::Postgres => {
                server(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
                Self {
                    db: Db::open_postgres(&database_url(&name)).unwrap().of(SITE),
                    folder,
                    scratch: Some(name),
                    borrowed: false,
                }
            }
        }
    }

    /// Address of the database on the PostgreSQL server; none for a file.
    pub fn url(&self) -> Option<String> {
        self.scratch.as_deref().map(database_url)
    }

    /// Turns everybody away, or lets them in again.
    pub fn lets_in(&self, lets: bool) {
        let name = self.scratch.as_ref().expect("only a server turns people away");
        server(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {lets}"));
        if !lets {
            server(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
        }
    }

    /// The same database and folder, reached by connections of another node.
    pub fn beside(&self) -> Self {
        let name = self.scratch.as_ref().expect("several nodes share a PostgreSQL");
        let db = Db::open_postgres(&database_url(name)).unwrap().of(SITE);
        Self { db, folder: self.folder.clone(), scratch: None, borrowed: true }
    }

    /// The same database, opened by somebody who does not say whose rows it is about.
    pub fn of_nobody(&self) -> Db {
        match &self.scratch {
            Some(name) => Db::open_postgres(&database_url(name)).unwrap(),
            None => Db::open_sqlite(&self.folder.join("motcua.sqlite")).unwrap(),
        }
    }

    /// The same pack once more in the same store, as another site.
    pub fn with_another_site(&self, site: &str) -> Self {
        let db = self.db.of(site);
        install_site(&db, site);
        Self { db, folder: self.folder.clone(), scratch: None, borrowed: true }
    }

    /// A database of the server without a table.
    pub fn empty_postgres() -> Self {
        let name = unique("motcua_empty");
        server(&format!("CREATE DATABASE {name}"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        fs::create_dir_all(&folder).unwrap();
        // Its own schema is none until somebody makes one: migration 0 does not exist.
        Self { db: Db::create_postgres(&database_url(&name), 0).unwrap(), folder, scratch: Some(name), borrowed: false }
    }

    /// A connection that goes around the program, for tests that tamper.
    pub fn behind_its_back(&self, sql: &str) {
        match &self.scratch {
            Some(name) => {
                postgres::Client::connect(&database_url(name), postgres::NoTls).unwrap().batch_execute(sql).unwrap()
            }
            None => rusqlite::Connection::open(self.folder.join("motcua.sqlite")).unwrap().execute_batch(sql).unwrap(),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if self.borrowed {
            return;
        }
        let _ = fs::remove_dir_all(&self.folder);
        if let Some(name) = &self.scratch {
            server(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The server of `TEST_POSTGRES_URL`. Without it these tests fail rather than pretend: `./ci test` starts a server, and
/// `cargo nextest run` or `cargo test sqlite` leave them out by name.
fn server_url() -> String {
    std::env::var("TEST_POSTGRES_URL")
        .expect("TEST_POSTGRES_URL is not set: run `./ci test`, or leave these out with `cargo nextest run`")
}

pub fn database_url(database: &str) -> String {
    let url = server_url();
    let (server, _) = url.rsplit_once('/').unwrap_or_else(|| panic!("TEST_POSTGRES_URL names no database"));
    format!("{server}/{database}")
}

fn server(sql: &str) {
    postgres::Client::connect(&server_url(), postgres::NoTls).unwrap().batch_execute(sql).unwrap();
}

/// The installed site: a file, or the name of a database. Made once for each build of the tests, since migrations and packs
/// are part of the build; other test processes wait at the lock meanwhile.
fn template(engine: Engine) -> String {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let build = fs::metadata(std::env::current_exe().unwrap()).unwrap().modified().unwrap();
    let key = &sha256(format!("{build:?}").as_bytes())[..12];
    let lock = File::create(scratch.join("template.lock")).unwrap();
    lock.lock().unwrap();
    match engine {
        Engine::Sqlite => sqlite_template(scratch, key),
        Engine::Postgres => postgres_template(key),
    }
}

fn sqlite_template(scratch: &Path, key: &str) -> String {
    let file = scratch.join(format!("template-{key}.sqlite"));
    if !file.exists() {
        remove_older(scratch);
        let building = scratch.join(format!("template-{key}.building"));
        install_site(&Db::open_sqlite(&building).unwrap().of(SITE), SITE);
        // Copies what is in the write-ahead log too, whether or not the writer has closed yet.
        let copied = rusqlite::Connection::open(&building).unwrap();
        copied.execute("VACUUM INTO ?1", [file.to_str().unwrap()]).unwrap();
    }
    file.to_str().unwrap().to_owned()
}

fn remove_older(scratch: &Path) {
    for entry in fs::read_dir(scratch).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with("template-") {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn postgres_template(key: &str) -> String {
    let name = format!("motcua_template_{key}");
    let mut server = postgres::Client::connect(&server_url(), postgres::NoTls).unwrap();
    let exists = |server: &mut postgres::Client, name: &str| {
        !server.query("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).unwrap().is_empty()
    };
    if !exists(&mut server, &name) {
        let building = format!("{name}_building");
        server.batch_execute(&format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)")).unwrap();
        server.batch_execute(&format!("CREATE DATABASE {building}")).unwrap();
        install_site(&Db::open_postgres(&database_url(&building)).unwrap().of(SITE), SITE);
        let closed = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{building}'");
        server.batch_execute(&closed).unwrap();
        server.batch_execute(&format!("ALTER DATABASE {building} RENAME TO {name}")).unwrap();
    }
    name
}

fn install_site(db: &Db, site: &str) {
    let mut pack =
        pack::read(&pack::embedded(SITE).unwrap()).unwrap_or_else(|faults| panic!("{} faults", faults.len()));
    // Tests of the exam bring examples of their own; those of the pack are played by the tests of the pack.
    pack.examples.clear();
    site.clone_into(&mut pack.site.id);
    let hash = motcua::registry::identity::hash_password(PASSWORD).unwrap();
    let ctx = Ctx::nobody("2018-01-01T00:00:00Z".parse().unwrap(), Ids::seeded(1));
    db.transact("registry.install", move |tx| install(tx, &ctx, &pack, Some(&hash))).unwrap();
}
