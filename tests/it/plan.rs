//! Names, collisions and dry runs, which are all known before any work.

use serde_json::Value;

use crate::support::{Numbers, decode, folder, jpeg, png, records, run, tree, write};

fn picture() -> Vec<u8> {
    png(4, 4, |_, _| [1, 2, 3, 255])
}

fn codes(records: &[Value]) -> Vec<Option<&str>> {
    let files = records.iter().filter(|record| record["event"] == "file");
    files.map(|record| record["code"].as_str()).collect()
}

#[cfg(unix)]
#[test]
fn names_that_are_one_file_on_some_system_collide() {
    let p = picture();
    for (one, other) in [
        ("caf\u{e9}.png", "cafe\u{301}.png"), // composed in two ways
        ("STRASSE.png", "straße.png"),        // folded to the same letters
        ("ΟΔΟΣ.png", "οδος.png"),             // the sigma at the end of a word
        ("photos/a.png", "Photos./a.png"),    // a dot that Windows drops
        ("A \u{30a}b.png", "a \u{30a}B.png"),
    ] {
        let folder = folder(&[(&format!("in/{one}"), &p), (&format!("in/{other}"), &p)]);
        let (code, records) = records(folder.path(), &["in", "out"]);
        assert_eq!(
            (code, codes(&records)),
            (1, vec![Some("collision"); 2]),
            "{one} {other}"
        );
    }
    let folder = folder(&[
        ("in/a.png", &p),
        ("in/à.png", &p),
        ("in/a .b.png", &p),
        ("in/ab.png", &p),
    ]);
    assert_eq!(run(folder.path(), &["-q", "in", "out"]).code, 0);
}

/// Long names are written as they are: what is added while a result is written must not make them too long.
#[cfg(unix)]
#[test]
fn long_names_and_paths_are_read_and_written() {
    let picture = picture();
    let name = "é".repeat(123); // 246 bytes, 250 with the extension
    let path = format!("{}/{}/a", "d".repeat(150), "e".repeat(150));
    let longest = "x".repeat(251); // 255 bytes with the extension, the most that Linux and macOS allow
    let names = [name, path, longest];
    let folder = folder(&[]);
    for name in &names {
        write(&folder.path().join(format!("in/{name}.png")), &picture);
    }
    let (code, found) = records(folder.path(), &["in", "out"]);
    assert_eq!((code, codes(&found)), (0, vec![None; 3]), "{found:?}");
    for name in &names {
        let result = std::fs::read(folder.path().join(format!("out/{name}.jpg"))).unwrap();
        assert_eq!(decode(&result).edge, 4, "{name}");
    }
    // They are known as up to date, too.
    let (code, found) = records(folder.path(), &["in", "out"]);
    assert_eq!((code, codes(&found)), (0, vec![Some("up_to_date"); 3]));
}

