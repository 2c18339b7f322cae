//! The body of a request: it counts what was taken of it, and can wait before it is sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::Sleep;

/// Bytes in one piece: a body is taken in small ones, so that the count shows what is on its way.
const PIECE: usize = 16 * 1024;

/// Reports how much of a body was taken.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    count: Arc<AtomicUsize>,
    length: usize,
}

impl Taken {
    /// Whether all of it was, so that the server may have received the whole request.
    pub(super) fn is_whole(&self) -> bool {
        self.length > 0 && self.count.load(Ordering::SeqCst) >= self.length
    }
}

/// A body of known length.
pub(super) struct Upload {
    bytes: Bytes,
    taken: Arc<AtomicUsize>,
    /// Over before the first piece is handed out.
    pause: Option<Pin<Box<Sleep>>>,
}

impl Upload {
    /// A body of these bytes, the first of which is handed out after `pause`. Needs a runtime with
    /// a clock.
    pub(super) fn new(bytes: Bytes, pause: Option<Duration>) -> (Self, Taken) {
        let taken = Taken {
            count: Arc::default(),
            length: bytes.len(),
        };
        let body = Self {
            bytes,
            taken: Arc::clone(&taken.count),
            pause: pause.map(|pause| Box::pin(tokio::time::sleep(pause))),
        };
        (body, taken)
    }
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.bytes.len().min(PIECE);
        let piece = self.bytes.split_to(length);
        self.taken.fetch_add(length, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}
