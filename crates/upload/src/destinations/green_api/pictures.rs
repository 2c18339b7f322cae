//! The hosts from which shown pictures may be fetched. Their addresses come from the server, so they
//! are checked like anything from outside.

use super::account::GreenAccount;
use crate::destinations::http::Allowed;

/// Hosts of the messengers' pictures, and everything below them.
const HOSTS: [&str; 2] = ["whatsapp.net", "oneme.ru"];

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
            GreenAccount::new("1", Product::Whatsapp, address, token).unwrap()
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
