//! How long the streams of a document become when they are unpacked. The renderer unpacks each as a whole
//! and without a limit, so ten kilobytes can take gigabytes. The same holds for its pictures.

use std::collections::HashMap;
use std::io::{BufReader, Read};

use flate2::read::{DeflateDecoder, ZlibDecoder};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Object, Stream};
use hayro::hayro_syntax::page::Page;
use memchr::memmem;

use super::filters::{self, is_zlib};
use crate::{Error, Format, Limit, LimitExceeded, Limits, PictureError};

/// Most bytes of a stream that holds objects or their places. These are unpacked before there is a permit
/// for memory; real ones have a few hundred kilobytes.
const MOST_OBJECTS: u64 = 64 << 20;
/// The same of all such streams of a document, because they are kept.
const MOST_OF_ALL_OBJECTS: u64 = 256 << 20;
/// Filters other than Deflate and those of pictures, as documents spell them.
const RARE: [&str; 8] = [
    "ASCIIHex",
    "/AHx",
    "ASCII85",
    "/A85",
    "LZW",
    "RunLength",
    "/RL",
    "/Crypt",
];
const FILTER: &[u8] = b"/Filter";
/// Most bytes of the name of a filter, with all its letters as escapes.
const NAME: usize = 48;
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
/// The same if it is known to be one of objects. A list of their places can be long.
const LONG_DICTIONARY: usize = 64 << 10;
/// Most bytes of an object that are looked at so: its length, for each stream or word that looks like one. More
/// would take long.
const LOOKED: usize = 1 << 20;

/// The length of the longest stream once it is unpacked, as far as it matters for memory.
///
/// # Errors
/// If a stream is longer than what `limits` allow for a decoded picture.
pub(super) fn longest(bytes: &[u8], limits: &Limits) -> Result<u64, Error> {
    let (mut longest, mut objects) = (0, 0_u64);
    for Stored {
        dictionary,
        data,
        holds_objects,
    } in streams(bytes)
    {
        let names = |name: &str| memmem::find(dictionary, name.as_bytes()).is_some();
        if holds_objects && RARE.into_iter().any(names) {
            return Err(PictureError::Unsupported {
                format: Format::Pdf,
                feature: "objects in a stream that is not packed with Deflate".into(),
            }
            .into());
        }
        let most = match holds_objects {
            true => limits.decoded_bytes.min(MOST_OBJECTS),
            false => limits.decoded_bytes,
        };
        // All streams of objects are kept, so that many short ones matter, too.
        let harmless = if holds_objects { 0 } else { HARMLESS };
        let factor = if names("/RunLengthDecode") || names("/RL") {
            MOST_OF_RUNS
        } else {
            1
        };
        let found = unpacked(data, names("/Fl"), most / factor, harmless).saturating_mul(factor);
        if found > most {
            return Err(too_long(found, most).into());
        }
        if holds_objects {
            objects = objects.saturating_add(found);
            if objects > most.max(MOST_OF_ALL_OBJECTS) {
                return Err(too_long(objects, most.max(MOST_OF_ALL_OBJECTS)).into());
            }
        }
        let pixels = pixels(dictionary).max(jpeg_2000(data));
        if pixels > limits.decoded_bytes {
            return Err(too_long(pixels, limits.decoded_bytes).into());
        }
        longest = longest.max(found);
        if pixels > HARMLESS {
            longest = longest.max(pixels);
        }
    }
    Ok(longest.saturating_add(objects))
}

fn too_long(found: u64, allowed: u64) -> LimitExceeded {
    LimitExceeded {
        limit: Limit::DecodedBytes,
        found,
        allowed,
    }
}

/// Like [`longest`], of streams with filters whose result cannot be told from the text of the file. If there
/// are none, as in nearly every document, nothing is read.
pub(super) fn rarely_packed(
    pdf: &Pdf,
    bytes: &[u8],
    limits: &Limits,
) -> Result<u64, LimitExceeded> {
    let has = |text: &[u8]| memmem::find(bytes, text).is_some();
    let is_rare = RARE.into_iter().any(|name| has(name.as_bytes()));
    if !is_rare && !is_escaped(bytes) && !is_elsewhere(bytes) {
        return Ok(0);
    }
    let most = limits.decoded_bytes;
    let mut longest = 0;
    for object in pdf.objects() {
        let Object::Stream(stream) = object else {
            continue;
        };
        let stored = stream.raw_data().len() as u64;
        if !is_harmless(&stream, stored) {
            longest = longest.max(filters::length(&stream, most));
        }
        if longest > most {
            return Err(too_long(longest, most));
        }
    }
    Ok(longest)
}

/// Whether a stream cannot become long.
fn is_harmless(stream: &Stream<'_>, stored: u64) -> bool {
    let filters = stream.filters();
    let most = filters
        .iter()
        .fold(stored, |length, _| length.saturating_mul(MOST_A_BYTE));
    filters.is_empty() || most <= HARMLESS
}

