//! Layers and channels of OpenEXR, in files made by hand.

use avatar_prepare::Note;

use crate::support::{code, decode, exr_attribute, finest, near, prepare};

/// An OpenEXR of 2 by 2 pixels in half floats, uncompressed, with these channels; each has one value.
fn exr(channels: &[(&str, u16)]) -> Vec<u8> {
    exr_with(channels, [0, 0, 1, 1])
}

/// The attributes of a part.
fn exr_part(channels: &[(&str, u16)], stored: [u32; 4]) -> Vec<u8> {
    let channel = |(name, _): &(&str, u16)| {
        let one = 1u32.to_le_bytes();
        [name.as_bytes(), b"\0", &one, &[0; 4], &one, &one].concat()
    };
    let list: Vec<u8> = channels.iter().flat_map(channel).chain([0]).collect();
    let window: Vec<u8> = [0u32, 0, 1, 1].map(u32::to_le_bytes).concat();
    let one = 1f32.to_le_bytes();
    [
        exr_attribute("channels", "chlist", &list),
        exr_attribute("compression", "compression", &[0]),
        exr_attribute(
            "dataWindow",
            "box2i",
            &stored.map(u32::to_le_bytes).concat(),
        ),
        exr_attribute("displayWindow", "box2i", &window),
        exr_attribute("lineOrder", "lineOrder", &[0]),
        exr_attribute("pixelAspectRatio", "float", &one),
        exr_attribute("screenWindowCenter", "v2f", &[0; 8]),
        exr_attribute("screenWindowWidth", "float", &one),
    ]
    .concat()
}

/// The same with this window of stored pixels, of which two lines are there.
fn exr_with(channels: &[(&str, u16)], stored: [u32; 4]) -> Vec<u8> {
    let part = exr_part(channels, stored);
    let head = [&b"v/1\x01\x02\0\0\0"[..], &part, b"\0"].concat();
    let line = |y: u32| {
        let samples: Vec<u8> = channels
            .iter()
            .flat_map(|(_, half)| [half.to_le_bytes(); 2].concat())
            .collect();
        let length = samples.len() as u32;
        [&y.to_le_bytes()[..], &length.to_le_bytes(), &samples].concat()
    };
    let first = head.len() as u64 + 16;
    let second = first + line(0).len() as u64;
    [
        head,
        [first, second].map(u64::to_le_bytes).concat(),
        line(0),
        line(1),
    ]
    .concat()
}

/// Half floats.
const ONE: u16 = 0x3c00;
const HALF: u16 = 0x3800;
const QUARTER: u16 = 0x3400;

#[test]
fn stored_pixels_of_openexr_that_are_not_shown_have_limits() {
    for names in [["B", "G", "R"], ["beauty.B", "beauty.G", "beauty.R"]] {
        let channels = names.map(|name| (name, ONE));
        let wide = exr_with(&channels, [0, 0, (1 << 28) - 1, 0]);
        assert_eq!(code(&wide), "limit_exceeded");
    }
}

#[test]
fn named_layers_of_openexr_are_read() {
    let one = exr(&[("beauty.B", 0), ("beauty.G", QUARTER), ("beauty.R", ONE)]);
    let avatar = prepare(finest(), &one).unwrap();
    near(decode(avatar.bytes()).at(0, 0), [255, 137, 0]);
    let layers = |notes: &[Note]| {
        notes
            .iter()
            .any(|note| matches!(note, Note::LayerChosen { .. }))
    };
    assert!(!layers(avatar.notes()));
    // Of several, the one with a name of the whole scene, or else the first.
    let several = exr(&[
        ("Diffuse.B", ONE),
        ("Diffuse.G", ONE),
        ("Diffuse.R", 0),
        ("Scene.Combined.A", ONE),
        ("Scene.Combined.B", 0),
        ("Scene.Combined.G", QUARTER),
        ("Scene.Combined.R", ONE),
    ]);
    let avatar = prepare(finest(), &several).unwrap();
    near(decode(avatar.bytes()).at(1, 1), [255, 137, 0]);
    let chosen = Note::LayerChosen {
        layer: "Scene.Combined".into(),
        layers: 2,
    };
    assert!(avatar.notes().contains(&chosen), "{:?}", avatar.notes());
    // A picture outside layers is what the file shows.
    let plain = exr(&[
        ("B", QUARTER),
        ("Diffuse.B", ONE),
        ("Diffuse.G", ONE),
        ("Diffuse.R", ONE),
        ("G", 0),
        ("R", ONE),
    ]);
    let avatar = prepare(finest(), &plain).unwrap();
    near(decode(avatar.bytes()).at(0, 0), [255, 0, 137]);
    assert!(!layers(avatar.notes()));
    // A view of the whole is preferred to a view of something else.
    let views = exr(&[
        ("AO.left.B", ONE),
        ("AO.left.G", ONE),
        ("AO.left.R", 0),
        ("Scene.Combined.left.B", 0),
        ("Scene.Combined.left.G", QUARTER),
        ("Scene.Combined.left.R", ONE),
    ]);
    let avatar = prepare(finest(), &views).unwrap();
    near(decode(avatar.bytes()).at(1, 1), [255, 137, 0]);
    // Luminance could be the picture as well.
    for gray in ["Y", "whole.Y"] {
        let mut channels = vec![("normal.B", 0), ("normal.G", QUARTER), ("normal.R", ONE)];
        channels.push((gray, ONE));
        channels.sort_unstable();
        let avatar = prepare(finest(), &exr(&channels)).unwrap();
        let chosen = Note::LayerChosen {
            layer: "normal".into(),
            layers: 2,
        };
        assert!(avatar.notes().contains(&chosen), "{:?}", avatar.notes());
    }
    // Alpha outside layers counts for those that have none.
    let own = [("b.A", HALF), ("b.B", 0), ("b.G", 0), ("b.R", 0)];
    let outer = [("A", HALF), ("b.B", 0), ("b.G", 0), ("b.R", 0)];
    let [own, outer] = [own, outer].map(|channels| prepare(finest(), &exr(&channels)).unwrap());
    assert_ne!(decode(own.bytes()).at(0, 0), [0; 3]);
    assert!(own.bytes() == outer.bytes());
    // Layers without colours have none to show.
    assert_eq!(code(&exr(&[("depth.Z", ONE)])), "unsupported");
}

