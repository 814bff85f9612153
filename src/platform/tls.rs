//! TLS of the program itself, with a certificate that may be renewed while it runs. [OBS-02]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(60);

/// The one provider of cryptography, chosen before anybody speaks TLS; a second call changes nothing.
pub fn install_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A certificate with its chain and its key, as PEM files.
#[derive(Debug, Clone)]
pub struct Certificate {
    pub chain: PathBuf,
    pub key: PathBuf,
}

/// What the files held when they were read.
#[derive(PartialEq, Eq)]
struct Read {
    chain: Vec<u8>,
    key: Vec<u8>,
}

/// The certificate in use.
pub struct Tls {
    files: Certificate,
    read: Read,
    pub config: RustlsConfig,
}

impl Tls {
    /// Reads the files, or says what is wrong with them.
    pub fn open(files: Certificate) -> anyhow::Result<Self> {
        let read = files.read()?;
        let config = RustlsConfig::from_config(Arc::new(read.config().with_context(|| files.describe())?));
        Ok(Self { files, read, config })
    }

    /// Takes a renewed certificate into use, for new connections. Files that do not fit together, as between the writing of
    /// the one and of the other, change nothing.
    pub fn renew(&mut self) -> anyhow::Result<bool> {
        let read = self.files.read()?;
        if read == self.read {
            return Ok(false);
        }
        self.config.reload_from_config(Arc::new(read.config().with_context(|| self.files.describe())?));
        self.read = read;
        Ok(true)
    }

    /// Looks at the files again and again, and at once on SIGHUP, until the process ends.
    pub async fn keep_fresh(mut self) {
        let hangup = tokio::signal::unix::SignalKind::hangup();
        let Ok(mut asked) = tokio::signal::unix::signal(hangup) else { return };
        loop {
            tokio::select! { _ = tokio::time::sleep(LOOK) => {}, _ = asked.recv() => {} }
            match self.renew() {
                Ok(true) => tracing::info!("the renewed certificate is in use"),
                Ok(false) => {}
                Err(error) => tracing::error!("the certificate in use stays: {error:#}"),
            }
        }
    }
}

impl Certificate {
    fn read(&self) -> anyhow::Result<Read> {
        let read = |path: &Path| std::fs::read(path).with_context(|| format!("read {}", path.display()));
        Ok(Read { chain: read(&self.chain)?, key: read(&self.key)? })
    }

    fn describe(&self) -> String {
        format!("{} and {}", self.chain.display(), self.key.display())
    }
}

impl Read {
    /// TLS 1.2 and 1.3, whose suites all keep old traffic secret when a key leaks.
    fn config(&self) -> anyhow::Result<ServerConfig> {
        let chain: Vec<CertificateDer> =
            CertificateDer::pem_slice_iter(&self.chain).collect::<Result<_, _>>().context("no certificates in PEM")?;
        let key = PrivateKeyDer::from_pem_slice(&self.key).context("no key in PEM")?;
        let mut config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .context("the certificate and the key do not fit together")?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}
