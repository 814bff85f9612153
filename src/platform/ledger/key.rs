//! The key that signs checkpoints and receipts. Its secret half lies in a file beside the data and in no database: whoever can
//! change rows cannot sign them. All nodes of a ledger have the same file. [LED-13]

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::Timestamp;
use motcua_domain::proof::{Signer, Verifier};

use super::tree;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;

/// Where the key of a site lies unless another file is named.
pub fn place(folder: &Path, site: &str) -> PathBuf {
    folder.join(format!("ledger-{site}.key"))
}

/// What came of opening the key.
#[derive(Debug)]
pub enum Opened {
    Here(Box<Signer>),
    /// This ledger is signed with another key, whose file is not here: nothing is signed on this node.
    Elsewhere(Box<Verifier>),
}

impl Opened {
    pub fn signer(self) -> Option<Signer> {
        match self {
            Self::Here(signer) => Some(*signer),
            Self::Elsewhere(_) => None,
        }
    }
}

/// The key in a file; at the first start of a ledger it is made. A ledger that was ever signed gets no other one by itself.
pub fn open(db: &Db, file: &Path, site: &str, ids: &Ids, now: Timestamp) -> Result<Opened, Failure> {
    let made = match read(file)? {
        Some(signer) => return decide(db, signer, now),
        None => match db.query(tree::keys)?.pop() {
            Some(last) => return Ok(Opened::Elsewhere(Box::new(last))),
            None => make(file, site, ids)?,
        },
    };
    let opened = decide(db, made, now)?;
    if matches!(opened, Opened::Elsewhere(_)) {
        // Another node was faster: what was made here signed nothing.
        std::fs::remove_file(file).map_err(Failure::fault)?;
    }
    Ok(opened)
}

/// Makes another key in place of the one before, whose file stays beside it. [LED-13]
pub fn renew(db: &Db, file: &Path, site: &str, ids: &Ids, now: Timestamp) -> Result<Signer, Failure> {
    if file.exists() {
        let kept = file.with_extension(format!("key-until-{}", now.strftime("%Y%m%dT%H%M%SZ")));
        std::fs::rename(file, &kept).with_context(|| format!("keep {}", file.display())).map_err(Failure::Fault)?;
    }
    let signer = make(file, site, ids)?;
    let verifier = signer.verifier();
    db.transact("ledger.renew_key", move |tx| tree::renew(tx, &verifier, now))?;
    Ok(signer)
}

/// The key in a file; none where there is no file.
pub fn read(file: &Path) -> Result<Option<Signer>, Failure> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::fault(error)),
    };
    // What is in the file is a secret: a mistake in it is not repeated.
    let signer = Signer::parse(&text).with_context(|| format!("{} holds no key of a ledger", file.display()));
    signer.map(Some).map_err(Failure::Fault)
}

fn decide(db: &Db, signer: Signer, now: Timestamp) -> Result<Opened, Failure> {
    let verifier = signer.verifier();
    let admitted = db.transact("ledger.admit_key", move |tx| tree::admit(tx, &verifier, now));
    match admitted {
        Ok(true) => Ok(Opened::Here(Box::new(signer))),
        Ok(false) | Err(Failure::Conflict) => match db.query(tree::keys)?.pop() {
            Some(last) => Ok(Opened::Elsewhere(Box::new(last))),
            None => Err(Failure::Conflict),
        },
        Err(failure) => Err(failure),
    }
}

fn make(file: &Path, site: &str, ids: &Ids) -> Result<Signer, Failure> {
    let signer = Signer::new(&format!("motcua/{site}"), &ids.bytes::<32>()?)
        .with_context(|| format!("the site {site} cannot name a key"))
        .map_err(Failure::Fault)?;
    write(file, &signer.to_text()).with_context(|| format!("write {}", file.display())).map_err(Failure::Fault)?;
    Ok(signer)
}

/// Writes the file for its owner alone, where none is.
pub fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    out.sync_all()
}
