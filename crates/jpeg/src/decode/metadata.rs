//! Reads application segments: orientation, profile, colour transform, the length of the first
//! picture.

/// The colour profile in APP2 segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Icc {
    /// No segment claims to contain one.
    Absent,
    /// The profile, joined from all parts.
    Profile(Vec<u8>),
    /// Parts are missing or contradict each other, so there is no usable profile.
    Incomplete,
}

impl Icc {
    /// The profile's bytes, if there is a whole one.
    #[must_use]
    pub fn profile(&self) -> Option<&[u8]> {
        match self {
            Self::Profile(bytes) => Some(bytes),
            Self::Absent | Self::Incomplete => None,
        }
    }
}

/// Everything of interest found in the application segments so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Metadata<'a> {
    pub(crate) exif: Option<&'a [u8]>,
    pub(crate) jfif: bool,
    pub(crate) adobe_transform: Option<u8>,
    pub(crate) first_picture_len: Option<u64>,
    icc_parts: Vec<IccPart<'a>>,
}

#[derive(Debug, Clone, Copy)]
struct IccPart<'a> {
    number: u8,
    total: u8,
    data: &'a [u8],
}

impl<'a> Metadata<'a> {
    pub(crate) fn app0(&mut self, body: &[u8]) {
        self.jfif |= body.starts_with(b"JFIF\0");
    }

    /// The first EXIF segment counts.
    pub(crate) fn app1(&mut self, body: &'a [u8]) {
        // The second padding byte is not always 0.
        if let Some(exif) = body.strip_prefix(b"Exif\0").and_then(|rest| rest.get(1..)) {
            self.exif.get_or_insert(exif);
        }
    }

    /// `segment_start` is the offset in the file of the first byte of `body`.
    pub(crate) fn app2(&mut self, body: &'a [u8], body_start: usize) {
        if let Some([number, total, data @ ..]) = body.strip_prefix(b"ICC_PROFILE\0") {
            self.icc_parts.push(IccPart {
                number: *number,
                total: *total,
                data,
            });
        } else if let Some(index) = body.strip_prefix(b"MPF\0") {
            let length = first_picture_len(index).filter(|&length| length > body_start as u64);
            self.first_picture_len = self.first_picture_len.or(length);
        }
    }

    pub(crate) fn app14(&mut self, body: &[u8]) {
        if body.starts_with(b"Adobe") {
            self.adobe_transform = body.get(11).copied().or(self.adobe_transform);
        }
    }

    /// Joins the parts of the profile, which are numbered from 1 and can come in any order and more
    /// than once (ICC.1, B.4).
    pub(crate) fn icc(&self) -> Icc {
        let Some(total) = self.icc_parts.iter().map(|part| part.total).max() else {
            return Icc::Absent;
        };
        let part = |number| {
            self.icc_parts
                .iter()
                .find(|part| part.number == number)
                .map(|part| part.data)
        };
        match (1..=total).map(part).collect::<Option<Vec<_>>>() {
            Some(parts) if parts.iter().any(|part| !part.is_empty()) => {
                Icc::Profile(parts.concat())
            }
            _ => Icc::Incomplete,
        }
    }
}

/// Size of the first picture by the multi-picture index (CIPA DC-007, 5.2.3): entry 0 of tag 0xB002.
fn first_picture_len(index: &[u8]) -> Option<u64> {
    let little = match index.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let array = |at: usize| index.get(at..)?.first_chunk::<4>().copied();
    let long = |at: usize| {
        array(at).map(|b| {
            if little {
                u32::from_le_bytes(b)
            } else {
                u32::from_be_bytes(b)
            }
        })
    };
    let short = |at: usize| {
        array(at).map(|[a, b, ..]| {
            if little {
                u16::from_le_bytes([a, b])
            } else {
                u16::from_be_bytes([a, b])
            }
        })
    };
    let directory = long(4)? as usize;
    let entries = usize::from(short(directory)?);
    let entry = (0..entries)
        .map(|i| directory + 2 + 12 * i)
        .find(|&at| short(at) == Some(0xB002))?;
    let first = long(entry + 8)? as usize;
    let size = long(first.checked_add(4)?)?;
    (size > 0).then_some(u64::from(size))
}
