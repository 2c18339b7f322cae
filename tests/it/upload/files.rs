//! Places for files: folders, and a server that takes PUT and answers as a test says.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use super::{ID, TOKEN, picture, upload};
use crate::support::{Said, folder, jpeg, png, ppm, run, said, write};

/// What a server holds and was asked, and its next answers to PUT by path and query.
#[derive(Default)]
struct Held {
    files: HashMap<String, Vec<u8>>,
    /// The head of each request, in small letters, without that of a question.
    puts: Vec<String>,
    answers: HashMap<String, VecDeque<(u16, &'static str)>>,
}

/// A server in this process. Its thread ends with the process.
struct Server {
    host: String,
    held: Arc<Mutex<Held>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let held = Arc::new(Mutex::new(Held::default()));
        let shared = Arc::clone(&held);
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                answer(socket, &mut shared.lock().unwrap());
            }
        });
        Self { host, held }
    }

    /// What the next PUT requests to this path are answered; after that 201.
    fn script(&self, path: &str, answers: &[(u16, &'static str)]) {
        let mut held = self.held.lock().unwrap();
        held.answers.insert(path.into(), answers.to_vec().into());
    }

    fn puts(&self) -> Vec<String> {
        self.held.lock().unwrap().puts.clone()
    }

    fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.held.lock().unwrap().files.get(path).cloned()
    }
}

fn answer(socket: TcpStream, held: &mut Held) {
    let mut reader = BufReader::new(&socket);
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
    let mut writer = &socket;
    let _ = writer.write_all(head.as_bytes());
    if verb != "HEAD" {
        let _ = writer.write_all(&body);
    }
}

fn deliver(files: &Path, args: &[&str]) -> Said {
    let mut command = upload(files, "");
    command.env("OTHER_TOKEN", "another-token");
    command.args(["--accounts", "a.csv"]).args(args);
    said(&command.output().unwrap())
}

/// The records of a delivery, without the summary.
fn delivered(files: &Path, args: &[&str]) -> Vec<Value> {
    let said = deliver(files, &[&["--json"], args].concat());
    let records = said
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    records
        .filter(|it: &Value| it["event"] != "upload_summary")
        .collect()
}

fn list(files: &Path, rows: &[String]) {
    let head = "name,service,url,user,token_env,folder,picture\n";
    write(
        &files.join("a.csv"),
        format!("{head}{}", rows.concat()).as_bytes(),
    );
}

fn put(name: &str, url: &str, picture: &str) -> String {
    format!("{name},http-put,{url},,,,{picture}\n")
}

fn shown(name: &str, folder: &str, picture: &str) -> String {
    format!("{name},folder,,,,{folder},{picture}\n")
}

fn another() -> Vec<u8> {
    jpeg(300, 300, |x, y| [y as u8, 9, x as u8])
}

/// The path of a folder is relative to the accounts file, and two projects can have folders of the same name.
#[test]
fn a_folder_is_the_same_wherever_the_program_is_started() {
    let files = folder(&[("a/out/logo.jpg", picture()), ("b/out/logo.jpg", picture())]);
    for project in ["a", "b"] {
        let project = files.path().join(project);
        list(&project, &[shown("demo", "shown", "logo.jpg")]);
        fs::create_dir(project.join("shown")).unwrap();
        let mut command = upload(&project, "");
        command.env("XDG_STATE_HOME", files.path().join("state"));
        let said = said(&command.args(["--accounts", "a.csv"]).output().unwrap());
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(fs::read(project.join("shown/demo.jpg")).unwrap(), picture());
    }
    // Another path to the same file is no second account.
    let rows = [
        shown("demo", "shown", "logo.jpg"),
        shown("x", "../b/./shown", "logo.jpg"),
    ];
    let project = files.path().join("b");
    list(&project, &rows);
    let text = fs::read_to_string(project.join("a.csv"))
        .unwrap()
        .replace("x,", "demo,");
    fs::write(project.join("a.csv"), text).unwrap();
    let twice = deliver(&project, &[]);
    assert_eq!(
        (twice.code, twice.stderr.contains("is listed twice")),
        (2, true),
        "{}",
        twice.stderr
    );
}

