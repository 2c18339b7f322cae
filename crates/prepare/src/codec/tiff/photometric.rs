//! PhotometricInterpretation, read before the decoder does: it reads the samples of palettes and of
//! CIELAB well, and only refuses to name them, so it is told that they are gray and RGB.

use std::io::{Cursor, Read, Result, Seek, SeekFrom};

/// The tag (TIFF 6.0, page 37).
const TAG: u16 = 262;

/// What the samples are (TIFF 6.0, pages 37 and 110; Adobe Photoshop TIFF, 2002).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Photometric {
    Palette,
    /// a* and b* signed.
    Lab,
    /// a* and b* plus 128.
    IccLab,
    /// As the decoder says.
    Other,
}

impl Photometric {
    /// Looks into the first directory, and hands the bytes on under a name that the decoder takes.
    pub(super) fn find(bytes: &[u8]) -> (Self, Patched<'_>) {
        let unchanged = Patched {
            bytes: Cursor::new(bytes),
            at: 0,
            patch: None,
        };
        let Some((at, value, is_big)) = locate(bytes) else {
            return (Self::Other, unchanged);
        };
        let (found, name) = match value {
            3 => (Self::Palette, 1u16),
            8 => (Self::Lab, 2),
            9 => (Self::IccLab, 2),
            _ => return (Self::Other, unchanged),
        };
        let patch = Some(if is_big {
            name.to_be_bytes()
        } else {
            name.to_le_bytes()
        });
        (
            found,
            Patched {
                at,
                patch,
                ..unchanged
            },
        )
    }

    pub(super) fn is_lab(self) -> bool {
        matches!(self, Self::Lab | Self::IccLab)
    }
}

/// Position and value of the tag, and whether the file is big-endian.
fn locate(bytes: &[u8]) -> Option<(u64, u16, bool)> {
    let is_big = bytes.starts_with(b"MM");
    let number = |at: usize, length: usize| {
        let field = bytes.get(at..at.checked_add(length)?)?;
        let fold = |value: u64, &byte: &u8| value << 8 | u64::from(byte);
        Some(if is_big {
            field.iter().fold(0, fold)
        } else {
            field.iter().rev().fold(0, fold)
        })
    };
    // BigTIFF counts in 8 bytes and has entries of 20.
    let (directory, width, entry) = match number(2, 2)? {
        43 => (number(8, 8)?, 8, 20),
        _ => (number(4, 4)?, 2, 12),
    };
    let directory = usize::try_from(directory).ok()?;
    let count = number(directory, width)?.min(4096) as usize;
    let first = directory.checked_add(width)?;
    let mut entries = (0..count).map(|index| first + index * entry);
    let at = entries.find(|&at| number(at, 2) == Some(TAG.into()))? + entry - width.max(4);
    Some((at as u64, number(at, 2)? as u16, is_big))
}

/// The file with two bytes changed.
pub(super) struct Patched<'a> {
    bytes: Cursor<&'a [u8]>,
    at: u64,
    patch: Option<[u8; 2]>,
}

impl Read for Patched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let start = self.bytes.position();
        let length = self.bytes.read(buffer)?;
        for (index, &byte) in self.patch.iter().flatten().enumerate() {
            let place = (self.at + index as u64).checked_sub(start);
            let place = place.and_then(|place| buffer.get_mut(..length)?.get_mut(place as usize));
            if let Some(place) = place {
                *place = byte;
            }
        }
        Ok(length)
    }
}

impl Seek for Patched<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.bytes.seek(to)
    }
}
