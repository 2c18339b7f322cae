//! Where squares lie, exhaustively on small sizes: cut from a part of a picture, around faces, and
//! around content.

use avatar_prepare::{
    Area, Fit, Focus, Frame, Framing, Gravity, Inspection, Limits, Mask, Note, Preparer, Rect,
    Settings, Source,
};

use crate::support::{jpeg, png, ppm};

/// Left upper corner of the part that is used.
const CORNER: (u32, u32) = (3, 2);

fn regions(sides: u32) -> impl Iterator<Item = Rect> {
    let sides = move || 1..=sides;
    sides().flat_map(move |width| {
        sides().flat_map(move |height| {
            [(0, 0), CORNER].map(|(x, y)| Rect {
                x,
                y,
                width,
                height,
            })
        })
    })
}

/// A framing that uses only a part of the picture.
fn of_part(region: Rect) -> Framing {
    Framing::default().with_area(Some(Area::Pixels(region)))
}

fn inspect(settings: Settings, bytes: &[u8]) -> Inspection {
    let source = Source::Bytes(bytes.to_vec());
    let mut preparer = Preparer::new(settings, Limits::default());
    preparer.inspect(&source).unwrap()
}

fn framed(framing: Framing, bytes: &[u8]) -> Frame {
    inspect(Settings::default().with_framing(framing), bytes).frame
}

fn is_inside(inner: Rect, outer: Rect) -> bool {
    inner.width > 0
        && inner.height > 0
        && inner.x >= outer.x
        && inner.y >= outer.y
        && inner.x + inner.width <= outer.x + outer.width
        && inner.y + inner.height <= outer.y + outer.height
}

/// All squares of a region, moved along its longer side.
fn squares(region: Rect) -> impl Iterator<Item = Rect> {
    let edge = region.width.min(region.height);
    let spare = region.width.max(region.height) - edge;
    (0..=spare).map(move |at| {
        let is_wide = region.width > region.height;
        Rect {
            x: region.x + if is_wide { at } else { 0 },
            y: region.y + if is_wide { 0 } else { at },
            width: edge,
            height: edge,
        }
    })
}

#[test]
fn every_square_lies_in_its_region_and_is_the_largest() {
    for region in regions(8) {
        let (width, height) = (region.x + region.width, region.y + region.height);
        let bytes = ppm(width, height, |_, _| [9; 3]);
        let shorter = region.width.min(region.height);
        let crop = |gravity| framed(of_part(region).with_gravity(&[gravity]), &bytes).crop();
        for gravity in [
            Gravity::Left,
            Gravity::Right,
            Gravity::Top,
            Gravity::Bottom,
            Gravity::Center,
        ] {
            let square = crop(gravity);
            assert!(is_inside(square, region), "{square:?} in {region:?}");
            assert_eq!((square.width, square.height), (shorter, shorter));
        }
        let centered = crop(Gravity::Center);
        assert_eq!(centered.x - region.x, (region.width - shorter) / 2);
        assert_eq!(centered.y - region.y, (region.height - shorter) / 2);
        let right = crop(Gravity::Right);
        assert!(region.width <= region.height || right.x + right.width == width);
        let top = crop(Gravity::Top);
        assert!(region.height <= region.width || top.y == region.y);
    }
}

#[test]
fn a_focus_comes_as_near_to_the_middle_as_can_be() {
    for region in regions(8) {
        let (width, height) = (region.x + region.width, region.y + region.height);
        let bytes = ppm(width, height, |_, _| [9; 3]);
        for step in 0..=20 {
            let focus = Focus::new(f64::from(step) * 5.0, f64::from(step) * 5.0).unwrap();
            let x = focus.x() / 100.0 * f64::from(width);
            let y = focus.y() / 100.0 * f64::from(height);
            let off = |square: Rect| {
                let half = f64::from(square.width) / 2.0;
                if region.width > region.height {
                    (f64::from(square.x) + half - x).abs()
                } else {
                    (f64::from(square.y) + half - y).abs()
                }
            };
            let square = framed(of_part(region).with_focus(Some(focus)), &bytes).crop();
            assert!(is_inside(square, region), "{square:?} in {region:?}");
            let best = squares(region).map(off).fold(f64::MAX, f64::min);
            assert!(off(square) <= best + 1e-9, "{region:?} {step} {square:?}");
        }
    }
}

