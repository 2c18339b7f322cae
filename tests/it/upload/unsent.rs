//! What is never sent, or not completely: wrong files, no connection, no journal.

use std::time::Duration;

use fake_green_api::script;

use super::{ID, Stage, side_by_side};
use crate::support::{jpeg, write};

/// Row 1.
#[test]
fn what_is_not_a_finished_picture_is_never_sent() {
    let large = jpeg(100, 100, |x, y| [x as u8, y as u8, 0]);
    let oblong = jpeg(300, 200, |x, y| [x as u8, y as u8, 0]);
    let mut cut = super::picture().to_vec();
    cut.truncate(cut.len() - 2);
    let mut exif = super::picture().to_vec();
    exif.splice(2..2, *b"\xff\xe1\x00\x10Exif\0\0II*\0\x08\0\0\0");
    let with = |segment: &[u8]| {
        let mut bytes = super::picture().to_vec();
        bytes.splice(2..2, segment.iter().copied());
        bytes
    };
    let xmp = with(b"\xff\xe1\x00\x20http://ns.adobe.com/xap/1.0/\0\0");
    let photoshop = with(b"\xff\xed\x00\x10Photoshop 3.0\0");
    let comment = with(b"\xff\xfe\x00\x08secret");
    let mut ink = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut ink, 90);
    let pixels = [200, 255, 100, 0].repeat(300 * 300);
    encoder
        .encode(&pixels, 300, 300, jpeg_encoder::ColorType::Cmyk)
        .unwrap();
    // The encoder's Adobe segment is removed, so that only the number of components is unusual.
    let ink = without_segments(&ink, 0xee);
    let cases: [(&str, &[u8], &str); 10] = [
        ("text", b"no picture", "[not_valid]"),
        ("nothing", b"", "the picture has no bytes"),
        (
            "small",
            &large,
            "it is 100x100 pixels; whatsapp accepts squares of at least 192",
        ),
        (
            "oblong",
            &oblong,
            "it is 300x200 pixels; whatsapp accepts squares",
        ),
        ("cut", &cut, "it is not a complete JPEG"),
        ("exif", &exif, "it contains metadata"),
        ("xmp", &xmp, "it contains metadata"),
        ("photoshop", &photoshop, "it contains metadata"),
        ("comment", &comment, "it contains metadata"),
        (
            "ink",
            &ink,
            "it has 4 components; it must have 1 or 3 [not_valid]",
        ),
    ];
    side_by_side(&cases, |(name, bytes, wanted)| {
        let stage = Stage::new("");
        write(&stage.path().join("out/logo.jpg"), bytes);
        let (said, records) = stage.run(&[]);
        assert_eq!(
            (said.code, records.posts(None).len()),
            (1, 0),
            "{name}: {}",
            said.stderr
        );
        assert!(said.stderr.contains(wanted), "{name}: {}", said.stderr);
        // A folder of pictures that are not results is not changed.
        assert!(!stage.path().join("out/.avatar-prep").exists(), "{name}");
    });
}

/// A JPEG without the segments of this marker before its first scan.
fn without_segments(jpeg: &[u8], marker: u8) -> Vec<u8> {
    let (mut kept, mut rest) = (jpeg[..2].to_vec(), &jpeg[2..]);
    while rest[1] != 0xda {
        let length = 2 + usize::from(u16::from_be_bytes([rest[2], rest[3]]));
        if rest[1] != marker {
            kept.extend_from_slice(&rest[..length]);
        }
        rest = &rest[length..];
    }
    [kept, rest.to_vec()].concat()
}

