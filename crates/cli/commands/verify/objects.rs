//! The same for results in a store. Each is fetched and compared with what its run remembers, or with
//! what its own metadata say.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use avatar_batch::args::Options;
use avatar_batch::error::CliError;
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::objects::mark::Mark;
use avatar_batch::objects::results::Results;
use avatar_batch::packs::in_store::InStore;
use avatar_batch::packs::place::TarPlace;
use avatar_batch::report::{console, mask};
use avatar_stores::{
    Address, Answer, Get, Got, Loads, Object, Step, Steps, Store, StoreError, Stores, fault_of_key,
};

use super::{Fault, judge, tars};

/// Requests at the same time.
const AT_ONCE: usize = 32;

/// What is below a prefix.
pub(super) enum Verified {
    Results(Vec<Checked>),
    Tars(Vec<tars::Checked>),
}

/// A result that is remembered, an object that is there, or both.
pub(super) struct Checked {
    pub(super) output: String,
    pub(super) fault: Option<(Fault, String)>,
    object: Option<Object>,
    expected: Option<Expected>,
    /// Whether what it should be is known from its own metadata only.
    is_unrecorded: bool,
}

/// What a result should be.
struct Expected {
    bytes: u64,
    hash: String,
    /// The cap with which it was made; none if that is not known.
    max_bytes: Option<u64>,
}

impl Checked {
    fn new(output: String, expected: Option<Expected>) -> Self {
        Self {
            output,
            fault: None,
            object: None,
            expected,
            is_unrecorded: false,
        }
    }

    /// Whether it is intact by its own metadata only.
    pub(super) fn is_by_metadata(&self) -> bool {
        self.is_unrecorded && self.fault.is_none()
    }
}

/// Checks every result below a prefix.
pub(super) fn run(options: &Options, out: &Address) -> Result<Verified, CliError> {
    let (stores, results) = Results::whole(out, options.store_timeout, mask::learn)?;
    let warnings = results.warnings.iter();
    warnings.for_each(|text| console::print_warning(text));
    if results.is_packed {
        return in_tars(options.jobs, &stores, results).map(Verified::Tars);
    }
    let checking = Checking {
        store: results.store.clone(),
    };
    let loads = Loads {
        at_once: AT_ONCE,
        memory: options.memory,
        ahead: options.memory,
        largest: options.limits.encoded_bytes,
    };
    let items = items(results).into_values();
    let mut all = Vec::new();
    let stop = AtomicBool::new(false);
    stores.run(items, &checking, loads, &stop, |checked| all.push(checked));
    all.sort_by(|one, two| one.output.cmp(&two.output));
    Ok(Verified::Results(all))
}

fn in_tars(
    jobs: NonZeroUsize,
    stores: &Stores,
    results: Results,
) -> Result<Vec<tars::Checked>, CliError> {
    let listed = results.listed.unwrap_or_default();
    let names = listed.keys().filter_map(|key| results.out.relative(key));
    let visible =
        names.filter(|name| !name.is_empty() && !name.split('/').any(|part| part.starts_with('.')));
    let place = TarPlace::Store(InStore {
        stores,
        store: results.store,
        out: results.out.clone(),
        cache_control: None,
    });
    tars::run(&place, jobs, visible.map(PathBuf::from).collect())
}

fn items(results: Results) -> BTreeMap<String, Checked> {
    let mut items = BTreeMap::new();
    for (output, row) in results.rows {
        let expected = Expected {
            bytes: row.bytes,
            hash: row.hash,
            max_bytes: Some(row.max_bytes),
        };
        items.insert(output.clone(), Checked::new(output, Some(expected)));
    }
    for (key, object) in results.listed.unwrap_or_default() {
        let Some(output) = results.out.relative(&key) else {
            continue;
        };
        let is_folder = key.ends_with('/') && object.size == 0;
        if is_folder || output.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        let item = items.entry(output.into());
        let item = item.or_insert_with(|| Checked::new(output.into(), None));
        // The client would shorten its key to that of another object.
        item.fault = fault_of_key(&key)
            .map(|why| (Fault::Unreadable, format!("it was not looked at: {why}")));
        item.object = Some(object);
    }
    items
}

struct Checking {
    store: Store,
}

impl Steps for Checking {
    type Item = Checked;

    fn next(&self, item: &mut Checked, answer: Answer) -> Step {
        if item.fault.is_some() {
            return Step::Ready;
        }
        let Some(object) = item.object.clone() else {
            item.fault = Some((Fault::Missing, "the object does not exist".into()));
            return Step::Ready;
        };
        match answer {
            Answer::None => match item.expected {
                Some(_) => self.get(item, &object),
                None => Step::Head(self.store.clone(), object.key),
            },
            Answer::Head(Ok(head)) => match head.and_then(|head| Mark::parse(&head.metadata)) {
                Some(mark) => {
                    item.is_unrecorded = true;
                    item.expected = Some(Expected {
                        bytes: object.size,
                        hash: mark.hash,
                        max_bytes: mark.max_bytes,
                    });
                    self.get(item, &object)
                }
                None => {
                    item.fault = Some((Fault::Foreign, "not written by avatar-prep".into()));
                    Step::Ready
                }
            },
            Answer::Got(Ok(Got::Body(body))) => {
                let expected = item.expected.as_ref().map(|it| it.hash.as_str());
                if expected != Some(Hash::of(body.bytes()).to_string().as_str()) {
                    let why = match item.is_unrecorded {
                        true => {
                            "no record of it, and its content differs from what its metadata say"
                        }
                        false => "its content differs from what was written",
                    };
                    item.fault = Some((Fault::Changed, why.into()));
                }
                Step::Ready
            }
            Answer::Head(Err(error)) | Answer::Got(Err(error)) => unreadable(item, &error),
            _ => Step::Ready,
        }
    }
}

impl Checking {
    /// Fetches it, unless its size alone is wrong.
    fn get(&self, item: &mut Checked, object: &Object) -> Step {
        item.fault = item
            .expected
            .as_ref()
            .and_then(|it| judge(object.size, it.bytes, it.max_bytes));
        match item.fault {
            Some(_) => Step::Ready,
            None => Step::Get(Get::whole(&self.store, object)),
        }
    }
}

fn unreadable(item: &mut Checked, error: &StoreError) -> Step {
    item.fault = Some((Fault::Unreadable, error.what().into()));
    Step::Ready
}
