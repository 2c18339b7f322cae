//! Tests the position of frames: it is the same for all stored orientations and in both lanes.
//! Borders are tested exhaustively on small sizes, and also for animations, drawings and dry runs.

use avatar_prepare::{
    Area, Avatar, Error, Fit, Focus, Frame, Framing, Gravity, Limits, Mask, Orientation, Padding,
    Preparer, Rect, Settings,
};

use crate::drawings::PDF;
use crate::geometry::stored;
use crate::support::{decode, finest, folder, jpeg, near, ppm, prepare, records, root, tiff};

/// Blocks of 8 × 8 pixels in very different colours, with a white border of one block.
fn blocks(width: u32, height: u32) -> impl Fn(u32, u32) -> [u8; 3] {
    move |x, y| {
        let is_border = x < 8 || y < 8 || x >= width - 8 || y >= height - 8;
        if is_border {
            return [255; 3];
        }
        let (column, row) = (x / 8, y / 8);
        [
            (column * 47 % 200) as u8,
            (row * 83 % 200) as u8,
            ((column + row) % 2 * 150) as u8,
        ]
    }
}

fn framings() -> Vec<Framing> {
    let plain = Framing::default;
    let pixels = Area::Pixels(Rect {
        x: 8,
        y: 16,
        width: 40,
        height: 16,
    });
    let sides = [Gravity::Left, Gravity::Right, Gravity::Top, Gravity::Bottom];
    let contain = plain()
        .with_fit(Fit::Contain)
        .with_padding(Padding::Rgb([0, 200, 0]));
    let mut all: Vec<Framing> = sides.map(|side| plain().with_gravity(&[side])).to_vec();
    all.extend([
        plain().with_focus(Some(Focus::new(20.0, 70.0).unwrap())),
        plain().with_area(Some(pixels)),
        plain()
            .with_area(Some(Area::percent(25.0, 0.0, 75.0, 50.0).unwrap()))
            .with_gravity(&[Gravity::Right]),
        plain().with_trim(true).with_gravity(&[Gravity::Left]),
        plain().with_gravity(&[Gravity::Subject]),
        contain
            .clone()
            .with_mask(Mask::Square)
            .with_margin(10.0)
            .unwrap(),
        contain.with_mask(Mask::Circle),
    ]);
    all
}

fn framed(framing: &Framing, bytes: &[u8]) -> Avatar {
    let settings = finest().with_framing(framing.clone());
    let mut preparer = Preparer::new(settings, Limits::default());
    preparer.prepare(bytes).unwrap()
}

/// Stores a picture so that turning it by `orientation` makes it upright.
fn turned(
    (width, height): (u32, u32),
    orientation: Orientation,
    upright: impl Fn(u32, u32) -> [u8; 3],
) -> ((u32, u32), impl Fn(u32, u32) -> [u8; 3]) {
    let exif: u16 = orientation.exif().into();
    let size = orientation.upright_size((width, height));
    let mut pixels = vec![[0; 3]; (width * height) as usize];
    for (x, y) in (0..width).flat_map(|x| (0..height).map(move |y| (x, y))) {
        let (column, row) = stored(exif, x, y, size.0, size.1);
        pixels[(row * size.0 + column) as usize] = upright(x, y);
    }
    (size, move |x, y| pixels[(y * size.0 + x) as usize])
}

fn with_orientation(jpeg: &[u8], orientation: Orientation) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation.exif(), 0, 0, 0, 0, 0, 0, 0]);
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

