//! Times since 1970, as servers write them and as people read them. Times are UTC.

mod iso_8601;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDateTime, NaiveTime, Utc};

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

/// Its first second, as a Unix time.
const YEAR_2000: u64 = 946_684_800;

/// A Unix time in seconds or milliseconds.
pub(crate) fn from_number(number: u64) -> Duration {
    if number > LARGEST_SECONDS {
        Duration::from_millis(number)
    } else {
        Duration::from_secs(number)
    }
}

/// `2026-11-24T12:40:00Z` in any form of ISO 8601, a Unix time in digits, or a date of HTTP.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return of_date_in_digits(text).or_else(|| Some(from_number(number)));
    }
    // The second also reads what people write a little differently, such as spaces before the zone.
    let loose = || Some(text.parse::<DateTime<FixedOffset>>().ok()?.to_utc());
    let iso = iso_8601::parse(text).or_else(loose);
    iso.map_or_else(|| http_date(text), since_1970)
}

/// `20261124` or `20261124123045`: as Unix times these would be in 1970 or after the year 2600, so they are taken for dates
/// if their year is 2000 or later.
fn of_date_in_digits(digits: &str) -> Option<Duration> {
    let time = match digits.len() {
        8 => iso_8601::parse(digits),
        14 => iso_8601::parse(&format!("{}T{}", digits.get(..8)?, digits.get(8..)?)),
        _ => None,
    };
    since_1970(time?).filter(|time| *time >= Duration::from_secs(YEAR_2000))
}

/// A date as HTTP writes it (RFC 9110, section 5.6.7): `Tue, 24 Nov 2026 12:30:45 GMT`, and in the two older forms. Some
/// servers write `UTC` or `+0000` for `GMT`.
pub(crate) fn http_date(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (time, zone) = text.rsplit_once(' ').unwrap_or((text, ""));
    let time = match zone.eq_ignore_ascii_case("UTC") {
        true => format!("{time} GMT"),
        false => text.into(),
    };
    let newest = || Some(DateTime::parse_from_rfc2822(&time).ok()?.to_utc());
    let older = || {
        let forms = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
        let parse = |form| NaiveDateTime::parse_from_str(&time, form).ok();
        Some(forms.into_iter().find_map(parse)?.and_utc())
    };
    since_1970(newest().or_else(older)?)
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
            "2026-11-24T15:30:45+03",
            "2026-11-24T15:30:45+03:00:00",
            "2026-11-24T07:30:45-05:00",
            "2026-11-24T07:30:45\u{2212}05",
            "2026-11-24 15:30:45 +03:00",
            "2026-11-24t12:30:45z",
            "2026-11-24T12:30:45.75Z",
            "2026-11-24T12:30:45,75Z",
            "2026-11-24T12:30:45,75",
            "20261124T123045Z",
            "20261124T123045",
            "20261124T153045.5+0300",
            "2026-11-24T15:30:45+03:00[Europe/Moscow]",
            "2026-11-24T15:30:45+03:00[!+03:00][!u-ca=hebrew][x-own=1]",
            "2026-11-24T07:30:45\u{2212}05:00[America/New_York]",
            "2026-11-24T12:30:45+00:00[!UTC]",
            "2026-11-24T12:30:45Z[Europe/Moscow]",
            "2026-11-24T12:30:45Z[!Europe/Moscow]",
            "2026-11-24T12:30:45-00:00[!Europe/Moscow]",
            "2026-11-24T07:30:45-05:00[America/New_York]",
            "2026-11-24T12:30:45[UTC]",
            "2026-11-24T12:30:45[u-ca=gregory]",
            "2026-11-24T15:30:45[+03:00]",
            "1795523445",
            "1795523445000",
            "Tue, 24 Nov 2026 12:30:45 GMT",
            "Tue, 24 Nov 2026 12:30:45 UTC",
            "Tue, 24 Nov 2026 12:30:45 +0000",
            "24 Nov 2026 12:30:45 utc",
            "Tue, 24 Nov 2026 15:30:45 +0300",
            "Tuesday, 24-Nov-26 12:30:45 GMT",
            "Tuesday, 24-Nov-26 12:30:45 UTC",
            "Tue Nov 24 12:30:45 2026",
        ] {
            let seconds = parse(text).map(|time| Duration::from_secs(time.as_secs()));
            assert_eq!(seconds, Some(noon), "{text}");
        }
        for (text, seconds) in [
            ("2026-11-24T12:30", 45),
            ("2026-11-24T12:30Z", 45),
            ("2026-11-24T12:30+00", 45),
            ("2026-11-24T15:30+03:00", 45),
            ("2026-11-24T12Z", 1_845),
            ("20261124T12", 1_845),
            ("2026-11-24", 45_045),
            ("20261124", 45_045),
            ("20261124123045", 0),
            ("2026-11-24[UTC]", 45_045),
        ] {
            let earlier = Some(noon - Duration::from_secs(seconds));
            assert_eq!(parse(text), earlier, "{text}");
        }
        let precise = parse("2026-11-24T12:30:45.123456789Z").unwrap();
        assert_eq!(precise.as_secs(), noon.as_secs());
        // Nothing says how far this zone is from UTC, or whether it agrees with what is stated, and no time is guessed.
        for text in [
            "2026-11-24T12:30:45[Europe/Moscow]",
            "2026-11-24T12:30:45[!Europe/Moscow]",
            "2026-11-24T12:30:45+00:00[!Europe/Moscow]",
            "2026-11-24T12:30:45+03:00[!UTC]",
            "2026-11-24T12:30:45\u{2212}03:00[!Europe/Moscow]",
            "2026-11-24T12:30:45Z[!x-own=1]",
            "2026-11-24T12:30:45Z[]",
            "2026-11-24T12:30:45Z[UTC][UTC]",
            "2026-11-24T12:30:45+24:00",
            "2026-11-24T12:30:45+03:60",
            "2026-11-24T12:30:45Z[",
            "2026-11-24T12:30:45Z[UTC]x",
            "2026-11-24T12:3",
            "2026-11-24T25:30:45Z",
            "2026-11-24T12:30:45.Z",
            "2026-11-24T12:30.5Z",
            "2026-11-24T12.5Z",
            "2026-02-30T12:30:45Z",
            "2026-11-24T12:30:45Zone",
            "202611-24T12:30:45Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in ["", "soon", "2026-13-01", "-5"] {
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