/// Rows 3 and 42, and 45 where nobody listens.
#[test]
fn without_a_connection_nothing_is_sent_and_nothing_lost() {
    let stage = Stage::new("");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let mut csv = String::from("name,id_instance,picture\n");
    for number in 0..40 {
        csv.push_str(&format!("a{number},{},logo.png\n", 7_000 + number));
    }
    write(&stage.path().join("many.csv"), csv.as_bytes());
    let refused = |args: &[&str]| {
        let mut command = super::upload(stage.path(), "https://api.green-api.com");
        command
            .args(["--rehearse", &nobody, "--speed", "100"])
            .args(args);
        crate::support::said(&command.output().unwrap())
    };
    let one = refused(&[]);
    assert_eq!(one.code, 3, "{}", one.stderr);
    assert!(one.stderr.contains("[not_connected]"), "{}", one.stderr);
    assert_eq!(one.stderr.matches("waiting").count(), 3, "{}", one.stderr);
    let many = refused(&["--accounts", "many.csv"]);
    assert_eq!(many.code, 3, "{}", many.stderr);
    assert!(many.stderr.contains("[network_down]"), "{}", many.stderr);
    assert!(many.stderr.contains("40 left for later"), "{}", many.stderr);

    // The question alone fails: it is repeated, the picture is sent once.
    stage.fake.script(
        ID,
        "getStateInstance",
        script("reset-before-read*2").unwrap(),
    );
    stage.expect(&[], (0, 1));
}

/// Row 45: five accounts in a row without an answer; one that answers ends the row.
#[test]
fn a_network_that_resets_everything_stops_the_run_unless_somebody_answers() {
    let lost = "reset-after-read*9";
    let later = r#"body({"stateInstance":"starting"})*8"#;
    side_by_side(&[false, true], |&is_answered| {
        let stage = Stage::new("");
        let ids: Vec<String> = (7_000..7_009).map(|id| id.to_string()).collect();
        for (number, id) in ids.iter().enumerate() {
            // Four end within half a minute, the one in the middle within one, four after that.
            let states = match number {
                0..4 => lost.to_string(),
                4 if is_answered => "starting-then(4,authorized)".into(),
                4 => format!("{};{lost}", later.replace("*8", "*4")),
                _ => format!("{later};{lost}"),
            };
            stage.enlist(id, "");
            let states = script(&states).unwrap();
            stage.fake.script(id, "getStateInstance", states);
        }
        stage.list(ids.iter().map(|id| (id.as_str(), "logo.png")));
        let (said, records) = stage.run(&["--accounts", "a.csv", "--senders", "9"]);
        assert_eq!(said.code, 3, "{}", said.stderr);
        let stopped = said.stderr.contains("[network_down]");
        assert_eq!(stopped, !is_answered, "{}", said.stderr);
        let sent = usize::from(is_answered);
        assert_eq!(records.posts(None).len(), sent, "{}", said.stderr);
    });
}

/// A server that answers does not count as a network that is down, and its `Retry-After` is
/// respected.
#[test]
fn faults_in_answers_to_questions_are_waited_out_as_the_server_wishes() {
    let stage = Stage::new("");
    let ids: Vec<String> = (7_100..7_106).map(|id| id.to_string()).collect();
    for id in &ids {
        stage.enlist(id, "");
        let faults = script("status(503,html,Retry-After=40)*3").unwrap();
        stage.fake.script(id, "getStateInstance", faults);
    }
    stage.list(ids.iter().map(|id| (id.as_str(), "logo.png")));
    let (said, records) = stage.run(&["--accounts", "a.csv", "--senders", "6"]);
    assert_eq!(
        (said.code, records.posts(None).len()),
        (3, 0),
        "{}",
        said.stderr
    );
    let deferred = said.stderr.matches("[unavailable], not before 2").count();
    assert_eq!(deferred, 6, "{}", said.stderr);
    for id in &ids {
        let asked = records.0.iter().filter(|record| record.id == *id);
        let asked: Vec<Duration> = asked.map(|record| record.arrived).collect();
        assert_eq!(asked.len(), 3, "{id}");
        for pair in asked.windows(2) {
            assert!(pair[1] - pair[0] >= Duration::from_secs(40), "{asked:?}");
        }
    }
}

