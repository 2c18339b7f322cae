//! What of a PNG is not pixels: the same file with empty chunks in place of those that hold pixels or long
//! text. It has the same header, and is read by going from chunk to chunk.

use std::io::{self, Read};

use flate2::Crc;
use flate2::read::ZlibDecoder;

use crate::pixels::in_order::not_in_order;
use crate::pixels::outline::Outline;

/// Most chunks of a file: programs write 8 KiB of pixels or more to each.
const MOST_CHUNKS: usize = 1 << 16;
/// Most bytes to which what is kept may be decompressed: little memory is reserved to open it.
const MOST_UNPACKED: u64 = 1 << 20;
/// Longest international text that is kept. It is never read.
const LONGEST: u64 = 1 << 12;
/// Length of a signature; of the length, name and checksum of a chunk.
const SIGNATURE: u64 = 8;
const HEAD: u64 = 8;
const SUM: u64 = 4;

/// Reads it; an error if the file is not sound or has too much besides pixels.
pub(in crate::codec) fn outline(outline: &mut Outline) -> io::Result<()> {
    outline.keep(0..SIGNATURE)?;
    let (mut at, mut unpacked) = (SIGNATURE, 0);
    for _ in 0..MOST_CHUNKS {
        let [a, b, c, d, name @ ..] = outline.read::<{ HEAD as usize }>(at)?;
        let content = u64::from(u32::from_be_bytes([a, b, c, d]));
        let end = at + HEAD + content + SUM;
        match &name {
            b"IDAT" | b"fdAT" => empty(outline, name),
            b"iTXt" if content > LONGEST => empty(outline, name),
            // What follows the end does not belong to the picture.
            b"IEND" => return outline.keep(at..end.max(outline.length())),
            b"iCCP" | b"zTXt" => {
                let start = outline.bytes.len() + HEAD as usize;
                outline.keep(at..end)?;
                unpacked += unpacked_length(outline.bytes.get(start..).unwrap_or_default());
            }
            _ => outline.keep(at..end)?,
        }
        if unpacked > MOST_UNPACKED {
            break;
        }
        at = end;
    }
    Err(not_in_order())
}

/// The length of what follows the name and the method in a chunk, decompressed as far as needed.
fn unpacked_length(content: &[u8]) -> u64 {
    let name = content.iter().position(|&byte| byte == 0);
    let packed = name.and_then(|name| content.get(name + 2..));
    let unpacked = ZlibDecoder::new(packed.unwrap_or_default());
    let mut length = 0;
    let mut part = [0; 4096];
    let mut unpacked = unpacked.take(MOST_UNPACKED + 1);
    // What follows damage is not decompressed by anybody.
    while let Ok(more @ 1..) = unpacked.read(&mut part) {
        length += more as u64;
    }
    length
}

/// Adds an empty chunk, unless the last one is the same.
fn empty(outline: &mut Outline, name: [u8; 4]) {
    let mut sum = Crc::new();
    sum.update(&name);
    let chunk = [[0; 4], name, sum.sum().to_be_bytes()].concat();
    if !outline.bytes.ends_with(&chunk) {
        outline.bytes.extend(chunk);
    }
}
