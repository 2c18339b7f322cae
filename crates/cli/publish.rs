//! Writes results: a temporary file in the target folder, then a rename.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{PoisonError, RwLock};

/// Held for reading while a temporary file exists; whoever ends the process takes it for writing.
pub(crate) static PUBLISHING: RwLock<()> = RwLock::new(());

/// Makes `bytes` appear at `path` whole or not at all, replacing what was there; returns what the
/// system says of the new file.
pub(crate) fn publish(path: &Path, mut bytes: &[u8]) -> io::Result<fs::Metadata> {
    publish_from(path, &mut bytes)
}

/// The same with everything that can be read.
pub(crate) fn publish_from(path: &Path, content: &mut impl Read) -> io::Result<fs::Metadata> {
    let _publishing = PUBLISHING.read().unwrap_or_else(PoisonError::into_inner);
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut file = builder().tempfile_in(folder)?;
    io::copy(content, file.as_file_mut())?;
    let metadata = file.as_file().metadata()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(metadata)
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".avatar-prep-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask applies, as to any new file; the default would be private to the user.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}