/// A journal of an earlier version names the folder as the accounts file did.
#[test]
fn a_relative_folder_in_an_older_journal_leads_to_no_second_delivery() {
    let files = folder(&[("out/logo.jpg", picture())]);
    list(files.path(), &[shown("demo", "shown", "logo.jpg")]);
    fs::create_dir(files.path().join("shown")).unwrap();
    assert_eq!(deliver(files.path(), &[]).code, 0);
    let journal = files.path().join("out/.avatar-prep/state.sqlite");
    let journal = rusqlite::Connection::open(journal).unwrap();
    let older = "UPDATE upload_delivery SET host = 'shown'";
    assert_eq!(journal.execute(older, []).unwrap(), 1);
    drop(journal);
    fs::remove_dir_all(files.path().join("state")).unwrap();
    let path = files.path().join("shown/demo.jpg");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    let again = delivered(files.path(), &[]);
    assert_eq!(again[0]["status"], "up_to_date");
    assert_eq!(
        fs::metadata(&path).unwrap().modified().unwrap(),
        before,
        "it was not written again"
    );
}

#[test]
fn one_account_has_one_name() {
    let files = folder(&[("out/logo.jpg", picture())]);
    let signed = "?X-Amz-Date=1&X-Amz-Signature=0123456789abcdef";
    for (one, other) in [
        (format!("a,,{ID},,,\n"), format!("b,green-api,{ID},,,\n")),
        (
            "a,http-put,,https://h.example:443/a.jpg,,\n".into(),
            "b,http-put,,https://H.example/%61.jpg,,\n".into(),
        ),
        (
            "a,http-put,,https://h.example/a.jpg,,\n".into(),
            format!("b,http-put,,https://h.example/a.jpg{signed},,\n"),
        ),
        (
            "a,http-put,,https://h.example/u?file=first&g=%7E,,\n".into(),
            "b,http-put,,https://h.example/u?g=~&file=first,,\n".into(),
        ),
    ] {
        let head = "name,service,id_instance,url,token_env,picture\n";
        let text = format!("{head}{one}{other}");
        write(&files.path().join("a.csv"), text.as_bytes());
        let said = deliver(files.path(), &["--dry-run"]);
        let found = (said.code, said.stderr.contains(" is listed twice"));
        assert_eq!(found, (2, true), "{text}{}", said.stderr);
    }
}

#[test]
fn the_query_says_which_file_and_a_signature_does_not() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture())]);
    let go = |query: &str| {
        list(
            files.path(),
            &[put(
                "site",
                &format!("http://{}/up?{query}", server.host),
                "logo.jpg",
            )],
        );
        let records = delivered(files.path(), &[]);
        records[0]["status"].as_str().unwrap().to_string()
    };
    assert_eq!(go("file=first.jpg"), "applied");
    assert_eq!(go("file=other.jpg"), "applied");
    assert_eq!(server.file("/up?file=other.jpg").unwrap(), picture());
    for signature in [
        "X-Amz-Date=2&X-Amz-Signature=fedcba9876543210&x-id=PutObject",
        "sv=2026-01-01&sp=cw&se=2027-01-01&sig=fedcba9876543210",
        "GoogleAccessId=me&Expires=99&Signature=fedcba9876543210",
    ] {
        assert_eq!(
            go(&format!("file=first.jpg&{signature}")),
            "up_to_date",
            "{signature}"
        );
    }
    assert_eq!(server.puts().len(), 2);
    // Common words are no signature by themselves.
    assert_eq!(go("file=first.jpg&sp=1"), "applied");
    assert_eq!(go("file=first.jpg&sp=2"), "applied");
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

/// Records of one account have one id, and the names of this run.
#[test]
fn records_name_the_account_as_it_is_called_now() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture()), ("out/other.jpg", picture())]);
    let url = format!("http://{}/a%62.jpg", server.host);
    let ids = |records: &[Value]| {
        let id = |it: &Value| it["id"].as_str().unwrap().to_string();
        records.iter().map(id).collect::<Vec<_>>()
    };
    fs::create_dir(files.path().join("shown")).unwrap();
    let rows =
        |site: &str, picture: &str| [put(site, &url, picture), shown("demo", "shown", picture)];
    let mut all = Vec::new();
    for (site, picture, args) in [
        ("old", "gone.jpg", &[][..]),
        ("old", "logo.jpg", &["--check"]),
        ("old", "logo.jpg", &["--dry-run"]),
        ("old", "logo.jpg", &["--senders", "1"]),
        ("new", "other.jpg", &["--senders", "1"]),
    ] {
        list(files.path(), &rows(site, picture));
        let records = delivered(files.path(), args);
        all.push(ids(&records));
        if site == "new" {
            let found =
                ["account", "picture", "status"].map(|key| records[0][key].as_str().unwrap());
            assert_eq!(found, ["new", "other.jpg", "up_to_date"]);
        }
    }
    for found in all {
        assert_eq!(found, ["ab.jpg", "demo"]);
    }
}

