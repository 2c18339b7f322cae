//! Answers as bytes, and the ways in which they can fail to arrive.

use std::time::Duration;

use serde_json::json;

use crate::Style;

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Completely, and the connection stays open.
    Whole,
    /// Completely, and the connection is closed.
    Close,
    /// Half of it, then a reset.
    ResetMiddle,
    /// The head, then the end of the connection.
    HeadOnly,
    /// At this many bytes per second.
    Drip(u32),
    /// A reset instead of an answer.
    Reset,
    /// Silence instead of an answer.
    Silence,
    /// Bytes instead of an answer that no client understands.
    Garbage,
}

#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) ending: Ending,
    pub(crate) delay: Duration,
    pub(crate) http10: bool,
    pub(crate) interim: bool,
    /// What is written into the record.
    pub(crate) verdict: String,
}

impl Reply {
    pub(crate) fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let kind = "application/json; charset=utf-8";
        Self::new(status, kind, body.into())
    }

    pub(crate) fn new(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".into(), content_type.into())],
            body,
            ending: Ending::Whole,
            delay: Duration::ZERO,
            http10: false,
            interim: false,
            verdict: format!("status {status}"),
        }
    }

    /// An error page of the proxy in front of the service.
    pub(crate) fn nginx(status: u16) -> Self {
        let title = format!("{status} {}", reason(status));
        let page = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        );
        Self::new(status, "text/html", page.into_bytes())
    }

    /// An error in the form of the service, which repeats the path with the token.
    pub(crate) fn error(status: u16, style: Style, message: &str, path: &str) -> Self {
        let object = json!({
            "statusCode": status, "timestamp": "2026-01-01T00:00:00.000Z", "path": path, "message": message,
        })
        .to_string();
        match style {
            Style::Object => Self::json(status, object),
            Style::Text => Self::json(status, json!(message).to_string()),
            Style::Plain => Self::new(status, "text/plain", message.into()),
            Style::Html => Self::nginx(status),
            Style::Empty => Self::json(status, ""),
            Style::Truncated => {
                let half = object.len() * 2 / 3;
                Self::json(status, object.as_bytes().get(..half).unwrap_or_default())
            }
            Style::Huge => Self::json(status, vec![b'x'; 64 << 20]),
            Style::Binary => Self::new(status, "application/octet-stream", (0..=255).collect()),
            Style::WrongContentType => Self::new(status, "image/jpeg", object.into()),
            Style::Utf8Bom => Self::json(status, format!("\u{feff}{object}")),
            Style::Gzip => {
                let mut reply = Self::json(status, b"\x1f\x8b\x08\x00not really".to_vec());
                reply
                    .headers
                    .push(("Content-Encoding".into(), "gzip".into()));
                reply
            }
        }
    }

    pub(crate) fn with_ending(mut self, ending: Ending) -> Self {
        self.ending = ending;
        self
    }

    /// Head and body, ready to be written.
    pub(crate) fn head(&self) -> Vec<u8> {
        let version = if self.http10 { "1.0" } else { "1.1" };
        let mut head = format!(
            "HTTP/{version} {} {}\r\nServer: nginx\r\n",
            self.status,
            reason(self.status)
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let connection = if self.stays_open() {
            "keep-alive"
        } else {
            "close"
        };
        head.push_str(&format!("Connection: {connection}\r\n"));
        if self.status != 204 {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    pub(crate) fn stays_open(&self) -> bool {
        self.ending == Ending::Whole && !self.http10
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        413 => "Request Entity Too Large",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Time-out",
        _ => "Status",
    }
}
