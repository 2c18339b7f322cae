//! All stores of a process: opened buckets, and the runtime on which their requests run.

use std::collections::HashMap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::Receiver;
use tokio::sync::oneshot;

#[cfg(not(feature = "services"))]
use crate::absent::{Connectors, open};
use crate::address::{Address, Scheme};
#[cfg(feature = "services")]
use crate::client::Connectors;
use crate::error::{Kind, StoreError};
use crate::object::{Head, Object, Put, is_etag};
#[cfg(feature = "services")]
use crate::open::open;
use crate::room::Room;
use crate::steps::{Answer, Get, Got, Step, Steps};
use crate::store::Store;

/// How often a run looks whether it should stop.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Threads that decide about items. They read files, and few items need that.
const DECIDING: usize = 2;

/// How much may be in flight.
#[derive(Debug, Clone, Copy)]
pub struct Loads {
    /// Items with a request at the same time.
    pub at_once: usize,
    /// Memory of all bodies, in bytes, until they are taken apart.
    pub memory: u64,
    /// About how much of it is fetched before somebody takes it, in bytes.
    pub ahead: u64,
    /// The largest body that is accepted, in bytes.
    pub largest: u64,
}

/// A scheme, a bucket, and the query of a pre-signed address.
type Place = (Scheme, String, Option<String>);

/// The stores of a process. Their requests share one runtime on one thread, which is that of
/// whoever waits.
#[derive(Debug)]
pub struct Stores {
    runtime: Runtime,
    connectors: Connectors,
    opened: Mutex<HashMap<Place, Store>>,
}

impl Stores {
    /// Prepares the runtime. Nothing is sent. A failing request is repeated for at most `timeout`.
    ///
    /// # Errors
    /// If no more threads or files can be opened.
    pub fn new(timeout: Duration) -> Result<Self, StoreError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| {
                StoreError::new(
                    Kind::Other,
                    "network",
                    "no connection can be made from here",
                )
            })?;
        Ok(Self {
            runtime,
            connectors: Connectors::new(timeout),
            opened: Mutex::default(),
        })
    }

    /// Opens the bucket of an address. Nothing is sent.
    ///
    /// # Errors
    /// If the variables of the service make no sense, or this system has no certificates.
    pub fn open(&self, address: &Address) -> Result<Store, StoreError> {
        let query = address.query().map(Into::into);
        let place = (address.scheme(), address.bucket().into(), query);
        // A pre-signed address is used once; many would fill the map.
        if address.query().is_some() {
            return open(address, &self.connectors);
        }
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = opened.get(&place) {
            return Ok(store.clone());
        }
        let store = open(address, &self.connectors)?;
        opened.insert(place, store.clone());
        Ok(store)
    }

    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Every object below a prefix, in the order of their keys.
    ///
    /// # Errors
    /// If they cannot be listed.
    pub fn list(&self, store: &Store, prefix: &str) -> Result<Vec<Object>, StoreError> {
        self.wait(store.list(prefix))
    }

    /// What is known of an object; `None` if there is none.
    ///
    /// # Errors
    /// If the service does not say.
    pub fn head(&self, store: &Store, key: &str) -> Result<Option<Head>, StoreError> {
        self.wait(store.head(key))
    }

    /// The bytes of an object, if it has at most `largest` bytes.
    ///
    /// # Errors
    /// If they cannot be fetched.
    pub fn get(&self, get: &Get, largest: u64) -> Result<Got, StoreError> {
        let room = Room::new(largest, largest);
        self.wait(get.store.get(get, &room, largest))
    }

    /// Writes an object, whole or not at all; returns its version.
    ///
    /// # Errors
    /// If it may not be written, or cannot be.
    pub fn put(&self, put: Put) -> Result<String, StoreError> {
        self.wait(Store::put(put))
    }

    /// Removes objects; it is no error if one is not there.
    ///
    /// # Errors
    /// If one cannot be removed. Others may be.
    pub fn delete(&self, store: &Store, keys: &[String]) -> Result<(), StoreError> {
        self.wait(store.delete(keys))
    }

    /// Carries items through their requests, many at once; `ready` gets each when it is ready, in
    /// any order. Once `stop` is true, no request is started and those in flight are dropped.
    pub fn run<S: Steps>(
        &self,
        items: impl Iterator<Item = S::Item>,
        steps: &S,
        loads: Loads,
        stop: &AtomicBool,
        ready: impl FnMut(S::Item),
    ) {
        self.carry(stream::iter(items), steps, loads, Some(stop), ready);
    }

    /// The same for items that arrive in a channel, until all its senders are gone. Those that have
    /// arrived are finished in any case.
    pub fn run_received<S: Steps>(
        &self,
        mut items: Receiver<S::Item>,
        steps: &S,
        loads: Loads,
        ready: impl FnMut(S::Item),
    ) {
        let items = stream::poll_fn(move |context| items.poll_recv(context));
        self.carry(items, steps, loads, None, ready);
    }

    fn carry<S: Steps>(
        &self,
        items: impl Stream<Item = S::Item>,
        steps: &S,
        loads: Loads,
        stop: Option<&AtomicBool>,
        mut ready: impl FnMut(S::Item),
    ) {
        let room = Room::new(loads.memory, loads.ahead);
        let (to_decide, waiting) = mpsc::channel();
        let waiting = Mutex::new(waiting);
        let carrying = Carrying {
            steps,
            room,
            largest: loads.largest,
            to_decide,
        };
        thread::scope(|scope| {
            for _ in 0..DECIDING {
                scope.spawn(|| decide(steps, &waiting));
            }
            // Moved here, so that the threads end after the last item.
            let carrying = carrying;
            let carried = items
                .map(|item| carrying.one(item))
                .buffer_unordered(loads.at_once.max(1));
            self.wait(async {
                let carried = carried.take_until(stopped(stop));
                let mut carried = std::pin::pin!(carried);
                while let Some(item) = carried.next().await {
                    ready(item);
                }
            });
        });
    }
}

