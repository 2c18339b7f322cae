//! Sources and results in an object store: a real server on this machine, and a proxy before it that
//! counts requests and disturbs them.

mod arrays;
mod azure;
mod delivered;
mod faults;
mod google;
mod kills;
mod lengths;
mod manifests;
mod merging;
mod names;
mod packed;
mod reading;
mod reviewed;
mod silent;
mod verified;
mod webdav;
mod wire;
mod writing;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use self::wire::{exchange, free_port, received, split, wait_for};
use crate::support::{avatar_prep, jpeg, png, tree};

const BUCKET: &str = "test-bucket";
const SECRET: &str = "SECRETofNOBODYinPARTICULAR0123456789";

/// A request that the proxy sees.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Request {
    verb: String,
    /// With its query.
    path: String,
    head: String,
}

/// What the proxy does with a request.
enum Fate {
    Pass,
    /// Answers with a status and a body in place of the server.
    Answer(u16, &'static str),
    /// Answers with a status and the length of a body that never comes.
    Stall(u16),
    /// Passes on this many bytes of the answer's body, and closes the connection.
    Cut(usize),
    /// Passes it on, and closes the connection without an answer.
    Forget,
    /// Passes on another head and body of the answer.
    Change(fn(&str, &[u8]) -> Vec<u8>),
}

type Disturb = dyn Fn(&Request, usize) -> Fate + Send + Sync;

/// An object store with a proxy before it, until it is dropped.
struct Bucket {
    server: Child,
    host: String,
    proxy: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Bucket {
    fn start() -> Self {
        Self::disturbed(|_, _| Fate::Pass)
    }

    /// `disturb` gets each request and how often the same one came before.
    fn disturbed(disturb: impl Fn(&Request, usize) -> Fate + Send + Sync + 'static) -> Self {
        let port = free_port();
        let server = Command::new(python())
            .args(["-m", "moto.server", "-p", &port])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let host = format!("127.0.0.1:{port}");
        wait_for(&host);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let bucket = Self {
            server,
            proxy: listener.local_addr().unwrap().to_string(),
            host: host.clone(),
            seen: Arc::clone(&seen),
        };
        let disturb: Arc<Disturb> = Arc::new(disturb);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (host, seen, disturb) = (host.clone(), Arc::clone(&seen), Arc::clone(&disturb));
                thread::spawn(move || serve(client, &host, &seen, &*disturb));
            }
        });
        bucket.ask("PUT", "", b"");
        bucket
    }

    /// One request to the server itself, by the key of an object.
    fn ask(&self, verb: &str, key: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let host = &self.host;
        let head = format!(
            "{verb} /{BUCKET}/{key} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n\
             Content-Type: application/octet-stream\r\nConnection: close\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=nobody/20260101/us-east-1/s3/aws4_request, \
             SignedHeaders=host, Signature=0\r\n\r\n",
            body.len()
        );
        let answer = exchange(host, &[head.as_bytes(), body].concat());
        let (head, body) = split(&answer);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_vec())
    }

    fn put(&self, key: &str, bytes: &[u8]) {
        assert_eq!(self.ask("PUT", key, bytes).0, 200, "{key}");
    }

    /// Every object below a prefix, with its bytes; without the state.
    fn objects(&self, prefix: &str) -> BTreeMap<String, Vec<u8>> {
        let (_, list) = self.ask("GET", &format!("?list-type=2&prefix={prefix}"), b"");
        let list = String::from_utf8(list).unwrap();
        let keys = list.split("<Key>").skip(1);
        let keys = keys.map(|rest| rest.split("</Key>").next().unwrap().to_string());
        let keys = keys.filter(|key| !key.contains("/.avatar-prep/"));
        keys.map(|key| {
            let (status, bytes) = self.ask("GET", &key, b"");
            assert!(status == 200 && !bytes.is_empty(), "{key}: {status}");
            (key.strip_prefix(prefix).unwrap().to_string(), bytes)
        })
        .collect()
    }

    /// A command that reaches the store through the proxy.
    fn command(&self, folder: &std::path::Path, args: &[&str]) -> Command {
        let mut command = avatar_prep(folder);
        command
            .env("AWS_ACCESS_KEY_ID", "AKIAofNOBODY")
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL", format!("http://{}", self.proxy))
            .env("NO_PROXY", "127.0.0.1")
            .args(args);
        command
    }

    /// Runs it; returns the exit code, its records, and all it printed.
    fn run(&self, folder: &std::path::Path, args: &[&str]) -> Ran {
        ran(self.command(folder, args))
    }

    /// Forgets the requests so far, and returns them.
    fn take_seen(&self) -> Vec<Request> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// Keys of pictures that were written since the last look.
    fn take_puts(&self) -> Vec<String> {
        let seen = self.take_seen().into_iter();
        let puts = seen.filter(|it| it.verb == "PUT" && it.path.ends_with(".jpg"));
        let mut puts: Vec<String> = puts.map(|it| it.path).collect();
        puts.sort();
        puts
    }
}

