//! Masks secrets in everything that is printed, because a token can be anywhere by mistake.

use std::sync::{LazyLock, PoisonError, RwLock};

use avatar_upload::{Redactor, Secret, check_id};

/// Secrets that were read. They are global to the process, so that no printing function can miss
/// one.
static KNOWN: LazyLock<RwLock<Redactor>> = LazyLock::new(RwLock::default);

/// Masks this secret from now on. Ignores texts that are too short, because masking them everywhere
/// would make messages unreadable, and numbers of accounts, which are no secrets.
pub fn learn(secret: &str) {
    let secret = secret.trim();
    if let (Ok(secret), true) = (Secret::opaque(secret), check_id(secret).is_err()) {
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        known.learn(secret);
    }
}

/// The text with every known secret masked in any spelling, and everything that has the form of a
/// token.
pub fn text(text: &str) -> String {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    known.own(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_learned_is_masked() {
        let token = "nobodys-Token_of_the-mask";
        assert_eq!(text(token), token);
        learn("short");
        learn("110100000100");
        learn(token);
        let shown = text(&format!("a short \"x/{token}.jpg\" of 110100000100"));
        assert_eq!(shown, "a short \"x/***.jpg\" of 110100000100");
    }
}
