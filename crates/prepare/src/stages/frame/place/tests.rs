//! The arithmetic of squares, exhaustively on small sizes.

use super::*;

fn regions() -> impl Iterator<Item = Rect> {
    let sides = || 1_u32..=8;
    sides().flat_map(move |width| {
        sides().flat_map(move |height| {
            [(0, 0), (3, 2)].map(|(x, y)| Rect {
                x,
                y,
                width,
                height,
            })
        })
    })
}

fn is_inside(inner: Rect, outer: Rect) -> bool {
    inner.width > 0
        && inner.height > 0
        && inner.x >= outer.x
        && inner.y >= outer.y
        && inner.x + inner.width <= outer.x + outer.width
        && inner.y + inner.height <= outer.y + outer.height
}

#[test]
fn every_square_lies_in_its_region_and_is_the_largest() {
    for region in regions() {
        let slide = Slide::of(region);
        let shorter = region.width.min(region.height);
        let middle = Point {
            x: f64::from(region.x) + f64::from(region.width) / 2.0,
            y: f64::from(region.y) + f64::from(region.height) / 2.0,
        };
        let sides = [Gravity::Left, Gravity::Right, Gravity::Top, Gravity::Bottom];
        let mut squares = vec![slide.centered(), slide.around(middle)];
        squares.extend(sides.iter().filter_map(|side| slide.aligned(*side)));
        assert_eq!(squares.len(), 6);
        for square in squares {
            assert!(is_inside(square, region), "{square:?} in {region:?}");
            assert_eq!((square.width, square.height), (shorter, shorter));
        }
        let centered = slide.centered();
        assert_eq!(centered.x - region.x, (region.width - shorter) / 2);
        assert_eq!(centered.y - region.y, (region.height - shorter) / 2);
        let right = slide.aligned(Gravity::Right).unwrap();
        assert!(region.width <= region.height || right.x + right.width == region.x + region.width);
        let top = slide.aligned(Gravity::Top).unwrap();
        assert!(region.height <= region.width || top.y == region.y);
    }
}

#[test]
fn a_focus_comes_as_near_to_the_middle_as_can_be() {
    for region in regions() {
        let slide = Slide::of(region);
        for x in 0..=(4 * region.width) {
            let focus = Point {
                x: f64::from(region.x) + f64::from(x) / 4.0,
                y: f64::from(region.y) + f64::from(x) / 4.0,
            };
            let off = |square: Rect| {
                let half = f64::from(square.width) / 2.0;
                if region.width > region.height {
                    (f64::from(square.x) + half - focus.x).abs()
                } else {
                    (f64::from(square.y) + half - focus.y).abs()
                }
            };
            let chosen = off(slide.around(focus));
            let best = (0..=slide.spare())
                .map(|at| off(slide.square(at)))
                .fold(f64::MAX, f64::min);
            assert!(chosen <= best + 1e-9, "{region:?} {focus:?}");
        }
    }
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
        let slide = Slide::of(region);
        for mask in [Mask::Circle, Mask::Square] {
            for (x, y, side) in boxes(width, height) {
                let face = Extent {
                    left: f64::from(5 + x),
                    top: f64::from(3 + y),
                    right: f64::from(5 + x + side),
                    bottom: f64::from(3 + y + side),
                };
                let holds = |square: Rect| holds(square, &face, mask);
                let chosen = slide.with_faces(&[face], mask).unwrap();
                let possible = (0..=slide.spare()).any(|at| holds(slide.square(at)));
                assert!(holds(chosen) || !possible, "{face:?} {mask:?} {chosen:?}");
                assert!(is_inside(chosen, region));
            }
        }
    }
}

fn boxes(width: u32, height: u32) -> Vec<(u32, u32, u32)> {
    let mut all = Vec::new();
    for side in [2, 5, 9, 16] {
        for x in (0..=width - side).step_by(3) {
            all.extend((0..=height - side).step_by(3).map(|y| (x, y, side)));
        }
    }
    all
}

/// Whether the ellipse in a box lies in the mask of a square.
fn holds(square: Rect, face: &Extent, mask: Mask) -> bool {
    let half = f64::from(square.width) / 2.0;
    let x = face.center().x - f64::from(square.x) - half;
    let y = face.center().y - f64::from(square.y) - half;
    let (a, b) = (face.width() / 2.0, face.height() / 2.0);
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
fn contained_content_keeps_to_the_mask_on_all_small_sizes() {
    for (width, height) in (1..=6).flat_map(|w| (1..=6).map(move |h| (w, h))) {
        let region = Rect {
            x: 2,
            y: 1,
            width,
            height,
        };
        for content in contents(region) {
            for mask in [Mask::Circle, Mask::Square] {
                for (edge, most, min_edge) in [(8, 1.0, 1), (64, 1.0, 16), (64, 1e9, 1)] {
                    let room = Room {
                        edge,
                        min_edge,
                        margin: 0.04,
                        mask,
                        most,
                    };
                    let contained = contain(region, &content, &room);
                    check(region, &content, &room, &contained);
                }
            }
        }
    }
}

fn contents(region: Rect) -> Vec<Content> {
    let mut all = Vec::new();
    for (left, right) in spans(region.width) {
        for (top, bottom) in spans(region.height) {
            let whole = Content::whole(f64::from(right - left), f64::from(bottom - top));
            let to = (f64::from(region.x + left), f64::from(region.y + top));
            all.push(whole.scaled((1.0, 1.0), to));
        }
    }
    all
}

fn spans(length: u32) -> impl Iterator<Item = (u32, u32)> {
    (0..length).flat_map(move |start| (start + 1..=length).map(move |end| (start, end)))
}

fn check(region: Rect, content: &Content, room: &Room, contained: &Contained) {
    let Contained {
        edge,
        crop,
        placed,
        scale,
        is_small,
    } = *contained;
    let case = format!("{region:?} {content:?} {room:?} {contained:?}");
    assert!(edge >= 1 && edge <= room.edge, "{case}");
    assert!(edge >= room.min_edge, "{case}");
    assert!(is_inside(crop, region), "{case}");
    let square = Rect {
        x: 0,
        y: 0,
        width: edge,
        height: edge,
    };
    assert!(is_inside(placed, square), "{case}");
    assert!(scale <= room.most + 1e-9, "{case}");
    // The content is shown, and in the mask: half a pixel of rounding on each side.
    let slack = 1.0 + 0.5 / scale;
    assert!(content.extent.left >= f64::from(crop.x) - slack, "{case}");
    assert!(
        content.extent.right <= f64::from(crop.x + crop.width) + slack,
        "{case}"
    );
    let (middle, size) = match room.mask {
        Mask::Circle => (content.circle.center, 2.0 * content.circle.radius),
        Mask::Square => {
            let extent = content.extent;
            (extent.center(), extent.width().max(extent.height()))
        }
    };
    let free = f64::from(edge) * (1.0 - 2.0 * room.margin);
    assert!(size * scale <= free + 1e-6, "{case}");
    assert!(is_small || size * scale >= free - 2.0 - scale, "{case}");
    let at = |place: f64, crop: (u32, u32), placed: (u32, u32)| {
        f64::from(placed.0) + (place - f64::from(crop.0)) * f64::from(placed.1) / f64::from(crop.1)
    };
    let x = at(middle.x, (crop.x, crop.width), (placed.x, placed.width));
    let y = at(middle.y, (crop.y, crop.height), (placed.y, placed.height));
    let half = f64::from(edge) / 2.0;
    let off = 1.0 + scale;
    assert!(
        (x - half).abs() <= off && (y - half).abs() <= off,
        "{x} {y} {case}"
    );
}
