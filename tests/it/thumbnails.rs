//! Thumbnails in HEIC and AVIF are used for the look if they agree with the picture, and only then.

use avatar_prepare::{Avatar, Fit, Framing, Gravity, Limits, Preparer, Rect};

use crate::support::{corpus, decode, finest};

fn read(name: &str) -> Vec<u8> {
    std::fs::read(corpus().join(name)).unwrap()
}

fn made(bytes: &[u8], framing: Framing) -> Avatar {
    let settings = finest().with_framing(framing);
    Preparer::new(settings, Limits::default())
        .prepare(bytes)
        .unwrap()
}

/// Shown whole on a blurred copy of what was looked at.
fn blurred() -> Framing {
    Framing::default().with_fit(Fit::Contain)
}

fn auto() -> Framing {
    Framing::default()
        .with_fit(Fit::Auto)
        .with_gravity(&[Gravity::Face])
}

fn be(value: usize) -> [u8; 4] {
    (value as u32).to_be_bytes()
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&be(8 + content.len())[..], kind, content].concat()
}

/// The content of the first box of a path; `meta` has four bytes before its boxes.
fn inside<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> &'a [u8] {
    let Some((kind, below)) = path.split_first() else {
        return bytes;
    };
    let at = bytes.windows(4).position(|found| found == *kind).unwrap();
    let length = u32::from_be_bytes(*bytes[at - 4..].first_chunk().unwrap()) as usize;
    let content = &bytes[at + 4..at - 4 + length];
    let skipped = if *kind == b"meta" { 4 } else { 0 };
    inside(&content[skipped..], below)
}

/// A still of one item: its coded bytes, size and configuration.
struct Still {
    data: Vec<u8>,
    size: [u8; 8],
    config: Vec<u8>,
}

impl Still {
    /// Of an AVIF whose one picture takes all of `mdat`.
    fn of(file: &[u8]) -> Self {
        let property = |kind| inside(file, &[b"meta", b"iprp", b"ipco", kind]);
        Self {
            data: inside(file, &[b"mdat"]).to_vec(),
            size: *property(b"ispe")[4..].first_chunk().unwrap(),
            config: property(b"av1C").to_vec(),
        }
    }
}

