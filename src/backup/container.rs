//! The file itself: lines of JSON, and between them the bytes of attachments, all inside `age`. Written and read as a stream.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;

use age::secrecy::ExposeSecret as _;
use age::stream::{StreamReader, StreamWriter};
use age::x25519::{Identity, Recipient};
use age::{Decryptor, Encryptor};
use anyhow::{Context as _, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::platform::failure::Failure;

/// Longest line: one row, or the totals.
const LINE_MAX: u64 = 256 * 1024 * 1024;

/// A new secret key as `age` keeps it in a file, and the public one.
pub fn generate_key() -> (String, String) {
    let identity = Identity::generate();
    let recipient = identity.to_public().to_string();
    let file = format!("# public key: {recipient}\n{}\n", identity.to_string().expose_secret());
    (file, recipient)
}

/// Public keys, `age1…`.
pub fn read_recipients(texts: &[String]) -> anyhow::Result<Vec<Recipient>> {
    let read = |text: &String| text.trim().parse().map_err(|why| anyhow::anyhow!("{text} is no key of age: {why}"));
    texts.iter().map(read).collect()
}

/// The secret keys of a file; lines that begin with # are words.
pub fn read_identities(file: &Path) -> anyhow::Result<Vec<Identity>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read the key {}", file.display()))?;
    let keys = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    // What is in the file is a secret: a mistake in it is not repeated.
    let keys: Vec<Identity> = keys
        .map(|line| line.parse().map_err(|_| anyhow::anyhow!("{} is no key of age", file.display())))
        .collect::<Result<_, _>>()?;
    if keys.is_empty() {
        bail!("{} holds no key", file.display());
    }
    Ok(keys)
}

/// A backup that is written.
pub(super) struct Out(BufWriter<StreamWriter<File>>);

pub(super) fn encrypt(file: File, recipients: &[Recipient]) -> anyhow::Result<Out> {
    let recipients = recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(recipients).context("encrypt to these keys")?;
    Ok(Out(BufWriter::new(encryptor.wrap_output(file).context("begin the backup")?)))
}

impl Out {
    pub fn line(&mut self, line: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.0, line)?;
        self.write(b"\n")
    }

    /// A row; returns its line.
    pub fn row(&mut self, cells: &[Value]) -> Result<Vec<u8>, Failure> {
        let line = row_line(cells)?;
        self.write(&line)?;
        Ok(line)
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.write(bytes)?;
        self.write(b"\n")
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.0.write_all(bytes).context("write the backup").map_err(Failure::Fault)
    }

    /// The end mark of the encryption: without it a file is known to be cut off.
    pub fn finish(self) -> Result<File, Failure> {
        let inner = self.0.into_inner().map_err(|error| Failure::fault(error.into_error()))?;
        inner.finish().context("end the backup").map_err(Failure::Fault)
    }
}

/// A row as its line, the same for the same row wherever it lies.
pub(super) fn row_line(cells: &[Value]) -> Result<Vec<u8>, Failure> {
    let mut line = serde_json::to_vec(cells)?;
    line.push(b'\n');
    Ok(line)
}

/// A backup that is read.
pub(super) struct In(BufReader<StreamReader<BufReader<File>>>);

pub(super) fn decrypt(file: &Path, identities: &[Identity]) -> anyhow::Result<In> {
    let opened = File::open(file).with_context(|| format!("open {}", file.display()))?;
    let decryptor = Decryptor::new_buffered(BufReader::new(opened))
        .with_context(|| format!("{} is not encrypted with age", file.display()))?;
    let identities = identities.iter().map(|identity| identity as &dyn age::Identity);
    let reader = decryptor.decrypt(identities).context("the key does not open this backup")?;
    Ok(In(BufReader::new(reader)))
}

impl In {
    /// The next line without its end; none at the end of the file.
    pub fn line(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        (&mut self.0).take(LINE_MAX).read_until(b'\n', &mut line).context("the backup is damaged or cut off")?;
        match line.pop() {
            None => Ok(None),
            Some(b'\n') => Ok(Some(line)),
            Some(_) => bail!("the backup is cut off"),
        }
    }

    pub fn read<T: DeserializeOwned>(&mut self) -> anyhow::Result<T> {
        let line = self.line()?.context("the backup is empty")?;
        serde_json::from_slice(&line).context("this is no backup of motcua")
    }

    pub fn bytes(&mut self, count: u64) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        (&mut self.0).take(count + 1).read_to_end(&mut bytes).context("the backup is damaged or cut off")?;
        if bytes.pop() != Some(b'\n') || bytes.len() as u64 != count {
            bail!("the backup is cut off");
        }
        Ok(bytes)
    }
}