/// Whether a name may be spelled with escapes. Bytes of pictures rarely look like that.
fn is_escaped(bytes: &[u8]) -> bool {
    let is_name = |at: usize| {
        let before = bytes.get(at.saturating_sub(NAME)..at).unwrap_or_default();
        let is_regular = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'#';
        let length = before.iter().rev().take_while(is_regular).count();
        let start = before.len().checked_sub(length + 1);
        let digits = bytes.get(at + 1..at + 3).unwrap_or_default();
        let starts = start.and_then(|start| before.get(start)) == Some(&b'/');
        starts && digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit)
    };
    memmem::find_iter(bytes, b"#").any(is_name)
}

/// Whether the filters of a stream are in an object of their own.
fn is_elsewhere(bytes: &[u8]) -> bool {
    let follows = |at: usize| {
        let rest = bytes.get(at + FILTER.len()..).unwrap_or_default();
        rest.trim_ascii_start()
            .first()
            .is_some_and(u8::is_ascii_digit)
    };
    memmem::find_iter(bytes, FILTER).any(follows)
}

/// Refuses a page whose content is too long; a document can name a stream any number of times in it.
pub(super) fn check_content(page: &Page<'_>, limits: &Limits) -> Result<(), LimitExceeded> {
    let Some(parts) = page.raw().get::<Array<'_>>(b"Contents".as_ref()) else {
        return Ok(());
    };
    let (mut known, mut all) = (HashMap::new(), 0_u64);
    for part in parts.iter::<Stream<'_>>() {
        let id = part.obj_id();
        let key = (id.obj_number, id.gen_number);
        let length = known
            .entry(key)
            .or_insert_with(|| filters::length(&part, limits.decoded_bytes));
        all = all.saturating_add(*length);
        if all > limits.decoded_bytes {
            return Err(too_long(all, limits.decoded_bytes));
        }
    }
    Ok(())
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
        if !head.is_some_and(is_zlib) {
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

/// A stream in the text of a file.
struct Stored<'a> {
    /// What precedes it in its object, as far as it is near; more of it if it holds objects.
    dictionary: &'a [u8],
    /// The stream with all that follows it up to its end mark.
    data: &'a [u8],
    /// Whether its object says that it holds objects or their places, however far before it.
    holds_objects: bool,
}

/// What was last found in the text up to some place. Each byte is looked at once.
#[derive(Default)]
struct Passed {
    to: usize,
    /// Where the last object starts.
    object: usize,
    /// Where the last name is that is only in streams of objects.
    name: usize,
    /// Streams since then.
    streams: usize,
}

impl Passed {
    fn up_to(&mut self, bytes: &[u8], end: usize) {
        const OBJECT: &[u8] = b"obj";
        const NAMES: [&[u8]; 2] = [b"/ObjStm", b"/XRef"];
        // What was looked for can begin before the last end.
        let start = self.to.saturating_sub(8);
        let gap = bytes.get(start..end).unwrap_or_default();
        let is_own = |at: &usize| at.checked_sub(1).and_then(|at| gap.get(at));
        let is_own = |at: &usize| is_own(at).is_some_and(u8::is_ascii_whitespace);
        if let Some(at) = memmem::rfind_iter(gap, OBJECT).find(is_own) {
            self.object = start + at;
            self.streams = 0;
        }
        let names = NAMES
            .into_iter()
            .filter_map(|name| memmem::rfind(gap, name));
        if let Some(at) = names.max() {
            self.name = self.name.max(start + at + 1);
        }
        self.to = end;
        self.streams += 1;
    }
}

/// All streams.
fn streams(bytes: &[u8]) -> impl Iterator<Item = Stored<'_>> {
    const START: &[u8] = b"stream";
    let (mut at, mut passed) = (0, Passed::default());
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
            passed.up_to(bytes, found);
            let holds_objects = passed.name > passed.object;
            let far = found.saturating_sub(LONG_DICTIONARY).max(passed.object);
            let is_cheap = passed.streams.saturating_mul(found - far) <= LOOKED;
            let dictionary = match holds_objects && is_cheap {
                true => bytes.get(far..found)?,
                false => {
                    let own = memmem::rfind(before, b" obj").unwrap_or(0);
                    before.get(own..)?
                }
            };
            return Some(Stored {
                dictionary,
                data,
                holds_objects,
            });
        }
    })
}

/// Length of the data once all levels of Deflate are undone; a little more than `most` if it is longer. If it is said
/// to be Deflate, the renderer also reads it without the header of zlib. A level that cannot become longer than
/// `harmless` counts 0.
fn unpacked(data: &[u8], is_deflate: bool, most: u64, harmless: u64) -> u64 {
    let mut longest = 0;
    for levels in 1..=LEVELS {
        let mut reader: Box<dyn Read + '_> = Box::new(data);
        for _ in 1..levels {
            reader = Box::new(BufReader::new(ZlibDecoder::new(reader)));
        }
        let mut head = [0; 2];
        if reader.read_exact(&mut head).is_err() || !is_zlib(head) {
            if levels == 1 && is_deflate {
                return length(DeflateDecoder::new(data).take(most.saturating_add(1)));
            }
            break;
        }
        let stored = if levels == 1 {
            packed_length(data)
        } else {
            u64::MAX
        };
        if stored.saturating_mul(MOST_A_BYTE) <= harmless.min(most) {
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

fn length(mut reader: impl Read) -> u64 {
    let mut buffer = [0; 1 << 15];
    let mut length = 0;
    while let Ok(read @ 1..) = reader.read(&mut buffer) {
        length += read as u64;
    }
    length
}
