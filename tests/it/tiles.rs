//! Grids of HEIC and AVIF that lie, and grids whose tiles say what the whole does not.

use avatar_prepare::{Avatar, Note};

use crate::support::{code, corpus, finest, prepare};

pub(crate) const HEIC: &str = "formats/heic/image-256.heic";
pub(crate) const AVIF: &str = "formats/avif/fox.profile0.8bpc.yuv420.avif";
pub(crate) const ALPHA: &[u8] = b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";
/// Code points: primaries of Display P3, transfer of sRGB, matrix of BT.601, full range.
pub(crate) const P3: &[u8] = b"nclx\0\x0c\0\x0d\0\x06\x80";

pub(crate) fn be(value: usize) -> [u8; 4] {
    (value as u32).to_be_bytes()
}

pub(crate) fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&be(8 + content.len())[..], kind, content].concat()
}

pub(crate) fn full(kind: &[u8; 4], version: u8, content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[version, 0, 0, 0], content].concat())
}

fn size(width: usize, height: usize) -> Vec<u8> {
    full(b"ispe", 0, &[be(width), be(height)].concat())
}

/// An item; its number is its place among all, from 1.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) kind: [u8; 4],
    pub(crate) data: Vec<u8>,
    pub(crate) properties: Vec<Vec<u8>>,
    /// Parts in which the data lies in the file.
    parts: usize,
}

impl Item {
    /// The one picture of a file, which takes all of `mdat`.
    pub(crate) fn of(name: &str) -> Self {
        let file = std::fs::read(corpus().join(name)).unwrap();
        let whole = |kind: &[u8; 4]| {
            let at = file.windows(4).position(|found| found == kind)? - 4;
            let length = u32::from_be_bytes(*file[at..].first_chunk()?) as usize;
            Some(file[at..at + length].to_vec())
        };
        let config = whole(b"av1C");
        Self {
            kind: *if config.is_some() { b"av01" } else { b"hvc1" },
            data: whole(b"mdat").unwrap()[8..].to_vec(),
            properties: vec![
                whole(b"ispe").unwrap(),
                config.or_else(|| whole(b"hvcC")).unwrap(),
            ],
            parts: 1,
        }
    }

    pub(crate) fn side(&self, at: usize) -> usize {
        u32::from_be_bytes(*self.properties[0][12 + 4 * at..].first_chunk().unwrap()) as usize
    }

    /// A grid of this many such tiles.
    pub(crate) fn grid(&self, rows: usize, columns: usize) -> Self {
        let (width, height) = (columns * self.side(0), rows * self.side(1));
        let counts = [0, 1, (rows - 1) as u8, (columns - 1) as u8];
        Self {
            kind: *b"grid",
            data: [&counts[..], &be(width), &be(height)].concat(),
            properties: vec![size(width, height)],
            parts: 1,
        }
    }

    pub(crate) fn with(mut self, kind: &[u8; 4], content: &[u8]) -> Self {
        self.properties.push(boxed(kind, content));
        self
    }
}

