//! Settings files with rules, sidecars, and accounts files.

use avatar_prep_command::{check_accounts, parts};

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
