//! Answers that do not announce their length.

use super::{BUCKET, Bucket, Fate, Ran};
use crate::support::{folder, jpeg, png};

/// The head without a length.
fn unmeasured(head: &str) -> String {
    let lines = head.lines();
    let lines = lines.filter(|line| !line.to_lowercase().starts_with("content-length"));
    lines.collect::<Vec<_>>().join("\r\n")
}

fn chunks(body: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    for piece in body.chunks(5000) {
        all.extend(format!("{:x}\r\n", piece.len()).into_bytes());
        all.extend_from_slice(piece);
        all.extend_from_slice(b"\r\n");
    }
    all
}

fn chunked(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("{}\r\nTransfer-Encoding: chunked\r\n\r\n", unmeasured(head));
    [head.as_bytes(), &chunks(body), b"0\r\n\r\n"].concat()
}

/// Without its last chunk.
fn cut(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("{}\r\nTransfer-Encoding: chunked\r\n\r\n", unmeasured(head));
    [head.as_bytes(), &chunks(body)].concat()
}

/// The end of the connection is the end of the body.
fn endless(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("{}\r\n\r\n", unmeasured(head)).as_bytes(), body].concat()
}

/// A server that has three pictures of these bytes, and does this with each request for one.
fn server(fate: fn(&str) -> Fate) -> (Bucket, Vec<u8>) {
    let bucket = Bucket::disturbed(move |request, _| match request.verb.as_str() {
        "GET" if request.path.contains("g?") => fate(&request.path),
        _ => Fate::Pass,
    });
    let noise = |x: u32, y: u32| [(x * 97 + y * 31) as u8, (x * y * 7) as u8, (x ^ y) as u8];
    let picture = jpeg(200, 200, noise);
    for name in ["a.jpg", "cut.jpg", "endless.jpg"] {
        bucket.put(&format!("in/{name}"), &picture);
    }
    (bucket, picture)
}

fn prepare(bucket: &Bucket, names: &[&str], more: &[&str]) -> (Ran, tempfile::TempDir) {
    let line = |name: &&str| {
        format!(
            "http://{}/{BUCKET}/in/{name}?X-Amz-Signature=0\n",
            bucket.proxy
        )
    };
    let list: String = names.iter().map(line).collect();
    let files = folder(&[("list", list.as_bytes())]);
    let ran = bucket.run(files.path(), &[&["--from", "list", "out"], more].concat());
    (ran, files)
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_chunked_body_is_read_and_a_cut_one_is_not() {
    let (bucket, picture) = server(|path| match path {
        _ if path.contains("cut.jpg") => Fate::Change(cut),
        _ if path.contains("endless.jpg") => Fate::Change(endless),
        _ => Fate::Change(chunked),
    });
    let names = ["a.jpg", "cut.jpg", "endless.jpg"];
    let (ran, files) = prepare(&bucket, &names, &["--size", "50"]);
    let codes: Vec<&str> = ran
        .files()
        .map(|it| it["code"].as_str().unwrap_or(""))
        .collect();
    assert_eq!(
        codes,
        ["", "incomplete_body", "unknown_length"],
        "{:#?}",
        ran.records
    );
    let hints = ran.files().filter_map(|it| it["hint"].as_str());
    assert!(
        hints.last().unwrap().contains("Content-Length"),
        "{:#?}",
        ran.records
    );
    crate::support::write(&files.path().join("in/a.jpg"), &picture);
    let local = crate::support::run(files.path(), &["in", "local", "--size", "50", "-q"]);
    assert_eq!(local.code, 0, "{}", local.stderr);
    let read = |path: &str| std::fs::read(files.path().join(path)).unwrap();
    let output = ran.files().next().unwrap()["output"].as_str().unwrap();
    assert!(read(output) == read("local/a.jpg"));
    // It is known again by its ETag.
    let again = bucket.run(files.path(), &["--from", "list", "out", "--size", "50"]);
    assert_eq!(again.count("code", "up_to_date"), 1, "{:#?}", again.records);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_chunked_body_has_the_limit_of_every_other() {
    let (bucket, _) = server(|_| Fate::Change(chunked));
    let (ran, _files) = prepare(&bucket, &["a.jpg"], &["--limit-bytes", "9000"]);
    assert_eq!(ran.count("code", "limit_exceeded"), 1, "{:#?}", ran.records);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn chunked_bodies_that_are_larger_than_the_memory_together_are_all_read() {
    let (bucket, _) = server(|_| Fate::Change(chunked));
    let mut state = 1_u32;
    let noise: Vec<u8> = (0..900 * 900 * 4)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8 | 1
        })
        .collect();
    let at = |x: u32, y: u32| {
        let start = (y * 900 + x) as usize * 4;
        [noise[start], noise[start + 1], noise[start + 2], 255]
    };
    let picture = png(900, 900, at);
    assert!(picture.len() > 2 << 20);
    let names: Vec<String> = (0..8).map(|number| format!("large{number}.png")).collect();
    for name in &names {
        bucket.put(&format!("in/{name}"), &picture);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    // A quarter is for bodies: less than two of these.
    let more = ["--memory", "16MiB", "--size", "50", "--jobs", "1"];
    let (ran, _files) = prepare(&bucket, &names, &more);
    assert_eq!(
        ran.count("status", "ok"),
        8,
        "{} {:#?}",
        ran.stderr,
        ran.records
    );
}
