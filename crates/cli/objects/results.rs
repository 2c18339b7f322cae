//! The results below a prefix: what its segments remember, and what is there.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use avatar_stores::{
    Address, Answer, Get, Got, Loads, Object, Step, Steps, Store, StoreError, Stores,
};

use super::address::refused;
use super::segment::{self, Row};
use crate::error::CliError;
use crate::files::STATE_FOLDER;
use crate::naming::shard::Shard;

/// Segments are read with this many requests at a time.
const AT_ONCE: usize = 16;
/// Memory of segments that are being read, and the largest that is read, in bytes.
const MEMORY: u64 = 256 << 20;

/// The results below a prefix.
pub(crate) struct Results {
    pub(crate) store: Store,
    pub(crate) out: Address,
    /// By the path below the prefix.
    pub(crate) rows: HashMap<String, Row>,
    /// What is there, by key; none if it was not listed, because it is the share of one machine.
    pub(crate) listed: Option<HashMap<String, Object>>,
    /// Segments that could not be read.
    pub(crate) warnings: Vec<String>,
}

/// What is at the key of a result.
pub(crate) enum Existing<'a> {
    Absent,
    Present(&'a Object),
    /// Only a request tells.
    Unknown,
}

impl Results {
    /// Reads what is remembered. For the whole, it also lists what is there; a share lists only its
    /// own segments.
    pub(crate) fn open(stores: &Stores, out: &Address, shard: Shard) -> Result<Self, CliError> {
        let store = stores.open(out).map_err(|error| refused(&error))?;
        let is_whole = shard == Shard::WHOLE;
        let segments = segment::prefix(out, shard);
        let list = |prefix: &str| {
            let found = stores.list(&store, prefix.trim_end_matches('/'));
            found.map_err(|error| refused(&error))
        };
        let (segments, listed) = match is_whole {
            false => (list(segments.key())?, None),
            true => {
                let all = list(out.key())?;
                let state = out.join(STATE_FOLDER).join("").key().to_string();
                let all = all.into_iter();
                let (state, results): (Vec<Object>, Vec<Object>) =
                    all.partition(|object| object.key.starts_with(&state));
                let rows = format!("{}/", segments.key());
                let of_rows = state.into_iter().filter(|it| it.key.starts_with(&rows));
                let results = results.into_iter().map(|it| (it.key.clone(), it));
                (of_rows.collect(), Some(results.collect()))
            }
        };
        let mut results = Self {
            store,
            out: out.clone(),
            rows: HashMap::new(),
            listed,
            warnings: Vec::new(),
        };
        results.read(stores, segments);
        Ok(results)
    }

    fn read(&mut self, stores: &Stores, segments: Vec<Object>) {
        let loads = Loads {
            at_once: AT_ONCE,
            memory: MEMORY,
            largest: MEMORY,
        };
        let items = segments.into_iter().map(|object| Segment {
            object,
            rows: None,
            error: None,
        });
        let reading = Reading {
            store: self.store.clone(),
        };
        let mut read = Vec::new();
        let stop = AtomicBool::new(false);
        stores.run(items, &reading, loads, &stop, |segment| read.push(segment));
        read.sort_by(|one, two| segment::order(&one.object).cmp(segment::order(&two.object)));
        for segment in read {
            if let Some(rows) = segment.rows {
                self.rows
                    .extend(rows.into_iter().map(|row| (row.output.clone(), row)));
                continue;
            }
            let place = self.store.address(&segment.object.key);
            let why = segment
                .error
                .map_or("it is damaged, or of a later version".into(), |error| {
                    error.what().to_string()
                });
            self.warnings.push(format!(
                "{place} is not used: {why}; its results are asked one by one"
            ));
        }
    }

    /// The key of a result.
    pub(crate) fn key(&self, output: &str) -> String {
        self.out.join(output).key().into()
    }

    /// What is at the key of a result.
    pub(crate) fn existing(&self, output: &str) -> Existing<'_> {
        match &self.listed {
            None => Existing::Unknown,
            Some(listed) => match listed.get(&self.key(output)) {
                Some(object) => Existing::Present(object),
                None => Existing::Absent,
            },
        }
    }
}

/// A segment that is being read.
struct Segment {
    object: Object,
    rows: Option<Vec<Row>>,
    error: Option<StoreError>,
}

struct Reading {
    store: Store,
}

impl Steps for Reading {
    type Item = Segment;

    fn next(&self, item: &mut Segment, answer: Answer) -> Step {
        match answer {
            Answer::None => {
                return Step::Get(Get {
                    store: self.store.clone(),
                    key: item.object.key.clone(),
                    size: Some(item.object.size),
                    unless: None,
                    start: None,
                });
            }
            Answer::Got(Ok(Got::Body(body))) => item.rows = segment::parse(body.bytes()),
            Answer::Got(Err(error)) => item.error = Some(error),
            _ => {}
        }
        Step::Ready
    }
}
