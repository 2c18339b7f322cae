//! A page that the real binary serves, and requests to it as programs send them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::avatar_prep;

/// A server that runs until it is dropped.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) host: String,
    pub(crate) token: String,
}

/// An answer to a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

impl Served {
    /// Runs a command that serves a page, in `folder`.
    pub(crate) fn by(folder: &Path, args: &[&str]) -> Self {
        Self::with(avatar_prep(folder), args)
    }

    /// The same with a command that is prepared.
    pub(crate) fn with(mut command: Command, args: &[&str]) -> Self {
        command.args(args).args(["--no-open", "--json"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let record: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(record["event"], args[0]);
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
    pub(crate) fn send(&self, request: &[u8]) -> Answer {
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
    pub(crate) fn get(&self, path: &str) -> Answer {
        let (host, token) = (&self.host, &self.token);
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n");
        self.send(head.as_bytes())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_bytes(path, &[], body.to_string().as_bytes())
    }

    /// Sends bytes with these headers in addition.
    pub(crate) fn post_bytes(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let head = self.head_of_post(path, headers, body.len());
        self.send(&[head.as_bytes(), body].concat())
    }

    /// The head of a request that sends this many bytes.
    pub(crate) fn head_of_post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        bytes: usize,
    ) -> String {
        let (host, token) = (&self.host, &self.token);
        let more: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
             Authorization: Bearer {token}\r\n{more}Content-Length: {bytes}\r\n\r\n"
        )
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
