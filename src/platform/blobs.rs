//! Files people hand in or get back, kept under the SHA-256 of their bytes. A file is written whole before the event that
//! names it, and checked when it is read.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use motcua_domain::ledger::sha256;

use super::failure::Failure;

/// A folder of blobs.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: PathBuf,
}

impl Blobs {
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(folder)
            .with_context(|| format!("create the folder {}", folder.display()))
            .map_err(Failure::Fault)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Writes the bytes durably and returns their name. Writing the same bytes again changes nothing.
    pub fn put(&self, bytes: &[u8]) -> Result<String, Failure> {
        let name = sha256(bytes);
        let path = self.path(&name);
        if !path.exists() {
            write_whole(&path, bytes).with_context(|| format!("store the file {name}")).map_err(Failure::Fault)?;
        }
        Ok(name)
    }

    /// The bytes under a name; a file that is gone or was changed is a fault, never other bytes.
    pub fn get(&self, name: &str) -> Result<Vec<u8>, Failure> {
        if name.len() != 64 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Failure::NotFound);
        }
        let bytes =
            fs::read(self.path(name)).with_context(|| format!("read the file {name}")).map_err(Failure::Fault)?;
        if sha256(&bytes) != name {
            return Err(Failure::fault(anyhow::anyhow!("the file {name} was changed on disk")));
        }
        Ok(bytes)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name.get(..2).unwrap_or_default()).join(name)
    }
}

/// A crash leaves either no file or the whole file under the name.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let draft = path.with_extension("part");
    let mut file = fs::File::create(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    fs::File::open(folder)?.sync_all()
}
