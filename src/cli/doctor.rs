//! `motcua doctor`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::mail::MailArgs;
use super::say::say;
use super::store::{self, StoreArgs};
use crate::app;
use crate::doctor::{self, Finding, Order, State};
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};

#[derive(Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Address under which people reach the site
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Certificate of the program's own TLS (PEM)
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    #[command(flatten)]
    mail: MailArgs,
    /// Address and port where the running program tells its figures: its troubles and jobs are looked at too
    #[arg(long, value_name = "ADDR:PORT")]
    metrics: Option<String>,
    /// Language of the sentences: vi or en
    #[arg(long, value_name = "LANG", default_value = "vi")]
    lang: String,
    /// Print JSON, one finding a line
    #[arg(long)]
    json: bool,
}

pub fn run(args: DoctorArgs) -> Result<ExitCode, Failure> {
    let texts = Texts::embedded().map_err(Failure::Fault)?;
    let locale = Locale::from_tag(&args.lang).unwrap_or_default();
    // A pack that is named is checked as `motcua check` does: every fault of it is told.
    if let Some(site) = &args.store.site {
        store::read_pack(site)?;
    }
    let order = Order {
        folder: args.store.folder(),
        database: args.store.database.clone(),
        base_url: args.base_url,
        certificate: args.tls_cert,
        files: args.store.files.is_some().then(|| args.store.blobs().map_err(|failure| failure.to_string())),
        mailer: args.mail.mailer(&args.store.folder()).map_err(Failure::Fault)?,
        metrics: args.metrics,
    };
    let found = doctor::look(&order, app::command_ctx().now);
    for finding in &found {
        let sentence = texts.say(locale, &finding.sentence.key, &finding.sentence.params);
        match args.json {
            true => say!("{}", json!({ "id": finding.id, "state": finding.state, "sentence": sentence })),
            false => say!("{} {:<12} {sentence}", mark(finding), finding.id),
        }
    }
    let wrong = found.iter().any(|finding| finding.state == State::Fault);
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn mark(finding: &Finding) -> char {
    match finding.state {
        State::Good => '✓',
        State::Warning => '!',
        State::Fault => '✗',
    }
}
