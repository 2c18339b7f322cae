//! The same pages, gate and protocol as [`server`](super::server) serves them, without a socket: for programs that
//! send what no browser sends.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::Runtime;

use super::gate::Gate;
use super::server::{answer, guarded};

/// The port of its address, which nothing listens on.
const PORT: u16 = 1;

/// A page that answers in memory.
pub struct InMemory {
    gate: Arc<Gate>,
    pages: Router,
    runtime: Runtime,
}

impl InMemory {
    /// Pages behind a gate of their own.
    pub(crate) fn new(pages: Router) -> io::Result<Self> {
        let gate = Arc::new(Gate::new(SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)))?);
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        Ok(Self {
            pages: guarded(pages, Arc::clone(&gate)),
            gate,
            runtime: runtime.enable_time().build()?,
        })
    }

    /// The address of the page, with the token in its fragment.
    #[must_use]
    pub fn address(&self) -> String {
        self.gate.address()
    }

    /// The bytes that a connection gets which sends these bytes and no more.
    #[must_use]
    pub fn answer(&self, sent: &[u8]) -> Vec<u8> {
        let mut wire = Wire {
            sent,
            answer: Vec::new(),
        };
        self.runtime
            .block_on(answer(&mut wire, self.pages.clone(), true));
        wire.answer
    }
}

/// Both ends of a connection.
struct Wire<'a> {
    sent: &'a [u8],
    answer: Vec<u8>,
}

impl AsyncRead for Wire<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let length = self.sent.len().min(into.remaining());
        let (now, later) = self.sent.split_at(length);
        into.put_slice(now);
        self.sent = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.answer.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
