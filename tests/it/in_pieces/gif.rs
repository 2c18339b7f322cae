//! The same for GIF: the first frame is decoded, the others are passed over.

use avatar_prepare::{Code, Effort, Limits, Note, Preparer, Settings, Source};

use super::{Change, LEAST, each_settings, flip, followed, same};
use crate::support::{folder, write};

/// A screen on which a frame takes more than 8 MiB.
const SCREEN: (usize, usize) = (3001, 2603);

/// A GIF.
#[derive(Clone)]
struct Gif {
    screen: (usize, usize),
    /// Left, top, width and height of the first frame.
    frame: [usize; 4],
    is_interlaced: bool,
    transparent: Option<u8>,
    /// Whether each frame has a palette of its own, and the file has none.
    has_own_palettes: bool,
    /// What comes before the first frame, and before the others.
    extensions: [Vec<u8>; 2],
    others: usize,
    end: &'static [u8],
}

fn plain() -> Gif {
    Gif {
        screen: SCREEN,
        frame: [0, 0, SCREEN.0, SCREEN.1],
        is_interlaced: false,
        transparent: None,
        has_own_palettes: false,
        extensions: [Vec::new(), Vec::new()],
        others: 0,
        end: b";",
    }
}

/// A small first frame, and so many others that all together are long.
fn long() -> Gif {
    let others = LEAST / 300_000 + 1;
    Gif {
        screen: (600, 500),
        frame: [0, 0, 600, 500],
        others,
        ..plain()
    }
}

/// An extension with this label, of blocks of so many bytes.
fn extension(label: u8, first: &[u8], content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x21, label];
    for block in std::iter::once(first).chain(content.chunks(255)) {
        if !block.is_empty() {
            bytes.push(block.len() as u8);
            bytes.extend(block);
        }
    }
    bytes.push(0);
    bytes
}

/// Codes of 9 bits, which are started again before they get longer, in blocks.
fn lzw(indexes: impl Iterator<Item = u8>) -> Vec<u8> {
    let (mut packed, mut buffer, mut bits) = (Vec::new(), 0u32, 0);
    let mut put = |code: u32| {
        buffer |= code << bits;
        bits += 9;
        while bits >= 8 {
            packed.push(buffer as u8);
            (buffer, bits) = (buffer >> 8, bits - 8);
        }
    };
    for (number, index) in indexes.enumerate() {
        if number % 250 == 0 {
            put(256);
        }
        put(index.into());
    }
    put(257);
    put(0);
    let mut blocks = Vec::with_capacity(packed.len() + packed.len() / 255 + 2);
    for block in packed.chunks(255) {
        blocks.push(block.len() as u8);
        blocks.extend(block);
    }
    blocks.push(0);
    blocks
}

fn palette() -> Vec<u8> {
    let entry = |index: usize| [index as u8, (index * 7) as u8, (255 - index) as u8];
    (0..256).flat_map(entry).collect()
}

impl Gif {
    fn file(&self) -> Vec<u8> {
        let short = |value: usize| (value as u16).to_le_bytes();
        let mut file = b"GIF89a".to_vec();
        file.extend([short(self.screen.0), short(self.screen.1)].concat());
        let palette = palette();
        match self.has_own_palettes {
            true => file.extend([0x70, 0, 0]),
            false => file.extend([&[0xf7, 0, 0], &palette[..]].concat()),
        }
        file.extend(&self.extensions[0]);
        self.add_frame(&mut file, self.frame);
        file.extend(&self.extensions[1]);
        let start = file.len();
        let (width, height) = self.screen;
        if self.others > 0 {
            self.add_frame(&mut file, [0, 0, width, height]);
        }
        let other = file[start..].to_vec();
        (1..self.others).for_each(|_| file.extend(&other));
        file.extend(self.end);
        file
    }

