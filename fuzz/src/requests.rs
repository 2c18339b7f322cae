//! Requests to the pages of `open` and `review`, through the parser, the gate and the router of their server.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use avatar_prep_command::{InMemory, served};
use serde_json::Value;

/// Longer requests find nothing that shorter ones do not.
const LONGEST: usize = 20_000;
/// A page is made again after so many requests, so that an input does not depend on all before it.
const REQUESTS: u32 = 200;
/// A picture of 4 by 4 pixels.
const PICTURE: &[u8] = b"P5 4 4 255 0123456789abcdef";

/// A page, the words in requests that stand for what it chose, and the requests it has answered.
struct Page {
    pages: InMemory,
    token: String,
    words: Vec<(&'static str, String)>,
    answered: u32,
}

thread_local! {
    static PAGES: RefCell<[Option<Page>; 2]> = const { RefCell::new([None, None]) };
}

/// What a connection sends; the first byte chooses the page, and whether the rest is all that is sent, or the first
/// line, headers and body of a request of the page itself.
pub fn requests(input: &[u8]) {
    let (Some((choice, sent)), true) = (input.split_first(), input.len() <= LONGEST) else {
        return;
    };
    let is_review = choice & 1 == 1;
    PAGES.with_borrow_mut(|pages| {
        let place = &mut pages[usize::from(is_review)];
        if place.as_ref().is_none_or(|page| page.answered >= REQUESTS) {
            *place = Some(Page::new(is_review));
        }
        if let Some(page) = place {
            page.ask(choice & 2 == 2, sent);
        }
    });
}

impl Page {
    fn new(is_review: bool) -> Self {
        let words = match is_review {
            true => vec!["review".into(), results().into_os_string()],
            false => vec![OsString::from("open")],
        };
        let words = [OsString::from("avatar-prep")].into_iter().chain(words);
        let pages = served(words).expect("it can be served");
        let (_, token) = { pages.address() }
            .split_once('#')
            .map(|(address, token)| (address.to_string(), token.to_string()))
            .expect("a token in the address");
        let mut page = Self {
            pages,
            token,
            words: Vec::new(),
            answered: 0,
        };
        page.words = match is_review {
            true => page.reviewed(),
            false => page.dropped(),
        };
        page
    }

    /// What the list of the one result says.
    fn reviewed(&self) -> Vec<(&'static str, String)> {
        let list = self.json(b"GET /api/pictures\n\n");
        let first = &list["pictures"][0];
        let text = |key: &str| first[key].as_str().expect("a text").to_string();
        vec![
            ("$id", text("id")),
            ("$source", text("source_hash")),
            ("$result", text("result")),
        ]
    }

    /// A batch with a picture.
    fn dropped(&self) -> Vec<(&'static str, String)> {
        let id = self.json(b"POST /api/batches\n\n");
        let id = id.as_str().expect("a name").to_string();
        let head = format!("POST /api/batches/{id}/files\nX-Name: \"a.pgm\"\n\n");
        let stored = self.json(&[head.as_bytes(), PICTURE].concat());
        assert_eq!(stored["name"], "a.pgm", "{stored}");
        vec![("$id", id)]
    }

    fn json(&self, request: &[u8]) -> Value {
        let answer = self.pages.answer(&self.own(request));
        let (head, body) = parts(&answer);
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        serde_json::from_slice(body).expect("an answer in JSON")
    }

    /// A request as the page itself would send it, from a line, headers and a body.
    fn own(&self, request: &[u8]) -> Vec<u8> {
        let end = request.windows(2).position(|two| two == b"\n\n");
        let (head, body) = request.split_at(end.unwrap_or(request.len()));
        let body = body.get(2..).unwrap_or_default();
        let end = head.iter().position(|byte| *byte == b'\n');
        let (line, headers) = head.split_at(end.unwrap_or(head.len()));
        let lines = headers.split(|byte| *byte == b'\n');
        let own = format!(
            " HTTP/1.1\r\nHost: 127.0.0.1:1\r\nOrigin: http://127.0.0.1:1\r\nAuthorization: Bearer {}\r\n\
             Content-Length: {}",
            self.token,
            body.len()
        );
        let mut sent = [line, own.as_bytes()].concat();
        for line in lines.skip(1) {
            sent.extend([b"\r\n", line].concat());
        }
        [&sent[..], b"\r\n\r\n", body].concat()
    }

    fn ask(&mut self, is_own: bool, sent: &[u8]) {
        self.answered += 1;
        let mut request = sent.to_vec();
        for (word, value) in &self.words {
            request = replaced(&request, word.as_bytes(), value.as_bytes());
        }
        if is_own {
            request = self.own(&request);
        }
        let answer = self.pages.answer(&request);
        if answer.is_empty() {
            return;
        }
        let (head, body) = parts(&answer);
        let status: u16 = head
            .get(9..12)
            .and_then(|it| it.parse().ok())
            .expect("a status");
        assert!((200..600).contains(&status), "{head}");
        let text = String::from_utf8_lossy(body);
        // A panic in what answers a request ends as this.
        assert!(status != 500 || !text.contains("\"failed\""), "{text}");
        assert!(
            !text.contains(&self.token) && !head.contains(&self.token),
            "{head}"
        );
        if body.is_empty() {
            return; // also what the parser refuses before any page sees it
        }
        assert!(
            head.contains("\r\ncontent-security-policy: default-src 'none'"),
            "{head}"
        );
        let is_data = ["application/json", "image/jpeg", "application/zip"].iter();
        let is_data = { is_data }.any(|kind| head.contains(&format!("content-type: {kind}")));
        assert!(
            is_own || status != 200 || !is_data,
            "without a token: {head}"
        );
    }
}

fn parts(answer: &[u8]) -> (String, &[u8]) {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.expect("the end of a head"));
    (
        String::from_utf8_lossy(head).into(),
        body.get(4..).unwrap_or_default(),
    )
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.windows(from.len()).position(|part| part == from) {
        all.extend([&rest[..at], to].concat());
        rest = &rest[at + from.len()..];
    }
    [&all[..], rest].concat()
}

/// A folder with one result, of this process and thread.
fn results() -> PathBuf {
    let thread = format!("{:?}", std::thread::current().id());
    let thread: String = thread.chars().filter(char::is_ascii_digit).collect();
    let folder = std::env::temp_dir().join(format!("requests-{}-{thread}", std::process::id()));
    let out = folder.join("out");
    if !out.exists() {
        prepared(&folder, &out);
    }
    out
}

fn prepared(folder: &Path, out: &Path) {
    let source = folder.join("in");
    std::fs::create_dir_all(&source).expect("the temporary folder can be written");
    std::fs::write(source.join("a.pgm"), PICTURE).expect("it can be written");
    let words = [
        "avatar-prep".as_ref(),
        "--quiet".as_ref(),
        source.as_os_str(),
        out.as_os_str(),
    ];
    let code = avatar_prep_command::run(words.into_iter().map(OsString::from));
    assert_eq!(code, 0, "the picture is made");
}
