//! Walks boxes and reads their big-endian fields; whatever runs past the end is `None`.

/// Type and content of each box; ends at damage. A size of 0 reaches to the end.
pub(in crate::codec) fn boxes(mut rest: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let mut fields = Fields(rest);
        let short = fields.uint(4)?;
        let kind = fields.kind()?;
        let (header, size) = match short {
            0 => (8, rest.len() as u64),
            1 => (16, fields.uint(8)?),
            size => (8, size),
        };
        let (whole, after) = rest.split_at_checked(usize::try_from(size).ok()?)?;
        rest = after;
        Some((kind, whole.get(header..)?))
    })
}

/// The content of the first box of that type.
pub(super) fn find<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes)
        .find(|(found, _)| found == kind)
        .map(|(_, content)| content)
}

/// Follows a path of boxes within boxes.
pub(in crate::codec) fn descend<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter()
        .try_fold(bytes, |content, kind| find(content, kind))
}

/// Where a part of a file is in it; `None` if it is not a part of it.
#[cfg(any(feature = "avif", feature = "heif", feature = "jpeg2000"))]
pub(in crate::codec) fn place(file: &[u8], part: &[u8]) -> Option<std::ops::Range<u64>> {
    let start = part.as_ptr().addr().checked_sub(file.as_ptr().addr())?;
    let end = start.checked_add(part.len())?;
    (end <= file.len()).then_some(start as u64..end as u64)
}

/// `uuid` of what Canon puts into `moov` of a CR3, as its files have it.
const CANON: [u8; 16] = [
    0x85, 0xc0, 0xb6, 0x87, 0x82, 0x0f, 0x11, 0xe0, 0x81, 0x11, 0xf4, 0xce, 0x46, 0x2b, 0x6a, 0x48,
];

/// The main EXIF directory of a CR3, as a TIFF of its own.
pub(in crate::codec) fn canon_exif(bytes: &[u8]) -> Option<&[u8]> {
    let own = boxes(find(bytes, b"moov")?).filter(|(kind, _)| kind == b"uuid");
    let own = own.filter_map(|(_, content)| content.split_first_chunk::<16>());
    let mut canon = own.filter(|(id, _)| **id == CANON);
    find(canon.next()?.1, b"CMT1")
}

/// What is left to read of a box.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// An unsigned number of 0 to 8 bytes; one of no bytes is 0.
    pub(super) fn uint(&mut self, length: usize) -> Option<u64> {
        let bytes = self.bytes(length)?;
        Some(
            bytes
                .iter()
                .fold(0, |value, &byte| value << 8 | u64::from(byte)),
        )
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        Some(self.uint(1)? as u8)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(self.uint(2)? as u16)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(self.uint(4)? as u32)
    }

    pub(super) fn kind(&mut self) -> Option<[u8; 4]> {
        self.bytes(4)?.first_chunk().copied()
    }

    /// Version and flags of a full box.
    pub(super) fn version(&mut self) -> Option<(u8, u32)> {
        let word = self.u32()?;
        Some(((word >> 24) as u8, word & 0x00ff_ffff))
    }
}