#[cfg(unix)]
#[test]
fn names_that_windows_cannot_have_are_noted() {
    let p = picture();
    let folder = folder(&[
        ("in/aux.png", &p),
        ("in/com¹.x.png", &p),
        ("in/a:b.png", &p),
        ("in/auxiliary.png", &p),
    ]);
    let (code, records) = records(folder.path(), &["-n", "in", "out"]);
    let notes: Vec<usize> = records
        .iter()
        .take(4)
        .map(|r| {
            r["notes"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|note| note.as_str().unwrap().contains("Windows"))
                .count()
        })
        .collect();
    assert_eq!((code, notes), (0, vec![1, 1, 0, 1]), "{records:?}");
    let said = run(folder.path(), &["-n", "in", "out"]);
    assert!(
        said.stderr
            .contains("  note: the name \"aux.jpg\" is reserved on Windows\n"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_suffix_follows_from_the_sources_own_path() {
    let (p, j) = (picture(), jpeg(4, 4, |_, _| [9; 3]));
    let both = [("in/logo.png", p.as_slice()), ("in/logo.jpg", &j)];
    let more = [
        both[0],
        both[1],
        ("in/Logo.gif.png", &p),
        ("in/LOGO.bmp", &p),
        ("in/other.png", &p),
    ];
    let mut seen = Vec::new();
    for files in [&both[..], &more, &both[..1], &both[1..]] {
        let folder = folder(files);
        let (code, records) = records(
            folder.path(),
            &["-j", "1", "--on-collision", "suffix", "in", "out"],
        );
        assert_eq!(code, 0, "{records:?}");
        let of = |source: &str| {
            let found = records.iter().find(|r| r["source"] == source);
            found.map(|record| record["output"].clone())
        };
        seen.push((of("in/logo.png"), of("in/logo.jpg")));
        assert_eq!(tree(&folder.path().join("out")).len(), files.len());
        let again = run(folder.path(), &["--on-collision", "suffix", "in", "out"]);
        assert_eq!(again.stderr, format!("{} up to date in T s\n", files.len()));
    }
    assert_eq!(seen[0], seen[1], "whatever else is there");
    // This is promised: scripts and earlier runs rely on it.
    let wanted = ["out/logo-4688f43b.jpg", "out/logo-666a11e2.jpg"];
    let [png, jpg] = wanted.map(|name| Some(Value::from(name)));
    assert_eq!(seen[0], (png.clone(), jpg.clone()));
    // Also alone: other files in the folder change nothing.
    assert_eq!(seen[2..], [(png, None), (None, jpg)]);
}

#[test]
fn leftovers_of_former_names_are_found() {
    let folder = folder(&[("in/a.png", &picture()), ("in/b.png", &picture())]);
    assert_eq!(run(folder.path(), &["-q", "in", "out"]).code, 0);
    let small = [
        "-q",
        "--size",
        "3",
        "--name",
        "{stem}-small.jpg",
        "in",
        "out",
    ];
    assert_eq!(run(folder.path(), &small).code, 0);
    std::thread::sleep(std::time::Duration::from_millis(1100)); // results are dated by the second
    let suffix = ["-q", "--on-collision", "suffix", "in", "out"];
    assert_eq!(run(folder.path(), &suffix).code, 0);
    let out = folder.path().join("out");
    assert_eq!(tree(&out).len(), 6);
    let (code, shown) = records(folder.path(), &["clean", "out", "--delete"]);
    let removed: Vec<_> = shown
        .iter()
        .map(|r| r["output"].as_str().unwrap())
        .collect();
    assert_eq!((code, removed), (0, vec!["a.jpg", "b.jpg"]), "{shown:?}");
    assert_eq!(tree(&out).len(), 4, "those of other settings stay");
}

#[test]
fn a_suffix_cannot_help_a_file_that_is_named_twice() {
    let folder = folder(&[("a.png", &picture())]);
    let (code, records) = records(
        folder.path(),
        &["--on-collision", "suffix", "a.png", "a.png", "out"],
    );
    assert_eq!((code, codes(&records)), (1, vec![Some("collision"); 2]));
}

#[test]
fn templates_name_results() {
    let p = picture();
    let files = [("in/a.png", p.as_slice()), ("in/deep/Two words.PNG", &p)];
    for (template, wanted) in [
        ("{dir}/{stem}.jpg", ["a.jpg", "deep/Two words.jpg"]),
        (
            "{dir}/{stem}-{size}.jpeg",
            ["a-64.jpeg", "deep/Two words-64.jpeg"],
        ),
        (
            "{ext}/{index}-{stem}.jpg",
            ["png/000001-a.jpg", "png/000002-Two words.jpg"],
        ),
        ("x/{dir}/{stem}.jpg", ["x/a.jpg", "x/deep/Two words.jpg"]),
        ("{dir}-{stem}.JPG", ["-a.JPG", "deep-Two words.JPG"]),
    ] {
        let folder = folder(&files);
        let said = run(
            folder.path(),
            &["-q", "--size", "64", "--name", template, "in", "out"],
        );
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(tree(&folder.path().join("out")), wanted, "{template}");
    }
}

#[test]
fn a_hash_names_content() {
    let (p, j) = (picture(), jpeg(4, 4, |_, _| [9; 3]));
    let folder = folder(&[("in/a.png", &p), ("in/b.jpg", &j), ("in/c.png", &p)]);
    let args = ["--name", "{hash}.jpg", "in", "out"];
    let (code, records) = records(folder.path(), &args);
    assert_eq!(code, 1, "the same picture twice");
    assert_eq!(
        codes(&records)
            .iter()
            .filter(|code| **code == Some("collision"))
            .count(),
        2
    );
    let hash = blake3::hash(&j).to_hex();
    assert_eq!(
        tree(&folder.path().join("out")),
        [format!("{}.jpg", &hash[..32])]
    );
}

#[test]
fn templates_that_cannot_be_are_wrong_use() {
    let folder = folder(&[("in/a.png", &picture())]);
    for template in [
        "",
        "{stem}",
        "{stem}.png",
        "/{stem}.jpg",
        "../{stem}.jpg",
        "a/../{stem}.jpg",
        "a//{stem}.jpg",
        "./{stem}.jpg",
        "{dir}.jpg",
        "same.jpg",
        "{dir}/{size}.jpg",
        "{name}.jpg",
        "{stem.jpg",
        "stem}{stem}.jpg",
        "C:{stem}.jpg",
        "a\\{stem}.jpg",
        ".avatar-prep/{stem}.jpg",
        "{}.jpg",
        "{stem}\n.jpg",
    ] {
        let said = run(folder.path(), &["--name", template, "in", "out"]);
        assert_eq!(said.code, 2, "{template:?}");
        assert!(said.stderr.starts_with("error: --name"), "{}", said.stderr);
    }
    assert_eq!(tree(folder.path()), ["in/a.png"]);
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let folder = folder(&[("in/...png", &picture())]);
    let (code, records) = records(
        folder.path(),
        &["--name", "{stem}/x.jpg", "in/...png", "out"],
    );
    assert_eq!((code, codes(&records)), (1, vec![Some("bad_name")]));
    assert_eq!(tree(folder.path()), ["in/...png"]);
}

#[test]
fn a_dry_run_knows_what_the_run_will_do() {
    let mut numbers = Numbers(5);
    let grain: Vec<u8> = (0..1 << 12).map(|_| numbers.next() as u8).collect();
    let p = jpeg(200, 150, |x, y| {
        [grain[(x * 31 + y * 977) as usize % grain.len()]; 3]
    });
    let mut files: Vec<(String, &[u8])> = (0..20)
        .map(|n| (format!("in/{n}.jpg"), p.as_slice()))
        .collect();
    files.push(("in/0.png".into(), &p));
    files.push(("in/broken.gif".into(), b""));
    files.push(("in/notes.txt".into(), b"text"));
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), *bytes))
        .collect();
    let folder = folder(&files);
    let (planned_code, planned) = records(folder.path(), &["-n", "in", "out"]);
    assert!(!folder.path().join("out").exists());
    let (code, done) = records(folder.path(), &["-j", "1", "in", "out"]);
    assert_eq!((planned_code, code), (1, 1));
    let (plan, run) = (planned.last().unwrap(), done.last().unwrap());
    assert_eq!(
        (&plan["planned"], &plan["failed"], &plan["skipped"]),
        (&run["ok"], &run["failed"], &run["skipped"])
    );
    assert_eq!(plan["codes"], run["codes"]);
    assert_eq!(
        plan["predicted_bytes"], run["bytes"],
        "alike pictures are predicted exactly"
    );
    assert!(plan["predicted_ms"].as_f64().unwrap() > 0.0);
    let outputs = |records: &[Value]| {
        let mut outputs: Vec<String> = records.iter().map(|r| r["output"].to_string()).collect();
        outputs.sort();
        outputs
    };
    assert_eq!(outputs(&planned), outputs(&done));
    let (_, again) = records(folder.path(), &["-n", "in", "out"]);
    let again = again.last().unwrap();
    assert_eq!(
        (&again["planned"], &again["up_to_date"]),
        (&0.into(), &run["ok"])
    );
}

