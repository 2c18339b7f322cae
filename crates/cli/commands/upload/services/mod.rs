//! The services that pictures can go to: what an account's entry must hold, and one constructor
//! each. Everything else treats them alike.

pub(super) mod folder;
pub(super) mod green_api;
pub(super) mod http_put;
pub(super) mod whatsapp_cloud;

use avatar_upload::{Destination, Many};

use super::row::{Row, wrong};
use crate::args::UploadOptions;
use crate::args::presets::{self, Preset};
use crate::error::CliError;

/// A service.
pub(super) struct Service {
    /// Its name in accounts files.
    name: &'static str,
    /// The keys of its own.
    keys: &'static [&'static str],
    /// What tells one of its accounts from another; the error says what is wrong with it.
    id: fn(&Row) -> Result<String, String>,
    /// The preset that says what its pictures must be.
    preset: fn(&Row) -> Result<&'static str, CliError>,
    open: Open,
}

/// Makes the destination of some accounts of one service.
type Open = fn(&[&Row], &UploadOptions) -> Result<Box<dyn Destination>, CliError>;

/// Every service; the first one is meant where none is named.
static SERVICES: [Service; 4] = [
    green_api::SERVICE,
    whatsapp_cloud::SERVICE,
    http_put::SERVICE,
    folder::SERVICE,
];

fn of(row: &Row) -> Result<&'static Service, String> {
    let Some(named) = row.service.as_deref().filter(|name| !name.is_empty()) else {
        return Ok(&green_api::SERVICE);
    };
    let found = SERVICES.iter().find(|service| service.name == named);
    found.ok_or_else(|| {
        let names: Vec<_> = SERVICES.iter().map(|service| service.name).collect();
        format!("service is none of {}", names.join(", "))
    })
}

/// What tells the account from others of its service; the error says what is wrong with its entry.
pub(super) fn id(row: &Row) -> Result<String, String> {
    let service = of(row)?;
    let others = SERVICES.iter().flat_map(|service| service.keys);
    let is_foreign = |key: &&&str| !service.keys.contains(*key) && row.has(key);
    let mut foreign = others.filter(is_foreign);
    if let Some(key) = foreign.next() {
        return Err(format!("{key} is not a key of {}", service.name));
    }
    (service.id)(row)
}

/// What the pictures of an account must be: its preset, else that of its service.
pub(super) fn preset(row: &Row) -> Result<&'static Preset, CliError> {
    let service = of(row).map_err(|why| wrong(row, &why))?;
    let named = row.preset.as_deref().filter(|preset| !preset.is_empty());
    let name = match named {
        Some(name) => name,
        None => (service.preset)(row)?,
    };
    let found = presets::find(name).map_err(|_| {
        let names = presets::names();
        wrong(row, &format!("preset is none of {names}"))
    })?;
    found.ok_or_else(|| wrong(row, &"preset none says nothing; leave it out"))
}

/// All accounts as one destination.
pub(super) fn open(rows: &[Row], options: &UploadOptions) -> Result<Many, CliError> {
    for row in rows {
        preset(row)?;
    }
    let mut many = Many::default();
    for service in &SERVICES {
        let is_its = |row: &&Row| of(row).is_ok_and(|its| its.name == service.name);
        let rows: Vec<&Row> = rows.iter().filter(is_its).collect();
        if !rows.is_empty() {
            let names = rows.iter().map(|row| row.label.clone());
            many.add(names, (service.open)(&rows, options)?);
        }
    }
    Ok(many)
}

/// A rehearsal calls one place for all, and only one service has such a place.
fn no_rehearsal(options: &UploadOptions, service: &str) -> Result<(), CliError> {
    if options.rehearsal.is_none() {
        return Ok(());
    }
    let message = format!("--rehearse: there is no rehearsal of {service}");
    let hint = "rehearse with accounts of green-api, or deliver to a folder";
    Err(CliError::usage(message, hint))
}
