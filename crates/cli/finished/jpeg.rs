//! Walks the marker segments of a JPEG.

use avatar_prepare::xmp_names_a_place;

use super::exif;
use super::leftover::Leftover;

/// The marker segments of a JPEG that have a length, up to its end marker.
pub(crate) struct Segments<'a> {
    rest: &'a [u8],
    /// What follows the end marker; `None` if there is no end marker.
    pub(crate) after_end: Option<&'a [u8]>,
}

/// The segments of a JPEG, in their order.
pub(crate) fn segments(bytes: &[u8]) -> Segments<'_> {
    Segments {
        rest: bytes,
        after_end: None,
    }
}

impl<'a> Iterator for Segments<'a> {
    /// A marker and its content.
    type Item = (u8, &'a [u8]);

    /// Skips entropy-coded data and markers without a length.
    fn next(&mut self) -> Option<Self::Item> {
        let is_marker = |pair: &[u8]| matches!(pair, [0xff, marker] if !matches!(marker, 0x00 | 0x01 | 0xd0..=0xd8 | 0xff));
        let at = self.rest.windows(2).position(is_marker)?;
        let marker = *self.rest.get(at + 1)?;
        let rest = self.rest.get(at + 2..)?;
        if marker == 0xd9 {
            self.rest = &[];
            self.after_end = Some(rest);
            return None;
        }
        let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        self.rest = rest.get(length..)?;
        Some((marker, rest.get(2..length)?))
    }
}

/// Metadata and other data that a JPEG contains besides its picture.
pub(super) fn leftovers(bytes: &[u8]) -> Vec<Leftover> {
    let mut all = Vec::new();
    let mut segments = segments(bytes);
    for (marker, content) in segments.by_ref() {
        match marker {
            0xfe => all.push(Leftover::new("a comment")),
            0xe1 if content.starts_with(b"Exif\0") => all.extend(exif::leftovers(content)),
            0xe1 if content.starts_with(b"http://ns.adobe.com/x") => {
                all.push(Leftover::new("XMP").at_a_place(xmp_names_a_place(content)));
            }
            // A profile is no leftover: it says what the samples mean.
            0xe2 if content.starts_with(b"ICC_PROFILE\0") => {}
            0xe2 if content.starts_with(b"MPF\0") => {
                all.push(Leftover::new("a list of further pictures (MPF)"));
            }
            0xe0 if content.starts_with(b"JFIF\0") => {}
            0xe0 if content.starts_with(b"JFXX\0") => all.push(Leftover::new("a thumbnail (JFXX)")),
            0xed => all.push(Leftover::new("IPTC or data of Photoshop")),
            // How colours are stored.
            0xee if content.starts_with(b"Adobe") => {}
            0xe0..=0xef => {
                let number = marker - 0xe0;
                all.push(Leftover::new(&format!("data of a program (APP{number})")));
            }
            _ => {}
        }
    }
    if let Some(rest) = segments.after_end.filter(|rest| !rest.is_empty()) {
        all.push(Leftover::new(&format!(
            "{} bytes after its end",
            rest.len()
        )));
    }
    all
}
