//! Reads what the header of a JP2 file says about its channels and colours (ISO/IEC 15444-1, I.5.3; for what JPX adds,
//! 15444-2, M.11.7). The library reads these boxes too, but passes over what it does not know.

use crate::Note;
use crate::codec::{bytes, isobmff};

/// What the boxes of a JP2 file say; nothing for a bare codestream.
#[derive(Default)]
pub(super) struct Header<'a> {
    /// Colours of the first box that describes them in a way that is known.
    pub(super) space: Option<Space<'a>>,
    /// Whether the library does not know that box, or takes another one.
    pub(super) is_beyond_library: bool,
    pub(super) palette: Option<&'a [u8]>,
    pub(super) mapping: Option<&'a [u8]>,
    pub(super) definitions: Option<Vec<Definition>>,
    /// Headers in the file.
    pub(super) headers: usize,
}

/// A colour space.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Space<'a> {
    Gray,
    Rgb,
    Cmyk,
    /// YCbCr of sRGB, which the library converts.
    Ycc,
    /// The same for CMYK.
    Ycck,
    /// CIELAB, which the library brings to the full range.
    Lab {
        is_d50: bool,
    },
    /// RGB of ROMM, for which the library has a profile.
    Romm,
    Icc(&'a [u8]),
    /// Code points of ITU-T H.273.
    Cicp {
        primaries: u8,
        transfer: u8,
        is_plain: bool,
    },
    /// Another one of the table of 15444-2.
    Other(u32),
}

/// What a channel is (I.5.3.6).
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Definition {
    pub(super) channel: u16,
    pub(super) kind: u16,
    /// The number of its colour, counted from 1; see [`WHOLE`] and [`NONE`].
    pub(super) color: u16,
}

/// Kinds of channels.
pub(super) const COLOR: u16 = 0;
pub(super) const OPACITY: u16 = 1;
pub(super) const PREMULTIPLIED: u16 = 2;
pub(super) const UNSPECIFIED: u16 = u16::MAX;
/// What a channel belongs to that belongs to no colour: the whole picture, or nothing.
pub(super) const WHOLE: u16 = 0;
pub(super) const NONE: u16 = u16::MAX;

/// The default white of CIELAB.
const D50: u32 = 0x0044_3530;

impl<'a> Header<'a> {
    pub(super) fn read(file: &'a [u8]) -> Self {
        let mut header = Self::default();
        if file.starts_with(&super::codestream::START) {
            return header;
        }
        for (_, content) in isobmff::boxes(file).filter(|(kind, _)| kind == b"jp2h") {
            header.headers += 1;
            for (kind, content) in isobmff::boxes(content) {
                match &kind {
                    b"colr" if header.space.is_none() => {
                        header.space = space(content);
                        let is_known = content.first().is_some_and(|method| *method <= 2);
                        header.is_beyond_library |= header.space.is_none() || !is_known;
                    }
                    b"pclr" => header.palette = Some(content),
                    b"cmap" => header.mapping = Some(content),
                    b"cdef" => header.definitions = definitions(content),
                    _ => {}
                }
            }
        }
        header
    }

    /// What is lost if only a vendor knows the colours.
    pub(super) fn note(&self) -> Option<Note> {
        let is_unknown = self.space.is_none() && self.is_beyond_library;
        is_unknown.then(|| Note::ProfileIgnored {
            reason: "it describes colours in a way that is not read".into(),
        })
    }
}

fn space(content: &[u8]) -> Option<Space<'_>> {
    let (method, rest) = (*content.first()?, content.get(3..)?);
    match method {
        1 => Some(match bytes::u32_be(rest, 0)? {
            12 => Space::Cmyk,
            13 => Space::Ycck,
            14 => Space::Lab {
                is_d50: bytes::u32_be(rest, 28).is_none_or(|illuminant| illuminant == D50),
            },
            16 => Space::Rgb,
            17 => Space::Gray,
            18 => Space::Ycc,
            21 => Space::Romm,
            other => Space::Other(other),
        }),
        // Restricted profiles, and any.
        2 | 3 => Some(Space::Icc(rest)),
        5 => {
            let number = |at| bytes::u16_be(rest, at).and_then(|it| u8::try_from(it).ok());
            Some(Space::Cicp {
                primaries: number(0)?,
                transfer: number(2)?,
                is_plain: number(4)? == 0 && rest.get(6)? & 0x80 != 0,
            })
        }
        _ => None,
    }
}

/// `None` if there are none. Those that a damaged box lacks are of a channel that cannot be.
fn definitions(content: &[u8]) -> Option<Vec<Definition>> {
    let count = usize::from(bytes::u16_be(content, 0).unwrap_or(0));
    let definition = |index: usize| {
        let number = |at| bytes::u16_be(content, 2 + 6 * index + at).unwrap_or(u16::MAX);
        Definition {
            channel: number(0),
            kind: number(2),
            color: number(4),
        }
    };
    (count > 0).then(|| (0..count).map(definition).collect())
}

/// The file up to the end of its first codestream, and how many it has: the library takes the last.
pub(super) fn first_codestream(file: &[u8]) -> (&[u8], u32) {
    let codestreams = || isobmff::boxes(file).filter(|(kind, _)| kind == b"jp2c");
    let count = u32::try_from(codestreams().count()).unwrap_or(u32::MAX);
    let first = codestreams().next().filter(|_| count > 1);
    let end = first.and_then(|(_, content)| Some(isobmff::place(file, content)?.end));
    let end = end.and_then(|end| usize::try_from(end).ok());
    let first = end.and_then(|end| file.get(..end));
    (first.unwrap_or(file), count.max(1))
}
