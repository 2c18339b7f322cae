//! Decompresses one strip or tile of a TIFF, and undoes prediction.

use std::io::Read;

use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode};
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder as _};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::form::{Form, Number, Photometric};
use super::{chroma, old_jpeg};
use crate::codec::ifd::{Directory, tag};
use crate::codec::jpeg::lossless;
use crate::codec::packbits;
use crate::codec::whole_file::WholeFile;
use crate::pixels::ycbcr::BT601_LUMA;

/// Most memory of the LZMA decoder, in KiB; the highest preset needs half.
const DICTIONARY: u32 = 128 << 10;

/// The name of a compression that is not supported.
pub(super) fn unknown(compression: usize) -> Option<String> {
    let name = match compression {
        1..=8 | 32_773 | 32_946 | 34_925 | 50_001 => return None,
        9 | 10 => "JBIG",
        32_766 => "NeXT",
        32_809 => "ThunderScan",
        33_003 | 33_004 | 33_005 | 34_712 => "JPEG 2000",
        34_661 => "JBIG",
        34_676 | 34_677 => "SGI LogLuv",
        34_713 => "Nikon NEF",
        34_887 => "LERC",
        34_892 => "lossy JPEG (DNG)",
        50_000 | 34_926 => "Zstandard",
        50_002 | 52_546 => "JPEG XL",
        other => return Some(format!("unknown (number {other})")),
    };
    Some(name.into())
}

/// Bytes of a row of so many pixels.
pub(super) fn row_bytes(form: &Form, width: usize) -> usize {
    (width * form.plane_samples() * form.bits).div_ceil(8)
}

/// One strip or tile.
pub(super) struct Segment<'f, 'a> {
    pub(super) form: &'f Form,
    pub(super) width: usize,
    pub(super) rows: usize,
    pub(super) directory: &'f Directory<'a>,
}

/// The decompressed rows of one strip or tile.
pub(super) struct Part {
    pub(super) bytes: Vec<u8>,
    /// The number of rows that could be decompressed; the others are zero.
    pub(super) rows: usize,
    /// Whether all rows are there, but data is left over or wrong.
    pub(super) is_damaged: bool,
}

impl Segment<'_, '_> {
    /// Decompresses it, and undoes prediction.
    pub(super) fn decode(&self, data: &[u8]) -> Result<Part, String> {
        let row = row_bytes(self.form, self.width);
        let is_chunky = self.form.is_chunky_ycbcr();
        let length = match is_chunky {
            true => chroma::length(self.form, (self.width, self.rows)),
            false => row * self.rows,
        };
        let reversed: Vec<u8>;
        let is_jpeg = matches!(self.form.compression, 6 | 7);
        let data = if self.form.is_reversed && !is_jpeg {
            reversed = data.iter().map(|byte| byte.reverse_bits()).collect();
            &reversed[..]
        } else {
            data
        };
        let mut is_damaged = false;
        let mut decoded = |(bytes, is_wrong): (Vec<u8>, bool)| {
            is_damaged = is_wrong;
            bytes
        };
        let mut bytes = match self.form.compression {
            1 => data
                .get(..length.min(data.len()))
                .unwrap_or_default()
                .to_vec(),
            2..=4 => self.fax(data),
            5 => lzw(data, length),
            6 => {
                let size = (self.width, self.rows);
                let file = old_jpeg::file(self.form, self.directory, size, data);
                decoded(self.jpeg(&file?)?)
            }
            7 => decoded(self.jpeg(data)?),
            8 | 32_946 => bounded(flate2::read::ZlibDecoder::new(data), length),
            32_773 => {
                let mut bytes = vec![0; length];
                let filled = packbits::unpack(data, &mut bytes).written;
                bytes.truncate(filled);
                bytes
            }
            34_925 => bounded(
                lzma_rust2::XzReader::new_mem_limit(data, false, DICTIONARY),
                length,
            ),
            50_001 => self.webp(data)?,
            other => return Err(unknown(other).unwrap_or_default()),
        };
        let rows = match bytes.len() {
            found if found >= length => self.rows,
            found => found * self.rows / length.max(1),
        };
        bytes.resize(length, 0);
        if is_chunky {
            let size = (self.width, self.rows);
            let bytes = chroma::rgb(self.form, self.directory, size, &bytes);
            return Ok(Part {
                bytes,
                rows,
                is_damaged,
            });
        }
        for row in bytes.chunks_exact_mut(row.max(1)) {
            self.unpredict(row);
        }
        Ok(Part {
            bytes,
            rows,
            is_damaged,
        })
    }

