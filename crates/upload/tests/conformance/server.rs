//! A small HTTP server on this machine, for imitations of services: on demand it loses an answer,
//! closes the connection in the middle of a body, or fails.

use std::collections::{HashMap, VecDeque};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as it came.
pub(crate) struct Asked {
    pub(crate) verb: String,
    pub(crate) path: String,
    pub(crate) query: String,
    headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
    /// Whether the server hung up before the whole body was there.
    pub(crate) is_cut: bool,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }
}

/// What goes wrong with a request of one verb whose path contains some text.
#[derive(Clone)]
pub(crate) enum Fault {
    /// The server hangs up after so many bytes of the body.
    Cut(usize),
    /// The request is obeyed, and its answer lost.
    Lost,
    /// The request is not obeyed.
    Status(u16, &'static str),
}

type Handler = dyn Fn(&Asked) -> Answer + Send + Sync;

/// Verb, part of the path, and what happens to the next request of these.
type Faults = VecDeque<(&'static str, &'static str, Fault)>;

/// Answers until the process ends.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    faults: Arc<Mutex<Faults>>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            faults: Arc::default(),
            log: Arc::default(),
        };
        let handler: Arc<Handler> = Arc::new(handler);
        let (faults, log) = (Arc::clone(&server.faults), Arc::clone(&server.log));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (handler, faults, log) = (handler.clone(), faults.clone(), log.clone());
                thread::spawn(move || {
                    let fault = |verb: &str, path: &str| {
                        log.lock().unwrap().push(format!("{verb} {path}"));
                        let mut faults = faults.lock().unwrap();
                        let next = faults
                            .iter()
                            .position(|(of, part, _)| *of == verb && path.contains(part));
                        Some(faults.remove(next?)?.2)
                    };
                    // An error of a connection concerns the client only.
                    drop(serve(stream, &*handler, &fault));
                });
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next request of this verb with this text in its path goes wrong.
    pub(crate) fn fail(&self, verb: &'static str, part: &'static str, fault: Fault) {
        self.faults.lock().unwrap().push_back((verb, part, fault));
    }

    /// How many requests of this verb came with this text in their path.
    pub(crate) fn count(&self, verb: &str, part: &str) -> usize {
        let log = self.log.lock().unwrap();
        let is_such = |line: &&String| line.starts_with(verb) && line.contains(part);
        log.iter().filter(is_such).count()
    }
}

fn serve(
    mut stream: TcpStream,
    handler: &Handler,
    fault: &dyn Fn(&str, &str) -> Option<Fault>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Ok(());
        }
        bytes.extend_from_slice(&chunk[..count]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut body = bytes.split_off(end + 4);
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (verb, url) = (
        first.next().unwrap_or_default(),
        first.next().unwrap_or_default(),
    );
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut headers: HashMap<String, String> = HashMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        // A header that comes twice has both values.
        let values = headers.entry(name.to_ascii_lowercase()).or_default();
        values.push_str(if values.is_empty() { "" } else { ", " });
        values.push_str(value);
    }
    let length = headers
        .get("content-length")
        .and_then(|text| text.parse().ok());
    let length: usize = length.unwrap_or(0);
    let fault = fault(verb, path);
    let wanted = match fault {
        Some(Fault::Cut(at)) => at.min(length),
        _ => length,
    };
    if headers.contains_key("expect") {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    while body.len() < wanted {
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            break;
        }
        body.extend_from_slice(&chunk[..count]);
    }
    body.truncate(wanted);
    let asked = Asked {
        verb: verb.into(),
        path: path.into(),
        query: query.into(),
        headers,
        is_cut: body.len() < length,
        body,
    };
    let answer = match fault {
        Some(Fault::Status(status, body)) => Answer::new(status, body),
        Some(Fault::Cut(_) | Fault::Lost) => {
            handler(&asked);
            return Ok(());
        }
        None => handler(&asked),
    };
    let mut text = format!("HTTP/1.1 {} Status\r\nConnection: close\r\n", answer.status);
    let is_head = verb == "HEAD";
    if !answer
        .headers
        .iter()
        .any(|(name, _)| *name == "Content-Length")
    {
        text.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
    }
    for (name, value) in &answer.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{text}\r\n").as_bytes())?;
    if !is_head {
        stream.write_all(&answer.body)?;
    }
    stream.flush()
}
