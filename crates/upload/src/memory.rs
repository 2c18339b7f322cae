//! A destination in memory, for rehearsals and tests of callers.

use std::collections::HashMap;

use crate::{Destination, Error, Payload, Receipt};

/// Shows in memory what was delivered last to each account.
#[derive(Debug, Default)]
pub struct Memory {
    shown: HashMap<String, Vec<u8>>,
}

impl Memory {
    /// What the account shows now.
    #[must_use]
    pub fn shown(&self, account: &str) -> Option<&[u8]> {
        self.shown.get(account).map(Vec::as_slice)
    }
}

impl Destination for Memory {
    fn deliver(&mut self, payload: &Payload) -> Result<Receipt, Error> {
        self.shown
            .insert(payload.account().into(), payload.bytes().into());
        Ok(Receipt::of(payload))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_delivery_is_what_shows() {
        let mut memory = Memory::default();
        for bytes in [b"first".to_vec(), b"second".to_vec()] {
            let receipt = memory
                .deliver(&Payload::new("ada", bytes.clone()).unwrap())
                .unwrap();
            assert_eq!(
                (receipt.account(), receipt.length()),
                ("ada", bytes.len() as u64)
            );
        }
        assert_eq!(memory.shown("ada"), Some(&b"second"[..]));
        assert_eq!(memory.shown("noor"), None);
    }

    #[test]
    fn nothing_is_refused_before_it_is_sent() {
        let error = Payload::new("ada", Vec::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "nothing to deliver for ada: the picture has no bytes"
        );
    }
}
