//! A file that was checked.

use std::path::PathBuf;

use super::judge::Facts;
use crate::finished::Fault;

/// A file with what is wrong with it for each platform.
pub(super) struct Checked {
    pub(super) file: PathBuf,
    pub(super) facts: Facts,
    /// In the order of the platforms; without platforms, one entry with the faults for any.
    pub(super) faults: Vec<(Option<&'static str>, Vec<Fault>)>,
}

impl Checked {
    pub(super) fn is_ok(&self) -> bool {
        self.faults.iter().all(|(_, faults)| faults.is_empty())
    }
}
