//! What happens to sources whose results would share a name.

use std::path::Path;

/// What happens to sources whose results would share a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnCollision {
    /// All of them fail.
    Error,
    /// Every result gets a suffix derived from the path of its source, whether or not its name is
    /// shared today: so names do not change when files come and go.
    Suffix,
    /// The one with the best format is used and the others are skipped, if nothing but the extension
    /// tells them apart.
    Prefer,
}

/// Formats from the best to the worst source of a square: drawings at any size, then pictures without
/// loss, then with. Others come last.
const PREFERRED: [&[&str]; 11] = [
    &["svg", "svgz"],
    &["png"],
    &["tif", "tiff"],
    &["psd"],
    &["jxl"],
    &["heic", "heif"],
    &["avif"],
    &["webp"],
    &["jpg", "jpeg"],
    &["pdf"],
    &["gif"],
];

/// The place of a file in the order of preference, by its extension.
pub(super) fn rank(source: &Path) -> usize {
    let extension = source.extension().and_then(|extension| extension.to_str());
    let extension = extension.unwrap_or_default().to_ascii_lowercase();
    let mut places = PREFERRED.iter();
    let place = places.position(|alike| alike.contains(&extension.as_str()));
    place.unwrap_or(PREFERRED.len())
}
