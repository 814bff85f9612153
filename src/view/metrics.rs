//! The page of figures, on an address of its own: whoever reaches that address reads it, so it is on the loopback or in the
//! network of those who run the program, never beside the public pages. [OBS-05]

use std::net::TcpListener;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::gauge;

use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::ledger;
use crate::platform::trouble::Trouble;
use crate::platform::watch::{CONTENT_TYPE, Metrics};
use crate::platform::web::App;
use crate::record::mail;

/// Answers `/metrics` until the process ends.
pub async fn serve(app: App, metrics: Metrics, listener: TcpListener) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    tokio::spawn(metrics.clone().keep_tidy());
    let router = Router::new().route("/metrics", get(page)).with_state((app, metrics));
    axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await
}

/// What is counted as it happens, and what waits now.
pub async fn page(State((app, metrics)): State<(App, Metrics)>) -> Response {
    app.db.connections().into_iter().for_each(|(state, number)| {
        gauge!("motcua_db_connections", "state" => state).set(number as f64);
    });
    let troubles: Vec<Trouble> = app.troubles.list().into_iter().map(|(trouble, _)| trouble).collect();
    Trouble::ALL.into_iter().for_each(|trouble| {
        let there = f64::from(u8::from(troubles.contains(&trouble)));
        gauge!("motcua_trouble", "word" => trouble.word()).set(there);
    });
    let now = app.clock.now();
    let found = app.db.read(waiting).await;
    match found {
        Ok(Waiting { unsealed, mail }) => {
            gauge!("motcua_ledger_unsealed_events").set(unsealed as f64);
            gauge!("motcua_mail_waiting").set(mail.waiting as f64);
            gauge!("motcua_mail_given_up").set(mail.given_up as f64);
            let age = mail.oldest.map_or(0, |oldest| now.duration_since(oldest).as_secs());
            gauge!("motcua_mail_oldest_seconds").set(age as f64);
        }
        // What is counted here is told all the same: it says what is wrong.
        Err(failure) => tracing::error!("figures: {failure}"),
    }
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], metrics.render()).into_response()
}

struct Waiting {
    unsealed: i64,
    mail: mail::Backlog,
}

fn waiting(tx: &mut Tx) -> Result<Waiting, Failure> {
    Ok(Waiting { unsealed: ledger::unsealed(tx)?, mail: mail::backlog(tx)? })
}
