//! Sources and results in Azure Blob Storage: the emulator of its maker.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::wire::{exchange, free_port, split, wait_for};
use super::{Ran, ran};
use crate::support::{avatar_prep, folder, jpeg};

/// The account of every emulator. Its key is public.
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// Allows everything in that account until 2099; made from its key.
const SIGNATURE: &str = "sv=2018-03-28&ss=b&srt=sco&sp=rwdlac&se=2099-01-01T00%3A00%3A00Z\
    &spr=https%2Chttp&sig=utVMr4ACtPnrmWi4Q86klLjbdjDcs%2BspVgX0d5OBSVA%3D";

/// An account with one container, until it is dropped.
struct Account {
    server: Child,
    host: String,
}

impl Drop for Account {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Account {
    fn start(folder: &Path) -> Self {
        let port = free_port();
        let server = Command::new("azurite-blob")
            .args(["--inMemoryPersistence", "--skipApiVersionCheck", "--silent"])
            .args(["--disableTelemetry", "--blobPort", &port])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let host = format!("127.0.0.1:{port}");
        wait_for(&host);
        let account = Self { server, host };
        assert_eq!(account.ask("PUT", "?restype=container&", b"").0, 201);
        account
    }

    /// One request, by the path below the container, which ends in `?` or `&`.
    fn ask(&self, verb: &str, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let host = &self.host;
        let head = format!(
            "{verb} /{ACCOUNT}/pictures{path}{SIGNATURE} HTTP/1.1\r\nHost: {host}\r\n\
             Content-Length: {}\r\nContent-Type: application/octet-stream\r\n\
             x-ms-blob-type: BlockBlob\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let answer = exchange(host, &[head.as_bytes(), body].concat());
        let (head, body) = split(&answer);
        (
            head.split(' ').nth(1).unwrap().parse().unwrap(),
            body.to_vec(),
        )
    }

    fn put(&self, key: &str, bytes: &[u8]) {
        assert_eq!(self.ask("PUT", &format!("/{key}?"), bytes).0, 201, "{key}");
    }

    fn get(&self, key: &str) -> Vec<u8> {
        let (status, bytes) = self.ask("GET", &format!("/{key}?"), b"");
        assert_eq!(status, 200, "{key}");
        bytes
    }

    fn run(&self, folder: &Path, args: &[&str], key: &str) -> Ran {
        let mut command = avatar_prep(folder);
        command
            .env("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT)
            .env("AZURE_STORAGE_ACCOUNT_KEY", key)
            .env(
                "AZURE_STORAGE_ENDPOINT",
                format!("http://{}/{ACCOUNT}", self.host),
            )
            .env("NO_PROXY", "127.0.0.1")
            .args(args);
        ran(command)
    }
}

#[test]
#[cfg_attr(not(azurite), ignore = "needs azurite, see CONTRIBUTING.md")]
fn a_container_becomes_another_once() {
    let files = folder(&[]);
    let root = files.path();
    let account = Account::start(root);
    let picture = |red: u8| jpeg(90, 70, move |x, y| [red, x as u8, y as u8]);
    for (red, key) in (0_u8..).zip(["in/a.jpg", "in/b/c%20d.jpg", "in/b/%C3%A9%2B%25.jpg"]) {
        account.put(key, &picture(red));
    }
    let args = ["az://pictures/in/", "az://pictures/out/", "--size", "50"];
    let run = |args: &[&str]| account.run(root, args, KEY);
    let first = run(&args);
    assert_eq!(
        (first.code, first.count("change", "new")),
        (0, 3),
        "{:?}",
        first.records
    );
    assert_eq!(run(&[args[0], "out", "--size", "50"]).code, 0);
    for (key, name) in [
        ("a.jpg", "a.jpg"),
        ("b/c%20d.jpg", "b/c d.jpg"),
        ("b/%C3%A9%2B%25.jpg", "b/é+%.jpg"),
    ] {
        let local = std::fs::read(root.join("out").join(name)).unwrap();
        assert!(account.get(&format!("out/{key}")) == local, "{name}");
    }
    // A listing and an object write the same ETag differently.
    assert_eq!(run(&args).count("code", "up_to_date"), 3);
    account.put("in/a.jpg", &picture(9));
    let changed = run(&args);
    assert_eq!(changed.count("change", "changed"), 1);
    assert_eq!(changed.count("code", "up_to_date"), 2);
    let other = [args[0], args[1], "--size", "40"];
    assert_eq!(run(&other).count("change", "changed"), 3);
    let checked = run(&["verify", args[1]]);
    assert_eq!(checked.records[0]["intact"], 3, "{:?}", checked.records);
    // What another program wrote stays.
    account.put("out/a.jpg", b"of somebody else");
    assert_eq!(run(&args).count("code", "foreign_output"), 1);
    assert_eq!(account.get("out/a.jpg"), b"of somebody else");
}

#[test]
#[cfg_attr(not(azurite), ignore = "needs azurite, see CONTRIBUTING.md")]
fn tars_are_written_to_azure_and_known_again() {
    let files = folder(&[]);
    let account = Account::start(files.path());
    for red in 0..5 {
        let picture = jpeg(90, 70, move |x, y| [red, x as u8, y as u8]);
        account.put(&format!("in/{red}.jpg"), &picture);
    }
    let args = ["--pack", "3", "az://pictures/in/", "az://pictures/out/"];
    let first = account.run(files.path(), &args, KEY);
    assert_eq!((first.code, first.count("status", "ok")), (0, 5));
    let names = ["000000.tar", "000001.tar"];
    let tars = names.map(|name| (name.to_string(), account.get(&format!("out/{name}"))));
    let samples = crate::packs::samples(&tars.into());
    assert_eq!(samples.into_keys().collect::<String>(), "01234");
    let again = account.run(files.path(), &args, KEY);
    assert_eq!((again.code, again.count("code", "up_to_date")), (0, 5));
}

#[test]
#[cfg_attr(not(azurite), ignore = "needs azurite, see CONTRIBUTING.md")]
fn what_azure_refuses_has_its_code() {
    let files = folder(&[]);
    let account = Account::start(files.path());
    // The service itself calls this AuthenticationFailed, its emulator AuthorizationFailure.
    let other = "QUFBQQ==";
    for (input, key, code) in [
        ("az://nothing-here/in/", KEY, "no_such_bucket"),
        ("az://pictures/in/", other, "access_denied"),
    ] {
        let ran = account.run(files.path(), &[input, "out"], key);
        let printed = format!("{:?}", ran.records);
        assert!(ran.code == 2 && printed.contains(code), "{printed}");
    }
}
