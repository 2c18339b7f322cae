//! Why a request got no answer, in words that contain the host but not the address. Errors of the
//! HTTP library contain the full address, so their text is not passed on.

use std::io::{self, ErrorKind};
use std::time::Duration;

use ureq::Timeout;

use super::certificate;
use super::phase::{Phase, Timeouts};

/// How far the request came, and why it ended. `all_sent` says whether the whole body was handed to
/// the network.
pub(super) fn of(error: &ureq::Error, timeouts: Timeouts, all_sent: bool) -> (Phase, String) {
    if let Some(tls) = tls(error) {
        return match certificate::refusal(tls) {
            Some(why) => (Phase::Untrusted, why),
            None => (Phase::NotConnected, "the TLS handshake failed".into()),
        };
    }
    let connected = if all_sent {
        Phase::Sent
    } else {
        Phase::Sending
    };
    let within = |time: Duration, what: &str| format!("{what} within {:.0} s", time.as_secs_f64());
    match error {
        ureq::Error::HostNotFound => (Phase::NotConnected, "its name was not found (DNS)".into()),
        ureq::Error::Timeout(Timeout::Resolve) => {
            let why = within(timeouts.connect, "its name was not looked up (DNS)");
            (Phase::NotConnected, why)
        }
        ureq::Error::Timeout(Timeout::Connect) => (
            Phase::NotConnected,
            within(timeouts.connect, "no connection"),
        ),
        ureq::Error::Timeout(Timeout::SendRequest | Timeout::SendBody) => (
            Phase::Sending,
            within(timeouts.whole, "it did not accept the request"),
        ),
        ureq::Error::Timeout(_) => (connected, within(timeouts.whole, "no answer")),
        ureq::Error::Io(error) => io(error, connected),
        ureq::Error::ConnectionFailed | ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            (Phase::NotConnected, "no connection".into())
        }
        ureq::Error::Protocol(_) => (connected, "the answer is not HTTP".into()),
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

/// The error of TLS that caused this one.
fn tls(error: &ureq::Error) -> Option<&rustls::Error> {
    match error {
        ureq::Error::Io(error) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}
