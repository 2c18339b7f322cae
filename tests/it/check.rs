//! `check`: what platforms would refuse or show wrongly in files of any origin.

use std::fs;
use std::path::Path;

use image::{DynamicImage, ImageFormat};
use serde_json::Value;

use crate::support::{avatar_prep, encode, folder, jpeg, png, ppm, records, run, said, write};

/// A photograph that needs a few kB.
fn photo(edge: u16) -> Vec<u8> {
    jpeg(edge, edge, |x, y| [x as u8, y as u8, 99])
}

/// The same with a segment after its start marker.
fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16 + 2).to_be_bytes();
    let segment = [&[0xff, marker][..], &length, content].concat();
    [&jpeg[..2], &segment, &jpeg[2..]].concat()
}

/// EXIF with an orientation, and with a hemisphere if `located`.
fn exif(orientation: u16, located: bool) -> Vec<u8> {
    let mut block = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let mut entry = tag.to_le_bytes().to_vec();
        entry.extend(kind.to_le_bytes());
        entry.extend(count.to_le_bytes());
        entry.extend(value.to_le_bytes());
        entry
    };
    block.extend((1 + u16::from(located)).to_le_bytes());
    block.extend(entry(0x112, 3, 1, orientation.into()));
    if located {
        // The directory of the position follows this one, which has 2 + 2 * 12 + 4 bytes.
        block.extend(entry(0x8825, 4, 1, 38));
    }
    block.extend([0; 4]);
    if located {
        block.extend(1_u16.to_le_bytes());
        block.extend(entry(1, 2, 2, u32::from(b'N')));
        block.extend([0; 4]);
    }
    block
}

/// The codes of the faults of one file, checked for these platforms.
fn faults(bytes: &[u8], name: &str, presets: &str) -> Vec<String> {
    let folder = folder(&[(name, bytes)]);
    let args: &[&str] = match presets {
        "" => &["check", name],
        presets => &["check", name, "--for", presets],
    };
    let (code, found) = records(folder.path(), args);
    let record = &found[0];
    assert_eq!(record["event"], "check");
    let faults = record["faults"].as_array().unwrap();
    let codes: Vec<String> = faults
        .iter()
        .map(|fault| fault["code"].as_str().unwrap().to_string())
        .collect();
    assert_eq!(code, i32::from(!codes.is_empty()), "{found:?}");
    assert_eq!(
        record["status"],
        if codes.is_empty() { "ok" } else { "failed" }
    );
    codes
}

#[test]
fn what_this_program_makes_has_no_faults() {
    let folder = folder(&[("in/a.ppm", &ppm(1500, 1200, |x, y| [x as u8, y as u8, 9]))]);
    for preset in ["slack", "whatsapp", "gitlab", "bluesky"] {
        assert_eq!(run(folder.path(), &["--for", preset, "in", preset]).code, 0);
        let said = run(folder.path(), &["check", preset, "--for", preset]);
        assert_eq!(
            (said.code, said.stderr),
            (0, format!("1 ok for {preset}\n")),
            "{preset}"
        );
    }
}

#[test]
fn every_fault_has_its_code() {
    let square = photo(600);
    let none: [&str; 0] = [];
    assert_eq!(faults(&square, "a.jpg", "slack"), none);
    assert_eq!(faults(&photo(100), "a.jpg", "slack"), ["too_small"]);
    assert_eq!(faults(&photo(1100), "a.jpg", "slack"), ["too_large"]);
    assert_eq!(faults(&photo(1100), "a.jpg", "github"), none);
    let wide = jpeg(600, 500, |_, _| [7; 3]);
    assert_eq!(faults(&wide, "a.jpg", ""), ["not_square"]);
    assert_eq!(faults(&wide, "a.jpg", "slack"), ["not_square", "too_small"]);
    let noise = jpeg(900, 900, |x, y| {
        let mixed = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761);
        [(mixed >> 8) as u8, (mixed >> 16) as u8, (mixed >> 24) as u8]
    });
    assert!(noise.len() > 200_000, "{} bytes", noise.len());
    assert_eq!(faults(&noise, "a.jpg", "gitlab"), ["too_many_bytes"]);

    let turned = with_segment(&square, 0xe1, &exif(6, false));
    assert_eq!(faults(&turned, "a.jpg", ""), ["orientation", "metadata"]);
    let located = with_segment(&square, 0xe1, &exif(1, true));
    assert_eq!(faults(&located, "a.jpg", ""), ["gps"]);
    let comment = with_segment(&square, 0xfe, b"made by hand");
    assert_eq!(faults(&comment, "a.jpg", ""), ["metadata"]);
    let place = b"http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude='1,2N'/>";
    let xmp = with_segment(&square, 0xe1, place);
    assert_eq!(faults(&xmp, "a.jpg", ""), ["gps"]);
    for (packet, code) in [
        (
            "<x xmlns:e='http://ns.adobe.com/exif/1.0/'><e:GPSLongitude>9,5E</e:GPSLongitude></x>",
            "gps",
        ),
        (
            "<x xmlns='http://ns.adobe.com/exif/1.0/'><GPSAltitude/></x>",
            "gps",
        ),
        (
            "<x xmlns:exif='http://example.org/' exif:GPSLatitude='1,2N'/>",
            "metadata",
        ),
        (
            "<x xmlns:e='http://ns.adobe.com/exif/1.0/' e:Flash='1' GPS='no'/>",
            "metadata",
        ),
        // Cut short: the prefix alone could be of another schema, but a place is the worse surprise.
        ("<x><y><z:GPSLatitude", "gps"),
    ] {
        let segment = format!("http://ns.adobe.com/xap/1.0/\0{packet}");
        let xmp = with_segment(&square, 0xe1, segment.as_bytes());
        assert_eq!(faults(&xmp, "a.jpg", ""), [code], "{packet}");
    }
    let twice = with_segment(&comment, 0xfe, b"and by another");
    assert_eq!(faults(&twice, "a.jpg", ""), ["metadata"]);
    let movie = [&square[..], b"ftyp and a movie"].concat();
    assert_eq!(faults(&movie, "a.jpg", ""), ["metadata"]);

    assert_eq!(
        faults(&square[..square.len() / 2], "a.jpg", ""),
        ["damaged"]
    );
    assert_eq!(faults(b"no picture", "a.jpg", ""), ["format"]);
}