    /// Undoes prediction (TIFF 6.0, section 14, and Adobe's Technical Note 3 for floats).
    fn unpredict(&self, row: &mut [u8]) {
        let (width, channels) = (self.form.bits / 8, self.form.plane_samples());
        match self.form.predictor {
            2 if width > 0 => {
                let end = row.len() / width * width;
                for at in (channels * width..end).step_by(width) {
                    add(
                        row,
                        at,
                        at - channels * width,
                        width,
                        self.form.is_big_endian,
                    );
                }
            }
            3 if self.form.number == Number::Float => {
                for at in channels..row.len() {
                    row[at] = row[at].wrapping_add(row[at - channels]);
                }
                // Bring together the bytes of each sample, which are stored apart, the highest
                // first.
                let count = row.len() / width;
                let apart = row.to_vec();
                for (at, byte) in row.iter_mut().enumerate() {
                    let place = at % width;
                    let place = if self.form.is_big_endian {
                        place
                    } else {
                        width - 1 - place
                    };
                    *byte = apart.get(place * count + at / width).copied().unwrap_or(0);
                }
            }
            _ => {}
        }
    }

    /// An opaque picture has no alpha in WebP, whatever the tags of the file say.
    fn webp(&self, data: &[u8]) -> Result<Vec<u8>, String> {
        let picture = WebPDecoder::new(WholeFile::new(data)).and_then(|mut decoder| {
            let mut limits = image::Limits::default();
            limits.reserve(decoder.total_bytes())?;
            decoder.set_limits(limits)?;
            DynamicImage::from_decoder(decoder)
        });
        let picture = picture.map_err(|error| error.to_string())?;
        if picture.width() as usize != self.width {
            let (found, allowed) = (picture.width(), self.width);
            return Err(format!("WebP of {found} pixels in a row of {allowed}"));
        }
        match self.form.plane_samples() {
            3 => Ok(picture.into_rgb8().into_raw()),
            4 => Ok(picture.into_rgba8().into_raw()),
            other => Err(format!("WebP of {other} channels")),
        }
    }

    fn fax(&self, data: &[u8]) -> Vec<u8> {
        let encoding = match (self.form.compression, self.form.fax_options & 1) {
            (4, _) => EncodingMode::Group4,
            (3, 1) => EncodingMode::Group3_2D,
            _ => EncodingMode::Group3_1D,
        };
        let mut context = DecoderContext::new(DecodeSettings {
            columns: self.width as u32,
            rows: self.rows as u32,
            end_of_block: self.form.compression != 2,
            end_of_line: self.form.compression == 3,
            rows_are_byte_aligned: self.form.compression == 2,
            encoding,
            strict: false,
        });
        let mut page = Page {
            row: self.width.div_ceil(8),
            bytes: Vec::new(),
        };
        // An error is ignored: the rows before the damage are kept.
        let _ = hayro_ccitt::decode(data, &mut page, &mut context);
        page.bytes
    }

    /// Samples as they would be in the file without compression.
    fn stored(&self, samples: &[u16]) -> Vec<u8> {
        match (self.form.bits, self.form.is_big_endian) {
            (..=8, _) => samples.iter().map(|&sample| sample as u8).collect(),
            (_, true) => samples.iter().flat_map(|s| s.to_be_bytes()).collect(),
            (_, false) => samples.iter().flat_map(|s| s.to_le_bytes()).collect(),
        }
    }

