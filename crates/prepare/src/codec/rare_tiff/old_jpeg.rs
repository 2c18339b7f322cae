//! JPEG as TIFF had it first: tables lie apart from the data (TIFF 6.0, section 22).

use super::super::ifd::{Directory, tag};
use super::form::Form;

const QUANTIZERS: usize = 64;
/// Lengths of codes.
const LENGTHS: usize = 16;

/// The file that one strip or tile would be by itself; `None` if a table is missing.
pub(super) fn file(
    form: &Form,
    directory: &Directory<'_>,
    (width, rows): (usize, usize),
    data: &[u8],
) -> Option<Vec<u8>> {
    let mut file = vec![0xff, 0xd8];
    for (id, offset) in tables(directory, tag::JPEG_QUANTIZERS) {
        let table = directory.data(offset, QUANTIZERS)?.get(..QUANTIZERS)?;
        segment(&mut file, 0xdb, &[&[id], table].concat());
    }
    for (class, tag) in [(0, tag::JPEG_DC), (0x10, tag::JPEG_AC)] {
        for (id, offset) in tables(directory, tag) {
            let table = huffman(directory, offset)?;
            segment(&mut file, 0xc4, &[&[class | id], table].concat());
        }
    }
    if let Some(interval) = directory.number(tag::JPEG_RESTART).filter(|&n| n > 0) {
        segment(
            &mut file,
            0xdd,
            &u16::try_from(interval).ok()?.to_be_bytes(),
        );
    }
    let count = u8::try_from(form.plane_samples()).ok()?;
    let [high, low] = u16::try_from(rows).ok()?.to_be_bytes();
    let [left, right] = u16::try_from(width).ok()?.to_be_bytes();
    let mut frame = vec![8, high, low, left, right, count];
    let mut scan = vec![count];
    for id in 0..count {
        let (across, down) = if id == 0 && count > 1 {
            form.subsampling
        } else {
            (1, 1)
        };
        frame.extend([id + 1, (across << 4 | down) as u8, id]);
        scan.extend([id + 1, id << 4 | id]);
    }
    scan.extend([0, 63, 0]);
    // Extended, because baseline has two Huffman tables and not one for each component.
    segment(&mut file, 0xc1, &frame);
    segment(&mut file, 0xda, &scan);
    file.extend_from_slice(data);
    file.extend([0xff, 0xd9]);
    Some(file)
}

/// Where the table of each component lies.
fn tables(directory: &Directory<'_>, tag: u16) -> impl Iterator<Item = (u8, usize)> {
    (0..4).zip(directory.numbers(tag))
}

/// How many codes there are of each length, and their values.
fn huffman<'a>(directory: &Directory<'a>, offset: usize) -> Option<&'a [u8]> {
    let counts = directory.data(offset, LENGTHS)?.get(..LENGTHS)?;
    let values: usize = counts.iter().map(|&count| usize::from(count)).sum();
    directory
        .data(offset, LENGTHS + values)?
        .get(..LENGTHS + values)
}

fn segment(file: &mut Vec<u8>, marker: u8, content: &[u8]) {
    file.extend([0xff, marker]);
    file.extend((content.len() as u16 + 2).to_be_bytes());
    file.extend_from_slice(content);
}
