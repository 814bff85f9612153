//! Answers connections, in clear or over TLS, until asked to stop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::{Extension, Router};
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Handle, Server};

use super::health::Leaving;
use crate::platform::tls::Tls;

/// A connection that says nothing whole for so long is closed.
const HEADERS_WITHIN: Duration = Duration::from_secs(60);
/// Requests under way may take so long after the program was asked to stop.
const STOP_WITHIN: Duration = Duration::from_secs(30);

/// For so long after `stop` it still takes connections, answers `/readyz` with 503 and closes each connection with its
/// answer: balancers turn away before anybody is refused. [NOD-05]
pub async fn listen(
    listener: TcpListener,
    router: Router,
    tls: Option<Tls>,
    stop: impl Future<Output = ()> + Send + 'static,
    leave_after: Duration,
) -> io::Result<()> {
    let handle = Handle::new();
    let stopping = handle.clone();
    let leaving = Leaving::default();
    let router = router.layer(Extension(leaving.clone())).layer(from_fn_with_state(leaving.clone(), say_goodbye));
    tokio::spawn(async move {
        stop.await;
        leaving.begin();
        tokio::time::sleep(leave_after).await;
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

async fn say_goodbye(State(leaving): State<Leaving>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if leaving.has_begun() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
