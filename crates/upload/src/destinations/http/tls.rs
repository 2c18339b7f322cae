//! The settings of TLS: the system's authorities, and refused certificates are described.

use std::sync::{Arc, LazyLock};

use rustls::ClientConfig;
use rustls_platform_verifier::Verifier;

use super::certificate::Described;

/// The settings for all connections. They are made when they are first needed, because the
/// certificates of the system's authorities are read for them.
static SETTINGS: LazyLock<Result<ClientConfig, rustls::Error>> = LazyLock::new(|| {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Described(Verifier::new(Arc::clone(&provider))?);
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous() // only in name: the verifier is that of the system
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
});

/// A copy of the settings; `None` if the system's authorities cannot be read.
pub(super) fn settings() -> Option<ClientConfig> {
    SETTINGS.as_ref().ok().cloned()
}
