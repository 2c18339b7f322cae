//! A destination in memory, for rehearsals and tests of callers.

use std::sync::{Mutex, PoisonError};

use crate::destination::{Destination, Scope, Shown, Spacing, Target};
use crate::payload::Payload;
use crate::verdict::Verdict;

/// An account that keeps in memory what was sent last.
#[derive(Debug)]
pub struct Memory {
    name: String,
    shown: Mutex<Option<Payload>>,
}

impl Memory {
    /// An account of this name, which shows nothing.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            shown: Mutex::default(),
        }
    }

    /// What the account shows now.
    #[must_use]
    pub fn payload(&self) -> Option<Payload> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.clone()
    }
}

impl Destination for Memory {
    fn target(&self) -> Target {
        Target {
            scope: Scope {
                service: "memory".into(),
                host: String::new(),
                id: String::new(),
            },
            slot: self.name.clone(),
        }
    }

    fn spacing(&self) -> Spacing {
        Spacing::NONE
    }

    fn ready(&self) -> Result<(), Verdict> {
        Ok(())
    }

    fn shown(&self) -> Result<Shown, Verdict> {
        Ok(self.payload().map_or(Shown::Nothing, |payload| {
            Shown::Bytes(payload.sha256().into())
        }))
    }

    fn fetch(&self) -> Result<Option<Vec<u8>>, Verdict> {
        Ok(self.payload().map(|payload| payload.bytes().to_vec()))
    }

    fn send(&self, payload: &Payload) -> Verdict {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        *shown = Some(payload.clone());
        Verdict::applied(None)
    }
}
