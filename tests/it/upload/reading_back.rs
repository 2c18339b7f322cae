//! Reading back what an account shows: a server that refuses that for now is left alone as long as it asks for, in sends
//! too.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::files::{self, delivered, list, put};
use super::{ID, picture, with_account};
use crate::support::{folder, said, write};

/// When which request came.
type Seen = Arc<Mutex<Vec<(Instant, String, String)>>>;

/// What a server answers to a verb, a path and a body, if so many requests of that verb and path came before: a status,
/// further headers and a body.
type Answer = dyn Fn(&str, &str, &[u8], usize) -> (u16, String, Vec<u8>) + Send + Sync;

/// A server in this process. Its thread ends with the process.
pub(super) struct Server {
    pub(super) host: String,
    seen: Seen,
}

impl Server {
    pub(super) fn start(
        answer: impl Fn(&str, &str, &[u8], usize) -> (u16, String, Vec<u8>) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let seen = Seen::default();
        let (answer, shared): (Arc<Answer>, _) = (Arc::new(answer), Arc::clone(&seen));
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                serve(&socket, &*answer, &shared);
            }
        });
        Self { host, seen }
    }

    /// When the requests of this verb came whose path ends like this, counted from the first request.
    fn times(&self, verb: &str, end: &str) -> Vec<Duration> {
        let seen = self.seen.lock().unwrap();
        let start = seen[0].0;
        let wanted = seen
            .iter()
            .filter(|(_, its, path)| its == verb && path.ends_with(end));
        wanted.map(|(at, ..)| *at - start).collect()
    }

    pub(super) fn count(&self, verb: &str, end: &str) -> usize {
        self.times(verb, end).len()
    }
}

fn serve(socket: &TcpStream, answer: &Answer, seen: &Seen) {
    let mut reader = BufReader::new(socket);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
    }
    let small = head.to_lowercase();
    let length = small.split_once("content-length: ");
    let length = length.map_or(0, |(_, rest)| rest.lines().next().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut words = head.split(' ');
    let (verb, path) = (words.next().unwrap(), words.next().unwrap());
    let mut seen = seen.lock().unwrap();
    let is_same = |it: &&(Instant, String, String)| it.1 == verb && it.2 == path;
    let before = seen.iter().filter(is_same).count();
    seen.push((Instant::now(), verb.into(), path.into()));
    let (status, more, body) = answer(verb, path, &body, before);
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let mut writer = socket;
    let _ = writer.write_all(head.as_bytes());
    if verb != "HEAD" {
        let _ = writer.write_all(&body);
    }
}

/// A file server that takes pictures, and refuses the first `refused` questions for a file that is there.
fn refusing(refused: usize, retry_after: &'static str) -> Server {
    Server::start(move |verb, _, _, before| match verb {
        "PUT" => (201, String::new(), Vec::new()),
        "GET" if before < refused => {
            let header = format!("Retry-After: {retry_after}\r\n");
            (429, header, Vec::new())
        }
        "GET" => (200, String::new(), picture().to_vec()),
        _ => (404, String::new(), Vec::new()),
    })
}

#[test]
fn a_pause_that_the_server_asks_for_when_it_is_read_from_is_kept() {
    let server = refusing(1, "3");
    let files = folder(&[("out/logo.jpg", picture())]);
    let url = format!("http://{}/a.jpg", server.host);
    list(files.path(), &[put("site", &url, "logo.jpg")]);
    let records = delivered(files.path(), &["--verify"]);
    assert_eq!(records[0]["code"], "compared", "{records:?}");
    let [first, second] = server.times("GET", "/a.jpg")[..] else {
        panic!("it asks twice")
    };
    assert!(
        second - first >= Duration::from_secs(3),
        "{:?}",
        second - first
    );
}

