//! Files people hand in or get back, kept under the SHA-256 of their bytes: in a folder, or in an S3-compatible object store.
//! A file is written whole and durably before the event that names it, and checked when it is read. [TRB-05]
//!
//! The front door is synchronous, like that of the database: it is called from commands and from `spawn_blocking`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use motcua_domain::ledger::sha256;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, PutPayload, RetryConfig};
use tokio::runtime::Runtime;

use super::failure::Failure;
use super::tls::install_provider;
use super::trouble::Trouble;

/// How long a remote store is tried before the caller is told.
const TRIED_FOR: Duration = Duration::from_secs(20);
const TRIES: usize = 3;

/// A store of blobs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    /// Names of what was asked for and could not be read.
    missed: Arc<Mutex<BTreeSet<String>>>,
}

/// Where in an S3-compatible store the blobs are, and what opens it.
#[derive(Debug, Clone, Default)]
pub struct Bucket {
    pub bucket: String,
    pub prefix: String,
    /// Address of the store; Amazon's own where absent.
    pub endpoint: Option<String>,
    pub region: Option<String>,
    pub access_key_id: String,
    pub secret_access_key: String,
}

/// A blob as it lies in the store.
#[derive(Debug, Clone)]
pub struct Stored {
    pub name: String,
    pub bytes: u64,
    pub changed_at: Timestamp,
}

impl Blobs {
    pub fn open(folder: &FilePath) -> Result<Self, Failure> {
        fs::create_dir_all(folder)
            .with_context(|| format!("create the folder {}", folder.display()))
            .map_err(Failure::Fault)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(Failure::fault)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), prefix: Path::default(), missed: Arc::default() })
    }

    pub fn open_bucket(place: &Bucket) -> Result<Self, Failure> {
        // Whichever command asks: a server has chosen long before.
        install_provider();
        let retry = RetryConfig { max_retries: TRIES, retry_timeout: TRIED_FOR, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&place.bucket)
            .with_access_key_id(&place.access_key_id)
            .with_secret_access_key(&place.secret_access_key)
            .with_region(place.region.as_deref().unwrap_or("us-east-1"))
            .with_retry(retry);
        if let Some(endpoint) = &place.endpoint {
            // Whoever names an address without TLS means one on this machine or behind a line of their own.
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let store = builder.build().context("open the store of attachments").map_err(Failure::Fault)?;
        Ok(Self { store: Arc::new(store), prefix: Path::from(place.prefix.as_str()), missed: Arc::default() })
    }

    /// Writes the bytes durably and returns their name. Bytes that are there already are written again: that heals a changed
    /// file, and makes it young, so that [`Blobs::remove_old`] leaves it to whoever is about to name it.
    pub fn put(&self, bytes: &[u8]) -> Result<String, Failure> {
        let name = sha256(bytes);
        wait(self.store.put(&self.path(&name), PutPayload::from(bytes.to_vec())))
            .map_err(|error| broke(error, &format!("store the file {name}")))?;
        Ok(name)
    }

    /// The bytes under a name; a file that is gone or was changed is a fault, never other bytes.
    pub fn get(&self, name: &str) -> Result<Vec<u8>, Failure> {
        if !is_name(name) {
            return Err(Failure::NotFound);
        }
        let read = self.read(name);
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        match &read {
            Ok(_) => missed.remove(name),
            Err(_) => missed.insert(name.to_owned()),
        };
        read
    }

    /// What could not be read when it was last asked for.
    pub fn missed(&self) -> BTreeSet<String> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let path = self.path(name);
        let read = wait(async { self.store.get(&path).await?.bytes().await });
        let bytes = read.map_err(|error| broke(error, &format!("read the file {name}")))?;
        if sha256(&bytes) != name {
            let why = anyhow::Error::from(Trouble::FileChanged).context(format!("the file {name}"));
            return Err(Failure::Fault(why));
        }
        Ok(bytes.to_vec())
    }

    /// Every blob in the store, folder after folder.
    pub fn each(&self, mut see: impl FnMut(Stored) -> Result<(), Failure>) -> Result<(), Failure> {
        let list = |prefix: Option<&Path>| {
            wait(self.store.list_with_delimiter(prefix)).map_err(|error| broke(error, "list the attachments"))
        };
        for folder in list(Some(&self.prefix))?.common_prefixes {
            for found in list(Some(&folder))?.objects {
                let name = found.location.filename().unwrap_or_default().to_owned();
                let changed_at = Timestamp::from_second(found.last_modified.timestamp()).map_err(Failure::fault)?;
                if is_name(&name) {
                    see(Stored { name, bytes: found.size, changed_at })?;
                }
            }
        }
        Ok(())
    }

    /// Removes a blob that nobody names, unless somebody wrote it again meanwhile; says whether it went.
    pub fn remove_old(&self, name: &str, before: Timestamp) -> Result<bool, Failure> {
        let path = self.path(name);
        let found = wait(self.store.head(&path)).map_err(|error| broke(error, &format!("look at the file {name}")))?;
        if found.last_modified.timestamp() >= before.as_second() {
            return Ok(false);
        }
        wait(self.store.delete(&path)).map_err(|error| broke(error, &format!("remove the file {name}")))?;
        Ok(true)
    }

    fn path(&self, name: &str) -> Path {
        self.prefix.clone().join(name.get(..2).unwrap_or_default()).join(name)
    }
}

/// Names of blobs that an event's body holds, as every [`motcua_domain::dossier::FileRef`] writes them.
pub fn named_in(body: &str) -> impl Iterator<Item = &str> {
    body.split("\"sha256\":\"").skip(1).filter_map(|rest| rest.get(..64)).filter(|name| is_name(name))
}

fn is_name(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The store's error with what it means for people.
fn broke(error: Error, doing: &str) -> Failure {
    let missing = matches!(error, Error::NotFound { .. });
    let error = anyhow::Error::from(error);
    let said = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>().and_then(Trouble::of_io));
    let trouble = if missing { Trouble::FileMissing } else { said.unwrap_or(Trouble::FilesGone) };
    Failure::Fault(error.context(trouble).context(doing.to_owned()))
}

/// Runs what a store does to its end. The runtime is the process's own and never ends: a store may be dropped anywhere.
fn wait<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    static RUNTIME: OnceLock<std::io::Result<Runtime>> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("blobs").enable_all().build()
    });
    match runtime {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => Err(Error::Generic { store: "blobs", source: error.to_string().into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_a_body_however_many() {
        let (one, two) = ("a".repeat(64), "0".repeat(64));
        let body = format!(r#"{{"file":{{"sha256":"{one}"}},"other":{{"sha256":"{two}"}},"short":{{"sha256":"ab"}}}}"#);
        assert_eq!(named_in(&body).collect::<Vec<_>>(), [one, two]);
    }
}