#[test]
fn gray_and_small_letters_of_openexr_are_read() {
    for name in ["Y", "y", "beauty.Y"] {
        let avatar = prepare(finest(), &exr(&[(name, QUARTER)])).unwrap();
        near(decode(avatar.bytes()).at(1, 0), [137; 3]);
    }
    for layer in ["", "beauty."] {
        let names = ["a", "b", "g", "r"].map(|letter| format!("{layer}{letter}"));
        let [a, b, g, r] = names.each_ref().map(String::as_str);
        let avatar = prepare(finest(), &exr(&[(b, 0), (g, QUARTER), (r, ONE)])).unwrap();
        near(decode(avatar.bytes()).at(0, 1), [255, 137, 0]);
        let half = exr(&[(a, HALF), (b, 0), (g, 0), (r, HALF)]);
        let whole = exr(&[("A", HALF), ("B", 0), ("G", 0), ("R", HALF)]);
        let [half, whole] = [half, whole].map(|file| prepare(finest(), &file).unwrap());
        assert!(half.bytes() == whole.bytes());
    }
    // Colours precede luminance, and what is neither is named.
    let both = exr(&[("B", 0), ("G", QUARTER), ("R", ONE), ("Y", ONE)]);
    let avatar = prepare(finest(), &both).unwrap();
    near(decode(avatar.bytes()).at(0, 0), [255, 137, 0]);
    let refused = |channels: &[(&str, u16)]| {
        let error = prepare(finest(), &exr(channels)).unwrap_err();
        assert_eq!(error.code().as_str(), "unsupported");
        error.to_string()
    };
    assert!(refused(&[("R", ONE)]).ends_with(": R"));
    assert!(refused(&[("u", ONE), ("v", ONE)]).ends_with(": u, v"));
    let chroma = [("BY", 0), ("RY", 0), ("Y", ONE)];
    assert!(refused(&chroma).ends_with(": BY, RY, Y"));
}

/// Directions, motion and colours of CIE have a channel Y too, and colours belong to one layer.
#[test]
fn channels_of_openexr_that_are_no_picture_are_named() {
    let part = |names: &[&str]| {
        let channels: Vec<(&str, u16)> = names.iter().map(|name| (*name, ONE)).collect();
        (exr_part(&channels, [0, 0, 1, 1]), exr(&channels))
    };
    let others: [&[&str]; 8] = [
        &["N.X", "N.Y", "N.Z"],
        &["N.x", "N.y", "N.z"],
        &["X", "Y", "Z"],
        &["x", "y"],
        &["by", "ry", "y"],
        &["a.BY", "a.Y"],
        &["motion.X", "motion.Y"],
        &["a.R", "b.G", "c.B"],
    ];
    for names in others {
        let (part, file) = part(names);
        let number = 0u32.to_le_bytes();
        let parts = [
            b"v/1\x01\x02\x10\0\0",
            &part[..],
            &exr_attribute("name", "string", b"one"),
            &exr_attribute("type", "string", b"scanlineimage"),
            &exr_attribute("chunkCount", "int", &2u32.to_le_bytes()),
            b"\0\0",
            &number,
        ];
        for file in [file, parts.concat()] {
            let error = prepare(finest(), &file).unwrap_err();
            let text = error.to_string();
            assert_eq!(error.code().as_str(), "unsupported", "{names:?}: {text}");
            assert!(text.ends_with(&names.join(", ")), "{names:?}: {text}");
        }
    }
    // Beside them, luminance is a picture, and the only one; so it is beside a channel of depth.
    for names in [
        &["N.X", "N.Y", "N.Z", "Y"][..],
        &["Y", "Z"],
        &["a.Y", "b.X"],
    ] {
        let channels: Vec<(&str, u16)> = names
            .iter()
            .map(|name| match *name {
                "Y" | "a.Y" => (*name, QUARTER),
                name => (name, ONE),
            })
            .collect();
        let avatar = prepare(finest(), &exr(&channels)).unwrap();
        near(decode(avatar.bytes()).at(1, 0), [137; 3]);
        let chosen = |note: &Note| matches!(note, Note::LayerChosen { .. });
        assert!(!avatar.notes().iter().any(chosen), "{names:?}");
    }
}

#[test]
fn compressions_that_are_not_read_are_unsupported() {
    let compression = exr_attribute("compression", "compression", &[0]);
    let file = exr(&[("B", 0), ("G", QUARTER), ("R", ONE)]);
    let at = file
        .windows(compression.len())
        .position(|part| part == compression)
        .unwrap()
        + compression.len()
        - 1;
    for method in [10, 11] {
        let mut file = file.clone();
        file[at] = method;
        assert_eq!(code(&file), "unsupported");
    }
}
