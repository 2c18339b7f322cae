//! Many accounts with one picture each: the pause between sends is kept, no account waits
//! needlessly, and memory does not grow with their number.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use fake_green_api::{Product, script};

use super::{Stage, rehearsal_token};
use crate::support::{Numbers, jpeg, said, write};

/// What came of a campaign.
struct Found {
    shortest: Duration,
    /// Share of the time between two sends of an account that it could have been sent to.
    idle: f64,
    /// Most pictures that others were sent while an account could be sent to.
    overtaken: usize,
    /// Most memory, in kB.
    memory: u64,
}

/// One account in so many is refused once, so that it is sent to twice; the others answer so.
fn campaign(accounts: usize, speed: f64, one_in: usize, others: &str) -> Found {
    let stage = Stage::with("", speed, Product::Whatsapp);
    let mut csv = String::from("name,id_instance\n");
    let mut numbers = Numbers(7);
    let ids: Vec<String> = (0..accounts)
        .map(|number| (10_000 + number).to_string())
        .collect();
    for (number, id) in ids.iter().enumerate() {
        stage
            .fake
            .account(id, &rehearsal_token(id), Product::Whatsapp);
        let is_refused = number % one_in == 1;
        let answers = script(if is_refused { "overlimit" } else { others }).unwrap();
        stage.fake.script(id, "setProfilePicture", answers);
        let noise = numbers.next() as u32;
        let picture = jpeg(256, 256, |x, y| {
            ((x * y) ^ noise).to_le_bytes()[..3].try_into().unwrap()
        });
        write(&stage.path().join(format!("out/{id}.jpg")), &picture);
        csv.push_str(&format!("n{id},{id}\n"));
    }
    std::fs::remove_file(stage.path().join("out/logo.jpg")).unwrap();
    write(&stage.path().join("a.csv"), csv.as_bytes());
    let mut command = stage.command();
    command
        .args(["--accounts", "a.csv", "--quiet"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let memory = peak(child.id());
    let said = said(&child.wait_with_output().unwrap());
    assert_eq!(said.code, 0, "{}", said.stderr);
    for id in &ids {
        let sent = std::fs::read(stage.path().join(format!("out/{id}.jpg"))).unwrap();
        assert_eq!(stage.fake.avatar(id), Some(sent), "{id}");
        assert_eq!(stage.fake.pictures(id), 1, "{id}");
    }
    let records = stage.fake.records();
    assert_eq!(records.posts(None).len(), accounts + accounts / one_in);
    assert!(!records.overlaps());
    Found {
        shortest: records.shortest_spacing().unwrap(),
        idle: idle(&records),
        overtaken: overtaken(&records),
        memory: memory.join().unwrap(),
    }
}

/// Between an answer and the next picture are 11 s and a random part of 0 to 4 s, 2 on average;
/// anything more was idle time.
fn idle(records: &fake_green_api::Records) -> f64 {
    let mut gaps = Vec::new();
    let mut last = std::collections::HashMap::new();
    for post in records.posts(None) {
        if let Some(answered) = last.insert(post.id.clone(), post.answered) {
            gaps.push((post.arrived - answered).as_secs_f64());
        }
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    (mean - 13.0) / mean
}

/// Whatever the random part, 15 s after a refusal the account can be sent to.
fn overtaken(records: &fake_green_api::Records) -> usize {
    let posts = records.posts(None);
    let resends = posts.iter().filter_map(|next| {
        let of =
            |post: &&&fake_green_api::Record| post.id == next.id && post.arrived < next.arrived;
        let first = posts.iter().find(of)?;
        let due = first.answered + Duration::from_secs(15);
        let others = posts.iter().filter(|post| post.arrived > due);
        Some(others.filter(|post| post.arrived < next.arrived).count())
    });
    resends.max().unwrap_or(0)
}

/// Looks at the memory of a process until it ends.
fn peak(id: u32) -> thread::JoinHandle<u64> {
    thread::spawn(move || {
        let mut most = 0;
        while let Ok(status) = std::fs::read_to_string(format!("/proc/{id}/status")) {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let Some(line) = line else {
                break;
            };
            let number = line.trim().trim_end_matches(" kB").parse();
            most = most.max(number.unwrap_or(0));
            thread::sleep(Duration::from_millis(20));
        }
        most
    })
}

#[test]
fn a_campaign_keeps_its_distance() {
    let found = campaign(40, 20.0, 2, "");
    assert!(
        found.shortest >= Duration::from_secs(10),
        "{:?}",
        found.shortest
    );
}

/// Questions are quick and sends are slow here, so that many accounts could be begun before the
/// first is due again.
#[test]
fn accounts_that_can_be_sent_to_go_before_new_ones() {
    let found = campaign(200, 20.0, 10, "slow(800)");
    assert!(
        found.overtaken <= 8,
        "{} were sent, by 4 senders",
        found.overtaken
    );
}

#[test]
#[ignore = "takes minutes"]
fn a_thousand_accounts() {
    let few = campaign(100, 4.0, 2, "");
    let many = campaign(1_000, 4.0, 2, "");
    eprintln!(
        "1,000 accounts: shortest distance {:.2} s, idle share {:.3}, memory {} kB; 100 accounts: {} kB",
        many.shortest.as_secs_f64(),
        many.idle,
        many.memory,
        few.memory
    );
    assert!(
        many.shortest >= Duration::from_secs(10),
        "{:?}",
        many.shortest
    );
    assert!(many.idle < 0.05, "{:.3}", many.idle);
    assert!(
        many.memory < 2 * few.memory,
        "{} and {}",
        many.memory,
        few.memory
    );
}
