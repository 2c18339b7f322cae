//! Makes one result again with other settings, exactly as a run would.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::batch::batch;
use super::item::Item;
use super::work::Pass;
use crate::args::Options;
use crate::clock;
use crate::error::CliError;
use crate::files::fingerprint::Stamp;
use crate::naming::Picture;
use crate::naming::shard::Shard;
use crate::remaking::Remade;
use crate::report::record::{FileRecord, Status};
use crate::state::{Attempt, BatchedWriter, Failing, Opened, Reader, State, StateError, Writer};

/// Makes the result of `picture`, which is below `out`, and records it in the cache. The folder is
/// locked for as long as this takes.
///
/// # Errors
/// If another run holds the folder, or the folder cannot be used.
pub fn remake(options: &Options, out: &Path, picture: Picture) -> Result<Remade, CliError> {
    let Opened {
        mut state,
        mut warnings,
    } = State::open(out, Shard::WHOLE)?;
    let parts = state.as_mut().map(State::split);
    let (readers, mut writer, intents) = match parts {
        Some(parts) => (parts.readers, parts.writer, Some(parts.intents)),
        None => (&[][..], None, None),
    };
    let has_cache = writer.is_some();
    let batch = batch(options, NonZeroUsize::MIN, options.memory)?;
    let pass = Pass::new(options, Some(out), readers).with_intents(intents);
    let tried = picture.clone();
    let recipe = tried.recipe().map(|recipe| &**recipe);
    let mut cache = BatchedWriter::new(writer.as_deref_mut(), recipe.into_iter());
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
        (None, Some(intents)) if has_cache => intents.clear(),
        (None, _) => {}
    }
    let record = record
        .ok_or_else(|| CliError::environment("the picture was not started", "try it again"))?;
    let kept = writer.map(|writer| keep_failure(&tried, &record, readers, writer));
    if let Some(Err(error)) = kept {
        warnings.push(format!("{error}; the failure is not up to date"));
    }
    Ok(Remade { record, warnings })
}

/// Updates a failure that earlier runs recorded of the picture: it is mended, or fails in another way.
fn keep_failure(
    picture: &Picture,
    record: &FileRecord,
    readers: &[Reader],
    writer: &mut Writer,
) -> Result<(), StateError> {
    let (root, source) = (&*picture.root, picture.relative());
    let is_of = |attempt: &Attempt| attempt.is_of(root, source, picture.preset());
    let mut before = Vec::new();
    for reader in readers {
        let all = reader.failures()?.into_iter();
        before.extend(all.filter(|it| it.attempt.as_ref().is_some_and(is_of)));
    }
    if record.status != Status::Failed {
        let mended: Vec<String> = before.into_iter().map(|it| it.source).collect();
        return writer.keep_failures(&[], &mended);
    }
    let metadata = fs::metadata(&picture.source).ok();
    let stamp = metadata.as_ref().map(Stamp::of_result);
    let failing: Vec<Failing> = before
        .into_iter()
        .map(|before| {
            let new = Failing {
                code: record.code.unwrap_or_default().into(),
                stamp,
                message: record.message.clone(),
                hint: record.hint.clone(),
                ..before.clone()
            };
            let since = if new.is_same(&before) {
                before.since
            } else {
                clock::seconds()
            };
            Failing { since, ..new }
        })
        .collect();
    writer.keep_failures(&failing, &[])
}
