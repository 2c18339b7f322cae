//! Imitations of a file server and of the Graph API, which record what each account shows and how
//! often that changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::server::{Answer, Asked, Server};

/// A file server: PUT, GET and HEAD, with entity tags.
pub(crate) struct Files {
    pub(crate) server: Server,
    files: Arc<Mutex<HashMap<String, Stored>>>,
}

#[derive(Clone, Default)]
struct Stored {
    bytes: Vec<u8>,
    changes: usize,
}

impl Files {
    pub(crate) fn start() -> Self {
        let files: Arc<Mutex<HashMap<String, Stored>>> = Arc::default();
        let kept = Arc::clone(&files);
        let server = Server::start(move |asked| {
            let mut files = kept.lock().unwrap();
            store(&mut files, asked)
        });
        Self { server, files }
    }

    pub(crate) fn shows(&self, path: &str) -> Option<Vec<u8>> {
        let files = self.files.lock().unwrap();
        files.get(path).map(|stored| stored.bytes.clone())
    }

    pub(crate) fn changes(&self, path: &str) -> usize {
        let files = self.files.lock().unwrap();
        files.get(path).map_or(0, |stored| stored.changes)
    }
}

fn store(files: &mut HashMap<String, Stored>, asked: &Asked) -> Answer {
    let stored = files.get(&asked.path);
    match (asked.verb.as_str(), stored) {
        // An address that is signed for one verb says nothing to another.
        ("GET" | "HEAD", _) if asked.query.contains("verb=PUT") => {
            Answer::new(403, "signed for PUT")
        }
        // Some servers do not respect it.
        ("PUT", Some(_))
            if asked.header("if-none-match") == "*" && !asked.path.contains("deaf") =>
        {
            Answer::new(412, "")
        }
        ("PUT", _) if asked.is_cut => Answer::new(400, ""),
        ("PUT", _) => {
            let status = if files.contains_key(&asked.path) {
                204
            } else {
                201
            };
            let stored = files.entry(asked.path.clone()).or_default();
            stored.bytes.clone_from(&asked.body);
            stored.changes += 1;
            Answer::new(status, "")
        }
        ("GET" | "HEAD", Some(stored)) => {
            let mut answer = Answer::new(200, stored.bytes.clone());
            answer
                .headers
                .push(("Content-Length", stored.bytes.len().to_string()));
            answer
                .headers
                .push(("ETag", format!("\"{}\"", stored.changes)));
            answer
        }
        _ => Answer::new(404, "no such file"),
    }
}

/// The three routes of the WhatsApp Cloud API, and the pictures that show.
pub(crate) struct Graph {
    pub(crate) server: Server,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    sessions: Vec<(usize, Vec<u8>)>,
    handles: Vec<Vec<u8>>,
    shown: HashMap<String, Stored>,
}

pub(crate) const GRAPH_TOKEN: &str = "EAAGraphTokenOfNobody0123456789";

impl Graph {
    pub(crate) fn start() -> Self {
        let state: Arc<Mutex<State>> = Arc::default();
        let kept = Arc::clone(&state);
        let server = Server::start(move |asked| graph(&mut kept.lock().unwrap(), asked));
        Self { server, state }
    }

    pub(crate) fn shows(&self, phone: &str) -> Option<Vec<u8>> {
        let state = self.state.lock().unwrap();
        state.shown.get(phone).map(|stored| stored.bytes.clone())
    }

    pub(crate) fn changes(&self, phone: &str) -> usize {
        let state = self.state.lock().unwrap();
        state.shown.get(phone).map_or(0, |stored| stored.changes)
    }
}

fn error(status: u16, code: u32, message: &str) -> Answer {
    let body = format!(
        r#"{{"error":{{"message":"{message} {GRAPH_TOKEN}","type":"OAuthException","code":{code},"error_subcode":1,"fbtrace_id":"AbC"}}}}"#
    );
    Answer::new(status, body)
}

