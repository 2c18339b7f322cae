//! Tests the stable codes of notes: in records, from the library, and from the cache.

use std::collections::BTreeSet;

use avatar_prepare::{Framing, Gravity, Limits, Note, Preparer};

use crate::support::{finest, folder, jpeg, ppm, records};

fn noise(x: u32, y: u32) -> [u8; 3] {
    let mixed = x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663);
    [mixed >> 5, mixed >> 11, mixed >> 17].map(|value| value as u8)
}

/// A JPEG with faces in its metadata; each has its centre and size as shares of the sides.
fn with_faces(faces: &[[f64; 4]]) -> Vec<u8> {
    let areas: String = faces
        .iter()
        .map(|[x, y, width, height]| {
            format!(
                r#"<rdf:li mwg-rs:Type="Face"><mwg-rs:Area stArea:x="{x}" stArea:y="{y}" stArea:w="{width}"
                stArea:h="{height}" stArea:unit="normalized"/></rdf:li>"#
            )
        })
        .collect();
    let xmp = format!(
        "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><mwg-rs:Regions><mwg-rs:RegionList><rdf:Bag>{areas}\
         </rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions></x:xmpmeta>"
    );
    let plain = jpeg(400, 100, |x, y| noise(x, y).map(|value| value / 2));
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend((xmp.len() as u16 + 2).to_be_bytes());
    bytes.extend(xmp.as_bytes());
    bytes.extend(&plain[2..]);
    bytes
}

#[test]
fn every_code_is_listed_once() {
    let codes: BTreeSet<&str> = Note::CODES.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes.len(), Note::CODES.len());
    let is_stable = |code: &str| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    assert!(codes.iter().all(|code| is_stable(code)));
    let samples = [
        Note::Shrunk {
            edge: 1,
            planned: 2,
        },
        Note::Damaged { percent: 5 },
        Note::LowContrast { background: [0; 3] },
        Note::LogoCut,
        Note::FaceCut,
        Note::FaceOutsideMask,
        Note::QualityFloor { quality: 40 },
        Note::CropClipped,
        Note::HtmlLeftOut,
    ];
    for note in samples {
        assert!(codes.contains(note.code()), "{note:?}");
        assert!(note.is_warning(), "{note:?}");
    }
}

#[test]
fn a_face_at_the_edge_of_the_square_is_told() {
    let face = Framing::default().with_gravity(&[Gravity::Face]);
    let codes = |faces: &[[f64; 4]]| -> Vec<&str> {
        let settings = finest().with_framing(face.clone());
        let avatar = Preparer::new(settings, Limits::default())
            .prepare(&with_faces(faces))
            .unwrap();
        let codes = avatar.notes().iter().map(Note::code);
        codes.filter(|code| code.starts_with("face_")).collect()
    };
    assert_eq!(codes(&[[0.5, 0.5, 0.1, 0.4]]), [""; 0]);
    // The two faces side by side are wider than the square, so one of them is cut.
    let pair = [[0.45, 0.5, 0.15, 0.5], [0.6, 0.5, 0.15, 0.5]];
    assert_eq!(codes(&pair), ["face_cut", "face_outside_mask"]);
    // A face far away is completely outside the square.
    let far = [[0.2, 0.5, 0.15, 0.6], [0.8, 0.5, 0.15, 0.3]];
    assert_eq!(codes(&far), ["face_outside_mask"]);
}

#[test]
fn the_lowest_quality_is_told() {
    let picture = ppm(64, 64, noise);
    let made = |cap: u64| {
        let settings = finest().with_quality(40..=90).unwrap();
        let settings = settings.with_max_bytes(cap).unwrap();
        let settings = settings.with_min_edge(64).unwrap();
        Preparer::new(settings, Limits::default()).prepare(&picture)
    };
    let caps = (1000..20_000).step_by(20);
    let tight = caps.clone().find_map(|cap| made(cap).ok()).unwrap();
    assert_eq!(tight.quality(), 40);
    let floor = Note::QualityFloor { quality: 40 };
    assert!(tight.notes().contains(&floor), "{:?}", tight.notes());
    let roomy = made(100_000).unwrap();
    assert_eq!(roomy.quality(), 90);
    assert!(!roomy.notes().contains(&floor));
}

#[test]
fn records_have_a_code_for_each_note_and_the_cache_keeps_it() {
    let logo = ppm(400, 100, |x, y| {
        let inside = (30..370).contains(&x) && (40..60).contains(&y);
        if inside { [200, 30, 40] } else { [255; 3] }
    });
    let folder = folder(&[("in/logo.ppm", &logo)]);
    let flags = |arguments: &[&str]| {
        let (code, all) = records(folder.path(), &[arguments, &["in", "out"]].concat());
        assert_eq!(code, 0);
        let record = all[0].clone();
        let (notes, flags) = (record["notes"].clone(), record["flags"].clone());
        let count = |list: &serde_json::Value| list.as_array().unwrap().len();
        assert_eq!(count(&notes), count(&flags), "{record:#}");
        (record["status"].clone(), notes, flags)
    };
    let wanted = serde_json::json!(["low_resolution", "logo_cut"]);
    let planned = flags(&["--dry-run", "--gravity", "face"]);
    assert_eq!((planned.0, &planned.2), ("planned".into(), &wanted));
    let made = flags(&["--gravity", "face"]);
    assert_eq!((&made.0, &made.2), (&"ok".into(), &wanted));
    let again = flags(&["--gravity", "face"]);
    assert_eq!((&again.1, &again.2), (&made.1, &wanted));
    assert_eq!(again.0, "skipped");
}
