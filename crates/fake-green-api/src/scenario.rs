//! Scenarios: what an account answers next instead of the true answer. `script.rs` parses them.

use std::time::Duration;

/// One scripted answer; [`script`](crate::script) parses it from text. "The truth" is the answer
/// without a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scenario {
    /// The truth.
    Ok,
    /// The truth, later.
    Slow(Duration),
    /// The truth, at this many bytes per second.
    Drip(u32),
    /// No answer, as long as the client waits.
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
    /// Success with unknown keys.
    ExtraFields,
    /// Success with its keys in another order.
    KeysReordered,
    /// The truth, as HTTP/1.0.
    Http10,
    /// The truth, after an interim answer.
    Continue100,
    /// The truth; after it, all connections are refused for this time.
    Refuse(Duration),
    /// The truth of an account that is in this state for this time.
    State(String, Duration),
    /// The truth of an account that is starting for this many questions about its state, including
    /// this one, and then in the given state.
    StartingThen(u32, String),
    /// The messenger refuses three pictures, including this one, and then everything for a time.
    Cascade,
    /// The truth of an account that is suspended and says until when.
    Suspended(String),
    /// The truth from a clock that is wrong by this many seconds from now on: its `Date`, and the
    /// date of a `Retry-After` that is written as `+30`.
    ClockSkew(i64),
}

/// How an answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// By a reset.
    Reset,
    /// By status 200 without a body.
    Empty,
    /// By silence.
    Timeout,
    /// By a gateway that says 204, without a body.
    NoContent,
    /// By a gateway that says 502.
    BadGateway,
    /// By bytes that are neither HTTP nor, in an encrypted connection, TLS.
    Garbage,
}

/// The shape of an error body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// An object that repeats the path, including the token.
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
    /// Bytes that are not text in any encoding.
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
