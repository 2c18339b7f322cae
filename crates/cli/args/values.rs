//! Reads the values of flags: byte sizes, ranges, colours.
//!
//! Sizes and durations are read here and not by `bytesize` or `humantime`: those round through
//! floating point and accept units and spellings that the documents do not promise.

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::time::Duration;

use avatar_prepare::Background;

use super::memory;

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
pub(crate) fn byte_size(text: &str) -> Result<u64, String> {
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

/// A whole number.
pub(crate) fn integer<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("must be a whole number in range, got {text:?}"))
}

/// The edge of a square. People who think in width and height write both.
pub(crate) fn edge(text: &str) -> Result<u32, String> {
    let sides = text.split_once(['x', 'X', '×', '*']);
    match sides.map(|(width, height)| (width.trim().parse(), height.trim().parse())) {
        Some((Ok::<u32, _>(width), Ok::<u32, _>(height))) if width == height => Err(format!(
            "must be one number, because results are square: {width}, got {text:?}"
        )),
        Some(_) => Err(format!(
            "must be one number, because results are square, got {text:?}"
        )),
        None => integer(text.strip_suffix("px").unwrap_or(text)),
    }
}

/// `40..90`, or `85` for exactly that.
pub(crate) fn quality(text: &str) -> Result<RangeInclusive<u8>, String> {
    let refuse = || format!("must be like 40..90 or 85, within 1 to 100, got {text:?}");
    let (floor, ceiling) = text.split_once("..").unwrap_or((text, text));
    Ok(floor.parse().map_err(|_| refuse())?..=ceiling.parse().map_err(|_| refuse())?)
}

/// `white`, `black`, `auto` or `#rrggbb`.
pub(crate) fn background(text: &str) -> Result<Background, String> {
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
pub(crate) fn switch(text: &str) -> Result<bool, String> {
    text.parse()
        .map_err(|_| format!("must be true or false, got {text:?}"))
}

/// Most workers that are accepted: more than there are cores only cost memory.
const MAX_JOBS: usize = 1024;

/// A number of workers, or `auto` for one per core.
pub(crate) fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    if text == "auto" {
        return Ok(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN));
    }
    let jobs = text
        .parse()
        .ok()
        .filter(|jobs: &NonZeroUsize| jobs.get() <= MAX_JOBS);
    jobs.ok_or_else(|| format!("must be auto or a number from 1 to {MAX_JOBS}, got {text:?}"))
}

/// A budget of memory in bytes, or `auto` for a share of what there is.
pub(crate) fn memory(text: &str) -> Result<u64, String> {
    if text == "auto" {
        return Ok(memory::default_budget());
    }
    byte_size(text).map_err(|_| format!("must be auto or a byte size (2GB, 512MiB), got {text:?}"))
}

/// The text, unless it is `none` or empty.
pub(crate) fn unless_none(text: &str) -> Option<String> {
    (text != "none" && !text.is_empty()).then(|| text.to_string())
}

/// A number of seconds, also with decimals, from a thousandth to a day.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text
        .parse()
        .ok()
        .filter(|found| (0.001..=86_400.0).contains(found));
    let seconds =
        seconds.ok_or_else(|| format!("must be a number from 0.001 to 86400, got {text:?}"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// A comma-separated list; empty for `none`.
pub(crate) fn list(text: &str) -> Vec<String> {
    let words = unless_none(text).unwrap_or_default();
    let words = words
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    words.map(str::to_string).collect()
}

/// A list of globs, separated by commas outside of braces; empty for `none`.
pub(crate) fn globs(text: &str) -> Vec<String> {
    let (mut depth, mut globs) = (0_usize, vec![String::new()]);
    for c in unless_none(text).unwrap_or_default().chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                globs.push(String::new());
                continue;
            }
            _ => {}
        }
        globs.last_mut().into_iter().for_each(|glob| glob.push(c));
    }
    globs.retain(|glob| !glob.trim().is_empty());
    globs
}

/// A factor from 1 to 1000.
pub(crate) fn factor(text: &str) -> Result<f64, String> {
    let factor = text
        .parse()
        .ok()
        .filter(|factor| (1.0..=1000.0).contains(factor));
    factor.ok_or_else(|| format!("must be a number from 1 to 1000, got {text:?}"))
}

/// A duration such as `90s`, `45m` or `2h`; none for `none`.
pub(crate) fn duration(text: &str) -> Result<Option<Duration>, String> {
    let refuse = || format!("must be like 90s, 45m or 2h, or none, got {text:?}");
    let Some(text) = unless_none(text) else {
        return Ok(None);
    };
    let units = [("s", 1), ("m", 60), ("h", 3600)];
    let found = units
        .iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)));
    let (number, seconds) = found.ok_or_else(refuse)?;
    let number: u32 = number.trim().parse().map_err(|_| refuse())?;
    Ok(Some(Duration::from_secs(u64::from(number) * seconds)))
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
    fn times() {
        for (text, seconds) in [("90s", 90), ("45m", 2_700), ("2h", 7_200), ("0s", 0)] {
            assert_eq!(
                duration(text),
                Ok(Some(Duration::from_secs(seconds))),
                "{text}"
            );
        }
        assert_eq!(duration("none"), Ok(None));
        for text in ["5", "m", "-1m", "1.5h", "99999999999h", "2 days"] {
            assert!(duration(text).unwrap_err().starts_with("must be"), "{text}");
        }
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
