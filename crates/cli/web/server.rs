//! Accepts connections on loopback, with limits on their number, time and size.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::gate::{Gate, pass};

/// Connections at the same time. A browser opens six to a server.
const CONNECTIONS: usize = 64;

/// Time for the head of a request. Without a bound, connections that send nothing would take all
/// places.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// Time for a whole request and its answer. A connection carries one request, so this also ends
/// connections that read slowly.
const REQUEST_TIME: Duration = Duration::from_secs(120);

/// Most bytes of the head of a request.
const HEAD_BYTES: usize = 16 << 10;

/// Most bytes of a request; the largest lists thousands of pictures.
const BODY_BYTES: usize = 1 << 20;

/// How long the server takes to notice that it should stop.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// How long answers that are under way may take when it stops.
const LAST_TIME: Duration = Duration::from_secs(5);

/// A server that listens on loopback.
pub(crate) struct Server {
    listener: TcpListener,
    gate: Arc<Gate>,
}

impl Server {
    /// Listens on this port of the loopback interface; on a free one if it is zero.
    pub(crate) fn bind(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        listener.set_nonblocking(true)?;
        let gate = Gate::new(listener.local_addr()?)?;
        Ok(Self {
            listener,
            gate: Arc::new(gate),
        })
    }

    /// The address of the page, with the token.
    pub(crate) fn address(&self) -> String {
        self.gate.address()
    }

    /// Answers requests with `pages` until `stop` is true.
    pub(crate) fn run(self, pages: Router, stop: &AtomicBool) -> io::Result<()> {
        let pages = guarded(pages, Arc::clone(&self.gate));
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_io().enable_time().build()?;
        let served = runtime.block_on(self.serve(pages, stop));
        runtime.shutdown_timeout(LAST_TIME);
        served
    }

    async fn serve(self, pages: Router, stop: &AtomicBool) -> io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        let free = Arc::new(Semaphore::new(CONNECTIONS));
        while !stop.load(Ordering::Relaxed) {
            let accepted = match timeout(POLL_INTERVAL, listener.accept()).await {
                Err(_) => continue,
                Ok(Ok((stream, _))) => stream,
                // Too many open files, or a connection that ended already.
                Ok(Err(_)) => {
                    tokio::time::sleep(POLL_INTERVAL).await;
                    continue;
                }
            };
            let Ok(place) = Arc::clone(&free).try_acquire_owned() else {
                // Closing it lets the browser try again.
                continue;
            };
            let pages = pages.clone();
            tokio::spawn(async move {
                let _ = timeout(REQUEST_TIME, answer(accepted, pages, false)).await;
                drop(place);
            });
        }
        let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
        let _ = timeout(LAST_TIME, free.acquire_many(all)).await;
        Ok(())
    }
}

/// Pages that refuse requests which are too large.
pub(crate) fn bounded(pages: Router) -> Router {
    pages.layer(DefaultBodyLimit::max(BODY_BYTES))
}

/// Bounded pages behind a gate.
pub(super) fn guarded(pages: Router, gate: Arc<Gate>) -> Router {
    bounded(pages).layer(from_fn_with_state(gate, pass))
}

/// Answers the one request of a connection. With `ends_first`, the other side may end its sending before it has the
/// answer; a browser that does so has gone.
pub(super) async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    pages: Router,
    ends_first: bool,
) {
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES)
        .half_close(ends_first)
        .keep_alive(false);
    let service = TowerToHyperService::new(pages);
    // An error means that the other side broke off or sent something else than HTTP.
    let _ = protocol
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
