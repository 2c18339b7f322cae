//! The first kind of JPEG in TIFF, whose tables are separate from the data (TIFF 6.0, section 22).

use super::form::{Form, Photometric};
use crate::codec::ifd::{Directory, tag};

const QUANTIZERS: usize = 64;
/// Number of code lengths.
const LENGTHS: usize = 16;
/// Adobe's segment with transform 0: the components are not converted from YCbCr.
const ADOBE: &[u8] = b"Adobe\0\x64\0\0\0\0\0";

/// A JPEG file of one strip or tile.
pub(super) fn file(
    form: &Form,
    directory: &Directory<'_>,
    (width, rows): (usize, usize),
    data: &[u8],
) -> Result<Vec<u8>, String> {
    let mut file = vec![0xff, 0xd8];
    if form.photometric != Photometric::Ycbcr {
        segment(&mut file, 0xee, ADOBE);
    }
    tables(&mut file, directory).ok_or("a table of its JPEG is missing")?;
    if let Some(interval) = directory.number(tag::JPEG_RESTART).filter(|&n| n > 0) {
        segment(&mut file, 0xdd, &field("restart interval", interval)?);
    }
    let count = form.samples as u8; // at most 8
    let [[high, low], [left, right]] = [field("height", rows)?, field("width", width)?];
    let mut frame = vec![8, high, low, left, right, count];
    let mut scan = vec![count];
    for id in 0..count {
        let (across, down) = match (id, form.photometric) {
            (0, Photometric::Ycbcr) => form.subsampling,
            _ => (1, 1),
        };
        frame.extend([id + 1, (across << 4 | down) as u8, id]);
        scan.extend([id + 1, id << 4 | id]);
    }
    scan.extend([0, 63, 0]);
    // Extended sequential, because baseline allows two Huffman tables only, not one for each
    // component.
    segment(&mut file, 0xc1, &frame);
    segment(&mut file, 0xda, &scan);
    file.extend_from_slice(data);
    file.extend([0xff, 0xd9]);
    Ok(file)
}

/// Writes the tables of up to four components; `None` if one is missing.
fn tables(file: &mut Vec<u8>, directory: &Directory<'_>) -> Option<()> {
    let places = |tag| (0..4u8).zip(directory.values(tag));
    for (id, offset) in places(tag::JPEG_QUANTIZERS) {
        let table = directory.data(offset, QUANTIZERS)?.get(..QUANTIZERS)?;
        segment(file, 0xdb, &[&[id], table].concat());
    }
    for (class, tag) in [(0, tag::JPEG_DC), (0x10, tag::JPEG_AC)] {
        for (id, offset) in places(tag) {
            let table = huffman(directory, offset)?;
            segment(file, 0xc4, &[&[class | id], table].concat());
        }
    }
    Some(())
}

/// A Huffman table: the number of codes of each length, and their values.
fn huffman<'a>(directory: &Directory<'a>, offset: usize) -> Option<&'a [u8]> {
    let counts = directory.data(offset, LENGTHS)?.get(..LENGTHS)?;
    let values: usize = counts.iter().map(|&count| usize::from(count)).sum();
    let length = LENGTHS + values;
    directory.data(offset, length)?.get(..length)
}

fn field(name: &str, value: usize) -> Result<[u8; 2], String> {
    let number = u16::try_from(value);
    let number = number.map_err(|_| format!("{name} of its JPEG is {value}, over 65535"))?;
    Ok(number.to_be_bytes())
}

fn segment(file: &mut Vec<u8>, marker: u8, content: &[u8]) {
    file.extend([0xff, marker]);
    file.extend((content.len() as u16 + 2).to_be_bytes());
    file.extend_from_slice(content);
}
