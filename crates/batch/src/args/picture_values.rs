//! Reads the values of flags about pictures and limits: byte sizes, ranges, colours. The package for browsers
//! reads its options with this file too, so it imports nothing of the command.
//!
//! Sizes are read here and not by `bytesize`: it rounds through floating point and accepts units and
//! spellings that the documents do not promise.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use avatar_prepare::{Background, Settings};

/// Suffixes of byte sizes: powers of ten, and of two with an `i`.
const UNITS: [(&str, u64); 8] = [
    ("", 1),
    ("b", 1),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
];

/// A number of bytes: `150000`, `150kB`, `1.5MB`, `128KiB`.
pub(super) fn byte_size(text: &str) -> Result<u64, String> {
    let refuse = || {
        format!(
            "must be plain bytes (150000), kB/MB/GB in powers of ten (150kB, 1.5MB) or \
             KiB/MiB/GiB in powers of two (128KiB), got {text:?}"
        )
    };
    let split = text
        .find(|c: char| c != '.' && !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = unit.trim().to_ascii_lowercase();
    let (_, scale) = UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .ok_or_else(refuse)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let whole: u64 = whole.parse().map_err(|_| refuse())?;
    // Up to nine decimals are exact; more are meaningless in bytes.
    if fraction.is_empty() || fraction.len() > 9 {
        return Err(refuse());
    }
    let decimals: u64 = fraction.parse().map_err(|_| refuse())?;
    let part = u128::from(decimals) * u128::from(*scale) / 10u128.pow(fraction.len() as u32);
    whole
        .checked_mul(*scale)
        .and_then(|bytes| bytes.checked_add(u64::try_from(part).ok()?))
        .ok_or_else(refuse)
}

/// A number of bytes that is not zero: with a limit of zero, every picture would fail.
pub(super) fn byte_limit(text: &str) -> Result<u64, String> {
    match byte_size(text)? {
        0 => Err(format!("must be at least 1, got {text}")),
        bytes => Ok(bytes),
    }
}

/// A whole number, from `least`; to `most`, if that is stated.
pub(super) fn integer<T>(text: &str, least: T, most: Option<T>) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display + Copy,
{
    let found: T = text.parse().map_err(|_| {
        let to = most.map_or(String::new(), |most| format!(" to {most}"));
        format!("must be a whole number from {least}{to}, got {text:?}")
    })?;
    match most {
        Some(most) if !(least..=most).contains(&found) => {
            Err(format!("must be {least} to {most}, got {found}"))
        }
        None if found < least => Err(format!("must be at least {least}, got {found}")),
        _ => Ok(found),
    }
}

/// The edge of a result in pixels.
pub(super) fn pixels(text: &str) -> Result<u32, String> {
    integer(text, 1, Some(Settings::MAX_EDGE))
}

/// The edge of a square. People who think in width and height write both.
pub(super) fn edge(text: &str) -> Result<u32, String> {
    let sides = text.split_once(['x', 'X', '×', '*']);
    match sides.map(|(width, height)| (width.trim().parse(), height.trim().parse())) {
        Some((Ok::<u32, _>(width), Ok::<u32, _>(height))) if width == height => Err(format!(
            "must be one number, because results are square: {width}, got {text:?}"
        )),
        Some(_) => Err(format!(
            "must be one number, because results are square, got {text:?}"
        )),
        None => pixels(text.strip_suffix("px").unwrap_or(text)),
    }
}

/// `40..90`, or `85` for exactly that.
pub(super) fn quality(text: &str) -> Result<RangeInclusive<u8>, String> {
    let refuse = || format!("must be like 40..90 or 85, within 1 to 100, got {text:?}");
    let (floor, ceiling) = text.split_once("..").unwrap_or((text, text));
    Ok(floor.parse().map_err(|_| refuse())?..=ceiling.parse().map_err(|_| refuse())?)
}

/// `white`, `black`, `auto` or `#rrggbb`.
pub(super) fn background(text: &str) -> Result<Background, String> {
    let refuse = || format!("must be white, black, auto or #rrggbb, got {text:?}");
    match text {
        "white" => return Ok(Background::WHITE),
        "black" => return Ok(Background::BLACK),
        "auto" => return Ok(Background::Auto),
        _ => {}
    }
    let digits = text.strip_prefix('#').ok_or_else(refuse)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(refuse());
    }
    let value = u32::from_str_radix(digits, 16).map_err(|_| refuse())?;
    let [_, r, g, b] = value.to_be_bytes();
    match digits.len() {
        6 => Ok(Background::Rgb([r, g, b])),
        // #rgb is short for #rrggbb, as in CSS.
        3 => Ok(Background::Rgb(
            [g & 15, b >> 4, b & 15].map(|digit| digit * 17),
        )),
        _ => Err(refuse()),
    }
}

