//! The server as tests and rehearsals use it: start it, script it, and read its records.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use crate::connection::{self, listen};
use crate::instance::{Avatar, Instance, Product};
use crate::shared::Shared;
use crate::{Config, Records, Scenario, admin};

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Fake {
    shared: Arc<Shared>,
    address: SocketAddr,
    admin: SocketAddr,
}

impl Fake {
    /// Starts listening on this machine.
    ///
    /// # Errors
    /// If a port is taken.
    pub fn start(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port))?;
        let admin = TcpListener::bind((Ipv4Addr::LOCALHOST, config.admin_port))?;
        let addresses = (listener.local_addr()?, admin.local_addr()?);
        let shared = Arc::new(Shared::new(config, addresses.0)?);
        listen(listener, &shared, connection::serve)?;
        listen(admin, &shared, admin::serve)?;
        Ok(Self {
            shared,
            address: addresses.0,
            admin: addresses.1,
        })
    }

    /// Address of the service, in the form of `api_url`.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = self.shared.config.scheme();
        format!("{scheme}://{}", self.address)
    }

    /// The certificate of the authority that signed the server's certificate, as PEM; `None` without
    /// TLS.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        Some(&self.shared.tls()?.authority)
    }

    /// Address of the status page and the records.
    #[must_use]
    pub fn admin_url(&self) -> String {
        format!("http://{}", self.admin)
    }

    /// Adds an account.
    pub fn account(&self, id: &str, token: &str, product: Product) {
        self.shared.add(Instance::new(id, token, product));
    }

    /// Scripts the next answers of the account to this method. For an account that does not exist
    /// yet, they apply once it does.
    pub fn script(&self, id: &str, method: &str, scenarios: Vec<Scenario>) {
        if let Some(instance) = self.shared.instances().get_mut(id) {
            instance.script(method, scenarios);
            return;
        }
        let script = (id.into(), method.into(), scenarios);
        self.shared.scripts().push(script);
    }

    /// Sets the states of the account, each for its time by the server's clock; `null` is an answer
    /// without a state.
    pub fn states(&self, id: &str, states: &[(&str, Duration)]) {
        let now = self.shared.clock.now();
        self.shared
            .with(id, |instance| instance.set_states(now, states));
    }

    /// Sets until when the account says that it is suspended.
    pub fn suspended_until(&self, id: &str, until: &str) {
        self.shared
            .with(id, |instance| instance.suspended_until = Some(until.into()));
    }

    /// Sets the account's quota as used up: used and total.
    pub fn quota(&self, id: &str, used: u32, total: u32) {
        self.shared
            .with(id, |instance| instance.quota = Some((used, total)));
    }

    /// Shows this picture, as if somebody had set it on the phone.
    pub fn show(&self, id: &str, bytes: Vec<u8>) {
        self.shared.with(id, |instance| {
            let name = format!("{id}-hand{}", bytes.len());
            instance.avatar = Some(Avatar { name, bytes });
        });
    }

    /// What the account shows.
    #[must_use]
    pub fn avatar(&self, id: &str) -> Option<Vec<u8>> {
        let shown = self.shared.with(id, |instance| instance.avatar.clone());
        shown.flatten().map(|avatar| avatar.bytes)
    }

    /// How many pictures were applied to the account.
    #[must_use]
    pub fn pictures(&self, id: &str) -> u64 {
        self.shared
            .with(id, |instance| instance.pictures)
            .unwrap_or(0)
    }

    /// All requests so far.
    #[must_use]
    pub fn records(&self) -> Records {
        Records(self.shared.records().clone())
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.shared.stop();
        // A connection wakes up each listener, which then ends.
        let _ = TcpStream::connect(self.address);
        let _ = TcpStream::connect(self.admin);
    }
}
