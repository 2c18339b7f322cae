//! Sources and results in Google Cloud Storage: an imitation of its XML interface, after its
//! description. It answers with short pages, and knows the conditions.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use percent_encoding::percent_decode_str;

use super::wire::received;
use super::{Ran, SECRET, ran};
use crate::support::{avatar_prep, folder, jpeg};

/// How many objects a page of a listing has.
const PAGE: usize = 2;

#[derive(Debug, Clone, Default)]
struct Object {
    bytes: Vec<u8>,
    generation: u64,
    /// Headers that start with `x-goog-meta-`.
    metadata: Vec<(String, String)>,
}

impl Object {
    /// The same for the same content.
    fn e_tag(&self) -> String {
        format!("\"{:08x}\"", crc32fast::hash(&self.bytes))
    }

    /// The answer to a request with the header `Range`.
    fn part(&self, range: &str, head: &str) -> (u16, String, Vec<u8>) {
        let (first, last) = range
            .strip_prefix("bytes=")
            .unwrap()
            .split_once('-')
            .unwrap();
        let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
        let length = self.bytes.len();
        let last = last.min(length - 1);
        let head = format!("{head}Content-Range: bytes {first}-{last}/{length}\r\n");
        (206, head, self.bytes[first..=last].to_vec())
    }
}

/// One bucket, called `pictures`.
#[derive(Debug, Default)]
struct Bucket {
    objects: BTreeMap<String, Object>,
    generation: u64,
    writes: usize,
}

/// The headers of a request by their names in lower case.
type Headers = BTreeMap<String, String>;

impl Bucket {
    fn put(&mut self, key: &str, bytes: &[u8], metadata: Vec<(String, String)>) -> Object {
        self.generation += 7;
        let object = Object {
            bytes: bytes.to_vec(),
            generation: self.generation,
            metadata,
        };
        self.objects.insert(key.into(), object.clone());
        object
    }

    /// The status, headers and body of an answer.
    fn answer(
        &mut self,
        verb: &str,
        target: &str,
        headers: &Headers,
        body: &[u8],
    ) -> (u16, String, Vec<u8>) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let Some(key) = path.strip_prefix("/pictures") else {
            let text = b"<Error><Code>NoSuchBucket</Code></Error>";
            return (404, String::new(), text.to_vec());
        };
        let key = decoded(key.trim_start_matches('/'));
        if verb == "PUT" {
            return self.write(&key, headers, body);
        }
        if key.is_empty() {
            let value = |name: &str| {
                let mut pairs = query.split('&').filter_map(|it| it.split_once('='));
                pairs.find(|it| it.0 == name).map(|it| decoded(it.1))
            };
            let after = value("continuation-token").unwrap_or_default();
            let page = self.page(&value("prefix").unwrap_or_default(), &after);
            return (200, String::new(), page.into_bytes());
        }
        let Some(object) = self.objects.get(&key) else {
            let text = b"<Error><Code>NoSuchKey</Code></Error>";
            return (404, String::new(), text.to_vec());
        };
        let mut head = format!(
            "ETag: {}\r\nx-goog-generation: {}\r\nLast-Modified: Fri, 27 Nov 2026 10:00:00 GMT\r\n",
            object.e_tag(),
            object.generation
        );
        for (name, value) in &object.metadata {
            head += &format!("{name}: {value}\r\n");
        }
        match headers.get("if-none-match") {
            Some(e_tag) if *e_tag == object.e_tag() => (304, head, Vec::new()),
            _ => match headers.get("range") {
                Some(range) => object.part(range, &head),
                None => (200, head, object.bytes.clone()),
            },
        }
    }

    fn write(&mut self, key: &str, headers: &Headers, body: &[u8]) -> (u16, String, Vec<u8>) {
        let there = self.objects.get(key).map_or(0, |object| object.generation);
        let wanted = headers.get("x-goog-if-generation-match");
        if wanted.is_some_and(|it| *it != there.to_string()) {
            let text = b"<Error><Code>PreconditionFailed</Code></Error>";
            return (412, String::new(), text.to_vec());
        }
        self.writes += usize::from(key.ends_with(".jpg"));
        let metadata = headers.clone().into_iter();
        let metadata = metadata.filter(|it| it.0.starts_with("x-goog-meta-"));
        let object = self.put(key, body, metadata.collect());
        let head = format!(
            "ETag: {}\r\nx-goog-generation: {}\r\n",
            object.e_tag(),
            object.generation
        );
        (200, head, Vec::new())
    }

    fn page(&self, prefix: &str, after: &str) -> String {
        let all = self.objects.iter();
        let all = all.filter(|(key, _)| key.starts_with(prefix) && key.as_str() > after);
        let all: Vec<_> = all.collect();
        let mut text = String::from("<ListBucketResult><Name>pictures</Name>");
        for (key, object) in all.iter().take(PAGE) {
            text += &format!(
                "<Contents><Key>{key}</Key><Generation>{}</Generation><Size>{}</Size>\
                 <LastModified>2026-11-27T10:00:00.000Z</LastModified><ETag>{}</ETag></Contents>",
                object.generation,
                object.bytes.len(),
                object.e_tag()
            );
        }
        if let Some((last, _)) = all.get(PAGE - 1).filter(|_| all.len() > PAGE) {
            text += &format!("<NextContinuationToken>{last}</NextContinuationToken>");
        }
        text + "</ListBucketResult>"
    }
}