/// What a run printed.
struct Ran {
    code: i32,
    records: Vec<serde_json::Value>,
    stderr: String,
}

impl Ran {
    fn files(&self) -> impl Iterator<Item = &serde_json::Value> {
        self.records.iter().filter(|it| it["event"] == "file")
    }

    /// How many files have this status, or this code.
    fn count(&self, key: &str, value: &str) -> usize {
        self.files().filter(|it| it[key] == value).count()
    }
}

/// Runs a command for its records.
fn ran(mut command: Command) -> Ran {
    let output = command.arg("--json").output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stdout.contains(SECRET) && !stderr.contains(SECRET));
    let lines = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    Ran {
        code: output.status.code().unwrap(),
        records: lines.collect(),
        stderr,
    }
}

/// The Python that has the servers.
fn python() -> String {
    let python = std::env::var("AVATAR_PREP_PYTHON");
    python
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/target/python/bin/python").into())
}

/// Passes one request on, or not.
fn serve(client: TcpStream, host: &str, seen: &Mutex<Vec<Request>>, disturb: &Disturb) {
    let Some((head, body)) = received(&client) else {
        return;
    };
    let mut words = head.split(' ');
    let request = Request {
        verb: words.next().unwrap().into(),
        path: words.next().unwrap().into(),
        head: head.clone(),
    };
    let before = {
        let mut seen = seen.lock().unwrap();
        let is_same = |it: &&Request| (&it.verb, &it.path) == (&request.verb, &request.path);
        let before = seen.iter().filter(is_same).count();
        seen.push(request.clone());
        before
    };
    let mut client = client;
    let fate = disturb(&request, before);
    if let Fate::Answer(status, body) = fate {
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status} No\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        let _ = client.write_all(answer.as_bytes());
        return;
    }
    if let Fate::Stall(status) = fate {
        let answer = format!("HTTP/1.1 {status} No\r\nContent-Length: 500\r\n\r\n");
        let _ = client.write_all(answer.as_bytes());
        // Until the client gives up; without this limit, a client that does not would never end the test.
        let _ = client.set_read_timeout(Some(Duration::from_secs(60)));
        let _ = client.read(&mut [0]);
        return;
    }
    let head = head.replace("\r\nconnection: keep-alive", "");
    let request = [head.as_bytes(), b"Connection: close\r\n\r\n", &body].concat();
    let answer = exchange(host, &request);
    let (head, body) = split(&answer);
    let answer = match fate {
        Fate::Forget => Vec::new(),
        Fate::Cut(length) => answer[..answer.len() - body.len() + length.min(body.len())].to_vec(),
        Fate::Change(change) => change(&head, body),
        _ => answer,
    };
    let _ = client.write_all(&answer);
}

/// Puts small pictures into the store; returns how many.
fn fill(bucket: &Bucket, prefix: &str, count: usize) -> usize {
    for index in 0..count {
        let color = |x: u32, y: u32| [(x * 7) as u8, (y * 5) as u8, index as u8];
        let folder = ["a", "b/c"][index % 2];
        if index % 3 == 0 {
            let opaque = |x, y| [color(x, y)[0], color(x, y)[1], color(x, y)[2], 255];
            let key = format!("{prefix}{folder}/{index}.png");
            bucket.put(&key, &png(70 + index as u32, 60, opaque));
        } else {
            let key = format!("{prefix}{folder}/{index}.jpg");
            bucket.put(&key, &jpeg(70 + index as u16, 60, color));
        }
    }
    count
}

/// Asserts that two folders of results hold the same files.
#[track_caller]
fn same_files(one: &Path, other: &Path) {
    assert_eq!(tree(one), tree(other));
    for name in tree(one) {
        let same =
            std::fs::read(one.join(&name)).unwrap() == std::fs::read(other.join(&name)).unwrap();
        assert!(same, "{name}");
    }
}
