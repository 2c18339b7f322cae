//! Times since 1970, as servers write them and as people read them. Times are UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// The last year with four digits. Later times are not displayed.
const LAST_YEAR: i32 = 9999;

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
    let with_zone = || Some(text.parse::<DateTime<FixedOffset>>().ok()?.to_utc());
    let iso = with_zone().or_else(|| Some(without_zone(text)?.and_utc()));
    iso.map_or_else(|| http_date(text), since_1970)
}

/// `2026-11-24T12:40:00`, also with a space, or shorter: without seconds, or a date alone.
fn without_zone(text: &str) -> Option<NaiveDateTime> {
    let time = text.replacen(' ', "T", 1);
    let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    let parse = |form| NaiveDateTime::parse_from_str(&time, form).ok();
    let date = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let midnight = || Some(date()?.and_time(NaiveTime::MIN));
    forms.into_iter().find_map(parse).or_else(midnight)
}

/// A date as HTTP writes it: `Tue, 24 Nov 2026 12:30:45 GMT`.
pub(crate) fn http_date(text: &str) -> Option<Duration> {
    since_1970(DateTime::parse_from_rfc2822(text.trim()).ok()?.to_utc())
}

fn since_1970(time: DateTime<Utc>) -> Option<Duration> {
    let seconds = time.timestamp().try_into().ok()?;
    Some(Duration::new(seconds, time.timestamp_subsec_nanos()))
}

/// Time from now until `until`; `None` if it is past.
pub(crate) fn from_now(until: Duration) -> Option<Duration> {
    until.checked_sub(now())
}

/// Time until the first of the next month.
pub(crate) fn until_next_month() -> Duration {
    let next = || {
        let first = civil(now())?.date_naive().with_day(1)?;
        let first = first.checked_add_months(Months::new(1))?;
        from_now(since_1970(first.and_time(NaiveTime::MIN).and_utc())?)
    };
    next().unwrap_or_default()
}

/// `2026-11-24 12:40:00 UTC`.
pub(crate) fn display(since_1970: Duration) -> String {
    let time = civil(since_1970);
    time.map_or_else(
        || "in the far future".into(),
        |time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

fn civil(since_1970: Duration) -> Option<DateTime<Utc>> {
    let seconds = i64::try_from(since_1970.as_secs()).ok()?;
    DateTime::from_timestamp(seconds, 0).filter(|time| time.year() <= LAST_YEAR)
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
            "2026-11-24T15:30:45+0300",
            "1795523445",
            "1795523445000",
            "Tue, 24 Nov 2026 12:30:45 GMT",
        ] {
            assert_eq!(parse(text), Some(noon), "{text}");
        }
        for (text, seconds) in [("2026-11-24T12:30", 45), ("2026-11-24", 45_045)] {
            let earlier = Some(noon - Duration::from_secs(seconds));
            assert_eq!(parse(text), earlier, "{text}");
        }
        let precise = parse("2026-11-24T12:30:45.123456789Z").unwrap();
        assert_eq!(precise.as_secs(), noon.as_secs());
        for text in ["", "soon", "2026-13-01", "-5", "20261124"] {
            assert!(parse(text).is_none_or(|time| time < noon), "{text}");
        }
        assert!(until_next_month() <= Duration::from_secs(31 * 86_400));
        assert!(until_next_month() > Duration::ZERO);
        let last = Duration::from_secs(253_402_300_799);
        assert_eq!(display(last), "9999-12-31 23:59:59 UTC");
        for later in [last + Duration::from_secs(1), Duration::MAX] {
            assert_eq!(display(later), "in the far future");
        }
    }
}
