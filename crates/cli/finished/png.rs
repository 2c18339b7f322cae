//! Walks the chunks of a PNG.

use avatar_prepare::xmp_names_a_place;

use super::exif;
use super::leftover::Leftover;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Chunks that the picture needs, or that say how to show it (PNG 3rd edition, 11.2 and 11.3).
const OF_THE_PICTURE: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP",
    b"sBIT", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"mDCV", b"cLLI", b"acTL", b"fcTL",
];

/// Metadata and other data that a PNG contains besides its picture.
pub(super) fn leftovers(bytes: &[u8]) -> Vec<Leftover> {
    let mut all = Vec::new();
    let mut rest = bytes.strip_prefix(SIGNATURE).unwrap_or_default();
    while let Some((kind, content, after)) = chunk(rest) {
        rest = after;
        match kind {
            b"eXIf" => all.extend(exif::leftovers(content)),
            b"iTXt" if content.starts_with(b"XML:com.adobe.xmp\0") => {
                all.push(Leftover::new("XMP").at_a_place(xmp_names_a_place(content)));
            }
            b"tEXt" | b"zTXt" | b"iTXt" => {
                let keyword = content.split(|byte| *byte == 0).next().unwrap_or_default();
                let keyword = String::from_utf8_lossy(keyword);
                all.push(Leftover::new(&format!("a text ({keyword})")));
            }
            b"tIME" => all.push(Leftover::new("the time of its last change")),
            b"fdAT" => {}
            b"IEND" => break,
            kind if OF_THE_PICTURE.contains(&kind) => {}
            kind => {
                let kind = String::from_utf8_lossy(kind);
                all.push(Leftover::new(&format!("data of a program ({kind})")));
            }
        }
    }
    if !rest.is_empty() {
        all.push(Leftover::new(&format!(
            "{} bytes after its end",
            rest.len()
        )));
    }
    all
}

/// The first chunk: its type, its content, and the bytes after its checksum.
fn chunk(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (content, rest) = rest.split_at_checked(length)?;
    Some((kind, content, rest.get(4..)?))
}
