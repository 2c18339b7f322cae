//! Photoshop documents without a merged picture: they are composed from their layers, or refused
//! with the name of what is not supported.

use avatar_prepare::Note;

use crate::support::{decode, finest, jpeg, made, near, prepare};

const RED: [u8; 3] = [200, 0, 0];
const GREEN: [u8; 3] = [0, 200, 0];
const BLUE: [u8; 3] = [0, 0, 200];
const WHITE: [u8; 3] = [255; 3];
const SIDE: i32 = 8;
const ALL: [i32; 4] = [0, 0, SIDE, SIDE];
/// The left and the right half: top, left, bottom, right.
const LEFT: [i32; 4] = [0, 0, SIDE, 4];
const RIGHT: [i32; 4] = [0, 4, SIDE, SIDE];

/// How samples are packed.
#[derive(Clone, Copy)]
enum Packing {
    Plain,
    Runs,
    Zip,
    Differences,
}

struct Layer {
    bounds: [i32; 4],
    color: [u8; 3],
    alpha: u8,
    mode: &'static [u8; 4],
    opacity: u8,
    is_clipped: bool,
    is_hidden: bool,
    /// Bounds, what it is inside and outside of them.
    mask: Option<([i32; 4], u8, u8)>,
    blocks: Vec<u8>,
    packing: Packing,
}

fn layer(bounds: [i32; 4], color: [u8; 3]) -> Layer {
    Layer {
        bounds,
        color,
        alpha: 255,
        mode: b"norm",
        opacity: 255,
        is_clipped: false,
        is_hidden: false,
        mask: None,
        blocks: Vec::new(),
        packing: Packing::Plain,
    }
}

fn block(key: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_be_bytes();
    [b"8BIM", &key[..], &length, content].concat()
}

/// The record below a group's layers.
fn bottom() -> Layer {
    Layer {
        blocks: block(b"lsct", &[0, 0, 0, 3]),
        ..layer([0; 4], RED)
    }
}

/// The record above them, which is the group.
fn group(mode: &'static [u8; 4]) -> Layer {
    let content = [&[0, 0, 0, 1], &b"8BIM"[..], mode].concat();
    Layer {
        blocks: block(b"lsct", &content),
        mode,
        ..layer([0; 4], RED)
    }
}

fn samples(bounds: [i32; 4], value: u8, packing: Packing) -> Vec<u8> {
    let width = (bounds[3] - bounds[1]) as usize;
    let height = (bounds[2] - bounds[0]) as usize;
    let zipped = |row: Vec<u8>| {
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut zlib, &row.repeat(height)).unwrap();
        zlib.finish().unwrap()
    };
    let (kind, data) = match packing {
        Packing::Plain => (0, vec![value; width * height]),
        Packing::Runs => {
            let run = [1u8.wrapping_sub(width as u8), value];
            (1, [[0, 2].repeat(height), run.repeat(height)].concat())
        }
        Packing::Zip => (2, zipped(vec![value; width])),
        Packing::Differences => {
            let mut row = vec![0; width];
            row.iter_mut().take(1).for_each(|first| *first = value);
            (3, zipped(row))
        }
    };
    [vec![0, kind], data].concat()
}

fn sides(bounds: [i32; 4]) -> Vec<u8> {
    bounds.iter().flat_map(|side| side.to_be_bytes()).collect()
}

fn sized(content: Vec<u8>) -> Vec<u8> {
    [(content.len() as u32).to_be_bytes().to_vec(), content].concat()
}

