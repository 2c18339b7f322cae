//! Deliveries by the real binary to a real server on this machine.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use fake_green_api::{Config, Fake, Product, Records, script};

use crate::support::{Said, avatar_prep, folder, ppm, said};

const TOKEN: &str = "fa4e0fa4e0fa4e0fa4e0fa4e0fa4e0fa4e0fa4e0fa4e0fa4e0";
const ID: &str = "1101000001";

/// Times as fast as the world; the client's spacing keeps 50 ms clear of the server's window.
const SPEED: f64 = 20.0;

fn server(scenarios: &str) -> Fake {
    let fake = Fake::start(Config {
        time_scale: SPEED,
        ..Config::default()
    })
    .unwrap();
    fake.account(ID, TOKEN, Product::Whatsapp);
    fake.script(ID, "setProfilePicture", script(scenarios).unwrap());
    fake
}

/// A folder with one prepared picture.
fn prepared() -> tempfile::TempDir {
    let picture = ppm(300, 300, |x, y| [x as u8, y as u8, 99]);
    let folder = folder(&[("in/logo.ppm", &picture)]);
    let made = avatar_prep(folder.path())
        .args(["in", "out"])
        .output()
        .unwrap();
    assert!(made.status.success());
    folder
}

/// The binary with the account in its environment, faster than the world by way of a rehearsal.
fn upload(folder: &Path, address: &str) -> Command {
    let mut command = avatar_prep(folder);
    command
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("GREEN_API_ID_INSTANCE", ID)
        .env("GREEN_API_TOKEN", TOKEN)
        .env("GREEN_API_URL", address)
        .args(["upload", "out", "-v"]);
    command
}

fn run(folder: &Path, fake: &Fake) -> (Said, Records) {
    let said = said(&upload(folder, &fake.url()).output().unwrap());
    no_token(folder, &said);
    (said, fake.records())
}

