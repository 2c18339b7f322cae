//! Recognises a format by the first bytes of the content, without any decoder.

use super::bytes::{u16_le, u32_le};
use super::ifd::{Directory, Tiff, tag};
use crate::Format;

impl Format {
    /// Recognises a format by the first bytes of the content; 1,024 bytes are enough, except for
    /// SVG, whose root can follow a long comment. TGA and WBMP have no signature and are recognised
    /// by a plausible header.
    #[must_use]
    pub fn recognize(start: &[u8]) -> Option<Self> {
        Self::all().find(|format| matches(*format, start))
    }

    /// Whether [`recognize`](Self::recognize) needs more bytes of the content: it is markup whose
    /// root has not started yet, for example after a long comment or document type.
    #[must_use]
    pub fn is_undecided(start: &[u8]) -> bool {
        super::markup::is_undecided(start)
    }
}

/// Whether content that starts like this is of the format, provided that it is of none of those
/// before it.
fn matches(format: Format, b: &[u8]) -> bool {
    match format {
        // JPEG-LS has its own frame marker.
        Format::Jpeg => b.starts_with(&[0xff, 0xd8]) && !b.starts_with(&[0xff, 0xd8, 0xff, 0xf7]),
        Format::Png => b.starts_with(b"\x89PNG\r\n\x1a\n"),
        Format::Gif => b.starts_with(b"GIF87a") || b.starts_with(b"GIF89a"),
        Format::WebP => riff(b, b"WEBP"),
        Format::Raw => raw(b),
        Format::Tiff => tiff(b),
        Format::Bmp => bmp(b),
        Format::Pfm => pfm(b),
        Format::Ico => ico(b),
        Format::Icns => b.starts_with(b"icns"),
        Format::Qoi => b.starts_with(b"qoif"),
        Format::Dds => b.starts_with(b"DDS "),
        Format::Hdr => b.starts_with(b"#?RADIANCE") || b.starts_with(b"#?RGBE"),
        Format::Exr => b.starts_with(&[0x76, 0x2f, 0x31, 0x01]),
        Format::Farbfeld => b.starts_with(b"farbfeld"),
        Format::Pnm => pnm(b),
        Format::Avif => brand(b, &[b"avif", b"avis"]),
        Format::Heif => brand(
            b,
            &[
                b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"mif3",
            ],
        ),
        Format::JpegXl => {
            b.starts_with(&[0xff, 0x0a]) || b.starts_with(b"\0\0\0\x0cJXL \r\n\x87\n")
        }
        Format::Jpeg2000 => {
            b.starts_with(b"\0\0\0\x0cjP  \r\n\x87\n") || b.starts_with(&[0xff, 0x4f, 0xff, 0x51])
        }
        Format::Psd => b.starts_with(b"8BPS\0\x01") || b.starts_with(b"8BPS\0\x02"),
        Format::Pdf => pdf(b).is_some(),
        Format::Svg => super::markup::is_svg(b),
        Format::Sgi => sgi(b),
        Format::Sun => b.starts_with(&[0x59, 0xa6, 0x6a, 0x95]),
        Format::Xpm => xpm(b),
        Format::Xbm => xbm(b),
        Format::Pcx => pcx(b),
        Format::Tga => tga(b),
        Format::Wbmp => wbmp(b),
    }
}

/// Where a PDF begins: programs accept its header anywhere in the first kilobyte. A file that
/// begins like another text format does not count.
pub(super) fn pdf(bytes: &[u8]) -> Option<usize> {
    let start = bytes.get(..bytes.len().min(1024))?;
    let at = start.windows(5).position(|window| window == b"%PDF-")?;
    let is_text = |head: &[u8]| {
        head.iter()
            .any(|byte| matches!(byte, b'<' | b'#' | b'{' | b'/'))
    };
    let version = start.get(at + 5)?;
    (at == 0 || version.is_ascii_digit() && !is_text(start.get(..at)?)).then_some(at)
}

/// A RIFF container of the given form type.
fn riff(bytes: &[u8], form: &[u8; 4]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(form)
}

