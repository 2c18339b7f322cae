//! Why an address cannot be that of a file.

use crate::destinations::http::Fault;

/// Why an address cannot be used. Errors do not repeat it, because it can contain secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// It is not an address.
    #[error("url must be an address like https://files.example/avatars/logo.jpg")]
    Form,
    /// It is not encrypted, so the secret could be read on the way.
    #[error("url must start with https://; http is for this machine only")]
    Insecure,
    /// It has a part that an address must not have here.
    #[error("url must not contain a user or a fragment; use the key user")]
    Extra,
    /// It names a folder, not a file.
    #[error("url must name a file, not a folder")]
    Folder,
    /// It names a port that does not exist.
    #[error("url must name a port from 1 to 65535, or none")]
    Port,
    /// Another file would be written than the one that it names.
    #[error(
        "url must be written as it is called: without \\ and the parts . and .., and with other \
         signs in the form %27"
    )]
    Rewritten,
}

impl From<Fault> for PlaceError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Form => Self::Form,
            Fault::Port => Self::Port,
            Fault::Rewritten => Self::Rewritten,
        }
    }
}
