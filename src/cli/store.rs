//! Opening the data of a site, and creating it where there is none.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use motcua_domain::proof::Signer;

use super::say::say;
use crate::app;
use crate::platform::blobs::{Blobs, Bucket};
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
use crate::platform::ids::Ids;
use crate::platform::ledger::key;
use crate::registry::pack::{self, Pack, Source};
use crate::registry::{Shelf, identity, install, sites};

/// The site that is created where there is none.
pub const DEMONSTRATION: &str = "pac-nam-2018";

/// Where the data is.
#[derive(Args, Clone, Debug, Default)]
pub struct StoreArgs {
    /// Folder of the site's data (SQLite database and files)
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// PostgreSQL database instead of the one in the folder: postgres://user@host/name
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Site pack: the name of one that is built in, or a folder
    #[arg(long, value_name = "SITE")]
    pub site: Option<String>,
    /// Where attachments are kept instead of the data folder: a folder, or s3://bucket/prefix
    #[arg(long, value_name = "PLACE")]
    pub files: Option<String>,
    /// TOML file that opens an object store: endpoint, region, access_key_id, secret_access_key; otherwise AWS_* is read
    #[arg(long, value_name = "FILE")]
    pub files_keys: Option<PathBuf>,
    /// File of the key that signs the ledger, instead of the one in the data folder; the same one on every node
    #[arg(long, value_name = "FILE")]
    pub ledger_key: Option<PathBuf>,
}

/// An opened site.
pub struct Opened {
    pub db: Db,
    pub shelf: Shelf,
    pub blobs: Blobs,
    /// Where the data lies that is not in the database.
    pub folder: PathBuf,
    /// Where the key lies that signs the ledger.
    pub ledger_key: PathBuf,
    /// Whether the data was created just now.
    pub created: bool,
}

impl Opened {
    /// The key that signs the ledger, made where there never was one. A node without it works and signs nothing. [LED-13]
    pub fn signer(&self) -> Result<Option<Signer>, Failure> {
        let (site, now) = (self.shelf.get().site.id.clone(), app::command_ctx().now);
        let opened = key::open(&self.db, &self.ledger_key, &site, &Ids::system(), now)?;
        if let key::Opened::Elsewhere(key) = &opened {
            tracing::warn!(
                "{} does not hold the key of this ledger ({key}): nothing is signed here",
                self.ledger_key.display()
            );
        }
        Ok(opened.signer())
    }
}

