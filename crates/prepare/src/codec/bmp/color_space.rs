//! The colours that a bitmap states in its header (Windows, `BITMAPV4HEADER` and `BITMAPV5HEADER`).

use crate::codec::bytes::{i32_le, u32_le};
use crate::color::{Chromaticities, Color};

/// Sizes of the headers with a colour space, and with a profile too.
const WITH_SPACE: u32 = 108;
const WITH_PROFILE: u32 = 124;
/// Values of the colour space: numbers in the header, a profile in the file, one in another file.
const CALIBRATED: u32 = 0;
const EMBEDDED: u32 = u32::from_be_bytes(*b"MBED");
const LINKED: u32 = u32::from_be_bytes(*b"LINK");
/// Places in the header: colour space, its endpoints and gammas, place and length of the profile.
const SPACE: usize = 56;
const ENDPOINTS: usize = 60;
const GAMMAS: usize = 96;
const PROFILE: usize = 112;
const D65: [f64; 2] = [0.3127, 0.3290];

/// The colours of a bitmap that starts with its header. A profile that is missing or in another
/// file becomes an empty one, which is noted.
pub(in crate::codec) fn color(bitmap: &[u8]) -> Color {
    let size = u32_le(bitmap, 0).unwrap_or(0);
    let is_long = |least| size >= least && size <= 256;
    match u32_le(bitmap, SPACE) {
        Some(CALIBRATED) if is_long(WITH_SPACE) => calibrated(bitmap).unwrap_or_default(),
        Some(EMBEDDED) if is_long(WITH_PROFILE) => {
            Color::of_profile(profile(bitmap).unwrap_or_default())
        }
        Some(LINKED) if is_long(WITH_PROFILE) => Color::Icc(Vec::new()),
        _ => Color::Unspecified,
    }
}

fn profile(bitmap: &[u8]) -> Option<&[u8]> {
    let start = u32_le(bitmap, PROFILE)? as usize;
    let length = u32_le(bitmap, PROFILE + 4)? as usize;
    bitmap.get(start..)?.get(..length)
}

/// Gamma and primaries. Many programs leave these fields zero: `None`. Three different gammas are
/// not supported, which becomes an empty profile.
fn calibrated(bitmap: &[u8]) -> Option<Color> {
    let fixed = |at: usize| Some(f64::from(u32_le(bitmap, at)?) / 65_536.0);
    let gammas = [fixed(GAMMAS)?, fixed(GAMMAS + 4)?, fixed(GAMMAS + 8)?];
    if gammas.contains(&0.0) {
        return None;
    }
    let [red, green, blue] = gammas;
    if (red - green).abs() > 0.01 || (green - blue).abs() > 0.01 {
        return Some(Color::Icc(Vec::new()));
    }
    Some(Color::Gamma {
        // Some programs write the exponent of encoding, which is below 1.
        exponent: if green > 1.0 { 1.0 / green } else { green },
        chromaticities: endpoints(bitmap),
    })
}

/// The primaries. They are stored as CIEXYZ; programs that write chromaticities instead, whose sum
/// is 1, do not say what white is, which is D65 then.
fn endpoints(bitmap: &[u8]) -> Option<Chromaticities> {
    let unit = f64::from(1 << 30);
    let part = |at: usize| Some(f64::from(i32_le(bitmap, ENDPOINTS + 4 * at)?) / unit);
    let mut points = [[0.0; 3]; 3];
    for (at, value) in points.as_flattened_mut().iter_mut().enumerate() {
        *value = part(at)?;
    }
    let sum = |point: &[f64; 3]| point.iter().sum::<f64>();
    if points.iter().any(|point| sum(point) <= 0.0) {
        return None;
    }
    let place = |point: &[f64; 3]| [point[0] / sum(point), point[1] / sum(point)];
    let [red, green, blue] = &points;
    let all = [0, 1, 2].map(|at| red[at] + green[at] + blue[at]);
    let are_chromaticities = points.iter().all(|point| (sum(point) - 1.0).abs() < 0.01);
    Some(Chromaticities {
        red: place(red),
        green: place(green),
        blue: place(blue),
        white: if are_chromaticities { D65 } else { place(&all) },
    })
}
