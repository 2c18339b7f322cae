//! The workers of a run.

use std::num::NonZeroUsize;

use avatar_prepare::{Batch, Budget};

use crate::args::Options;
use crate::error::CliError;

/// Starts `jobs` workers that share a budget of `memory` bytes.
pub(super) fn batch(options: &Options, jobs: NonZeroUsize, memory: u64) -> Result<Batch, CliError> {
    let batch = Batch::new(options.settings.clone(), options.limits, jobs).map_err(|error| {
        CliError::environment(
            format!("could not start the workers: {error}"),
            "try a smaller --jobs",
        )
    })?;
    Ok(batch.with_budget(Budget::new(memory)))
}
