//! What the command that reviews needs of the command that prepares.

use std::path::Path;

use avatar_prepare::Avatar;

use crate::args::Options;
use crate::error::CliError;
use crate::naming::Picture;
use crate::report::record::FileRecord;
use crate::state::Details;

/// Makes a result again, exactly as a run would.
#[derive(Clone, Copy)]
pub struct Remaking {
    /// What the cache would keep of a result.
    pub details: fn(&Avatar) -> Details,
    /// Makes and publishes the result of a picture below a folder of results.
    pub remake: fn(&Options, &Path, Picture) -> Result<Remade, CliError>,
}

/// The outcome of making one result again.
pub struct Remade {
    pub record: FileRecord,
    /// What went wrong with the cache.
    pub warnings: Vec<String>,
}
