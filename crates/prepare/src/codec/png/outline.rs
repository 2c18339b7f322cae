//! What of a PNG is not pixels: the same file with empty chunks in place of those that hold pixels or long
//! text. It has the same header, and is read by going from chunk to chunk.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use flate2::Crc;
use flate2::read::ZlibDecoder;

use crate::pixels::in_order::Outline;

/// Most bytes of all that is kept.
const MOST: usize = 1 << 20;
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

/// Reads it from a file of this length; `None` if the file is not sound or has too much besides pixels.
pub(in crate::codec) fn outline(file: &mut File, length: u64) -> io::Result<Option<Outline>> {
    let mut outline = Outline {
        bytes: Vec::new(),
        opened: 0,
        parts: Vec::new(),
    };
    outline.keep(file, 0..SIGNATURE)?;
    let (mut at, mut unpacked) = (SIGNATURE, 0);
    for _ in 0..MOST_CHUNKS {
        if at + HEAD + SUM > length {
            return Ok(None);
        }
        let mut head = [0; HEAD as usize];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut head)?;
        let [a, b, c, d, name @ ..] = head;
        let content = u64::from(u32::from_be_bytes([a, b, c, d]));
        let end = at + HEAD + content + SUM;
        let is_long = content > LONGEST;
        let room = (MOST - outline.bytes.len()) as u64;
        match &name {
            _ if end > length => return Ok(None),
            b"IDAT" | b"fdAT" => outline.empty(name),
            b"iTXt" if is_long => outline.empty(name),
            // What follows the end does not belong to the picture.
            b"IEND" if length - at <= room => {
                outline.keep(file, at..length)?;
                outline.opened = outline.bytes.len();
                return Ok(Some(outline));
            }
            b"IEND" => return Ok(None),
            _ if end - at + HEAD + SUM > room => return Ok(None),
            b"iCCP" | b"zTXt" => {
                let start = outline.bytes.len() + HEAD as usize;
                outline.keep(file, at..end)?;
                let content = outline.bytes.get(start..).unwrap_or_default();
                unpacked += unpacked_length(content);
                if unpacked > MOST_UNPACKED {
                    return Ok(None);
                }
            }
            _ => outline.keep(file, at..end)?,
        }
        at = end;
    }
    Ok(None)
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

impl Outline {
    /// Adds an empty chunk, unless the last one is the same.
    fn empty(&mut self, name: [u8; 4]) {
        let mut sum = Crc::new();
        sum.update(&name);
        let chunk = [[0; 4], name, sum.sum().to_be_bytes()].concat();
        if !self.bytes.ends_with(&chunk) && self.bytes.len() + chunk.len() <= MOST {
            self.bytes.extend(chunk);
        }
    }
}