/// Every form of a reserved name, and names that only look like one.
#[cfg(unix)]
#[test]
fn reserved_names_are_told_from_similar_ones() {
    let devices = ["CON", "Prn", "aux", "NUL", "CONIN$", "conout$"].map(String::from);
    let numbered = (1..=9).flat_map(|number| [format!("COM{number}"), format!("lpt{number}")]);
    let others = [
        "Com¹", "lpt²", "COM³", "nul .a", "aux.tar", "a ", "a.", "b|c", "d\\e", "f*", "g?", "h\"",
        "<i>",
    ];
    let refused = devices
        .into_iter()
        .chain(numbered)
        .chain(others.map(String::from));
    let allowed = [
        "CONSOLE", "COM0", "com10", "lpt", "nulls", "a.b", "$con", "x",
    ];
    let p = picture();
    let of = |names: Vec<String>| {
        let files: Vec<String> = names
            .iter()
            .map(|name| format!("in/{name}/p.png"))
            .collect();
        let files: Vec<(&str, &[u8])> = files.iter().map(|name| (name.as_str(), &p[..])).collect();
        let folder = folder(&files);
        let args = ["-n", "--on-collision", "suffix", "in", "out"];
        let (code, records) = records(folder.path(), &args);
        assert_eq!(code, 0, "{records:?}");
        let pictures = records.iter().filter(|record| record["event"] == "file");
        let noted = pictures.map(|record| {
            let notes = record["flags"].as_array().unwrap();
            notes.iter().any(|flag| flag == "name_not_portable")
        });
        noted.collect::<Vec<bool>>()
    };
    let refused: Vec<String> = refused.collect();
    assert_eq!(of(refused.clone()), vec![true; refused.len()]);
    let allowed = allowed.map(String::from).to_vec();
    assert_eq!(of(allowed.clone()), vec![false; allowed.len()]);
}
