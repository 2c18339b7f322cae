//! Runs that are killed at any moment and started again: nothing is sent twice, nothing is lost.

use std::num::NonZeroUsize;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use avatar_upload::{
    CloudAccount, Folder, HttpPut, Journal, Pacer, PutPlace, Run, RunOptions, Secret, Status,
    TimeScale, WhatsappCloud,
};

use crate::SPEED;
use crate::harness::{Account, by_bytes, delivery, payload};
use crate::services::{Files, GRAPH_TOKEN, Graph};

const KILLS: usize = 100;

/// The task of a child process.
const TASK: &str = "AVATAR_UPLOAD_TEST_TASK";

/// Delivers one picture; run by the tests below in processes of its own.
#[test]
fn child() {
    let Ok(task) = std::env::var(TASK) else {
        return;
    };
    let [service, place, harness] = task.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{task}")
    };
    let speed = TimeScale::new(SPEED);
    let destination: Account = match service {
        "folder" => Arc::new(Folder::new(place, "one").unwrap()),
        "http-put" => {
            let place = PutPlace::new(&format!("{place}/one.jpg")).unwrap();
            Arc::new(HttpPut::of(vec![place], speed).remove(0))
        }
        _ => {
            let token = Secret::opaque(GRAPH_TOKEN).unwrap();
            let url = format!("{place}/v23.0");
            let account = CloudAccount::new(["777", "1"], &url, &[], token).unwrap();
            Arc::new(WhatsappCloud::of(vec![account], speed).remove(0))
        }
    };
    let harness = std::path::Path::new(harness);
    let run = Run {
        journal: &Journal::open(&harness.join("journal.sqlite")).unwrap(),
        pacer: &Pacer::open(harness.join("pace")).unwrap(),
        options: RunOptions {
            senders: NonZeroUsize::MIN,
            resend: false,
            speed,
            deadline: None,
            verify: false,
        },
        compare: &by_bytes,
        listener: &|_| {},
    };
    let deliveries = vec![delivery(&destination, "one", payload("picture"))];
    let finished = run.deliver(deliveries, &AtomicBool::new(false));
    let status = finished.outcomes[0].status;
    let entry = &finished.outcomes[0].entry;
    assert!(
        matches!(status, Status::Applied | Status::UpToDate),
        "{entry:?}"
    );
}

fn start(task: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "kills::child"])
        .env(TASK, task)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// How many runs are killed at a time: they mostly wait for their pacing.
const AT_A_TIME: usize = 4;

/// What a destination got: how often it changed, and whether it shows the picture.
type Found = Box<dyn Fn() -> (usize, bool)>;

/// Kills at moments spread over the time that a whole run takes, then lets one finish; says how
/// many were killed while they ran. `place` makes a new destination.
fn killed(service: &str, place: impl Fn() -> (String, Found) + Sync) {
    let place = &place;
    let hit: usize = thread::scope(|scope| {
        let turns: Vec<_> = (0..AT_A_TIME)
            .map(|turn| scope.spawn(move || killed_in_turn(service, turn, place)))
            .collect();
        turns.into_iter().map(|turn| turn.join().unwrap()).sum()
    });
    assert!(hit >= KILLS, "{service}: {hit} kills");
    eprintln!("{service}: {hit} kills, 0 twice, 0 lost");
}

fn killed_in_turn(service: &str, turn: usize, place: &dyn Fn() -> (String, Found)) -> usize {
    let most = KILLS / AT_A_TIME;
    let mut hit = 0;
    let mut length = Duration::from_millis(60);
    let mut random = fastrand::Rng::with_seed(11 + turn as u64);
    for round in 0..most * 4 {
        if hit >= most {
            break;
        }
        let harness = tempfile::tempdir().unwrap();
        let (place, found) = place();
        let task = format!("{service} {place} {}", harness.path().display());
        let mut child = start(&task);
        thread::sleep(length.mul_f64(random.f64()));
        let is_running = child.try_wait().unwrap().is_none();
        let _ = child.kill();
        child.wait().unwrap();
        hit += usize::from(is_running);
        let begun = Instant::now();
        let ended = start(&task).wait_with_output().unwrap();
        length = (length * 3 + begun.elapsed()) / 4;
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(ended.status.success(), "{service} {turn} {round}: {said}");
        let (changes, shows) = found();
        assert!(shows, "{service} {turn} {round}: lost");
        assert_eq!(changes, 1, "{service} {turn} {round}: sent twice");
    }
    hit
}

#[test]
fn a_folder_survives_kills() {
    killed("folder", || {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display().to_string();
        let found = move || {
            let names = std::fs::read_dir(folder.path()).unwrap().flatten();
            let names: Vec<_> = names.map(|entry| entry.file_name()).collect();
            let shown = std::fs::read(folder.path().join("one.jpg"));
            (names.len(), shown.is_ok_and(|bytes| bytes == b"picture"))
        };
        (place, Box::new(found))
    });
}

#[test]
fn a_file_server_survives_kills() {
    killed("http-put", || {
        let files = Files::start();
        let place = files.server.url();
        let found = move || {
            let shown = files.shows("/one.jpg");
            (
                files.changes("/one.jpg"),
                shown.as_deref() == Some(b"picture"),
            )
        };
        (place, Box::new(found))
    });
}

#[test]
fn the_cloud_api_survives_kills() {
    killed("whatsapp-cloud", || {
        let graph = Graph::start();
        let place = graph.server.url();
        let found = move || {
            let shown = graph.shows("1");
            (graph.changes("1"), shown.as_deref() == Some(b"picture"))
        };
        (place, Box::new(found))
    });
}
