//! BMP. Variants that `image` does not decode are converted to ones that it does: embedded JPEG and
//! PNG, bit fields with alpha, run lengths, the headers of OS/2, and bitmaps without a file header.

pub(super) mod color_space;
mod run_lengths;

use image::ImageFormat;
use image::codecs::bmp::BmpDecoder;

use crate::codec::bytes::u32_le;
use crate::codec::contract::{Decode, Embedded, Opened};
use crate::codec::library;
use crate::codec::whole_file::WholeFile;
use crate::color::Color;
use crate::{Error, Format, Limits, PictureError};

const FORMAT: Format = Format::Bmp;
/// Sizes of the header: BITMAPINFOHEADER, and the first one with four masks.
const INFO: u32 = 40;
const WITH_MASKS: u32 = 56;
/// Sizes of the headers of OS/2; the shorter one has no compression. In them, compression 4 means
/// something else than in Windows.
const OS2: u32 = 64;
const SHORT_OS2: u32 = 16;
/// Compressions.
const RUNS_OF_8: u32 = 1;
const RUNS_OF_4: u32 = 2;
const BIT_FIELDS: u32 = 3;
const JPEG: u32 = 4;
const PNG: u32 = 5;
const ALPHA_BIT_FIELDS: u32 = 6;

/// Reads the header. `image` does not read the colours that it states.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    door: Embedded,
) -> Result<Opened<'a>, Error> {
    let bitmap = bytes
        .strip_prefix(b"BM")
        .map_or(Some(bytes), |rest| rest.get(12..));
    let color = color_space::color(bitmap.unwrap_or_default());
    let mut opened = open_pixels(bytes, limits, door)?;
    if matches!(opened.header.color, Color::Unspecified) {
        opened.header.color = color;
    }
    Ok(opened)
}

fn open_pixels<'a>(bytes: &'a [u8], limits: &Limits, door: Embedded) -> Result<Opened<'a>, Error> {
    if !bytes.starts_with(b"BM") {
        return headless(bytes, limits);
    }
    match (u32_le(bytes, 14), u32_le(bytes, 30)) {
        (Some(INFO..), Some(JPEG | PNG)) if u32_le(bytes, 14) != Some(OS2) => {
            embedded(bytes, limits, door)
        }
        (Some(INFO), Some(ALPHA_BIT_FIELDS)) => {
            let start = bytes.len() - rows(bytes).len();
            let mut head = bytes.get(..start).unwrap_or_default().to_vec();
            put(&mut head, 14, WITH_MASKS);
            put(&mut head, 30, BIT_FIELDS);
            rebuilt(head, limits, |file| {
                file.extend(rows(bytes));
                Ok(())
            })
        }
        (Some(INFO..), Some(RUNS_OF_8 | RUNS_OF_4)) if u32_le(bytes, 14) != Some(OS2) => {
            run_lengths::open(bytes, rows(bytes), limits)
        }
        (Some(size @ SHORT_OS2..=OS2), _) if !matches!(size, INFO | 52 | WITH_MASKS) => {
            of_os2(bytes, size as usize, limits)
        }
        _ => library::open(FORMAT, ImageFormat::Bmp, bytes, limits),
    }
}

/// A file with a header that `image` accepts; the pixels are appended when they are needed.
fn rebuilt<'a>(
    mut head: Vec<u8>,
    limits: &Limits,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), Error> + 'a,
) -> Result<Opened<'a>, Error> {
    check(&head, 18, limits)?;
    let decoder = BmpDecoder::new(WholeFile::new(&head));
    let header = library::opened(FORMAT, decoder, &[], limits)?.header;
    let limits = *limits;
    let decode: Decode<'a> = Box::new(move |plan, scratch| {
        write(&mut head)?;
        let decoder = BmpDecoder::new(WholeFile::new(&head));
        let opened = library::opened(FORMAT, decoder, &head, &limits)?;
        (opened.decode)(plan, scratch)
    });
    Ok(Opened::new(header, decode))
}

/// Everything from the first row on.
fn rows(bytes: &[u8]) -> &[u8] {
    let start = u32_le(bytes, 10).and_then(|start| bytes.get(start as usize..));
    start.unwrap_or_default()
}

/// A bitmap with a header of OS/2, whose fields are the first ones of a Windows header.
fn of_os2<'a>(bytes: &'a [u8], size: usize, limits: &Limits) -> Result<Opened<'a>, Error> {
    let start = u32_le(bytes, 10).unwrap_or(0) as usize;
    let own = bytes.get(14..14 + size).unwrap_or_default();
    let mut info = [0; INFO as usize];
    own.iter().zip(&mut info).for_each(|(from, to)| *to = *from);
    let palette = bytes.get(14 + size..start).unwrap_or_default();
    let mut head = [bytes.get(..14).unwrap_or_default(), &info, palette].concat();
    let compression = u32_le(&head, 30);
    let length = head.len() as u32;
    put(&mut head, 10, length);
    put(&mut head, 14, INFO);
    let depth = u32_le(&head, 26).map_or(0, |word| word >> 16);
    match (compression, depth) {
        (Some(RUNS_OF_8 | RUNS_OF_4), _) | (Some(JPEG), 24) => {
            run_lengths::open(&head, rows(bytes), limits)
        }
        (Some(0), _) => rebuilt(head, limits, |file| {
            file.extend(rows(bytes));
            Ok(())
        }),
        (found, _) => Err(PictureError::Unsupported {
            format: FORMAT,
            feature: format!("compression {} of OS/2", found.unwrap_or(0)),
        }
        .into()),
    }
}

/// A bitmap without a file header, as on the clipboard.
fn headless<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    check(bytes, 4, limits)?;
    let decoder = BmpDecoder::new_without_file_header(WholeFile::new(bytes));
    library::opened(FORMAT, decoder, bytes, limits)
}

fn embedded<'a>(bytes: &'a [u8], limits: &Limits, door: Embedded) -> Result<Opened<'a>, Error> {
    let start = u32_le(bytes, 10).and_then(|start| bytes.get(start as usize..));
    let inner = start.filter(|inner| {
        inner.starts_with(&[0xff, 0xd8]) || inner.starts_with(b"\x89PNG\r\n\x1a\n")
    });
    let Some(inner) = inner else {
        let detail = "no JPEG or PNG where it should be".into();
        return Err(PictureError::Malformed {
            format: FORMAT,
            detail,
        }
        .into());
    };
    (door.open)(inner, limits)
}

/// Checks the limits here, because the decoder would refuse a large size without saying how large
/// it is.
fn check(bytes: &[u8], at: usize, limits: &Limits) -> Result<(), Error> {
    let side = |at| u32_le(bytes, at).map_or(0, |side| (side as i32).unsigned_abs());
    limits.check_picture((side(at), side(at + 4)), 1, 0)?;
    Ok(())
}

fn put(bytes: &mut [u8], at: usize, value: u32) {
    if let Some(field) = bytes.get_mut(at..at + 4) {
        field.copy_from_slice(&value.to_le_bytes());
    }
}