/// An AVIF of two items, the second of which is a thumbnail of the first; `turn` is a property of the thumbnail.
fn with_thumbnail(whole: &Still, thumbnail: &Still, turn: Option<u8>) -> Vec<u8> {
    let full = |kind: &[u8; 4], version: u8, content: &[u8]| {
        boxed(kind, &[&[version, 0, 0, 0], content].concat())
    };
    let entry = |id: u8| full(b"infe", 2, &[0, id, 0, 0, b'a', b'v', b'0', b'1', 0]);
    let kinds = full(b"iinf", 0, &[&[0, 2][..], &entry(1), &entry(2)].concat());
    let of =
        |still: &Still| [full(b"ispe", 0, &still.size), boxed(b"av1C", &still.config)].concat();
    let turned = turn.map(|turn| boxed(b"irot", &[turn])).unwrap_or_default();
    let all = boxed(b"ipco", &[of(whole), of(thumbnail), turned].concat());
    let numbers: &[u8] = match turn {
        Some(_) => &[0, 2, 3, 3, 4, 5],
        None => &[0, 2, 2, 3, 4],
    };
    let listed = full(
        b"ipma",
        0,
        &[&be(2)[..], &[0, 1, 2, 1, 2], numbers].concat(),
    );
    let properties = boxed(b"iprp", &[all, listed].concat());
    let reference = full(b"iref", 0, &boxed(b"thmb", &[0, 2, 0, 1, 0, 1]));
    let handler = full(b"hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let primary = full(b"pitm", 0, &[0, 1]);
    let start = boxed(b"ftyp", b"avif\0\0\0\0avifmif1");
    let build = |at: usize| {
        let place = |id: u8, at: usize, length: usize| {
            [&[0, id, 0, 0, 0, 1][..], &be(at), &be(length)].concat()
        };
        let places = [
            place(1, at, whole.data.len()),
            place(2, at + whole.data.len(), thumbnail.data.len()),
        ];
        let places = full(
            b"iloc",
            0,
            &[&[0x44, 0, 0, 2][..], &places.concat()].concat(),
        );
        let parts = [&handler, &primary, &places, &kinds, &reference, &properties];
        full(b"meta", 0, &parts.map(Vec::as_slice).concat())
    };
    let at = start.len() + build(0).len() + 8;
    let data = boxed(b"mdat", &[&whole.data[..], &thumbnail.data].concat());
    [start, build(at), data].concat()
}

/// Whether the padding beside the picture has colour; a thumbnail in gray leaves none.
fn is_colorful(avatar: &Avatar) -> bool {
    let placed = avatar.frame().placed();
    let picture = decode(avatar.bytes());
    let beside = (0..avatar.edge()).map(|along| match placed.height < avatar.edge() {
        true => picture.at(along, placed.y / 2),
        false => picture.at(placed.x / 2, along),
    });
    beside
        .map(|[r, g, b]| r.max(g).max(b) - r.min(g).min(b))
        .max()
        .unwrap()
        > 16
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn a_thumbnail_that_agrees_is_looked_at() {
    let fox = Still::of(&read("formats/avif/fox.profile0.8bpc.yuv420.avif"));
    let gray = Still::of(&read(
        "formats/avif/fox.profile0.8bpc.yuv420.monochrome.avif",
    ));
    let own = made(&with_thumbnail(&fox, &fox, None), blurred());
    assert!(is_colorful(&own));
    let foreign = made(&with_thumbnail(&fox, &gray, None), blurred());
    assert!(!is_colorful(&foreign), "the thumbnail is not used");
    assert_eq!(own.frame().crop(), foreign.frame().crop());
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn a_thumbnail_that_disagrees_is_not_looked_at() {
    let fox = Still::of(&read("formats/avif/fox.profile0.8bpc.yuv420.avif"));
    let gray = Still::of(&read(
        "formats/avif/fox.profile0.8bpc.yuv420.monochrome.avif",
    ));
    let hato = Still::of(&read("formats/avif/hato.profile0.8bpc.yuv420.avif"));
    let alone = read("formats/avif/fox.profile0.8bpc.yuv420.avif");
    let (blur, framed) = (made(&alone, blurred()), made(&alone, auto()));
    let mut broken = Still::of(&alone);
    broken.data.truncate(300);
    let mut garbled = Still::of(&alone);
    garbled.data[200..].fill(0x55);
    for (what, file) in [
        ("another shape", with_thumbnail(&fox, &hato, None)),
        ("turned", with_thumbnail(&fox, &gray, Some(1))),
        ("cut", with_thumbnail(&fox, &broken, None)),
        ("garbled", with_thumbnail(&fox, &garbled, None)),
    ] {
        assert_eq!(made(&file, blurred()).bytes(), blur.bytes(), "{what}");
        assert_eq!(made(&file, auto()).frame(), framed.frame(), "{what}");
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn a_thumbnail_of_another_picture_is_noticed() {
    let [normal, mirrored] =
        ["", ".mirror-horizontal"].map(|kind| read(&format!("orientation/avif/kimono{kind}.avif")));
    let (whole, other) = (Still::of(&normal), Still::of(&mirrored));
    // Its pixels are mirrored without any mark: the shape is the same, the content is not.
    assert_eq!(whole.size, other.size);
    let alone = made(&normal, blurred());
    let with_other = made(&with_thumbnail(&whole, &other, None), blurred());
    assert_eq!(with_other.bytes(), alone.bytes());
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn real_files_are_framed_alike_with_and_without_their_thumbnails() {
    let near = |one: Rect, other: Rect| {
        let sides = |rect: Rect| [rect.x, rect.y, rect.width, rect.height];
        let pairs = sides(one).into_iter().zip(sides(other));
        pairs.map(|(a, b)| a.abs_diff(b)).max().unwrap()
    };
    for name in [
        "formats/heic/cheers_1440x960.heic",
        "formats/heic/heic-collection.heic",
    ] {
        let file = read(name);
        let mut without = file.clone();
        for at in (0..file.len() - 4).filter(|&at| &file[at..at + 4] == b"thmb") {
            without[at..at + 4].copy_from_slice(b"none");
        }
        assert_ne!(file, without);
        for framing in [auto(), blurred()] {
            let (with, without) = (made(&file, framing.clone()), made(&without, framing));
            let (one, other) = (with.frame(), without.frame());
            assert_eq!(
                (one.fit(), one.reason()),
                (other.fit(), other.reason()),
                "{name}"
            );
            let apart = near(one.crop(), other.crop());
            assert!(apart * 50 <= one.crop().width, "{name}: {one:?} {other:?}");
        }
    }
}
