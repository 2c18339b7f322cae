//! The bytes of the request, and where they are sent.

use avatar_upload::Payload;

use super::{ID, Stage, picture};

/// The whole body, put together by hand.
fn body() -> Vec<u8> {
    let payload = Payload::new(picture()).unwrap();
    let boundary = &payload.sha256()[..32];
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"avatar.jpg\"\r\n\
         Content-Type: image/jpeg\r\n\r\n"
    );
    let end = format!("\r\n--{boundary}--\r\n");
    [head.as_bytes(), picture(), end.as_bytes()].concat()
}

#[test]
fn the_request_is_this_byte_for_byte() {
    let stage = Stage::new("");
    let (said, records) = stage.run(&[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(stage.fake.avatar(ID).as_deref(), Some(picture()));
    let posts = records.posts(None);
    let post = posts[0];
    let wanted = Payload::new(body()).unwrap();
    assert_eq!(
        (post.length, post.sha256.as_str()),
        (wanted.bytes().len(), wanted.sha256())
    );
    let payload = Payload::new(picture()).unwrap();
    let boundary = &payload.sha256()[..32];
    let headers: Vec<(String, String)> = post
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .collect();
    let agent = concat!("avatar-prep/", env!("CARGO_PKG_VERSION"));
    let mut wanted = vec![
        (
            "content-type",
            format!("multipart/form-data; boundary={boundary}"),
        ),
        ("accept", "application/json".into()),
        ("user-agent", agent.into()),
        (
            "host",
            stage.fake.url().trim_start_matches("http://").into(),
        ),
        ("content-length", post.length.to_string()),
        ("expect", "100-continue".into()),
    ];
    for (name, value) in &headers {
        let at = wanted.iter().position(|(wanted, _)| wanted == name);
        let (_, expected) = wanted.swap_remove(at.unwrap_or_else(|| panic!("{name}: {value}")));
        assert_eq!(value, &expected, "{name}");
    }
    assert!(wanted.is_empty(), "{wanted:?} did not come");
    // The status page shows it.
    let page = stage.fake.admin_url();
    let shown = get(&format!("{page}/avatar/{ID}?1"));
    assert!(shown.ends_with(picture()), "{} bytes", shown.len());
    // Order of the calls: state, snapshot a second later, picture.
    let calls: Vec<_> = records
        .0
        .iter()
        .map(|record| record.method.as_str())
        .collect();
    assert_eq!(
        calls,
        ["getstateinstance", "getwasettings", "setprofilepicture"]
    );
}

/// What an address answers, head and all.
fn get(url: &str) -> Vec<u8> {
    use std::io::{Read, Write};
    let (host, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let mut socket = std::net::TcpStream::connect(host).unwrap();
    write!(socket, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).unwrap();
    answer
}
