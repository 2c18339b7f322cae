//! Settings files with rules, sidecars, accounts files, and addresses in stores.

use avatar_prep_command::{check_accounts, parts};
use avatar_stores::{Address, fault_of_key};

/// A settings file, a sidecar or an accounts file; the first byte chooses which.
pub fn settings(input: &[u8]) {
    let Some((choice, text)) = input.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let read = || match choice % 4 {
        0 => parts::check_settings(text),
        1 => parts::check_sidecar(text),
        2 => check_accounts(text, false),
        _ => check_accounts(text, true),
    };
    let outcome = read();
    assert_eq!(outcome, read(), "not the same again");
    if let Err(message) = outcome {
        assert!(!message.is_empty());
        let is_accounts = choice % 4 >= 2;
        assert!(!(is_accounts && message.contains(SECRET)), "{message}");
    }
}

/// A token that dictionaries and seeds contain: messages about accounts never repeat a value.
const SECRET: &str = "5ecre7-0f-n0b0dy";

/// A line of a list of sources. The query of an address is a secret, and what is printed names the same object.
pub fn addresses(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let _ = fault_of_key(text);
    let Some(Ok(address)) = Address::parse(text) else {
        return;
    };
    let shown = address.to_string();
    assert!(!address.bucket().is_empty() && !address.bucket().contains('@'));
    if let Some((before, query)) = text.split_once('?')
        && address.scheme().is_http()
        && query.len() >= SECRET.len()
    {
        // The path can repeat the query, so that only another query shows whether it is printed.
        let other = format!("{before}?{}", "0".repeat(query.len()));
        let other = Address::parse(&other).and_then(Result::ok);
        let other = other.expect("the same address with another query");
        assert_eq!(shown, other.to_string());
    }
    if !address.scheme().is_http() {
        assert_eq!(Address::parse(&shown), Some(Ok(address.clone())), "{shown}");
    }
    let below = address.with_key("a/b.jpg");
    assert!(below.shares_bucket(&address), "{shown}");
    assert_eq!(below.key(), "a/b.jpg");
}
