//! Addresses in the place of paths.

use std::path::{Path, PathBuf};

use avatar_stores::{Address, AddressError};

use crate::error::CliError;

/// Whether a path is an address of a store.
pub fn is_address(path: &Path) -> bool {
    path.to_str()
        .is_some_and(|text| Address::parse(text).is_some())
}

/// The address in the place of a path; `None` for a path.
pub fn address(path: &Path) -> Result<Option<Address>, CliError> {
    let parsed = path.to_str().and_then(Address::parse);
    parsed
        .transpose()
        .map_err(|error| bad(&error, "an address"))
}

/// Refuses a path that looks like an address of anything, where only a file or a folder can be.
/// Otherwise a folder called `s3:` would be made. It is not repeated, because it can hold a secret.
pub fn refuse_address(path: &Path, what: &str) -> Result<(), CliError> {
    match scheme(path) {
        Some(scheme) => Err(CliError::usage(
            format!("{what} must be on this machine, and {scheme}:// is the start of an address"),
            "name a path; docs/stores.md says what works on stores",
        )),
        None => Ok(()),
    }
}

/// Refuses an address of a kind that is not known. It would be taken for a path.
pub fn refuse_unknown(path: &Path) -> Result<(), CliError> {
    match scheme(path).filter(|_| !is_address(path)) {
        Some(scheme) => Err(CliError::usage(
            format!("{scheme}:// is not a kind of store"),
            "use s3://, gs://, az:// or https://, or the path of a folder",
        )),
        None => Ok(()),
    }
}

/// The part before `://`, if it is made like the scheme of an address. One letter is a drive.
fn scheme(path: &Path) -> Option<&str> {
    let (scheme, _) = path.to_str()?.split_once("://")?;
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte);
    let is_start = scheme.starts_with(|start: char| start.is_ascii_alphabetic());
    (is_start && scheme.len() > 1 && scheme.bytes().all(is_scheme)).then_some(scheme)
}

/// The error of an address that cannot be used. It is not repeated, because it can hold a secret.
pub fn bad(error: &AddressError, what: &str) -> CliError {
    let hint = match error {
        AddressError::NoBucket => "write it like s3://bucket/prefix/ or https://host/picture.jpg",
        AddressError::Credentials => {
            "credentials come from the variables and files of the service, such as AWS_ACCESS_KEY_ID"
        }
        AddressError::BadKey => "write the path without empty parts, . and ..",
        AddressError::NotEncrypted => "use https://; http:// is for this machine only",
    };
    CliError::usage(format!("{what} cannot be used: {error}"), hint)
}

/// An address as a path, which is how records name it.
pub fn path(address: &Address) -> PathBuf {
    PathBuf::from(address.to_string())
}
