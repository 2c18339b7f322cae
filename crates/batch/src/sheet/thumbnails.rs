//! Makes the thumbnails of a sheet, in parallel and within the memory of the run.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use avatar_prepare::{Avatar, Batch, Budget, Effort, Framing, Limits, Settings, Source};

use super::MOST_THUMBNAILS;
use super::entry::{Before, Entry, address};
use crate::report::record::{FileRecord, Status, UP_TO_DATE};

/// Edge of a thumbnail, in pixels.
const EDGE: u32 = 192;

/// Largest thumbnail in bytes: less than 15 kB as a `data:` address.
const MAX_BYTES: u64 = 11_000;

/// What thumbnails may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Workers {
    pub limits: Limits,
    pub jobs: NonZeroUsize,
    /// In bytes.
    pub memory: u64,
}

/// Adds thumbnails to the records of a run.
pub(super) fn entries(records: Vec<FileRecord>, workers: &Workers) -> Vec<Entry> {
    let entry = |record| Entry {
        record,
        before: None,
        after: None,
    };
    let mut entries: Vec<Entry> = records.into_iter().map(entry).collect();
    let sources = entries.iter().enumerate().take(MOST_THUMBNAILS);
    let sources: Vec<(usize, PathBuf)> = sources
        .filter(|(_, entry)| is_picture(&entry.record))
        .map(|(at, entry)| (at, PathBuf::from(&entry.record.source)))
        .collect();
    make(sources, Framing::whole(), workers, |at, avatar| {
        let placed = avatar.frame().placed();
        if let Some(entry) = entries.get_mut(at) {
            entry.before = Some(Before {
                src: address(avatar.bytes()),
                edge: avatar.edge(),
                placed: [placed.x, placed.y, placed.width, placed.height],
            });
        }
    });
    let results = entries.iter().enumerate().take(MOST_THUMBNAILS);
    let results = results.filter_map(|(at, entry)| Some((at, result(&entry.record)?)));
    let results: Vec<(usize, PathBuf)> = results.collect();
    make(results, Framing::default(), workers, |at, avatar| {
        if let Some(entry) = entries.get_mut(at) {
            entry.after = Some(address(avatar.bytes()));
        }
    });
    entries
}

/// Whether a thumbnail of the source is worth trying: a failed one may still show something.
fn is_picture(record: &FileRecord) -> bool {
    let is_stream = record.source == "-";
    let is_other = record.status == Status::Skipped && record.code != Some(UP_TO_DATE);
    !is_stream && !is_other
}

/// The file of the result, if there is one now.
fn result(record: &FileRecord) -> Option<PathBuf> {
    let exists = match record.status {
        Status::Ok => true,
        Status::Skipped => record.code == Some(UP_TO_DATE),
        Status::Failed | Status::Planned => false,
    };
    let output = record.output.as_deref().filter(|output| *output != "-");
    output
        .filter(|_| exists)
        .map(|output| Path::new(output).to_path_buf())
}

/// Makes the thumbnails that can be made; a source that cannot be decoded has none.
fn make(
    files: Vec<(usize, PathBuf)>,
    framing: Framing,
    workers: &Workers,
    mut each: impl FnMut(usize, Avatar),
) {
    let settings = Settings::default()
        .with_effort(Effort::Fast)
        .with_framing(framing);
    let settings = settings
        .with_edge(EDGE)
        .and_then(|it| it.with_quality(20..=80));
    let settings = settings.and_then(|it| it.with_max_bytes(MAX_BYTES));
    let batch = settings
        .ok()
        .and_then(|settings| Batch::new(settings, workers.limits, workers.jobs).ok());
    let Some(batch) = batch else {
        return;
    };
    let batch = batch.with_budget(Budget::new(workers.memory));
    let sources = files.into_iter().map(|(at, path)| (at, Source::Path(path)));
    batch.run_each(
        sources,
        &AtomicBool::new(false),
        |at, made| Some((at, made.ok()?)),
        |made| {
            if let Some((at, avatar)) = made {
                each(at, avatar);
            }
        },
    );
}
