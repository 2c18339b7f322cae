//! Reads the primaries in the headers of OpenEXR and Radiance HDR, which the library does not return.

use crate::Format;
use crate::color::Chromaticities;

/// Bytes of the file that are searched, because headers are short.
const HEADER: usize = 1 << 16;

/// Primaries and white point, if the header has them.
pub(super) fn chromaticities(format: Format, bytes: &[u8]) -> Option<Chromaticities> {
    let header = bytes.get(..bytes.len().min(HEADER))?;
    let [rx, ry, gx, gy, bx, by, wx, wy] = match format {
        Format::Exr => exr(header)?,
        Format::Hdr => hdr(header)?,
        _ => return None,
    };
    Some(Chromaticities {
        red: [rx, ry],
        green: [gx, gy],
        blue: [bx, by],
        white: [wx, wy],
    })
}

/// The attribute of that name and type: 32 bytes, eight little-endian floats.
fn exr(header: &[u8]) -> Option<[f64; 8]> {
    const NAME: &[u8] = b"chromaticities\0chromaticities\0\x20\0\0\0";
    let at = header.windows(NAME.len()).position(|found| found == NAME)?;
    let values = header.get(at + NAME.len()..)?.first_chunk::<32>()?;
    let (floats, _) = values.as_chunks::<4>();
    let mut numbers = floats
        .iter()
        .map(|&float| f64::from(f32::from_le_bytes(float)));
    let numbers: [Option<f64>; 8] = std::array::from_fn(|_| numbers.next());
    all(numbers)
}

/// `PRIMARIES= rx ry gx gy bx by wx wy`.
fn hdr(header: &[u8]) -> Option<[f64; 8]> {
    let mut lines = header.split(|&byte| byte == b'\n');
    let line = lines
        .by_ref()
        .take_while(|line| !line.is_empty())
        .find_map(|line| line.strip_prefix(b"PRIMARIES="))?;
    let text = std::str::from_utf8(line).ok()?;
    let mut words = text.split_ascii_whitespace();
    all(std::array::from_fn(|_| words.next()?.parse().ok()))
}

fn all(numbers: [Option<f64>; 8]) -> Option<[f64; 8]> {
    let mut found = [0.0; 8];
    for (place, number) in found.iter_mut().zip(numbers) {
        *place = number?;
    }
    Some(found)
}
