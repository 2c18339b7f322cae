//! QOI. Files that end early are completed, because the decoder accepts only whole files.

use image::ImageFormat;

use super::decoders::{decoder, library_limits};
use super::reader::{Form, Reader, read};
use crate::codec::contract::{Decode, Memory, Opened};
use crate::codec::damage::{Damage, gray};
use crate::pixels::decoded::Decoded;
use crate::plan::Plan;
use crate::{Error, Format, Limits, Note, PictureError};

const FORMAT: Format = Format::Qoi;

/// Length of the header, and the bytes after the pixels (The Quite OK Image Format, version 1.0).
const HEADER: usize = 14;
const END: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 1];

/// A completed file, and how many of its rows are original.
struct Mended {
    file: Vec<u8>,
    /// Number of complete rows in the original file.
    rows: usize,
    note: Note,
}

/// Reads the header.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    // The library takes colours from wrong places there, without an error: see docs/upstream/qoi.md.
    if cfg!(target_endian = "big") {
        let feature = "decoding on a big-endian processor".into();
        let format = FORMAT;
        return Err(PictureError::Unsupported { format, feature }.into());
    }
    let decoder = decoder(ImageFormat::Qoi, bytes, library_limits(limits));
    let (header, reader) = Reader::start_with_metadata(FORMAT, decoder, bytes, limits)?;
    let form = reader.form;
    let decode: Decode<'a> = Box::new(move |plan, _| match reader.read() {
        Err(error @ Error::Picture(_)) => match mend(bytes, form.size, plan) {
            Some(mended) => read_mended(&mended?, form),
            None => Err(error),
        },
        read => read,
    });
    // Row by row into the raster.
    Ok(Opened::new(header, decode).with_memory(Memory::Whole { besides: 0 }))
}

/// Reads a completed file; the missing rows become gray.
fn read_mended(Mended { file, rows, note }: &Mended, form: Form) -> Result<Decoded, Error> {
    let completed = decoder(ImageFormat::Qoi, file, image::Limits::default())
        .and_then(|decoder| read(decoder, form.size, form.color));
    let mut decoded = form.complete(completed)?;
    if let Decoded::Raster(raster) = &mut decoded {
        gray(raster, *rows..form.size.1 as usize);
    }
    Ok(decoded.damaged(note.clone()))
}

/// Completes the file; `None` if no pixels are missing, so the file has another fault.
fn mend(bytes: &[u8], (width, height): (u32, u32), plan: &Plan) -> Option<Result<Mended, Error>> {
    let pixels = u64::from(width) * u64::from(height);
    let (found, end) = pixels_in(bytes, pixels);
    let missing = usize::try_from(pixels.checked_sub(found)?).ok()?;
    if missing == 0 {
        return None;
    }
    let (rows, crop) = ((found / u64::from(width)) as usize, plan.crop());
    let shown = rows.saturating_sub(crop.y as usize) as f64 / f64::from(crop.height);
    let note = match Damage::FileEnds.accept(FORMAT, shown) {
        Ok(note) => note,
        Err(refused) => return Some(Err(refused)),
    };
    let mut file = bytes.get(..end)?.to_vec();
    // A zero byte is one pixel with a colour of the index.
    file.resize(end + missing, 0);
    file.extend(END);
    Some(Ok(Mended { file, rows, note }))
}

/// The number of pixels in the file, and where their data ends.
fn pixels_in(bytes: &[u8], most: u64) -> (u64, usize) {
    let (mut at, mut found) = (HEADER, 0);
    while let Some(&tag) = bytes.get(at).filter(|_| found < most) {
        let (length, pixels) = match tag {
            0xff => (5, 1),
            0xfe => (4, 1),
            0xc0.. => (1, u64::from(tag & 0x3f) + 1),
            0x80.. => (2, 1),
            _ => (1, 1),
        };
        if at + length > bytes.len() {
            break;
        }
        (at, found) = (at + length, found + pixels);
    }
    (found.min(most), at)
}
