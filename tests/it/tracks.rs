//! Image sequences, whose first frame is shown as the same picture is as an item.

use avatar_prepare::{Avatar, Note};

use crate::support::{code, finest, prepare};
use crate::tiles::{ALPHA, AVIF, HEIC, Item, P3, be, boxed, file, full};

/// What is said of a sequence.
#[derive(Clone)]
struct Said<'a> {
    /// Content of the `colr` box.
    colors: &'a [u8],
    /// Turn and reflection, as in a track header.
    matrix: [i32; 4],
    alpha: Option<&'a [u8]>,
    is_premultiplied: bool,
    /// Handlers of the tracks of colours and of transparency.
    handlers: [&'a [u8; 4]; 2],
    /// Further boxes of the table of samples of the colours.
    table: &'a [u8],
    /// The flag that says whether the samples of the colours are in the file.
    is_own: u8,
    /// The same of those of the transparency.
    is_own_alpha: u8,
}

const PLAIN: Said<'static> = Said {
    colors: b"nclx\0\x01\0\x0d\0\x06\x80",
    matrix: [1, 0, 0, 1],
    alpha: None,
    is_premultiplied: false,
    handlers: [b"pict", b"auxv"],
    table: &[],
    is_own: 1,
    is_own_alpha: 1,
};

/// A track whose one frame is at this place.
fn track(item: &Item, id: usize, said: &Said<'_>, at: usize) -> Vec<u8> {
    let is_alpha = id == 2;
    let [a, b, c, d] = said.matrix.map(|value| (value << 16).to_be_bytes());
    let matrix = [a, b, [0; 4], c, d, [0; 4], [0; 4], [0; 4], be(1 << 30)].concat();
    let side = |at: usize| (item.side(at) as u16).to_be_bytes();
    let head = [
        &[0; 8][..],
        &be(id),
        &[0; 24],
        &matrix,
        &side(0),
        &[0; 2],
        &side(1),
        &[0; 2],
    ];
    let head = full(b"tkhd", 0, &head.concat());
    let reference = match (is_alpha, said.is_premultiplied) {
        (true, _) => boxed(b"tref", &boxed(b"auxl", &be(1))),
        (false, true) => boxed(b"tref", &boxed(b"prem", &be(2))),
        (false, false) => Vec::new(),
    };
    let described = match said.alpha.filter(|_| is_alpha) {
        Some(urn) => boxed(b"auxi", urn),
        None => boxed(b"colr", said.colors),
    };
    let fields = [&[0; 7][..], &[1], &[0; 16], &side(0), &side(1), &[0; 50]].concat();
    let entry = [&fields[..], &item.properties[1], &described].concat();
    let table = [
        full(
            b"stsd",
            0,
            &[&be(1)[..], &boxed(&item.kind, &entry)].concat(),
        ),
        full(b"stts", 0, &[be(1), be(1), be(1)].concat()),
        full(b"stsc", 0, &[be(1), be(1), be(1), be(1)].concat()),
        full(b"stsz", 0, &[be(item.data.len()), be(1)].concat()),
        full(b"stco", 0, &[be(1), be(at)].concat()),
        if is_alpha { &[][..] } else { said.table }.to_vec(),
    ];
    let table = boxed(b"stbl", &table.concat());
    let is_own = if is_alpha {
        said.is_own_alpha
    } else {
        said.is_own
    };
    let source = full(
        b"dref",
        0,
        &[&be(1)[..], &boxed(b"url ", &[0, 0, 0, is_own])].concat(),
    );
    let media = boxed(b"minf", &[boxed(b"dinf", &source), table].concat());
    let handler = [
        &[0; 4][..],
        &said.handlers[usize::from(is_alpha)][..],
        &[0; 13],
    ];
    let handler = full(b"hdlr", 0, &handler.concat());
    let media = boxed(b"mdia", &[handler, media].concat());
    boxed(b"trak", &[head, reference, media].concat())
}

/// A sequence of one frame, whose transparency is the luma of the same picture.
fn sequence(item: &Item, said: &Said<'_>) -> Vec<u8> {
    let brand: &[u8; 4] = if item.kind == *b"av01" {
        b"avis"
    } else {
        b"msf1"
    };
    let start = boxed(b"ftyp", &[&brand[..], &[0; 4], brand].concat());
    let movie = |at: usize| {
        let color = track(item, 1, said, at);
        let alpha = said.alpha.map(|_| {
            track(
                item,
                2,
                &Said {
                    matrix: PLAIN.matrix,
                    ..said.clone()
                },
                at,
            )
        });
        boxed(b"moov", &[color, alpha.unwrap_or_default()].concat())
    };
    let at = start.len() + movie(0).len() + 8;
    [start, movie(at), boxed(b"mdat", &item.data)].concat()
}

