//! TIFF as scanners, printing programs and catalogues write it.

use crate::support::{made, near};

pub(crate) const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;

/// Tag, type and values; fractions are whole numbers here.
pub(crate) type Field = (u16, u16, Vec<u32>);

pub(crate) fn one(tag: u16, value: u32) -> Field {
    (tag, LONG, vec![value])
}

/// A directory's picture: one strip, and what is said of it.
pub(crate) struct Page {
    pub(crate) size: (u32, u32),
    pub(crate) fields: Vec<Field>,
    pub(crate) strip: Vec<u8>,
}

/// A file of pages, each of which leads to the next; those of `below` are named by the first.
pub(crate) fn tiff(pages: &[Page], below: &[Page]) -> Vec<u8> {
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    let named: Vec<u32> = below
        .iter()
        .map(|page| {
            let at = directory(&mut file, page, &[]);
            file.extend([0; 4]);
            at
        })
        .collect();
    for (index, page) in pages.iter().enumerate() {
        let named = if index == 0 { &named[..] } else { &[] };
        let at = directory(&mut file, page, named);
        file[link..link + 4].copy_from_slice(&at.to_le_bytes());
        link = file.len();
        file.extend([0; 4]);
    }
    file
}

fn directory(file: &mut Vec<u8>, page: &Page, named: &[u32]) -> u32 {
    let strip = file.len() as u32;
    file.extend(&page.strip);
    let mut fields = page.fields.clone();
    fields.extend([
        one(256, page.size.0),
        one(257, page.size.1),
        one(273, strip),
        one(279, page.strip.len() as u32),
    ]);
    if !named.is_empty() {
        fields.push((330, LONG, named.to_vec()));
    }
    fields.sort();
    let mut entries = Vec::new();
    for (tag, kind, values) in &fields {
        let data: Vec<u8> = match *kind {
            SHORT => values
                .iter()
                .flat_map(|&v| (v as u16).to_le_bytes())
                .collect(),
            RATIONAL => values
                .iter()
                .flat_map(|&v| [v.to_le_bytes(), [1, 0, 0, 0]].concat())
                .collect(),
            _ => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        };
        entries.extend(tag.to_le_bytes());
        entries.extend(kind.to_le_bytes());
        entries.extend((values.len() as u32).to_le_bytes());
        if data.len() > 4 {
            entries.extend((file.len() as u32).to_le_bytes());
            file.extend(data);
        } else {
            entries.extend(data.iter().chain(&[0; 4]).take(4));
        }
    }
    let at = file.len() as u32;
    file.extend((fields.len() as u16).to_le_bytes());
    file.extend(entries);
    at
}

fn rgb(side: u32, color: [u8; 3], kind: u32) -> Page {
    Page {
        size: (side, side),
        fields: vec![
            one(254, kind),
            (258, SHORT, vec![8; 3]),
            one(259, 1),
            one(262, 2),
            one(277, 3),
            one(278, side),
        ],
        strip: color.repeat((side * side) as usize),
    }
}

#[test]
fn the_first_picture_in_full_resolution_is_taken() {
    let (red, green) = ([200, 30, 40], [30, 200, 40]);
    let small = || rgb(8, green, 1);
    for file in [
        tiff(&[small(), rgb(32, red, 0)], &[]),
        tiff(&[small(), rgb(16, green, 4), rgb(32, red, 0)], &[]),
        tiff(&[small()], &[rgb(32, red, 0)]),
        tiff(&[rgb(32, red, 0), rgb(64, green, 0)], &[]),
    ] {
        let square = made(&file);
        assert_eq!(square.edge, 32);
        near(square.at(9, 9), red);
    }
    // Better than nothing.
    near(made(&tiff(&[small()], &[])).at(3, 3), green);
}

/// Four luma samples and their chroma, of a picture of 3 by 3 pixels with nothing to spare.
fn ycbcr(range: Option<[u32; 6]>, block: [u8; 6]) -> Vec<u8> {
    let mut fields = vec![
        (258, SHORT, vec![8; 3]),
        one(259, 1),
        one(262, 6),
        one(277, 3),
        one(278, 3),
        (530, SHORT, vec![2, 2]),
    ];
    fields.extend(range.map(|range| (532, RATIONAL, range.to_vec())));
    let page = Page {
        size: (3, 3),
        fields,
        strip: block.repeat(4),
    };
    tiff(&[page], &[])
}

#[test]
fn chroma_that_pixels_share_is_read() {
    // Red of 200, 30, 40 by ITU-R BT.601 in the full range and in that of video.
    near(
        made(&ycbcr(None, [82, 82, 82, 82, 104, 212])).at(2, 2),
        [200, 30, 39],
    );
    let video = [16, 235, 128, 240, 128, 240];
    let found = made(&ycbcr(Some(video), [86, 86, 86, 86, 107, 202])).at(2, 2);
    near(found, [200, 29, 40]);
}

#[test]
fn ink_with_alpha_shows_paper() {
    let ink = |alpha: [u8; 2]| {
        let pixels = alpha.map(|alpha| [0, 255, 255, 0, alpha]);
        let page = Page {
            size: (2, 2),
            fields: vec![
                (258, SHORT, vec![8; 5]),
                one(259, 1),
                one(262, 5),
                one(277, 5),
                one(278, 2),
                one(338, 2),
            ],
            strip: pixels.as_flattened().repeat(2),
        };
        made(&tiff(&[page], &[]))
    };
    let square = ink([255, 0]);
    near(square.at(0, 0), [254, 0, 0]);
    near(square.at(1, 0), [255; 3]);
    // Zero everywhere is none.
    near(ink([0, 0]).at(1, 0), [254, 0, 0]);
}

#[test]
fn alpha_that_is_zero_everywhere_is_none() {
    let page = |alpha: u8| Page {
        size: (2, 2),
        fields: vec![
            (258, SHORT, vec![8; 4]),
            one(259, 1),
            one(262, 2),
            one(277, 4),
            one(278, 2),
            one(338, 2),
        ],
        strip: [[200, 30, 40, 0].repeat(3), vec![200, 30, 40, alpha]].concat(),
    };
    near(made(&tiff(&[page(0)], &[])).at(0, 0), [200, 30, 40]);
    near(made(&tiff(&[page(255)], &[])).at(0, 0), [255; 3]);
}

#[test]
fn palettes_of_16_bits_are_read() {
    let mut map = vec![0; 3 << 16];
    for (channel, value) in [(0, 200), (1, 30), (2, 40)] {
        map[(channel << 16) + 40_000] = value * 257;
    }
    let page = Page {
        size: (2, 2),
        fields: vec![
            (258, SHORT, vec![16]),
            one(259, 1),
            one(262, 3),
            one(277, 1),
            one(278, 2),
            (320, SHORT, map),
        ],
        strip: 40_000u16.to_le_bytes().repeat(4),
    };
    near(made(&tiff(&[page], &[])).at(1, 1), [200, 30, 40]);
}
