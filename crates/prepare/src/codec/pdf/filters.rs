//! How long a stream becomes, whatever its filters are: each is undone a piece at a time, and no more than that
//! is in memory.

use std::io::{self, BufReader, Cursor, Read, Write};

use flate2::bufread::{DeflateDecoder, ZlibDecoder};
use hayro::hayro_syntax::Filter;
use hayro::hayro_syntax::object::Stream;
use weezl::BitOrder;
use weezl::decode::Decoder;

/// Most bytes of LZW below another filter. No program writes that.
const MOST_INNER: u64 = 64 << 20;

type Bytes<'a> = BufReader<Box<dyn Read + 'a>>;

/// Length of a stream as the renderer unpacks it, or of what lies between two of its filters if that is longer;
/// a little more than `most` if it is longer.
pub(super) fn length(stream: &Stream<'_>, most: u64) -> u64 {
    let data = stream.raw_data();
    let filters = stream.filters();
    let mut longest = data.len() as u64;
    for count in 1..=filters.len() {
        let mut reader: Box<dyn Read + '_> = Box::new(Cursor::new(&data));
        for filter in filters.iter().take(count) {
            let Some(next) = undone(*filter, BufReader::new(reader)) else {
                return longest;
            };
            reader = next;
        }
        longest = longest.max(counted(reader.take(most.saturating_add(1))));
        if longest > most {
            break;
        }
    }
    longest
}

/// What a filter makes of bytes; `None` for those of pictures.
fn undone<'a>(filter: Filter, bytes: Bytes<'a>) -> Option<Box<dyn Read + 'a>> {
    match filter {
        Filter::FlateDecode => Some(inflated(bytes)),
        Filter::LzwDecode => Some(Box::new(lzw(bytes))),
        Filter::RunLengthDecode => Some(Box::new(Runs {
            bytes,
            left: 0,
            value: None,
        })),
        Filter::AsciiHexDecode => Some(Box::new(Digits::hexadecimal(bytes))),
        Filter::Ascii85Decode => Some(Box::new(Digits::base_85(bytes))),
        Filter::Crypt => Some(Box::new(bytes)),
        _ => None,
    }
}

/// Deflate, also without the header of zlib, as the renderer reads it.
fn inflated<'a>(mut bytes: Bytes<'a>) -> Box<dyn Read + 'a> {
    use std::io::BufRead;
    let head = bytes
        .fill_buf()
        .ok()
        .and_then(|start| start.first_chunk::<2>());
    match head.is_some_and(|head| is_zlib(*head)) {
        true => Box::new(ZlibDecoder::new(bytes)),
        false => Box::new(DeflateDecoder::new(bytes)),
    }
}

/// The header of a zlib stream: Deflate, with a checksum.
pub(super) fn is_zlib([first, second]: [u8; 2]) -> bool {
    first & 0x0f == 8 && (u16::from(first) << 8 | u16::from(second)).is_multiple_of(31)
}

/// What LZW becomes, or zeros without an end if it is too long.
fn lzw(bytes: Bytes<'_>) -> Box<dyn Read> {
    let mut known = Capped(Vec::new());
    let mut decoder = Decoder::with_tiff_size_switch(BitOrder::Msb, 8);
    let outcome = decoder.into_stream(&mut known).decode_all(bytes).status;
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::OutOfMemory => Box::new(io::repeat(0)),
        _ => Box::new(Cursor::new(known.0)),
    }
}

/// Bytes up to the bound.
struct Capped(Vec<u8>);

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if (self.0.len() + bytes.len()) as u64 > MOST_INNER {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn byte(bytes: &mut Bytes<'_>) -> Option<u8> {
    let mut one = [0];
    bytes.read_exact(&mut one).ok().map(|()| one[0])
}

/// Run lengths: after 0 to 127, that number of bytes plus one follows; after 129 to 255, the next byte is repeated
/// 257 less that number of times; 128 ends them.
struct Runs<'a> {
    bytes: Bytes<'a>,
    left: usize,
    /// What is repeated; `None` if the bytes follow.
    value: Option<u8>,
}

impl Read for Runs<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let Some(code) = byte(&mut self.bytes).filter(|code| *code != 128) else {
                return Ok(0);
            };
            self.left = match code {
                0..=127 => usize::from(code) + 1,
                _ => 257 - usize::from(code),
            };
            self.value = match code > 128 {
                true => Some(byte(&mut self.bytes).unwrap_or_default()),
                false => None,
            };
        }
        let count = self.left.min(into.len());
        let part = into.get_mut(..count).unwrap_or_default();
        let read = match self.value {
            Some(value) => {
                part.fill(value);
                count
            }
            None => self.bytes.read(part)?,
        };
        self.left -= read;
        Ok(read)
    }
}

/// Bytes that are written as digits.
struct Digits<'a> {
    bytes: Bytes<'a>,
    /// Number of different digits, digits of a group, and bytes of one.
    base: u32,
    group: usize,
    length: usize,
    digit: fn(u8) -> Option<u32>,
    is_over: bool,
}

impl<'a> Digits<'a> {
    fn hexadecimal(bytes: Bytes<'a>) -> Self {
        Self {
            bytes,
            base: 16,
            group: 2,
            length: 1,
            digit: |byte| char::from(byte).to_digit(16),
            is_over: false,
        }
    }

    fn base_85(bytes: Bytes<'a>) -> Self {
        Self {
            bytes,
            base: 85,
            group: 5,
            length: 4,
            digit: |byte| u32::from(byte).checked_sub(33).filter(|it| *it < 85),
            is_over: false,
        }
    }

    /// The bytes of the next group.
    fn next(&mut self) -> Vec<u8> {
        let (mut value, mut count) = (0_u32, 0);
        while count < self.group {
            match byte(&mut self.bytes) {
                None | Some(b'~') => {
                    self.is_over = true;
                    break;
                }
                // In base 85 it is a digit.
                Some(b'>') if self.base == 16 => {
                    self.is_over = true;
                    break;
                }
                Some(b'z') if self.group == 5 && count == 0 => return vec![0; 4],
                Some(other) => {
                    if let Some(digit) = (self.digit)(other) {
                        value = value.wrapping_mul(self.base).wrapping_add(digit);
                        count += 1;
                    }
                }
            }
        }
        let missing = self.group - count;
        for _ in 0..missing {
            value = value.wrapping_mul(self.base);
            value = value.wrapping_add(if self.group == 5 { self.base - 1 } else { 0 });
        }
        let whole = value.to_be_bytes();
        let whole = whole.get(4 - self.length..).unwrap_or_default();
        let wanted = match count {
            0 => 0,
            _ => self
                .length
                .saturating_sub(if self.group == 5 { missing } else { 0 }),
        };
        whole.get(..wanted).unwrap_or_default().to_vec()
    }
}

impl Read for Digits<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while !self.is_over && filled + self.length <= into.len() {
            let group = self.next();
            if let Some(place) = into.get_mut(filled..filled + group.len()) {
                place.copy_from_slice(&group);
                filled += group.len();
            }
        }
        Ok(filled)
    }
}

fn counted(mut reader: impl Read) -> u64 {
    let mut buffer = [0; 1 << 15];
    let mut length = 0;
    while let Ok(read @ 1..) = reader.read(&mut buffer) {
        length += read as u64;
    }
    length
}
