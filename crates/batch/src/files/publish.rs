//! Publishes results: a temporary file in the target folder, then a rename.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::SystemTime;

use fs4::fs_std::FileExt;
use tempfile::NamedTempFile;

use super::fingerprint::Hash;

/// Locked for reading while a temporary file exists. Code that ends the process locks it for
/// writing first, so that no temporary file is left behind.
pub static PUBLISHING: RwLock<()> = RwLock::new(());

/// The prefix of temporary files. The machine and its boot follow.
pub const PREFIX: &str = ".avatar-prep-";
/// The suffix of temporary files.
pub const SUFFIX: &str = ".tmp";

/// How often to create a temporary file that another run sweeps before it is locked.
const TRIES: usize = 3;

/// Writes `bytes` to `path`, complete or not at all, replacing any file there. Returns the metadata
/// of the new file.
pub fn publish(path: &Path, mut bytes: &[u8]) -> io::Result<fs::Metadata> {
    publish_from(path, &mut bytes)
}

/// Like [`publish`], from a reader.
pub fn publish_from(path: &Path, content: &mut impl Read) -> io::Result<fs::Metadata> {
    publish_with(path, content, |_| Ok(()))
}

/// Like [`publish`], of a file with this time as that of its last change.
pub fn publish_dated(path: &Path, mut bytes: &[u8], time: SystemTime) -> io::Result<()> {
    publish_with(path, &mut bytes, |file| file.set_modified(time)).map(drop)
}

/// Like [`publish`], of a file that must not be there yet: otherwise the error is `AlreadyExists`.
pub fn create(path: &Path, mut bytes: &[u8]) -> io::Result<()> {
    let _publishing = PUBLISHING.read().unwrap_or_else(PoisonError::into_inner);
    let file = written(path, &mut bytes, |_| Ok(()))?;
    match file.persist_noclobber(path) {
        // A disk that knows no such request can only replace.
        Err(failed) if failed.error.kind() != ErrorKind::AlreadyExists => {
            failed.file.persist(path).map_err(|error| error.error)?;
        }
        created => drop(created.map_err(|error| error.error)?),
    }
    Ok(())
}

/// Publishes a file after `last` was done to it.
fn publish_with(
    path: &Path,
    content: &mut impl Read,
    last: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<fs::Metadata> {
    let _publishing = PUBLISHING.read().unwrap_or_else(PoisonError::into_inner);
    let file = written(path, content, last)?;
    let metadata = file.as_file().metadata()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(metadata)
}

/// A temporary file with this content, complete on its disk, in the folder of `path`.
fn written(
    path: &Path,
    content: &mut impl Read,
    last: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<NamedTempFile> {
    let folder = folder(path);
    let mut file = match temporary(folder) {
        // Only now, because almost always it exists: that is two system calls less per result.
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            temporary(folder)?
        }
        file => file?,
    };
    io::copy(content, file.as_file_mut())?;
    last(file.as_file())?;
    // Some disks report only here that they are full or broken, so no result counts as done before.
    match file.as_file().sync_data() {
        // A disk without this request reported its errors during the write.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::InvalidInput | ErrorKind::Unsupported
            ) => {}
        synced => synced?,
    }
    Ok(file)
}

/// Whether files can be created in a folder, or in the nearest one above it that exists.
pub fn try_folder(folder: &Path) -> io::Result<()> {
    let _publishing = PUBLISHING.read().unwrap_or_else(PoisonError::into_inner);
    let above = folder.ancestors().find(|above| above.exists());
    let above = above.unwrap_or(Path::new("."));
    match temporary(above) {
        // Folders can be allowed where files are not, as in the root of a disk of Windows.
        Err(_) if above != folder => builder().tempdir_in(above).map(drop),
        made => made.map(drop),
    }
}

/// Creates a locked temporary file: the lock shows other runs that it is not a leftover.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut file = builder().tempfile_in(folder)?;
    for _ in 1..TRIES {
        match file.as_file().try_lock_exclusive() {
            Ok(true) if file.path().exists() => break,
            // Swept by another run before it was locked.
            Ok(_) => file = builder().tempfile_in(folder)?,
            // File systems without locks are not swept either.
            Err(_) => break,
        }
    }
    Ok(file)
}

/// The folder that holds a file.
pub fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// The prefix of the temporary files of this machine since its boot. Locks of other machines may be
/// invisible here, and locks from before the boot are gone.
pub fn own_prefix() -> &'static str {
    static OWN: LazyLock<String> = LazyLock::new(|| {
        let host = gethostname::gethostname();
        // Systems that do not number their boots count as one boot.
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
        // Lets the umask decide, as for any new file; the default is private to the user.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}
