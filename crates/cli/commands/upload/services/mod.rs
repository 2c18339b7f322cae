//! The table of services: for each, the keys of an account's entry and how to make its destination.
//! All other code treats services alike.

pub(super) mod folder;
pub(super) mod green_api;
pub(super) mod http_put;
pub(super) mod whatsapp_cloud;

use avatar_upload::{Destination, Many};

use super::row::{Row, wrong};
use crate::args::UploadOptions;
use crate::args::presets::{self, Preset};
use crate::error::CliError;

/// One service to which pictures can be sent.
pub(super) struct Service {
    /// Its name in accounts files.
    name: &'static str,
    /// Keys that only this service has.
    keys: &'static [&'static str],
    /// What identifies an account among others of this service; the error says what is wrong with
    /// its entry.
    id: fn(&Row) -> Result<String, String>,
    /// The default preset, whose limits pictures for an account must keep.
    preset: fn(&Row) -> Result<&'static str, CliError>,
    open: Open,
}

/// Makes the destination of some accounts of one service.
type Open = fn(&[&Row], &UploadOptions) -> Result<Box<dyn Destination>, CliError>;

/// All services; an entry that names none belongs to the first.
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

/// What identifies the account among others of its service; the error says what is wrong with its
/// entry.
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

/// The preset whose limits pictures for an account must keep: its own, otherwise that of its
/// service.
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

/// An error in a rehearsal, for services other than GREEN-API: only that has a local server for
/// rehearsals.
fn no_rehearsal(options: &UploadOptions, service: &str) -> Result<(), CliError> {
    if options.rehearsal.is_none() {
        return Ok(());
    }
    let message = format!("--rehearse: there is no rehearsal of {service}");
    let hint = "rehearse with accounts of green-api, or deliver to a folder";
    Err(CliError::usage(message, hint))
}
