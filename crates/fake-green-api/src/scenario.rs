//! What an account answers next, instead of the truth: scripts in words.

use std::str::FromStr;
use std::time::Duration;

/// One scripted reply; see [`Scenario::from_str`] for how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scenario {
    /// The truth.
    Ok,
    /// The truth, later.
    Slow(Duration),
    /// The truth, at so many bytes a second.
    Drip(u32),
    /// Nothing, for as long as the client waits.
    Hang,
    /// A reset once the head was read.
    ResetBeforeRead,
    /// A reset once the body was read; nothing was applied.
    ResetAfterRead,
    /// The truth, cut in its middle by a reset.
    ResetMidResponse,
    /// The head of the truth, then the end.
    CloseAfterHeaders,
    /// Applied, and the answer lost.
    Ghost(Loss),
    /// Not applied, and the answer lost.
    Lost(Loss),
    /// A status with an error body and headers; a header `message` is the message of the body.
    Status(u16, Style, Vec<(String, String)>),
    /// A redirect.
    Redirect(u16, String),
    /// `"setProfilePicture": false` with this JSON value as reason.
    Reason(String),
    /// A page of HTML with status 200.
    Html200,
    /// A failure of the credentials with status 200.
    Code401,
    /// This body with status 200.
    Body200(String),
    /// Success without the flag.
    MissingFlag,
    /// Success with the flag as a string.
    FlagAsString,
    /// Success with keys nobody knows.
    ExtraFields,
    /// Success with its keys in another order.
    KeysReordered,
    /// The truth, as HTTP/1.0.
    Http10,
    /// The truth, after an interim answer.
    Continue100,
}

/// How an answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// By a reset.
    Reset,
    /// By silence.
    Timeout,
    /// By a gateway that says 502.
    BadGateway,
}

/// The shape of an error body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// An object that repeats the path, token and all.
    #[default]
    Object,
    /// A JSON string.
    Text,
    /// Plain text.
    Plain,
    /// A page of a proxy.
    Html,
    /// Nothing.
    Empty,
    /// Half an object.
    Truncated,
    /// 64 MB.
    Huge,
    /// Bytes of no encoding.
    Binary,
    /// JSON that says it is a picture.
    WrongContentType,
    /// JSON behind a byte order mark.
    Utf8Bom,
    /// Says that it is compressed.
    Gzip,
}

/// Names of the styles.
pub const STYLES: [(&str, Style); 11] = [
    ("object", Style::Object),
    ("string", Style::Text),
    ("text", Style::Plain),
    ("html", Style::Html),
    ("empty", Style::Empty),
    ("truncated", Style::Truncated),
    ("huge", Style::Huge),
    ("binary", Style::Binary),
    ("wrong-content-type", Style::WrongContentType),
    ("utf8-bom", Style::Utf8Bom),
    ("gzip", Style::Gzip),
];

/// Scenarios without particulars.
const PLAIN: [(&str, Scenario); 15] = [
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
    ("overlimit", Scenario::Ok), // replaced below: it needs an owned text
];

/// The text is no scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownScenario(pub String);

impl std::fmt::Display for UnknownScenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = PLAIN.iter().map(|(name, _)| *name).collect();
        write!(
            f,
            "{:?} is no scenario; known are {}, null-200, overlimit(times), slow(ms), drip(bytes/s), ghost(reset|timeout|502), \
             lost(reset|timeout|502), status(code,style,header=value), redirect(code,to), \
             reason(json), body(text)",
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
        _ => return None,
    })
}

fn loss(text: &str) -> Option<Loss> {
    Some(match text {
        "reset" => Loss::Reset,
        "timeout" => Loss::Timeout,
        "502" => Loss::BadGateway,
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
    // A date has a comma of its own, so only what holds "=" starts a header.
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

/// Scenarios that stand behind one another: `ghost(reset); ok`, `overlimit*3`.
///
/// # Errors
/// [`UnknownScenario`] names the first that is none.
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
        assert!(script("overlimit(many)").is_err());
        assert!(script("sing").is_err());
    }
}