/// A file of these items, of which the first is the primary one; references have a kind, where they
/// come from, and where they lead.
pub(crate) fn file(items: &[Item], references: &[(&[u8; 4], u8, Vec<u8>)]) -> Vec<u8> {
    let is_avif = items.iter().any(|item| item.kind == *b"av01");
    let brand: &[u8; 4] = if is_avif { b"avif" } else { b"heic" };
    let numbered = || (1u8..).zip(items);
    let entry = |(id, item): (u8, &Item)| {
        full(b"infe", 2, &[&[0, id, 0, 0], &item.kind[..], &[0]].concat())
    };
    let entries: Vec<u8> = numbered().flat_map(entry).collect();
    let count = items.len() as u8;
    let kinds = full(b"iinf", 0, &[&[0, count][..], &entries].concat());
    let reference = |(kind, from, to): &(&[u8; 4], u8, Vec<u8>)| {
        let to_bytes: Vec<u8> = to.iter().flat_map(|&id| [0, id]).collect();
        let count = (to.len() as u16).to_be_bytes();
        boxed(kind, &[&[0, *from][..], &count, &to_bytes].concat())
    };
    let references: Vec<u8> = references.iter().flat_map(reference).collect();
    let references = full(b"iref", 0, &references);
    let properties: Vec<u8> = items
        .iter()
        .flat_map(|item| item.properties.concat())
        .collect();
    let mut next = 1;
    let mut listed = be(items.len()).to_vec();
    for (id, item) in numbered() {
        let count = item.properties.len() as u8;
        listed.extend([0, id, count]);
        listed.extend(next..next + count);
        next += count;
    }
    let listed = full(b"ipma", 0, &listed);
    let properties = boxed(b"iprp", &[boxed(b"ipco", &properties), listed].concat());
    let handler = full(b"hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let primary = full(b"pitm", 0, &[0, 1]);
    let start = boxed(b"ftyp", &[&brand[..], &[0; 4], brand, b"mif1"].concat());
    let build = |mut at: usize| {
        let mut places = vec![0x44, 0, 0, count];
        for (id, item) in numbered() {
            places.extend([0, id, 0, 0, 0, item.parts as u8]);
            let part = item.data.len() / item.parts;
            for number in 0..item.parts {
                let is_last = number + 1 == item.parts;
                let length = if is_last {
                    item.data.len() - part * number
                } else {
                    part
                };
                places.extend([be(at), be(length)].concat());
                at += length;
            }
        }
        let places = full(b"iloc", 0, &places);
        let parts = [
            &handler,
            &primary,
            &places,
            &kinds,
            &references,
            &properties,
        ];
        full(b"meta", 0, &parts.map(Vec::as_slice).concat())
    };
    let at = start.len() + build(0).len() + 8;
    let data: Vec<u8> = items.iter().flat_map(|item| item.data.clone()).collect();
    [start, build(at), boxed(b"mdat", &data)].concat()
}

fn avatar(items: &[Item], references: &[(&[u8; 4], u8, Vec<u8>)]) -> Avatar {
    prepare(finest(), &file(items, references)).unwrap()
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn alpha_is_not_larger_than_the_limits() {
    for name in [HEIC, AVIF] {
        let color = Item::of(name);
        let mut tile = color.clone();
        tile.properties[0] = size(4096, 4096);
        // A million by a million pixels, in a file of less than 200 KB.
        let alpha = tile.grid(255, 256).with(b"auxC", ALPHA);
        let bytes = file(
            &[color, alpha, tile],
            &[(b"auxl", 2, vec![1]), (b"dimg", 2, vec![3; 255 * 256])],
        );
        assert_eq!(code(&bytes), "limit_exceeded", "{name}");
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn tiles_in_parts_are_not_copied_without_end() {
    for name in [HEIC, AVIF] {
        let mut tile = Item::of(name);
        let made = |tile: &Item| {
            let tiles = vec![2; 8];
            file(&[tile.grid(2, 4), tile.clone()], &[(b"dimg", 1, tiles)])
        };
        assert!(prepare(finest(), &made(&tile)).is_ok(), "{name}");
        // Once in two parts is usual, eight times is more than the file.
        tile.parts = 2;
        let single = file(&[tile.grid(1, 1), tile.clone()], &[(b"dimg", 1, vec![2])]);
        assert!(prepare(finest(), &single).is_ok(), "{name}");
        assert_eq!(code(&made(&tile)), "malformed", "{name}");
        // Alpha planes of tiles, as well.
        let alpha = tile.clone().with(b"auxC", ALPHA);
        let plain = Item { parts: 1, ..tile };
        let bytes = file(
            &[plain.grid(2, 4), plain.clone(), alpha],
            &[(b"dimg", 1, vec![2; 8]), (b"auxl", 3, vec![2])],
        );
        assert_eq!(code(&bytes), "malformed", "{name}");
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn a_tile_is_not_read_without_end() {
    let mut tile = Item::of(HEIC);
    let made = |tile: &Item, side: usize| {
        let tiles = vec![2; side * side];
        file(
            &[tile.grid(side, side), tile.clone()],
            &[(b"dimg", 1, tiles)],
        )
    };
    // Empty units behind the picture, which are read 64 times.
    tile.data.extend(vec![0; 5 << 20]);
    assert!(prepare(finest(), &made(&tile, 2)).is_ok());
    assert_eq!(code(&made(&tile, 8)), "limit_exceeded");
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn tiles_with_chroma_of_different_sizes_are_refused() {
    let (halved, whole) = (
        Item::of(AVIF),
        Item::of("formats/avif/fox.profile1.8bpc.yuv444.avif"),
    );
    let grid = halved.grid(1, 2);
    for tiles in [vec![2, 3], vec![3, 2]] {
        let items = [grid.clone(), halved.clone(), whole.clone()];
        let bytes = file(&items, &[(b"dimg", 1, tiles)]);
        assert_eq!(code(&bytes), "malformed");
    }
    for tiles in [vec![2, 2], vec![3, 3]] {
        let items = [grid.clone(), halved.clone(), whole.clone()];
        avatar(&items, &[(b"dimg", 1, tiles)]);
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn colors_of_tiles_are_those_of_the_whole() {
    let profile = std::fs::read(corpus().join("formats/heic/with-alpha-512x512.heic")).unwrap();
    // The content of its `colr` box.
    let profile = &profile[339..1015];
    for name in [HEIC, AVIF] {
        for colors in [P3, profile] {
            let tile = Item::of(name);
            let bytes = |grid: Item, tile: Item| {
                avatar(&[grid, tile], &[(b"dimg", 1, vec![2])])
                    .bytes()
                    .to_vec()
            };
            let grid = tile.grid(1, 1);
            let of_whole = bytes(grid.clone().with(b"colr", colors), tile.clone());
            let of_tile = bytes(grid.clone(), tile.clone().with(b"colr", colors));
            assert!(of_whole == of_tile, "{name}");
            // What the whole says counts.
            let srgb = b"nclx\0\x01\0\x0d\0\x06\x80";
            let both = bytes(
                grid.clone().with(b"colr", srgb),
                tile.clone().with(b"colr", colors),
            );
            let plain = bytes(grid.with(b"colr", srgb), tile);
            assert!(both == plain, "{name}");
            if colors == P3 {
                assert!(of_tile != plain, "{name}");
            }
        }
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn transparency_of_some_tiles_is_noted() {
    for name in [HEIC, AVIF] {
        let tile = Item::of(name);
        let alpha = tile.clone().with(b"auxC", ALPHA);
        let items = [tile.grid(1, 2), tile.clone(), tile.clone(), alpha];
        let notes = |of: Vec<u8>| {
            let references = [(b"dimg", 1, vec![2, 3]), (b"auxl", 4, of)];
            avatar(&items, &references).notes().to_vec()
        };
        let is_left_out = |note: &Note| matches!(note, Note::EmbeddedPictureLeftOut { reason } if reason.contains("transparency"));
        assert!(notes(vec![2]).iter().any(is_left_out), "{name}");
        assert!(!notes(vec![2, 3]).iter().any(is_left_out), "{name}");
    }
}

/// All layers are decoded, so a picture of which another layer than the highest is meant would show
/// the wrong one.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn selected_layers_are_refused() {
    for name in [HEIC, AVIF] {
        let tile = Item::of(name);
        for (kind, all, some) in [
            (b"lsel", &[0xff, 0xff][..], &[0, 0][..]),
            (b"a1op", &[0], &[1]),
        ] {
            avatar(&[tile.clone().with(kind, all)], &[]);
            let selected = tile.clone().with(kind, some);
            assert_eq!(
                code(&file(std::slice::from_ref(&selected), &[])),
                "unsupported"
            );
            let in_grid = file(&[tile.grid(1, 2), selected], &[(b"dimg", 1, vec![2, 2])]);
            assert_eq!(code(&in_grid), "unsupported");
        }
    }
}

/// A derived picture has no data of its own: what follows in the file would be shown instead.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn derived_pictures_are_not_taken_for_coded_ones() {
    let tile = Item::of(AVIF);
    for kind in [b"iden", b"iovl", b"tmap"] {
        let derived = Item {
            kind: *kind,
            data: Vec::new(),
            ..tile.grid(1, 1)
        };
        let bytes = file(&[derived, tile.clone()], &[(b"dimg", 1, vec![2])]);
        assert_eq!(code(&bytes), "unsupported");
    }
}

/// Tiles are put together as they are coded.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn tiles_that_are_turned_themselves_are_refused() {
    for name in [HEIC, AVIF] {
        let tile = Item::of(name);
        let made = |tile: Item| file(&[tile.grid(1, 2), tile], &[(b"dimg", 1, vec![2, 2])]);
        let plain = prepare(finest(), &made(tile.clone())).unwrap();
        let unturned = prepare(finest(), &made(tile.clone().with(b"irot", &[0]))).unwrap();
        assert!(plain.bytes() == unturned.bytes(), "{name}");
        for (kind, value) in [(b"irot", 1), (b"irot", 2), (b"imir", 0), (b"imir", 1)] {
            let turned = made(tile.clone().with(kind, &[value]));
            assert_eq!(code(&turned), "unsupported", "{name} {value}");
        }
    }
}

/// Old versions of libavif write the turn of a grid for its tiles too, and mean it once.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn tiles_that_repeat_the_turn_of_their_grid_are_read() {
    let made = |name: &str, own: u8| {
        let tile = Item::of(name);
        let grid = tile.grid(1, 2).with(b"irot", &[1]);
        let tile = tile.with(b"irot", &[own]);
        file(&[grid, tile], &[(b"dimg", 1, vec![2, 2])])
    };
    let once = prepare(finest(), &made(AVIF, 0)).unwrap();
    let twice = prepare(finest(), &made(AVIF, 1)).unwrap();
    assert!(once.bytes() == twice.bytes());
    assert_eq!(code(&made(AVIF, 2)), "unsupported");
    assert_eq!(code(&made(HEIC, 1)), "unsupported");
}

/// What a picture is derived from is turned first.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn a_picture_derived_from_a_turned_one_is_turned() {
    let tile = Item::of(HEIC);
    let derived = |of: &[(&[u8; 4], u8)], own: &[(&[u8; 4], u8)]| {
        let turned = |item: Item, turns: &[(&[u8; 4], u8)]| {
            let mut items = turns
                .iter()
                .fold(item, |item, (kind, by)| item.with(kind, &[*by]));
            items.parts = 1;
            items
        };
        let whole = Item {
            kind: *b"iden",
            data: Vec::new(),
            ..tile.grid(1, 1)
        };
        let items = [turned(whole, own), turned(tile.clone(), of)];
        avatar(&items, &[(b"dimg", 1, vec![2])]).bytes().to_vec()
    };
    let plain = derived(&[], &[]);
    let half = derived(&[], &[(b"irot", 2)]);
    assert!(plain != half);
    assert!(derived(&[(b"irot", 2)], &[]) == half);
    assert!(derived(&[(b"irot", 1)], &[(b"irot", 1)]) == half);
    // A turn and a mirror depend on their order.
    let turned_first = derived(&[], &[(b"irot", 1), (b"imir", 0)]);
    assert!(derived(&[(b"irot", 1)], &[(b"imir", 0)]) == turned_first);
    assert!(derived(&[(b"imir", 0)], &[(b"irot", 1)]) != turned_first);
}

/// What belongs to the picture from which another is derived is checked and noted as well.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn transparency_of_what_a_picture_is_derived_from_is_not_forgotten() {
    let tile = Item::of(HEIC);
    let derived = Item {
        kind: *b"iden",
        data: Vec::new(),
        ..tile.grid(1, 2)
    };
    let alpha = tile.clone().with(b"auxC", ALPHA);
    let tiles = [derived.clone(), tile.grid(1, 2), tile.clone(), alpha];
    let links: [(&[u8; 4], u8, Vec<u8>); 3] = [
        (b"dimg", 1, vec![2]),
        (b"dimg", 2, vec![3, 3]),
        (b"auxl", 4, vec![3]),
    ];
    let is_left_out = |note: &Note| matches!(note, Note::EmbeddedPictureLeftOut { .. });
    let notes = avatar(&tiles, &links).notes().to_vec();
    assert!(notes.iter().any(is_left_out), "{notes:?}");
    // Alpha in tiles that are coded larger than they are announced.
    let mut small = tile.clone();
    small.properties[0] = size(16, 16);
    let alpha = small.grid(1, 2).with(b"auxC", ALPHA);
    let larger = file(
        &[derived, tile.grid(1, 2), tile, alpha, small],
        &[
            (b"dimg", 1, vec![2]),
            (b"dimg", 2, vec![3, 3]),
            (b"dimg", 4, vec![5, 5]),
            (b"auxl", 4, vec![2]),
        ],
    );
    let error = format!("{:?}", prepare(finest(), &larger).unwrap_err());
    assert!(
        error.contains("coded as 256 x 256, announced as 16 x 16"),
        "{error}"
    );
}