/// An item to decide about, and where it goes back to.
type Question<T> = (T, oneshot::Sender<T>);

/// Decides about items until there are no more.
fn decide<S: Steps>(steps: &S, waiting: &Mutex<mpsc::Receiver<Question<S::Item>>>) {
    loop {
        let next = {
            let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.recv()
        };
        let Ok((mut item, answer)) = next else {
            return;
        };
        // An item without a decision goes on, and whoever works on it finds the same fault.
        let _ = catch_unwind(AssertUnwindSafe(|| steps.decide(&mut item)));
        // It is not waited for once the run was stopped.
        drop(answer.send(item));
    }
}

async fn stopped(stop: Option<&AtomicBool>) {
    match stop {
        Some(stop) => {
            while !stop.load(Ordering::Relaxed) {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        }
        None => std::future::pending().await,
    }
}

/// What all items of a run share.
struct Carrying<'a, S: Steps> {
    steps: &'a S,
    room: Room,
    largest: u64,
    to_decide: mpsc::Sender<Question<S::Item>>,
}

impl<S: Steps> Carrying<'_, S> {
    async fn one(&self, mut item: S::Item) -> S::Item {
        let mut answer = Answer::None;
        loop {
            answer = match self.steps.next(&mut item, answer) {
                Step::Ready => return item,
                Step::Decide => {
                    item = self.decided(item).await;
                    Answer::Decided
                }
                Step::Head(store, key) => Answer::Head(store.head(&key).await),
                Step::Get(mut get) => {
                    get.unless = get.unless.filter(|version| is_etag(version));
                    Answer::Got(get.store.get(&get, &self.room, self.largest).await)
                }
                Step::Put(put) => Answer::Put(Store::put(put).await),
            };
        }
    }

    async fn decided(&self, item: S::Item) -> S::Item {
        let (sender, decided) = oneshot::channel();
        if let Err(unsent) = self.to_decide.send((item, sender)) {
            return unsent.0.0;
        }
        match decided.await {
            Ok(item) => item,
            // The threads answer as long as the run lasts, so nobody waits for this item.
            Err(_) => std::future::pending().await,
        }
    }
}
