//! Paths of results and of the state of their deliveries.

use std::path::{Path, PathBuf};

use avatar_batch::args::Options;
use avatar_batch::files::STATE_FOLDER;
use avatar_batch::state::JOURNAL;

/// The folder to which paths of pictures are relative.
pub(super) fn root(output: &Path) -> &Path {
    match output.parent() {
        Some(parent) if output.is_file() && parent != Path::new("") => parent,
        Some(_) if output.is_file() => Path::new("."),
        _ => output,
    }
}

/// The folder of all results to which `output` belongs: the nearest folder above it that has a
/// state. So delivering a part of the results uses the same journal.
pub(super) fn results(output: &Path) -> PathBuf {
    let root = root(output);
    let whole = root.canonicalize().unwrap_or_else(|_| root.into());
    let mut above = whole.ancestors();
    let known = above.find(|folder| folder.join(STATE_FOLDER).is_dir());
    known.unwrap_or(root).into()
}

/// The path from the folder of all results to `output`; empty if they are the same.
pub(super) fn part(output: &Path) -> PathBuf {
    let results = results(output);
    let root = root(output).canonicalize().unwrap_or_default();
    let part = results.canonicalize().ok();
    let part = part.and_then(|results| root.strip_prefix(results).map(Path::to_path_buf).ok());
    part.unwrap_or_default()
}

/// The folder of the state, beside the pictures.
pub(super) fn folder(output: &Path) -> PathBuf {
    results(output).join(STATE_FOLDER)
}

/// The path of the journal. Rehearsals have their own, so that a rehearsed delivery does not count
/// as a real one.
pub(super) fn journal(options: &Options, output: &Path) -> PathBuf {
    let name = match options.upload.rehearsal {
        Some(_) => "rehearsal.sqlite",
        None => JOURNAL,
    };
    folder(output).join(name)
}

/// The path of a picture among the results, whether it exists or not.
pub(super) fn result(output: &Path, picture: &Path) -> PathBuf {
    if !output.is_dir() && output.file_name() == Some(picture.as_os_str()) {
        return output.into();
    }
    output.join(picture)
}