/// A document of these layers, the lowest first; its merged picture is of one colour.
fn document(is_merged: bool, merged: [u8; 3], layers: &[Layer]) -> Vec<u8> {
    let (mut records, mut pixels) = (Vec::new(), Vec::new());
    for layer in layers {
        let [red, green, blue] = layer.color;
        let mut channels = vec![(-1i16, layer.alpha), (0, red), (1, green), (2, blue)];
        let mut all: Vec<(i16, Vec<u8>)> = channels
            .drain(..)
            .map(|(id, value)| (id, samples(layer.bounds, value, layer.packing)))
            .collect();
        let mut mask = Vec::new();
        if let Some((bounds, inside, outside)) = layer.mask {
            all.push((-2, samples(bounds, inside, layer.packing)));
            mask = [sides(bounds), vec![outside, 0, 0, 0]].concat();
        }
        records.extend(sides(layer.bounds));
        records.extend((all.len() as u16).to_be_bytes());
        for (id, data) in all {
            records.extend(id.to_be_bytes());
            records.extend((data.len() as u32).to_be_bytes());
            pixels.extend(data);
        }
        records.extend(b"8BIM");
        records.extend(layer.mode);
        records.extend([layer.opacity, u8::from(layer.is_clipped)]);
        records.extend([u8::from(layer.is_hidden) * 2, 0]);
        let name = vec![1, b'a', 0, 0];
        let extra = [sized(mask), vec![0; 4], name, layer.blocks.clone()].concat();
        records.extend(sized(extra));
    }
    let count = (layers.len() as u16).to_be_bytes().to_vec();
    let section = sized(sized([count, records, pixels].concat()));
    let version = [
        &[0, 0, 0, 1, u8::from(is_merged)],
        &[0; 8][..],
        &[0, 0, 0, 1, 0],
    ]
    .concat();
    let version = &version[..17];
    let resource = [b"8BIM\x04\x21\0\0\0\0\0\x11", version, &[0]].concat();
    let side = SIDE as u32;
    let head = [
        b"8BPS\0\x01\0\0\0\0\0\0\0\x03",
        &side.to_be_bytes()[..],
        &side.to_be_bytes(),
        &[0, 8, 0, 3],
    ];
    let picture = merged
        .map(|value| vec![value; (SIDE * SIDE) as usize])
        .concat();
    [
        head.concat(),
        vec![0; 4],
        sized(resource),
        section,
        vec![0, 0],
        picture,
    ]
    .concat()
}

fn halves(layers: &[Layer]) -> [[u8; 3]; 2] {
    let square = made(&document(false, WHITE, layers));
    [square.at(1, 4), square.at(6, 4)]
}

#[test]
fn layers_are_put_together_however_they_are_packed() {
    for packing in [
        Packing::Plain,
        Packing::Runs,
        Packing::Zip,
        Packing::Differences,
    ] {
        // The lower one reaches out of the picture.
        let below = Layer {
            packing,
            ..layer([-3, -2, SIDE, SIDE + 5], GREEN)
        };
        let above = Layer {
            packing,
            ..layer(LEFT, BLUE)
        };
        let file = document(false, WHITE, &[below, above]);
        let avatar = prepare(finest(), &file).unwrap();
        assert_eq!(avatar.notes().first(), Some(&Note::LayersComposed));
        let square = decode(avatar.bytes());
        near(square.at(1, 4), BLUE);
        near(square.at(6, 4), GREEN);
    }
}

#[test]
fn a_merged_picture_is_taken_where_there_is_one() {
    let layers = [layer(ALL, GREEN)];
    let mut file = document(true, WHITE, &layers);
    // Of one colour it is none, whatever the file says.
    near(made(&file).at(4, 4), GREEN);
    *file.last_mut().unwrap() = 0;
    let avatar = prepare(finest(), &file).unwrap();
    assert!(!avatar.notes().contains(&Note::LayersComposed));
    near(decode(avatar.bytes()).at(1, 1), WHITE);
}

#[test]
fn opacity_masks_and_visibility_count() {
    let half = Layer {
        opacity: 128,
        ..layer(LEFT, WHITE)
    };
    let hidden = Layer {
        is_hidden: true,
        ..layer(ALL, BLUE)
    };
    let [left, right] = halves(&[layer(ALL, [0; 3]), half, hidden]);
    near(left, [128; 3]);
    near(right, [0; 3]);
    let masked = Layer {
        mask: Some((RIGHT, 51, 255)),
        ..layer(ALL, WHITE)
    };
    let [left, right] = halves(&[layer(ALL, [0; 3]), masked]);
    near(left, WHITE);
    near(right, [51; 3]);
}

#[test]
fn transparency_shows_the_background() {
    let pale = Layer {
        alpha: 51,
        ..layer(LEFT, [0; 3])
    };
    let [left, right] = halves(&[pale]);
    near(left, [204; 3]);
    near(right, WHITE);
}

