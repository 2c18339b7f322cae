//! Why a delivery did not happen.

/// Why a payload was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing to deliver.
    #[error("nothing to deliver for {account}: the picture has no bytes")]
    Empty {
        /// Who would have received it.
        account: String,
    },
    /// The destination refused it and would refuse it again.
    #[error("{account} was refused: {reason}")]
    Rejected {
        /// Who would have received it.
        account: String,
        /// The destination's reason.
        reason: String,
    },
}
