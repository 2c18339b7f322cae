//! The results below a prefix: what its segments remember, and what is there.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use avatar_stores::{
    Address, Answer, Get, Got, Kind, Loads, Object, Step, Steps, Store, StoreError, Stores,
};

use super::merge::merge;
use super::segment::{self, ResultRow, Segment};
use crate::error::CliError;
use crate::files::STATE_FOLDER;
use crate::naming::shard::Shard;

/// Segments are read with this many requests at a time.
const AT_ONCE: usize = 16;
/// Memory of segments that are being read, and the largest that is read, in bytes.
const MEMORY: u64 = 256 << 20;

/// How often the segments are listed, if others are deleted between listing and reading.
const LISTINGS: usize = 4;

/// The results below a prefix.
pub struct Results {
    pub store: Store,
    pub out: Address,
    /// By the path below the prefix.
    pub rows: HashMap<String, ResultRow>,
    /// What is there, by key; none if it was not listed, because it is the share of one machine.
    pub listed: Option<HashMap<String, Object>>,
    /// Whether there are tars; not known of the share of one machine.
    pub is_packed: bool,
    /// Segments that could not be read or merged.
    pub warnings: Vec<String>,
}

/// Whether what is remembered may be tidied up while it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merging {
    Allowed,
    /// Nothing is written.
    Never,
}

/// What is at the key of a result.
pub enum Existing<'a> {
    Absent,
    Present(&'a Object),
    /// Only a request shows it.
    Unknown,
}

impl Results {
    /// Connects to a store and reads all that is there and remembered; writes nothing. `learn` gets the
    /// secrets of the stores, which must not be printed.
    pub fn whole(
        out: &Address,
        timeout: Duration,
        learn: impl Fn(&str),
    ) -> Result<(Stores, Self), CliError> {
        let secrets = avatar_stores::secrets();
        secrets.iter().for_each(|secret| learn(secret));
        let stores = Stores::new(timeout).map_err(|error| CliError::refused(&error))?;
        let results = Self::open(&stores, out, Shard::WHOLE, Merging::Never)?;
        Ok((stores, results))
    }

    /// Reads what is remembered. For the whole, it also lists what is there; a share lists only its
    /// own segments.
    pub fn open(
        stores: &Stores,
        out: &Address,
        shard: Shard,
        merging: Merging,
    ) -> Result<Self, CliError> {
        let store = stores
            .open(out)
            .map_err(|error| CliError::refused(&error))?;
        let is_whole = shard == Shard::WHOLE;
        let prefix = segment::prefix(out, shard);
        let list = |prefix: &str| {
            let found = stores.list(&store, prefix);
            found.map_err(|error| CliError::refused(&error))
        };
        let mut is_packed = false;
        let (segments, listed) = match is_whole {
            false => (list(prefix.key())?, None),
            true => {
                let all = list(out.key())?;
                let state = out.join(STATE_FOLDER).join("").key().to_string();
                let all = all.into_iter();
                let (state, results): (Vec<Object>, Vec<Object>) =
                    all.partition(|object| object.key.starts_with(&state));
                let packs = out.join(STATE_FOLDER).join("packs/").key().to_string();
                is_packed = state.iter().any(|object| object.key.starts_with(&packs));
                let rows = format!("{}/", prefix.key());
                let of_rows = state.into_iter().filter(|it| it.key.starts_with(&rows));
                let results = results.into_iter().map(|it| (it.key.clone(), it));
                (of_rows.collect(), Some(results.collect()))
            }
        };
        let mut all = Segments::default();
        let mut again = Some(segments);
        // What another run merges and deletes meanwhile is found in what it wrote instead.
        for _ in 0..LISTINGS {
            let Some(segments) = again.take() else {
                break;
            };
            all.read((stores, &store), segments);
            if all.missing {
                all.missing = false;
                again = Some(list(prefix.key())?);
            }
        }
        if merging == Merging::Allowed {
            let folder = segment::folder(out, shard).join("").key().to_string();
            let own = all.found.iter();
            let own = own.filter(|(key, _)| key.strip_prefix(&folder).is_some_and(is_name));
            let mut own: Vec<(&str, &Segment)> =
                own.map(|(key, segment)| (key.as_str(), segment)).collect();
            own.sort_by_key(|(key, _)| segment::name(key));
            all.warnings.extend(merge((stores, &store), &own));
        }
        let (rows, warnings) = all.into_rows();
        Ok(Self {
            store,
            out: out.clone(),
            rows,
            listed,
            is_packed,
            warnings,
        })
    }

