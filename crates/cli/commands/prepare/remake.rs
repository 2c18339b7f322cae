//! Makes one result again with other settings, exactly as a run would.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::batch::batch;
use super::work::{Item, Pass};
use crate::args::Options;
use crate::error::CliError;
use crate::naming::Picture;
use crate::naming::shard::Shard;
use crate::remaking::Remade;
use crate::state::{BatchedWriter, Opened, State};

/// Makes the result of `picture`, which is below `out`, and records it in the cache. The folder is
/// locked for as long as this takes.
///
/// # Errors
/// If another run holds the folder, or the folder cannot be used.
pub(crate) fn remake(options: &Options, out: &Path, picture: Picture) -> Result<Remade, CliError> {
    let Opened {
        mut state,
        mut warnings,
    } = State::open(out, Shard::WHOLE)?;
    let parts = state.as_mut().map(State::split);
    let (readers, writer, intents) = match parts {
        Some(parts) => (parts.readers, parts.writer, Some(parts.intents)),
        None => (&[][..], None, None),
    };
    let batch = batch(options, NonZeroUsize::MIN)?;
    let pass = Pass::new(options, Some(out), readers).with_intents(intents);
    let recipe = picture.recipe.clone();
    let mut cache = BatchedWriter::new(writer, recipe.as_deref().into_iter());
    let mut record = None;
    let items = Item::of_each_source(vec![picture]);
    batch.run(items, &AtomicBool::new(false), &pass, |all| {
        for done in all {
            warnings.extend(cache.add(done.known));
            record = Some(done.record);
        }
    });
    match (cache.finish(), intents) {
        (Some(warning), _) => warnings.push(warning),
        (None, Some(intents)) => intents.clear(),
        (None, None) => {}
    }
    let record = record
        .ok_or_else(|| CliError::environment("the picture was not started", "try it again"))?;
    Ok(Remade { record, warnings })
}
