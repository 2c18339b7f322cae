//! The exit codes.

/// The documented exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    AllDone = 0,
    SomeFailed = 1,
    Usage = 2,
    /// Some uploads are left for later.
    Deferred = 3,
    Interrupted = 130,
}

impl Exit {
    /// The graver of two: wrong use, an interrupt, failures, what is left for later.
    pub(crate) fn or(self, other: Self) -> Self {
        let order = [
            Self::Usage,
            Self::Interrupted,
            Self::SomeFailed,
            Self::Deferred,
        ];
        let graver = order.into_iter().find(|exit| [self, other].contains(exit));
        graver.unwrap_or(Self::AllDone)
    }
}
