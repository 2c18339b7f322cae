//! Why a request got no answer, in words that contain the host but not the address. Errors of the
//! HTTP library contain the full address, so their text is not passed on.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;

use rustls::CertificateError;
use ureq::Timeout;

use super::phase::{Phase, Timeouts};
use crate::clock;
use crate::redact::Redactor;

/// How far the request came, and why it ended. `all_sent` says whether the whole body was handed to
/// the network.
pub(super) fn of(error: &ureq::Error, timeouts: Timeouts, all_sent: bool) -> (Phase, String) {
    if let Some(why) = certificate(error) {
        return (Phase::Untrusted, why);
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
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => {
            (Phase::NotConnected, "the TLS handshake failed".into())
        }
        ureq::Error::ConnectionFailed | ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            (Phase::NotConnected, "no connection".into())
        }
        ureq::Error::Protocol(_) => (connected, "the answer is not HTTP".into()),
        _ => (connected, "the connection failed".into()),
    }
}

fn io(error: &io::Error, connected: Phase) -> (Phase, String) {
    if caused_by_tls(error) {
        return (Phase::NotConnected, "the TLS handshake failed".into());
    }
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

/// Most names of a certificate that a message repeats; some certificates have hundreds.
const MOST_NAMES: usize = 3;

/// Why a certificate was refused, searched in the chain of causes.
fn certificate(error: &(dyn Error + 'static)) -> Option<String> {
    match tls(error)? {
        rustls::Error::InvalidCertificate(why) => Some(refused(why)),
        rustls::Error::NoCertificatesPresented => Some("it showed no certificate".into()),
        _ => None,
    }
}

fn caused_by_tls(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| tls(inner).is_some())
}

fn tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(ureq::Error::Rustls(tls)) = error.downcast_ref() {
        return Some(tls);
    }
    if let Some(ureq::Error::Io(io)) = error.downcast_ref() {
        return io.get_ref().and_then(|inner| tls(inner));
    }
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(tls);
    }
    let io = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    io.and_then(|inner| tls(inner))
        .or_else(|| tls(error.source()?))
}

fn refused(why: &CertificateError) -> String {
    let date =
        |time: &rustls::pki_types::UnixTime| clock::display(Duration::from_secs(time.as_secs()));
    match why {
        CertificateError::Expired => "its certificate has expired".into(),
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("its certificate expired on {}", date(not_after))
        }
        CertificateError::NotValidYet => "its certificate is not valid yet".into(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("its certificate is valid from {}", date(not_before))
        }
        CertificateError::UnknownIssuer => {
            "its certificate is not signed by an authority that this system trusts".into()
        }
        CertificateError::Revoked => "its certificate was revoked".into(),
        CertificateError::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            // These names come from an unknown server.
            let names = presented
                .iter()
                .take(MOST_NAMES)
                .cloned()
                .collect::<Vec<_>>();
            let names = Redactor::default().text(&names.join(", "));
            format!("its certificate is for {names}")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another name".into()
        }
        _ => "its certificate is not valid".into(),
    }
}