#[test]
fn frames_are_those_of_the_upright_picture_in_both_lanes() {
    for upright in [(72, 40), (40, 72), (48, 48)] {
        for framing in framings() {
            let mut first: [Option<Frame>; 2] = [None, None];
            for orientation in Orientation::ALL {
                let color = blocks(upright.0, upright.1);
                let (size, color) = turned(upright, orientation, color);
                let planes = jpeg(size.0 as u16, size.1 as u16, &color);
                let planes = framed(&framing, &with_orientation(&planes, orientation));
                let raster = tiff(size.0, size.1, orientation.exif().into(), &color);
                let raster = framed(&framing, &raster);
                let case = format!("{upright:?} {orientation:?} {framing:?}");
                for (avatar, first) in [&planes, &raster].into_iter().zip(&mut first) {
                    assert_eq!(avatar.orientation(), orientation);
                    let first = first.get_or_insert_with(|| avatar.frame().clone());
                    assert_eq!(avatar.frame(), first, "{case}");
                }
                // JPEG noise may move a detected border by one pixel.
                let (one, other) = (planes.frame().crop(), raster.frame().crop());
                assert!(one.x.abs_diff(other.x) <= 1, "{case} {one:?} {other:?}");
                assert!(one.y.abs_diff(other.y) <= 1, "{case} {one:?} {other:?}");
                if planes.frame() == raster.frame() {
                    look_alike(&planes, &raster, &case);
                }
            }
        }
    }
}

/// Checks that most pixels differ only by JPEG noise.
fn look_alike(one: &Avatar, other: &Avatar, case: &str) {
    let (one, other) = (decode(one.bytes()), decode(other.bytes()));
    let off = |a: &[u8; 3], b: &[u8; 3]| a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max();
    let pairs = one.pixels.iter().zip(&other.pixels);
    let far = pairs.filter(|(a, b)| off(a, b) > Some(60)).count();
    assert!(far * 20 <= one.pixels.len(), "{far} pixels differ: {case}");
}

#[test]
fn what_was_asked_for_is_what_the_square_shows() {
    let color = |x: u32, y: u32| [x as u8 * 3, y as u8 * 5, 40];
    for orientation in Orientation::ALL {
        let (size, stored) = turned((72, 40), orientation, color);
        let bytes = tiff(size.0, size.1, orientation.exif().into(), stored);
        for framing in framings() {
            let avatar = framed(&framing, &bytes);
            let (crop, placed) = (avatar.frame().crop(), avatar.frame().placed());
            if (crop.width, crop.height) != (placed.width, placed.height) {
                continue;
            }
            let square = decode(avatar.bytes());
            for (x, y) in [
                (2, 2),
                (crop.width - 3, 2),
                (crop.width / 2, crop.height - 3),
            ] {
                let found = square.at(placed.x + x, placed.y + y);
                near(found, color(crop.x + x, crop.y + y));
            }
        }
    }
}

#[test]
fn every_border_of_small_pictures_is_trimmed() {
    // Two alternating colours, so that no line is uniform.
    let content = |x: u32, y: u32| match (x + y) % 2 {
        0 => [200, 0, 0],
        _ => [0, 0, 200],
    };
    let sides = || (0..=3_u32).flat_map(|a| (0..=3_u32).map(move |b| (a, b)));
    for size in 2..=5 {
        for ((left, right), (top, bottom)) in
            sides().flat_map(|across| sides().map(move |down| (across, down)))
        {
            let (width, height) = (left + size + right, top + size + bottom);
            let bytes = ppm(width, height, |x, y| {
                let inside = (left..left + size).contains(&x) && (top..top + size).contains(&y);
                if inside { content(x, y) } else { [255; 3] }
            });
            let avatar = framed(&Framing::default().with_trim(true), &bytes);
            // At most 49 % of each side is trimmed.
            let most = |wanted: u32, whole: u32| wanted.min(whole * 49 / 100);
            let (x, y) = (most(left, width), most(top, height));
            let across = width - x - most(right, width);
            let down = height - y - most(bottom, height);
            let edge = across.min(down);
            let wanted = Rect {
                x: x + (across - edge) / 2,
                y: y + (down - edge) / 2,
                width: edge,
                height: edge,
            };
            let case = format!("{size} {left} {right} {top} {bottom}");
            assert_eq!(avatar.frame().crop(), wanted, "{case}");
        }
    }
}

