//! Writes results: a temporary file in the target folder, then a rename.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{PoisonError, RwLock};

use fs4::fs_std::FileExt;
use tempfile::NamedTempFile;

/// Held for reading while a temporary file exists; whoever ends the process takes it for writing.
pub(crate) static PUBLISHING: RwLock<()> = RwLock::new(());

/// How the names of temporary files begin.
pub(crate) const PREFIX: &str = ".avatar-prep-";
/// How they end.
pub(crate) const SUFFIX: &str = ".tmp";

/// How often a temporary file may be swept away in the moment before it is locked.
const TRIES: usize = 3;

/// Makes `bytes` appear at `path` whole or not at all, replacing what was there; returns what the
/// system says of the new file.
pub(crate) fn publish(path: &Path, mut bytes: &[u8]) -> io::Result<fs::Metadata> {
    publish_from(path, &mut bytes)
}

/// The same with everything that can be read.
pub(crate) fn publish_from(path: &Path, content: &mut impl Read) -> io::Result<fs::Metadata> {
    let _publishing = PUBLISHING.read().unwrap_or_else(PoisonError::into_inner);
    let folder = folder(path);
    fs::create_dir_all(folder)?;
    let mut file = temporary(folder)?;
    io::copy(content, file.as_file_mut())?;
    let metadata = file.as_file().metadata()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(metadata)
}

/// A new file, locked, so that nobody takes it for one that a killed run left.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut file = builder().tempfile_in(folder)?;
    for _ in 1..TRIES {
        match file.as_file().try_lock_exclusive() {
            Ok(true) if file.path().exists() => break,
            // Swept in the moment before it was locked.
            Ok(_) => file = builder().tempfile_in(folder)?,
            // Where locks are not known nothing is swept, either.
            Err(_) => break,
        }
    }
    Ok(file)
}

/// The folder that a result goes to.
pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask applies, as to any new file; the default would be private to the user.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}
