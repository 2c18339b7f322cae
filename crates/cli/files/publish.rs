//! Writes results: a temporary file in the target folder, then a rename.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::{LazyLock, PoisonError, RwLock};

use fs4::fs_std::FileExt;
use tempfile::NamedTempFile;

use super::fingerprint::Hash;

/// Held for reading while a temporary file exists; whoever ends the process takes it for writing.
pub(crate) static PUBLISHING: RwLock<()> = RwLock::new(());

/// How the names of temporary files begin; then come the machine and its start.
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
    // Some disks tell only now that they are full or broken: nothing may be called done before.
    match file.as_file().sync_data() {
        // Where the disk knows no such request, it told when it was written.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::InvalidInput | ErrorKind::Unsupported
            ) => {}
        synced => synced?,
    }
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

/// How they go on where this machine, since it was started, makes them: a lock elsewhere may not be
/// seen here, and one from before the start holds nothing.
pub(crate) fn own_prefix() -> &'static str {
    static OWN: LazyLock<String> = LazyLock::new(|| {
        let host = gethostname::gethostname();
        // Of systems that do not number their starts, all are one.
        let start = fs::read("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let place = [host.as_encoded_bytes(), b"\n", &start].concat();
        let place = Hash::of(&place).to_string();
        format!("{PREFIX}{}-", place.get(..12).unwrap_or_default())
    });
    &OWN
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(own_prefix()).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask applies, as to any new file; the default would be private to the user.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}