fn graph(state: &mut State, asked: &Asked) -> Answer {
    let path = asked.path.as_str();
    if let Some(name) = path.strip_prefix("/pps/") {
        let phone = name.split('-').next().unwrap_or_default();
        let found = state.shown.get(phone);
        return found.map_or(Answer::new(404, ""), |it| {
            Answer::new(200, it.bytes.clone())
        });
    }
    let authorization = asked.header("authorization");
    let is_upload = path.contains("/upload:");
    let wanted = if is_upload { "OAuth" } else { "Bearer" };
    if authorization != format!("{wanted} {GRAPH_TOKEN}") {
        return error(401, 190, "Invalid OAuth access token");
    }
    match (asked.verb.as_str(), is_upload) {
        ("POST", false) if path.ends_with("/uploads") => open(state, asked),
        ("POST", true) => append(state, asked),
        ("GET", true) => {
            let path = format!("{path}{}", asked.query);
            let received = session(state, &path).map_or(0, |(_, bytes)| bytes.len());
            Answer::new(
                200,
                format!(r#"{{"id":"upload:x","file_offset":{received}}}"#),
            )
        }
        (verb, false) => profile(state, asked, verb),
        _ => error(404, 100, "Unknown path components"),
    }
}

fn open(state: &mut State, asked: &Asked) -> Answer {
    // As strict gateways do.
    if asked.header("content-length") != "0" {
        return Answer::new(411, "Length Required");
    }
    let fields: HashMap<_, _> = asked
        .query
        .split('&')
        .filter_map(|it| it.split_once('='))
        .collect();
    let length = fields.get("file_length").and_then(|text| text.parse().ok());
    if fields.get("file_type") != Some(&"image/jpeg") || !fields.contains_key("file_name") {
        return error(400, 100, "file_type");
    }
    state.sessions.push((length.unwrap_or(0), Vec::new()));
    let number = state.sessions.len() - 1;
    Answer::new(200, format!(r#"{{"id":"upload:MTphd?sig=ARZ{number}"}}"#))
}

/// The query holds the number: sessions of the service have one too.
fn session<'a>(state: &'a mut State, path: &str) -> Option<&'a mut (usize, Vec<u8>)> {
    let number: usize = path.rsplit("ARZ").next()?.parse().ok()?;
    state.sessions.get_mut(number)
}

fn append(state: &mut State, asked: &Asked) -> Answer {
    let path = format!("{}{}", asked.path, asked.query);
    let Some((length, bytes)) = session(state, &path) else {
        return error(404, 100, "no session");
    };
    if asked.header("file_offset") != bytes.len().to_string() {
        return error(400, 100, "offset");
    }
    bytes.extend_from_slice(&asked.body);
    if bytes.len() != *length {
        return error(400, 100, "length");
    }
    let whole = bytes.clone();
    state.handles.push(whole);
    let number = state.handles.len() - 1;
    Answer::new(200, format!(r#"{{"h":"4::aW1h-{number}"}}"#))
}

fn profile(state: &mut State, asked: &Asked, verb: &str) -> Answer {
    let mut segments = asked.path.trim_start_matches("/v23.0/").split('/');
    let phone = segments.next().unwrap_or_default().to_string();
    if segments.next() != Some("whatsapp_business_profile") {
        return error(404, 100, "Unknown path components");
    }
    if verb == "GET" {
        let url = state.shown.get(&phone).map(|stored| {
            let host = asked.header("host");
            format!(
                r#""profile_picture_url":"http://{host}/pps/{phone}-{}_n.jpg","#,
                stored.changes
            )
        });
        let url = url.unwrap_or_default();
        return Answer::new(
            200,
            format!(r#"{{"data":[{{{url}"messaging_product":"whatsapp"}}]}}"#),
        );
    }
    let body: serde_json::Value = serde_json::from_slice(&asked.body).unwrap_or_default();
    let handle = body["profile_picture_handle"].as_str().unwrap_or_default();
    let number = handle
        .rsplit('-')
        .next()
        .and_then(|text| text.parse::<usize>().ok());
    let known = number.and_then(|number| state.handles.get(number)).cloned();
    let (Some(bytes), "whatsapp") = (
        known,
        body["messaging_product"].as_str().unwrap_or_default(),
    ) else {
        return error(400, 100, "Invalid parameter");
    };
    let stored = state.shown.entry(phone).or_default();
    stored.bytes = bytes;
    stored.changes += 1;
    Answer::new(200, r#"{"success":true}"#)
}
