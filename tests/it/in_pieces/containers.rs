//! The same for HEIC and AVIF with much behind the picture, as cameras store films, and for all such files, GIFs and
//! animations of the corpus that are made longer.

use avatar_prepare::{Code, Effort, Settings};

use super::{flip, followed, same};
use crate::support::{corpus, folder, tree, write};
use crate::tiles::{ALPHA, AVIF, HEIC, Item, P3, boxed, file};

/// Bytes that make any file long enough.
const MORE: usize = 9 << 20;

/// The file with a long box behind it.
fn with_film(bytes: &[u8], kind: &[u8; 4]) -> Vec<u8> {
    [bytes, &boxed(kind, &vec![0x5a; MORE])].concat()
}

fn settings(edge: u32) -> Settings {
    Settings::default().with_edge(edge).unwrap()
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn pictures_with_films_are_the_same_as_from_memory() {
    for name in [HEIC, AVIF] {
        let tile = Item::of(name);
        let alpha = tile.clone().with(b"auxC", ALPHA);
        let colored = tile.clone().with(b"colr", P3);
        let wide = tile.grid(2, 5);
        let repeated = vec![2; 10];
        let single = file(std::slice::from_ref(&tile), &[]);
        let cases = [
            ("single", single.clone()),
            (
                "single with alpha",
                file(&[tile.clone(), alpha.clone()], &[(b"auxl", 2, vec![1])]),
            ),
            (
                "a grid of one tile",
                file(
                    &[wide.clone(), tile.clone()],
                    &[(b"dimg", 1, repeated.clone())],
                ),
            ),
            ("a grid of many tiles", many(&wide, &colored, 10)),
            ("in another order", reversed(&wide, &tile, 10)),
            (
                "a grid whose tiles have alpha",
                file(
                    &[wide.clone(), tile.clone(), alpha.clone()],
                    &[(b"dimg", 1, repeated.clone()), (b"auxl", 3, vec![2])],
                ),
            ),
            (
                "alpha that is a grid",
                file(
                    &[
                        wide.clone(),
                        tile.clone(),
                        wide.clone().with(b"auxC", ALPHA),
                        tile.clone(),
                    ],
                    &[
                        (b"dimg", 1, repeated),
                        (b"dimg", 3, vec![4; 10]),
                        (b"auxl", 3, vec![1]),
                    ],
                ),
            ),
            ("turned", many(&wide.clone().with(b"irot", &[1]), &tile, 10)),
        ];
        for (kind, bytes) in cases {
            for film in [b"mpvd", b"mdat"] {
                let bytes = with_film(&bytes, film);
                assert!(
                    same(&format!("{name}, {kind}"), &bytes, settings(20)),
                    "{name}, {kind}"
                );
            }
            let bytes = with_film(&bytes, b"free");
            assert!(
                same(&format!("{name}, {kind}"), &bytes, settings(20)),
                "{name}, {kind}"
            );
            let best = settings(50).with_effort(Effort::Best);
            assert!(
                same(&format!("{name}, {kind}"), &bytes, best),
                "{name}, {kind}"
            );
            let cut = bytes.len() - 100;
            assert!(!same(
                &format!("{name}, {kind}, cut"),
                &bytes[..cut],
                settings(20)
            ));
        }
    }
}

/// A grid of so many tiles, each with data of its own.
fn many(grid: &Item, tile: &Item, count: u8) -> Vec<u8> {
    let tiles = (0..count).map(|_| tile.clone());
    let items: Vec<Item> = std::iter::once(grid.clone()).chain(tiles).collect();
    file(&items, &[(b"dimg", 1, (2..2 + count).collect())])
}

/// The same with the last tile first.
fn reversed(grid: &Item, tile: &Item, count: u8) -> Vec<u8> {
    let tiles = (0..count).map(|_| tile.clone());
    let items: Vec<Item> = std::iter::once(grid.clone()).chain(tiles).collect();
    file(&items, &[(b"dimg", 1, (2..2 + count).rev().collect())])
}

/// A grid of which most tiles are not shown: their data may be of any length.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn tiles_that_are_not_shown_are_passed_over() {
    for name in [HEIC, AVIF] {
        let tile = Item::of(name);
        let mut long = tile.clone();
        // Units without content.
        long.data.extend(match name {
            HEIC => [&[0, 0x10, 0, 0][..], &vec![0x7e; 1 << 20]].concat(),
            _ => [&[0x7a, 0x80, 0x80, 0x40][..], &vec![0; 1 << 20]].concat(),
        });
        let mut items = vec![tile.grid(1, 17)];
        items.extend(
            (0..17)
                .map(|at| if (7..10).contains(&at) { &tile } else { &long })
                .cloned(),
        );
        let bytes = file(&items, &[(b"dimg", 1, (2..19).collect())]);
        assert!(same(name, &bytes, settings(100)), "{name}");
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn damage_gives_the_same_as_in_memory() {
    for name in [HEIC, AVIF] {
        let tile = Item::of(name);
        let bytes = with_film(&many(&tile.grid(2, 3), &tile, 6), b"mpvd");
        let end = bytes.len() - MORE;
        let places = (0..60)
            .map(|at| at * 13)
            .chain((1..40).map(|at| end / 40 * at))
            .chain([end - 4]);
        for at in places {
            let mut damaged = bytes.clone();
            damaged[at] ^= if at % 2 == 0 { 1 } else { 0xff };
            same(&format!("{name}, {at}"), &damaged, settings(30));
        }
    }
}

/// A file of this kind with more behind what is shown; `None` for other files.
fn longer(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let (_, kind) = name.rsplit_once('.')?;
    match kind {
        "avif" | "avifs" | "heic" | "heif" | "hif" => Some(with_film(bytes, b"mpvd")),
        "gif" => {
            let end = bytes
                .iter()
                .rposition(|&byte| byte == b';')
                .unwrap_or(bytes.len());
            let block = [&[255][..], &[b'c'; 255]].concat();
            let comment = [&[0x21, 0xfe][..], &block.repeat(MORE / 256), &[0]].concat();
            Some([&bytes[..end], &comment, &bytes[end..]].concat())
        }
        "webp" => {
            let start = bytes
                .windows(4)
                .position(|found| found == b"ANMF")
                .unwrap_or(12);
            let frame = bytes.get(start + 8..start + 24)?;
            let junk = [&b"junk"[..], &(MORE as u32).to_le_bytes(), &vec![0; MORE]].concat();
            let content = [frame, &junk].concat();
            let length = (content.len() as u32).to_le_bytes();
            let mut longer = [bytes, b"ANMF", &length, &content].concat();
            let whole = longer.len() as u32 - 8;
            longer[4..8].copy_from_slice(&whole.to_le_bytes());
            Some(longer)
        }
        _ => None,
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn longer_files_of_the_corpus_are_the_same_as_from_memory() {
    let corpus = corpus();
    let (mut all, mut in_pieces) = (0, 0);
    for name in tree(&corpus) {
        let bytes = std::fs::read(corpus.join(&name)).unwrap();
        if let Some(bytes) = longer(&name, &bytes) {
            all += 1;
            in_pieces += usize::from(same(&name, &bytes, settings(100)));
        }
    }
    assert!(2 * in_pieces > all, "{in_pieces} of {all}");
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn every_byte_is_shown_and_a_change_is_an_error() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    for name in [HEIC, AVIF] {
        let tile = Item::of(name);
        let bytes = with_film(&many(&tile.grid(2, 3), &tile, 6), b"mpvd");
        write(&path, &bytes);
        let (result, heard, is_read) = followed(&path, u64::MAX, |_| ());
        assert!(result.is_ok() && heard == bytes && is_read, "{name}");
        let (result, _, is_read) = followed(&path, u64::MAX, |path| flip(path, 60));
        assert_eq!(result.unwrap_err().code(), Code::Io, "{name}");
        assert!(!is_read);
    }
}