/// One place is one account in the status, however it was called.
#[test]
fn the_status_shows_what_was_tried_last_under_the_present_name() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture()), ("out/other.jpg", &another())]);
    let url = |path: &str| format!("http://{}/{path}", server.host);
    server.script("/a.jpg", &[(413, "")]);
    let middle = put("middle", &url("b.jpg"), "logo.jpg");
    list(
        files.path(),
        &[put("zeta", &url("a.jpg"), "logo.jpg"), middle.clone()],
    );
    assert_eq!(deliver(files.path(), &[]).code, 1);
    list(
        files.path(),
        &[put("alpha", &url("a.jpg"), "other.jpg"), middle],
    );
    assert_eq!(deliver(files.path(), &[]).code, 0);
    let mut command = super::with_account(files.path(), "");
    let said = said(
        &command
            .args(["upload", "out", "--status"])
            .output()
            .unwrap(),
    );
    let lines: Vec<&str> = said
        .stdout
        .lines()
        .filter(|line| !line.starts_with("  "))
        .collect();
    assert_eq!(
        lines,
        [
            "applied other.jpg -> alpha (a.jpg)",
            "applied logo.jpg -> middle (b.jpg)"
        ]
    );
}

/// A source that is not there any more has no picture to send.
#[test]
fn a_result_without_its_source_is_not_sent() {
    let source = |red: u8| ppm(300, 300, move |x, y| [red, x as u8, y as u8]);
    let files = folder(&[
        ("in/anna.ppm", &source(1)),
        ("in/ben.ppm", &source(2)),
        ("in/cleo.ppm", &source(3)),
    ]);
    fs::create_dir(files.path().join("shown")).unwrap();
    assert_eq!(run(files.path(), &["in", "out"]).code, 0);
    fs::rename(
        files.path().join("in/anna.ppm"),
        files.path().join("in/anja.ppm"),
    )
    .unwrap();
    fs::remove_file(files.path().join("in/ben.ppm")).unwrap();
    list(
        files.path(),
        &[
            shown("anna", "shown", ""),
            shown("named", "shown", "ben.ppm"),
            shown("left", "shown", "cleo"),
            shown("anja", "shown", ""),
        ],
    );
    let go = |args: &[&str]| {
        let mut command = super::with_account(files.path(), "");
        command.args([
            "in",
            "out",
            "--upload",
            "--accounts",
            "a.csv",
            "--exclude",
            "cleo.*",
        ]);
        said(&command.args(args).output().unwrap())
    };
    for args in [&["--dry-run"][..], &[]] {
        let said = go(args);
        assert_eq!(said.code, 1, "{}", said.stderr);
        for name in ["anna", "named", "left"] {
            let is_rejected = |line: &str| {
                line.contains(&format!("-> {name}: ")) && line.ends_with("[source_gone]")
            };
            assert!(
                said.stderr.lines().any(is_rejected),
                "{name}: {}",
                said.stderr
            );
        }
    }
    let shown = |name: &str| files.path().join("shown").join(name).exists();
    assert_eq!(
        ["anna.jpg", "named.jpg", "left.jpg", "anja.jpg"].map(shown),
        [false, false, false, true]
    );
    // What was prepared once can be sent by itself.
    assert_eq!(deliver(files.path(), &[]).code, 0);
    assert!(shown("left.jpg"));
}

/// A run remakes a picture while the upload is between its gate and the first send: it prints many lines, which nobody
/// reads at first.
#[test]
fn what_is_sent_is_what_the_gate_has_seen() {
    let clean = png(800, 800, |x, y| [x as u8, y as u8, 7, 255]);
    let cut = png(800, 200, |x, y| {
        let is_inside = (20..780).contains(&x) && (80..120).contains(&y);
        if is_inside {
            [200, 30, 40, 255]
        } else {
            [0; 4]
        }
    });
    let files = folder(&[("in/logo.png", &clean)]);
    let prepare = ["--gravity", "auto", "in", "out"];
    assert_eq!(run(files.path(), &prepare).code, 0);
    for number in 0..1_000 {
        write(
            &files.path().join(format!("out/{number:0>120}.jpg")),
            b"no account wants it",
        );
    }
    list(files.path(), &[shown("demo", "shown", "logo.jpg")]);
    fs::create_dir(files.path().join("shown")).unwrap();
    let mut command = upload(files.path(), "");
    command.args(["--accounts", "a.csv"]).stderr(Stdio::piped());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut text = String::new();
    lines.read_line(&mut text).unwrap();
    assert!(text.starts_with("no account for "), "{text}");
    write(&files.path().join("in/logo.png"), &cut);
    assert_eq!(run(files.path(), &prepare).code, 0);
    lines.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{text}");
    assert!(text.contains("[picture_changed]"), "{text}");
    assert!(!files.path().join("shown/demo.jpg").exists());
    assert!(!text.contains(TOKEN));
}
