//! Sources on a WebDAV server.

use std::process::{Child, Command, Stdio};

use super::wire::{free_port, wait_for};
use super::{Ran, python, ran, same_files};
use crate::support::{avatar_prep, folder, jpeg, png, write};

/// A server over a folder, until it is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[cfg_attr(not(wsgidav), ignore = "needs wsgidav, see CONTRIBUTING.md")]
fn a_folder_of_a_server_becomes_what_a_folder_would_become() {
    let picture = |red: u8| jpeg(90, 70, move |x, y| [red, x as u8, y as u8]);
    let files = folder(&[
        ("in/a.jpg", &picture(1)),
        ("in/b c/d+e%20.jpg", &picture(2)),
        ("in/b c/é/f.png", &png(80, 80, |x, _| [x as u8, 9, 9, 255])),
        ("in/notes.txt", b"no picture at all"),
    ]);
    let root = files.path();
    let port = free_port();
    let server = Command::new(python())
        .args(["-m", "wsgidav.server.server_cli", "--host", "127.0.0.1"])
        .args([
            "--port",
            &port,
            "--auth",
            "anonymous",
            "--server",
            "cheroot",
        ])
        .args(["--no-config", "--root", "in"])
        .current_dir(root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _server = Server(server);
    wait_for(&format!("127.0.0.1:{port}"));
    let prepare = |input: &str, out: &str| -> Ran {
        let mut command = avatar_prep(root);
        command.env("NO_PROXY", "127.0.0.1");
        command.args([input, out, "--size", "50"]);
        ran(command)
    };
    let address = format!("http://127.0.0.1:{port}/");
    let first = prepare(&address, "out");
    assert_eq!(
        (first.code, first.count("status", "ok")),
        (0, 3),
        "{:?}",
        first.records
    );
    assert_eq!(prepare("in", "local").code, 0);
    same_files(&root.join("out"), &root.join("local"));
    assert_eq!(prepare(&address, "out").count("code", "up_to_date"), 3);
    write(
        &root.join("in/a.jpg"),
        &jpeg(91, 70, |x, y| [3, x as u8, y as u8]),
    );
    let changed = prepare(&address, "out");
    assert_eq!(
        (
            changed.count("status", "ok"),
            changed.count("code", "up_to_date")
        ),
        (1, 2)
    );
    let below = prepare(&format!("{address}b%20c/"), "below");
    assert_eq!(below.count("status", "ok"), 2, "{:?}", below.records);
    assert_eq!(prepare(&format!("{address}none/"), "none").code, 2);
}
