//! PAM with CMYK, as Ghostscript writes it; every other PNM is decoded by `image`.

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
    let start = bytes.get(..bytes.len().min(HEAD))?;
    let end = start.windows(END.len()).position(|found| found == END)?;
    let head = std::str::from_utf8(start.get(..end)?)
        .ok()?
        .strip_prefix("P7")?;
    let value = |name: &str| {
        let mut lines = head
            .lines()
            .filter_map(|line| line.split_once(char::is_whitespace));
        lines.find_map(|(key, value)| (key == name).then_some(value.trim()))
    };
    let is_ink =
        value("TUPLTYPE")? == "CMYK" && value("DEPTH")? == "4" && value("MAXVAL")? == "255";
    let size = (
        value("WIDTH")?.parse().ok()?,
        value("HEIGHT")?.parse().ok()?,
    );
    is_ink.then_some((size, bytes.get(end + END.len()..)?))
}
