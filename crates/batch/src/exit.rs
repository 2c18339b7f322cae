//! The documented exit codes.

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    AllDone = 0,
    SomeFailed = 1,
    /// A [`CliError`](crate::error::CliError): the command could not start or go on.
    Refused = 2,
    /// Some uploads are left for later.
    Deferred = 3,
    Interrupted = 130,
}

impl Exit {
    /// The more serious of two, in this order: refused, interrupted, some failed, some deferred.
    pub fn or(self, other: Self) -> Self {
        let order = [
            Self::Refused,
            Self::Interrupted,
            Self::SomeFailed,
            Self::Deferred,
        ];
        let graver = order.into_iter().find(|exit| [self, other].contains(exit));
        graver.unwrap_or(Self::AllDone)
    }
}
