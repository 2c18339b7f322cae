//! Which part of a picture the square shows: fits, gravities, points, rectangles.

use avatar_prepare::{
    Area, Fit, Focus, Framing, Gravity, Limits, Mask, Orientation, Preparer, Reason, Rect,
    Settings, Source,
};

use crate::support::{decode, finest, folder, jpeg, near, png, ppm, records, root, run, tiff};

pub(crate) const RED: [u8; 3] = [200, 30, 40];
pub(crate) const WHITE: [u8; 3] = [255; 3];

/// A red bar on white, from `left` to `right` and from `top` to `bottom`.
pub(crate) fn bar([left, top, right, bottom]: [u32; 4]) -> impl Fn(u32, u32) -> [u8; 3] {
    move |x, y| {
        let is_red = (left..right).contains(&x) && (top..bottom).contains(&y);
        if is_red { RED } else { WHITE }
    }
}

/// A photograph as far as the rule can tell: shades and noise everywhere.
pub(crate) fn noise(x: u32, y: u32) -> [u8; 3] {
    let mixed = x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663);
    let grain = (mixed >> 7) % 40;
    [x % 200 + grain, y % 150 + grain, (x + y) % 180 + grain].map(|value| value as u8)
}

pub(crate) fn frame(framing: Framing, bytes: &[u8]) -> avatar_prepare::Avatar {
    let settings = finest().with_framing(framing);
    Preparer::new(settings, Limits::default())
        .prepare(bytes)
        .unwrap()
}

#[test]
fn sides_and_points_move_the_square() {
    let wide = ppm(40, 10, |x, _| [x as u8 * 6, 0, 0]);
    let tall = ppm(10, 40, |_, y| [0, y as u8 * 6, 0]);
    for (gravity, wide_x, tall_y, by) in [
        (Gravity::Left, 0, 15, Reason::Left),
        (Gravity::Right, 30, 15, Reason::Right),
        (Gravity::Top, 15, 0, Reason::Top),
        (Gravity::Bottom, 15, 30, Reason::Bottom),
        (Gravity::Center, 15, 15, Reason::Center),
    ] {
        let framing = Framing::default().with_gravity(&[gravity]);
        let avatar = frame(framing.clone(), &wide);
        assert_eq!(
            (avatar.frame().crop().x, avatar.frame().reason()),
            (wide_x, by)
        );
        let red = decode(avatar.bytes()).at(0, 5)[0];
        assert!(red.abs_diff(wide_x as u8 * 6) < 6, "{gravity:?}: {red}");
        assert_eq!(frame(framing, &tall).frame().crop().y, tall_y);
    }
    for (percent, x) in [(0.0, 0), (12.5, 0), (50.0, 15), (75.0, 25), (100.0, 30)] {
        let focus = Focus::new(percent, 0.0).unwrap();
        let avatar = frame(Framing::default().with_focus(Some(focus)), &wide);
        assert_eq!(
            (avatar.frame().crop().x, avatar.frame().reason()),
            (x, Reason::Focus)
        );
    }
}

#[test]
fn squares_lie_in_the_upright_picture_for_all_orientations() {
    for orientation in Orientation::ALL {
        for (width, height) in (1..=6).flat_map(|w| (1..=6).map(move |h| (w, h))) {
            let bytes = tiff(width, height, orientation.exif().into(), |x, y| {
                [x as u8 * 40, y as u8 * 40, 0]
            });
            let upright = orientation.upright_size((width, height));
            let area = Area::Pixels(Rect {
                x: upright.0 / 2,
                y: 0,
                width: 9,
                height: 2,
            });
            let framing = Framing::default()
                .with_area(Some(area))
                .with_gravity(&[Gravity::Right]);
            let avatar = frame(framing, &bytes);
            let crop = avatar.frame().crop();
            let (across, down) = (upright.0 - upright.0 / 2, upright.1.min(2));
            let edge = across.min(down);
            assert_eq!((crop.width, crop.height, avatar.edge()), (edge, edge, edge));
            let right = upright.0 / 2 + across - edge;
            assert_eq!(crop.x, right, "{orientation:?} {width} x {height}");
            // Its first pixel is the one at that place in the upright picture.
            let whole = frame(Framing::default().with_fit(Fit::Contain), &bytes);
            assert!(whole.frame().crop().width <= upright.0);
            let stored = orientation.stored_rect(
                Rect {
                    x: crop.x,
                    y: crop.y,
                    width: 1,
                    height: 1,
                },
                (width, height),
            );
            let found = decode(avatar.bytes()).at(0, 0);
            let wanted = [stored.x as u8 * 40, stored.y as u8 * 40, 0];
            let off = found.iter().zip(wanted).map(|(a, b)| a.abs_diff(b)).max();
            assert!(
                edge > 1 || off < Some(4),
                "{orientation:?} {found:?} {wanted:?}"
            );
        }
    }
}

