//! Files that are no pictures are named, and so is what can be done about them.

use avatar_prepare::Settings;
use image::ImageFormat;

use crate::damage::in_format;
use crate::support::{folder, prepare, records};

#[test]
fn known_pictures_that_are_not_read_fail_with_advice() {
    let emf = [b"\x01\0\0\0".as_slice(), &[0; 36], b" EMF", &[0; 60]].concat();
    let pict = [&[0; 522][..], b"\0\x11\x02\xff\x0c\0"].concat();
    let all: [(&str, &[u8], &str); 16] = [
        (
            "a.sketch",
            b"PK\x03\x04\0\0\0\0\0\0\0\0document.json",
            "Sketch",
        ),
        (
            "b.xd",
            b"PK\x03\x04mimetypeapplication/vnd.adobe.sparkler.project",
            "Adobe XD",
        ),
        ("c.fig", b"fig-kiwi\x0f\0\0\0", "Figma"),
        (
            "d.procreate",
            b"PK\x03\x04\0\0\0\0Document.archive",
            "Procreate",
        ),
        ("no-extension-2", b"PDN3\0\0\0\0", "Paint.NET"),
        (
            "e.jls",
            b"\xff\xd8\xff\xf7\0\x0b\x08\0\x10\0\x10\x01",
            "JPEG-LS",
        ),
        ("f.jxs", b"\xff\x10\xff\x50\0\0", "JPEG XS"),
        (
            "logo.eps",
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
            "EPS",
        ),
        ("a.xcf", b"gimp xcf v011\0\0\0\0\x01", "XCF"),
        ("no-extension", b"gimp xcf file\0\0\0\0\x01", "XCF"),
        ("a.emf", &emf, "EMF"),
        ("a.wmf", b"\xd7\xcd\xc6\x9a\0\0\0\0", "WMF"),
        ("a.jxr", b"II\xbc\x01\x20\0\0\0", "JPEG XR"),
        ("a.pct", &pict, "PICT"),
        ("a.cdr", b"RIFF\x10\0\0\0CDRCvrsn", "CorelDRAW"),
        ("a.djvu", b"AT&TFORM\0\0\0\0DJVU", "DjVu"),
    ];
    for (name, content, kind) in all {
        let path = format!("in/{name}");
        let folder = folder(&[(path.as_str(), content)]);
        let (code, records) = records(folder.path(), &["in", "out"]);
        let record = &records[0];
        assert_eq!(code, 1, "{record}");
        assert_eq!(
            (&record["status"], &record["code"]),
            (&"failed".into(), &"unsupported".into()),
            "{record}"
        );
        assert!(
            record["message"].as_str().unwrap().contains(kind),
            "{record}"
        );
        assert!(record["hint"].as_str().unwrap().len() > 10, "{record}");
    }
}

#[test]
fn what_only_bears_a_pictures_name_is_named() {
    let whole = in_format(ImageFormat::Png);
    let text_mode = [b"\x89PNG\n\x1a\n", &whole[8..]].concat();
    let behind = |head: &[u8]| [head, &whole].concat();
    let utf16: Vec<u8> = "\u{feff}<html>404"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let all: [(&[u8], &str); 27] = [
        (&behind(b"\xef\xbb\xbf"), "text before it"),
        (&behind(b"\r\n"), "text before it"),
        (&behind(b"Warning: imagepng()\n"), "text before it"),
        (&utf16, "web page"),
        (b"<div class=\"error\">Not found</div>", "web page"),
        (b"<br />\n<b>Warning</b>: x", "web page"),
        (b"[\n {\"a\": 1}]", "JSON"),
        (b"\0\x05\x16\x07\0\x02\0\0Mac OS X", "AppleDouble"),
        (b"bplist00\xd1\x01", "property list"),
        (b"../.git/annex/objects/aa/SHA256E-s9.jpg", "git-annex"),
        (b"../photos/face.jpg", "shortcut"),
        (b"https://example.com/a.jpg\n", "web address"),
        (b"Received: from example.com\r\n", "e-mail"),
        (b"Salted__\x01\x02", "encrypted"),
        (b"\xff\xfb\x90\x64\0\0", "sound"),
        (b"PK\x03\x04\0\0[Content_Types].xml", "Office"),
        (b"SQLite format 3\0", "database"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video"),
        (b"PK\x03\x04\x14\0\0\0\x08\0", "ZIP"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "gzip"),
        (
            b"<!DOCTYPE html><html><title>404</title></html>",
            "web page",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0",
            "Git LFS",
        ),
        (b"data:image/png;base64,iVBORw0KGgo=", "data URL"),
        (b"{\"error\": \"not found\"}", "JSON"),
        (
            b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
            "XML",
        ),
        (&text_mode, "text mode"),
        (&[0; 600], "zero bytes"),
    ];
    for (content, word) in all {
        let error = prepare(Settings::default(), content).expect_err(word);
        assert_eq!(error.code().as_str(), "unrecognized_format", "{error}");
        assert!(error.to_string().contains(word), "{word}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn odd_disks_fail_before_any_work() {
    let picture = in_format(ImageFormat::Png);
    let long = format!("in/{}.png", "a".repeat(250));
    let folder = folder(&[(long.as_str(), &picture)]);
    for dry in [&["--dry-run"][..], &[]] {
        let args = [&["--name", "{dir}/{stem}-{size}.jpg", "in", "out"], dry].concat();
        let (code, records) = records(folder.path(), &args);
        assert_eq!(
            (code, &records[0]["code"]),
            (1, &"bad_name".into()),
            "{records:?}"
        );
        assert!(records[0]["hint"].as_str().unwrap().contains("--name"));
    }
    let pipe = folder.path().join("in/a.jpg");
    std::os::unix::net::UnixListener::bind(&pipe).unwrap();
    let (_, records) = records(folder.path(), &["--name", "{index}.jpg", "in", "out"]);
    let record = records
        .iter()
        .find(|r| r["source"].as_str().unwrap_or("").ends_with("a.jpg"));
    let message = record.unwrap()["message"].as_str().unwrap();
    assert!(message.contains("not a regular file"), "{message}");
}
