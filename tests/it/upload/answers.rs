//! Every row of the table of answers: what the server does, how the run ends, how many pictures
//! were sent, how many the account was given.

use std::time::Duration;

use fake_green_api::{Product, script};

use super::{ID, Stage, rehearsal_token, side_by_side};
use crate::support::{jpeg, write};

/// Number of the row, what the server does with the first pictures, the exit code, pictures sent,
/// pictures applied, and what is said.
type Row = (u32, &'static str, i32, usize, u64, &'static str);

#[rustfmt::skip] // one case a line
const ROWS: &[Row] = &[
    (6, "reset-after-read", 0, 2, 1, "applied"),
    (6, "lost(reset)*2", 3, 2, 0, "[answer_lost]"),
    (6, "lost(timeout)", 0, 2, 1, "applied"),
    (6, "ghost(reset)", 0, 1, 1, "confirmed by what the account shows"),
    (6, "ghost(timeout)", 0, 1, 1, "confirmed by what the account shows"),
    (6, "hang", 0, 2, 1, "applied"),
    (6, "reset-mid-response", 0, 1, 1, "confirmed by what the account shows"),
    (6, "close-after-headers", 0, 1, 1, "confirmed by what the account shows"),
    (7, "ok", 0, 1, 1, "applied"),
    (7, "slow(3000)", 0, 1, 1, "applied"),
    (7, "drip(4000)", 0, 1, 1, "applied"),
    (7, "http10", 0, 1, 1, "applied"),
    (7, "100-continue", 0, 1, 1, "applied"),
    (7, "extra-fields", 0, 1, 1, "applied"),
    (7, "keys-reordered", 0, 1, 1, "applied"),
    (7, r#"body({"setProfilePicture":true,"urlAvatar":"","reason":null})"#, 0, 1, 0, "does not say where it shows"),
    (8, "overlimit", 0, 2, 1, "applied"),
    (8, "overlimit*2", 0, 3, 1, "applied"),
    (8, "overlimit*3", 3, 3, 0, "[rate_overlimit], not before "),
    (9, r#"reason("not-acceptable")"#, 1, 1, 0, "[picture_refused]"),
    (9, r#"reason("bad-request")"#, 1, 1, 0, "[picture_refused]"),
    (10, r#"reason("not-authorized")"#, 1, 1, 0, "[account_refused]"),
    (10, r#"reason("forbidden")"#, 1, 1, 0, "[account_refused]"),
    (10, r#"reason("not-allowed")"#, 1, 1, 0, "[account_refused]"),
    (10, r#"reason("locked")"#, 1, 1, 0, "[account_refused]"),
    (10, r#"reason("gone")"#, 1, 1, 0, "[account_refused]"),
    (11, r#"reason("resource-limit")"#, 3, 1, 0, "[resource_limit], not before "),
    (12, r#"reason("internal-server-error")"#, 0, 2, 1, "applied"),
    (12, r#"reason("service-unavailable")*2"#, 0, 3, 1, "applied"),
    (12, r#"reason("partial-server-error")*3"#, 3, 3, 0, "[messenger_fault]"),
    (12, r#"reason("Connection Closed")"#, 0, 2, 1, "applied"),
    (13, r#"reason("Timed Out")"#, 0, 2, 1, "applied"),
    (13, r#"reason("Timed Out")*2"#, 3, 2, 0, "[messenger_timed_out]"),
    (14, r#"reason("")"#, 0, 2, 1, "applied"),
    (14, "reason(null)*2", 1, 2, 0, "[refused_without_reason]"),
    (15, r#"reason("moon-phase")"#, 1, 1, 0, "moon-phase [refused]"),
    (16, "code-401-in-200", 1, 1, 0, "[bad_token]"),
    (16, r#"body({"code":404,"description":"Not Found"})"#, 1, 1, 0, "[forbidden]"),
    (17, "body(instance in starting process try later)", 0, 2, 1, "applied"),
    (17, r#"body("instance account not authorized")"#, 0, 2, 1, "applied"),
    (18, "body(null)", 0, 2, 1, "applied"),
    (18, "body()", 0, 2, 1, "applied"),
    (19, "html-200", 1, 1, 0, "[unexpected_answer]"),
    (19, r#"body({"setProfilePicture":1})"#, 1, 1, 0, "[unexpected_answer]"),
    (19, r#"body({"urlAvatar":"x"})"#, 1, 1, 0, "[unexpected_answer]"),
    (19, "missing-flag", 0, 1, 1, "confirmed by what the account shows"),
    (19, "flag-as-string", 0, 1, 1, "confirmed by what the account shows"),
    (20, "status(400,object,message=instance in starting process try later)", 0, 2, 1, "applied"),
    (21, "status(400,string,message=instance is starting or not authorized)", 0, 2, 1, "applied"),
    (21, "status(400,text,message=instance account not authorized)", 0, 2, 1, "applied"),
    (22, "status(400,object,message=Instance account is expired. Renew your instance from personal area)", 1, 1, 0, "[expired]"),
    (22, "status(400,object,message=Instance is deleted)", 1, 1, 0, "[deleted]"),
    (23, "status(400,string,message=File is empty)", 1, 1, 0, "[file_is_empty]"),
    (23, "status(400,text,message=Unsupported media type)", 1, 1, 0, "[unsupported_media_type]"),
    (23, "status(400,object,message=Validation failed. Details: 'file')", 1, 1, 0, "Validation failed"),
    (23, "status(400,text,message=bad request data)", 1, 1, 0, "[bad_request]"),
    (24, "status(401)", 1, 1, 0, "[bad_token]"),
    (25, "status(403,object,message=Your account is suspended)", 3, 1, 0, "[suspended], not before "),
    (26, "status(403,html)", 1, 1, 0, "[forbidden]"),
    (27, "status(404)", 2, 1, 0, "[wrong_address]"),
    (27, "status(405)", 2, 1, 0, "[wrong_address]"),
    (27, "status(204,empty)", 2, 1, 0, "[wrong_address]"),
    (28, "status(407,html)", 2, 1, 0, "[proxy_login]"),
    (29, "status(408,html)", 0, 2, 1, "applied"),
    (30, "status(413,html)", 1, 1, 0, "[too_large]"),
    (31, "status(415)", 1, 1, 0, "[client_error]"),
    (31, "status(422)", 1, 1, 0, "[client_error]"),
    (31, "status(418)", 1, 1, 0, "[client_error]"),
    (32, "status(429)", 0, 2, 1, "applied"),
    (32, "status(429,html)*4", 3, 4, 0, "[too_many_requests], not before "),
    (33, "status(466,text)", 3, 1, 0, "[quota], not before "),
    (34, "status(469,empty)", 3, 1, 0, "[throttled], not before "),
    (35, "status(499,html)", 0, 2, 1, "applied"),
    (36, "status(500)", 0, 2, 1, "applied"),
    (36, "status(500)*2", 1, 2, 0, "[server_error]"),
    (37, "status(502,html)", 0, 2, 1, "applied"),
    (37, "ghost(502)", 0, 1, 1, "confirmed by what the account shows"),
    (37, "status(504,html)*4", 3, 4, 0, "[bad_gateway], not before "),
    (37, "status(520,empty)", 0, 2, 1, "applied"),
    (37, "status(524,empty)", 0, 2, 1, "applied"),
    (38, "status(503,html)", 0, 2, 1, "applied"),
    (38, "status(503,html)*4", 3, 4, 0, "[unavailable], not before "),
    (39, "redirect(301,http://127.0.0.1:9)", 2, 1, 0, "[redirected]"),
    (39, "redirect(302,http://127.0.0.1:9)", 2, 1, 0, "to 127.0.0.1"),
    (39, "redirect(303,http://127.0.0.1:9)", 2, 1, 0, "[redirected]"),
    (39, "redirect(307,http://127.0.0.1:9)", 2, 1, 0, "[redirected]"),
    (39, "redirect(308,http://127.0.0.1:9)", 2, 1, 0, "[redirected]"),
    (40, "status(206)", 1, 1, 0, "[unexpected_answer]"),
    (40, "status(299,empty)", 1, 1, 0, "[unexpected_answer]"),
    (40, "status(600)", 1, 1, 0, "[unexpected_answer]"),
];

#[test]
fn every_row_ends_as_it_should() {
    side_by_side(ROWS, |&(row, scenarios, code, sent, applied, wanted)| {
        let stage = Stage::new(scenarios);
        let (said, records) = stage.run(&[]);
        let posts = records.posts(None).len();
        let found = (said.code, posts, stage.fake.pictures(ID));
        assert_eq!(
            found,
            (code, sent, applied),
            "row {row}, {scenarios}: {}",
            said.stderr
        );
        assert!(
            said.stderr.contains(wanted),
            "row {row}, {scenarios}: {}",
            said.stderr
        );
        assert!(
            records.bodies_are_equal() && !records.overlaps(),
            "row {row}, {scenarios}"
        );
        let spacing = records.shortest_spacing().unwrap_or(Duration::MAX);
        assert!(
            spacing >= Duration::from_secs(10),
            "row {row}, {scenarios}: {spacing:?}"
        );
        // What nobody can send to again says what to try.
        assert!(
            code == 0 || said.stderr.contains("  hint: "),
            "row {row}: {}",
            said.stderr
        );
    });
}

#[test]
fn bodies_of_every_shape_end_as_their_status_does() {
    let mut cases = Vec::new();
    for (style, _) in fake_green_api::STYLES {
        for (status, code, posts) in [
            (400, 1, 1),
            (401, 1, 1),
            (403, 1, 1),
            (404, 2, 1),
            (429, 0, 2),
            (466, 3, 1),
            (500, 0, 2),
            (502, 0, 2),
            (504, 0, 2),
        ] {
            cases.push((status, style, code, posts));
        }
        let code = match style {
            "empty" => (0, 2), // as for an account that is being created
            _ => (1, 1),
        };
        cases.push((200, style, code.0, code.1));
    }
    side_by_side(&cases, |&(status, style, code, posts)| {
        let stage = Stage::new(&format!("status({status},{style})"));
        let (said, records) = stage.run(&[]);
        let found = (said.code, records.posts(None).len());
        assert_eq!(found, (code, posts), "{status} {style}: {}", said.stderr);
        assert!(
            said.stderr.len() < 4_000,
            "{status} {style}: {}",
            said.stderr.len()
        );
    });
}

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
    // What the encoder says about the ink comes off, so that only the components are odd.
    let ink = without_segments(&ink, 0xee);
    let cases: [(&str, &[u8], &str); 10] = [
        ("text", b"no picture", "[not_valid]"),
        ("nothing", b"", "the picture has no bytes"),
        (
            "small",
            &large,
            "it is 100x100; whatsapp takes squares from 192 pixels",
        ),
        ("oblong", &oblong, "it is 300x200; whatsapp takes squares"),
        ("cut", &cut, "it is not a whole JPEG"),
        ("exif", &exif, "it carries metadata"),
        ("xmp", &xmp, "it carries metadata"),
        ("photoshop", &photoshop, "it carries metadata"),
        ("comment", &comment, "it carries metadata"),
        (
            "ink",
            &ink,
            "it has 4 components; 1 and 3 are taken [not_valid]",
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
    let (said, records) = stage.run(&[]);
    assert_eq!(
        (said.code, records.posts(None).len()),
        (0, 1),
        "{}",
        said.stderr
    );
}

/// Row 45: five accounts in a row without an answer; one that answers ends the row.
#[test]
fn a_network_that_resets_everything_stops_the_run_unless_somebody_answers() {
    let lost = "reset-after-read*9";
    let later = r#"body({"stateInstance":"starting"})*8"#;
    side_by_side(&[false, true], |&is_answered| {
        let stage = Stage::new("");
        let mut csv = String::from("name,id_instance,picture\n");
        for number in 0..9 {
            // Four end within half a minute, the one in the middle within one, four after that.
            let states = match number {
                0..4 => lost.to_string(),
                4 if is_answered => "starting-then(4,authorized)".into(),
                4 => format!("{};{lost}", later.replace("*8", "*4")),
                _ => format!("{later};{lost}"),
            };
            let id = (7_000 + number).to_string();
            let (fake, token) = (&stage.fake, rehearsal_token(&id));
            fake.account(&id, &token, Product::Whatsapp);
            fake.script(&id, "getStateInstance", script(&states).unwrap());
            csv.push_str(&format!("a{number},{id},logo.png\n"));
        }
        write(&stage.path().join("nine.csv"), csv.as_bytes());
        let (said, records) = stage.run(&["--accounts", "nine.csv", "--senders", "9"]);
        assert_eq!(said.code, 3, "{}", said.stderr);
        let stopped = said.stderr.contains("[network_down]");
        assert_eq!(stopped, !is_answered, "{}", said.stderr);
        let sent = usize::from(is_answered);
        assert_eq!(records.posts(None).len(), sent, "{}", said.stderr);
    });
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

/// While an outcome is verified, an answer that ends everything does so at once.
#[test]
fn a_question_that_is_refused_for_good_is_not_repeated() {
    for (refusal, code, wanted) in [
        ("status(401)", 1, "[bad_token]"),
        ("status(404)", 2, "[wrong_address]"),
        ("status(466,object)", 3, "[quota]"),
    ] {
        let stage = Stage::new("ghost(502)");
        let answers = script(&format!("ok;{refusal}*9")).unwrap();
        stage.fake.script(ID, "getWaSettings", answers);
        let (said, records) = stage.run(&[]);
        assert_eq!(said.code, code, "{refusal}: {}", said.stderr);
        assert!(said.stderr.contains(wanted), "{refusal}: {}", said.stderr);
        let asked = records.0.iter().filter(|it| it.asks("getWaSettings"));
        assert_eq!(
            (asked.count(), records.posts(None).len()),
            (2, 1),
            "{refusal}"
        );
        let (status, _) = stage.run(&["--status"]);
        assert!(status.stderr.starts_with("unknown "), "{}", status.stderr);
    }
}

/// Row 21: who is ready by its state and refused by its answers is sent to once more.
#[test]
fn an_account_that_claims_to_be_ready_gets_one_resend() {
    let refusal = "status(400,object,message=Instance account not authorized)";
    let stage = Stage::new(&format!("{refusal}*5"));
    let (said, records) = stage.run(&[]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert_eq!(records.posts(None).len(), 2, "{}", said.stderr);
    assert!(said.stderr.contains("[not_authorized]"), "{}", said.stderr);
}

/// Rows 20 and 21, with an account whose state changes behind a promise.
#[test]
fn an_account_that_is_not_ready_after_all_is_asked_at_once() {
    let promise = || script(r#"body({"stateInstance":"authorized"})"#).unwrap();
    for (state, code, wanted) in [
        ("notAuthorized", 1, "[not_authorized]"),
        ("blocked", 1, "[blocked]"),
        ("expired", 1, "[expired]"),
        ("deleted", 1, "[deleted]"),
        ("suspended", 3, "[suspended], not before "),
        ("starting", 0, "applied"),
        ("sleepMode", 0, "applied"),
    ] {
        let stage = Stage::with("", SPEED_OF_STATES, Product::Whatsapp);
        let mut states = promise();
        if code == 0 {
            // It passes after three questions, whenever they come.
            let passing = format!(r#"body({{"stateInstance":"{state}"}})*3"#);
            states.extend(script(&passing).unwrap());
            let refusal = "status(400,object,message=Instance is starting or not authorized)";
            let refusal = script(refusal).unwrap();
            stage.fake.script(ID, "setProfilePicture", refusal);
        } else {
            stage.fake.states(ID, &[(state, Duration::MAX)]);
        }
        stage.fake.script(ID, "getStateInstance", states);
        let settings = r#"body({"avatar":"","stateInstance":"authorized"})"#;
        stage
            .fake
            .script(ID, "getWaSettings", script(settings).unwrap());
        let (said, records) = stage.run(&[]);
        let posts = records.posts(None);
        let sent = if code == 0 { 2 } else { 1 };
        assert_eq!(
            (said.code, posts.len()),
            (code, sent),
            "{state}: {}",
            said.stderr
        );
        assert!(said.stderr.contains(wanted), "{state}: {}", said.stderr);
        let later = |record: &&fake_green_api::Record| record.arrived > posts[0].arrived;
        let asked: Vec<_> = records
            .0
            .iter()
            .filter(later)
            .filter(|record| record.asks("getStateInstance"))
            .collect();
        if let [first, rest @ ..] = asked.as_slice() {
            assert!(
                first.arrived - posts[0].replied >= Duration::from_millis(1_100),
                "{state}"
            );
            let polls = asked
                .windows(2)
                .map(|pair| pair[1].arrived - pair[0].arrived);
            assert!(
                rest.is_empty() || polls.min() >= Some(Duration::from_secs(10)),
                "{state}"
            );
        }
    }
}

const SPEED_OF_STATES: f64 = 20.0;

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