#[test]
fn a_wide_logo_is_shown_whole_and_a_photograph_is_cut() {
    let logo = ppm(400, 100, bar([30, 40, 370, 60]));
    let auto = Framing::default().with_fit(Fit::Auto);
    let avatar = frame(auto.clone(), &logo);
    let shown = avatar.frame();
    assert_eq!(
        (shown.fit(), shown.reason()),
        (Fit::Contain, Reason::Border)
    );
    assert_eq!(shown.inside_mask(), Some(true));
    let square = decode(avatar.bytes());
    let edge = avatar.edge();
    // The bar's diagonal fits the circle less its margin: both ends are there.
    let radius = f64::from(edge) / 2.0;
    let mut reach = 0.0_f64;
    for (x, y) in (0..edge).flat_map(|x| (0..edge).map(move |y| (x, y))) {
        if square.at(x, y)[1] < 128 {
            let off = |value: u32| f64::from(value) + 0.5 - radius;
            reach = reach.max(off(x).hypot(off(y)));
        }
    }
    assert!(
        (0.88..=0.93).contains(&(reach / radius)),
        "{}",
        reach / radius
    );
    near(square.at(1, 1), WHITE);

    let photo = ppm(400, 100, noise);
    let avatar = frame(auto, &photo);
    assert_eq!(
        (avatar.frame().fit(), avatar.frame().reason()),
        (Fit::Cover, Reason::Center)
    );
}

/// Upright bars like letters, 8 pixels from the border: at quality 85 their ripples reach it.
fn letters(color: [u8; 3], ground: [u8; 3]) -> impl Fn(u32, u32) -> [u8; 3] {
    move |x, y| {
        let is_inside = (8..632).contains(&x) && (8..102).contains(&y);
        if is_inside && x / 17 % 2 == 0 {
            color
        } else {
            ground
        }
    }
}

#[test]
fn wide_logos_as_jpeg_are_shown_whole_and_a_lamp_at_night_is_cut() {
    let auto = Framing::default().with_fit(Fit::Auto);
    for (color, ground) in [
        ([180, 20, 20], WHITE),
        ([250, 250, 250], [12, 14, 30]),
        ([20, 40, 200], [240, 236, 220]),
    ] {
        let avatar = frame(auto.clone(), &jpeg(640, 110, letters(color, ground)));
        let reason = (avatar.frame().fit(), avatar.frame().reason());
        assert_eq!(
            reason,
            (Fit::Contain, Reason::Border),
            "{color:?} on {ground:?}"
        );
    }
    // Light that falls off from its middle.
    let lamp = |x: u32, y: u32| {
        let (across, down) = (f64::from(x) - 320.0, f64::from(y) - 100.0);
        let light = 255.0 * (1.0 - across.hypot(down) / 90.0).clamp(0.0, 1.0);
        [light as u8, (light * 0.9) as u8, (light * 0.7) as u8]
    };
    let avatar = frame(auto, &jpeg(640, 200, lamp));
    assert_eq!(avatar.frame().fit(), Fit::Cover);
}

#[test]
fn borders_are_trimmed_even_where_they_are_noisy() {
    let noisy = jpeg(200, 120, |x, y| {
        let grain = ((x * 31 + y * 17) % 3) as u8;
        if (60..140).contains(&x) && (20..100).contains(&y) {
            noise(x, y)
        } else {
            [250 - grain; 3]
        }
    });
    let avatar = frame(Framing::default().with_trim(true), &noisy);
    let crop = avatar.frame().crop();
    let is_near = |found: u32, wanted: u32| found.abs_diff(wanted) <= 8;
    assert!(is_near(crop.x, 60) && is_near(crop.y, 20), "{crop:?}");
    assert!(
        is_near(crop.width, 80) && is_near(crop.height, 80),
        "{crop:?}"
    );
    // A picture of one colour has no border.
    let plain = frame(Framing::default().with_trim(true), &ppm(50, 30, |_, _| RED));
    assert_eq!(plain.frame().crop().width, 30);
}

