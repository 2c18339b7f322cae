//! What a page that takes pictures needs of the command that prepares.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::args::Effective;
use crate::error::CliError;
use crate::made::Made;
use crate::report::record::FileRecord;

/// Watches a run.
pub trait Observer: Send + Sync {
    /// The run has found this many files.
    fn found(&self, files: u64);

    /// A file is finished.
    fn finished(&self, record: &FileRecord);
}

/// Prepares inputs into a folder, exactly as a run does, while somebody watches.
pub type Making = fn(&Effective, &[PathBuf], &Path, Arc<dyn Observer>) -> Result<Made, CliError>;
