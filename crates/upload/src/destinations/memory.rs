//! A destination in memory, for rehearsals and tests of callers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::destination::{Destination, Scope, Shown, Spacing, Target};
use crate::payload::Payload;
use crate::verdict::Verdict;

/// Keeps in memory what was sent last to each account.
#[derive(Debug, Default)]
pub struct Memory {
    shown: Mutex<HashMap<String, Payload>>,
}

impl Memory {
    /// What the account shows now.
    #[must_use]
    pub fn payload(&self, account: &str) -> Option<Payload> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.get(account).cloned()
    }
}

impl Destination for Memory {
    fn target(&self, account: &str) -> Option<Target> {
        let scope = Scope {
            service: "memory".into(),
            host: String::new(),
            id: String::new(),
        };
        let slot = account.into();
        Some(Target { scope, slot })
    }

    fn spacing(&self, _: &str) -> Spacing {
        Spacing::NONE
    }

    fn ready(&self, _: &str) -> Result<(), Verdict> {
        Ok(())
    }

    fn shown(&self, account: &str) -> Result<Shown, Verdict> {
        let shown = self.payload(account);
        Ok(shown.map_or(Shown::Nothing, |payload| {
            Shown::Bytes(payload.sha256().into())
        }))
    }

    fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        let shown = self.payload(account);
        Ok(shown.map(|payload| payload.bytes().to_vec()))
    }

    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.insert(account.into(), payload.clone());
        Verdict::applied(None)
    }
}
