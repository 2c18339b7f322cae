//! The vendor's own client and curl check the local server: it accepts what they send, and what
//! this program sends is equal in everything that matters.

use std::path::PathBuf;
use std::process::{Command, Output};

use fake_green_api::{Config, Fake, Product, Record};

use super::{ID, SPEED, Stage, TOKEN, picture};
use crate::support::{root, write};

/// What matters of a request with a picture: all but boundaries, names of files and agents.
#[derive(Debug, PartialEq, Eq)]
struct Gist {
    verb: String,
    path: String,
    kind: String,
    parts: Vec<(String, Option<String>, usize, String)>,
    whole: bool,
}

fn gist(record: &Record) -> Gist {
    let kind = record.header("content-type").unwrap_or_default();
    let parts = record.parts.iter().map(|part| {
        (
            part.name.clone(),
            part.content_type.clone(),
            part.length,
            part.sha256.clone(),
        )
    });
    Gist {
        verb: record.verb.clone(),
        path: record.path.replace(&super::rehearsal_token(ID), TOKEN),
        kind: kind.split(';').next().unwrap_or_default().into(),
        parts: parts.collect(),
        whole: record.header("content-length") == Some(record.length.to_string().as_str()),
    }
}

/// What we send.
fn ours() -> Gist {
    let stage = Stage::new("");
    let (said, records) = stage.run(&[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    gist(records.posts(None)[0])
}

fn server() -> Fake {
    let fake = Fake::start(Config {
        time_scale: SPEED,
        ..Config::default()
    })
    .unwrap();
    fake.account(ID, TOKEN, Product::Whatsapp);
    fake
}

fn accepted(client: &str, fake: &Fake, output: &Output) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{client}: {said}");
    assert!(
        said.contains("\"setProfilePicture\":true"),
        "{client}: {said}"
    );
    assert_eq!(fake.avatar(ID).as_deref(), Some(picture()), "{client}");
    assert_eq!(gist(fake.records().posts(None)[0]), ours(), "{client}");
}

#[test]
#[cfg_attr(not(curl), ignore = "needs curl, see CONTRIBUTING.md")]
fn curl_is_accepted_and_sends_what_we_send() {
    let (fake, stage) = (server(), Stage::new(""));
    let call = format!("{}/waInstance{ID}/setProfilePicture/{TOKEN}", fake.url());
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--show-error",
        "--form",
        "file=@out/logo.jpg",
        &call,
    ]);
    accepted(
        "curl",
        &fake,
        &curl.current_dir(stage.path()).output().unwrap(),
    );
}

/// A Python that has the vendor's client: the one that `.ci/run` sets up, or a named one.
fn python() -> PathBuf {
    let named = std::env::var_os("AVATAR_PREP_PYTHON").map(PathBuf::from);
    named.unwrap_or_else(|| root().join("target/python/bin/python"))
}

/// What `.ci/run` installs.
const PACKAGE: &str = "whatsapp-api-client-python==0.0.55";

#[test]
fn what_sets_it_up_is_what_is_tested() {
    let script = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(script.contains(PACKAGE), "{PACKAGE}");
}

const CALLS: &str = "\
import asyncio, sys
from whatsapp_api_client_python.API import GreenAPI
how, host, number, token, picture = sys.argv[1:]
api = GreenAPI(number, token, host=host, media=host)
assert api.account.getStateInstance().data == {'stateInstance': 'authorized'}
if how == 'sync':
    answer = api.account.setProfilePicture(picture)
else:
    answer = asyncio.run(api.account.setProfilePictureAsync(picture))
import json
print(json.dumps(answer.data, separators=(',', ':')), answer.code, answer.error)
assert answer.code == 200 and answer.error is None
shown = api.account.getWaSettings().data['avatar']
assert '_n.jpg?stp=dst-jpg_s96x96' in shown, shown
";

#[test]
#[cfg_attr(
    not(vendor_client),
    ignore = "needs the vendor's Python client, see CONTRIBUTING.md"
)]
fn the_vendors_client_is_accepted_and_sends_what_we_send() {
    for how in ["sync", "async"] {
        let (fake, stage) = (server(), Stage::new(""));
        // A name that each way of sending writes differently.
        write(&stage.path().join("Логотип.jpg"), picture());
        let mut client = Command::new(python());
        client.args(["-c", CALLS, how, &fake.url(), ID, TOKEN, "Логотип.jpg"]);
        accepted(
            how,
            &fake,
            &client.current_dir(stage.path()).output().unwrap(),
        );
    }
}
