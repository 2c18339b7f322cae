//! The program as a rehearsal uses it: addresses printed, accounts taken as they come, scripts and
//! records on the second port, no token in what it shows.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const TOKEN: &str = "fa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa4efa";

struct Program {
    child: Child,
    calls: String,
    status: String,
}

impl Program {
    fn start(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fake-green-api"));
        command.args(["--port", "0"]).args(args);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut address = |name: &str| {
            let line = lines.next().unwrap().unwrap();
            let address = line.strip_prefix(name).unwrap().trim();
            address.strip_prefix("http://").unwrap().to_string()
        };
        let (calls, status) = (address("calls"), address("status"));
        Self {
            child,
            calls,
            status,
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Status and body of one call.
fn call(address: &str, verb: &str, path: &str, body: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(address).unwrap();
    let length = body.len();
    let request = format!(
        "{verb} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    socket.write_all(request.as_bytes()).unwrap();
    // The server keeps the connection open: the end of what is written is the end of the calls.
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, body.to_string())
}

#[test]
fn a_wrong_token_can_be_rehearsed() {
    let program = Program::start(&["--wrong-token", "7"]);
    for (id, status) in [("7", 401), ("8", 200)] {
        let state = format!("/waInstance{id}/getStateInstance/{TOKEN}");
        assert_eq!(call(&program.calls, "GET", &state, "").0, status, "{id}");
    }
}

#[test]
fn a_rehearsal_is_watched_and_steered() {
    let program = Program::start(&["--time-scale", "100"]);
    let state = format!("/waInstance1101/getStateInstance/{TOKEN}");
    let authorized = (200, r#"{"stateInstance":"authorized"}"#.to_string());
    assert_eq!(call(&program.calls, "GET", &state, ""), authorized);
    let steered = [
        ("/script/1101/getStateInstance", "status(502,html)", 200),
        ("/script/1101/getStateInstance", "sing", 400),
        ("/script/7/getStateInstance", "ok", 404),
        ("/state/1101", "starting", 200),
    ];
    for (path, body, status) in steered {
        assert_eq!(
            call(&program.status, "POST", path, body).0,
            status,
            "{path}"
        );
    }
    assert_eq!(call(&program.calls, "GET", &state, "").0, 502);
    std::thread::sleep(std::time::Duration::from_millis(30));
    let starting = r#"{"stateInstance":"starting"}"#.to_string();
    assert_eq!(call(&program.calls, "GET", &state, ""), (200, starting));
    let wrong = state.replace("fa4e", "beef");
    assert_eq!(call(&program.calls, "GET", &wrong, "").0, 401);
    let verb = call(&program.calls, "POST", &state, "");
    assert_eq!(verb.0, 404);
    assert!(
        verb.1.contains(TOKEN),
        "as faithless as the original: {}",
        verb.1
    );

    let (_, page) = call(&program.status, "GET", "/", "");
    assert!(
        page.contains("1 account, 5 requests") && page.contains("starting"),
        "{page}"
    );
    let (_, records) = call(&program.status, "GET", "/records.json", "");
    let records: serde_json::Value = serde_json::from_str(&records).unwrap();
    assert_eq!(records.as_array().unwrap().len(), 5);
    for text in [page, records.to_string()] {
        assert!(!text.contains(TOKEN) && !text.contains("beef"), "{text}");
    }
}

#[test]
fn scripts_wait_for_their_accounts() {
    let program = Program::start(&["--script", "1101=status(503,html);code-401-in-200"]);
    let path = format!("/waInstance1101/setProfilePicture/{TOKEN}");
    assert_eq!(call(&program.calls, "POST", &path, "x").0, 503);
    let unauthorized = call(&program.calls, "POST", &path, "x");
    assert_eq!(unauthorized.0, 200);
    assert!(
        unauthorized.1.contains("Unauthorized"),
        "{}",
        unauthorized.1
    );
    assert_eq!(call(&program.status, "GET", "/avatar/1101?1", "").0, 404);

    let mut command = Command::new(env!("CARGO_BIN_EXE_fake-green-api"));
    command.args(["--account", "1:abcdefgh", "--script", "2=ok"]);
    let refused = command.output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(
        said,
        "error: --script: 2 is no account that --account names\n"
    );
}

#[test]
fn only_named_accounts_are_known_if_some_are() {
    let account = format!("1101:{TOKEN}:max");
    let program = Program::start(&["--account", &account]);
    let call = |id: u32| {
        call(
            &program.calls,
            "GET",
            &format!("/v3/waInstance{id}/getSettings/{TOKEN}"),
            "",
        )
        .0
    };
    assert_eq!((call(1101), call(1102)), (200, 403));
}