/// Left, top, right and bottom.
type Extent = [f64; 4];

/// Puts the region of a face into the metadata of a JPEG of this size.
fn with_face(jpeg: &[u8], size: (u32, u32), [left, top, right, bottom]: Extent) -> Vec<u8> {
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    let xmp = format!(
        "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><mwg-rs:Regions><mwg-rs:RegionList><rdf:Bag>\
         <rdf:li mwg-rs:Type=\"Face\"><mwg-rs:Area stArea:x=\"{}\" stArea:y=\"{}\" stArea:w=\"{}\" \
         stArea:h=\"{}\" stArea:unit=\"normalized\"/></rdf:li></rdf:Bag></mwg-rs:RegionList>\
         </mwg-rs:Regions></x:xmpmeta>",
        (left + right) / 2.0 / width,
        (top + bottom) / 2.0 / height,
        (right - left) / width,
        (bottom - top) / height,
    );
    let length = (xmp.len() as u16 + 2).to_be_bytes();
    [
        &jpeg[..2],
        &[0xff, 0xe1],
        &length,
        xmp.as_bytes(),
        &jpeg[2..],
    ]
    .concat()
}

/// Whether the ellipse in a box lies in the mask of a square, with less than a hundredth of a pixel
/// outside.
fn holds(square: Rect, [left, top, right, bottom]: Extent, mask: Mask) -> bool {
    let half = f64::from(square.width) / 2.0;
    let x = (left + right) / 2.0 - f64::from(square.x) - half;
    let y = (top + bottom) / 2.0 - f64::from(square.y) - half;
    let (a, b) = ((right - left) / 2.0, (bottom - top) / 2.0);
    if mask == Mask::Square {
        return x.abs() + a <= half && y.abs() + b <= half;
    }
    (0..64).all(|step| {
        let angle = f64::from(step) * std::f64::consts::TAU / 64.0;
        let (x, y) = (x + a * angle.cos(), y + b * angle.sin());
        x.hypot(y) <= half
    })
}

#[test]
fn faces_are_in_the_mask_wherever_any_square_has_them_there() {
    for (width, height) in [(40, 24), (24, 40), (30, 30)] {
        let region = Rect {
            x: 5,
            y: 3,
            width,
            height,
        };
        let size = (5 + width, 3 + height);
        let plain = jpeg(size.0 as u16, size.1 as u16, |x, y| [x as u8, y as u8, 90]);
        for (x, y, side) in boxes(width, height) {
            let face = [5 + x, 3 + y, 5 + x + side, 3 + y + side].map(f64::from);
            let bytes = with_face(&plain, size, face);
            for mask in [Mask::Circle, Mask::Square] {
                let framing = of_part(region)
                    .with_gravity(&[Gravity::Face])
                    .with_mask(mask);
                let frame = framed(framing, &bytes);
                assert_eq!(frame.faces().len(), 1);
                let chosen = frame.crop();
                let is_possible = squares(region).any(|square| holds(square, face, mask));
                let case = format!("{face:?} {mask:?} {chosen:?}");
                assert!(holds(chosen, face, mask) || !is_possible, "{case}");
                assert!(is_inside(chosen, region), "{case}");
            }
        }
    }
}

/// Left, top and side of boxes all over a region, none of which touches its end exactly, where the
/// digits of the metadata would decide.
fn boxes(width: u32, height: u32) -> Vec<(u32, u32, u32)> {
    let mut all = Vec::new();
    for side in [2, 5, 9, 16] {
        for x in (0..=width - side).step_by(3) {
            all.extend((0..=height - side).step_by(3).map(|y| (x, y, side)));
        }
    }
    all
}