    fn add_frame(&self, file: &mut Vec<u8>, frame: [usize; 4]) {
        if let Some(index) = self.transparent {
            file.extend(extension(0xf9, &[1, 5, 0, index], &[]));
        }
        file.push(b',');
        file.extend(frame.map(|it| (it as u16).to_le_bytes()).concat());
        let flags = if self.is_interlaced { 0x40 } else { 0 };
        match self.has_own_palettes {
            true => file.extend([&[flags | 0x87], &palette()[..]].concat()),
            false => file.push(flags),
        }
        file.push(8);
        let count = frame[2] * frame[3];
        file.extend(lzw((0..count).map(|at| {
            (at / 29) as u8 ^ (at.wrapping_mul(40_503) >> 9) as u8 & 0x1f
        })));
    }
}

fn gifs() -> Vec<(&'static str, Gif)> {
    let xmp = extension(0xff, b"XMP DataXMP", &[b'x'; 100_000]);
    let comment = extension(0xfe, b"", &[b'c'; 100_000]);
    vec![
        ("plain", plain()),
        (
            "interlaced",
            Gif {
                is_interlaced: true,
                ..plain()
            },
        ),
        (
            "interlaced, transparent",
            Gif {
                is_interlaced: true,
                transparent: Some(9),
                ..plain()
            },
        ),
        (
            "transparent",
            Gif {
                transparent: Some(9),
                ..plain()
            },
        ),
        (
            "own palettes",
            Gif {
                has_own_palettes: true,
                ..plain()
            },
        ),
        (
            "free at the left",
            Gif {
                frame: [10, 0, 2991, 2603],
                ..plain()
            },
        ),
        (
            "free below",
            Gif {
                frame: [0, 0, 3001, 2590],
                ..plain()
            },
        ),
        (
            "beyond the screen",
            Gif {
                screen: (2900, 2500),
                ..plain()
            },
        ),
        (
            "extensions",
            Gif {
                extensions: [[xmp.clone(), comment.clone()].concat(), xmp.clone()],
                ..plain()
            },
        ),
        (
            "no end",
            Gif {
                end: b"",
                ..plain()
            },
        ),
        (
            "more behind the end",
            Gif {
                end: b";and more,",
                ..plain()
            },
        ),
        ("long", long()),
        (
            "long, own palettes",
            Gif {
                has_own_palettes: true,
                transparent: Some(200),
                ..long()
            },
        ),
        (
            "long, interlaced",
            Gif {
                is_interlaced: true,
                ..long()
            },
        ),
        (
            "long, with comments",
            Gif {
                extensions: [comment.clone(), comment],
                ..long()
            },
        ),
        (
            "long, a small frame first",
            Gif {
                frame: [200, 100, 50, 40],
                ..long()
            },
        ),
    ]
}

#[test]
fn gif_is_the_same_as_from_memory() {
    for (name, gif) in gifs() {
        let bytes = gif.file();
        assert!(bytes.len() > LEAST, "{name}");
        let settings = Settings::default().with_edge(300).unwrap();
        assert!(same(name, &bytes, settings), "{name} is read whole");
    }
}

#[test]
fn all_reductions_of_a_gif_are_the_same() {
    for (name, gif) in gifs().drain(..4) {
        let bytes = gif.file();
        for settings in each_settings() {
            assert!(same(name, &bytes, settings), "{name}");
        }
        for edge in [16, 1] {
            let settings = Settings::default().with_edge(edge).unwrap();
            assert!(same(name, &bytes, settings), "{name} at {edge}");
        }
        let settings = Settings::default().with_edge(300).unwrap();
        assert!(
            same(name, &bytes, settings.with_effort(Effort::Best)),
            "{name}"
        );
    }
}

/// Interlaced rows are reduced in the order of the file, and must give the same as from the top down.
#[test]
fn interlaced_rows_are_reduced_as_others() {
    for transparent in [None, Some(9)] {
        let rows = Gif {
            transparent,
            screen: (900, 700),
            frame: [0, 0, 900, 700],
            ..plain()
        };
        let interlaced = Gif {
            is_interlaced: true,
            ..rows.clone()
        };
        // The rows are the same: each is a part of one that is repeated.
        let (rows, interlaced) = (rows.file(), deinterlaced(&interlaced));
        for edge in [200, 120, 60, 16, 3, 1] {
            let settings = Settings::default().with_edge(edge).unwrap();
            let mut preparer = Preparer::new(settings, Limits::default());
            let expected = preparer.prepare(&rows).unwrap();
            let found = preparer.prepare(&interlaced).unwrap();
            assert!(found.bytes() == expected.bytes(), "{edge}");
        }
    }
}

