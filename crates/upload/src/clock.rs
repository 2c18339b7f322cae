//! Times since 1970, as servers write them and as people read them. Times are UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

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

/// `2026-11-24T12:40:00Z`, the same without a zone, a Unix time in digits, or a date of HTTP.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Some(from_number(number));
    }
    let with_zone = || text.parse::<Timestamp>().ok();
    let without_zone = || {
        let date: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(date).ok()
    };
    let iso = with_zone().or_else(without_zone);
    iso.map_or_else(|| http_date(text), since_1970)
}

/// A date as HTTP writes it: `Tue, 24 Nov 2026 12:30:45 GMT`.
pub(crate) fn http_date(text: &str) -> Option<Duration> {
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    since_1970(parser.parse_timestamp(text.trim()).ok()?)
}

fn since_1970(time: Timestamp) -> Option<Duration> {
    time.as_duration().try_into().ok()
}

/// Time from now until `until`; `None` if it is past.
pub(crate) fn from_now(until: Duration) -> Option<Duration> {
    until.checked_sub(now())
}

/// Time until the first of the next month.
pub(crate) fn until_next_month() -> Duration {
    let next = || {
        let today = civil(now())?.date();
        let first = today.first_of_month().checked_add(1.month()).ok()?;
        let first = first.to_datetime(jiff::civil::Time::midnight());
        from_now(since_1970(TimeZone::UTC.to_timestamp(first).ok()?)?)
    };
    next().unwrap_or_default()
}

/// `2026-11-24 12:40:00 UTC`.
pub(crate) fn display(since_1970: Duration) -> String {
    let time = civil(since_1970);
    time.map_or_else(
        || "in the far future".into(),
        |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

/// The date of a time in seconds since 1970, which can lie before it; `None` if it is out of range.
pub(crate) fn date(seconds: i64) -> Option<String> {
    let time = Timestamp::from_second(seconds).ok()?;
    Some(time.strftime("%Y-%m-%d").to_string())
}

fn civil(since_1970: Duration) -> Option<DateTime> {
    let seconds = i64::try_from(since_1970.as_secs()).ok()?;
    let time = Timestamp::from_second(seconds).ok()?;
    Some(TimeZone::UTC.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_every_form() {
        let noon = Duration::from_secs(1_795_523_445);
        assert_eq!(display(noon), "2026-11-24 12:30:45 UTC");
        for text in [
            "2026-11-24T12:30:45Z",
            "2026-11-24 12:30:45",
            "2026-11-24T15:30:45+03:00",
            "1795523445",
            "1795523445000",
            "Tue, 24 Nov 2026 12:30:45 GMT",
        ] {
            assert_eq!(parse(text), Some(noon), "{text}");
        }
        let precise = parse("2026-11-24T12:30:45.123456789Z").unwrap();
        assert_eq!(precise.as_secs(), noon.as_secs());
        for text in ["", "soon", "2026-13-01", "-5", "20261124"] {
            assert!(parse(text).is_none_or(|time| time < noon), "{text}");
        }
        assert!(until_next_month() <= Duration::from_secs(31 * 86_400));
        assert!(until_next_month() > Duration::ZERO);
        assert_eq!(display(Duration::MAX), "in the far future");
    }
}
