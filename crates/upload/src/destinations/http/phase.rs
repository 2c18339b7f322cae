//! How far a request came, and how long it may take.

use std::time::Duration;

/// How far a request came; decides whether the picture may have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No connection: nothing was sent.
    NotConnected,
    /// The server's certificate was not accepted: nothing was sent.
    Untrusted,
    /// The connection ended before the whole body was sent.
    Sending,
    /// The connection ended after the whole body was sent and before the whole answer was read.
    Sent,
    /// There is an answer.
    Answered,
}

/// How long a request may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    pub(super) connect: Duration,
    pub(super) whole: Duration,
}