/// A request that hangs is reported while it hangs, with its kind.
#[test]
fn a_question_that_hangs_is_no_picture_that_was_cut() {
    let stage = Stage::new("");
    stage
        .fake
        .script(ID, "getStateInstance", script("hang*9").unwrap());
    let said = stage.expect(&[], (3, 0));
    assert!(
        said.stderr.contains("no answer within 2 s [no_answer]"),
        "{}",
        said.stderr
    );
    let waits = said
        .stderr
        .lines()
        .filter(|line| line.starts_with("waiting 1101000001 "));
    assert_eq!(waits.count(), 3, "{}", said.stderr);
    assert!(!said.stderr.contains("cut_before_sent"), "{}", said.stderr);
}

/// If a server refuses a picture for its length before it was sent, there is only one attempt.
#[test]
fn a_refusal_before_the_picture_is_sent_is_heard() {
    let config = fake_green_api::Config {
        time_scale: super::SPEED,
        max_body: 1_000,
        ..fake_green_api::Config::default()
    };
    let stage = Stage {
        fake: fake_green_api::Fake::start(config).unwrap(),
        ..Stage::new("")
    };
    let token = super::rehearsal_token(ID);
    stage
        .fake
        .account(ID, &token, fake_green_api::Product::Whatsapp);
    let said = stage.expect(&[], (1, 1));
    assert!(said.stderr.contains("[too_large]"), "{}", said.stderr);
}

/// Row 5: what was never sent whole cannot have been applied.
#[test]
fn a_picture_cut_off_on_its_way_is_sent_again_without_asking() {
    let noise = jpeg(1500, 1500, |x, y| {
        let mut numbers = crate::support::Numbers(u64::from(x) << 32 | u64::from(y));
        numbers.next().to_le_bytes()[..3].try_into().unwrap()
    });
    assert!(
        (3_000_000..5_000_000).contains(&noise.len()),
        "{}",
        noise.len()
    );
    for (scenarios, code, posts) in [("reset-before-read", 0, 2), ("reset-before-read*3", 3, 3)] {
        let stage = Stage::new(scenarios);
        write(&stage.path().join("out/logo.jpg"), &noise);
        let (said, records) = stage.run(&[]);
        assert_eq!(
            (said.code, records.posts(None).len()),
            (code, posts),
            "{}",
            said.stderr
        );
        assert!(said.stderr.contains("[cut_before_sent]"), "{}", said.stderr);
        let asked = records
            .0
            .iter()
            .filter(|record| record.asks("getWaSettings"));
        assert_eq!(asked.count(), 1, "only before the first");
    }
}

/// Rows 2 and 44.
#[test]
fn without_a_journal_nothing_is_sent() {
    let stage = Stage::new("");
    std::fs::create_dir_all(stage.path().join("out/.avatar-prep/rehearsal.sqlite")).unwrap();
    let (said, records) = stage.run(&[]);
    assert_eq!((said.code, records.0.len()), (2, 0), "{}", said.stderr);
    assert!(
        said.stderr.contains("nothing is sent without it"),
        "{}",
        said.stderr
    );

    let stage = Stage::new("");
    write(
        &stage.path().join("state/avatar-prep/rehearsal-pace"),
        b"a file in the way",
    );
    let (said, records) = stage.run(&[]);
    assert_eq!((said.code, records.0.len()), (2, 0), "{}", said.stderr);
}

/// Its path is too long for the system, which root cannot read either.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_sent_if_a_folder_of_results_cannot_be_read() {
    let stage = Stage::new("");
    // Two halves, put together: the path of the whole cannot be named.
    let half: std::path::PathBuf = (0..12).map(|_| "d".repeat(200)).collect();
    let (upper, lower) = (
        stage.path().join("out").join(&half),
        stage.path().join("lower"),
    );
    std::fs::create_dir_all(&upper).unwrap();
    std::fs::create_dir_all(lower.join(&half)).unwrap();
    std::fs::rename(lower, upper.join("lower")).unwrap();
    let said = stage.expect(&[], (2, 0));
    let wanted = "error: could not look for results: ";
    assert!(said.stderr.starts_with(wanted), "{}", said.stderr);
    stage.expect(&["--dry-run"], (2, 0));
}
