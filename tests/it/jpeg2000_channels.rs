//! What the boxes of a JP2 file say about channels and colours (ISO/IEC 15444-1, I.5.3). The codestreams are of 2 by 2
//! pixels, made by OpenJPEG; the left column is opaque.

use avatar_prepare::Note;

use crate::support::{code, finest, made, near, prepare};

/// Four components: 240, 128, 16, 255 on the left, and 10, 20, 110, 128 on the right.
const FOUR: &str = "\
    ff4fff510032000000000002000000020000000000000000000000020000000200000000000000000004070101070101\
    070101070101ff52000c00000001000004040001ff5c00044040ff90000a00000000002a0001ff93cfb414015df90b7f\
    cfb4100e068fbfcfb4140916d747c4cfb408026cffd9";
/// Two components: 200, 255 and 50, 128.
const TWO: &str = "\
    ff4fff51002c000000000002000000020000000000000000000000020000000200000000000000000002070101070101\
    ff52000c00000001000004040001ff5c00044040ff90000a00000000001b0001ff93cfb414016c08151fcfb408026cff\
    d9";
/// Ink and alpha: 15, 127, 239, 0, 255 and 235, 215, 35, 0, 0.
const FIVE: &str = "\
    ff4fff510035000000000002000000020000000000000000000000020000000200000000000000000005070101070101\
    070101070101070101ff52000c00000001000004040001ff5c00044040ff90000a0000000000350001ff93cfb4140815\
    abfbc7cfb4140cff64db1fcfb414015b5c335fdf80100890df80380de7c75421ff7fffd9";
/// Indexes: 0 and 1.
const INDEXES: &str = "\
    ff4fff510029000000000002000000020000000000000000000000020000000200000000000000000001070101ff5200\
    0c00000001000004040001ff5c00044040ff90000a0000000000170001ff93df803008f7deeb473fffd9";

const LEFT: [u8; 3] = [240, 128, 16];
/// On the right, as it is stored, with straight alpha, and with colours that alpha multiplies already.
const OPAQUE: [u8; 3] = [10, 20, 110];
const STRAIGHT: [u8; 3] = [132, 137, 182];
const MULTIPLIED: [u8; 3] = [137, 147, 237];

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32 + 8).to_be_bytes();
    [&length, &kind[..], content].concat()
}

fn codestream(digits: &str) -> Vec<u8> {
    let digits = digits.as_bytes().as_chunks::<2>().0.iter();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
    digits.map(|pair| byte(pair).unwrap()).collect()
}

/// A file with these boxes after that of the size, which no decoder here needs.
fn jp2(digits: &str, boxes: &[Vec<u8>]) -> Vec<u8> {
    [
        boxed(b"jP  ", b"\r\n\x87\n"),
        boxed(b"ftyp", b"jp2 \0\0\0\0jp2 "),
        boxed(b"jp2h", &boxes.concat()),
        boxed(b"jp2c", &codestream(digits)),
    ]
    .concat()
}

/// The colour space of this number.
fn space(number: u32) -> Vec<u8> {
    boxed(b"colr", &[&[1, 0, 0], &number.to_be_bytes()[..]].concat())
}

const RGB: u32 = 16;
const GRAY: u32 = 17;
const CMYK: u32 = 12;

/// Channel, kind and colour of each channel.
fn definitions(all: &[[u16; 3]]) -> Vec<u8> {
    let count = (all.len() as u16).to_be_bytes();
    let all = all.as_flattened().iter().flat_map(|it| it.to_be_bytes());
    boxed(b"cdef", &count.into_iter().chain(all).collect::<Vec<_>>())
}

/// Colours in the order of the channels, and a last channel.
fn and_last(colors: [u16; 3], [kind, color]: [u16; 2]) -> Vec<u8> {
    let [first, second, third] = colors;
    definitions(&[
        [0, 0, first],
        [1, 0, second],
        [2, 0, third],
        [3, kind, color],
    ])
}

#[track_caller]
fn shows(file: &[u8], left: [u8; 3], right: [u8; 3]) {
    let square = made(file);
    near(square.at(0, 0), left);
    near(square.at(1, 1), right);
}

const NONE: u16 = u16::MAX;

