//! The service `folder`: writes the picture of each account as a file into a folder.

use std::path::PathBuf;

use avatar_upload::{Destination, Folder, Many};

use super::{Service, no_rehearsal, place};
use crate::args::UploadOptions;
use crate::args::presets::Preset;
use crate::commands::upload::row::Row;
use crate::error::CliError;

pub(super) const SERVICE: Service = Service {
    name: "folder",
    keys: &["folder"],
    spellings: &[],
    id,
    preset: |_| Ok(&PICTURES),
    open,
};

static PICTURES: Preset = place("folder");

fn id(row: &Row) -> Result<String, String> {
    let folder = row.path("folder").ok_or("folder is missing")?;
    let is_plain = !row.name.starts_with('.') && !row.name.contains(['/', '\\', ':', '\0']);
    if !is_plain || row.name.is_empty() {
        return Err(
            "name is used as a file name: it must not contain / \\ : or begin with a dot".into(),
        );
    }
    Ok(folder.join(&row.name).display().to_string())
}

/// Makes one destination for each folder.
fn open(rows: &[&Row], options: &UploadOptions) -> Result<Box<dyn Destination>, CliError> {
    no_rehearsal(options, "folder")?;
    let mut folders: Vec<(PathBuf, Vec<String>)> = Vec::new();
    for row in rows {
        let path = row.path("folder").unwrap_or_default();
        let name = row.label.clone();
        match folders.iter_mut().find(|(known, _)| *known == path) {
            Some((_, names)) => names.push(name),
            None => folders.push((path, vec![name])),
        }
    }
    let mut many = Many::default();
    for (path, names) in folders {
        many.add(names, Box::new(Folder::new(path)));
    }
    Ok(Box::new(many))
}
