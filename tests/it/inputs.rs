//! Folders, links, hidden files, wrong extensions and streams.

use std::io::Write;
use std::process::Stdio;

use crate::support::{avatar_prep, decode, folder, jpeg, png, ppm, records, run, said, tree};

fn picture() -> Vec<u8> {
    png(20, 10, |_, _| [200, 10, 10, 255])
}

#[test]
fn content_decides_not_the_name() {
    let (p, j) = (picture(), jpeg(20, 10, |_, _| [200, 10, 10]));
    let folder = folder(&[
        ("in/really-png.jpg", &p),
        ("in/really-jpeg.png", &j),
        ("in/no-extension", &p),
        ("in/release-1.2", &j),
    ]);
    let (code, records) = records(folder.path(), &["-j", "1", "in", "out"]);
    assert_eq!(code, 0, "{records:?}");
    let formats: Vec<_> = records
        .iter()
        .filter_map(|record| record["format"].as_str())
        .collect();
    assert_eq!(formats, ["PNG", "JPEG", "PNG", "JPEG"]);
    let names = [
        "no-extension.jpg",
        "really-jpeg.jpg",
        "really-png.jpg",
        "release-1.2.jpg",
    ];
    assert_eq!(tree(&folder.path().join("out")), names);
}

#[test]
fn the_output_folder_is_not_walked_into() {
    let folder = folder(&[
        ("in/a.png", &picture()),
        ("in/out/old.jpg", b"not looked at"),
    ]);
    for _ in 0..2 {
        let (code, records) = records(folder.path(), &["in", "in/out"]);
        assert_eq!((code, records.len()), (0, 2), "{records:?}");
    }
    assert_eq!(
        tree(&folder.path().join("in")),
        ["a.png", "out/a.jpg", "out/old.jpg"]
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_loops_end() {
    let folder = folder(&[
        ("in/deep/a.png", &picture()),
        ("elsewhere/b.png", &picture()),
    ]);
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, folder.path().join(at)).unwrap();
    link("..", "in/deep/up");
    link("../elsewhere", "in/linked");
    let (code, records) = records(folder.path(), &["in", "out"]);
    assert_eq!(code, 0, "{records:?}");
    assert_eq!(
        tree(&folder.path().join("out")),
        ["deep/a.jpg", "linked/b.jpg"]
    );
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_its_own_failure() {
    let folder = folder(&[("in/a.png", &picture())]);
    std::os::unix::fs::symlink("nowhere.png", folder.path().join("in/b.png")).unwrap();
    let (code, records) = records(folder.path(), &["in", "out"]);
    assert_eq!(code, 1);
    let failed: Vec<_> = records
        .iter()
        .filter(|record| record["status"] == "failed")
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(
        (&failed[0]["code"], &failed[0]["source"]),
        (&"io".into(), &"in/b.png".into())
    );
}

#[test]
fn hidden_folders_and_other_files_are_skipped_and_counted() {
    let folder = folder(&[
        ("in/.git/a.png", &picture()),
        ("in/.a.png", &picture()),
        ("in/readme.md", b"# text"),
        ("in/b.png", &picture()),
    ]);
    let (code, records) = records(folder.path(), &["in", "out"]);
    let codes: Vec<_> = records
        .iter()
        .map(|record| record["code"].as_str().unwrap_or(""))
        .collect();
    assert_eq!(
        (code, codes),
        (0, vec!["hidden", "hidden", "not_a_picture", "", ""])
    );
    assert_eq!(records.last().unwrap()["skipped"], 3);
}

#[test]
fn one_file_to_one_file_and_to_a_folder() {
    let folder = folder(&[("a.png", &picture())]);
    assert_eq!(run(folder.path(), &["a.png", "new/avatar.JPG"]).code, 0);
    assert_eq!(run(folder.path(), &["a.png", "some/folder/"]).code, 0);
    assert_eq!(run(folder.path(), &["a.png", "bare"]).code, 0);
    let names = ["a.png", "bare/a.jpg", "new/avatar.JPG", "some/folder/a.jpg"];
    assert_eq!(tree(folder.path()), names);
}

#[test]
fn standard_input_to_standard_output() {
    let folder = folder(&[]);
    let mut child = avatar_prep(folder.path())
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&picture()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let result = decode(&output.stdout);
    let [red, green, _] = result.at(5, 5);
    assert!(result.edge == 10 && red > 190 && green < 20);
}

#[test]
fn a_stream_that_is_no_picture_fails() {
    let folder = folder(&[]);
    let said = run(folder.path(), &["-", "-"]); // standard input is empty
    let wanted = "\
failed -: not a known picture format: the file is empty [unrecognized_format]
  hint: check that the file is a picture and is complete
1 failed in T s
";
    assert_eq!(
        (said.code, said.stderr.as_str(), said.stdout.as_str()),
        (1, wanted, "")
    );
}

#[test]
fn a_dry_run_of_a_stream_writes_nothing() {
    let folder = folder(&[("a.png", &picture())]);
    let said = run(folder.path(), &["-n", "a.png", "-"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert!(
        said.stderr.starts_with("would make a.png -> -  10x10\n"),
        "{}",
        said.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_closed_report_ends_the_run_without_a_panic() {
    let many: Vec<_> = (0..200).map(|index| format!("in/{index}.png")).collect();
    let files: Vec<_> = many.iter().map(|name| (name.as_str(), picture())).collect();
    let files: Vec<_> = files
        .iter()
        .map(|(name, bytes)| (*name, &bytes[..]))
        .collect();
    let folder = folder(&files);
    for (flags, code) in [("--json", "1"), ("-v", "0")] {
        let binary = env!("CARGO_BIN_EXE_avatar-prep");
        let script = format!(
            "{binary} {flags} in out-{code} 2>&1 | head -n 1 >/dev/null; echo ${{PIPESTATUS[0]}}"
        );
        let mut shell = std::process::Command::new("bash");
        shell.args(["-c", &script]).current_dir(folder.path());
        let output = shell.output().unwrap();
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim(),
            code,
            "{flags}"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_among_siblings_do_not_multiply() {
    let folder = folder(&[("in/0/a.png", &picture())]);
    for index in 0..8 {
        let place = folder.path().join(format!("in/{index}"));
        std::fs::create_dir_all(&place).unwrap();
        for link in ["left", "right"] {
            std::os::unix::fs::symlink(format!("../{}", index + 1), place.join(link)).unwrap();
        }
    }
    std::fs::create_dir_all(folder.path().join("in/8")).unwrap();
    let (code, records) = records(folder.path(), &["in", "out"]);
    assert_eq!((code, records.len()), (0, 2), "{records:?}");
}

#[test]
fn an_address_is_not_fetched_by_check() {
    let folder = folder(&[]);
    let said = run(
        folder.path(),
        &["check", "https://example.org/a.png?sig=s3cret"],
    );
    let wanted = "error: what this command reads must be on this machine, and https:// is the start of an address\n";
    assert_eq!(said.code, 2);
    assert!(said.stderr.starts_with(wanted), "{}", said.stderr);
    let said = run(
        folder.path(),
        &["check", "ftp://me:s3cret@example.org/a.png"],
    );
    assert!(!said.stderr.contains("s3cret"), "{}", said.stderr);
}

/// At the root of many disks there is a folder that only root may read.
#[cfg(unix)]
#[test]
fn lost_and_found_of_a_disk_is_no_failure() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65_534;
    let picture = ppm(8, 8, |_, _| [7; 3]);
    for (name, input, code) in [
        ("lost+found", "in", 0),
        ("closed", "in", 1),
        // Whoever names it wants it.
        ("lost+found", "in/lost+found", 1),
    ] {
        let folder = folder(&[("in/a.ppm", &picture)]);
        let closed = folder.path().join("in").join(name);
        fs::create_dir(&closed).unwrap();
        fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        let mut command = avatar_prep(folder.path());
        // Root may read everything.
        if fs::metadata(&closed).unwrap().uid() == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        let said = said(&command.args([input, "out"]).output().unwrap());
        fs::set_permissions(&closed, Permissions::from_mode(0o700)).unwrap();
        assert_eq!(said.code, code, "{name}: {}", said.stderr);
        assert_eq!(said.stderr.contains(name), code == 1, "{}", said.stderr);
    }
}