#[test]
fn pngs_are_looked_into() {
    let none: [&str; 0] = [];
    let opaque = png(600, 600, |x, y| [x as u8, y as u8, 9, 255]);
    assert_eq!(faults(&opaque, "a.png", "slack"), none);
    assert_eq!(faults(&opaque, "a.png", "whatsapp"), ["format"]);
    // One pixel of 360,000 is enough.
    let hole = png(600, 600, |x, y| {
        [9, 9, 9, 255 - u8::from(x == 300 && y == 7)]
    });
    assert_eq!(faults(&hole, "a.png", "slack"), ["transparency"]);

    let chunk = |kind: &[u8], content: &[u8]| {
        let body = [kind, content].concat();
        let length = (content.len() as u32).to_be_bytes();
        let crc = crc32(&body).to_be_bytes();
        [&length[..], &body, &crc].concat()
    };
    let with = |chunk: &[u8]| [&opaque[..33], chunk, &opaque[33..]].concat();
    let text = with(&chunk(b"tEXt", b"Author\0somebody"));
    assert_eq!(faults(&text, "a.png", ""), ["metadata"]);
    let located = with(&chunk(b"eXIf", &exif(1, true)[6..]));
    assert_eq!(faults(&located, "a.png", ""), ["gps"]);
    let turned = with(&chunk(b"eXIf", &exif(3, false)[6..]));
    assert_eq!(faults(&turned, "a.png", ""), ["orientation", "metadata"]);
    let linear = with(&chunk(b"gAMA", &100_000_u32.to_be_bytes()));
    assert_eq!(faults(&linear, "a.png", ""), ["not_srgb"]);
    let srgb = with(&chunk(b"sRGB", &[0]));
    assert_eq!(faults(&srgb, "a.png", ""), none);
    let after = [&opaque[..], b"more"].concat();
    assert_eq!(faults(&after, "a.png", ""), ["metadata"]);
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn other_formats_are_named() {
    let tiff = encode(&DynamicImage::new_rgb8(640, 640), ImageFormat::Tiff);
    let folder = folder(&[("a.jpg", &tiff)]);
    let said = run(folder.path(), &["check", "a.jpg", "--for", "slack"]);
    let wanted = "\
failed a.jpg: it is TIFF; slack accepts JPEG or PNG [format]
  hint: prepare it with avatar-prep
0 ok, 1 failed (1 format) for slack
";
    assert_eq!((said.code, said.stderr.as_str()), (1, wanted));
}

#[test]
fn a_fault_of_all_platforms_is_printed_once() {
    let folder = folder(&[
        ("in/deep/a.jpg", &photo(100)),
        ("in/b.jpg", &jpeg(700, 600, |_, _| [1; 3])),
        ("in/c.jpg", &photo(600)),
        ("in/notes.txt", b"not a picture"),
    ]);
    let args = ["check", "in", "--for", "slack,github,linkedin"];
    let said = run(folder.path(), &args);
    let lines: Vec<&str> = said
        .stderr
        .lines()
        .filter(|line| line.starts_with("failed"))
        .collect();
    assert_eq!(
        lines,
        [
            "failed in/b.jpg: it is 700x600 pixels, not a square [not_square]",
            "failed in/deep/a.jpg (slack): it is 100x100 pixels; slack accepts squares of at least 512 [too_small]",
            "failed in/deep/a.jpg (linkedin): it is 100x100 pixels; linkedin accepts squares of at least 400 [too_small]",
        ]
    );
    assert!(
        said.stderr
            .ends_with("1 ok, 2 failed (1 not_square, 1 too_small) for slack, github, linkedin\n"),
        "{}",
        said.stderr
    );
    let (code, found) = records(folder.path(), &args);
    assert_eq!(code, 1);
    let checks = found.iter().filter(|it| it["event"] == "check");
    assert_eq!(checks.count(), 9, "one record a file and platform");
    let of = |file: &str, preset: &str| -> &Value {
        let is_it = |it: &&Value| it["file"] == file && it["preset"] == preset;
        found.iter().find(is_it).unwrap()
    };
    assert_eq!(of("in/deep/a.jpg", "github")["status"], "ok");
    assert_eq!(of("in/deep/a.jpg", "slack")["width"], 100);
    let summary = found.last().unwrap();
    assert_eq!(summary["event"], "check_summary");
    assert_eq!((&summary["ok"], &summary["failed"]), (&1.into(), &2.into()));
    assert_eq!(summary["codes"]["not_square"], 1);
    // Globs choose files as in a run.
    let chosen = ["check", "in", "--for", "slack", "--exclude", "b.jpg,deep/"];
    assert_eq!(run(folder.path(), &chosen).code, 0);
}

/// A check that checks nothing must not look like success.
#[test]
fn nothing_to_check_is_an_error() {
    let folder = folder(&[("in/notes.txt", b"not a picture")]);
    let said = run(folder.path(), &["check", "in"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(
        said.stderr.contains("no picture to check"),
        "{}",
        said.stderr
    );
    assert_eq!(
        run(folder.path(), &["check", "in", "--allow-empty"]).code,
        0
    );
    assert_eq!(run(folder.path(), &["check", "missing.jpg"]).code, 2);
    assert_eq!(run(folder.path(), &["check"]).code, 2);
    let said = run(folder.path(), &["check", "in", "--for", "slack,slack"]);
    assert!(
        said.stderr.contains("each platform once"),
        "{}",
        said.stderr
    );
}

/// The step of a workflow: with its variable, in its folder.
fn step(folder: &Path, args: &[&str]) -> crate::support::Said {
    let mut command = avatar_prep(folder);
    command.env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    said(&command.args(args).output().unwrap())
}

#[test]
fn a_workflow_gets_annotations_and_a_table() {
    let folder = folder(&[("summary.md", b"# Before\n")]);
    let hostile = "50%,a:b\n::error::forged|x.jpg";
    write(&folder.path().join("in").join(hostile), &photo(100));
    write(&folder.path().join("in/ok.jpg"), &photo(600));
    let args = ["check", "in", "--for", "slack", "--format", "github"];
    let said = step(folder.path(), &args);
    assert_eq!(said.code, 1);
    let wanted = "::error file=in/50%25%2Ca%3Ab%0A%3A%3Aerror%3A%3Aforged|x.jpg,title=avatar-prep%3A too_small::it is 100x100 pixels; slack accepts squares of at least 512; make it again from a larger original, or with this number as --min-size and --too-small enlarge\n";
    assert_eq!(said.stdout, wanted);
    let summary = fs::read_to_string(folder.path().join("summary.md")).unwrap();
    assert!(
        summary.starts_with("# Before\n## avatar-prep check\n\n1 ok, 1 failed"),
        "{summary}"
    );
    assert!(
        summary.contains("| in/50%,a:b ::error::forged\\|x.jpg | all |"),
        "{summary}"
    );
    assert_eq!(
        summary.matches("\n| ").count(),
        3,
        "a head, its line and a row"
    );

    fs::remove_file(folder.path().join("in").join(hostile)).unwrap();
    let clean = step(folder.path(), &args);
    assert_eq!((clean.code, clean.stdout.as_str()), (0, ""));
    // Outside of a workflow, the table is printed.
    let said = run(folder.path(), &args);
    assert!(
        said.stdout.starts_with("## avatar-prep check"),
        "{}",
        said.stdout
    );
    let both = [&args[..], &["--json"]].concat();
    assert_eq!(run(folder.path(), &both).code, 2);
}

#[test]
fn a_file_over_a_limit_says_which_option_raises_it() {
    let folder = folder(&[("a.jpg", &photo(600))]);
    let length = fs::metadata(folder.path().join("a.jpg")).unwrap().len();
    for (limit, message) in [
        (
            "--limit-bytes",
            format!("file size in bytes is {length}, over the limit of 10 [limit_exceeded]"),
        ),
        (
            "--limit-side",
            "longer side in pixels is 600, over the limit of 10 [limit_exceeded]".into(),
        ),
    ] {
        let said = run(folder.path(), &["check", "a.jpg", limit, "10"]);
        let hint = format!("  hint: raise {limit} if you trust the file\n");
        assert_eq!(said.code, 1);
        assert!(
            said.stderr
                .starts_with(&format!("failed a.jpg: {message}\n{hint}")),
            "{}",
            said.stderr
        );
    }
}
