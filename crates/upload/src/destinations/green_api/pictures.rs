//! The addresses of the pictures that accounts show, for one download each. They come from the
//! server, so they are checked like anything from outside. They are kept in memory only, because
//! they are signed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::account::GreenAccount;
use super::classify;
use crate::destinations::http::Allowed;

/// Hosts of the messengers' pictures, and everything below them.
const HOSTS: [&str; 2] = ["whatsapp.net", "oneme.ru"];

/// The addresses of the latest answers, by account.
#[derive(Default)]
pub(super) struct Pictures(Mutex<HashMap<String, String>>);

impl Pictures {
    /// Remembers the address in an answer, including its signature.
    pub(super) fn keep(&self, account: &str, answer: &[u8]) {
        if let Some(address) = classify::picture_address(answer) {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert(account.into(), address);
        }
    }

    pub(super) fn take(&self, account: &str) -> Option<String> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(account)
    }
}

/// The hosts from which the pictures of an account may be fetched.
pub(super) fn allowed(account: &GreenAccount) -> Allowed<'_> {
    Allowed {
        hosts: &HOSTS,
        own: account.address.host(),
        is_local: account.address.is_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::destinations::green_api::account::Product;
    use crate::destinations::green_api::address::Address;
    use crate::secret::Secret;

    #[test]
    fn only_messengers_and_the_own_host_are_asked() {
        let account = |address: &str| {
            let address = Address::new(address, &[]).unwrap();
            let token = Secret::new("0123456789").unwrap();
            GreenAccount::new("a", "1", Product::Whatsapp, address, token).unwrap()
        };
        let real = account("https://1101.api.green-api.com");
        let local = account("http://127.0.0.1:8080");
        for (address, account, allowed) in [
            ("https://pps.whatsapp.net/v/1_n.jpg?oe=1", &real, true),
            ("https://i.oneme.ru/i?r=1", &real, true),
            ("https://1101.api.green-api.com/file/1", &real, true),
            ("http://127.0.0.1:8080/cdn/1", &local, true),
            ("http://pps.whatsapp.net/v/1_n.jpg", &real, false),
            ("https://pps.whatsapp.net:8443/v/1_n.jpg", &real, false),
            ("https://evilwhatsapp.net/1", &real, false),
            ("https://whatsapp.net.evil.example/1", &real, false),
            ("http://1101.api.green-api.com/file/1", &real, false),
            ("http://127.0.0.1:8080/cdn/1", &real, false),
            ("http://127.0.0.1:9090/cdn/1", &local, false),
            ("file:///etc/passwd", &local, false),
            ("not an address", &local, false),
        ] {
            let found = super::allowed(account).allows(address);
            assert_eq!(found, allowed, "{address}");
        }
    }
}