/// Classic TIFF and BigTIFF in either byte order.
pub(super) fn tiff(bytes: &[u8]) -> bool {
    [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]
        .iter()
        .any(|magic| bytes.starts_with(*magic))
}

/// A TIFF of a camera, or one of the manufacturers' own containers.
fn raw(bytes: &[u8]) -> bool {
    const OWN: [&[u8]; 6] = [
        b"IIU\0",
        b"IIRO",
        b"IIRS",
        b"MMOR",
        b"FUJIFILMCCD-RAW ",
        b"HEAPCCDR",
    ];
    OWN.iter().any(|magic| bytes.starts_with(magic))
        || brand(bytes, &[b"crx "])
        || tiff(bytes) && is_raw_tiff(bytes)
}

/// Whether a TIFF is a camera raw file: CR2, DNG, or a camera's file with subdirectories below the
/// first directory.
fn is_raw_tiff(start: &[u8]) -> bool {
    let is_raw = |first: Directory<'_>| {
        first.has(tag::DNG_VERSION) || first.has(tag::MAKE) && first.has(tag::SUB_DIRECTORIES)
    };
    start.get(8..10) == Some(b"CR") || Tiff::new(start).and_then(Tiff::first).is_some_and(is_raw)
}

/// `BM` alone is not enough: the size of the header must be a known one. Without `BM`, a bitmap
/// must start with the usual header, one plane and a known depth.
fn bmp(bytes: &[u8]) -> bool {
    let is_file = bytes.starts_with(b"BM") && matches!(u32_le(bytes, 14), Some(12..=124));
    let depth = u16_le(bytes, 14);
    is_file
        || u32_le(bytes, 0) == Some(40)
            && u16_le(bytes, 12) == Some(1)
            && matches!(depth, Some(1 | 4 | 8 | 16 | 24 | 32))
}

/// `PF` for colours or `Pf` for gray, then white space and a number.
fn pfm(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"PF").or(bytes.strip_prefix(b"Pf")) else {
        return false;
    };
    let is_apart = rest.first().is_some_and(u8::is_ascii_whitespace);
    is_apart
        && rest
            .trim_ascii_start()
            .first()
            .is_some_and(u8::is_ascii_digit)
}

/// An icon or cursor directory with at least one entry.
fn ico(bytes: &[u8]) -> bool {
    let is_directory = bytes.starts_with(&[0, 0, 1, 0]) || bytes.starts_with(&[0, 0, 2, 0]);
    is_directory && matches!(u16_le(bytes, 4), Some(1..=255))
}

/// `P1` to `P7`, white space, then a comment or what the header goes on with: a number, in PAM a
/// keyword.
fn pnm(bytes: &[u8]) -> bool {
    let [b'P', kind @ b'1'..=b'7', space, rest @ ..] = bytes else {
        return false;
    };
    let is_next = |byte: u8| match kind {
        b'7' => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    };
    let next = rest.trim_ascii_start().first();
    let space = space.is_ascii_whitespace() && next.is_some_and(|&byte| is_next(byte));
    space || *kind != b'7' && bytes.get(2) == Some(&b'#') || next == Some(&b'#')
}

/// An ISO base media file whose major or compatible brands include one of `brands`.
fn brand(bytes: &[u8], brands: &[&[u8; 4]]) -> bool {
    if bytes.get(4..8) != Some(b"ftyp") {
        return false;
    }
    let length = bytes
        .first_chunk::<4>()
        .map_or(0, |size| u32::from_be_bytes(*size) as usize);
    let listed = bytes
        .get(8..length.min(bytes.len()).min(256))
        .unwrap_or_default();
    listed
        .chunks_exact(4)
        .any(|found| brands.iter().any(|brand| found == *brand))
}

/// Signature, storage, bytes a sample and number of dimensions.
fn sgi(bytes: &[u8]) -> bool {
    matches!(bytes, [0x01, 0xda, 0 | 1, 1 | 2, 0, 1..=3, ..])
}

