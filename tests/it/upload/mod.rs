//! Deliveries by the real binary to a real server on this machine. Each test scripts one situation
//! on the server and checks what was printed, what was sent, and what was stored.

mod accounts; // who gets what, and what is refused before anything is sent
mod answers; // every row of the table of answers
mod campaign; // many accounts
mod certificates; // TLS, right and wrong
mod clients; // the vendor's client and curl prove the server
mod clocks; // clocks that are off or are set
mod distance; // spacing, Retry-After, several processes
mod dropped; // pictures from the page that takes them
mod files; // files in folders and on servers
mod gate; // what needs approval
mod journal; // the file of deliveries, and that of earlier versions
mod lifecycle; // states of accounts, the three messengers, --check
mod live; // a real account, on request
mod lost; // nothing is known any more
mod matching; // which picture is whose
mod names; // of accounts and places
mod odd_names; // names that are no text
mod older; // what earlier versions wrote
mod pacing; // where it is kept, and who shares it
mod plan; // what a dry run says
mod questions; // questions after a refusal
mod reading_back; // what is shown after a send
mod records; // what programs read: deliveries, the summary, the status
mod reports; // report files
mod resume; // kills and what comes after them
mod scripts; // accounts and servers that change for a while
mod secrets; // no token anywhere, whatever happens
mod services; // how each messenger shows pictures, several services, spreadsheets
mod shared; // one account, several senders
mod stores; // a WebDAV server and an object store of others
mod together; // preparing and delivering by one command
mod unsent; // what is never sent, or not whole
mod wire;
mod withheld; // results without a source, or changed since // the bytes of the request

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fake_green_api::{Config, Fake, Product, Records, script};

use crate::support::{Said, avatar_prep, folder, prepare, said};

const ID: &str = "1101000001";

/// A made-up token of the usual form.
const TOKEN: &str = "fa4e0fa4e0fa4e0fa4e0fa4e0fa4e0fa4e0fa4e0fa4e0fa4e0";

/// One of another form, which is accepted too.
const DASHED: &str = "Nobodys_token-with_both-signs_0123456789-abcdefghij";

/// Real time; the client's pause is 50 ms longer than the server's window.
const SPEED: f64 = 20.0;

/// The token that a rehearsal makes up.
fn rehearsal_token(id: &str) -> String {
    format!("rehearsal-{id:0>40}")
}

/// A prepared picture.
fn picture() -> &'static [u8] {
    static PICTURE: OnceLock<Vec<u8>> = OnceLock::new();
    PICTURE.get_or_init(|| {
        let source = crate::support::ppm(300, 300, |x, y| [x as u8, y as u8, 99]);
        let settings = avatar_prepare::Settings::default();
        prepare(settings, &source).unwrap().into_bytes()
    })
}

/// A server, results beside it, and a rehearsal between the two.
struct Stage {
    folder: tempfile::TempDir,
    fake: Fake,
    speed: f64,
}

impl Stage {
    /// One account, one picture, and what the server answers to it.
    fn new(scenarios: &str) -> Self {
        Self::with(scenarios, SPEED, Product::Whatsapp)
    }

    fn with(scenarios: &str, speed: f64, product: Product) -> Self {
        let config = Config {
            time_scale: speed,
            ..Config::default()
        };
        let fake = Fake::start(config).unwrap();
        fake.account(ID, &rehearsal_token(ID), product);
        fake.script(ID, "setProfilePicture", script(scenarios).unwrap());
        let folder = folder(&[("out/logo.jpg", picture())]);
        Self {
            folder,
            fake,
            speed,
        }
    }

    /// Adds an account and what it answers.
    fn enlist(&self, id: &str, scenarios: &str) {
        let token = rehearsal_token(id);
        self.fake.account(id, &token, Product::Whatsapp);
        let scenarios = script(scenarios).unwrap();
        self.fake.script(id, "setProfilePicture", scenarios);
    }

    /// Writes `a.csv`: accounts called `n` and their number, each with the picture that it names.
    fn list<'a>(&self, accounts: impl IntoIterator<Item = (&'a str, &'a str)>) {
        let mut csv = String::from("name,id_instance,picture\n");
        for (id, picture) in accounts {
            csv.push_str(&format!("n{id},{id},{picture}\n"));
        }
        crate::support::write(&self.path().join("a.csv"), csv.as_bytes());
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `avatar-prep upload out` as a rehearsal.
    fn command(&self) -> Command {
        self.command_for("out")
    }

    /// The same for other results.
    fn command_for(&self, out: &str) -> Command {
        let mut command = upload_from(self.path(), "https://api.green-api.com", out);
        let speed = self.speed.to_string();
        command.args(["--rehearse", &self.fake.url(), "--speed", &speed]);
        command
    }

    fn run(&self, args: &[&str]) -> (Said, Records) {
        let said = said(&self.command().args(args).output().unwrap());
        no_token(self.path(), &said);
        (said, self.fake.records())
    }

    /// The same; with that exit code, and so many pictures sent so far.
    #[track_caller]
    fn expect(&self, args: &[&str], wanted: (i32, usize)) -> Said {
        let (said, records) = self.run(args);
        let found = (said.code, records.posts(None).len());
        assert_eq!(found, wanted, "{}", said.stderr);
        said
    }
}

/// The binary with the account in its environment.
fn with_account(folder: &Path, address: &str) -> Command {
    let mut command = avatar_prep(folder);
    command
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("GREEN_API_ID_INSTANCE", ID)
        .env("GREEN_API_TOKEN", TOKEN)
        .env("GREEN_API_URL", address);
    command
}

/// `avatar-prep upload out` with it.
fn upload(folder: &Path, address: &str) -> Command {
    upload_from(folder, address, "out")
}

fn upload_from(folder: &Path, address: &str, out: &str) -> Command {
    let mut command = with_account(folder, address);
    command.args(["upload", out, "-v"]);
    command
}

/// The tokens are nowhere, in any spelling: neither in the output nor in any file.
fn no_token(folder: &Path, said: &Said) {
    let mut texts = vec![
        said.stdout.clone().into_bytes(),
        said.stderr.clone().into_bytes(),
    ];
    let files = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok);
    for entry in files.filter(|entry| entry.file_type().is_file()) {
        // Databases come and go beside a run that still has them open.
        texts.extend(std::fs::read(entry.path()).ok());
    }
    for token in [TOKEN.to_string(), DASHED.to_string(), rehearsal_token(ID)] {
        for form in secrets::forms(&token) {
            for text in &texts {
                let text = String::from_utf8_lossy(text);
                let found =
                    text.contains(&form) || text.to_lowercase().contains(&form.to_lowercase());
                assert!(!found, "{form} is in {text}");
            }
        }
    }
}

/// Runs cases side by side: nearly all of their time is waiting.
fn side_by_side<T: Sync>(cases: &[T], check: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    check(case);
                }
            });
        }
    });
}
