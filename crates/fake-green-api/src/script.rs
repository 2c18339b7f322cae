//! Parses scripts such as `ghost(reset); ok`.

use std::str::FromStr;
use std::time::Duration;

use crate::{Loss, STYLES, Scenario, Style};

/// How long connections are refused if a script does not say.
const REFUSAL: Duration = Duration::from_secs(5);

/// Scenarios without arguments.
const PLAIN: [(&str, Scenario); 17] = [
    ("ok", Scenario::Ok),
    ("hang", Scenario::Hang),
    ("reset-before-read", Scenario::ResetBeforeRead),
    ("reset-after-read", Scenario::ResetAfterRead),
    ("reset-mid-response", Scenario::ResetMidResponse),
    ("close-after-headers", Scenario::CloseAfterHeaders),
    ("html-200", Scenario::Html200),
    ("code-401-in-200", Scenario::Code401),
    ("missing-flag", Scenario::MissingFlag),
    ("flag-as-string", Scenario::FlagAsString),
    ("extra-fields", Scenario::ExtraFields),
    ("keys-reordered", Scenario::KeysReordered),
    ("http10", Scenario::Http10),
    ("100-continue", Scenario::Continue100),
    ("refuse", Scenario::Refuse(REFUSAL)),
    ("cascade", Scenario::Cascade),
    ("overlimit", Scenario::Ok), // replaced below: it needs an owned text
];

/// The text is not a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownScenario(pub String);

impl std::fmt::Display for UnknownScenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = PLAIN.iter().map(|(name, _)| *name).collect();
        write!(
            f,
            "{:?} is no scenario; known are {}, null-200, overlimit(times), slow(ms), drip(bytes/s), ghost(reset|timeout|204|empty|502), \
             lost(reset|timeout|204|502), status(code,style,header=value), redirect(code,to), \
             reason(json), body(text), refuse(s), state(name,s), starting-then(times,name), \
             suspended(until), clock-skew(s)",
            self.0,
            names.join(", ")
        )
    }
}

impl std::error::Error for UnknownScenario {}

impl FromStr for Scenario {
    type Err = UnknownScenario;

    fn from_str(text: &str) -> Result<Self, UnknownScenario> {
        let text = text.trim();
        if text == "overlimit" {
            return Ok(Self::Reason("\"rate-overlimit\"".into()));
        }
        if text == "null-200" {
            return Ok(Self::Body200("null".into()));
        }
        if let Some((_, scenario)) = PLAIN.iter().find(|(name, _)| *name == text) {
            return Ok(scenario.clone());
        }
        let inner = text.strip_suffix(')').and_then(|text| text.split_once('('));
        let (name, inside) = inner.ok_or_else(|| UnknownScenario(text.into()))?;
        particular(name, inside).ok_or_else(|| UnknownScenario(text.into()))
    }
}

fn particular(name: &str, inside: &str) -> Option<Scenario> {
    Some(match name {
        "slow" => Scenario::Slow(Duration::from_millis(inside.parse().ok()?)),
        "drip" => Scenario::Drip(inside.parse().ok()?),
        "ghost" => Scenario::Ghost(loss(inside)?),
        "lost" => Scenario::Lost(loss(inside)?),
        "reason" => Scenario::Reason(inside.into()),
        "body" => Scenario::Body200(inside.into()),
        "flag-as-string" if inside == "\"true\"" => Scenario::FlagAsString,
        "redirect" => {
            let (code, to) = inside.split_once(',')?;
            Scenario::Redirect(code.parse().ok()?, to.into())
        }
        "status" => status(inside)?,
        "refuse" => Scenario::Refuse(seconds(inside)?),
        "state" => {
            let (name, time) = match inside.split_once(',') {
                Some((name, time)) => (name, seconds(time)?),
                None => (inside, Duration::MAX),
            };
            Scenario::State(name.trim().into(), time)
        }
        "starting-then" => {
            let (times, then) = inside.split_once(',')?;
            Scenario::StartingThen(times.trim().parse().ok()?, then.trim().into())
        }
        "suspended" => Scenario::Suspended(inside.into()),
        "clock-skew" => Scenario::ClockSkew(inside.trim().parse().ok()?),
        _ => return None,
    })
}

