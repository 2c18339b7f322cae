//! Which requests are answered, what is made, and how it is given back.

use serde_json::{Value, json};

use super::{Open, begin, of_a_run, results, sized};
use crate::served::Served;
use crate::support::{folder, jpeg, png, ppm, run, tree};

/// Pictures of several formats in folders, and files that are none.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a/photo.jpg", jpeg(300, 200, |x, y| [x as u8, y as u8, 90])),
        ("a/b/logo.png", png(200, 120, |x, _| [x as u8, 40, 90, 255])),
        ("plain.ppm", ppm(64, 90, |x, y| [x as u8, 9, y as u8])),
        ("broken.png", b"\x89PNG\r\n\x1a\nnothing".to_vec()),
        ("notes.txt", b"no picture".to_vec()),
    ]
}

fn row<'a>(now: &'a Value, name: &str) -> &'a Value {
    let rows = now["rows"].as_array().unwrap();
    let found = rows.iter().find(|row| row["name"] == name);
    found.unwrap_or_else(|| panic!("{name} is not in {now:#}"))
}

#[test]
fn a_zip_contains_what_a_run_makes() {
    let files = files();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, it)| (*name, &**it)).collect();
    let folder = folder(&[]);
    let open = Open::start(folder.path(), &[]);
    assert_eq!(open.offer(false).json()["code"], "no_results");
    for (name, bytes) in &files {
        assert_eq!(open.drop_file(name, bytes), *name);
    }
    let now = open.make(&sized(100));
    assert_eq!((&now["found"], &now["trouble"]), (&json!(5), &json!(null)));
    let wanted = of_a_run(&files, &["--size", "100"]);
    assert_eq!(wanted.len(), 3);
    assert_eq!(open.zip(false), wanted);

    // Each picture of the page is the same file, and each failure has its reason.
    let rows = now["rows"].as_array().unwrap();
    let place = rows.iter().position(|row| row["name"] == "a/b/logo.png");
    let path = open.path(&format!("pictures/{}", place.unwrap()));
    assert_eq!(open.served.get(&path).body, wanted["a/b/logo.jpg"]);
    let broken = row(&now, "broken.png");
    assert_eq!(
        (&broken["outcome"], &broken["output"]),
        (&json!("failed"), &json!("broken.jpg"))
    );
    for key in ["message", "hint"] {
        let text = broken[key].as_str().unwrap();
        assert!(!text.is_empty() && !text.contains("/tmp"), "{text}");
    }
    assert_eq!(row(&now, "notes.txt")["outcome"], "skipped");

    // With a platform, the same files are made again.
    let platform = json!({"platform": "github", "size": null, "is_framed": true});
    open.make(&platform);
    let args = ["--for", "github", "--fit", "auto", "--gravity", "auto"];
    assert_eq!(open.zip(false), of_a_run(&files, &args));
    let all = tree(folder.path());
    assert!(all.iter().all(|it| it.starts_with("tmp/")), "{all:?}");
}

