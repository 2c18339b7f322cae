//! Where pictures show, for one download each. Addresses come from the server, so they are
//! checked like anything that comes from outside; they are kept in memory only.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use reqwest::Url;
use reqwest::blocking::Client;

use super::account::GreenAccount;
use super::classify;
use super::exchange::{self, Timeouts};
use crate::verdict::{Action, Verdict};

/// Hosts of the messengers' pictures, and everything below them.
const HOSTS: [&str; 2] = ["whatsapp.net", "oneme.ru"];

/// The addresses of the latest answers, by account.
#[derive(Default)]
pub(super) struct Pictures(Mutex<HashMap<String, String>>);

impl Pictures {
    /// Remembers the address in an answer, signature and all.
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

/// Fetches what an account shows. No token goes along.
pub(super) fn fetch(
    client: &Client,
    timeouts: Timeouts,
    account: &GreenAccount,
    address: Option<String>,
) -> Result<Option<Vec<u8>>, Verdict> {
    let Some(address) = address else {
        return Ok(None);
    };
    if !is_allowed(&address, account) {
        let text = "the picture is said to show at a place that is not asked";
        return Err(Verdict::new(
            Action::Fail,
            "foreign_picture",
            text,
            "look at the account",
        ));
    }
    let picture = exchange::fetch(client, timeouts, &address);
    picture.map(Some).ok_or_else(|| {
        let text = "the picture could not be fetched";
        let hint = "look at the account";
        Verdict::new(Action::Fail, "picture_not_fetched", text, hint)
    })
}

/// `https` at the messengers and at the account's own host, which may be this machine.
fn is_allowed(address: &str, account: &GreenAccount) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let with_port = url
        .port()
        .map_or(host.clone(), |port| format!("{host}:{port}"));
    if with_port == account.address.host() {
        return url.scheme() == "https" || account.address.is_local();
    }
    let known = HOSTS
        .iter()
        .any(|known| host == *known || host.ends_with(&format!(".{known}")));
    url.scheme() == "https" && known && url.port().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, Product, Secret};

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
            assert_eq!(is_allowed(address, account), allowed, "{address}");
        }
    }
}