#[test]
fn blend_modes_follow_their_formulas() {
    // Below 153 (0.6), above 102 (0.4), in every channel.
    for (mode, wanted) in [
        (b"norm", 102),
        (b"dark", 102),
        (b"lite", 153),
        (b"mul ", 61),
        (b"scrn", 194),
        (b"over", 133),
        (b"hLit", 122),
        (b"sLit", 141),
        (b"diff", 51),
        (b"smud", 133),
        (b"div ", 255),
        (b"idiv", 0),
        (b"lddg", 255),
        (b"lbrn", 0),
        (b"fsub", 51),
        (b"fdiv", 255),
        (b"lLit", 102),
        (b"pLit", 153),
        (b"hMix", 255),
        (b"lum ", 102),
        (b"colr", 153),
        (b"hue ", 153),
        (b"sat ", 153),
    ] {
        let above = Layer {
            mode,
            ..layer(ALL, [102; 3])
        };
        let [found, _] = halves(&[layer(ALL, [153; 3]), above]);
        let name = String::from_utf8_lossy(mode);
        let is_near = found[0].abs_diff(wanted) <= 2;
        assert!(is_near, "{name}: {found:?}, not {wanted}");
    }
}

#[test]
fn a_group_passes_through_or_stands_alone() {
    let inside = || Layer {
        mode: b"mul ",
        ..layer(LEFT, [128; 3])
    };
    let below = || layer(ALL, [100, 200, 40]);
    let [left, right] = halves(&[below(), bottom(), inside(), group(b"pass")]);
    near(left, [50, 100, 20]);
    near(right, [100, 200, 40]);
    // It is alone in its group, so there is nothing to multiply it with.
    let [left, _] = halves(&[below(), bottom(), inside(), group(b"norm")]);
    near(left, [128; 3]);
    let faint = Layer {
        opacity: 128,
        ..group(b"pass")
    };
    let [left, _] = halves(&[below(), bottom(), inside(), faint]);
    near(left, [75, 150, 30]);
    let hidden = Layer {
        is_hidden: true,
        ..group(b"pass")
    };
    let adjustment = Layer {
        blocks: block(b"levl", &[0; 8]),
        ..layer([0; 4], RED)
    };
    let [left, _] = halves(&[below(), bottom(), adjustment, hidden]);
    near(left, [100, 200, 40]);
}

#[test]
fn clipped_layers_show_where_the_one_below_does() {
    let clipped = |is_clipped| Layer {
        is_clipped,
        ..layer(ALL, BLUE)
    };
    let [left, right] = halves(&[layer(ALL, GREEN), layer(LEFT, RED), clipped(true)]);
    near(left, BLUE);
    near(right, GREEN);
    let hidden = Layer {
        is_hidden: true,
        ..layer(LEFT, RED)
    };
    let [left, _] = halves(&[layer(ALL, GREEN), hidden, clipped(true)]);
    near(left, GREEN);
}

/// The left and the right half of a document in another colour mode of three channels.
fn in_mode(mode: u8, layers: &[Layer]) -> [[u8; 3]; 2] {
    let mut file = document(false, WHITE, layers);
    file[25] = mode;
    let square = made(&file);
    [square.at(1, 4), square.at(6, 4)]
}

#[test]
fn layers_in_lab_are_put_together() {
    // Under D50: L from 0 to 255, a and b around 128.
    let (red, green) = ([138, 209, 198], [118, 80, 177]);
    let [left, right] = in_mode(9, &[layer(ALL, green), layer(LEFT, red)]);
    near(left, [255, 0, 0]);
    near(right, [0, 128, 0]);
}

/// The file with a thumbnail among its resources.
fn with_thumbnail(mut file: Vec<u8>, side: u16) -> Vec<u8> {
    let thumbnail = jpeg(side, side, |_, _| RED);
    let mut data = vec![0; 28];
    data.extend(thumbnail);
    data.resize(data.len().next_multiple_of(2), 0);
    let resource = [b"8BIM\x04\x0c\0\0", &sized(data)[..]].concat();
    let length = u32::from_be_bytes(file[30..34].try_into().unwrap()) + resource.len() as u32;
    file[30..34].copy_from_slice(&length.to_be_bytes());
    file.splice(34..34, resource);
    file
}