#[test]
fn small_content_is_decoded_at_full_resolution() {
    // 60 pixels of content in 3000: reduced on load they would be 13.
    let large = jpeg(3000, 3000, |x, y| {
        let inside = (1470..1530).contains(&x) && (1470..1530).contains(&y);
        if inside {
            [((x / 4 + y / 4) % 2) as u8 * 255; 3]
        } else {
            WHITE
        }
    });
    let framing = Framing::default()
        .with_fit(Fit::Contain)
        .with_mask(Mask::Square);
    let avatar = frame(framing, &large);
    assert!((60..80).contains(&avatar.edge()), "{}", avatar.edge());
    let square = decode(avatar.bytes());
    let dark = square.pixels.iter().filter(|pixel| pixel[0] < 60).count();
    let light = square.pixels.iter().filter(|pixel| pixel[0] > 200).count();
    assert!(dark > 1200 && light > 1200, "{dark} {light}");
}

#[test]
fn content_is_never_larger_than_its_pixels_unless_asked() {
    let logo = png(100, 40, |x, y| {
        [
            RED[0],
            RED[1],
            RED[2],
            if (10..90).contains(&x) && (10..30).contains(&y) {
                255
            } else {
                0
            },
        ]
    });
    let auto = Framing::default().with_fit(Fit::Auto);
    let small = frame(auto.clone(), &logo);
    assert!(small.edge() < 100 && small.frame().placed().width <= small.frame().crop().width + 1);
    let settings = finest().with_framing(auto.clone()).with_enlarge(true);
    let large = Preparer::new(settings, Limits::default())
        .prepare(&logo)
        .unwrap();
    assert_eq!(large.edge(), 640);
    let settings = finest().with_framing(auto).with_min_edge(300).unwrap();
    let held = Preparer::new(settings, Limits::default())
        .prepare(&logo)
        .unwrap();
    assert_eq!(held.edge(), 300);
    assert!(held.notes().contains(&avatar_prepare::Note::ContentSmall));
}

#[test]
fn drawings_are_drawn_at_their_scale_and_place() {
    let svg = br##"<svg xmlns="http://www.w3.org/2000/svg" width="24" height="6">
        <rect x="2" y="2" width="20" height="2" fill="#c81e28"/></svg>"##;
    let avatar = frame(Framing::default().with_fit(Fit::Auto), svg);
    assert_eq!(
        (avatar.frame().fit(), avatar.frame().reason()),
        (Fit::Contain, Reason::Vector)
    );
    assert_eq!(avatar.edge(), 640);
    let square = decode(avatar.bytes());
    let middle: Vec<bool> = (0..640).map(|x| square.at(x, 320)[1] < 128).collect();
    let (first, last) = (
        middle.iter().position(|dark| *dark),
        middle.iter().rposition(|dark| *dark),
    );
    let (first, last) = (first.unwrap(), last.unwrap());
    // The diagonal of 20 x 2 units in 92 % of the edge: 586 pixels across.
    assert!((580..=592).contains(&(last - first)), "{first}..{last}");
    // Sharp: two pixels from full colour to white.
    near(square.at(first as u32 - 3, 320), WHITE);
    near(square.at(first as u32 + 3, 320), RED);
    let right = Framing::default().with_gravity(&[Gravity::Right]);
    let avatar = frame(right, svg);
    assert_eq!(
        avatar.frame().crop(),
        Rect {
            x: 18,
            y: 0,
            width: 6,
            height: 6
        }
    );
}

#[test]
fn everything_is_framed_that_is_read() {
    // One pixel, a line, a panorama, gray, alpha without colour.
    let pictures = [
        ppm(1, 1, |_, _| RED),
        ppm(1, 500, noise),
        ppm(3000, 2, noise),
        b"P5 3 2 255 \x00\x7f\xff\x00\x7f\xff".to_vec(),
        png(40, 30, |_, _| [9, 9, 9, 0]),
    ];
    for bytes in &pictures {
        for fit in [Fit::Cover, Fit::Contain, Fit::Auto] {
            for mask in [Mask::Circle, Mask::Square] {
                for enlarge in [false, true] {
                    let framing = Framing::default()
                        .with_fit(fit)
                        .with_mask(mask)
                        .with_trim(true)
                        .with_gravity(&[Gravity::Face, Gravity::Subject]);
                    let settings = Settings::default()
                        .with_framing(framing)
                        .with_enlarge(enlarge);
                    let settings = settings.with_edge(64).unwrap();
                    let avatar = Preparer::new(settings, Limits::default())
                        .prepare(bytes)
                        .unwrap();
                    let placed = avatar.frame().placed();
                    assert_eq!(decode(avatar.bytes()).edge, avatar.edge());
                    assert!(placed.x + placed.width <= avatar.edge());
                    assert!(placed.y + placed.height <= avatar.edge());
                    assert!(!enlarge || avatar.edge() == 64);
                }
            }
        }
    }
}