/// The token is nowhere: not in what was said, not in any file that was written.
fn no_token(folder: &Path, said: &Said) {
    let mut texts = vec![said.stdout.clone(), said.stderr.clone()];
    for entry in walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
    {
        if entry.file_type().is_file() {
            let bytes = std::fs::read(entry.path()).unwrap();
            texts.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    for text in texts {
        assert!(!text.to_lowercase().contains(TOKEN), "{text}");
    }
}

#[test]
fn a_picture_is_delivered_once_and_as_meant() {
    let (folder, fake) = (prepared(), server(""));
    let (first, records) = run(folder.path(), &fake);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let sent = std::fs::read(folder.path().join("out/logo.jpg")).unwrap();
    assert_eq!(fake.avatar(ID), Some(sent));
    let posts = records.posts(None);
    let part = &posts[0].parts[0];
    assert_eq!(
        (
            part.name.as_str(),
            part.filename.as_deref(),
            part.content_type.as_deref()
        ),
        ("file", Some("avatar.jpg"), Some("image/jpeg"))
    );
    assert_eq!(posts[0].parts.len(), 1);
    assert_eq!(
        posts[0].header("content-length"),
        Some(posts[0].length.to_string().as_str())
    );
    assert_eq!(
        posts[0].header("user-agent"),
        Some(concat!("avatar-prep/", env!("CARGO_PKG_VERSION")))
    );
    let (second, records) = run(folder.path(), &fake);
    assert_eq!(second.code, 0);
    assert!(
        second.stderr.contains("up_to_date logo.jpg"),
        "{}",
        second.stderr
    );
    assert_eq!(records.posts(None).len(), 1);
}

#[test]
fn every_kind_of_answer_ends_as_it_should() {
    for (scenarios, code, posts, wanted) in [
        // Applied without a flag: what the account shows tells.
        ("missing-flag", 0, 1, "applied"),
        ("reason(\"not-acceptable\")", 1, 1, "picture_refused"),
        ("status(401)", 1, 1, "bad_token"),
        ("code-401-in-200", 1, 1, "bad_token"),
        ("status(403,html)", 1, 1, "forbidden"),
        ("status(404)", 1, 1, "wrong_address"),
        ("status(413,html)", 1, 1, "too_large"),
        ("status(466,text)", 3, 1, "quota"),
        ("status(469,empty)", 3, 1, "throttled"),
        ("redirect(307,http://127.0.0.1:9)", 1, 1, "redirected"),
        ("ghost(reset)", 0, 1, "applied"),
        ("ghost(502)", 0, 1, "applied"),
        ("reset-mid-response", 0, 1, "applied"),
        ("close-after-headers", 0, 1, "applied"),
        ("html-200", 1, 1, "unexpected_answer"),
        ("flag-as-string", 0, 1, "applied"),
        ("extra-fields", 0, 1, "applied"),
        ("keys-reordered", 0, 1, "applied"),
        ("http10", 0, 1, "applied"),
    ] {
        let (folder, fake) = (prepared(), server(scenarios));
        let (said, records) = run(folder.path(), &fake);
        let sent = records.posts(None).len();
        assert_eq!(
            (said.code, sent),
            (code, posts),
            "{scenarios}: {}",
            said.stderr
        );
        assert!(said.stderr.contains(wanted), "{scenarios}: {}", said.stderr);
    }
}

#[test]
fn error_bodies_of_every_shape_leak_nothing() {
    for (style, _) in fake_green_api::STYLES {
        let (folder, fake) = (prepared(), server(&format!("status(401,{style})")));
        let (said, _) = run(folder.path(), &fake);
        assert_eq!(said.code, 1, "{style}: {}", said.stderr);
    }
}

#[test]
fn a_rehearsal_keeps_its_distance_and_sends_equal_bytes() {
    let (folder, fake) = (prepared(), server(""));
    let token = format!("rehearsal-{ID:0>40}");
    fake.account(ID, &token, Product::Whatsapp);
    fake.script(
        ID,
        "setProfilePicture",
        script("overlimit;status(429);lost(502)").unwrap(),
    );
    let output = upload(folder.path(), "https://api.green-api.com")
        .args(["--rehearse", &fake.url(), "--speed", &SPEED.to_string()])
        .output()
        .unwrap();
    let said = said(&output);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let records = fake.records();
    assert_eq!(records.posts(None).len(), 4);
    assert!(records.shortest_spacing().unwrap() >= Duration::from_secs(10));
    assert!(records.bodies_are_equal() && !records.overlaps());
}

#[test]
fn a_killed_run_is_taken_up_without_sending_twice_or_losing_anything() {
    for scenario in ["ghost(timeout)", "lost(timeout)"] {
        let folder = prepared();
        let fake = Fake::start(Config {
            time_scale: SPEED,
            ..Config::default()
        })
        .unwrap();
        fake.account(ID, &format!("rehearsal-{ID:0>40}"), Product::Whatsapp);
        fake.script(ID, "setProfilePicture", script(scenario).unwrap());
        let mut command = upload(folder.path(), "https://api.green-api.com");
        command.args(["--rehearse", &fake.url(), "--speed", &SPEED.to_string()]);
        let mut child = command.spawn().unwrap();
        let start = Instant::now();
        while fake.records().posts(None).is_empty() {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "nothing was sent"
            );
            thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let said = said(&command.output().unwrap());
        assert_eq!(said.code, 0, "{scenario}: {}", said.stderr);
        assert_eq!(fake.pictures(ID), 1, "{scenario}: applied once");
        let posts = if scenario.starts_with("ghost") { 1 } else { 2 };
        assert_eq!(fake.records().posts(None).len(), posts, "{scenario}");
    }
}

#[test]
fn nothing_is_sent_to_strangers_or_without_a_match() {
    let folder = prepared();
    let accounts = format!(
        "[[account]]\nname = \"logo\"\nid_instance = {ID}\ntoken_env = \"GREEN_API_TOKEN\"\n\
         api_url = \"https://green-api.example\"\n"
    );
    for (file, text, wanted) in [
        (
            "a.toml",
            accounts.as_str(),
            "green-api.example is not a host of GREEN-API",
        ),
        (
            "b.toml",
            "[[account]]\nname = \"x\"\nid_instance = 7\ntoken_env = \"GREEN_API_TOKEN\"\n",
            "no picture fits an account",
        ),
        (
            "c.csv",
            "name;id_instance;token_env\nlogo;12a;GREEN_API_TOKEN\n",
            "is not a number of 1 to 20 digits",
        ),
        (
            "d.csv",
            "name,id_instance,token_env\nlogo,7,GREEN_API_TOKEN\nlogo,8,GREEN_API_TOKEN\n",
            "stands there twice",
        ),
        (
            "e.csv",
            "name,id_instance\nlogo,7\n",
            "it needs exactly one of token_env, token_file, token_keyring",
        ),
    ] {
        std::fs::write(folder.path().join(file), text).unwrap();
        let output = upload(folder.path(), "")
            .args(["--accounts", file])
            .output()
            .unwrap();
        let said = said(&output);
        assert_eq!(said.code, 2, "{file}: {}", said.stderr);
        assert!(said.stderr.contains(wanted), "{file}: {}", said.stderr);
    }
}

#[test]
fn a_certificate_that_nobody_signed_stops_the_run() {
    let folder = prepared();
    let fake = Fake::start(Config {
        tls: true,
        ..Config::default()
    })
    .unwrap();
    let (said, records) = run(folder.path(), &fake);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(
        said.stderr.contains("untrusted_certificate"),
        "{}",
        said.stderr
    );
    assert!(records.0.is_empty(), "the token was not sent");
}