#[test]
fn channels_are_what_their_definitions_say() {
    let file = |last| jp2(FOUR, &[space(RGB), and_last([1, 2, 3], last)]);
    shows(&file([1, 0]), LEFT, STRAIGHT);
    shows(&file([1, NONE]), LEFT, STRAIGHT);
    shows(&file([2, 0]), LEFT, MULTIPLIED);
    // A channel of which only its writer knows what it is, such as infrared.
    shows(&file([NONE, NONE]), LEFT, OPAQUE);
    shows(&file([NONE, 0]), LEFT, OPAQUE);
    assert_eq!(code(&file([7, 0])), "unsupported");
    assert_eq!(code(&file([1, 2])), "unsupported", "alpha of green alone");
    assert_eq!(code(&file([0, 4])), "malformed", "a fourth colour of RGB");
}

#[test]
fn colours_come_in_any_order() {
    let backwards = |[red, green, blue]: [u8; 3]| [blue, green, red];
    let file = |last| jp2(FOUR, &[space(RGB), and_last([3, 2, 1], last)]);
    for (last, right) in [
        ([1, 0], STRAIGHT),
        ([2, 0], MULTIPLIED),
        ([NONE, NONE], OPAQUE),
    ] {
        shows(&file(last), backwards(LEFT), backwards(right));
    }
    // Alpha comes first: red, green and blue are the other components.
    let first = definitions(&[[0, 2, 0], [1, 0, 1], [2, 0, 2], [3, 0, 3]]);
    let square = made(&jp2(FOUR, &[space(RGB), first]));
    // 128, 16 and 255 under an alpha of 240 of 255, over white.
    near(square.at(0, 0), [143, 31, 255]);
    let twice = definitions(&[[0, 0, 1], [1, 0, 1], [2, 0, 3], [3, 1, 0]]);
    assert_eq!(code(&jp2(FOUR, &[space(RGB), twice])), "malformed");
    let missing = definitions(&[[0, 0, 1], [1, 0, 2], [2, 0, 3], [9, 1, 0]]);
    assert_eq!(code(&jp2(FOUR, &[space(RGB), missing])), "malformed");
    let mut cut = and_last([1, 2, 3], [1, 0]);
    cut.truncate(cut.len() - 6);
    cut[3] -= 6;
    assert_eq!(code(&jp2(FOUR, &[space(RGB), cut])), "malformed");
}

#[test]
fn colours_without_numbers_are_in_order() {
    let unnumbered = and_last([0, 0, 0], [1, 0]);
    shows(&jp2(FOUR, &[space(RGB), unnumbered]), LEFT, STRAIGHT);
    let only_alpha = definitions(&[[3, 1, 0]]);
    shows(&jp2(FOUR, &[space(RGB), only_alpha]), LEFT, STRAIGHT);
    shows(&jp2(FOUR, &[space(RGB)]), LEFT, STRAIGHT);
}

#[test]
fn gray_and_ink_have_alpha_too() {
    let gray = |last: [u16; 2]| {
        let definitions = definitions(&[[0, 0, 1], [1, last[0], last[1]]]);
        jp2(TWO, &[space(GRAY), definitions])
    };
    // 50 at an alpha of 128 of 255.
    shows(&gray([1, 0]), [200; 3], [152; 3]);
    shows(&gray([1, 1]), [200; 3], [152; 3]);
    shows(&gray([2, 0]), [200; 3], [177; 3]);
    shows(&gray([NONE, NONE]), [200; 3], [50; 3]);
    let ink = |kind| {
        let ink = [[0, 0, 1], [1, 0, 2], [2, 0, 3], [3, 0, 4], [4, kind, 0]];
        jp2(FIVE, &[space(CMYK), definitions(&ink)])
    };
    shows(&ink(1), LEFT, [255; 3]);
    shows(&ink(NONE), LEFT, [20, 40, 220]);
}

/// A palette of two entries with this first byte of each column, and the channels that are made of it.
fn palette(columns: &[u8], entries: [&[u8]; 2], channels: &[u8]) -> [Vec<u8>; 2] {
    let head = [0, 2, columns.len() as u8];
    let palette = [&head, columns, entries[0], entries[1]].concat();
    let channel = |column: &u8| [0, 0, 1, *column];
    let mapping: Vec<u8> = channels.iter().flat_map(channel).collect();
    [boxed(b"pclr", &palette), boxed(b"cmap", &mapping)]
}