fn serve(mut client: TcpStream, bucket: &Mutex<Bucket>) {
    let Some((head, body)) = received(&client) else {
        return;
    };
    let mut lines = head.lines();
    let mut words = lines.next().unwrap().split(' ');
    let (verb, target) = (words.next().unwrap(), words.next().unwrap());
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.trim().to_string()));
    let headers: Headers = headers.collect();
    assert_eq!(headers["authorization"], format!("Bearer {SECRET}"));
    let (status, head, answer) = bucket.lock().unwrap().answer(verb, target, &headers, &body);
    let length = answer.len();
    let head = format!(
        "HTTP/1.1 {status} It\r\nContent-Length: {length}\r\nConnection: close\r\n{head}\r\n"
    );
    let answer = if verb == "HEAD" { Vec::new() } else { answer };
    let _ = client.write_all(&[head.as_bytes(), &answer].concat());
}

/// Starts the imitation; returns its bucket, and how to run the program with it.
fn start() -> (Arc<Mutex<Bucket>>, impl Fn(&Path, &[&str]) -> Ran) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let bucket = Arc::new(Mutex::new(Bucket::default()));
    let served = Arc::clone(&bucket);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let served = Arc::clone(&served);
            thread::spawn(move || serve(client, &served));
        }
    });
    let run = move |folder: &Path, args: &[&str]| {
        let mut command = avatar_prep(folder);
        command
            .env("GOOGLE_BASE_URL", &address)
            .env("GOOGLE_BEARER_TOKEN", SECRET)
            .env("NO_PROXY", "127.0.0.1")
            .args(args);
        ran(command)
    };
    (bucket, run)
}