/// The other files of the host wait with it.
#[test]
fn a_long_pause_that_the_server_asks_for_is_left_to_another_run() {
    let server = refusing(9, "3600");
    let files = folder(&[("out/logo.jpg", picture())]);
    let row = |name: &str| {
        put(
            name,
            &format!("http://{}/{name}.jpg", server.host),
            "logo.jpg",
        )
    };
    list(files.path(), &[row("a"), row("b")]);
    let records = delivered(files.path(), &["--verify", "--senders", "1"]);
    let found: Vec<_> = records
        .iter()
        .map(|it| ["account", "status", "code"].map(|key| it[key].as_str().unwrap()))
        .collect();
    assert_eq!(found[0], ["a", "applied", "not_compared"], "{records:?}");
    assert_eq!(server.count("GET", ".jpg"), 1, "it is asked no more");
    assert_eq!(
        server.count("PUT", ".jpg"),
        records
            .iter()
            .filter(|it| it["status"] == "applied")
            .count()
    );
    // What was not sent before the server asked for the pause is not sent during it.
    list(files.path(), &[row("c")]);
    let records = delivered(files.path(), &[]);
    let found = ["status", "code"].map(|key| records[0][key].as_str().unwrap());
    assert_eq!(found, ["deferred", "deferred"]);
    assert_eq!(server.count("PUT", "/c.jpg"), 0);
}

/// The account call is refused for now: that is not an account without a picture.
#[test]
fn an_account_that_is_asked_too_often_is_asked_again() {
    let server = Server::start(|verb, path, _, before| {
        let text = |status, header: &str, body: String| (status, header.into(), body.into_bytes());
        match verb {
            _ if path.contains("getState") => {
                text(200, "", r#"{"stateInstance":"authorized"}"#.into())
            }
            "POST" => {
                let body = r#"{"setProfilePicture":true,"reason":null,"urlAvatar":null}"#;
                text(200, "", body.into())
            }
            _ if path.contains("getWaSettings") => match before {
                0 => text(200, "", r#"{"avatar":""}"#.into()),
                1 => text(429, "Retry-After: 3\r\n", r#"{"message":"no"}"#.into()),
                _ => text(
                    200,
                    "",
                    r#"{"avatar":"https://elsewhere.example/1.jpg"}"#.into(),
                ),
            },
            _ => (404, String::new(), Vec::new()),
        }
    });
    let files = folder(&[("out/logo.jpg", picture())]);
    let csv = format!(
        "name,id_instance,api_url,token_env,picture\nn,{ID},http://{},GREEN_API_TOKEN,logo.jpg\n",
        server.host
    );
    write(&files.path().join("a.csv"), csv.as_bytes());
    let mut command = with_account(files.path(), "");
    command.args(["upload", "out", "--accounts", "a.csv", "--verify"]);
    let said = said(&command.output().unwrap());
    // The state, what the account shows before, and twice what it shows after.
    let [_, _, second, third] = server.times("GET", super::TOKEN)[..] else {
        panic!("{}", said.stderr)
    };
    assert!(
        third - second >= Duration::from_secs(3),
        "{:?}",
        third - second
    );
    assert_eq!(server.count("POST", ""), 1);
    let wanted = "not compared: the picture is at an address that is not one of the service's";
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
}

/// Status 200 with an error is none either: what is there decides, and where nobody can look, nobody knows.
#[test]
fn an_error_with_status_200_is_no_acknowledgement() {
    let server = files::Server::start();
    let results = folder(&[("out/logo.jpg", picture())]);
    for (number, text) in [
        "{\"error\":\"quota exceeded <html>\"}",
        "{\"success\":false,\"page\":\"<html>\"}",
        "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><html></Error>",
        "ERROR: <html>",
    ]
    .into_iter()
    .enumerate()
    {
        let path = format!("/{number}.jpg");
        let signed = format!("/s{number}.jpg?X-Sig=0123456789abcdef");
        let rows = [&path, &signed].map(|path| {
            let url = format!("http://{}{path}", server.host);
            put(&format!("n{}", url.len()), &url, "logo.jpg")
        });
        list(results.path(), &rows);
        for path in [&path, &signed] {
            server.script(path, &[(200, text)]);
        }
        let records = delivered(results.path(), &["--senders", "1"]);
        let found: Vec<_> = records
            .iter()
            .map(|it| ["status", "code"].map(|key| it[key].as_str().unwrap()))
            .collect();
        let wanted = ["rejected", "unknown"].map(|status| [status, "unexpected_answer"]);
        assert_eq!(found, wanted, "{text}");
    }
    assert_eq!(server.puts().len(), 8);
}
