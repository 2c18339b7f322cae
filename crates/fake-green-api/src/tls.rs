//! Certificates of the server: a right one, and those that clients are right to refuse.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The certificate of a server with TLS. All but the self-signed one come from an authority that
/// exists only as long as the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    /// Right in every respect, for clients that trust the authority.
    Valid,
    /// Signed by itself.
    SelfSigned,
    /// Valid in the year 2024 only.
    Expired,
    /// For `other.example`, which is not the server's name.
    WrongName,
}

/// What a server with TLS needs, and the certificate of its authority as PEM.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    config: Arc<ServerConfig>,
    pub(crate) authority: String,
}

impl Tls {
    pub(crate) fn new(certificate: Certificate, subject: &str) -> io::Result<Self> {
        let (authority, leaf, key) = made(certificate, subject).map_err(io::Error::other)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                config
                    .with_no_client_auth()
                    .with_single_cert(vec![leaf.der().clone()], key)
            });
        let config = config.map(Arc::new).map_err(io::Error::other)?;
        Ok(Self { config, authority })
    }

    pub(crate) fn wrap(
        &self,
        socket: TcpStream,
    ) -> io::Result<StreamOwned<ServerConnection, TcpStream>> {
        let connection = ServerConnection::new(Arc::clone(&self.config));
        let connection = connection.map_err(io::Error::other)?;
        Ok(StreamOwned::new(connection, socket))
    }
}

fn made(
    certificate: Certificate,
    subject: &str,
) -> Result<(String, rcgen::Certificate, KeyPair), rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name = named("Fake Authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let names: &[&str] = match certificate {
        Certificate::WrongName => &["other.example"],
        _ => &["localhost", "127.0.0.1"],
    };
    let names: Vec<String> = names.iter().map(|name| (*name).into()).collect();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = named(subject);
    if certificate == Certificate::Expired {
        params.not_before = date_time_ymd(2024, 1, 1);
        params.not_after = date_time_ymd(2025, 1, 1);
    }
    let key = KeyPair::generate()?;
    let leaf = match certificate {
        Certificate::SelfSigned => params.self_signed(&key)?,
        _ => params.signed_by(&key, &authority)?,
    };
    Ok((authority.pem(), leaf, key))
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}