#[test]
fn definitions_are_of_the_channels_that_a_palette_makes() {
    let entries: [&[u8]; 2] = [&[240, 128, 16, 255], &[10, 20, 110, 128]];
    let file = |channels: &[u8], definitions: Vec<u8>| {
        let [palette, mapping] = palette(&[7; 4], entries, channels);
        jp2(INDEXES, &[space(RGB), palette, mapping, definitions])
    };
    let all = &[0, 1, 2, 3];
    shows(&file(all, and_last([1, 2, 3], [1, 0])), LEFT, STRAIGHT);
    shows(&file(all, and_last([1, 2, 3], [2, 0])), LEFT, MULTIPLIED);
    shows(&file(all, and_last([1, 2, 3], [NONE; 2])), LEFT, OPAQUE);
    shows(&file(all, Vec::new()), LEFT, STRAIGHT);
    shows(&file(&all[..3], Vec::new()), LEFT, OPAQUE);
    let alpha_first = definitions(&[[0, 1, 0], [1, 0, 1], [2, 0, 2], [3, 0, 3]]);
    shows(&file(&[3, 0, 1, 2], alpha_first), LEFT, STRAIGHT);
    assert_eq!(code(&file(&[0, 1, 9], Vec::new())), "malformed");
}

#[test]
fn a_palette_that_is_not_understood_is_refused() {
    let entries: [&[u8]; 2] = [&LEFT, &OPAQUE];
    let file = |boxes: [Vec<u8>; 2]| jp2(INDEXES, &[vec![space(RGB)], boxes.to_vec()].concat());
    let whole = || palette(&[7; 3], entries, &[0, 1, 2]);
    shows(&file(whole()), LEFT, OPAQUE);
    assert_eq!(
        code(&file(palette(&[0x87; 3], entries, &[0, 1, 2]))),
        "malformed"
    );
    let [mut cut, mapping] = whole();
    cut.pop();
    cut[3] -= 1;
    assert_eq!(code(&file([cut, mapping.clone()])), "malformed");
    assert_eq!(code(&file([Vec::new(), mapping])), "malformed");
}

#[test]
fn only_colours_that_are_converted_are_read() {
    let plain = || and_last([1, 2, 3], [1, 0]);
    for number in [0, 11, 20, 99] {
        let file = jp2(FOUR, &[space(number), plain()]);
        assert_eq!(code(&file), "unsupported", "{number}");
    }
    // CIELAB with its usual ranges (15444-2, M.11.7.4.1) under D50: on the left L* 94.1, a* 0 and b* -62.7.
    let lab = space(14);
    let square = made(&jp2(FOUR, &[lab.clone(), and_last([1, 2, 3], [NONE; 2])]));
    near(square.at(0, 0), [167, 242, 255]);
    near(square.at(1, 1), [0, 40, 0]);
    let premultiplied = and_last([1, 2, 3], [2, 0]);
    assert_eq!(code(&jp2(FOUR, &[lab, premultiplied])), "unsupported");
    // What a vendor says comes before what all can read, or alone.
    let vendor = boxed(b"colr", &[4, 0, 0, 1, 2, 3, 4]);
    shows(&jp2(FOUR, &[vendor.clone(), space(RGB)]), LEFT, STRAIGHT);
    let file = jp2(TWO, &[vendor, definitions(&[[0, 0, 1], [1, 1, 0]])]);
    let avatar = prepare(finest(), &file).unwrap();
    let is_ignored = |note: &Note| matches!(note, Note::ProfileIgnored { .. });
    assert!(
        avatar.notes().iter().any(is_ignored),
        "{:?}",
        avatar.notes()
    );
}

#[test]
fn of_several_codestreams_the_first_is_shown() {
    let mut file = jp2(FOUR, &[space(RGB), and_last([1, 2, 3], [1, 0])]);
    file.extend(boxed(b"jp2c", &codestream(INDEXES)));
    shows(&file, LEFT, STRAIGHT);
    let avatar = prepare(finest(), &file).unwrap();
    let notes = avatar.notes();
    assert!(notes.contains(&Note::FirstFrame { frames: 2 }), "{notes:?}");
}