#[test]
fn a_thumbnail_stands_in_for_layers_that_cannot_be_drawn() {
    let levels = || Layer {
        blocks: block(b"levl", &[0; 8]),
        ..layer(ALL, BLUE)
    };
    let file = document(false, WHITE, &[layer(ALL, GREEN), levels()]);
    let avatar = prepare(finest(), &with_thumbnail(file.clone(), 8)).unwrap();
    let note = Note::ThumbnailUsed {
        width: 8,
        height: 8,
    };
    assert!(avatar.notes().contains(&note), "{:?}", avatar.notes());
    near(decode(avatar.bytes()).at(4, 4), RED);
    // The thumbnail would have to be enlarged.
    let error = prepare(finest(), &with_thumbnail(file, 4)).unwrap_err();
    assert_eq!(error.code().as_str(), "unsupported");
    assert!(error.to_string().contains("levels"), "{error}");
    // The profile of the document may not be that of its thumbnail.
    let file = document(false, WHITE, &[layer(ALL, GREEN), levels()]);
    let mut profiled = with_thumbnail(file, 8);
    let profile = [b"8BIM\x04\x0f\0\0", &sized(vec![7; 4])[..]].concat();
    let length = u32::from_be_bytes(profiled[30..34].try_into().unwrap()) + profile.len() as u32;
    profiled[30..34].copy_from_slice(&length.to_be_bytes());
    profiled.splice(34..34, profile);
    let avatar = prepare(finest(), &profiled).unwrap();
    let is_ignored = |note: &Note| matches!(note, Note::ProfileIgnored { .. });
    assert!(
        avatar.notes().iter().any(is_ignored),
        "{:?}",
        avatar.notes()
    );
    // Layers that can be drawn are preferred to the thumbnail.
    let file = document(false, WHITE, &[layer(ALL, GREEN)]);
    let avatar = prepare(finest(), &with_thumbnail(file, 8)).unwrap();
    assert!(avatar.notes().contains(&Note::LayersComposed));
}

#[test]
fn what_cannot_be_drawn_is_refused_by_name() {
    let with = |key: &[u8; 4], content: &[u8]| Layer {
        blocks: block(key, content),
        ..layer(ALL, BLUE)
    };
    let dissolved = Layer {
        mode: b"diss",
        ..layer(ALL, BLUE)
    };
    // Older effects: a drop shadow that is on.
    let mut shadow = vec![0, 0, 0, 1];
    shadow.extend(b"8BIMdsdw");
    shadow.extend(sized([vec![0; 38], vec![1, 255, 0]].concat()));
    // A smart object of which nothing but this can be read.
    let filtered = [b"soLD\0\0\0\x04\0\0\0\x10", &b"filterFX"[..]].concat();
    for (layers, word) in [
        ([layer(ALL, RED), with(b"levl", &[0; 8])], "levels"),
        ([layer(ALL, RED), with(b"lrFX", &shadow)], "drop shadow"),
        ([layer(ALL, RED), with(b"knko", &[1, 0, 0, 0])], "knockout"),
        ([layer(ALL, RED), with(b"vmsk", &[0; 8])], "vector mask"),
        ([layer(ALL, RED), dissolved], "diss"),
        ([layer(ALL, RED), with(b"SoLd", &filtered)], "smart filter"),
    ] {
        let error = prepare(finest(), &document(false, WHITE, &layers)).unwrap_err();
        assert_eq!(error.code().as_str(), "unsupported");
        let message = error.to_string();
        assert!(message.contains(word), "{message}");
        assert!(message.contains("Maximize Compatibility"), "{message}");
    }
    let cut = document(false, WHITE, &[layer(ALL, RED)]);
    let error = prepare(finest(), &cut[..120]).unwrap_err();
    assert_eq!(error.code().as_str(), "truncated");
}

/// Records of layers take memory whatever their size.
#[test]
fn many_layers_are_part_of_the_estimate() {
    let memory = |count: usize| {
        let layers: Vec<_> = (0..count).map(|_| layer([0, 0, 1, 1], [9; 3])).collect();
        let file = document(false, [0; 3], &layers);
        let mut preparer =
            avatar_prepare::Preparer::new(finest(), avatar_prepare::Limits::default());
        preparer.prepare(&file[..]).unwrap();
        preparer.cost().memory.unwrap() - file.len() as u64
    };
    assert!(memory(501) >= memory(1) + 500 * 1_200);
}
