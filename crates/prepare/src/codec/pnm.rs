//! PAM with CMYK, as Ghostscript writes it; every other PNM is decoded by `image`. Of several pictures
//! in one file, the first is read.

use image::ImageFormat;
use memchr::memmem;

use crate::codec::contract::{Decode, Header, Memory, Opened, ends_inside};
use crate::codec::library;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Limit, LimitExceeded, Limits};

const FORMAT: Format = Format::Pnm;
/// Ends the header, alone on a line.
const END: &[u8] = b"\nENDHDR\n";
/// The end of the header is searched in this many bytes.
const HEAD: usize = 4096;
/// Most bytes of the header of a PAM. The library collects what its lines say: 100 MB took 310 MB more, before there was
/// a permit.
const MOST: usize = 1 << 20;

/// Reads the header.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let mut opened = first(bytes, limits)?;
    opened.header.frames = pictures(bytes);
    Ok(opened)
}

fn first<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    check(bytes)?;
    let Some((size, samples)) = ink(bytes) else {
        return library::open(FORMAT, ImageFormat::Pnm, bytes, limits);
    };
    let decoded_bytes = (u64::from(size.0) * u64::from(size.1)).saturating_mul(4);
    limits.check_picture(size, 1, decoded_bytes)?;
    let header = Header::new(size, decoded_bytes, Color::Unspecified);
    let decode: Decode<'a> = Box::new(move |_, _| {
        let found = usize::try_from(decoded_bytes)
            .ok()
            .and_then(|length| samples.get(..length));
        let samples = found.ok_or_else(|| ends_inside(FORMAT))?.to_vec();
        let raster = Raster::new(size, Layout::Cmyk, Samples::U8(samples));
        raster
            .map(Decoded::Raster)
            .ok_or_else(|| ends_inside(FORMAT))
    });
    Ok(Opened::new(header, decode).with_memory(Memory::Whole { besides: 0 }))
}

/// Refuses a PAM whose header does not end soon.
fn check(bytes: &[u8]) -> Result<(), LimitExceeded> {
    let start = bytes.get(..MOST).unwrap_or_default();
    match start.starts_with(b"P7") && memmem::find(start, b"\nENDHDR").is_none() {
        true => Err(LimitExceeded {
            limit: Limit::Metadata,
            found: MOST as u64 + 1,
            allowed: MOST as u64,
        }),
        false => Ok(()),
    }
}

/// Size and samples of a PAM with four inks of 8 bits.
fn ink(bytes: &[u8]) -> Option<((u32, u32), &[u8])> {
    let (head, end) = pam(bytes)?;
    let value = |name: &str| value(head, name);
    let is_ink =
        value("TUPLTYPE")? == "CMYK" && value("DEPTH")? == "4" && value("MAXVAL")? == "255";
    let size = (
        value("WIDTH")?.parse().ok()?,
        value("HEIGHT")?.parse().ok()?,
    );
    is_ink.then_some((size, bytes.get(end..)?))
}

/// Pictures in the file, of which each follows the one before. Only the binary forms can have several.
fn pictures(bytes: &[u8]) -> u32 {
    let starts = std::iter::successors(Some(bytes), |rest| after(rest));
    let has_header = |rest: &&[u8]| length(rest).is_some();
    let more = starts.skip(1).take_while(has_header).count();
    u32::try_from(more).unwrap_or(u32::MAX).saturating_add(1)
}

/// What follows a picture.
fn after(bytes: &[u8]) -> Option<&[u8]> {
    let (header, samples) = length(bytes)?;
    let rest = bytes.get(header..)?.get(usize::try_from(samples).ok()?..)?;
    Some(rest.trim_ascii_start())
}

/// Bytes of the header of a binary picture, and of its samples.
fn length(bytes: &[u8]) -> Option<(usize, u64)> {
    let (magic, rest) = bytes.split_first_chunk::<2>()?;
    let (numbers, rest) = match magic {
        b"P4" => numbers(rest, 2)?,
        b"P5" | b"P6" => numbers(rest, 3)?,
        b"P7" => return length_of_pam(bytes),
        _ => return None,
    };
    let (width, height) = (*numbers.first()?, *numbers.get(1)?);
    let row = match magic {
        b"P4" => width.div_ceil(8),
        b"P5" => width.checked_mul(wide(numbers.get(2)))?,
        _ => width.checked_mul(3 * wide(numbers.get(2)))?,
    };
    Some((bytes.len() - rest.len(), row.checked_mul(height)?))
}

/// Bytes of a sample whose largest value is this.
fn wide(largest: Option<&u64>) -> u64 {
    if largest.is_some_and(|&largest| largest > 255) {
        2
    } else {
        1
    }
}

/// So many numbers, and what follows the one space after the last. Comments reach to the end of a line.
fn numbers(mut rest: &[u8], count: usize) -> Option<(Vec<u64>, &[u8])> {
    let mut found = Vec::new();
    while found.len() < count {
        rest = rest.trim_ascii_start();
        if rest.starts_with(b"#") {
            let end = rest
                .iter()
                .position(|&byte| matches!(byte, b'\n' | b'\r'))?;
            rest = rest.get(end..)?;
            continue;
        }
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, after) = rest.split_at_checked(digits)?;
        found.push(std::str::from_utf8(number).ok()?.parse().ok()?);
        rest = after;
    }
    let (space, rest) = rest.split_first()?;
    space.is_ascii_whitespace().then_some((found, rest))
}

fn length_of_pam(bytes: &[u8]) -> Option<(usize, u64)> {
    let (head, end) = pam(bytes)?;
    let number = |name: &str| value(head, name)?.parse::<u64>().ok();
    let row = number("WIDTH")?.checked_mul(number("DEPTH")?)?;
    let row = row.checked_mul(wide(number("MAXVAL").as_ref()))?;
    Some((end, row.checked_mul(number("HEIGHT")?)?))
}

/// The header of a PAM after its magic, and where it ends.
fn pam(bytes: &[u8]) -> Option<(&str, usize)> {
    let start = bytes.get(..bytes.len().min(HEAD))?;
    let end = start.windows(END.len()).position(|found| found == END)?;
    let head = std::str::from_utf8(start.get(..end)?).ok()?;
    Some((head.strip_prefix("P7")?, end + END.len()))
}

/// A value in the header of a PAM.
fn value<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let lines = head.lines();
    let mut lines = lines.filter_map(|line| line.split_once(char::is_whitespace));
    lines.find_map(|(key, value)| (key == name).then_some(value.trim()))
}