    /// Decodes JPEG, and says whether its data is wrong although all of it could be decoded. Its tables
    /// can be separate from the data (Adobe Photoshop TIFF Technical Notes, 2002).
    fn jpeg(&self, data: &[u8]) -> Result<(Vec<u8>, bool), String> {
        let tables = self.directory.bytes(tag::JPEG_TABLES);
        let tables = tables.and_then(|tables| tables.strip_suffix(&[0xff, 0xd9]));
        let joined = match (tables, data.strip_prefix(&[0xff, 0xd8])) {
            (Some(tables), Some(rest)) => [tables, rest].concat(),
            _ => data.to_vec(),
        };
        if let Some(samples) = lossless::samples(&joined, (self.width, self.rows)) {
            let (samples, is_damaged) = samples?;
            return Ok((self.stored(&samples), is_damaged));
        }
        let out = match (self.form.photometric, self.form.plane_samples()) {
            (Photometric::Ycbcr, _) => ColorSpace::RGB,
            (_, 1) => ColorSpace::Luma,
            (_, 3) => ColorSpace::RGB,
            _ => return Err("JPEG of that many channels".into()),
        };
        let options = DecoderOptions::default()
            .jpeg_set_out_colorspace(out)
            .set_max_width(self.width)
            .set_max_height(self.rows.next_multiple_of(16));
        // The reader that the `tiff` crate gives it, so that it is compiled once.
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(joined), options);
        let mut pixels = decoder.decode().map_err(|error| error.to_string())?;
        // In files with the newer JPEG compression, programs ignore this field.
        if self.form.compression == 6 && self.form.is_video {
            pixels.as_chunks_mut().0.iter_mut().for_each(widen);
        }
        Ok((pixels, false))
    }
}

/// Expands video range (16 to 235, chroma 16 to 240) to full range (TIFF 6.0, section 21).
fn widen(pixel: &mut [u8; 3]) {
    let [red, green, blue] = pixel.map(f32::from);
    let [of_red, of_green, of_blue] = BT601_LUMA.map(|weight| weight as f32);
    let luma = of_red * red + of_green * green + of_blue * blue;
    *pixel = [red, green, blue].map(|color| {
        let wide = (luma - 16.0) * 255.0 / 219.0 + (color - luma) * 127.0 / 112.0;
        (wide + 0.5) as u8 // saturates
    });
}

/// Adds the sample at `before` to the one at `at`, starting with the lowest byte.
fn add(row: &mut [u8], at: usize, before: usize, width: usize, is_big_endian: bool) {
    let mut carry = 0;
    for index in 0..width {
        let place = if is_big_endian {
            width - 1 - index
        } else {
            index
        };
        let sum = u16::from(row[at + place]) + u16::from(row[before + place]) + carry;
        row[at + place] = sum as u8;
        carry = sum >> 8;
    }
}

/// Rows of one bit a pixel, 0 for white.
struct Page {
    row: usize,
    bytes: Vec<u8>,
}

impl Decoder for Page {
    fn push_row(&mut self, changes: &[u32]) {
        let start = self.bytes.len();
        self.bytes.resize(start + self.row, 0);
        let row = &mut self.bytes[start..];
        for run in changes.chunks(2) {
            let end = run.get(1).map_or(row.len() * 8, |&end| end as usize);
            for at in run[0] as usize..end.min(row.len() * 8) {
                row[at / 8] |= 0x80 >> (at % 8);
            }
        }
    }
}

/// Reads as much as there is, and at most `length` bytes.
fn bounded(reader: impl Read, length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = reader.take(length as u64).read_to_end(&mut bytes);
    bytes
}

/// Whether this is the LZW from before TIFF 6.0, which packs codes from the lowest bit on: the
/// first code is 256, so the first byte is 0 and the second has the code's highest bit.
pub(super) fn is_old_lzw(data: &[u8]) -> bool {
    matches!(data, [0, second, ..] if second & 1 == 1)
}

/// LZW in either order of bits, through the library. The faster decoder in
/// [`baseline`](super::baseline) supports only the usual order, and does not return what it decoded
/// before damage.
fn lzw(data: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let mut decoder = if is_old_lzw(data) {
        weezl::decode::Decoder::new(weezl::BitOrder::Lsb, 8)
    } else {
        weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
    };
    let mut done = (0, 0);
    loop {
        let result = decoder.decode_bytes(&data[done.0..], &mut bytes[done.1..]);
        done = (done.0 + result.consumed_in, done.1 + result.consumed_out);
        let is_going = matches!(result.status, Ok(weezl::LzwStatus::Ok));
        if !is_going || result.consumed_in + result.consumed_out == 0 || done.1 == length {
            bytes.truncate(done.1);
            return bytes;
        }
    }
}
