//! One picture of a sheet.

use serde::Serialize;

use crate::report::record::FileRecord;

/// One picture: its record and its thumbnails.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    #[serde(flatten)]
    pub(super) record: FileRecord,
    /// The source, upright and whole.
    pub(super) before: Option<Before>,
    /// The result, as a `data:` address.
    pub(super) after: Option<String>,
}

/// The thumbnail of a source.
#[derive(Debug, Serialize)]
pub(super) struct Before {
    /// A square as a `data:` address.
    pub(super) src: String,
    /// The edge of that square, in pixels.
    pub(super) edge: u32,
    /// Left, top, width and height of the source in that square, in its pixels.
    pub(super) placed: [u32; 4],
}

/// A JPEG as a `data:` address.
pub(super) fn address(jpeg: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(jpeg);
    format!("data:image/jpeg;base64,{text}")
}