/// The file of an interlaced picture that shows the same as if its rows were stored from the top down.
fn deinterlaced(gif: &Gif) -> Vec<u8> {
    let [_, _, width, height] = gif.frame;
    let all: Vec<u8> = (0..width * height)
        .map(|at| (at / 29) as u8 ^ (at.wrapping_mul(40_503) >> 9) as u8 & 0x1f)
        .collect();
    let order = [(0, 8), (4, 8), (2, 4), (1, 2)];
    let order = order
        .into_iter()
        .flat_map(|(first, step)| (first..height).step_by(step));
    let rows: Vec<u8> = order
        .flat_map(|y| &all[y * width..][..width])
        .copied()
        .collect();
    let whole = gif.file();
    let data = lzw(all.into_iter());
    let start = whole.len() - data.len() - gif.end.len();
    [&whole[..start], &lzw(rows.into_iter()), gif.end].concat()
}

#[test]
fn damaged_gifs_are_read_whole() {
    for (name, gif) in [
        ("plain", plain()),
        (
            "interlaced",
            Gif {
                is_interlaced: true,
                ..plain()
            },
        ),
        ("long", long()),
    ] {
        let bytes = gif.file();
        let settings = || Settings::default().with_edge(100).unwrap();
        // Inside the first frame, and behind it.
        for at in [
            800,
            801,
            5_000,
            200_000,
            bytes.len() / 2,
            bytes.len() - 2000,
        ] {
            for value in [0, 0x2c, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at..at + 3].fill(value);
                same(&format!("{name}, {value} at {at}"), &damaged, settings());
            }
        }
        for left in [LEAST, bytes.len() - 1, bytes.len() - 2, bytes.len() - 300] {
            same(&format!("{name}, {left} bytes"), &bytes[..left], settings());
        }
    }
}

#[test]
fn more_before_the_pixels_than_fits_is_read_whole() {
    let comment = extension(0xfe, b"", &vec![b'c'; 600_000]);
    let gif = Gif {
        extensions: [comment, Vec::new()],
        ..plain()
    };
    let settings = Settings::default().with_edge(100).unwrap();
    assert!(!same("a long comment", &gif.file(), settings));
}

#[test]
fn frames_are_counted_as_in_memory() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let bytes = long().file();
    write(&path, &bytes);
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    let inspected = preparer.inspect(&Source::Path(path.clone())).unwrap();
    let frames = u32::try_from(long().others + 1).unwrap();
    assert_eq!(inspected.probe.frames(), frames);
    assert!(
        inspected
            .notes
            .iter()
            .any(|note| matches!(note, Note::FirstFrame { .. }))
    );
    let limits = Limits {
        frames: frames - 1,
        ..Limits::default()
    };
    let mut preparer = Preparer::new(Settings::default(), limits);
    let error = preparer.prepare_source(&Source::Path(path)).unwrap_err();
    assert_eq!(error.code().as_str(), "limit_exceeded");
}

#[test]
fn every_byte_is_shown_and_a_change_is_an_error() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let bytes = long().file();
    write(&path, &bytes);
    let (result, heard, is_read) = followed(&path, u64::MAX, |_| ());
    assert!(result.is_ok() && heard == bytes && is_read);
    // The palette, and the descriptor of the second frame.
    let palette: Change = |path| flip(path, 20);
    let descriptor: Change = |path| {
        let first = 13 + 768 + 10 + 1;
        let bytes = std::fs::read(path).unwrap();
        let second = bytes[first..]
            .windows(10)
            .position(|it| it == [0, b',', 0, 0, 0, 0, 0x58, 2, 0xf4, 1]);
        flip(path, first + second.unwrap() + 2);
    };
    for change in [palette, descriptor] {
        write(&path, &bytes);
        let (result, _, is_read) = followed(&path, u64::MAX, change);
        assert_eq!(result.unwrap_err().code(), Code::Io);
        assert!(!is_read);
    }
}
