//! Which requests are answered: those of the page, with its token, on this machine.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::json;

use super::{Review, prepared, thirds};
use crate::support::{folder, run};

#[test]
fn a_request_needs_the_token_the_host_and_the_origin() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let (host, token) = (&review.host, &review.token);
    let own = format!("http://{host}");
    let ask = |method: &str, path: &str, headers: &[(&str, &str)]| {
        let mut head = format!("{method} {path} HTTP/1.1\r\nContent-Length: 0\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        review.send(format!("{head}\r\n").as_bytes())
    };
    let bearer = format!("Bearer {token}");
    let right = [("Host", host.as_str()), ("Authorization", &bearer)];
    assert_eq!(ask("GET", "/api/pictures", &right).status, 200);
    let wrong = format!("Bearer {}", "0".repeat(32));
    for (headers, code) in [
        (vec![right[0]], "wrong_token"),
        (vec![right[0], ("Authorization", &*wrong)], "wrong_token"),
        (vec![right[0], ("Cookie", &*bearer)], "wrong_token"),
        (vec![("Host", "evil.example"), right[1]], "foreign_host"),
        (vec![("Host", "localhost"), right[1]], "foreign_host"),
        (
            vec![right[0], right[1], ("Origin", "http://evil.example")],
            "foreign_origin",
        ),
        (
            vec![right[0], right[1], ("Origin", "null")],
            "foreign_origin",
        ),
        (
            vec![right[0], right[1], ("Sec-Fetch-Site", "cross-site")],
            "foreign_origin",
        ),
    ] {
        let answer = ask("GET", "/api/pictures", &headers);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (403, &json!(code)),
            "{headers:?}"
        );
        // A site may not even learn that there is an answer.
        assert!(
            !answer.head.to_lowercase().contains("access-control"),
            "{}",
            answer.head
        );
    }
    let undo = ask("POST", "/api/undo", &right);
    assert_eq!(undo.json()["code"], "foreign_origin");
    let preflight = [right[0], ("Origin", "http://evil.example")];
    assert_eq!(ask("OPTIONS", "/api/pictures", &preflight).status, 403);
    let origin = [right[0], right[1], ("Origin", &own)];
    assert_eq!(ask("GET", "/api/pictures", &origin).status, 200);
}

#[test]
fn the_page_forbids_everything_that_it_does_not_need() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    for path in ["/", "/main.js", "/api/pictures", "/nothing"] {
        let head = review.get(path).head.to_lowercase();
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';",
            "frame-ancestors 'none'",
            "x-frame-options: deny",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cross-origin-resource-policy: same-origin",
        ] {
            assert!(head.contains(header), "{path}: {head}");
        }
        assert!(!head.contains("unsafe-inline"), "{head}");
    }
    let page = String::from_utf8(review.get("/").body).unwrap();
    assert!(
        !page.contains("style=") && !page.contains("<style"),
        "no inline styles"
    );
    assert!(!page.contains("onclick") && !page.contains(&review.token));
}

#[test]
fn addresses_lead_to_results_only() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let secret = folder.path().join("out/secret.txt");
    std::fs::write(&secret, "secret").unwrap();
    let review = Review::start(folder.path());
    let id = review.entry("a.jpg")["id"].as_str().unwrap().to_string();
    assert_eq!(
        review.get(&format!("/api/pictures/{id}/result")).status,
        200
    );
    for path in [
        "/../out/secret.txt",
        "/%2e%2e/secret.txt",
        "/secret.txt",
        "/api/pictures/secret.txt/result",
        "/api/pictures/..%2fsecret.txt/result",
        "/api/pictures/%2e%2e/result",
        "/api/pictures/a.jpg/result",
        "/api/pictures/0000000000000000/result",
        &format!("/api/pictures/{id}/source/4000"),
        &format!("/api/pictures/{id}/source/..%2f"),
    ] {
        let answer = review.get(path);
        assert!(
            [400, 404].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret\n"));
    }
    // What is no longer a file of this program's own making is not followed.
    #[cfg(unix)]
    {
        std::fs::remove_file(folder.path().join("out/a.jpg")).unwrap();
        std::os::unix::fs::symlink(&secret, folder.path().join("out/a.jpg")).unwrap();
        let answer = review.get(&format!("/api/pictures/{id}/result"));
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (404, Some("result_unreadable"))
        );
    }
}

#[test]
fn it_listens_on_this_machine_only_and_survives_what_is_not_http() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    assert!(review.host.starts_with("127.0.0.1:"));
    let mut stream = TcpStream::connect(&review.host).unwrap();
    stream.write_all(&[0xff; 100]).unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    // More than a request may have.
    let large = review.post("/api/decide", &json!("x".repeat((1 << 20) + 1)));
    assert_eq!(large.status, 413);
    let silent: Vec<TcpStream> = (0..20)
        .map(|_| TcpStream::connect(&review.host).unwrap())
        .collect();
    assert_eq!(review.get("/api/pictures").status, 200);
    drop(silent);
}

#[test]
fn what_cannot_be_reviewed_is_refused_with_a_reason() {
    let folder = folder(&[("empty/x.txt", b"x")]);
    let said = run(folder.path(), &["review", "empty", "--no-open"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("empty has no results of avatar-prep"),
        "{}",
        said.stderr
    );
    let folder = prepared(&[("a.ppm", &thirds())]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = run(
        folder.path(),
        &["review", "out", "--no-open", "--port", &port],
    );
    assert_eq!(said.code, 2);
    assert!(
        said.stderr
            .contains(&format!("could not listen on port {port}")),
        "{}",
        said.stderr
    );
    let said = run(folder.path(), &["review", "out", "--no-open", "--dry-run"]);
    assert!(said.stderr.contains("--dry-run"), "{}", said.stderr);
}
