//! What an account answers next, instead of the truth. How that is written is `script.rs`.

use std::time::Duration;

/// One scripted reply; see [`script`](crate::script) for how it is written.
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
    /// The truth, and no connection to anybody for so long after it.
    Refuse(Duration),
    /// The truth of an account that is in this state for so long.
    State(String, Duration),
    /// The same: starting for so many questions about its state, this one included, then this.
    StartingThen(u32, String),
    /// The messenger refuses three pictures, this one included, and then sulks.
    Cascade,
    /// The truth of an account that is suspended and says until when.
    Suspended(String),
    /// The truth from a clock that is off by so many seconds, from now on: its `Date`, and the date
    /// of a `Retry-After` that is written `+30`.
    ClockSkew(i64),
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
