//! How far an exchange comes, and how long it may take.

use std::time::Duration;

/// How far an exchange came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No connection: nothing was sent.
    NotConnected,
    /// The server did not prove who it is: nothing was sent.
    Untrusted,
    /// It ended before the whole body was sent.
    Sending,
    /// It ended after that, before the whole answer was read.
    Sent,
    /// There is an answer.
    Answered,
}

/// How long a request may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) whole: Duration,
}