/// A settings' edge, smallest edge, and whether content is enlarged.
type Room = (u32, u32, bool);

#[test]
fn contained_content_keeps_to_the_mask_on_all_small_sizes() {
    for region in regions(4) {
        let (width, height) = (region.x + region.width, region.y + region.height);
        for content in contents(region) {
            let [left, top, right, bottom] = content;
            let is_set = |x, y| (left..right).contains(&x) && (top..bottom).contains(&y);
            let bytes = png(width, height, |x, y| {
                [200, 30, 40, if is_set(x, y) { 255 } else { 0 }]
            });
            for mask in [Mask::Circle, Mask::Square] {
                for room in [(8, 1, false), (64, 16, false), (64, 1, true)] {
                    let framing = of_part(region).with_fit(Fit::Contain).with_mask(mask);
                    let settings = Settings::default().with_framing(framing);
                    let settings = settings.with_edge(room.0).unwrap();
                    let settings = settings.with_min_edge(room.1).unwrap().with_enlarge(room.2);
                    let inspection = inspect(settings, &bytes);
                    check(region, content.map(f64::from), mask, room, &inspection);
                }
            }
        }
    }
}

/// The boxes of content in a region, except lone pixels, which count as dirt where there is room.
fn contents(region: Rect) -> Vec<[u32; 4]> {
    let spans = |start: u32, length: u32| {
        (0..length).flat_map(move |a| (a + 1..=length).map(move |b| (start + a, start + b)))
    };
    let mut all = Vec::new();
    for (left, right) in spans(region.x, region.width) {
        for (top, bottom) in spans(region.y, region.height) {
            let is_lone = (right - left, bottom - top) == (1, 1);
            if !is_lone || region.width.min(region.height) < 3 {
                all.push([left, top, right, bottom]);
            }
        }
    }
    all
}

fn check(region: Rect, content: Extent, mask: Mask, room: Room, inspection: &Inspection) {
    let [left, top, right, bottom] = content;
    let (most_edge, min_edge, is_enlarged) = room;
    let frame = &inspection.frame;
    let (edge, crop, placed) = (frame.edge(), frame.crop(), frame.placed());
    let case = format!("{region:?} {content:?} {mask:?} {room:?} {frame:?}");
    assert!(edge >= min_edge && edge <= most_edge, "{case}");
    assert!(is_inside(crop, region), "{case}");
    let square = Rect {
        x: 0,
        y: 0,
        width: edge,
        height: edge,
    };
    assert!(is_inside(placed, square), "{case}");
    let size = match mask {
        Mask::Circle => (right - left).hypot(bottom - top),
        Mask::Square => (right - left).max(bottom - top),
    };
    let free = f64::from(edge) * 0.92;
    let scale = match is_enlarged {
        true => free / size,
        false => (free / size).min(1.0),
    };
    // The content is shown: half a pixel of rounding on each side.
    let slack = 1.0 + 0.5 / scale;
    assert!(left >= f64::from(crop.x) - slack, "{case}");
    assert!(right <= f64::from(crop.x + crop.width) + slack, "{case}");
    assert!(top >= f64::from(crop.y) - slack, "{case}");
    assert!(bottom <= f64::from(crop.y + crop.height) + slack, "{case}");
    // It fills the mask, or a note says that it is small.
    let is_small = inspection.notes.contains(&Note::ContentSmall);
    assert!(is_small || size * scale >= free - 2.0 - scale, "{case}");
    // Its middle is in the middle, at that scale.
    let at = |place: f64, crop: (u32, u32), placed: (u32, u32)| {
        f64::from(placed.0) + (place - f64::from(crop.0)) * f64::from(placed.1) / f64::from(crop.1)
    };
    let x = at(
        (left + right) / 2.0,
        (crop.x, crop.width),
        (placed.x, placed.width),
    );
    let y = at(
        (top + bottom) / 2.0,
        (crop.y, crop.height),
        (placed.y, placed.height),
    );
    let (half, off) = (f64::from(edge) / 2.0, 1.0 + scale);
    assert!(
        (x - half).abs() <= off && (y - half).abs() <= off,
        "{x} {y} {case}"
    );
}