/// Properties that turn an item, with their values.
type Turns<'a> = &'a [(&'static [u8; 4], u8)];

/// The same picture as an item.
fn still(item: &Item, said: &Said<'_>, turns: Turns<'_>) -> Vec<u8> {
    let mut color = item.clone().with(b"colr", said.colors);
    for (kind, value) in turns {
        color = color.with(kind, &[*value]);
    }
    let alpha = said.alpha.map(|urn| item.clone().with(b"auxC", urn));
    let mut references = Vec::new();
    if alpha.is_some() {
        references.push((b"auxl", 2, vec![1]));
    }
    if said.is_premultiplied {
        references.push((b"prem", 1, vec![2]));
    }
    let items: Vec<Item> = std::iter::once(color).chain(alpha).collect();
    file(&items, &references)
}

fn made(bytes: &[u8]) -> Avatar {
    prepare(finest(), bytes).unwrap()
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn the_colours_and_transparency_of_a_track_are_those_of_an_item() {
    for name in [HEIC, AVIF] {
        let item = Item::of(name);
        let all = [
            PLAIN,
            Said {
                colors: P3,
                ..PLAIN
            },
            Said {
                alpha: Some(ALPHA),
                ..PLAIN
            },
            Said {
                alpha: Some(ALPHA),
                is_premultiplied: true,
                ..PLAIN
            },
        ];
        let all = all.map(|said| {
            let sequence = made(&sequence(&item, &said));
            let still = made(&still(&item, &said, &[]));
            assert!(sequence.bytes() == still.bytes(), "{name}");
            assert_eq!(sequence.notes(), still.notes(), "{name}");
            sequence.bytes().to_vec()
        });
        for (at, one) in all.iter().enumerate() {
            assert!(
                all.iter().skip(at + 1).all(|other| other != one),
                "{name} {at}"
            );
        }
        // What is not transparency is not shown as such.
        let depth = b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:depth\0";
        let said = Said {
            alpha: Some(depth),
            ..PLAIN
        };
        assert!(made(&sequence(&item, &said)).bytes() == all[0], "{name}");
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn a_track_is_turned_and_mirrored_by_its_matrix() {
    // Rotations are counted against the clock.
    let cases: [([i32; 4], Turns<'_>); 8] = [
        ([1, 0, 0, 1], &[]),
        ([0, 1, -1, 0], &[(b"irot", 3)]),
        ([-1, 0, 0, -1], &[(b"irot", 2)]),
        ([0, -1, 1, 0], &[(b"irot", 1)]),
        ([-1, 0, 0, 1], &[(b"imir", 1)]),
        ([1, 0, 0, -1], &[(b"imir", 0)]),
        ([0, 1, 1, 0], &[(b"irot", 3), (b"imir", 1)]),
        ([0, -1, -1, 0], &[(b"irot", 3), (b"imir", 0)]),
    ];
    for name in [HEIC, AVIF] {
        let item = Item::of(name);
        for (matrix, turns) in cases {
            let said = Said { matrix, ..PLAIN };
            let sequence = made(&sequence(&item, &said));
            let still = made(&still(&item, &PLAIN, turns));
            assert!(sequence.bytes() == still.bytes(), "{name} {matrix:?}");
        }
        for matrix in [[2, 0, 0, 2], [1, 1, 0, 1], [0; 4]] {
            let said = Said { matrix, ..PLAIN };
            assert_eq!(
                code(&sequence(&item, &said)),
                "unsupported",
                "{name} {matrix:?}"
            );
        }
    }
}

/// Old writers give the transparency of a sequence the handler of its colours.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn a_track_of_transparency_can_have_the_handler_of_colours() {
    for name in [HEIC, AVIF] {
        let item = Item::of(name);
        let usual = Said {
            alpha: Some(ALPHA),
            ..PLAIN
        };
        let wanted = made(&sequence(&item, &usual));
        for handlers in [[b"pict", b"pict"], [b"vide", b"pict"], [b"vide", b"auxv"]] {
            let said = Said {
                handlers,
                ..usual.clone()
            };
            assert!(
                made(&sequence(&item, &said)).bytes() == wanted.bytes(),
                "{name} {handlers:?}"
            );
        }
    }
}

/// What is not simply the first sample is refused, or read by a library, which verifies it.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn samples_that_are_not_in_the_file_or_not_the_first_are_not_guessed() {
    for name in [HEIC, AVIF] {
        let item = Item::of(name);
        let external = Said { is_own: 0, ..PLAIN };
        assert_eq!(code(&sequence(&item, &external)), "unsupported", "{name}");
        // The only sample cannot be the second one.
        let second = full(b"stss", 0, &[be(1), be(2)].concat());
        let said = Said {
            table: &second,
            ..PLAIN
        };
        assert_eq!(code(&sequence(&item, &said)), "malformed", "{name}");
        let first = full(b"stss", 0, &[be(1), be(1)].concat());
        let said = Said {
            table: &first,
            ..PLAIN
        };
        let plain = made(&sequence(&item, &PLAIN));
        assert!(made(&sequence(&item, &said)).bytes() == plain.bytes());
    }
}

/// The samples of the transparency are verified as those of the colours are. Of a HEIC, the colours
/// are read without it, with a note.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn transparency_that_is_not_in_the_file_is_not_guessed() {
    let said = Said {
        alpha: Some(ALPHA),
        is_own_alpha: 0,
        ..PLAIN
    };
    assert_eq!(code(&sequence(&Item::of(AVIF), &said)), "unsupported");
    let avatar = made(&sequence(&Item::of(HEIC), &said));
    let mut codes = avatar.notes().iter().map(Note::code);
    assert!(codes.any(|code| code == "picture_left_out"));
}
