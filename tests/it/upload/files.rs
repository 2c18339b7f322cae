//! Places for files: folders, and a server that takes PUT and answers as a test says.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use super::{picture, upload};
use crate::support::{Said, folder, jpeg, said, write};

/// What a server holds and was asked, and its next answers to PUT by path and query.
#[derive(Default)]
struct Held {
    files: HashMap<String, Vec<u8>>,
    /// The head of each request, in small letters, without that of a question.
    puts: Vec<String>,
    answers: HashMap<String, VecDeque<(u16, &'static str)>>,
}

/// A server in this process. Its thread ends with the process.
pub(super) struct Server {
    pub(super) host: String,
    held: Arc<Mutex<Held>>,
}

impl Server {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let held = Arc::new(Mutex::new(Held::default()));
        let shared = Arc::clone(&held);
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                answer(&socket, &mut shared.lock().unwrap());
            }
        });
        Self { host, held }
    }

    /// What the next PUT requests to this path are answered; after that 201.
    pub(super) fn script(&self, path: &str, answers: &[(u16, &'static str)]) {
        let mut held = self.held.lock().unwrap();
        held.answers.insert(path.into(), answers.to_vec().into());
    }

    pub(super) fn puts(&self) -> Vec<String> {
        self.held.lock().unwrap().puts.clone()
    }

    pub(super) fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.held.lock().unwrap().files.get(path).cloned()
    }
}

fn answer(socket: &TcpStream, held: &mut Held) {
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
    let (verb, path) = (words.next().unwrap(), words.next().unwrap().to_string());
    let (status, body) = match verb {
        "PUT" => {
            held.puts.push(small);
            let next = held.answers.get_mut(&path).and_then(VecDeque::pop_front);
            let (status, text) = next.unwrap_or((201, ""));
            if (200..300).contains(&status) && !text.contains("<html") {
                held.files.insert(path, body);
            }
            (status, text.as_bytes().to_vec())
        }
        _ => match held.files.get(&path) {
            Some(file) => (200, file.clone()),
            None => (404, Vec::new()),
        },
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let mut writer = socket;
    let _ = writer.write_all(head.as_bytes());
    if verb != "HEAD" {
        let _ = writer.write_all(&body);
    }
}

pub(super) fn deliver(files: &Path, args: &[&str]) -> Said {
    let mut command = upload(files, "");
    command.env("OTHER_TOKEN", "another-token");
    command.args(["--accounts", "a.csv"]).args(args);
    said(&command.output().unwrap())
}

/// The records of a delivery, without the summary.
pub(super) fn delivered(files: &Path, args: &[&str]) -> Vec<Value> {
    let said = deliver(files, &[&["--json"], args].concat());
    let records = said
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    records
        .filter(|it: &Value| it["event"] != "upload_summary")
        .collect()
}

pub(super) fn list(files: &Path, rows: &[String]) {
    let head = "name,service,url,user,token_env,folder,picture\n";
    write(
        &files.join("a.csv"),
        format!("{head}{}", rows.concat()).as_bytes(),
    );
}

pub(super) fn put(name: &str, url: &str, picture: &str) -> String {
    format!("{name},http-put,{url},,,,{picture}\n")
}

pub(super) fn shown(name: &str, folder: &str, picture: &str) -> String {
    format!("{name},folder,,,,{folder},{picture}\n")
}

pub(super) fn another() -> Vec<u8> {
    jpeg(300, 300, |x, y| [y as u8, 9, x as u8])
}

/// Azure refuses an object without its type.
#[test]
fn azure_is_told_the_type_of_an_object() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture())]);
    let url = |path: &str| format!("http://{}/{path}", server.host);
    let rows = [
        put(
            "one",
            &url("c/a.jpg?sv=2026-01-01&sig=fedcba9876543210"),
            "logo.jpg",
        ),
        put("two", &url("c/b.jpg?sig=fedcba9876543210"), "logo.jpg"),
    ];
    list(files.path(), &rows);
    assert_eq!(deliver(files.path(), &[]).code, 0);
    let mut told: Vec<_> = server
        .puts()
        .iter()
        .map(|head| {
            let is_azure = head.contains("\r\nx-ms-blob-type: blockblob\r\n");
            (head.contains("/c/a.jpg"), is_azure)
        })
        .collect();
    told.sort_unstable();
    assert_eq!(told, [(false, false), (true, true)]);
}

