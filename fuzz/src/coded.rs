//! `avatar-jpeg`: any bytes decode or fail, and what the encoder makes decodes as a slow decoder says.

use avatar_jpeg::encode::{Effort, Encoder, FitOptions, Fitter, Picture, Sampling};
use avatar_jpeg::{Decoder, Limits, Planes, Rect, Request, Scratch};
use slow_jpeg::{parts, reference, transform};

use super::Choices;

/// Longest side of a picture that is made from an input.
const SIDE: u8 = 70;

/// Headers, decoding and resynchronisation, also of lossless pictures, in memory and from parts. Four bytes in front of a file choose crop and target.
pub fn decode(input: &[u8]) {
    let (choice, file) = if input.starts_with(&[0xFF, 0xD8]) {
        ([128, 64, 40, 0], input)
    } else if let Some((choice, file)) = input.split_first_chunk::<4>() {
        (*choice, file)
    } else {
        return;
    };
    let Ok(decoder) = Decoder::new(file) else {
        return;
    };
    let (width, height) = (decoder.header().width, decoder.header().height);
    let part = |share: u8, whole: u32| (u32::from(share) * whole / 256).min(whole - 1);
    let (x, y) = (part(choice[0], width), part(choice[1], height));
    let limits = Limits {
        memory: 64 << 20,
        ..Limits::default()
    };
    let whole = Rect::new(0, 0, width, height);
    if decoder.header().is_lossless() {
        let length = width as usize * decoder.header().components.len();
        let take = |row: &[u16]| assert_eq!(row.len(), length);
        let min_share = f32::from(choice[3]) / 255.0;
        let _ = decoder.lossless(y..height, min_share, take);
    }
    for crop in [whole, Rect::new(x, y, width - x, height - y)] {
        let target = 1 + u32::from(choice[2]) * 8;
        let min_share = f32::from(choice[3]) / 255.0;
        let request = Request {
            limits,
            min_share,
            ..Request::new(crop, (target, target))
        };
        if let Ok(planes) = parts::decode(file, &request) {
            check_planes(&planes);
        }
    }
}

fn check_planes(planes: &Planes) {
    for plane in &planes.planes {
        assert_eq!(plane.samples.len(), plane.width * plane.height);
        assert!(plane.crop.x + plane.crop.width <= plane.width as f64);
        assert!(plane.crop.y + plane.crop.height <= plane.height as f64);
    }
}

/// A small picture whose size, content and file the input chooses.
struct Made {
    width: u32,
    height: u32,
    samples: Vec<u8>,
    is_gray: bool,
    sampling: Sampling,
    effort: Effort,
    progressive: bool,
}

impl Made {
    fn of(choices: &mut Choices<'_>) -> Self {
        let width = u32::from(1 + choices.below(SIDE));
        let height = u32::from(1 + choices.below(SIDE));
        let flags = choices.next();
        let is_gray = flags & 1 == 1;
        let channels = if is_gray { 1 } else { 3 };
        let count = (width * height) as usize * channels;
        let content = choices.0;
        let samples = (0..count).map(|at| match content.len() {
            0 => (at * 7) as u8,
            length => content[at % length].wrapping_add((at / length) as u8),
        });
        Self {
            width,
            height,
            samples: samples.collect(),
            is_gray,
            sampling: [Sampling::Auto, Sampling::S444, Sampling::S420]
                [usize::from(flags >> 1 & 3) % 3],
            effort: [Effort::Fast, Effort::Balanced, Effort::Best][usize::from(flags >> 3 & 3) % 3],
            progressive: flags >> 5 & 1 == 1,
        }
    }

    fn picture(&self) -> Picture<'_> {
        let made = match self.is_gray {
            true => Picture::gray(self.width, self.height, &self.samples),
            false => Picture::from_rgb(self.width, self.height, &self.samples),
        };
        made.expect("a picture of a valid size")
    }
}

/// Whatever is encoded decodes to what the reference makes of it, at full size and reduced.
pub fn against_the_reference(input: &[u8]) {
    let mut choices = Choices(input);
    let (quality, target) = (1 + choices.below(100), u32::from(choices.next()));
    let made = Made::of(&mut choices);
    let encoder = Encoder::new().quality(quality).sampling(made.sampling);
    let encoder = encoder.effort(made.effort).progressive(made.progressive);
    let file = encoder.encode(&made.picture()).expect("it is encoded");
    let slow = reference::decode(&file).expect("the reference reads it");
    let decoder = Decoder::new(&file).expect("its own header is read");
    let whole = Rect::new(0, 0, made.width, made.height);
    for request in [
        Request::new(whole, (1, 1)).full(),
        Request::new(whole, (target + 1, target + 1)),
    ] {
        let planes = decoder.decode(&request, &mut Scratch::new());
        let planes = planes.expect("its own file decodes");
        assert!(!planes.damaged && planes.decoded_share >= 1.0);
        check_planes(&planes);
        compare(&planes, &slow);
    }
}

/// Every sample is within one of the exact value.
fn compare(planes: &Planes, slow: &reference::Picture) {
    for (plane, component) in planes.planes.iter().zip(&slow.components) {
        let (across, down) = (usize::from(plane.eighths.x), usize::from(plane.eighths.y));
        let (wide, high) = (plane.width / across, plane.height / down);
        for at in 0..wide * high {
            let (x, y) = (at % wide, at / wide);
            let exact = transform::reduced(&component.block(x, y), across, down);
            for (i, exact) in exact.into_iter().enumerate() {
                let place = (y * down + i / across) * plane.width + x * across + i % across;
                let sample = f64::from(plane.samples[place]);
                let exact = exact.clamp(0.0, 255.0);
                assert!((sample - exact).abs() <= 1.01, "{sample} is not {exact}");
            }
        }
    }
}

/// No file is over its cap, the reported numbers are right, and the file is sound.
pub fn under_the_cap(input: &[u8]) {
    let mut choices = Choices(input);
    let max_bytes = 64 * usize::from(choices.next()) + usize::from(choices.next());
    let (one, other) = (1 + choices.below(100), 1 + choices.below(100));
    let made = Made::of(&mut choices);
    let options = FitOptions {
        max_bytes,
        quality: one.min(other)..=one.max(other),
        sampling: made.sampling,
        effort: made.effort,
        progressive: made.progressive,
    };
    let Ok(fitted) = Fitter::new().fit(&made.picture(), &options) else {
        return;
    };
    assert!(fitted.bytes.len() <= max_bytes, "over the cap");
    assert_eq!(fitted.headroom, max_bytes - fitted.bytes.len());
    assert!(
        options.quality.contains(&fitted.quality),
        "{}",
        fitted.quality
    );
    assert!((1..=8).contains(&fitted.trials), "{} trials", fitted.trials);
    let decoder = Decoder::new(&fitted.bytes).expect("its own header is read");
    let header = decoder.header();
    assert_eq!((header.width, header.height), (made.width, made.height));
    let whole = Request::new(Rect::new(0, 0, made.width, made.height), (1, 1)).full();
    let planes = decoder.decode(&whole, &mut Scratch::new());
    assert!(!planes.expect("its own file decodes").damaged);
}
