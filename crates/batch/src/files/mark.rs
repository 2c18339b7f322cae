//! Recognises results by their own bytes, if they are not in the cache.
//!
//! Results contain no metadata, but their headers have a special form: JFIF 1.02 without a unit,
//! all quantisation tables in one segment, then the frame header of a square. Of 478 JPEGs of
//! cameras, editors and other encoders in the corpus, none has this form.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The start of every result: SOI, then APP0 of JFIF 1.02, no unit, 1:1, no thumbnail.
const START: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00";
/// Bytes of a quantisation table with its number.
const TABLE: usize = 65;
/// More bytes than the header of a result has before its Huffman codes.
const HEAD: u64 = 512;

/// What is at the path where a result is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occupant {
    /// Nothing.
    Free,
    /// A result of this program, by its form.
    Result,
    /// A picture that this program did not make.
    Picture,
    /// A file that is not a picture.
    Other,
    /// A link, a folder, or a file that cannot be read.
    NotAFile,
}

/// Finds out what is at `path`; reads only the start of a file.
pub fn occupant(path: &Path) -> Occupant {
    occupant_with(path, &fs::symlink_metadata(path))
}

/// The same, of a path with this metadata, for which links were not followed.
pub fn occupant_with(path: &Path, metadata: &io::Result<Metadata>) -> Occupant {
    match metadata {
        Err(error) if is_absent(error) => return Occupant::Free,
        Ok(found) if found.is_file() => {}
        _ => return Occupant::NotAFile,
    }
    let Ok(head) = head(path) else {
        return Occupant::NotAFile;
    };
    match avatar_prepare::Format::recognize(&head) {
        _ if is_result(&head) => Occupant::Result,
        Some(format) if format.is_surely_a_picture() => Occupant::Picture,
        _ => Occupant::Other,
    }
}

/// If the folder is missing, or a file is in its place, there is nothing to replace.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD as usize);
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether a file starts like the results of this program.
fn is_result(head: &[u8]) -> bool {
    let frame = || {
        let rest = head.strip_prefix(START)?;
        let (tables, rest) = segment(rest, &[0xdb])?;
        let (frame, rest) = segment(rest, &[0xc0, 0xc2])?;
        let [8, high, low, wide_high, wide_low, count] = *frame.first_chunk::<6>()? else {
            return None;
        };
        let is_square = [high, low] == [wide_high, wide_low];
        // One table for gray, two for colour; then the Huffman codes in one segment.
        let wanted = match count {
            1 => TABLE,
            3 => 2 * TABLE,
            _ => return None,
        };
        Some(is_square && tables.len() == wanted && rest.starts_with(b"\xff\xc4"))
    };
    frame().unwrap_or(false)
}

/// The content of the segment with one of these markers, and what follows.
fn segment<'a>(bytes: &'a [u8], markers: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    let [0xff, marker, high, low] = *head else {
        return None;
    };
    let length = usize::from(u16::from_be_bytes([high, low])).checked_sub(2)?;
    markers.contains(&marker).then_some(())?;
    rest.split_at_checked(length)
}
