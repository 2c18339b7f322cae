//! Dates of servers: what is left until them. Times are UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Numbers above this are milliseconds: as seconds they would lie in the year 5138.
const LARGEST_SECONDS: u64 = 100_000_000_000;

/// Time since 1970.
pub(crate) fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// A Unix time in seconds or milliseconds.
pub(crate) fn from_number(number: u64) -> Duration {
    if number > LARGEST_SECONDS {
        Duration::from_millis(number)
    } else {
        Duration::from_secs(number)
    }
}

/// `2026-11-24T12:40:00…`, a Unix time in digits, or a date of HTTP.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Some(from_number(number));
    }
    iso(text).or_else(|| {
        let date = httpdate::parse_http_date(text).ok()?;
        date.duration_since(UNIX_EPOCH).ok()
    })
}

fn iso(text: &str) -> Option<Duration> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    if text.get(4..5)? != "-" || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let clock = |from: usize| number(from, from + 2).unwrap_or(0);
    let seconds = clock(11) * 3600 + clock(14) * 60 + clock(17);
    let seconds = days(year, month, day)?
        .checked_mul(86_400)?
        .checked_add(seconds)?;
    Some(Duration::from_secs(seconds))
}

/// What is left from now; none once it is past.
pub(crate) fn from_now(until: Duration) -> Option<Duration> {
    until.checked_sub(now())
}

/// What is left of the month.
pub(crate) fn until_next_month() -> Duration {
    let (year, month, _) = civil(now().as_secs() / 86_400);
    let (year, month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    let first = days(year, month, 1).unwrap_or(0) * 86_400;
    from_now(Duration::from_secs(first)).unwrap_or_default()
}

/// `2026-11-24 12:40:00 UTC`.
pub(crate) fn display(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

fn is_leap(year: u64) -> bool {
    (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400)
}

fn length(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) {
        return None;
    }
    let years: u64 = (1970..year)
        .map(|year| 365 + u64::from(is_leap(year)))
        .sum();
    let months: u64 = (1..month).map(|month| length(year, month)).sum();
    Some(years + months + day - 1)
}

fn civil(mut days: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    while days >= length(year, month) {
        days -= length(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_every_form() {
        let noon = Duration::from_secs(1_795_523_445);
        assert_eq!(display(noon), "2026-11-24 12:30:45 UTC");
        for text in [
            "2026-11-24T12:30:45.123456789Z",
            "2026-11-24 12:30:45",
            "1795523445",
            "Tue, 24 Nov 2026 12:30:45 GMT",
        ] {
            assert_eq!(parse(text), Some(noon), "{text}");
        }
        assert_eq!(parse("1795523445000"), Some(noon));
        for text in ["", "soon", "2026-13-01", "-5", "20261124"] {
            assert!(parse(text).is_none_or(|time| time < noon), "{text}");
        }
        for day in [0, 58, 59, 60, 365, 10_957, 11_016, 20_000] {
            let (year, month, day_of_month) = civil(day);
            assert_eq!(days(year, month, day_of_month), Some(day));
        }
        assert!(until_next_month() <= Duration::from_secs(31 * 86_400));
    }
}
