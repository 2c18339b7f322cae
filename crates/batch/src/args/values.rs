//! Reads the values of flags. Those about single pictures are in `picture_values.rs`.
//!
//! Durations are read here and not by `humantime`: it accepts spellings that the documents do not promise.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use super::memory;
pub(super) use super::picture_values::{
    background, byte_limit, byte_size, edge, factor, integer, pixels, quality, seconds, switch,
};

/// Most workers that are accepted: more than there are cores only cost memory.
const MAX_JOBS: usize = 1024;

/// Least budget of memory, in bytes. No picture is prepared with less: the smallest samples take 16 kB.
const MIN_MEMORY: u64 = 10_000;

/// Most of what `--speed` accepts.
pub(super) const MAX_SPEED: f64 = 1000.0;

/// A number of workers, or `auto` for one per core.
pub fn jobs(text: &str) -> Result<NonZeroUsize, String> {
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
pub fn memory(text: &str) -> Result<u64, String> {
    if text == "auto" {
        return Ok(memory::default_budget());
    }
    let bytes = byte_size(text)
        .map_err(|_| format!("must be auto or a byte size (2GB, 512MiB), got {text:?}"))?;
    match bytes < MIN_MEMORY {
        true => Err(format!("must be auto or at least 10kB, got {text:?}")),
        false => Ok(bytes),
    }
}

/// The text, unless it is `none` or empty.
pub(super) fn unless_none(text: &str) -> Option<String> {
    (text != "none" && !text.is_empty()).then(|| text.to_string())
}

/// A path, unless it is this word. An empty text would be the current folder.
pub(super) fn folder_unless(word: &str, text: &str) -> Result<Option<PathBuf>, String> {
    match text {
        "" => Err(format!("must be a folder or {word}, got {text:?}")),
        text if text == word => Ok(None),
        text => Ok(Some(text.into())),
    }
}

/// A comma-separated list; empty for `none`.
pub(super) fn list(text: &str) -> Vec<String> {
    let words = unless_none(text).unwrap_or_default();
    let words = words
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    words.map(str::to_string).collect()
}

/// A list of globs, separated by commas outside of braces; empty for `none`.
pub(super) fn globs(text: &str) -> Vec<String> {
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

/// A duration such as `90s`, `45m` or `2h`; none for `none`.
pub(super) fn duration(text: &str) -> Result<Option<Duration>, String> {
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
    fn memory_for_no_picture_is_refused() {
        assert_eq!(memory("10kB"), Ok(MIN_MEMORY));
        let refused = Err("must be auto or at least 10kB, got \"1\"".into());
        assert_eq!(memory("1"), refused);
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
}