impl StoreArgs {
    /// Where files lie beside the database.
    pub fn folder(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from("data"))
    }

    /// Opens what is there; unlike [`Self::open`] it makes no new site of a mistyped folder.
    pub fn open_existing(&self) -> Result<Opened, Failure> {
        let file = self.folder().join("motcua.sqlite");
        if self.database.is_none() && !file.exists() {
            return Err(Failure::fault(anyhow::anyhow!("there is no data in {}", self.folder().display())));
        }
        self.open()
    }

    /// Where attachments are kept.
    pub fn blobs(&self) -> Result<Blobs, Failure> {
        match &self.files {
            None => Blobs::open(&self.folder().join("blobs")),
            Some(place) => match place.strip_prefix("s3://") {
                Some(bucket) => Blobs::open_bucket(&self.bucket(bucket).map_err(Failure::Fault)?),
                None => Blobs::open(Path::new(place)),
            },
        }
    }

    fn bucket(&self, place: &str) -> anyhow::Result<Bucket> {
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        let env = |name: &str| std::env::var(name).ok();
        let keys = match &self.files_keys {
            Some(file) => {
                let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
                // What is in the file is a secret: a mistake in it is not repeated.
                toml::from_str(&text)
                    .map_err(|_| anyhow::anyhow!("{} does not say what --files-keys needs", file.display()))?
            }
            None => Keys {
                endpoint: env("AWS_ENDPOINT_URL").or_else(|| env("AWS_ENDPOINT")),
                region: env("AWS_REGION"),
                access_key_id: env("AWS_ACCESS_KEY_ID").context("AWS_ACCESS_KEY_ID or --files-keys is needed")?,
                secret_access_key: env("AWS_SECRET_ACCESS_KEY").context("AWS_SECRET_ACCESS_KEY is needed")?,
            },
        };
        Ok(Bucket {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            endpoint: keys.endpoint,
            region: keys.region,
            access_key_id: keys.access_key_id,
            secret_access_key: keys.secret_access_key,
        })
    }

    /// Opens the site, creating it from its pack where the store is empty.
    pub fn open(&self) -> Result<Opened, Failure> {
        let folder = self.folder();
        // A broken or unknown pack is told before anything is made.
        if self.database.is_none() && !folder.join("motcua.sqlite").exists() {
            read_pack(self.site.as_deref().unwrap_or(DEMONSTRATION))?;
        }
        // It holds personal data: nobody else on the machine reads it.
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o750)
            .create(&folder)
            .with_context(|| format!("cannot create the data folder {}", folder.display()))
            .map_err(Failure::Fault)?;
        let db = match &self.database {
            Some(url) => Db::open_postgres(url)?,
            None => Db::open_sqlite(&folder.join("motcua.sqlite"))?,
        };
        let blobs = self.blobs()?;
        let (db, created) = self.site_of(&db)?;
        crate::record::dossier::catch_up(&db)?;
        let shelf = Shelf::load(&db, app::command_ctx().now)?;
        let own = || key::place(&folder, &shelf.get().site.id);
        let ledger_key = self.ledger_key.clone().unwrap_or_else(own);
        Ok(Opened { db, shelf, blobs, folder, ledger_key, created })
    }

    /// The store for work on the rows of its site, and whether that was created just now. Where there are several, `--site`
    /// chooses.
    fn site_of(&self, db: &Db) -> Result<(Db, bool), Failure> {
        let (held, asked) = (db.query(sites)?, self.site.as_deref().map(pack_id));
        match (asked, held.as_slice()) {
            (_, []) => self.install(db),
            (None, [site]) => Ok((db.of(site), false)),
            (Some(site), held) if held.contains(&site) => Ok((db.of(&site), false)),
            (Some(other), held) => {
                Err(Failure::fault(anyhow::anyhow!("this store holds the site {}, not {other}", held.join(", "))))
            }
            (None, held) => Err(Failure::fault(anyhow::anyhow!("say by --site which is meant: {}", held.join(", ")))),
        }
    }

    fn install(&self, db: &Db) -> Result<(Db, bool), Failure> {
        let pack = read_pack(self.site.as_deref().unwrap_or(DEMONSTRATION))?;
        let hash = pack.site.demo_password.as_deref().map(identity::hash_password).transpose()?;
        let ctx = app::command_ctx();
        let own = db.of(&pack.site.id);
        let installed = own.transact("registry.install", move |tx| match sites(tx)?.as_slice() {
            [] => install::install(tx, &ctx, &pack, hash.as_deref()).map(|()| true),
            _ => Ok(false),
        })?;
        // Another process may have been faster, and with another site.
        if installed { Ok((own, true)) } else { self.site_of(db) }
    }
}

/// What opens an object store.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    endpoint: Option<String>,
    region: Option<String>,
    access_key_id: String,
    secret_access_key: String,
}

/// The id a pack will have: a folder's is in its site.toml, but by convention it is the folder's name.
fn pack_id(site: &str) -> String {
    let path = Path::new(site);
    match read_source(site) {
        Source::Folder(_) => read_pack(site).map_or_else(|_| path.display().to_string(), |pack| pack.site.id),
        Source::Embedded(name) => name.to_owned(),
    }
}

fn read_source(site: &str) -> Source {
    match pack::embedded(site) {
        Some(source) => source,
        None => Source::Folder(PathBuf::from(site)),
    }
}

/// Reads a pack whole, or says every fault of it.
pub fn read_pack(site: &str) -> Result<Pack, Failure> {
    let known = pack::embedded_names().join(", ");
    if let Source::Folder(folder) = read_source(site)
        && !folder.is_dir()
    {
        return Err(Failure::fault(anyhow::anyhow!(
            "there is no built-in pack and no folder {site} (built-in packs: {known})"
        )));
    }
    let faults = match pack::read(&read_source(site)) {
        Ok(pack) => return Ok(pack),
        Err(faults) => faults,
    };
    let texts = Texts::embedded().map_err(Failure::Fault)?;
    let lines: Vec<String> = faults.iter().map(|fault| say(&texts, fault)).collect();
    Err(Failure::fault(anyhow::anyhow!(
        "the site pack {site} has {} faults, nothing was loaded (built-in packs: {known})\n{}",
        faults.len(),
        lines.join("\n")
    )))
}

fn say(texts: &Texts, fault: &pack::Fault) -> String {
    fault.sentence(|key, params| {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        texts.say(Locale::En, key, &params)
    })
}

/// `motcua check`.
#[derive(Args)]
pub struct CheckArgs {
    /// The name of a built-in pack, or a folder
    site: String,
}

pub fn check(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let pack = read_pack(&args.site)?;
    say!(
        "{}: {} agencies, {} offices, {} people, {} procedures, no fault",
        pack.site.id,
        pack.agencies.len(),
        pack.offices.len(),
        pack.staff.len(),
        pack.scope.len()
    );
    for agency in pack.without_telephone() {
        say!("{}: no telephone and no hotline: its letters name no number to call", agency.id);
    }
    Ok(ExitCode::SUCCESS)
}
