//! Finds the sidecars of pictures: `name.ext.toml` beside `name.ext` holds options for it alone.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use avatar_prepare::Format;

use super::found::{Found, Kind};

const EXTENSION: &str = "toml";

/// The sidecar of a picture, if there is one.
pub fn beside(picture: &Path) -> Option<PathBuf> {
    let mut path = picture.as_os_str().to_os_string();
    path.push(".");
    path.push(EXTENSION);
    let path = PathBuf::from(path);
    path.is_file().then_some(path)
}

/// Attaches each sidecar in `found` to its picture and removes it from the list; globs that choose
/// pictures do not apply to it. A sidecar without its picture stays and is marked, because its
/// options have no effect.
pub(super) fn attach(found: &mut Vec<Found>) {
    let sidecars = found.iter().filter(|found| is_candidate(found));
    let of_picture = |it: &Found| (it.source.with_extension(""), it.source.to_path_buf());
    let sidecars: HashMap<PathBuf, PathBuf> = sidecars.map(of_picture).collect();
    if sidecars.is_empty() {
        return;
    }
    let (mut taken, mut beside_others) = (HashSet::<&Path>::new(), HashSet::<&Path>::new());
    for found in found.iter_mut() {
        let Some(sidecar) = sidecars.get(&*found.source) else {
            continue;
        };
        match found.kind {
            Kind::Picture => {
                found.own().sidecar = Some(sidecar.clone());
                taken.insert(sidecar.as_path());
            }
            Kind::Excluded(_) if has_picture_name(&found.source) => {
                taken.insert(sidecar.as_path());
            }
            _ => {
                beside_others.insert(sidecar.as_path());
            }
        }
    }
    found.retain_mut(|found| {
        let is_alone = matches!(found.kind, Kind::NotAPicture)
            && is_candidate(found)
            && !beside_others.contains(&*found.source)
            && has_picture_name(&found.source.with_extension(""));
        let is_taken = taken.contains(&*found.source);
        if is_alone && !is_taken {
            found.kind = Kind::SidecarAlone;
        }
        !is_taken
    });
}

/// Whether it can be a sidecar according to its name.
fn is_candidate(found: &Found) -> bool {
    matches!(found.kind, Kind::NotAPicture | Kind::Excluded(_))
        && found.source.extension() == Some(OsStr::new(EXTENSION))
}

fn has_picture_name(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    extension.is_some_and(Format::is_picture_extension)
}