#[test]
fn one_pixel_and_panoramas_are_framed_as_asked() {
    for framing in framings() {
        let framing = framing.with_area(None);
        for size in [(1, 1), (1, 2), (2, 1)] {
            let bytes = ppm(size.0, size.1, |_, _| [200, 30, 40]);
            let avatar = framed(&framing, &bytes);
            let crop = avatar.frame().crop();
            assert!(crop.x + crop.width <= size.0 && crop.y + crop.height <= size.1);
            assert!(avatar.edge() >= 1);
        }
    }
    let wide = jpeg(4000, 20, |x, _| [(x / 16) as u8, 0, 0]);
    for (gravity, x) in [
        (Gravity::Left, 0),
        (Gravity::Center, 1990),
        (Gravity::Right, 3980),
    ] {
        let avatar = framed(&Framing::default().with_gravity(&[gravity]), &wide);
        assert_eq!(avatar.frame().crop().x, x);
        let red = decode(avatar.bytes()).at(10, 10)[0];
        assert!(u32::from(red).abs_diff((x + 10) / 16) < 8, "{x}: {red}");
    }
}

#[test]
fn the_first_frame_of_an_animation_is_framed() {
    for name in ["animated.gif", "animated-webp.webp", "animated-png.png"] {
        let path = root().join("samples/pictures/animation").join(name);
        let bytes = std::fs::read(path).unwrap();
        let whole = framed(&Framing::default(), &bytes);
        let (width, height) = (whole.probe().width(), whole.probe().height());
        let edge = width.min(height);
        for (gravity, x, y) in [
            (Gravity::Left, 0, (height - edge) / 2),
            (Gravity::Bottom, (width - edge) / 2, height - edge),
        ] {
            let crop = framed(&Framing::default().with_gravity(&[gravity]), &bytes);
            let crop = crop.frame().crop();
            assert_eq!((crop.x, crop.y, crop.width), (x, y, edge), "{name}");
        }
        let contain = Framing::default().with_fit(Fit::Contain);
        let avatar = framed(
            &contain.with_mask(Mask::Square).with_margin(0.0).unwrap(),
            &bytes,
        );
        assert_eq!(decode(avatar.bytes()).edge, avatar.edge(), "{name}");
    }
}

#[test]
fn documents_are_drawn_at_their_place() {
    // The left half of 20 x 10 points is blue.
    for (gravity, wanted) in [(Gravity::Left, [0, 0, 255]), (Gravity::Right, [255; 3])] {
        let avatar = framed(&Framing::default().with_gravity(&[gravity]), PDF);
        assert_eq!(avatar.edge(), 640);
        let square = decode(avatar.bytes());
        near(square.at(10, 320), wanted);
        near(square.at(630, 320), wanted);
    }
    let right_of_it = Area::percent(50.0, 0.0, 50.0, 100.0).unwrap();
    let avatar = framed(&Framing::default().with_area(Some(right_of_it)), PDF);
    near(decode(avatar.bytes()).at(2, 320), [255; 3]);
    let contain = Framing::default()
        .with_fit(Fit::Contain)
        .with_mask(Mask::Square)
        .with_margin(0.0)
        .unwrap();
    let square = decode(framed(&contain, PDF).bytes());
    // The blue square is all the content: it fills the result, and no pixel of it was enlarged.
    near(square.at(4, 4), [0, 0, 255]);
    near(square.at(635, 635), [0, 0, 255]);
}

