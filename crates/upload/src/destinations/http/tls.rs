//! TLS between the HTTP client and the network. The client's own TLS is not used, because it cannot
//! be given the verifier that describes refused certificates.

use std::fmt;
use std::io;
use std::sync::{Arc, LazyLock};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use rustls_platform_verifier::Verifier;
use ureq::Error;
use ureq::unversioned::transport::time::{Duration, Instant};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport,
    TransportAdapter,
};

use super::certificate::Described;

/// The settings for all connections. They are made when they are first needed, because the
/// certificates of the system's authorities are read for them.
static SETTINGS: LazyLock<Result<Arc<ClientConfig>, rustls::Error>> = LazyLock::new(|| {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Described(Verifier::new(Arc::clone(&provider))?);
    let settings = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous() // only in name: the verifier is that of the system
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(settings))
});

/// Encrypts connections to addresses with `https`.
#[derive(Debug)]
pub(super) struct Tls;

impl<In: Transport> Connector<In> for Tls {
    type Out = Either<In, Encrypted>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let Some(plain) = chained else {
            return Ok(None);
        };
        if !details.needs_tls() {
            return Ok(Some(Either::A(plain)));
        }
        let settings = SETTINGS.as_ref().map_err(|error| failed(error.clone()))?;
        let host = details.uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let name =
            ServerName::try_from(host).map_err(|error| Error::Io(io::Error::other(error)))?;
        let connection = ClientConnection::new(Arc::clone(settings), name.to_owned());
        let mut connection = connection.map_err(failed)?;
        let mut socket = TransportAdapter::new(plain.boxed(), Arc::clone(&details.current_time));
        socket.set_timeout(left(details));
        connection.complete_io(&mut socket)?;
        let config = details.config;
        Ok(Some(Either::B(Encrypted {
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            stream: StreamOwned::new(connection, socket),
        })))
    }
}

fn failed(error: rustls::Error) -> Error {
    Error::Io(io::Error::other(error))
}

/// What the connection has left of its time: the plain connection used a part of it.
fn left(details: &ConnectionDetails<'_>) -> NextTimeout {
    let mut left = details.timeout;
    let now = (details.current_time)();
    if let (Instant::Exact(now), Instant::Exact(start), Duration::Exact(whole)) =
        (now, details.now, left.after)
    {
        left.after = Duration::Exact(whole.saturating_sub(now.saturating_duration_since(start)));
    }
    left
}

/// An encrypted connection.
pub(super) struct Encrypted {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl fmt::Debug for Encrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Encrypted")
    }
}

impl Transport for Encrypted {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.sock.set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        io::Write::write_all(&mut self.stream, output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.sock.set_timeout(timeout);
        let input = self.buffers.input_append_buf();
        let amount = io::Read::read(&mut self.stream, input)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.sock.get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}
