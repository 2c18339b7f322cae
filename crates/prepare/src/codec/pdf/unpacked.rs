//! How long the streams of a document become when they are unpacked. The renderer unpacks each as a whole
//! and without a limit, so ten kilobytes can take gigabytes. The same holds for its pictures.

use std::io::{BufReader, Read};

use flate2::read::ZlibDecoder;
use memchr::memmem;

use crate::{Limit, LimitExceeded, Limits};

/// Most bytes of a stream that holds objects or their places. These are unpacked before there is a permit
/// for memory; real ones have a few hundred kilobytes.
const MOST_OBJECTS: u64 = 64 << 20;
/// Most that a byte of Deflate can become.
const MOST_A_BYTE: u64 = 1_032;
/// Streams that cannot become longer than this are not unpacked to find out.
const HARMLESS: u64 = 16 << 20;
/// Compressions of one stream within another.
const LEVELS: usize = 4;
/// What a byte of run lengths can become.
const MOST_OF_RUNS: u64 = 64;
/// Bytes in which the header of a JPEG 2000 is looked for.
const LONGEST_HEADER: u64 = 4 << 10;
/// Bytes before a stream in which its dictionary is looked for.
const DICTIONARY: usize = 1_000;

/// The length of the longest stream once it is unpacked, as far as it matters for memory.
///
/// # Errors
/// If a stream is longer than what `limits` allow for a decoded picture.
pub(super) fn longest(bytes: &[u8], limits: &Limits) -> Result<u64, LimitExceeded> {
    let mut longest = 0;
    for (dictionary, data) in streams(bytes) {
        let names = |name: &str| memmem::find(dictionary, name.as_bytes()).is_some();
        let most = match names("/ObjStm") || names("/XRef") {
            true => limits.decoded_bytes.min(MOST_OBJECTS),
            false => limits.decoded_bytes,
        };
        let factor = if names("/RunLengthDecode") || names("/RL") {
            MOST_OF_RUNS
        } else {
            1
        };
        let found = unpacked(data, most / factor).saturating_mul(factor);
        if found > most {
            return Err(LimitExceeded {
                limit: Limit::DecodedBytes,
                found,
                allowed: most,
            });
        }
        let pixels = pixels(dictionary).max(jpeg_2000(data));
        if pixels > limits.decoded_bytes {
            return Err(LimitExceeded {
                limit: Limit::DecodedBytes,
                found: pixels,
                allowed: limits.decoded_bytes,
            });
        }
        longest = longest.max(found);
        if pixels > HARMLESS {
            longest = longest.max(pixels);
        }
    }
    Ok(longest)
}

/// Pixels that a dictionary states, each of which becomes at least one byte; 0 if it is not that of a
/// picture, or states them elsewhere.
fn pixels(dictionary: &[u8]) -> u64 {
    let number = |key: &[u8]| {
        let at = memmem::find(dictionary, key)? + key.len();
        let rest = dictionary.get(at..)?.trim_ascii_start();
        let end = rest.iter().position(|byte| !byte.is_ascii_digit());
        let digits = std::str::from_utf8(rest.get(..end?)?).ok()?;
        digits.parse::<u64>().ok()
    };
    match (number(b"/Width"), number(b"/Height")) {
        (Some(width), Some(height)) => width.saturating_mul(height),
        _ => 0,
    }
}

/// Samples of a JPEG 2000, whatever the dictionary says of its size; 0 if the stream is none. Its decoder
/// allocates them all at once, and if that fails, the process ends.
fn jpeg_2000(data: &[u8]) -> u64 {
    let mut start = Vec::new();
    let mut reader = data.take(LONGEST_HEADER);
    // Damage ends it, for the renderer as well.
    let _ = reader.read_to_end(&mut start);
    for _ in 0..LEVELS {
        let head = start.first_chunk::<2>().copied();
        if !head.is_some_and(is_packed) {
            break;
        }
        let mut plain = Vec::new();
        let _ = ZlibDecoder::new(start.as_slice())
            .take(LONGEST_HEADER)
            .read_to_end(&mut plain);
        start = plain;
    }
    let Some(at) = memmem::find(&start, b"\xff\x4f\xff\x51") else {
        return 0;
    };
    let field = |at: usize| {
        start
            .get(at..)?
            .first_chunk::<4>()
            .map(|it| u32::from_be_bytes(*it))
    };
    let number = |place: usize| field(at + place).map_or(0, u64::from);
    let components = number(40) >> 16;
    let side = |far: usize, near: usize| number(far).saturating_sub(number(near));
    side(8, 16)
        .saturating_mul(side(12, 20))
        .saturating_mul(components)
}

/// What precedes each stream, and the stream with all that follows it up to its end mark.
fn streams(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    const START: &[u8] = b"stream";
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(at..)?;
            let found = at + memmem::find(rest, START)?;
            at = found + START.len();
            let before = bytes.get(found.saturating_sub(DICTIONARY)..found)?;
            if before.ends_with(b"end") {
                continue;
            }
            let data = bytes.get(at..)?;
            let data = data.strip_prefix(b"\r").unwrap_or(data);
            let data = data.strip_prefix(b"\n").unwrap_or(data);
            let own = memmem::rfind(before, b" obj").unwrap_or(0);
            return Some((before.get(own..)?, data));
        }
    })
}

/// Length of the data once all levels of Deflate are undone; a little more than `most` if it is longer.
fn unpacked(data: &[u8], most: u64) -> u64 {
    let mut longest = 0;
    for levels in 1..=LEVELS {
        let mut reader: Box<dyn Read + '_> = Box::new(data);
        for _ in 1..levels {
            reader = Box::new(BufReader::new(ZlibDecoder::new(reader)));
        }
        let mut head = [0; 2];
        if reader.read_exact(&mut head).is_err() || !is_packed(head) {
            break;
        }
        let stored = if levels == 1 {
            packed_length(data)
        } else {
            u64::MAX
        };
        if stored.saturating_mul(MOST_A_BYTE) <= HARMLESS.min(most) {
            continue;
        }
        let unpacked = ZlibDecoder::new(BufReader::new(head.chain(reader)));
        // Damage ends it, for the renderer as well.
        let length = length(unpacked.take(most.saturating_add(1)));
        longest = longest.max(length);
        if length > most {
            break;
        }
    }
    longest
}

/// Bytes up to the next end mark.
fn packed_length(data: &[u8]) -> u64 {
    const END: &[u8] = b"endstream";
    let near = data.get(
        ..data
            .len()
            .min((HARMLESS / MOST_A_BYTE) as usize + END.len()),
    );
    let end = near.and_then(|near| memmem::find(near, END));
    end.map_or(u64::MAX, |end| end as u64)
}

/// The header of a zlib stream: Deflate, with a checksum.
fn is_packed([first, second]: [u8; 2]) -> bool {
    first & 0x0f == 8 && (u16::from(first) << 8 | u16::from(second)).is_multiple_of(31)
}

fn length(mut reader: impl Read) -> u64 {
    let mut buffer = [0; 1 << 15];
    let mut length = 0;
    while let Ok(read @ 1..) = reader.read(&mut buffer) {
        length += read as u64;
    }
    length
}
