//! Several destinations as one: each account belongs to one of them.

use std::collections::HashMap;

use super::accounts::nobody;
use crate::destination::{Access, Destination, Shown, Spacing, Target};
use crate::payload::Payload;
use crate::verdict::Verdict;

/// Destinations of different services, by the names of their accounts.
#[derive(Default)]
pub struct Many {
    destinations: Vec<Box<dyn Destination>>,
    by_account: HashMap<String, usize>,
}

impl Many {
    /// Adds a destination for the accounts with these names.
    pub fn add(
        &mut self,
        accounts: impl IntoIterator<Item = String>,
        destination: Box<dyn Destination>,
    ) {
        let index = self.destinations.len();
        self.destinations.push(destination);
        let accounts = accounts.into_iter().map(|account| (account, index));
        self.by_account.extend(accounts);
    }

    fn of(&self, account: &str) -> Option<&dyn Destination> {
        let index = self.by_account.get(account)?;
        self.destinations.get(*index).map(|boxed| &**boxed)
    }

    fn known(&self, account: &str) -> Result<&dyn Destination, Verdict> {
        self.of(account).ok_or_else(|| nobody(account))
    }
}

impl Destination for Many {
    fn target(&self, account: &str) -> Option<Target> {
        self.of(account)?.target(account)
    }

    fn access(&self, account: &str) -> Access {
        let of = self.of(account);
        of.map_or_else(Access::default, |of| of.access(account))
    }

    fn spacing(&self, account: &str) -> Spacing {
        let of = self.of(account);
        of.map_or(Spacing::NONE, |of| of.spacing(account))
    }

    fn request(&self, account: &str) -> String {
        let of = self.of(account);
        of.map_or_else(String::new, |of| of.request(account))
    }

    fn ready(&self, account: &str) -> Result<(), Verdict> {
        self.known(account)?.ready(account)
    }

    fn shown(&self, account: &str) -> Result<Shown, Verdict> {
        self.known(account)?.shown(account)
    }

    fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        self.known(account)?.fetch(account)
    }

    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        match self.known(account) {
            Ok(destination) => destination.send(account, payload),
            Err(verdict) => verdict,
        }
    }
}
