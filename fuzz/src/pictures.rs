//! Any bytes through the whole preparer: a picture that keeps its promises, or an error.

use std::time::Duration;

use avatar_prepare::{
    Area, Avatar, Background, Code, Effort, Error, Fit, Focus, Framing, Gravity, Limits, Mask,
    Padding, Preparer, Settings,
};

use super::Choices;

/// Longer inputs find nothing that shorter ones do not.
const LONGEST: usize = 1 << 20;
/// Edge and cap of results.
const EDGE: u32 = 32;
const CAP: u64 = 3_000;

/// Small limits, so that inputs that ask for much end soon.
pub(super) fn limits() -> Limits {
    Limits {
        pixels: 1_000_000,
        decoded_bytes: 8_000_000,
        frames: 1_000,
        time: Duration::from_secs(20),
        ..Limits::default()
    }
}

pub(super) fn settings() -> Settings {
    let small = Settings::default()
        .with_edge(EDGE)
        .and_then(|it| it.with_max_bytes(CAP));
    small.expect("these are allowed").with_effort(Effort::Fast)
}

/// Prepares, and checks what holds of every outcome.
pub(super) fn outcome(input: &[u8], settings: &Settings) -> Option<Avatar> {
    let made = Preparer::new(settings.clone(), limits()).prepare(input);
    match made {
        Ok(avatar) => {
            check(&avatar);
            Some(avatar)
        }
        Err(error) => {
            refused(&error);
            None
        }
    }
}

fn refused(error: &Error) {
    assert!(error.code() != Code::Panicked, "{error}");
    assert!(!error.to_string().is_empty());
}

fn check(avatar: &Avatar) {
    let bytes = avatar.bytes();
    assert!(bytes.len() as u64 <= CAP, "{} bytes", bytes.len());
    assert_eq!(avatar.headroom(), CAP - bytes.len() as u64);
    assert!(bytes.starts_with(&[0xFF, 0xD8]) && bytes.ends_with(&[0xFF, 0xD9]));
    assert!((1..=EDGE).contains(&avatar.edge()), "{}", avatar.edge());
    let probe = avatar.probe();
    let stored = (probe.width(), probe.height());
    let (width, height) = avatar.orientation().upright_size(stored);
    let crop = avatar.frame().crop();
    assert!(crop.width > 0 && crop.height > 0, "{crop:?}");
    let right = u64::from(crop.x) + u64::from(crop.width);
    let bottom = u64::from(crop.y) + u64::from(crop.height);
    let is_inside = right <= width.into() && bottom <= height.into();
    assert!(is_inside, "{crop:?} of {width} x {height}");
    let placed = avatar.frame().placed();
    let edge = avatar.frame().edge();
    let is_placed = placed.x + placed.width <= edge && placed.y + placed.height <= edge;
    assert!(is_placed, "{placed:?} in {edge}");
}

/// A file of any format, with the default framing.
pub fn prepare(input: &[u8]) {
    if input.len() <= LONGEST {
        outcome(input, &settings());
    }
}

/// The frame is inside of the picture for every framing, and the same every time. Eight bytes in front of
/// a file choose the framing.
pub fn framed(input: &[u8]) {
    let Some((choice, file)) = input.split_first_chunk::<8>() else {
        return;
    };
    if file.len() > LONGEST / 8 {
        return;
    }
    let Some(settings) = framing(&mut Choices(choice)) else {
        return;
    };
    let first = outcome(file, &settings);
    let again = outcome(file, &settings);
    let bytes = |avatar: Option<Avatar>| avatar.map(Avatar::into_bytes);
    assert!(bytes(first) == bytes(again), "not the same again");
}

fn framing(choices: &mut Choices<'_>) -> Option<Settings> {
    let fit = [Fit::Cover, Fit::Contain, Fit::Auto][usize::from(choices.below(3))];
    let gravity = [
        &[Gravity::Center][..],
        &[Gravity::Face, Gravity::Center],
        &[Gravity::Top],
        &[Gravity::Subject, Gravity::Right],
    ][usize::from(choices.below(4))];
    let padding =
        [Padding::Auto, Padding::Blur, Padding::Rgb([9, 99, 199])][usize::from(choices.below(3))];
    let flags = choices.next();
    let mask = if flags & 1 == 1 {
        Mask::Square
    } else {
        Mask::Circle
    };
    let framing = Framing::default().with_fit(fit).with_gravity(gravity);
    let framing = framing
        .with_padding(padding)
        .with_mask(mask)
        .with_trim(flags & 2 == 2);
    let framing = framing.with_margin(f64::from(choices.below(41))).ok()?;
    let point = (f64::from(choices.below(101)), f64::from(choices.below(101)));
    let focus = (flags & 4 == 4)
        .then(|| Focus::new(point.0, point.1))
        .and_then(Result::ok);
    let corner = choices.next();
    let pixels = (u32::from(corner % 16), u32::from(corner / 16));
    let area = avatar_prepare::Rect {
        x: pixels.0,
        y: pixels.1,
        width: 5,
        height: 7,
    };
    let area = (flags & 8 == 8).then_some(Area::Pixels(area));
    let background = if flags & 16 == 16 {
        Background::Auto
    } else {
        Background::BLACK
    };
    let settings = settings().with_framing(framing.with_focus(focus).with_area(area));
    Some(
        settings
            .with_background(background)
            .with_enlarge(flags & 32 == 32),
    )
}

/// What a file says of itself.
pub fn examined(input: &[u8]) {
    if input.len() <= LONGEST {
        let _ = avatar_prepare::examine(input, &limits());
        let _ = avatar_prepare::exif_names_a_place(input);
    }
}