/// Side of a cell of the masks of three by three, in pixels.
const CELL: u32 = 24;

#[test]
fn the_circle_is_the_smallest_one_for_every_mask_of_three_by_three() {
    let edge = 120;
    let settings = Settings::default().with_edge(edge).unwrap();
    let framing = Framing::default().with_fit(Fit::Contain);
    let settings = settings.with_framing(framing).with_enlarge(true);
    for bits in 1_u32..511 {
        let is_set = |x: u32, y: u32| bits >> (y / CELL * 3 + x / CELL) & 1 == 1;
        // A lone pixel in an empty corner is dirt.
        let is_dirt = |x: u32, y: u32| (x, y) == (0, 0);
        let side = 3 * CELL;
        let bytes = png(side, side, |x, y| {
            let is_opaque = is_set(x, y) || is_dirt(x, y);
            [200, 30, 40, if is_opaque { 255 } else { 0 }]
        });
        let cells = (0..9).filter(|at| bits >> at & 1 == 1);
        let mut corners: Vec<(u32, u32)> = cells
            .flat_map(|at| [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(x, y)| (at % 3 + x, at / 3 + y)))
            .map(|(x, y)| (x * CELL, y * CELL))
            .collect();
        corners.sort_unstable();
        corners.dedup();
        let ((x, y), radius) = smallest_circle(&corners);
        let frame = inspect(settings.clone(), &bytes).frame;
        assert_eq!(frame.edge(), edge);
        let scale = f64::from(edge) * 0.92 / (2.0 * radius);
        let wanted = |place: u32, center: f64| 60.0 + (f64::from(place) - center) * scale;
        let (crop, placed) = (frame.crop(), frame.placed());
        for (found, wanted) in [
            (placed.x, wanted(crop.x, x)),
            (placed.x + placed.width, wanted(crop.x + crop.width, x)),
            (placed.y, wanted(crop.y, y)),
            (placed.y + placed.height, wanted(crop.y + crop.height, y)),
        ] {
            // A cut pixel at the edge of the square counts as shown.
            let off = (f64::from(found) - wanted).abs();
            assert!(off <= scale + 0.51, "{bits:b}: {found} {wanted} {frame:?}");
        }
    }
}

/// The centre and radius of the smallest circle around points. Two or three points on it determine
/// it, so it is found by trying all.
fn smallest_circle(points: &[(u32, u32)]) -> ((f64, f64), f64) {
    let points: Vec<(f64, f64)> = points
        .iter()
        .map(|&(x, y)| (f64::from(x), f64::from(y)))
        .collect();
    let mut best = ((0.0, 0.0), f64::INFINITY);
    let mut offer = |(x, y): (f64, f64)| {
        let reach = |&(a, b): &(f64, f64)| (a - x).hypot(b - y);
        let radius = points.iter().map(reach).fold(0.0, f64::max);
        if radius < best.1 {
            best = ((x, y), radius);
        }
    };
    for (i, &(ax, ay)) in points.iter().enumerate() {
        for (j, &(bx, by)) in points.iter().enumerate().take(i) {
            offer(((ax + bx) / 2.0, (ay + by) / 2.0));
            for &(cx, cy) in &points[..j] {
                // The centre has the same distance from all three.
                let area = 2.0 * ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
                if area.abs() > 1e-9 {
                    let b = (bx - ax).powi(2) + (by - ay).powi(2);
                    let c = (cx - ax).powi(2) + (cy - ay).powi(2);
                    let x = ax + ((cy - ay) * b - (by - ay) * c) / area;
                    let y = ay + ((bx - ax) * c - (cx - ax) * b) / area;
                    offer((x, y));
                }
            }
        }
    }
    best
}