#[test]
fn an_inspection_tells_the_frame_that_is_made() {
    for bytes in [ppm(400, 100, bar([30, 40, 370, 60])), jpeg(300, 200, noise)] {
        let framing = Framing::default()
            .with_fit(Fit::Auto)
            .with_gravity(&[Gravity::Subject]);
        let settings = Settings::default().with_framing(framing);
        let mut preparer = Preparer::new(settings, Limits::default());
        let told = preparer.inspect(&Source::Bytes(bytes.clone())).unwrap();
        let made = preparer.prepare(&bytes).unwrap();
        assert_eq!(told.frame, *made.frame());
    }
}

#[test]
fn flags_reach_the_record() {
    let logo = ppm(400, 100, bar([30, 40, 370, 60]));
    let folder = folder(&[("in/logo.ppm", &logo)]);
    let (code, made) = records(
        folder.path(),
        &["in", "out", "--fit", "auto", "--margin", "10"],
    );
    assert_eq!(code, 0);
    let framing = &made[0]["framing"];
    assert_eq!(
        (&framing["fit"], &framing["by"]),
        (&"contain".into(), &"border".into())
    );
    assert_eq!(framing["padding"], "#ffffff");
    let (_, planned) = records(
        folder.path(),
        &[
            "-n", "--force", "in", "out", "--fit", "auto", "--margin", "10",
        ],
    );
    assert_eq!(planned[0]["framing"], *framing);
    // Other framing remakes results, the same does not.
    let (_, again) = records(
        folder.path(),
        &["in", "out", "--fit", "auto", "--margin", "10"],
    );
    assert_eq!(again[0]["code"], "up_to_date");
    let (_, again) = records(folder.path(), &["in", "out", "--fit", "auto"]);
    assert_eq!(again[0]["status"], "ok");
    let (_, cut) = records(folder.path(), &["in", "out", "--gravity", "face"]);
    let notes = cut[0]["notes"].to_string();
    assert!(notes.contains("--fit auto shows it whole"), "{notes}");
}

#[test]
fn wrong_values_are_refused() {
    let folder = folder(&[("a.ppm", &ppm(4, 4, |_, _| RED))]);
    for (arguments, wanted) in [
        (["--focus", "50,101"], "--focus must be "),
        (["--focus", "50"], "must be X,Y in per cent"),
        (["--fit", "stretch"], "must be cover, contain or auto"),
        (["--gravity", "face,north"], "some of face"),
        (["--crop", "0,0,0,5"], "must be X,Y,W,H in pixels"),
        (["--crop", "50,0,60,10%"], "inside the picture"),
        (["--pad", "auto!"], "must be auto, blur, white"),
        (["--margin", "41"], "--margin must be "),
        (["--mask", "oval"], "must be circle or square"),
    ] {
        let said = run(
            folder.path(),
            &[&["a.ppm", "b.jpg"], &arguments[..]].concat(),
        );
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(
            said.stderr.contains(wanted),
            "{arguments:?}: {}",
            said.stderr
        );
    }
    let said = run(
        folder.path(),
        &["a.ppm", "b.jpg", "--crop", "9,9,4,4", "--json"],
    );
    assert_eq!(said.code, 1);
    assert!(said.stdout.contains("crop_outside"), "{}", said.stdout);
}

#[test]
fn samples_are_framed_without_a_fault() {
    let out = tempfile::tempdir().unwrap();
    let pictures = root().join("samples/pictures");
    let pictures = pictures.to_str().unwrap();
    let (_, plain) = records(out.path(), &[pictures, "plain", "--on-collision", "suffix"]);
    let arguments = [
        "framed",
        "--on-collision",
        "suffix",
        "--fit",
        "auto",
        "--gravity",
        "auto",
        "--trim",
    ];
    let (_, framed) = records(out.path(), &[&[pictures], &arguments[..]].concat());
    let outcome = |records: &[serde_json::Value]| {
        let mut all: Vec<String> = records
            .iter()
            .filter(|record| record["event"] == "file")
            .map(|record| {
                format!(
                    "{} {} {}",
                    record["source"], record["status"], record["code"]
                )
            })
            .collect();
        all.sort();
        all
    };
    assert_eq!(outcome(&plain), outcome(&framed));
}
