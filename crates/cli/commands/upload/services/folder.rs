//! The service `folder`: writes the picture of each account as a file into a folder.

use avatar_batch::args::UploadOptions;
use avatar_batch::args::presets::Preset;
use avatar_batch::error::CliError;
use avatar_upload::{Destination, Folder};

use super::{Destinations, Identity, Service, no_rehearsal, place, shared};
use crate::commands::upload::row::{AccountRow, wrong};

pub(super) const SERVICE: Service = Service {
    name: "folder",
    keys: &["folder"],
    spellings: &[],
    id,
    preset: |_| Ok(&PICTURES),
    open,
};

static PICTURES: Preset = place("folder");

fn folder(row: &AccountRow, name: &str) -> Result<Folder, String> {
    let folder = row.path("folder").ok_or("folder is missing")?;
    Folder::new(folder, name).ok_or_else(|| {
        "name is used as a file name: it must not contain / \\ : or begin with a dot".into()
    })
}

fn id(row: &AccountRow) -> Result<Identity, String> {
    let target = folder(row, &row.name)?.target();
    let folder = row.path("folder").unwrap_or_default();
    Ok(Identity {
        id: folder.join(&row.name).display().to_string(),
        recorded: target.id(),
        key: format!("{}/{}", target.scope.host, target.slot),
    })
}

fn open(rows: &[&AccountRow], options: &UploadOptions) -> Result<Destinations, CliError> {
    no_rehearsal(options, "folder")?;
    let folders = rows
        .iter()
        .map(|row| folder(row, &row.label).map_err(|why| wrong(row, &why)));
    Ok(shared(folders.collect::<Result<_, _>>()?))
}
