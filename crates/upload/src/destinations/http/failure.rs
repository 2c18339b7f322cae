//! Why a request got no answer, in words that contain the host but not the address. Errors of the
//! HTTP library contain the full address, so their text is not passed on.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;

use super::certificate;
use super::names::NotFound;
use super::phase::{Phase, Timeouts};

/// How far the request came, and why it ended; without an error its time was over. `all_sent` says
/// whether the whole body was handed to the network.
pub(super) fn of(
    error: Option<&reqwest::Error>,
    timeouts: Timeouts,
    all_sent: bool,
) -> (Phase, String) {
    let within = |time: Duration, what: &str| format!("{what} within {:.0} s", time.as_secs_f64());
    let connected = if all_sent {
        Phase::Sent
    } else {
        Phase::Sending
    };
    let Some(error) = error else {
        return (connected, within(timeouts.whole, "no answer"));
    };
    if let Some(tls) = cause::<rustls::Error>(error) {
        return match certificate::refusal(tls) {
            Some(why) => (Phase::Untrusted, why),
            None if error.is_connect() => (Phase::NotConnected, "the TLS handshake failed".into()),
            None => (connected, "the encrypted connection failed".into()),
        };
    }
    if let Some(error) = cause::<NotFound>(error) {
        return (Phase::NotConnected, error.to_string());
    }
    if error.is_connect() && error.is_timeout() {
        let why = within(timeouts.connect, "no connection");
        return (Phase::NotConnected, why);
    }
    if error.is_builder() {
        return (Phase::NotConnected, "no connection".into());
    }
    let connected = if error.is_connect() {
        Phase::NotConnected
    } else {
        connected
    };
    if let Some(error) = cause::<io::Error>(error) {
        return io(error, connected);
    }
    match cause::<hyper::Error>(error) {
        Some(error) if error.is_parse() => (connected, "the answer is not HTTP".into()),
        Some(error) if error.is_incomplete_message() => {
            (connected, "the connection was closed".into())
        }
        _ => (connected, "the connection failed".into()),
    }
}

fn io(error: &io::Error, connected: Phase) -> (Phase, String) {
    let (phase, why) = match error.kind() {
        ErrorKind::ConnectionRefused => (Phase::NotConnected, "the connection was refused"),
        ErrorKind::HostUnreachable => (Phase::NotConnected, "the host cannot be reached"),
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            (Phase::NotConnected, "the network cannot be reached")
        }
        ErrorKind::AddrNotAvailable | ErrorKind::PermissionDenied => {
            (Phase::NotConnected, "no connection can be made from here")
        }
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            (connected, "the connection was reset")
        }
        ErrorKind::UnexpectedEof => (connected, "the connection was closed"),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => (connected, "no answer in time"),
        _ => (connected, "the connection failed"),
    };
    (phase, why.into())
}

/// The innermost cause of a kind, also of errors that an I/O error contains.
fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let inner = match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    };
    let deeper = inner.and_then(cause::<E>);
    deeper.or_else(|| error.downcast_ref())
}