fn seconds(text: &str) -> Option<Duration> {
    text.trim().parse().ok().map(Duration::from_secs)
}

fn loss(text: &str) -> Option<Loss> {
    Some(match text {
        "reset" => Loss::Reset,
        "timeout" => Loss::Timeout,
        "204" => Loss::NoContent,
        "empty" => Loss::Empty,
        "502" => Loss::BadGateway,
        "garbage" => Loss::Garbage,
        _ => return None,
    })
}

fn status(inside: &str) -> Option<Scenario> {
    let mut pieces = inside.split(',');
    let code = pieces.next()?.parse().ok()?;
    let style = match pieces.next() {
        Some(style) => STYLES.iter().find(|(name, _)| *name == style)?.1,
        None => Style::default(),
    };
    // A date contains a comma, so only a piece with "=" starts a header.
    let mut headers: Vec<(String, String)> = Vec::new();
    for piece in pieces {
        match (piece.split_once('='), headers.last_mut()) {
            (Some((name, value)), _) => headers.push((name.into(), value.into())),
            (None, Some((_, value))) => *value = format!("{value},{piece}"),
            (None, None) => return None,
        }
    }
    Some(Scenario::Status(code, style, headers))
}

/// Parses scenarios that follow one another: `ghost(reset); ok`, `overlimit*3`.
///
/// # Errors
/// [`UnknownScenario`] names the first text that is not a scenario.
pub fn script(text: &str) -> Result<Vec<Scenario>, UnknownScenario> {
    let mut scenarios = Vec::new();
    for piece in text
        .split(';')
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
    {
        let repeated = piece.rsplit_once('*').and_then(|(word, count)| {
            let count: usize = count.trim().parse().ok()?;
            Some((word, count))
        });
        let refused = piece.strip_prefix("overlimit(").and_then(|rest| {
            let count = rest.strip_suffix(')')?.trim().parse().ok()?;
            Some(("overlimit", count))
        });
        let (word, count) = repeated.or(refused).unwrap_or((piece, 1));
        scenarios.extend(std::iter::repeat_n(word.parse::<Scenario>()?, count));
    }
    Ok(scenarios)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_read() {
        let date = "Tue, 24 Nov 2026 12:00:00 GMT";
        let text = format!(
            "ok; overlimit*2;status(429,html,Retry-After={date}); redirect(307,http://x/) ;ghost(502)"
        );
        let limit = Scenario::Reason("\"rate-overlimit\"".into());
        let headers = vec![("Retry-After".into(), date.into())];
        let wanted = vec![
            Scenario::Ok,
            limit.clone(),
            limit,
            Scenario::Status(429, Style::Html, headers),
            Scenario::Redirect(307, "http://x/".into()),
            Scenario::Ghost(Loss::BadGateway),
        ];
        assert_eq!(script(&text), Ok(wanted));
        assert_eq!(script("overlimit(3)"), script("overlimit*3"));
        assert_eq!(script("null-200"), script("body(null)"));
        assert_eq!(script("flag-as-string(\"true\")"), script("flag-as-string"));
        assert_eq!(script("refuse"), script("refuse(5)"));
        let states = "state(starting,30);state(blocked);starting-then(3,authorized)";
        let wanted = vec![
            Scenario::State("starting".into(), Duration::from_secs(30)),
            Scenario::State("blocked".into(), Duration::MAX),
            Scenario::StartingThen(3, "authorized".into()),
        ];
        assert_eq!(script(states), Ok(wanted));
        let wanted = vec![Scenario::Cascade, Scenario::ClockSkew(-60)];
        assert_eq!(script("cascade;clock-skew(-60)"), Ok(wanted));
        for wrong in [
            "state(starting,soon)",
            "starting-then(3)",
            "clock-skew(early)",
        ] {
            assert!(script(wrong).is_err(), "{wrong}");
        }
        assert!(script("overlimit(many)").is_err());
        assert!(script("sing").is_err());
    }
}