    /// The key of a result.
    pub fn key(&self, output: &str) -> String {
        self.out.join(output).key().into()
    }

    /// What is at the key of a result.
    pub fn existing(&self, output: &str) -> Existing<'_> {
        match &self.listed {
            None => Existing::Unknown,
            Some(listed) => match listed.get(&self.key(output)) {
                Some(object) => Existing::Present(object),
                None => Existing::Absent,
            },
        }
    }
}

fn is_name(relative: &str) -> bool {
    !relative.contains('/')
}

/// The segments below a prefix, by key.
#[derive(Default)]
struct Segments {
    found: HashMap<String, Segment>,
    warnings: Vec<String>,
    /// Whether one was listed that is no longer there.
    missing: bool,
}

impl Segments {
    /// Reads those that were not read yet.
    fn read(&mut self, (stores, store): (&Stores, &Store), listed: Vec<Object>) {
        let loads = Loads {
            at_once: AT_ONCE,
            memory: MEMORY,
            ahead: MEMORY,
            largest: MEMORY,
        };
        let fresh = listed
            .into_iter()
            .filter(|object| !self.found.contains_key(&object.key));
        let items: Vec<Item> = fresh
            .map(|object| Item {
                object,
                segment: None,
                error: None,
            })
            .collect();
        let reading = Reading {
            store: store.clone(),
        };
        let stop = AtomicBool::new(false);
        stores.run(items.into_iter(), &reading, loads, &stop, |item| {
            self.add(store, item);
        });
    }

    fn add(&mut self, store: &Store, item: Item) {
        if let Some(segment) = item.segment {
            self.found.insert(item.object.key, segment);
            return;
        }
        let gone = |error: &StoreError| error.kind() == Kind::NoSuchObject;
        if item.error.as_ref().is_some_and(gone) {
            self.missing = true;
            return;
        }
        let place = store.address(&item.object.key);
        let why = item
            .error
            .map_or("it is damaged, or of a later version".into(), |error| {
                error.what().to_string()
            });
        self.warnings.push(format!(
            "{place} is not used: {why}; its results are asked one by one"
        ));
    }

    /// The latest row of each result, and what could not be read.
    fn into_rows(self) -> (HashMap<String, ResultRow>, Vec<String>) {
        let mut all: Vec<(String, Segment)> = self.found.into_iter().collect();
        all.sort_by(|(one, _), (two, _)| segment::name(one).cmp(segment::name(two)));
        let mut rows = HashMap::new();
        for (_, segment) in all {
            let of_segment = segment.rows.into_iter();
            rows.extend(of_segment.map(|row| (row.output.clone(), row)));
        }
        (rows, self.warnings)
    }
}

/// A segment that is being read.
struct Item {
    object: Object,
    segment: Option<Segment>,
    error: Option<StoreError>,
}

struct Reading {
    store: Store,
}

impl Steps for Reading {
    type Item = Item;

    fn next(&self, item: &mut Item, answer: Answer) -> Step {
        match answer {
            Answer::None => return Step::Get(Get::whole(&self.store, &item.object)),
            Answer::Got(Ok(Got::Body(body))) => item.segment = segment::parse(body.bytes()),
            Answer::Got(Err(error)) => item.error = Some(error),
            _ => {}
        }
        Step::Ready
    }
}
