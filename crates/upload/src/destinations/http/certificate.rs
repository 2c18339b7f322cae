//! Refuses the certificates that the system refuses, and describes them.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::described::Description;
use crate::redact::Redactor;

/// The verifier of the system, which alone decides. If it refuses a certificate, the error gets a
/// description of it: it is not clear from "not trusted" whether a proxy, the clock or the address
/// is wrong.
#[derive(Debug)]
pub(super) struct Described(pub(super) Verifier);

/// Why a certificate was refused, with the certificate.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(String);

impl ServerCertVerifier for Described {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified =
            (self.0).verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        verified.map_err(|error| match error {
            Error::InvalidCertificate(why) => {
                let text = format!("{}; {}", reason(&why), described(end_entity));
                let refused = OtherError(Arc::new(Refused(text)));
                Error::InvalidCertificate(CertificateError::Other(refused))
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// Why a certificate was refused; `None` if the error is another one.
pub(super) fn refusal(error: &Error) -> Option<String> {
    match error {
        Error::InvalidCertificate(CertificateError::Other(why)) => Some(why.to_string()),
        Error::InvalidCertificate(why) => Some(reason(why).into()),
        Error::NoCertificatesPresented => Some("it showed no certificate".into()),
        _ => None,
    }
}

fn reason(why: &CertificateError) -> &'static str {
    use CertificateError as Why;
    match why {
        Why::Expired | Why::ExpiredContext { .. } => "its certificate has expired",
        Why::NotValidYet | Why::NotValidYetContext { .. } => "its certificate is not valid yet",
        Why::UnknownIssuer => {
            "its certificate is not signed by an authority that this system trusts"
        }
        Why::Revoked => "its certificate was revoked",
        Why::NotValidForName | Why::NotValidForNameContext { .. } => {
            "its certificate is for another name"
        }
        _ => "its certificate is not valid",
    }
}

/// Owner, issuer, validity and names of a certificate. They come from an unknown server, so they
/// are masked and shortened as every text of a server.
fn described(certificate: &[u8]) -> String {
    let Some(found) = Description::of(certificate) else {
        return "the certificate cannot be read".into();
    };
    Redactor::default().text(&format!(
        "certificate valid {} to {}, of {}: issued by {}, names: {}",
        found.valid_from,
        found.valid_to,
        or_none(found.owner),
        or_none(found.issuer),
        or_none(found.names.join(", ")),
    ))
}

fn or_none(text: String) -> String {
    if text.is_empty() {
        "(none)".into()
    } else {
        text
    }
}
