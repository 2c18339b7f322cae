//! The header `Retry-After`: a number of seconds, or a date.

use std::time::Duration;

use crate::clock;

/// A longer time is treated as an error of the server.
pub(super) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait before the next request. A date is compared with the server's own `Date`, so
/// that a wrong clock on this machine does not matter. `None` if the text is neither.
pub(super) fn parse(text: &str, server_date: Option<&str>) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(u64::from(u32::MAX)));
    }
    let until = clock::http_date(text)?;
    let now = server_date.and_then(clock::http_date);
    Some(until.saturating_sub(now.unwrap_or_else(clock::now)))
}

/// The longest of the times in a text: a server in between can join two headers with a comma, which a
/// date contains, too.
pub(super) fn longest(text: &str, server_date: Option<&str>) -> Option<Duration> {
    let whole = parse(text, server_date);
    let parts = || text.split(',').filter_map(|part| parse(part, server_date));
    whole.or_else(|| parts().max())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_a_server_in_another_form() {
        for date in ["12:00:00 UTC", "12:00:00 +0000", "15:00:00 +0300"] {
            let date = format!("Tue, 24 Nov 2026 {date}");
            let wait = parse("Tue, 24 Nov 2026 12:00:30 GMT", Some(&date));
            assert_eq!(wait, Some(Duration::from_secs(30)), "{date}");
        }
    }

    #[test]
    fn of_several_times_the_longest_counts() {
        let date = Some("Tue, 24 Nov 2026 12:00:00 GMT");
        for (text, seconds) in [
            ("25, 25", Some(25)),
            ("1,120 , 7", Some(120)),
            ("Tue, 24 Nov 2026 12:00:30 GMT", Some(30)),
            ("soon, later", None),
        ] {
            assert_eq!(
                longest(text, date),
                seconds.map(Duration::from_secs),
                "{text}"
            );
        }
    }

    #[test]
    fn every_form() {
        let date = Some("Tue, 24 Nov 2026 12:00:00 GMT");
        for (text, seconds) in [
            ("0", Some(0)),
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("Tue, 24 Nov 2026 12:00:30 GMT", Some(30)),
            ("Tue, 24 Nov 2026 12:00:30 UTC", Some(30)),
            ("Tue, 24 Nov 2026 12:00:30 +0000", Some(30)),
            ("Tuesday, 24-Nov-26 12:00:30 GMT", Some(30)),
            ("Tue Nov 24 12:00:30 2026", Some(30)),
            ("Tue, 24 Nov 2026 11:00:00 GMT", Some(0)),
            ("99999999999999999999999", Some(u64::from(u32::MAX))),
            ("-5", None),
            ("soon", None),
            ("", None),
            ("1.5", None),
        ] {
            assert_eq!(
                parse(text, date),
                seconds.map(Duration::from_secs),
                "{text}"
            );
        }
    }
}
