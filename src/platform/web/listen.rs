//! Answers connections, in clear or over TLS, until asked to stop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum::Router;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Handle, Server};

use crate::platform::tls::Tls;

/// A connection that says nothing whole for so long is closed.
const HEADERS_WITHIN: Duration = Duration::from_secs(60);
/// Requests under way may take so long after the program was asked to stop.
const STOP_WITHIN: Duration = Duration::from_secs(30);

pub async fn listen(
    listener: TcpListener,
    router: Router,
    tls: Option<Tls>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let handle = Handle::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        stop.await;
        stopping.graceful_shutdown(Some(STOP_WITHIN));
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(listener)?.handle(handle).first_request_timeout(HEADERS_WITHIN).http1_only();
    server.http_builder().http1().header_read_timeout(HEADERS_WITHIN);
    let server: Server<SocketAddr, NoDelayAcceptor> = server.acceptor(NoDelayAcceptor);
    match tls {
        None => server.serve(service).await,
        Some(tls) => {
            let acceptor = RustlsAcceptor::new(tls.config.clone()).acceptor(NoDelayAcceptor);
            tokio::spawn(tls.keep_fresh());
            server.acceptor(acceptor).serve(service).await
        }
    }
}