#[test]
fn results_in_a_folder_are_those_of_a_run_and_can_be_reviewed_later() {
    let files = files();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, it)| (*name, &**it)).collect();
    let folder = folder(&[]);
    let open = Open::start(folder.path(), &["out", "--size", "80"]);
    assert_eq!(open.served.get("/api/start").json()["out"], "out");
    for (name, bytes) in &files {
        open.drop_file(name, bytes);
    }
    open.make(&sized(80));
    let out = folder.path().join("out");
    let wanted = of_a_run(&files, &["--size", "80"]);
    assert_eq!(results(&out), wanted);
    assert_eq!(open.zip(false), wanted);
    drop(open);

    let said = run(folder.path(), &["verify", "out"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let said = run(folder.path(), &["clean", "out", "--delete"]);
    assert_eq!((said.code, results(&out)), (0, wanted), "{}", said.stderr);
    let review = Served::start(folder.path());
    let entry = review.entry("a/b/logo.jpg");
    assert_eq!(entry["source_state"], "same");
    let change = json!({
        "key": "00000000000000b1", "id": entry["id"], "version": entry["version"],
        "result": entry["result"], "source": entry["source_hash"], "verdict": "approved",
        "draft": null,
    });
    assert_eq!(review.post("/api/decide", &change).status, 200);
    assert_eq!(review.entry("a/b/logo.jpg")["standing"], "approved");
}

#[test]
fn only_approved_results_can_be_downloaded() {
    let folder = folder(&[]);
    let open = Open::start(folder.path(), &[]);
    open.drop_file("a.ppm", &ppm(90, 60, |x, _| [x as u8, 0, 0]));
    open.drop_file("b.ppm", &ppm(90, 60, |x, _| [0, x as u8, 0]));
    open.make(&sized(50));
    assert_eq!(open.offer(true).json()["code"], "no_results");
    let review = format!("/review/{}", open.batch);
    let page = String::from_utf8(open.served.get(&format!("{review}/")).body).unwrap();
    assert!(page.contains("<title>Review"), "{page}");
    assert_eq!(open.served.get(&format!("{review}/main.js")).status, 200);
    let list = open.served.get(&format!("{review}/api/pictures")).json();
    let entry = &list["pictures"][0];
    assert_eq!(entry["output"], "a.jpg");
    let change = json!({
        "key": "00000000000000b2", "id": entry["id"], "version": entry["version"],
        "result": entry["result"], "source": entry["source_hash"], "verdict": "approved",
        "draft": null,
    });
    let decided = open.served.post(&format!("{review}/api/decide"), &change);
    assert_eq!(decided.status, 200, "{}", decided.json());
    let approved = open.zip(true);
    assert_eq!(approved.keys().collect::<Vec<_>>(), ["a.jpg"]);
    assert_eq!(approved["a.jpg"], open.zip(false)["a.jpg"]);
}

#[test]
fn requests_need_the_token_and_come_from_the_page() {
    let folder = folder(&[]);
    let open = Open::start(folder.path(), &[]);
    open.drop_file("a.ppm", &ppm(9, 9, |_, _| [1, 2, 3]));
    open.make(&sized(9));
    let zip = open.offer(false).json()["address"]
        .as_str()
        .unwrap()
        .to_string();
    let (host, token) = (&open.served.host, &open.served.token);
    let ask = |method: &str, path: &str, headers: &[(&str, &str)]| {
        let mut head = format!("{method} {path} HTTP/1.1\r\nContent-Length: 0\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let answer = open.served.send(format!("{head}\r\n").as_bytes());
        (answer.status, answer.json()["code"].clone())
    };
    let bearer = format!("Bearer {token}");
    let wrong = format!("Bearer {}", "0".repeat(32));
    let own = format!("http://{host}");
    let here = ("Host", host.as_str());
    let review = format!("/review/{}/api/pictures", open.batch);
    for path in [
        "/api/start",
        "/api/batches",
        &open.path("files"),
        &open.path("since/0/0"),
        &review,
    ] {
        for (method, headers, code) in [
            ("GET", vec![here], "wrong_token"),
            ("GET", vec![here, ("Authorization", &*wrong)], "wrong_token"),
            (
                "GET",
                vec![("Host", "evil.example"), ("Authorization", &*bearer)],
                "foreign_host",
            ),
            (
                "POST",
                vec![here, ("Authorization", &*bearer)],
                "foreign_origin",
            ),
            (
                "POST",
                vec![
                    here,
                    ("Authorization", &*bearer),
                    ("Origin", "http://evil.example"),
                ],
                "foreign_origin",
            ),
            ("POST", vec![here, ("Origin", &*own)], "wrong_token"),
        ] {
            let refused = ask(method, path, &headers);
            assert_eq!(refused, (403, json!(code)), "{method} {path} {headers:?}");
        }
    }
    // A zip needs no token, but a number that nobody can guess, which works once.
    let site = ("Sec-Fetch-Site", "cross-site");
    assert_eq!(ask("GET", &format!("/{zip}"), &[here, site]).0, 403);
    assert_eq!(
        ask("GET", &format!("/zip/{}", "0".repeat(32)), &[here]).0,
        404
    );
    assert_eq!(open.served.get(&format!("/{zip}")).status, 200);
    assert_eq!(open.served.get(&format!("/{zip}")).status, 404);
    let page = open.served.get("/").head.to_lowercase();
    assert!(page.contains("content-security-policy: default-src 'none'; script-src 'self';"));
}

#[test]
fn two_pages_do_not_mix() {
    let folder = folder(&[]);
    let one = Open::start(folder.path(), &[]);
    one.drop_file("a.ppm", &ppm(60, 60, |_, _| [200, 0, 0]));
    let other = begin(&one.served);
    let path = format!("/api/batches/{other}/files");
    let blue = ppm(60, 60, |_, _| [0, 0, 200]);
    let sent = one
        .served
        .post_bytes(&path, &[("x-name", "\"a.ppm\"")], &blue);
    assert_eq!(sent.json()["name"], "a.ppm");
    let now = one.make(&sized(40));
    assert_eq!(now["rows"].as_array().unwrap().len(), 1);
    let mine = one.zip(false);
    let color = crate::support::decode(&mine["a.jpg"]).mean();
    assert!(color[0] > 150.0 && color[2] < 50.0, "{color:?}");
    let first = one.batch;
    let second = Open {
        batch: other,
        served: one.served,
    };
    second.make(&sized(40));
    let color = crate::support::decode(&second.zip(false)["a.jpg"]).mean();
    assert!(color[2] > 150.0 && color[0] < 50.0, "{color:?}");
    let one = Open {
        batch: first,
        served: second.served,
    };
    assert_eq!(one.zip(false), mine);
}

#[test]
fn two_pages_with_one_folder_keep_their_results() {
    let folder = folder(&[]);
    let one = Open::start(folder.path(), &["out"]);
    let picture = ppm(60, 60, |x, y| [x as u8, y as u8, 0]);
    one.drop_file("a.ppm", &picture);
    let other = begin(&one.served);
    let path = format!("/api/batches/{other}/files");
    let sent = one
        .served
        .post_bytes(&path, &[("x-name", "\"a.ppm\"")], &picture);
    // The same picture, which the other page can want in another size.
    assert_eq!(sent.json()["name"], "a-2.ppm");
    one.make(&sized(40));
    let mine = one.zip(false);
    let second = Open {
        batch: other,
        served: one.served,
    };
    second.make(&sized(20));
    assert_eq!(second.zip(false).keys().collect::<Vec<_>>(), ["a-2.jpg"]);
    let out = results(&folder.path().join("out"));
    assert_eq!((out.len(), &out["a.jpg"]), (2, &mine["a.jpg"]));
}

#[test]
fn what_makes_no_sense_is_refused_with_a_reason() {
    let folder = folder(&[("file", b"x")]);
    for (args, part) in [
        (&["open", "--dry-run", "--no-open"][..], "--dry-run"),
        (&["open", "file", "--no-open"], "file is a file"),
        (
            &["open", "--for", "slack,github", "--no-open"],
            "one platform at a time",
        ),
    ] {
        let said = run(folder.path(), args);
        assert_eq!(said.code, 2);
        assert!(said.stderr.contains(part), "{}", said.stderr);
    }
    let open = Open::start(folder.path(), &[]);
    let make = |choice: Value| open.served.post(&open.path("make"), &choice).json();
    assert_eq!(make(sized(100))["code"], "nothing_dropped");
    open.drop_file("a.ppm", &ppm(9, 9, |_, _| [1, 2, 3]));
    for (choice, code) in [
        (sized(0), "wrong_choice"),
        (sized(1_000_000), "wrong_choice"),
        (
            json!({"platform": "nowhere", "size": null, "is_framed": false}),
            "wrong_choice",
        ),
        (
            json!({"platform": null, "size": null, "is_framed": false}),
            "wrong_request",
        ),
        (
            json!({"platform": "slack", "size": 9, "is_framed": false}),
            "wrong_request",
        ),
        (json!([]), "wrong_request"),
    ] {
        let refused = make(choice.clone());
        assert_eq!(refused["code"], code, "{choice}");
    }
    drop(open);
    let open = Open::start(folder.path(), &["--min-size", "200", "--size", "300"]);
    open.drop_file("a.ppm", &ppm(9, 9, |_, _| [1, 2, 3]));
    let refused = open.served.post(&open.path("make"), &sized(100)).json();
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.contains("--min-size must be at most --size (100), got 200"),
        "{message}"
    );
    // Hints of the page name no flags.
    let now = open.make(&sized(300));
    let row = row(&now, "a.ppm");
    assert_eq!(row["code"], "too_small");
    assert!(!row["hint"].as_str().unwrap().contains("--"), "{row}");
    let unknown = open
        .served
        .get(&format!("/api/batches/{}/since/0/0", "0".repeat(32)));
    assert_eq!(unknown.json()["code"], "unknown_batch");
}
