//! `motcua worker`: the background work without a door to the outside.

use std::process::ExitCode;

use clap::Args;

use super::mail::MailArgs;
use super::say::tell;
use super::serve::{WatchArgs, asked_to_stop};
use super::store::StoreArgs;
use crate::app::Jobs;
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;
use crate::platform::tls;
use crate::platform::trouble::Troubles;
use crate::platform::web::{App, Clock, Front, Live, Pages, Parts};
use crate::record::letters::Letters;
use crate::registry::audit::Audit;

#[derive(Args)]
pub struct WorkerArgs {
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    watch: WatchArgs,
}

pub fn run(args: &WorkerArgs) -> Result<ExitCode, Failure> {
    let (_watching, figures) = args.watch.start().map_err(Failure::Fault)?;
    tls::install_provider();
    let opened = args.store.open()?;
    let mailer = args.mail.mailer(&args.store.folder()).map_err(Failure::Fault)?;
    let signer = opened.signer()?;
    let app = App::new(Parts {
        pages: Pages::new(opened.shelf.get().timezone.clone()).map_err(Failure::Fault)?,
        letters: Letters::adapted(&opened.folder.join("letters")).map_err(Failure::Fault)?,
        db: opened.db,
        shelf: opened.shelf,
        audit: Audit::default(),
        troubles: Troubles::default(),
        live: Live::default(),
        blobs: opened.blobs,
        signer,
        mailer,
        clock: Clock::System,
        ids: Ids::system(),
        // Nobody signs in here, and nobody asks for a page.
        decoy_hash: String::new(),
        base_url: String::new(),
        front: Front::default(),
        simulated_time: false,
    });
    // Goes after the runtime: a connection to PostgreSQL says goodbye by waiting, which no task may.
    let _kept = app.db.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::fault)?;
    runtime.block_on(async {
        figures.map(|figures| figures.tell(&app)).transpose().map_err(Failure::Fault)?;
        let jobs = Jobs::start(&app)?;
        let stop = asked_to_stop().map_err(Failure::Fault)?;
        tell("working");
        stop.await;
        jobs.stop();
        Ok(ExitCode::SUCCESS)
    })
}
