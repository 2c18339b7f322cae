//! A small HEIC: three tiles side by side, of which the one in the middle is shown.

/// A picture of this size as a stream of units, each after a start code.
const TILE: &[u8] = include_bytes!("../seeds/hevc/encoded-gray-10.hevc");
const SIZE: (u16, u16) = (64, 88);
const START_CODE: &[u8] = &[0, 0, 0, 1];

/// The file without anything behind its boxes.
pub(super) fn grid() -> Vec<u8> {
    let mut config = vec![0; 21];
    config.extend([3, 2]); // lengths of 4 bytes, two arrays
    let mut tile = Vec::new();
    for unit in units() {
        let length = unit.len() as u32;
        match unit[0] >> 1 {
            kind @ (33 | 34) => {
                config.extend([kind, 0, 1]);
                config.extend((length as u16).to_be_bytes());
                config.extend(unit);
            }
            _ => tile.extend([&length.to_be_bytes()[..], unit].concat()),
        }
    }
    let start = boxed(b"ftyp", b"heic\0\0\0\0heicmif1");
    let length = meta(&config, 0, 0).len();
    let at = start.len() + length + 8;
    let meta = meta(&config, at as u32, tile.len() as u32);
    [start, meta, boxed(b"mdat", &tile.repeat(3))].concat()
}

fn units() -> Vec<&'static [u8]> {
    let is_start = |&at: &usize| TILE[at..].starts_with(START_CODE);
    let starts: Vec<usize> = (0..TILE.len()).filter(is_start).collect();
    let ends = starts.iter().skip(1).copied().chain([TILE.len()]);
    let unit = |(start, end): (&usize, usize)| &TILE[start + START_CODE.len()..end];
    starts.iter().zip(ends).map(unit).collect()
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32 + 8).to_be_bytes();
    [&length[..], kind, content].concat()
}

/// A box with a version and flags.
fn full(kind: &[u8; 4], version: u8, content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[version, 0, 0, 0], content].concat())
}

fn size(width: u16) -> Vec<u8> {
    let sides = [width, SIZE.1].map(|side| u32::from(side).to_be_bytes());
    full(b"ispe", 0, &sides.concat())
}

/// What describes the grid, which is item 1, and its tiles, whose data begin there.
fn meta(config: &[u8], at: u32, length: u32) -> Vec<u8> {
    let item =
        |id: u8, kind: &[u8; 4]| full(b"infe", 2, &[&[0, id, 0, 0], &kind[..], &[0]].concat());
    let kinds = [
        item(1, b"grid"),
        item(2, b"hvc1"),
        item(3, b"hvc1"),
        item(4, b"hvc1"),
    ];
    let tiles = [0, 3, 0, 2, 0, 3, 0, 4];
    let properties = [size(3 * SIZE.0), size(SIZE.0), boxed(b"hvcC", config)];
    let listed = [
        0, 0, 0, 4, 0, 1, 1, 1, 0, 2, 2, 2, 3, 0, 3, 2, 2, 3, 0, 4, 2, 2, 3,
    ];
    let [high, low] = (3 * SIZE.0).to_be_bytes();
    let grid = [0, 0, 0, 2, high, low, 0, SIZE.1 as u8];
    let mut places = vec![
        0x44, 0, 0, 4, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 8,
    ];
    for tile in 0..3 {
        places.extend([0, 2 + tile, 0, 0, 0, 0, 0, 1]);
        places.extend((at + u32::from(tile) * length).to_be_bytes());
        places.extend(length.to_be_bytes());
    }
    let parts = [
        full(b"pitm", 0, &[0, 1]),
        full(b"iinf", 0, &[&[0, 4][..], &kinds.concat()].concat()),
        full(b"iref", 0, &boxed(b"dimg", &[&[0, 1], &tiles[..]].concat())),
        boxed(
            b"iprp",
            &[
                boxed(b"ipco", &properties.concat()),
                full(b"ipma", 0, &listed),
            ]
            .concat(),
        ),
        full(b"iloc", 1, &places),
        boxed(b"idat", &grid),
    ];
    full(b"meta", 0, &parts.concat())
}
