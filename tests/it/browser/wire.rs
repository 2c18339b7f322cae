//! The pipes to Chromium: calls, answers and events as JSON, each ended by a zero byte.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// Longest wait for an answer.
const ANSWER: Duration = Duration::from_secs(60);

/// A running Chromium; it ends with this.
pub(super) struct Wire {
    child: Child,
    to: File,
    from: Receiver<Value>,
    next: u64,
    /// Everything that was no answer, in order.
    pub(super) events: Vec<Value>,
}

impl Wire {
    /// Starts Chromium with its profile, caches and pipes in `folder`.
    pub(super) fn open(folder: &Path) -> Self {
        let (there, back) = (folder.join("there"), folder.join("back"));
        let made = Command::new("mkfifo").args([&there, &back]).status();
        assert!(made.unwrap().success(), "pipes");
        // The sandbox needs rights that containers do not grant; only pages of the tests are shown.
        let script = "exec chromium --headless=new --remote-debugging-pipe --no-sandbox \
            --disable-gpu --no-first-run --disable-background-networking --hide-scrollbars \
            --disable-dev-shm-usage --force-color-profile=srgb --user-data-dir=\"$1/profile\" \
            3<\"$1/there\" 4>\"$1/back\"";
        let child = Command::new("sh")
            .args(["-c", script, "sh"])
            .arg(folder)
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let to = OpenOptions::new().write(true).open(there).unwrap();
        let back = File::open(back).unwrap();
        let (sender, from) = channel();
        thread::spawn(move || {
            for message in BufReader::new(back).split(0) {
                let message = message.ok().and_then(|it| serde_json::from_slice(&it).ok());
                let sent = message.map(|message| sender.send(message));
                if !matches!(sent, Some(Ok(()))) {
                    return;
                }
            }
        });
        Self {
            child,
            to,
            from,
            next: 0,
            events: Vec::new(),
        }
    }

    /// Calls a method and waits for its result.
    pub(super) fn call(&mut self, session: Option<&str>, method: &str, params: &Value) -> Value {
        self.next += 1;
        let mut call = json!({"id": self.next, "method": method, "params": params});
        if let Some(session) = session {
            call["sessionId"] = json!(session);
        }
        let mut bytes = serde_json::to_vec(&call).unwrap();
        bytes.push(0);
        self.to.write_all(&bytes).unwrap();
        loop {
            let message = self.from.recv_timeout(ANSWER);
            let message = message.unwrap_or_else(|error| panic!("{method}: {error}"));
            if message["id"] != self.next {
                self.events.push(message);
                continue;
            }
            assert!(message.get("error").is_none(), "{method}: {message}");
            return message["result"].clone();
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let call = json!({"id": 0, "method": "Browser.close"});
        let _ = self.to.write_all(format!("{call}\0").as_bytes());
        let _ = self.child.wait();
    }
}
