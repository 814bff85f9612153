//! How mail leaves: a mail server, a folder, or not at all.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::record::mail::{Folder, Mailer, Smtp};

/// Whom mail of a demonstration comes from; nobody gets it.
const DEMONSTRATION: &str = "mot-cua@motcua.example";

#[derive(Args)]
pub struct MailArgs {
    /// Mail server: smtps://user@host, smtp://host:port, smtp://host?tls=required; `folder` writes files beside the data.
    /// Without it no mail is sent
    #[arg(long, value_name = "URL", requires = "mail_from")]
    mail: Option<String>,
    /// Address that mail comes from
    #[arg(long, value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// File with the password of the mail server's user
    #[arg(long, value_name = "FILE", requires = "mail")]
    mail_password_file: Option<PathBuf>,
}

impl MailArgs {
    /// The way out, if there is one; says at once what is wrong with it, not when the first mail is due.
    pub fn mailer(&self, data: &Path) -> anyhow::Result<Option<Arc<dyn Mailer>>> {
        let Some(url) = &self.mail else { return Ok(None) };
        let from = self.mail_from.as_deref().context("--mail needs --mail-from")?;
        if url == "folder" {
            return Ok(Some(folder(data, from)?));
        }
        let password = match &self.mail_password_file {
            Some(file) => {
                let read = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
                Some(read.trim_end_matches(['\r', '\n']).to_owned())
            }
            None => None,
        };
        if password.is_none() && url.contains('@') {
            bail!("--mail names a user: its password is read from --mail-password-file");
        }
        Ok(Some(Arc::new(Smtp::new(url, password.as_deref(), from)?)))
    }
}

/// A demonstration writes its mail into `mail/` beside the data.
pub fn of_demonstration(data: &Path) -> anyhow::Result<Arc<dyn Mailer>> {
    folder(data, DEMONSTRATION)
}

fn folder(data: &Path, from: &str) -> anyhow::Result<Arc<dyn Mailer>> {
    Ok(Arc::new(Folder::new(&data.join("mail"), from)?))
}
