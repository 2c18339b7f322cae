//! Apple's variant of PNG, into which Xcode converts the pictures of an app: a chunk `CgBI` comes
//! first, blue comes before red, colours are multiplied by alpha, and the header and checksum of
//! zlib are left out.

use flate2::Crc;

use super::chunks;
use super::contract::{Decode, Memory, Opened};
use super::png;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Alpha, Samples};
use crate::{Error, Limits};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Header of zlib: deflate with a window of 32 KiB.
const ZLIB: [u8; 2] = [0x78, 0x01];

/// Whether the file is of this variant.
pub(super) fn matches(bytes: &[u8]) -> bool {
    bytes.get(12..16) == Some(b"CgBI")
}

/// Reads the header.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let file = standard(bytes);
    let header = png::open_with(&file, limits, Alpha::Premultiplied)?.header;
    // The converted file is held beside the original.
    let besides = header.decoded_bytes.saturating_add(file.len() as u64);
    let (memory, limits) = (Memory::Whole { besides }, *limits);
    let decode: Decode<'a> = Box::new(move |plan, scratch| {
        let opened = png::open_with(&file, &limits, Alpha::Premultiplied)?;
        let mut decoded = (opened.decode)(plan, scratch)?;
        if let Decoded::Reduced(reduced) = &mut decoded {
            let channels = reduced.raster.layout.channels();
            match &mut reduced.raster.samples {
                Samples::U8(samples) => exchange(samples, channels),
                Samples::U16(samples) => exchange(samples, channels),
            }
        }
        Ok(decoded)
    });
    Ok(Opened::new(header, decode).with_memory(memory))
}

/// Exchanges blue and red.
fn exchange<T>(samples: &mut [T], channels: usize) {
    if channels > 2 {
        samples
            .chunks_exact_mut(channels)
            .for_each(|pixel| pixel.swap(0, 2));
    }
}

/// The same pixels as a standard PNG, with a placeholder for the checksum of the pixels.
fn standard(bytes: &[u8]) -> Vec<u8> {
    let mut file = SIGNATURE.to_vec();
    let mut pixels = ZLIB.to_vec();
    for (name, content) in chunks::png(bytes) {
        match name {
            b"CgBI" | b"IEND" => {}
            b"IDAT" => pixels.extend_from_slice(content),
            _ => chunk(&mut file, name, content),
        }
    }
    pixels.extend([0; 4]);
    chunk(&mut file, b"IDAT", &pixels);
    chunk(&mut file, b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(content);
    file.extend((content.len() as u32).to_be_bytes());
    file.extend_from_slice(name);
    file.extend_from_slice(content);
    file.extend(sum.sum().to_be_bytes());
}