/// A place that is full or a credential that is wrong says nothing about the others at the host.
#[test]
fn one_place_stops_no_other_at_the_host() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture())]);
    let url = |path: &str| format!("http://{}/{path}", server.host);
    let row = |name: &str, token: &str| {
        format!(
            "{name},http-put,{},me,{token},,logo.jpg\n",
            url(&format!("{name}.jpg"))
        )
    };
    let good = "GREEN_API_TOKEN";
    list(
        files.path(),
        &[
            row("full", good),
            row("bad1", "OTHER_TOKEN"),
            row("bad2", "OTHER_TOKEN"),
            row("good", good),
        ],
    );
    server.script("/full.jpg", &[(507, "")]);
    server.script("/bad1.jpg", &[(401, "")]);
    server.script("/bad2.jpg", &[(401, "")]);
    let records = delivered(files.path(), &["--senders", "1"]);
    let found: Vec<_> = records
        .iter()
        .map(|it| ["account", "status", "code"].map(|key| it[key].as_str().unwrap()))
        .collect();
    let mut found = found;
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ["bad1", "rejected", "bad_token"],
            ["bad2", "not_started", "stopped"],
            ["full", "deferred", "server_full"],
            ["good", "applied", "applied"],
        ]
    );
    assert_eq!(server.puts().len(), 3);
    // The deferral lasts, for that place only.
    list(files.path(), &[row("full", good), row("new", good)]);
    write(&files.path().join("out/logo.jpg"), &another());
    let records = delivered(files.path(), &["--senders", "1"]);
    let of = |name: &str| records.iter().find(|it| it["account"] == name).unwrap();
    assert_eq!(
        (&of("full")["status"], &of("new")["status"]),
        (&"deferred".into(), &"applied".into())
    );
}

/// Status 200 with a page is the login of a network, not an acknowledgement.
#[test]
fn a_page_is_no_acknowledgement() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture())]);
    let page = "\r\n<!DOCTYPE html>\r\n<html><title>Sign in</title></html>";
    let url = format!("http://{}/logo.jpg", server.host);
    list(files.path(), &[put("site", &url, "logo.jpg")]);
    server.script("/logo.jpg", &[(200, page)]);
    let records = delivered(files.path(), &[]);
    let found = (&records[0]["status"], &records[0]["code"]);
    assert_eq!(found, (&"rejected".into(), &"unexpected_answer".into()));
    assert_eq!(server.file("/logo.jpg"), None);
    // What servers and scripts do answer, with 200 or with 201.
    for (status, text) in [
        (200, ""),
        (200, "OK"),
        (204, ""),
        (201, "<!DOCTYPE html><h1>Created</h1>"),
    ] {
        server.script("/logo.jpg", &[(status, text)]);
        let records = delivered(files.path(), &["--resend"]);
        assert_eq!(records[0]["status"], "applied", "{status} {text}");
    }
}

/// What a person corrects at the server is asked again.
#[test]
fn what_is_corrected_at_the_server_is_sent() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture())]);
    let url = format!("http://{}/logo.jpg", server.host);
    list(files.path(), &[put("site", &url, "logo.jpg")]);
    for status in [403, 405, 412] {
        server.script("/logo.jpg", &[(status, "")]);
        write(
            &files.path().join("out/logo.jpg"),
            &jpeg(300, 300, |x, _| [x as u8, status as u8, 9]),
        );
        assert_eq!(deliver(files.path(), &[]).code, 1, "{status}");
        assert_eq!(
            delivered(files.path(), &[])[0]["status"],
            "applied",
            "{status}"
        );
    }
}

#[test]
fn a_file_that_is_gone_is_noticed_by_verify() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture())]);
    let url = format!("http://{}/logo.jpg", server.host);
    list(
        files.path(),
        &[
            put("site", &url, "logo.jpg"),
            shown("demo", "shown", "logo.jpg"),
        ],
    );
    let file = files.path().join("shown/demo.jpg");
    fs::create_dir(files.path().join("shown")).unwrap();
    assert_eq!(deliver(files.path(), &[]).code, 0);
    let codes = |args: &[&str]| {
        let records = delivered(files.path(), args);
        let mut codes: Vec<_> = records
            .iter()
            .map(|it| format!("{} {} {}", it["account"], it["status"], it["code"]))
            .collect();
        codes.sort_unstable();
        codes.join("; ").replace('"', "")
    };
    assert_eq!(
        codes(&["--verify"]),
        "demo up_to_date applied; site up_to_date applied"
    );
    // What it could not look at is said, and left for another run.
    assert_eq!(
        codes(&["--verify", "--deadline", "0s"]),
        "demo deferred out_of_time; site deferred out_of_time"
    );
    fs::remove_file(&file).unwrap();
    server
        .held
        .lock()
        .unwrap()
        .files
        .insert("/logo.jpg".into(), another());
    assert_eq!(
        codes(&["--verify"]),
        "demo rejected shows_nothing; site rejected shows_otherwise"
    );
    assert_eq!(server.puts().len(), 1);
    assert_eq!(
        codes(&["--resend"]),
        "demo applied applied; site applied applied"
    );
    assert_eq!(fs::read(&file).unwrap(), picture());
}
