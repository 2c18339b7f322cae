//! `avatar-prep review`: the real binary, asked by requests as programs send them, and by a real
//! browser.

mod decisions; // what is recorded and remade, who wins, undo
mod export; // decisions as rules
mod failures; // what could not be made
pub(crate) mod page; // the page in a real browser
mod requests; // which requests are answered
mod twins; // the same file in two input folders

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::support::{avatar_prep, folder, ppm, run};

/// A review that is served by the real binary until it is dropped.
pub(crate) struct Review {
    child: Child,
    host: String,
    token: String,
}

/// An answer to a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

impl Review {
    /// Reviews `out` in `folder`.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut command = avatar_prep(folder);
        command.args(["review", "out", "--no-open", "--json"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let record: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(record["event"], "review");
        let address = record["address"].as_str().unwrap();
        let (host, token) = address
            .strip_prefix("http://")
            .unwrap()
            .split_once("/#")
            .unwrap();
        Self {
            child,
            host: host.into(),
            token: token.into(),
        }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}/#{}", self.host, self.token)
    }

    /// Ends the server.
    pub(crate) fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends these bytes and reads the answer.
    fn send(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            body: answer[end + 4..].to_vec(),
            head,
        }
    }

    /// The answer to a request of the page.
    fn get(&self, path: &str) -> Answer {
        let (host, token) = (&self.host, &self.token);
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n");
        self.send(head.as_bytes())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let (host, token, body) = (&self.host, &self.token, body.to_string());
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
             Authorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.send(head.as_bytes())
    }

    /// The list entry of a result.
    pub(crate) fn entry(&self, output: &str) -> Value {
        let list = self.get("/api/pictures").json();
        let all = list["pictures"].as_array().unwrap();
        let found = all.iter().find(|it| it["output"] == output);
        found
            .unwrap_or_else(|| panic!("{output} is not in {list:#}"))
            .clone()
    }
}

impl Drop for Review {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A wide picture: red on the left, green in the middle, blue on the right.
pub(crate) fn thirds() -> Vec<u8> {
    ppm(600, 200, |x, _| match x / 200 {
        0 => [200, 30, 30],
        1 => [30, 160, 30],
        _ => [30, 30, 200],
    })
}

/// A folder with prepared pictures: `in/NAME` for each, and `out`.
pub(crate) fn prepared(pictures: &[(&str, &[u8])]) -> tempfile::TempDir {
    let named: Vec<(String, &[u8])> = pictures
        .iter()
        .map(|(name, bytes)| (format!("in/{name}"), *bytes))
        .collect();
    let named: Vec<(&str, &[u8])> = named
        .iter()
        .map(|(name, bytes)| (&**name, *bytes))
        .collect();
    let folder = folder(&named);
    let said = run(folder.path(), &["in", "out"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    folder
}

/// The mean colour of a result.
fn mean(folder: &Path, result: &str) -> [f64; 3] {
    let bytes = std::fs::read(folder.join(result)).unwrap();
    crate::support::decode(&bytes).mean()
}

/// Which channel is the strongest.
fn strongest(mean: [f64; 3]) -> usize {
    (0..3).max_by(|a, b| mean[*a].total_cmp(&mean[*b])).unwrap()
}
