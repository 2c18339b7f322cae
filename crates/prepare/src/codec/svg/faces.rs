//! Fonts that a drawing embeds with `@font-face`.

use std::io::Read;
use std::sync::Arc;

use super::fonts;
use avatar_svg::{FontFace, Losses};
use flate2::read::ZlibDecoder;
use resvg::usvg::Options;
use resvg::usvg::fontdb::{Database, Source, Style, Weight};

/// Largest embedded font that is read, in bytes.
const LARGEST: usize = 32 << 20;

/// Adds embedded fonts; fonts that are only linked are noted as lost.
pub(super) fn add(faces: &[FontFace], options: &mut Options<'_>, losses: &mut Losses) {
    for face in faces {
        let is_added = face.addresses().any(|address| {
            let font = data(address).and_then(sfnt);
            font.is_some_and(|font| add_one(face, font, options.fontdb_mut()))
        });
        if !is_added {
            losses.fonts.insert((
                face.family().to_string(),
                "another one, because it is not embedded in a format that is read".into(),
            ));
        }
    }
}

fn add_one(face: &FontFace, font: Vec<u8>, database: &mut Database) -> bool {
    let mut is_added = false;
    for id in database.load_font_source(Source::Binary(Arc::new(font))) {
        let Some(mut info) = database.face(id).cloned() else {
            continue;
        };
        database.remove_face(id);
        if let Some((name, _)) = info.families.first_mut() {
            *name = fonts::embedded_name(face.family());
        }
        info.families.truncate(1);
        match face.value("font-weight") {
            Some("normal") => info.weight = Weight::NORMAL,
            Some("bold") => info.weight = Weight::BOLD,
            Some(other) => info.weight = other.parse().map_or(info.weight, Weight),
            None => {}
        }
        match face.value("font-style") {
            Some("normal") => info.style = Style::Normal,
            Some("italic") => info.style = Style::Italic,
            _ => {}
        }
        database.push_face_info(info);
        is_added = true;
    }
    is_added
}

fn data(address: &str) -> Option<Vec<u8>> {
    let address = data_url::DataUrl::process(address).ok()?;
    let (data, _) = address.decode_to_vec().ok()?;
    Some(data)
}

/// A TrueType or OpenType font, unpacked if it is WOFF 1.0. WOFF 2 is not read.
fn sfnt(font: Vec<u8>) -> Option<Vec<u8>> {
    match font.get(..4)? {
        b"wOFF" => woff(&font),
        [0, 1, 0, 0] | b"OTTO" | b"true" | b"ttcf" => Some(font),
        _ => None,
    }
}

/// Unpacks WOFF: each table is compressed separately, or stored if that is shorter (WOFF File
/// Format 1.0, section 5).
fn woff(font: &[u8]) -> Option<Vec<u8>> {
    let u32_at = |at: usize| Some(u32::from_be_bytes(*font.get(at..)?.first_chunk::<4>()?));
    let count = u16::from_be_bytes(*font.get(12..)?.first_chunk::<2>()?);
    let mut header = font.get(4..8)?.to_vec();
    header.extend(count.to_be_bytes());
    header.extend([0; 6]); // what helps to search is not needed
    let mut tables = Vec::new();
    let first = 12 + 16 * usize::from(count);
    for entry in 0..usize::from(count) {
        let at = 44 + 20 * entry;
        let (offset, packed, length) = (
            u32_at(at + 4)? as usize,
            u32_at(at + 8)? as usize,
            u32_at(at + 12)? as usize,
        );
        let stored = font.get(offset..)?.get(..packed)?;
        let start = first + tables.len();
        if length > LARGEST || start > LARGEST {
            return None;
        }
        if packed < length {
            let read = ZlibDecoder::new(stored)
                .take(length as u64)
                .read_to_end(&mut tables)
                .ok()?;
            (read == length).then_some(())?;
        } else {
            tables.extend_from_slice(stored);
        }
        tables.resize(tables.len().next_multiple_of(4), 0);
        header.extend_from_slice(font.get(at..at + 4)?);
        header.extend_from_slice(font.get(at + 16..at + 20)?);
        header.extend(u32::try_from(start).ok()?.to_be_bytes());
        header.extend(u32::try_from(length).ok()?.to_be_bytes());
    }
    header.extend(tables);
    Some(header)
}
