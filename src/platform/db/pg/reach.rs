//! Reaching a server, and what it means when one is not reached: `docs/rules/nodes.md`.

use std::sync::Arc;
use std::time::Duration;

use postgres::Config;
use postgres::config::TargetSessionAttrs;
use postgres::fallible_iterator::FallibleIterator as _;
use tokio::sync::Notify;

use super::DbError;
use super::line::{self, Line};

/// Wakes the nodes that listen.
pub(super) const HINT: &str = "NOTIFY motcua";
const LISTEN: &str = "LISTEN motcua";

/// A server that does not answer for so long is passed over.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// A server that acknowledges nothing for so long is given up: its cable may be cut.
const SILENT: Duration = Duration::from_secs(10);
/// Before listening again where listening broke.
const LISTEN_AGAIN: Duration = Duration::from_secs(2);

/// The connection string, with what it leaves open. Of several servers the one that can be written to is meant. [NOD-06]
pub(super) fn config(url: &str) -> Result<(Config, Line), DbError> {
    let (mut config, line) = line::read(url)?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_WITHIN);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENT);
        config.keepalives_idle(SILENT).keepalives_interval(Duration::from_secs(2)).keepalives_retries(3);
    }
    if config.get_application_name().is_none() {
        config.application_name("motcua");
    }
    if config.get_hosts().len() > 1 {
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    Ok((config, line))
}

/// Whether the connection, not the statement, is what failed: the server went away, is going away, or cannot be written to any
/// more. Nothing of an open transaction stands.
pub(in crate::platform::db) fn is_broken(error: &DbError) -> bool {
    let DbError::Postgres(error) = error else { return matches!(error, DbError::Unreachable(_)) };
    match error.code().map(postgres::error::SqlState::code) {
        // Connection exceptions, shutting down, crashed, starting, read-only (it leads no more), a transaction left idle.
        Some(code) => code.starts_with("08") || code.starts_with("57P") || matches!(code, "25006" | "25P03"),
        None => error.is_closed() || is_io(error),
    }
}

fn is_io(error: &postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
}

pub(super) fn unreachable(error: postgres::Error) -> DbError {
    DbError::Unreachable(super::describe(&error))
}

/// The answer to a commit: with the server's own refusal nothing stands; without an answer nobody knows. [NOD-07]
pub(super) fn lost_commit(error: postgres::Error) -> DbError {
    let refused = error.code().is_some_and(|code| matches!(code.code().get(..2), Some("23" | "25" | "40" | "53")));
    if refused { error.into() } else { DbError::Unknown(super::describe(&error)) }
}

/// Listens on a thread of its own for as long as the process lives.
pub(super) fn hear(config: Config, line: Line, heard: Arc<Notify>) -> Result<(), DbError> {
    let listen = move || {
        loop {
            if let Err(error) = hear_once(&config, line.clone(), &heard) {
                tracing::debug!("not listening for hints: {error}");
            }
            std::thread::park_timeout(LISTEN_AGAIN);
        }
    };
    let started = std::thread::Builder::new().name("hints".into()).spawn(listen);
    started.map(|_| ()).map_err(|error| DbError::Other(format!("cannot start the listening thread: {error}")))
}

fn hear_once(config: &Config, line: Line, heard: &Notify) -> Result<(), postgres::Error> {
    let mut client = config.connect(line)?;
    client.batch_execute(LISTEN)?;
    // Something may have been said while nobody listened.
    heard.notify_waiters();
    let mut hints = client.notifications();
    let mut hints = hints.blocking_iter();
    while hints.next()?.is_some() {
        heard.notify_waiters();
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn of_several_servers_the_one_that_can_be_written_to_is_meant() {
        // [NOD-06]
        let config = |url: &str| config(url).unwrap().0;
        let one = config("postgres://motcua@10.0.0.1/motcua");
        assert_eq!(one.get_target_session_attrs(), TargetSessionAttrs::Any);
        let three = config("postgres://motcua@10.0.0.1,10.0.0.2,10.0.0.3:5433/motcua");
        assert_eq!(three.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(three.get_connect_timeout(), Some(&CONNECT_WITHIN));
        let own = config("postgres://motcua@10.0.0.1/motcua?connect_timeout=9");
        assert_eq!(own.get_connect_timeout(), Some(&Duration::from_secs(9)));
    }

    #[test]
    fn nobody_there_is_unreachable() {
        assert!(is_broken(&DbError::Unreachable("refused".into())));
        assert!(!is_broken(&DbError::Unknown("no answer".into())) && !is_broken(&DbError::Other("else".into())));
    }
}
