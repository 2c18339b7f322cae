//! Addresses in the place of paths.

use std::path::{Path, PathBuf};

use avatar_stores::{Address, AddressError, StoreError};

use crate::error::CliError;

/// Whether a path is an address of a store.
pub(crate) fn is_address(path: &Path) -> bool {
    path.to_str()
        .is_some_and(|text| Address::parse(text).is_some())
}

/// The address in the place of a path; `None` for a path.
pub(crate) fn address(path: &Path) -> Result<Option<Address>, CliError> {
    let parsed = path.to_str().and_then(Address::parse);
    parsed
        .transpose()
        .map_err(|error| bad(&error, "an address"))
}

/// The error of an address that cannot be used. It is not repeated, because it can hold a secret.
pub(crate) fn bad(error: &AddressError, what: &str) -> CliError {
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

/// The error of a run that needs an object or a listing.
pub(crate) fn refused(error: &StoreError) -> CliError {
    let message = format!("{error} [{}]", error.kind().code());
    CliError::environment(message, error.kind().hint())
}

/// An address as a path, which is how records name it.
pub(crate) fn path(address: &Address) -> PathBuf {
    PathBuf::from(address.to_string())
}
