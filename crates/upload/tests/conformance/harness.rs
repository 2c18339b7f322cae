//! A run of a destination: its journal, its pacer, its deliveries and their outcomes.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use avatar_upload::{
    Comparison, Contents, Delivery, Destination, Event, Finished, Journal, Pacer, Payload, Run,
    RunOptions, Status, TimeScale,
};

use crate::{ACCOUNTS, SPEED};

pub(crate) fn payload(text: &str) -> Payload {
    Payload::new(text.as_bytes().to_vec()).unwrap()
}

/// A destination that the suite can share.
pub(crate) type Account = Arc<dyn Destination>;

pub(crate) fn delivery(
    destination: &Account,
    name: &str,
    contents: impl Contents + 'static,
) -> Delivery {
    Delivery {
        account: name.into(),
        destination: Arc::clone(destination),
        picture: format!("{name}.jpg"),
        contents: Arc::new(contents),
    }
}

pub(crate) fn by_bytes(sent: &Payload, shown: &[u8]) -> Comparison {
    match sent.bytes() == shown {
        true => Comparison::Same,
        false => Comparison::Different("other bytes".into()),
    }
}

/// A journal and times of its own for each subject.
pub(crate) struct Harness {
    folder: tempfile::TempDir,
    pub(crate) journal: Journal,
    pub(crate) pacer: Pacer,
    pub(crate) events: Mutex<Vec<String>>,
}

impl Harness {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            journal: Journal::open(&folder.path().join("state.sqlite")).unwrap(),
            pacer: Pacer::open(folder.path().join("pace")).unwrap(),
            folder,
            events: Mutex::default(),
        }
    }

    /// Another folder of results of the same user.
    pub(crate) fn beside(other: &Self) -> Self {
        Self {
            pacer: Pacer::open(other.folder.path().join("pace")).unwrap(),
            ..Self::new()
        }
    }

    /// A run with one sender that looks at nothing that was applied before.
    pub(crate) fn run<'a>(&'a self, listener: &'a (dyn Fn(&Event<'_>) + Sync)) -> Run<'a> {
        Run {
            journal: &self.journal,
            pacer: &self.pacer,
            options: RunOptions {
                senders: NonZeroUsize::MIN,
                resend: false,
                speed: TimeScale::new(SPEED),
                deadline: None,
                verify: false,
            },
            compare: &by_bytes,
            listener,
        }
    }

    pub(crate) fn deliver(&self, deliveries: Vec<Delivery>, resend: bool) -> Finished {
        self.deliver_at(SPEED, deliveries, resend)
    }

    pub(crate) fn deliver_at(
        &self,
        speed: f64,
        deliveries: Vec<Delivery>,
        resend: bool,
    ) -> Finished {
        let run = Run {
            journal: &self.journal,
            pacer: &self.pacer,
            options: RunOptions {
                senders: NonZeroUsize::new(2).unwrap(),
                resend,
                speed: TimeScale::new(speed),
                deadline: None,
                verify: true,
            },
            compare: &by_bytes,
            listener: &|event| {
                if let Event::Done(outcome) = event {
                    self.events
                        .lock()
                        .unwrap()
                        .push(outcome.entry.account.clone());
                }
            },
        };
        run.deliver(deliveries, &AtomicBool::new(false))
    }
}

pub(crate) fn statuses(finished: &Finished) -> Vec<(String, Status)> {
    let outcomes = finished.outcomes.iter();
    let mut statuses: Vec<_> = outcomes
        .map(|outcome| (outcome.entry.account.clone(), outcome.status))
        .collect();
    statuses.sort_by_key(|(account, _)| account.clone());
    statuses
}

pub(crate) fn all(status: Status) -> Vec<(String, Status)> {
    let mut all = ACCOUNTS.map(|account| (account.to_string(), status));
    all.sort_by_key(|(account, _)| account.clone());
    all.into()
}