/// `true` or `false`.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    text.parse()
        .map_err(|_| format!("must be true or false, got {text:?}"))
}

/// A number of seconds, also with decimals, from a thousandth to a day.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text
        .parse()
        .ok()
        .filter(|found| (0.001..=86_400.0).contains(found));
    let seconds =
        seconds.ok_or_else(|| format!("must be a number from 0.001 to 86400, got {text:?}"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// A factor from 1 to `largest`.
pub(super) fn factor(text: &str, largest: f64) -> Result<f64, String> {
    let factor = text
        .parse()
        .ok()
        .filter(|factor| (1.0..=largest).contains(factor));
    factor.ok_or_else(|| format!("must be a number from 1 to {largest}, got {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_sizes_in_every_form() {
        for (text, bytes) in [
            ("150000", 150_000),
            ("150kB", 150_000),
            ("150 KB", 150_000),
            ("1.5MB", 1_500_000),
            ("128KiB", 131_072),
            ("0.5MiB", 524_288),
            ("2GB", 2_000_000_000),
        ] {
            assert_eq!(byte_size(text), Ok(bytes), "{text}");
        }
        for text in [
            "",
            "kB",
            "-1",
            "1.kB",
            "1e3",
            "12 apples",
            "99999999999GB",
            "1.2.3MB",
        ] {
            assert!(
                byte_size(text).unwrap_err().starts_with("must be"),
                "{text}"
            );
        }
    }

    #[test]
    fn numbers_and_their_ranges() {
        assert_eq!(integer("8192", 1, Some(8192)), Ok(8192));
        assert_eq!(integer("18446744073709551615", 1, None), Ok(u64::MAX));
        for (found, wanted) in [
            (integer("0", 1, Some(8192)), "must be 1 to 8192, got 0"),
            (integer("0", 1, None), "must be at least 1, got 0"),
            (
                integer("1.5", 1, Some(8192)),
                "must be a whole number from 1 to 8192, got \"1.5\"",
            ),
            (
                integer("", 1, None),
                "must be a whole number from 1, got \"\"",
            ),
        ] {
            assert_eq!(found, Err::<u32, String>(wanted.into()));
        }
        let refused = Err("must be at least 1, got 0kB".into());
        assert_eq!(byte_limit("0kB"), refused);
        assert_eq!(byte_limit("1"), Ok(1));
        assert_eq!(factor("100", 100.0), Ok(100.0));
        let refused = Err("must be a number from 1 to 100, got \"500\"".into());
        assert_eq!(factor("500", 100.0), refused);
    }

    #[test]
    fn colours_and_ranges() {
        assert_eq!(background("#0a80ff"), Ok(Background::Rgb([10, 128, 255])));
        assert_eq!(background("#0af"), Ok(Background::Rgb([0, 170, 255])));
        assert!(background("#0a80f").is_err());
        assert!(background("#0a80f€").is_err());
        assert_eq!(quality("85"), Ok(85..=85));
        assert_eq!(quality("40..90"), Ok(40..=90));
        assert!(quality("40-90").is_err());
    }
}
