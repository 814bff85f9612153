//! How the line to the server is spoken: in clear, or over TLS to a server that proves its name. [NOD-10]
//!
//! The connection string says which, in the words that PostgreSQL's own programs know: `sslmode=verify-full` and
//! `sslrootcert=FILE`. What encrypts without looking who answers is refused: it would seem safe and not be.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use postgres::Config;
use postgres::config::SslMode;
use postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;

use super::super::DbError;

/// What is agreed about the line; without a certificate authority it is clear.
#[derive(Clone)]
pub(super) struct Line(Option<Arc<ClientConfig>>);

/// Reads the connection string, with what it says of the line.
pub(super) fn read(url: &str) -> Result<(Config, Line), DbError> {
    let (rest, said) = split(url);
    let of = |name: &str| said.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let roots = of("sslrootcert");
    let mut config: Config = rest.parse()?;
    let line = match of("sslmode") {
        Some("verify-full") => {
            let file = roots.ok_or_else(|| wrong("sslmode=verify-full needs sslrootcert=FILE: who vouches for it"))?;
            config.ssl_mode(SslMode::Require);
            Line(Some(Arc::new(trusting(file)?)))
        }
        None | Some("disable" | "prefer") if roots.is_none() => {
            config.ssl_mode(SslMode::Disable);
            Line(None)
        }
        None | Some("disable" | "prefer") => {
            return Err(wrong("sslrootcert without sslmode=verify-full would protect nothing"));
        }
        Some(mode) => {
            return Err(wrong(&format!(
                "sslmode={mode} does not look who answers: say verify-full with sslrootcert=FILE"
            )));
        }
    };
    Ok((config, line))
}

/// Takes what it says of TLS out of a connection string of either form, `postgres://…?a=b` or `a=b c=d`.
fn split(url: &str) -> (String, Vec<(String, String)>) {
    let ours = |name: &str| matches!(name, "sslmode" | "sslrootcert");
    if url.contains("://") {
        let Some((address, query)) = url.split_once('?') else { return (url.to_owned(), Vec::new()) };
        let (said, rest): (Vec<&str>, Vec<&str>) =
            query.split('&').partition(|pair| ours(pair.split('=').next().unwrap_or_default()));
        let said = form_urlencoded::parse(said.join("&").as_bytes()).into_owned().collect();
        return (if rest.is_empty() { address.to_owned() } else { format!("{address}?{}", rest.join("&")) }, said);
    }
    let (said, rest): (Vec<&str>, Vec<&str>) =
        url.split(' ').partition(|pair| pair.split_once('=').is_some_and(|(name, _)| ours(name)));
    let said = said.iter().filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into()));
    (rest.join(" "), said.collect())
}

fn trusting(file: &str) -> Result<ClientConfig, DbError> {
    let told = |why: &dyn std::fmt::Display| wrong(&format!("sslrootcert={file}: {why}"));
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(file).map_err(|error| told(&error))? {
        roots.add(root.map_err(|error| told(&error))?).map_err(|error| told(&error))?;
    }
    if roots.is_empty() {
        return Err(told(&"no certificate in PEM"));
    }
    // Named here, not taken from the process: commands that serve nobody choose none.
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().map_err(|error| told(&error))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn wrong(why: &str) -> DbError {
    DbError::Other(format!("the connection string: {why}"))
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> MakeTlsConnect<S> for Line {
    type Stream = Stream<S>;
    type TlsConnect = Handshake;
    type Error = InvalidDnsNameError;

    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, InvalidDnsNameError> {
        Ok(Handshake { config: self.0.clone(), name: ServerName::try_from(host.to_owned())? })
    }
}

pub(super) struct Handshake {
    config: Option<Arc<ClientConfig>>,
    name: ServerName<'static>,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> TlsConnect<S> for Handshake {
    type Stream = Stream<S>;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = std::io::Result<Stream<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            // On a clear line nobody asks for a handshake.
            let config = self.config.ok_or(std::io::ErrorKind::Unsupported)?;
            let stream = TlsConnector::from(config).connect(self.name, stream).await?;
            Ok(Stream(stream))
        })
    }
}

pub(super) struct Stream<S>(tokio_rustls::client::TlsStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Stream<S> {
    /// The server has proved its name by its certificate; what would bind the password to it besides is left out.
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Stream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, to)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn what_would_only_seem_safe_is_refused() {
        // [NOD-10]
        let refused = |said: &str| match read(&format!("postgres://motcua@db/motcua?{said}")) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{said} was taken"),
        };
        for mode in ["require", "verify-ca", "allow", "unheard-of"] {
            assert!(refused(&format!("sslmode={mode}")).contains("verify-full"), "{mode}");
        }
        assert!(refused("sslmode=verify-full").contains("sslrootcert"));
        assert!(refused("sslrootcert=/x").contains("verify-full"));
        assert!(refused("sslmode=verify-full&sslrootcert=/not/there.pem").contains("/not/there.pem"));
        for clear in ["", "sslmode=disable", "connect_timeout=9&sslmode=prefer"] {
            let (config, line) = read(&format!("postgres://motcua@db/motcua?{clear}")).unwrap();
            assert!(line.0.is_none() && config.get_ssl_mode() == SslMode::Disable, "{clear}");
        }
    }

    #[test]
    fn only_what_is_about_the_line_is_taken_out() {
        let url = "postgres://m:p%3Fq@db/motcua?sslmode=verify-full&connect_timeout=9&sslrootcert=%2Fetc%2Fca.pem";
        let said = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let (rest, found) = split(url);
        assert_eq!(rest, "postgres://m:p%3Fq@db/motcua?connect_timeout=9");
        assert_eq!(found, [said("sslmode", "verify-full"), said("sslrootcert", "/etc/ca.pem")]);
        let (rest, found) = split("host=db user=motcua sslmode=disable");
        assert_eq!((rest.as_str(), found), ("host=db user=motcua", vec![said("sslmode", "disable")]));
    }
}
