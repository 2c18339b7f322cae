//! Times as ISO 8601 writes them, also in its short and old forms, with the suffixes of RFC 9557.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

/// The largest offset that a zone can have (RFC 9557): less than a day.
const SECONDS_OF_A_DAY: i64 = 86_400;

/// `2026-11-24T12:40:00Z` and what means the same: other zones or none, which is UTC, a date alone, without seconds, with
/// a decimal fraction, without separators, in small letters, and with suffixes in brackets. `None` if it is not a time,
/// or its zone is only known by a name: no table of zones is at hand.
pub(super) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let (text, suffixes) = text.split_at(text.find('[').unwrap_or(text.len()));
    let end = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (day, rest) = text.split_at_checked(end)?;
    let day = date(day)?;
    let (clock, stated) = match rest.get(1..) {
        Some(rest) => {
            let end = rest.find(['Z', 'z', '+', '-', '\u{2212}']);
            rest.split_at_checked(end.unwrap_or(rest.len()))?
        }
        None => ("", ""),
    };
    let clock = match rest {
        "" => NaiveTime::MIN,
        _ => time(clock.trim_end())?,
    };
    let stated = match stated {
        "" => None,
        zone => Some((offset(zone)?, zone.starts_with('+'))),
    };
    let named = zone_of(suffixes, stated)?;
    let zone = stated.map_or(named, |(zone, _)| zone);
    day.and_time(clock).and_utc().checked_sub_signed(zone)
}

/// The offset of the zone that suffixes in brackets name; UTC without one. `None` if one is not understood but is needed:
/// because no offset is stated before it, or because it is marked with `!` and does not agree with that offset. `stated`
/// has the offset, and whether its sign is `+`.
fn zone_of(suffixes: &str, stated: Option<(TimeDelta, bool)>) -> Option<TimeDelta> {
    let (mut zone, mut rest) = (None, suffixes);
    while !rest.is_empty() {
        let (suffix, after) = rest.strip_prefix('[')?.split_once(']')?;
        let needed = suffix.strip_prefix('!');
        let suffix = needed.unwrap_or(suffix);
        if let Some((key, _)) = suffix.split_once('=') {
            // The numbers do not depend on the calendar in which they are to be shown.
            (key == "u-ca" || needed.is_none()).then_some(())?;
        } else if suffix.is_empty() || rest != suffixes {
            return None;
        } else {
            zone = match (stated, named(suffix)) {
                (None, named) => Some(named?),
                // `Z` and `-00:00` only say which time it is in UTC: any zone agrees with them (RFC 9557, section 2.2).
                (Some((offset, is_plus)), named) if needed.is_some() => {
                    let agrees = offset.is_zero() && !is_plus || named == Some(offset);
                    agrees.then_some(named)?
                }
                (_, named) => named,
            };
        }
        rest = after;
    }
    Some(zone.unwrap_or_default())
}

/// The offset of a zone in brackets, if it can be known without a table.
fn named(zone: &str) -> Option<TimeDelta> {
    match zone {
        "UTC" | "Etc/UTC" | "GMT" | "Etc/GMT" | "Z" => Some(TimeDelta::zero()),
        stated => offset(stated),
    }
}

/// `2026-11-24` or `20261124`.
fn date(text: &str) -> Option<NaiveDate> {
    let (year, rest) = digits(text, 4)?;
    let (month, day) = match rest.strip_prefix('-') {
        Some(rest) => {
            let (month, rest) = digits(rest, 2)?;
            (month, digits(rest.strip_prefix('-')?, 2)?)
        }
        None => {
            let (month, rest) = digits(rest, 2)?;
            (month, digits(rest, 2)?)
        }
    };
    let (day, "") = day else {
        return None;
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// `12`, `12:30`, `12:30:45`, `12:30:45.25`, or the same without colons.
fn time(text: &str) -> Option<NaiveTime> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = next(rest)?;
    let (second, after) = next(rest)?;
    let has_seconds = after.len() < rest.len();
    let fraction = match after.strip_prefix(['.', ',']) {
        // A fraction of a minute or an hour means more than one of a second; nobody is known to send it.
        Some(fraction) if has_seconds => nanoseconds(fraction)?,
        None if after.is_empty() => 0,
        _ => return None,
    };
    // A leap second counts as the second before it, as Unix time has none.
    let second = if second == 60 { 59 } else { second };
    NaiveTime::from_hms_nano_opt(hour, minute, second, fraction)
}

/// `Z`, `+03`, `+0300`, `+03:00` or `+03:00:00`: the time between UTC and the zone.
fn offset(text: &str) -> Option<TimeDelta> {
    let (sign, rest) = match text.chars().next()? {
        'Z' | 'z' if text.len() == 1 => return Some(TimeDelta::zero()),
        '+' => (1, text.get(1..)?),
        '-' => (-1, text.get(1..)?),
        // The minus sign of ISO 8601.
        '\u{2212}' => (-1, text.get('\u{2212}'.len_utf8()..)?),
        _ => return None,
    };
    let (hours, rest) = digits(rest, 2)?;
    let (minutes, rest) = next(rest)?;
    let (seconds, "") = next(rest)? else {
        return None;
    };
    let all = i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds);
    let is_valid = minutes < 60 && seconds < 60 && all < SECONDS_OF_A_DAY;
    is_valid.then(|| TimeDelta::seconds(sign * all))
}

/// The next two digits, with a colon before them or without; 0 if no digits follow.
fn next(text: &str) -> Option<(u32, &str)> {
    let is_more = text.starts_with(|c: char| c == ':' || c.is_ascii_digit());
    match is_more {
        true => digits(text.strip_prefix(':').unwrap_or(text), 2),
        false => Some((0, text)),
    }
}

/// A number of exactly so many digits, and what follows it.
fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        .then(|| number.parse().ok())?
        .map(|number| (number, rest))
}

/// Billionths of the digits of a decimal fraction; those after the ninth are too fine.
fn nanoseconds(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(digits.fold(0, |all, digit| all * 10 + u32::from(digit - b'0')))
}
