//! Which part of the address of a shown picture identifies the picture.

use super::account::Product;
use crate::destinations::http::Parts;
use crate::payload;

/// Hexadecimal digits of the hash of a name.
const DIGITS: usize = 32;

/// A name that changes when the picture changes, as long as messengers build addresses as they do
/// today:
/// - WhatsApp names a picture by the last segment of the path. Hosts and folders change while the
///   picture stays, and the query is a signature that expires.
/// - MAX identifies it by `r` in the query.
/// - For Telegram and for unknown hosts, the whole address is the name.
///
/// The name is hashed, because an address can contain a credential.
pub(super) fn named(address: &str, product: Product) -> String {
    let name = name(address, product).unwrap_or_else(|| address.into());
    let mut hash = payload::sha256(name.as_bytes());
    hash.truncate(DIGITS);
    hash
}

fn name(address: &str, product: Product) -> Option<String> {
    let parts = Parts::of(address)?;
    let by_query = || {
        let fields = parts.query.as_deref()?.split('&');
        let mut named = fields.filter_map(|field| field.split_once('='));
        named.find_map(|(key, value)| (key == "r").then(|| value.to_string()))
    };
    let by_path = || Some(parts.last_segment().to_string()).filter(|name| !name.is_empty());
    match product {
        _ if parts.is_below("whatsapp.net") => by_path(),
        _ if parts.is_below("oneme.ru") => by_query(),
        Product::Whatsapp => by_path(),
        Product::Max => by_query(),
        Product::Telegram => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_told_apart_by_what_names_them() {
        let whatsapp = "https://pps.whatsapp.net/v/t61.24694-24/11_22_n.jpg?oh=1&oe=2";
        let max = "https://i.oneme.ru/i?r=BTGBPUwtwgYUeoFhO7rESmr8&fn=w_96";
        for (product, one, other, same) in [
            (
                Product::Whatsapp,
                whatsapp,
                "https://media-ams2-1.cdn.whatsapp.net/v/t61.2885-15/11_22_n.jpg?stp=dst-jpg_s96x96&oe=9",
                true,
            ),
            (
                Product::Whatsapp,
                whatsapp,
                "https://pps.whatsapp.net/v/t61.24694-24/11_23_n.jpg?oh=1&oe=2",
                false,
            ),
            (
                Product::Max,
                max,
                "https://i.oneme.ru/i?r=BTGBPUwtwgYUeoFhO7rESmr8",
                true,
            ),
            (
                Product::Max,
                max,
                "https://i.oneme.ru/i?r=BTGBPUwtwgYUeoFhO7rESmr9&fn=w_96",
                false,
            ),
            (
                Product::Telegram,
                "https://4100.api.green-api.com/f/1?k=1",
                "https://4100.api.green-api.com/f/1?k=2",
                false,
            ),
            (
                Product::Max,
                "https://elsewhere.example/1?x=1",
                "https://elsewhere.example/1?x=2",
                false,
            ),
        ] {
            let (one, other) = (named(one, product), named(other, product));
            assert_eq!(one == other, same, "{one} {other}");
            assert_eq!(one.len(), DIGITS);
        }
    }
}
