//! What is around a picture that does not fill the square.

use avatar_prepare::{Filling, Fit, Framing, Padding};

use crate::framing::{RED, WHITE, bar, frame, noise};
use crate::support::{decode, near, png, ppm};

#[test]
fn padding_follows_the_picture() {
    let contain = Framing::default().with_fit(Fit::Contain);
    let corner = |framing: Framing, bytes: &[u8]| decode(frame(framing, bytes).bytes()).at(0, 0);
    let green = [20, 160, 60];
    let logo = ppm(300, 60, |x, y| {
        if bar([20, 20, 280, 40])(x, y) == RED {
            RED
        } else {
            green
        }
    });
    near(corner(contain.clone(), &logo), green);
    let blue = [10, 20, 230];
    near(
        corner(contain.clone().with_padding(Padding::Rgb(blue)), &logo),
        blue,
    );
    // Transparent pictures: the background shows.
    let cut_out = png(300, 60, |x, y| {
        let [r, g, b] = bar([20, 20, 280, 40])(x, y);
        [r, g, b, if [r, g, b] == RED { 255 } else { 0 }]
    });
    let avatar = frame(contain.clone(), &cut_out);
    assert_eq!(avatar.background(), Some(WHITE));
    near(decode(avatar.bytes()).at(0, 0), WHITE);
    // A picture whose border has no one colour is continued blurred: neither black nor white.
    let photo = ppm(300, 60, noise);
    let [r, g, b] = corner(contain, &photo);
    assert!(
        [r, g, b].iter().all(|value| (10..240).contains(value)),
        "{r} {g} {b}"
    );
}

#[test]
fn a_gradient_is_continued_without_seams() {
    let ground = |x: u32, y: u32| [40 + x / 4, 60 + y / 2, 200 - x / 8].map(|value| value as u8);
    let logo = ppm(400, 200, |x, y| match bar([40, 60, 360, 140])(x, y) {
        RED => RED,
        _ => ground(x, y),
    });
    let avatar = frame(Framing::default().with_fit(Fit::Auto), &logo);
    let frame = avatar.frame();
    let padded = (frame.fit(), frame.filling());
    assert_eq!(padded, (Fit::Contain, Some(Filling::Gradient)));
    let (crop, placed, edge) = (frame.crop(), frame.placed(), frame.edge());
    assert!(placed.y > 20, "{placed:?}");
    let square = decode(avatar.bytes());
    for x in [placed.x, edge / 2, placed.x + placed.width - 1] {
        let from = crop.x + (x - placed.x) * crop.width / placed.width;
        for y in [0, placed.y - 1, placed.y] {
            near(square.at(x, y), ground(from, crop.y));
        }
        let last = crop.y + crop.height - 1;
        for y in [
            placed.y + placed.height - 1,
            placed.y + placed.height,
            edge - 1,
        ] {
            near(square.at(x, y), ground(from, last));
        }
    }
}

#[test]
fn a_noisy_vignette_is_continued_too() {
    // Brightest in the middle, and 60 levels darker in the corners; the noise is gone in the look only.
    let ground = |x: u32, y: u32| {
        let (across, down) = (f64::from(x) / 320.0 - 1.0, f64::from(y) / 160.0 - 1.0);
        150.0 - 30.0 * (across * across + down * down)
    };
    let grain = |x: u32, y: u32| f64::from(noise(x, y)[0] % 7) - 3.0;
    let logo = ppm(640, 320, |x, y| match bar([64, 96, 576, 224])(x, y) {
        RED => RED,
        _ => [(ground(x, y) + grain(x, y)).round() as u8; 3],
    });
    let avatar = frame(Framing::default().with_fit(Fit::Auto), &logo);
    let (placed, edge) = (avatar.frame().placed(), avatar.frame().edge());
    assert_eq!(avatar.frame().filling(), Some(Filling::Gradient));
    let square = decode(avatar.bytes());
    for x in [4, edge / 4, edge / 2, edge - 5] {
        let within = |y: u32| f64::from(square.at(x, y)[0]);
        let inside = (1..9).map(|y| within(placed.y + y)).sum::<f64>() / 8.0;
        let outside = within(placed.y - 2);
        assert!((inside - outside).abs() < 3.0, "{x}: {inside}, {outside}");
    }
}
