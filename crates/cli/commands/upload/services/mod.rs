//! The table of services: for each, the keys of an account's entry and how to make its destination.
//! All other code treats services alike.

mod folder;
mod green_api;
mod http_put;
mod whatsapp_cloud;

use std::sync::Arc;

use avatar_batch::args::UploadOptions;
use avatar_batch::args::presets::{self, Confidence, Preset};
use avatar_batch::error::CliError;
use avatar_upload::Destination;

use super::row::{self, AccountRow, wrong};

pub(super) use green_api::{
    VARIABLES, from_environment, id_instance, rehearsal_token, token_of_environment,
    written_id_instance,
};

/// One service to which pictures can be sent.
pub(super) struct Service {
    /// Its name in accounts files.
    name: &'static str,
    /// Keys that only this service has.
    keys: &'static [&'static str],
    /// The keys as the vendor spells them.
    spellings: &'static [(&'static str, &'static str)],
    /// What identifies an account; the error says what is wrong with its entry.
    id: fn(&AccountRow) -> Result<Identity, String>,
    /// The default preset, whose limits pictures for an account must keep.
    preset: fn(&AccountRow) -> Result<&'static Preset, CliError>,
    open: Open,
}

/// What identifies an account.
pub(super) struct Identity {
    /// Its number or address, for people; a result can be named by it.
    pub(super) id: String,
    /// Its name at the service in records.
    pub(super) recorded: String,
    /// Equal for two entries of a service that are one account, however they are written.
    pub(super) key: String,
}

/// Makes the destinations of some accounts of one service, in the same order.
type Open = fn(&[&AccountRow], &UploadOptions) -> Result<Destinations, CliError>;

/// The destinations of accounts, in the same order.
pub(super) type Destinations = Vec<Arc<dyn Destination>>;

/// All services; an entry that names none belongs to the first.
static SERVICES: [Service; 4] = [
    green_api::SERVICE,
    whatsapp_cloud::SERVICE,
    http_put::SERVICE,
    folder::SERVICE,
];

fn of(row: &AccountRow) -> Result<&'static Service, String> {
    let Some(named) = row.value("service") else {
        return Ok(&green_api::SERVICE);
    };
    let found = SERVICES.iter().find(|service| service.name == named);
    found.ok_or_else(|| {
        let names: Vec<_> = SERVICES.iter().map(|service| service.name).collect();
        format!("service must be one of {}", names.join(", "))
    })
}

/// The keys that an account's entry can have, each once.
pub(super) fn keys() -> Vec<&'static str> {
    let mut keys = row::KEYS.to_vec();
    for key in SERVICES.iter().flat_map(|service| service.keys) {
        if !keys.contains(key) {
            keys.push(key);
        }
    }
    keys
}

/// The key with this spelling.
pub(super) fn key(written: &str) -> Option<&'static str> {
    let mut spellings = SERVICES.iter().flat_map(|service| service.spellings);
    let spelled = spellings.find(|(spelling, _)| *spelling == written);
    let written = spelled.map_or(written, |(_, key)| key);
    keys().into_iter().find(|key| *key == written)
}

/// What identifies the account, and the service to which it belongs; the error says what is wrong with its
/// entry.
pub(super) fn id(row: &AccountRow) -> Result<(&'static str, Identity), String> {
    let service = of(row)?;
    let others = SERVICES.iter().flat_map(|service| service.keys);
    let is_foreign = |key: &&&str| !service.keys.contains(*key) && row.value(key).is_some();
    let mut foreign = others.filter(is_foreign);
    if let Some(key) = foreign.next() {
        return Err(format!("{key} is not a key of {}", service.name));
    }
    Ok((service.name, (service.id)(row)?))
}

/// The preset whose limits pictures for an account must keep: its own, otherwise that of its
/// service.
pub(super) fn preset(row: &AccountRow) -> Result<&'static Preset, CliError> {
    let service = of(row).map_err(|why| wrong(row, &why))?;
    match row.value("preset") {
        Some(name) => platform(row, name),
        None => (service.preset)(row),
    }
}

/// What is wrong with a key whose value identifies an account. The value is not repeated: it can be a token.
fn not_a_number(key: &str, found: &str) -> String {
    match found.is_empty() {
        true => format!("{key} is missing; it must be a number of 1 to 20 digits"),
        false => format!("{key} must be a number of 1 to 20 digits without zeros before it"),
    }
}

/// The preset of this name.
fn platform(row: &AccountRow, name: &str) -> Result<&'static Preset, CliError> {
    let found = presets::find(name).map_err(|_| {
        let names = presets::names();
        wrong(row, &format!("preset must be one of {names}"))
    })?;
    found.ok_or_else(|| wrong(row, &"preset = none has no effect; leave it out"))
}

/// The limits of places for files: any picture that this program makes. They are not a platform, so
/// `--for` does not know them.
const fn place(name: &'static str) -> Preset {
    Preset {
        name,
        size: 640,
        min_size: 1,
        max_bytes: 150_000,
        limit_bytes: LARGEST,
        formats: presets::JPEG,
        max_size: None,
        mask: "circle",
        confidence: Confidence::High,
        source: "takes any picture that can be fetched again to be compared",
    }
}

/// Largest picture that is fetched for a comparison, in bytes.
const LARGEST: u64 = 10_000_000;

/// Makes the destinations of all accounts, in the same order.
pub(super) fn open(rows: &[AccountRow], options: &UploadOptions) -> Result<Destinations, CliError> {
    for row in rows {
        preset(row)?;
    }
    let mut destinations = Vec::new();
    for service in &SERVICES {
        let is_its = |row: &&AccountRow| of(row).is_ok_and(|its| its.name == service.name);
        let its = rows.iter().enumerate().filter(|(_, row)| is_its(row));
        let (places, rows): (Vec<usize>, Vec<&AccountRow>) = its.unzip();
        if !rows.is_empty() {
            destinations.extend(places.into_iter().zip((service.open)(&rows, options)?));
        }
    }
    destinations.sort_by_key(|(place, _)| *place);
    Ok(destinations.into_iter().map(|(_, it)| it).collect())
}

/// The destinations of one service, as they are shared between threads.
fn shared<D: Destination + 'static>(destinations: Vec<D>) -> Destinations {
    let shared = destinations
        .into_iter()
        .map(|it| Arc::new(it) as Arc<dyn Destination>);
    shared.collect()
}

/// An error in a rehearsal, for services other than GREEN-API: only that has a local server for
/// rehearsals.
fn no_rehearsal(options: &UploadOptions, service: &str) -> Result<(), CliError> {
    if options.rehearsal.is_none() {
        return Ok(());
    }
    let message = format!("--rehearse: {service} cannot be rehearsed");
    let hint = "rehearse with accounts of green-api, or deliver to a folder";
    Err(CliError::usage(message, hint))
}