/// Signature, version, run lengths and bits a sample. Without run lengths, which is rare, the number
/// of planes and the byte before it, which is zero, are looked at too.
fn pcx(bytes: &[u8]) -> bool {
    match bytes {
        [0x0a, 0 | 2..=5, 1, 1 | 2 | 4 | 8, ..] => true,
        [0x0a, 0 | 2..=5, 0, 1 | 2 | 4 | 8, ..] => {
            matches!(bytes.get(64..66), Some([0, 1..=4]))
        }
        _ => false,
    }
}

/// C source whose first comment names the format.
fn xpm(bytes: &[u8]) -> bool {
    let comment = bytes.trim_ascii_start().strip_prefix(b"/*");
    comment.is_some_and(|text| text.trim_ascii_start().starts_with(b"XPM"))
}

/// C source that starts with the definition of a width, comments before it allowed.
fn xbm(bytes: &[u8]) -> bool {
    let mut text = bytes.trim_ascii_start();
    while let Some(comment) = text.strip_prefix(b"/*") {
        let Some(end) = comment.windows(2).position(|pair| pair == b"*/") else {
            return false;
        };
        text = comment
            .get(end + 2..)
            .unwrap_or_default()
            .trim_ascii_start();
    }
    // Otherwise, the end of a line would be searched in the whole file.
    if !text.starts_with(b"#define") {
        return false;
    }
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    words.next() == Some(b"#define") && words.next().is_some_and(|name| name.ends_with(b"width"))
}

/// Type 0 without extension headers, then width and height, seven bits a byte.
fn wbmp(bytes: &[u8]) -> bool {
    let [0, 0, rest @ ..] = bytes else {
        return false;
    };
    let side = |rest: &[u8]| {
        let more = rest
            .iter()
            .take(2)
            .take_while(|byte| **byte & 0x80 != 0)
            .count();
        let value = rest
            .iter()
            .take(more + 1)
            .fold(0u32, |value, byte| value << 7 | u32::from(byte & 0x7f));
        (value, more + 1)
    };
    let (width, used) = side(rest);
    let (height, _) = side(rest.get(used..).unwrap_or_default());
    (1..=4096).contains(&width) && (1..=4096).contains(&height)
}

/// TGA has no signature, so every field of its header must make sense (TGA 2.0, 1989).
fn tga(bytes: &[u8]) -> bool {
    let Some(header) = bytes.first_chunk::<18>() else {
        return false;
    };
    let (color_map, kind, depth, descriptor) = (header[1], header[2], header[16], header[17]);
    let map_depth = header[7];
    let has_size = u16_le(header, 12) > Some(0) && u16_le(header, 14) > Some(0);
    let kind_fits = match (color_map, kind) {
        (1, 1 | 9) => depth == 8 || depth == 16,
        (0, 2 | 10) => matches!(depth, 15 | 16 | 24 | 32) && header[3..8] == [0; 5],
        (0, 3 | 11) => matches!(depth, 8 | 16) && header[3..8] == [0; 5],
        // A colour map that the colours do not use.
        (1, 2 | 10) => matches!(depth, 15 | 16 | 24 | 32),
        _ => false,
    };
    let map_fits = color_map == 0 || matches!(map_depth, 15 | 16 | 24 | 32);
    has_size && kind_fits && map_fits && descriptor & 0xc0 == 0
}

/// What content without a known signature looks like, in words.
pub(super) fn describe(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "the file is empty".into();
    }
    let start = bytes.get(..bytes.len().min(8)).unwrap_or_default();
    if start
        .iter()
        .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
    {
        let line = bytes.trim_ascii_start();
        if line.is_empty() {
            return "there is nothing but white space in it".into();
        }
        let end = line
            .iter()
            .position(|byte| !byte.is_ascii_graphic() && *byte != b' ');
        let end = end.unwrap_or(line.len()).min(40);
        let line = line.get(..end).unwrap_or_default();
        return format!(
            "it starts with the text \"{}\"",
            String::from_utf8_lossy(line)
        );
    }
    let hex: Vec<String> = start.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("it starts with the bytes {}", hex.join(" "))
}