#[test]
fn a_bucket_becomes_another_once() {
    let (bucket, run) = start();
    let files = folder(&[]);
    let root = files.path();
    let picture = |red: u8| jpeg(90, 70, move |x, y| [red, x as u8, y as u8]);
    let keys = ["a.jpg", "b/c d.jpg", "b/é+%.jpg", "e.jpg", "f.jpg"];
    for (red, key) in (0_u8..).zip(keys) {
        let mut bucket = bucket.lock().unwrap();
        bucket.put(&format!("in/{key}"), &picture(red), Vec::new());
    }
    let args = ["gs://pictures/in/", "gs://pictures/out/", "--size", "50"];
    let first = run(root, &args);
    assert_eq!(
        (first.code, first.count("change", "new")),
        (0, keys.len()),
        "{:?}",
        first.records
    );
    assert_eq!(run(root, &[args[0], "out", "--size", "50"]).code, 0);
    for key in keys {
        let local = std::fs::read(root.join("out").join(key)).unwrap();
        let bucket = bucket.lock().unwrap();
        assert!(
            bucket.objects[&format!("out/{key}")].bytes == local,
            "{key}"
        );
    }
    let writes = || std::mem::take(&mut bucket.lock().unwrap().writes);
    assert_eq!(writes(), keys.len());
    let again = run(root, &args);
    assert_eq!(again.count("code", "up_to_date"), keys.len());
    assert_eq!(writes(), 0);
    bucket
        .lock()
        .unwrap()
        .put("in/a.jpg", &picture(99), Vec::new());
    let changed = run(root, &args);
    assert_eq!(
        (changed.count("change", "changed"), writes()),
        (1, 1),
        "{:?}",
        changed.records
    );
    let checked = run(root, &["verify", args[1]]);
    assert_eq!(
        checked.records[0]["intact"],
        keys.len(),
        "{:?}",
        checked.records
    );
    // What another program wrote stays.
    let foreign = b"of somebody else";
    bucket.lock().unwrap().put("out/e.jpg", foreign, Vec::new());
    let other = [args[0], args[1], "--size", "40"];
    let ran = run(root, &other);
    assert_eq!(ran.count("code", "foreign_output"), 1);
    assert_eq!(ran.count("change", "changed"), keys.len() - 1);
    assert_eq!(bucket.lock().unwrap().objects["out/e.jpg"].bytes, foreign);
    let missing = run(root, &["gs://nothing/in/", "out2"]);
    let printed = format!("{:?}", missing.records);
    assert!(
        missing.code == 2 && printed.contains("no_such_bucket"),
        "{printed}"
    );
}

#[test]
fn tars_are_written_to_google_and_known_again() {
    let (bucket, run) = start();
    let files = folder(&[]);
    let root = files.path();
    for red in 0..5 {
        let picture = jpeg(90, 70, move |x, y| [red, x as u8, y as u8]);
        let mut bucket = bucket.lock().unwrap();
        bucket.put(&format!("in/{red}.jpg"), &picture, Vec::new());
    }
    let args = ["--pack", "3", "gs://pictures/in/", "gs://pictures/out/"];
    let first = run(root, &args);
    assert_eq!((first.code, first.count("status", "ok")), (0, 5));
    let tars = || {
        let bucket = bucket.lock().unwrap();
        let objects = bucket.objects.iter();
        let tars = objects.filter_map(|(key, it)| Some((key.strip_prefix("out/")?, it)));
        let tars = tars.filter(|(name, _)| name.ends_with(".tar"));
        tars.map(|(name, it)| (name.to_string(), it.bytes.clone()))
            .collect::<BTreeMap<_, _>>()
    };
    let written = tars();
    assert_eq!(
        written.keys().collect::<Vec<_>>(),
        ["000000.tar", "000001.tar"]
    );
    let samples = crate::packs::samples(&written);
    assert_eq!(samples.into_keys().collect::<String>(), "01234");
    let again = run(root, &args);
    assert_eq!((again.code, again.count("code", "up_to_date")), (0, 5));
    let checked = run(root, &["verify", args[3]]);
    assert_eq!(
        (checked.code, &checked.records[0]["intact"]),
        (0, &2.into())
    );
    // The pictures of a tar that is gone are packed again, and the other tar stays as it is.
    bucket.lock().unwrap().objects.remove("out/000001.tar");
    assert_eq!(run(root, &["verify", args[3]]).code, 1);
    let repeated = run(root, &args);
    assert_eq!((repeated.code, repeated.count("status", "ok")), (0, 2));
    assert!(tars() == written);
    // A tar of another program is not replaced.
    let foreign = b"of somebody else";
    bucket
        .lock()
        .unwrap()
        .put("out/000000.tar", foreign, Vec::new());
    assert_eq!(run(root, &args).code, 2);
    assert_eq!(tars()["000000.tar"], foreign);
}
