//! Services that cannot be reached, or that accept a connection and say nothing.

use std::io::Read;
use std::net::TcpListener;
use std::thread;

use super::{BUCKET, Ran, SECRET, ran};
use crate::support::{avatar_prep, folder, jpeg};

/// Prepares with a service at this port of this machine, and little patience.
fn prepare(port: &str, args: &[&str]) -> Ran {
    let picture = jpeg(90, 90, |x, _| [x as u8, 1, 2]);
    let list = format!("http://127.0.0.1:{port}/in/a.jpg\n");
    let files = folder(&[("in/a.jpg", &*picture), ("list", list.as_bytes())]);
    let mut command = avatar_prep(files.path());
    command
        .env("AWS_ACCESS_KEY_ID", "AKIAofNOBODY")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
        .env("NO_PROXY", "127.0.0.1")
        .args(args)
        .args(["--store-timeout", "1s"]);
    ran(command)
}

/// A port that nothing listens on: a free one could be taken by the server of another test meanwhile.
fn closed_port() -> String {
    "1".into()
}

/// A port whose connections get no answer, until the process ends.
fn silent_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            thread::spawn(move || client.read_to_end(&mut Vec::new()));
        }
    });
    port
}

#[test]
fn a_store_that_cannot_be_reached_or_is_silent_has_a_code() {
    let bucket = format!("s3://{BUCKET}/in/");
    for (port, code) in [(closed_port(), "unreachable"), (silent_port(), "no_answer")] {
        // A listing ends the run, and so does a list.
        for args in [
            &[&*bucket, "out"][..],
            &["in", &*bucket],
            &["--from", &format!("{bucket}list"), &*bucket, "out"],
            &["verify", &*bucket],
        ] {
            let ran = prepare(&port, args);
            assert_eq!(ran.code, 2, "{args:?} {:?}", ran.records);
            let text = format!("{:?} {}", ran.records, ran.stderr);
            assert!(text.contains(&format!("[{code}]")), "{args:?} {text}");
        }
        // A source fails alone.
        let ran = prepare(&port, &["--from", "list", "out"]);
        assert_eq!(
            (ran.code, ran.count("code", code)),
            (1, 1),
            "{:?}",
            ran.records
        );
    }
}
