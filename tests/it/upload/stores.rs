//! Real servers that accept PUT: a WebDAV server, and an object store with signed addresses.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::resume::until;
use super::{picture, upload};
use crate::support::{Said, folder, jpeg, said, write};

/// A server in Python, until it is dropped.
struct Server {
    child: Child,
    host: String,
}

impl Server {
    /// Starts a module; `args` get the port and the folder in place of `{port}` and `{folder}`.
    fn start(args: &[&str], folder: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port().to_string();
        drop(free);
        let python = std::env::var("AVATAR_PREP_PYTHON");
        let python = python.unwrap_or_else(|_| {
            concat!(env!("CARGO_MANIFEST_DIR"), "/target/python/bin/python").into()
        });
        let folder = folder.display().to_string();
        let args = args
            .iter()
            .map(|arg| arg.replace("{port}", &port).replace("{folder}", &folder));
        let child = Command::new(python)
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let host = format!("127.0.0.1:{port}");
        until(|| TcpStream::connect(&host).is_ok());
        Self { child, host }
    }

    /// One request without a body, and the whole answer.
    fn ask(&self, verb: &str, path: &str) -> Vec<u8> {
        let mut socket = TcpStream::connect(&self.host).unwrap();
        let host = &self.host;
        let head = format!(
            "{verb} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn deliver(files: &Path, args: &[&str]) -> Said {
    let mut command = upload(files, "");
    command.args(["--accounts", "a.csv"]).args(args);
    said(&command.output().unwrap())
}

fn another() -> Vec<u8> {
    jpeg(300, 300, |x, y| [y as u8, 9, x as u8])
}

#[test]
#[cfg_attr(not(wsgidav), ignore = "needs wsgidav, see CONTRIBUTING.md")]
fn a_webdav_server_takes_pictures() {
    let root = tempfile::tempdir().unwrap();
    let args = [
        "-m",
        "wsgidav.server.server_cli",
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
        "--root",
        "{folder}",
        "--auth",
        "anonymous",
        "--no-config",
    ];
    let server = Server::start(&args, root.path());
    let files = folder(&[("out/logo.jpg", picture())]);
    let csv = format!(
        "name,service,url,create_only,picture\n\
         logo,http-put,http://{0}/logo.jpg,,logo.jpg\n\
         once,http-put,http://{0}/once.jpg,true,logo.jpg\n",
        server.host
    );
    write(&files.path().join("a.csv"), csv.as_bytes());
    let first = deliver(files.path(), &["--verify"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    for name in ["logo.jpg", "once.jpg"] {
        assert_eq!(std::fs::read(root.path().join(name)).unwrap(), picture());
    }
    let again = deliver(files.path(), &[]);
    assert!(again.stderr.ends_with("2 up to date\n"), "{}", again.stderr);
    // Another picture replaces the first; what may only be created stays as it is.
    let other = another();
    write(&files.path().join("out/logo.jpg"), &other);
    let replaced = deliver(files.path(), &["--verify"]);
    assert_eq!(std::fs::read(root.path().join("logo.jpg")).unwrap(), other);
    let once = std::fs::read(root.path().join("once.jpg")).unwrap();
    assert_eq!(replaced.code, 1, "{}", replaced.stderr);
    assert_eq!(
        once,
        picture(),
        "also where the server ignores `If-None-Match`"
    );
    assert!(replaced.stderr.contains("[exists]"), "{}", replaced.stderr);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_signed_address_of_an_object_store_stays_secret() {
    const SIGNATURE: &str = "0123456789abcdefSIGNATUREofNOBODY";
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&["-m", "moto.server", "-p", "{port}"], root.path());
    server.ask("PUT", "/avatars");
    let files = folder(&[("out/logo.jpg", picture())]);
    let url = format!("http://{}/avatars/logo.jpg", server.host);
    let signed = format!("{url}?X-Amz-Expires=600&X-Amz-Signature={SIGNATURE}");
    let csv =
        format!("name,service,url,read_url,picture\nlogo,http-put,{signed},{signed},logo.jpg\n");
    let hidden = tempfile::tempdir().unwrap();
    let list = hidden.path().join("a.csv");
    write(&list, csv.as_bytes());
    let list = list.display().to_string();
    for args in [
        &["--dry-run"][..],
        &["--verify"],
        &["--status"],
        &["--json"],
    ] {
        let mut command = upload(files.path(), "");
        command.args(["--accounts", &list]).args(args);
        let said = said(&command.output().unwrap());
        assert_eq!(said.code, 0, "{args:?}: {}", said.stderr);
        let mut texts = vec![said.stdout.into_bytes(), said.stderr.into_bytes()];
        let kept = walkdir::WalkDir::new(files.path()).into_iter().flatten();
        texts.extend(kept.filter_map(|entry| std::fs::read(entry.path()).ok()));
        for text in texts {
            let text = String::from_utf8_lossy(&text).into_owned();
            assert!(!text.contains("SIGNATUREofNOBODY"), "{args:?}: {text}");
        }
    }
    let stored = server.ask(
        "GET",
        &format!("/avatars/logo.jpg?X-Amz-Signature={SIGNATURE}"),
    );
    assert!(
        stored.ends_with(picture()),
        "{}",
        String::from_utf8_lossy(&stored)
    );
}
