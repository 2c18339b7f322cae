//! Faces in labelled photographs: found where they are, and not found where there are none.

use std::path::{Path, PathBuf};

use avatar_faces::{Detector, Face};

use crate::support::corpus;

/// Left, top, width, height in pixels.
type Box = [f32; 4];

struct Photograph {
    path: PathBuf,
    faces: Vec<Box>,
    /// The main faces of the photograph.
    main: Vec<Box>,
    /// A cartoon or a statue has a kind of face, although none is listed.
    drawn: bool,
}

fn photographs() -> Vec<Photograph> {
    let folder = corpus().join("../judgement/faces");
    let list = std::fs::read_to_string(folder.join("faces.tsv")).unwrap();
    let read = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let numbers =
            |text: &str| -> Vec<f32> { text.split(',').map(|n| n.parse().unwrap()).collect() };
        let listed = |text: &str| {
            text.split(';')
                .filter(|part| !part.is_empty())
                .map(numbers)
                .collect::<Vec<_>>()
        };
        let faces: Vec<Box> = listed(columns[5])
            .into_iter()
            .map(|n| n.try_into().unwrap())
            .collect();
        let main = columns[4].split(',').filter(|i| !i.is_empty());
        Photograph {
            path: folder.join(columns[0]),
            main: main.map(|i| faces[i.parse::<usize>().unwrap()]).collect(),
            faces,
            drawn: ["cartoon", "statue", "painting"].contains(&columns[1]),
        }
    };
    list.lines().skip(1).map(read).collect()
}

fn decode(path: &Path) -> (Vec<u8>, u32, u32) {
    // The decoder reads byte by byte.
    let bytes = std::fs::read(path).unwrap();
    let mut decoder = jpeg_decoder::Decoder::new(&bytes[..]);
    let mut pixels = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    if info.pixel_format == jpeg_decoder::PixelFormat::L8 {
        pixels = pixels.iter().flat_map(|&grey| [grey; 3]).collect();
    }
    (pixels, u32::from(info.width), u32::from(info.height))
}

/// Whether a found face and a listed one have more than 0.4 of their united area in common.
fn same(face: &Face, [x, y, width, height]: Box) -> bool {
    let common_width = (face.x + face.width).min(x + width) - face.x.max(x);
    let common_height = (face.y + face.height).min(y + height) - face.y.max(y);
    let common = common_width.max(0.0) * common_height.max(0.0);
    common / (face.width * face.height + width * height - common) > 0.4
}

#[test]
#[cfg_attr(not(judgement), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn faces_of_labelled_photographs_are_found() {
    let mut detector = Detector::new();
    let (mut large, mut large_found, mut main, mut main_found) = (0, 0, 0, 0);
    let (mut free, mut mistaken) = (0, Vec::new());
    for photograph in photographs() {
        let (pixels, width, height) = decode(&photograph.path);
        let found = detector.detect(&pixels, width, height).unwrap();
        let is_found = |listed: &&Box| found.iter().any(|face| same(face, **listed));
        let tenth = width.min(height) as f32 / 10.0;
        let is_large = |listed: &&Box| listed[2].max(listed[3]) >= tenth;
        large += photograph.faces.iter().filter(is_large).count();
        large_found += photograph
            .faces
            .iter()
            .filter(is_large)
            .filter(is_found)
            .count();
        main += photograph.main.len();
        main_found += photograph.main.iter().filter(is_found).count();
        if photograph.faces.is_empty() && !photograph.drawn {
            free += 1;
            if !found.is_empty() {
                mistaken.push(photograph.path);
            }
        }
    }
    println!(
        "large {large_found}/{large}, main {main_found}/{main}, mistaken {mistaken:?} of {free}"
    );
    assert!(
        large_found * 100 >= large * 96,
        "large faces: {large_found} of {large}"
    );
    assert!(
        main_found * 100 >= main * 96,
        "main faces: {main_found} of {main}"
    );
    assert!(
        mistaken.len() * 18 <= free,
        "faces seen where there are none: {mistaken:?}"
    );
}