#[test]
fn a_dry_run_tells_the_frame_of_every_gravity_and_fit() {
    let photo = |x: u32, y: u32| {
        let mixed = x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663);
        [x * 2, y * 2, (mixed >> 9) % 80].map(|value| value as u8)
    };
    let sample = root().join("samples/pictures/photos/ada.jpg");
    let folder = folder(&[
        ("in/a.jpg", &jpeg(90, 60, photo)),
        ("in/b.ppm", &ppm(50, 80, blocks(50, 80))),
        ("in/c.jpg", &std::fs::read(sample).unwrap()),
        ("in/d.pdf", PDF),
    ]);
    let gravities = [
        "face",
        "subject",
        "center",
        "top",
        "bottom",
        "left",
        "right",
        "auto",
        "face,subject",
        "subject,left",
    ];
    let mut all: Vec<Vec<&str>> = gravities.map(|gravity| vec!["--gravity", gravity]).to_vec();
    all.extend([
        vec!["--focus", "20,80"],
        vec!["--crop", "10,10,60,70%"],
        vec!["--crop", "10,5,20,40"],
        vec!["--trim"],
        vec!["--fit", "contain"],
        vec!["--fit", "contain", "--mask", "square", "--margin", "0"],
        vec!["--fit", "auto", "--gravity", "auto"],
    ]);
    for arguments in all {
        let framings = |more: &[&str]| {
            let (code, all) = records(folder.path(), &[&arguments, more].concat());
            assert_eq!(code, 0, "{arguments:?} {all:#?}");
            let mut all: Vec<_> = all[..4]
                .iter()
                .map(|it| (it["source"].to_string(), it["framing"].clone()))
                .collect();
            all.sort_by(|a, b| a.0.cmp(&b.0));
            all
        };
        let planned = framings(&["--dry-run", "--force", "in", "out"]);
        let mut made = framings(&["--force", "in", "out"]);
        // The colour behind a transparent picture is only known from its pixels.
        for ((_, planned), (_, made)) in planned.iter().zip(&mut made) {
            if planned["padding"] == "background" {
                made["padding"] = "background".into();
            }
            assert_ne!(*made, serde_json::Value::Null);
        }
        assert_eq!(planned, made, "{arguments:?}");
    }
}

/// A whole picture is as large as its longer side allows, and never below the smallest edge.
#[test]
fn whole_pictures_keep_the_smallest_edge() {
    type Change = fn(Settings) -> Settings;
    /// Size and smallest edge; the edge that comes out, and where the picture lies in it.
    type Case = ((u32, u32), u32, Change, u32, Rect);
    let whole = |size: (u32, u32), min_edge: u32, change: Change| {
        let settings = finest()
            .with_framing(Framing::whole())
            .with_min_edge(min_edge);
        let bytes = ppm(size.0, size.1, |_, _| [200, 30, 40]);
        prepare(change(settings.unwrap()), &bytes)
    };
    let to_min: Change = |settings: Settings| settings.with_enlarge_to_min(true);
    let up_to_twice: Change = |settings: Settings| {
        let settings = settings.with_enlarge_to_min(true);
        settings.with_most_enlarged(2.0).unwrap()
    };
    let enlarged: Change = |settings: Settings| {
        let settings = settings.with_enlarge(true);
        settings.with_most_enlarged(2.0).unwrap()
    };
    let placed = |x, y, width, height| Rect {
        x,
        y,
        width,
        height,
    };
    let as_it_is: Change = |settings| settings;
    let cases: [Case; 7] = [
        ((50, 50), 100, to_min, 100, placed(0, 0, 100, 100)),
        ((50, 20), 100, up_to_twice, 100, placed(0, 30, 100, 40)),
        ((20, 50), 100, up_to_twice, 100, placed(30, 0, 40, 100)),
        ((150, 50), 100, to_min, 150, placed(0, 50, 150, 50)),
        ((1000, 100), 128, as_it_is, 640, placed(0, 288, 640, 64)),
        ((100, 1000), 128, as_it_is, 640, placed(288, 0, 64, 640)),
        ((400, 100), 128, enlarged, 640, placed(0, 240, 640, 160)),
    ];
    for (size, min_edge, change, edge, wanted) in cases {
        let avatar = whole(size, min_edge, change).unwrap();
        let found = (decode(avatar.bytes()).edge, avatar.frame().placed());
        assert_eq!(found, (edge, wanted), "{size:?}");
        let all = placed(0, 0, size.0, size.1);
        assert_eq!(avatar.frame().crop(), all, "{size:?}");
    }
    let refused = |size: (u32, u32), change: Change| match whole(size, 100, change) {
        Err(Error::TooSmall {
            found,
            allowed,
            enlarged_to,
        }) => (found, allowed, enlarged_to),
        other => panic!("{size:?}: {other:?}"),
    };
    assert_eq!(refused((99, 20), as_it_is), (99, 100, None));
    assert_eq!(refused((49, 49), up_to_twice), (49, 50, Some(100)));
    assert_eq!(refused((319, 200), enlarged), (319, 320, Some(640)));
}
