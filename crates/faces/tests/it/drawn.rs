//! Drawn faces: where they are found, and that every machine finds exactly the same.

use avatar_faces::{Detector, Face, LOOK, SECOND_LOOK, THRESHOLD};

use crate::picture::Picture;

/// The drawn face from brow to chin and ear to ear, when its square is `edge` pixels at `x`, `y`.
fn assert_near(face: &Face, x: f32, y: f32, edge: f32) {
    let unit = edge / 160.0;
    let expected = [43.0, 31.0, 77.0, 102.0].map(|v| v * unit);
    let found = [face.x - x, face.y - y, face.width, face.height];
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() < 15.0 * unit,
            "{face:?}: {expected} expected, square of {edge} at {x}, {y}"
        );
    }
}

#[test]
fn a_face_is_found_where_it_is_drawn() {
    for (x, y) in [(0, 0), (37, 11), (150, 90), (160, 0)] {
        let faces = Picture::plain(320, 256).draw_face(x, y, 160).faces();
        assert_eq!(faces.len(), 1, "{faces:?}");
        assert_near(&faces[0], x as f32, y as f32, 160.0);
    }
}

#[test]
fn landmarks_are_where_they_are_drawn() {
    let faces = Picture::plain(160, 160).draw_face(0, 0, 160).faces();
    let expected = [
        [63.0, 71.0],
        [97.0, 71.0],
        [80.0, 90.0],
        [66.0, 108.0],
        [94.0, 108.0],
    ];
    for (found, expected) in faces[0].landmarks.iter().zip(expected) {
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() < 5.0,
                "{found} instead of {expected}"
            );
        }
    }
}

#[test]
fn boxes_are_in_pixels_of_the_picture_at_every_size() {
    for edge in [96, 160, 320, 333, 641, 1500] {
        let faces = Picture::plain(edge, edge)
            .draw_face(0, 0, i64::from(edge))
            .faces();
        assert_eq!(faces.len(), 1, "edge {edge}: {faces:?}");
        assert_near(&faces[0], 0.0, 0.0, edge as f32);
    }
}

#[test]
fn every_side_may_have_any_length() {
    for (width, height) in [
        (161, 175),
        (190, 161),
        (400, 163),
        (163, 400),
        (1600, 400),
        (400, 1000),
    ] {
        let faces = Picture::plain(width, height).draw_face(1, 1, 160).faces();
        assert_eq!(faces.len(), 1, "{width}x{height}: {faces:?}");
        assert_near(&faces[0], 1.0, 1.0, 160.0);
    }
}

#[test]
fn the_better_face_comes_first_and_none_twice() {
    let mut picture = Picture::plain(320, 160);
    let faces = picture.draw_face(0, 0, 160).draw_face(170, 20, 130).faces();
    assert_eq!(faces.len(), 2, "{faces:?}");
    assert!(faces[0].score >= faces[1].score);
    let mut left_edges: Vec<_> = faces.iter().map(|face| face.x.round()).collect();
    left_edges.sort_by(f32::total_cmp);
    assert!(
        left_edges[0] < 60.0 && left_edges[1] > 180.0,
        "{left_edges:?}"
    );
}

#[test]
fn where_there_is_no_face_none_is_found() {
    assert_eq!(Picture::plain(640, 480).faces(), []);
    assert_eq!(Picture::busy(640, 480).faces(), []);
    assert_eq!(Picture::plain(1, 1).faces(), []);
    assert_eq!(Picture::plain(5000, 1).faces(), []);
}

#[test]
fn a_small_face_is_found_by_the_second_look() {
    let mut picture = Picture::plain(1280, 960);
    picture.draw_face(800, 300, 100);
    let look = |look| {
        let mut detector = Detector::new();
        detector
            .detect_at(
                &picture.pixels,
                picture.width,
                picture.height,
                look,
                THRESHOLD,
            )
            .unwrap()
    };
    assert_eq!(look(LOOK), []);
    let faces = picture.faces();
    assert_eq!(faces, look(SECOND_LOOK));
    assert_eq!(faces.len(), 1);
    assert_near(&faces[0], 800.0, 300.0, 100.0);
}

#[test]
fn what_a_detector_saw_before_changes_nothing() {
    let pictures = [
        Picture::busy(700, 500),
        Picture::plain(40, 300),
        Picture::plain(1, 1),
    ];
    let mut drawn = Picture::plain(320, 200);
    drawn.draw_face(20, 20, 160);
    let fresh = drawn.faces();
    let mut detector = Detector::new();
    for picture in pictures {
        let again = |detector: &mut Detector, picture: &Picture| {
            detector
                .detect(&picture.pixels, picture.width, picture.height)
                .unwrap()
        };
        assert_eq!(again(&mut detector, &picture), []);
        assert_eq!(again(&mut detector, &drawn), fresh);
    }
}

/// Holds on every machine and at every level of optimisation, or the arithmetic is not what the crate promises.
#[test]
fn the_result_is_the_same_bit_for_bit() {
    let faces = Picture::plain(500, 400).draw_face(120, 60, 300).faces();
    let [face] = faces.as_slice() else {
        panic!("{faces:?}")
    };
    let found: Vec<u32> = [face.x, face.y, face.width, face.height, face.score]
        .iter()
        .chain(face.landmarks.as_flattened())
        .map(|value| value.to_bits())
        .collect();
    let expected = [
        0x434a_b61f,
        0x42f0_3a67,
        0x430d_8c27,
        0x433e_9a33,
        0x3f67_2014, // 203, 120, 142x191, 0.903
        0x4373_16bb,
        0x433f_ca2b,
        0x4398_1a7e,
        0x433e_de92, // eyes
        0x4389_a187,
        0x4365_faf7, // nose
        0x4379_41e3,
        0x4380_775e,
        0x4396_c134,
        0x4381_a5eb, // mouth
    ];
    assert_eq!(found, expected, "{found:08x?}");
}
