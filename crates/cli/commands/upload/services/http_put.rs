//! The service `http-put`: WebDAV and signed addresses, whose query is a secret.

use avatar_batch::args::UploadOptions;
use avatar_batch::args::presets::Preset;
use avatar_batch::error::CliError;
use avatar_batch::report::mask;
use avatar_upload::{HttpPut, PutPlace, Secret, TimeScale};

use super::{Destinations, Identity, Service, no_rehearsal, shared};
use crate::commands::upload::row::{AccountRow, wrong};
use crate::commands::upload::token;

pub(super) const SERVICE: Service = Service {
    name: "http-put",
    keys: &["url", "url_env", "read_url", "user", "create_only"],
    spellings: &[],
    id,
    preset: |_| Ok(&PICTURES),
    open,
};

static PICTURES: Preset = super::place("http-put");

/// The address, from the entry or from a variable.
fn url(row: &AccountRow) -> Result<String, String> {
    match (row.value("url"), row.value("url_env")) {
        (Some(url), None) => Ok(url.into()),
        (None, Some(name)) => {
            token::variable(name).ok_or("the variable that url_env names is not set".into())
        }
        _ => Err("it needs exactly one of url, url_env".into()),
    }
}

fn place(row: &AccountRow) -> Result<PutPlace, String> {
    let url = url(row)?;
    learn(&url);
    let mut place = PutPlace::new(&url).map_err(|error| error.to_string())?;
    if let Some(url) = row.value("read_url") {
        learn(url);
        place = place
            .read_at(url)
            .map_err(|error| format!("read_{error}"))?;
    }
    let create_only = match row.value("create_only") {
        None | Some("false" | "no") => false,
        Some("true" | "yes") => true,
        Some(_) => return Err("create_only must be true or false".into()),
    };
    Ok(place.create_only(create_only))
}

/// Masks the query of an address, and each value in it, in all output from now on.
fn learn(url: &str) {
    if let Some((_, query)) = url.split_once('?') {
        mask::learn(query);
        let values = query.split('&').filter_map(|field| field.split_once('='));
        values.for_each(|(_, value)| mask::learn(value));
    }
}

fn id(row: &AccountRow) -> Result<Identity, String> {
    let place = place(row)?;
    let target = place.quick_target();
    Ok(Identity {
        id: place.redacted_url(),
        recorded: target.id(),
        key: format!("{}/{}", target.scope.host, target.slot),
    })
}

fn open(rows: &[&AccountRow], options: &UploadOptions) -> Result<Destinations, CliError> {
    no_rehearsal(options, "http-put")?;
    let places = rows.iter().map(|row| with_credential(row, options));
    let places = places.collect::<Result<_, _>>()?;
    Ok(shared(HttpPut::of(places, TimeScale::REAL)))
}

/// Adds the credential: with a user the token is a password (Basic), without one it is a bearer
/// token. A signed address needs none.
fn with_credential(row: &AccountRow, options: &UploadOptions) -> Result<PutPlace, CliError> {
    let place = place(row).map_err(|why| wrong(row, &why))?;
    if !token::is_named(row) {
        return Ok(place);
    }
    let secret = Secret::opaque(&token::of(row, options)?).map_err(|error| wrong(row, &error))?;
    Ok(match row.value("user") {
        Some(user) => place.with_password(user, &secret),
        None => place.with_token(&secret),
    })
}
