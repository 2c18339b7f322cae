//! Files in OUT that the program did not make stay as they are, and swapped folders are noticed.

use std::fs;

use crate::support::{folder, jpeg, png, ppm, records, run, tree, write};

fn picture(color: u8) -> Vec<u8> {
    ppm(8, 8, |_, _| [color; 3])
}

#[test]
fn a_file_of_somebody_else_is_not_replaced() {
    let photo = jpeg(40, 30, |x, y| [(x * 5) as u8, (y * 7) as u8, 9]);
    let drawing = png(6, 6, |_, _| [1, 2, 3, 255]);
    let folder = folder(&[
        ("in/a.ppm", &picture(1)),
        ("in/b.ppm", &picture(2)),
        ("in/c.ppm", &picture(3)),
        ("in/d.ppm", &picture(4)),
        ("out/a.jpg", &photo),
        ("out/b.jpg", &drawing),
        ("out/c.jpg", b"notes"),
    ]);
    let before = ["a", "b", "c"]
        .map(|name| fs::read(folder.path().join(format!("out/{name}.jpg"))).unwrap());
    for args in [
        &["-n", "in", "out"][..],
        &["-j", "1", "in", "out"],
        &["--force", "in", "out"],
    ] {
        let (code, records) = records(folder.path(), args);
        let codes: Vec<_> = records.iter().take(3).map(|it| &it["code"]).collect();
        assert_eq!(
            (code, codes),
            (1, vec![&serde_json::Value::from("foreign_output"); 3]),
            "{args:?}"
        );
        assert_eq!(records.last().unwrap()["codes"]["foreign_output"], 3);
        assert_eq!(records[3]["code"], serde_json::Value::Null);
    }
    let after = ["a", "b", "c"]
        .map(|name| fs::read(folder.path().join(format!("out/{name}.jpg"))).unwrap());
    assert_eq!(before, after);
    let said = run(folder.path(), &["in", "out"]);
    let wanted = "\
failed in/a.ppm: would replace out/a.jpg, which avatar-prep did not make [foreign_output]
  hint: move that file away, choose another folder for the results, or add --overwrite
";
    assert!(said.stderr.starts_with(wanted), "{}", said.stderr);
    assert_eq!(
        run(folder.path(), &["-q", "--overwrite", "in", "out"]).code,
        0
    );
    assert_eq!(run(folder.path(), &["verify", "out"]).stderr, "4 intact\n");
}

/// The state is a cache: without it, results are told by their form and remade with any settings.
#[test]
fn results_without_a_state_are_no_trap() {
    let folder = folder(&[
        ("in/a.ppm", &picture(1)),
        ("in/b.ppm", &picture(200)),
        ("in/c.jpg", &jpeg(90, 90, |x, y| [x as u8, y as u8, 7])),
    ]);
    for settings in [
        &["-q"][..],
        &["--size", "6"],
        &["--progressive"],
        &["--background", "black"],
    ] {
        assert_eq!(
            run(folder.path(), &[settings, &["in", "out"]].concat()).code,
            0,
            "{settings:?}"
        );
        fs::remove_dir_all(folder.path().join("out/.avatar-prep")).unwrap();
    }
    assert_eq!(run(folder.path(), &["-q", "in", "out"]).code, 0);
    assert_eq!(run(folder.path(), &["verify", "out"]).stderr, "3 intact\n");
}

/// Somebody retouched a result: the next run does not undo it. A result that is no longer a picture
/// is made again.
#[test]
fn a_result_that_was_retouched_is_not_undone_and_a_damaged_one_is_repaired() {
    let folder = folder(&[("in/a.ppm", &picture(1)), ("in/b.ppm", &picture(2))]);
    assert_eq!(run(folder.path(), &["-q", "in", "out"]).code, 0);
    let retouched = jpeg(8, 8, |_, _| [250, 3, 3]);
    write(&folder.path().join("out/a.jpg"), &retouched);
    write(&folder.path().join("out/b.jpg"), &[0; 900]);
    let (code, records) = records(folder.path(), &["-j", "1", "in", "out"]);
    assert_eq!((code, &records[0]["code"]), (1, &"foreign_output".into()));
    assert!(
        records[0]["message"]
            .as_str()
            .unwrap()
            .contains("changed after it was made")
    );
    assert_eq!(records[1]["status"], "ok");
    assert_eq!(
        fs::read(folder.path().join("out/a.jpg")).unwrap(),
        retouched
    );
}

/// `avatar-prep *.jpg` with two photographs names the second as OUT.
#[test]
fn a_photograph_that_is_named_as_the_result_stays() {
    let (one, two) = (jpeg(40, 30, |_, _| [9; 3]), jpeg(30, 40, |_, _| [90; 3]));
    let folder = folder(&[("a.jpg", &one), ("b.jpg", &two)]);
    let said = run(folder.path(), &["a.jpg", "b.jpg"]);
    assert_eq!(said.code, 1);
    assert!(said.stderr.contains("[foreign_output]"), "{}", said.stderr);
    assert_eq!(fs::read(folder.path().join("b.jpg")).unwrap(), two);
    // A result of an earlier run is replaced, whatever its settings.
    assert_eq!(run(folder.path(), &["-q", "a.jpg", "c.jpg"]).code, 0);
    assert_eq!(
        run(folder.path(), &["-q", "--size", "20", "a.jpg", "c.jpg"]).code,
        0
    );
    assert_eq!(
        run(folder.path(), &["-q", "--overwrite", "a.jpg", "b.jpg"]).code,
        0
    );
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_of_results_stays() {
    let folder = folder(&[
        ("in/a.ppm", &picture(1)),
        ("theirs.jpg", &jpeg(4, 4, |_, _| [9; 3])),
    ]);
    fs::create_dir(folder.path().join("out")).unwrap();
    std::os::unix::fs::symlink("../theirs.jpg", folder.path().join("out/a.jpg")).unwrap();
    let (code, records) = records(folder.path(), &["in", "out"]);
    assert_eq!((code, &records[0]["code"]), (1, &"foreign_output".into()));
    assert!(
        fs::symlink_metadata(folder.path().join("out/a.jpg"))
            .unwrap()
            .is_symlink()
    );
}

#[test]
fn results_below_an_input_are_no_pictures() {
    let folder = folder(&[("in/a.jpg", &jpeg(20, 30, |_, _| [9; 3]))]);
    assert_eq!(run(folder.path(), &["-q", "in", "in/out"]).code, 0);
    let (code, found) = records(folder.path(), &["in", "again"]);
    let of = |status: &str| {
        let all = found.iter().filter(|it| it["status"] == status);
        all.map(|it| it["source"].as_str().unwrap().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(code, 0);
    assert_eq!(of("ok"), ["in/a.jpg"]);
    assert_eq!(of("skipped"), ["in/out"]);
    let skipped = found.iter().find(|it| it["status"] == "skipped").unwrap();
    assert_eq!(skipped["code"], "results");
    let meant = ["-q", "--allow-results-as-input", "in", "both"];
    assert_eq!(run(folder.path(), &meant).code, 0);
    assert!(folder.path().join("both/out/a.jpg").is_file());
}

#[test]
fn swapped_folders_are_refused() {
    let folder = folder(&[("in/a.jpg", &jpeg(20, 30, |_, _| [9; 3]))]);
    assert_eq!(run(folder.path(), &["-q", "in", "out"]).code, 0);
    let original = fs::read(folder.path().join("in/a.jpg")).unwrap();
    for args in [
        &["out", "in"][..],
        &["-n", "out", "in"],
        &["in", "out", "elsewhere"],
    ] {
        let said = run(folder.path(), args);
        let wanted = "\
error: out contains results of avatar-prep; perhaps IN and OUT are swapped
  hint: IN comes first: avatar-prep IN OUT; or add --allow-results-as-input
";
        assert_eq!((said.code, said.stderr.as_str()), (2, wanted), "{args:?}");
    }
    assert_eq!(fs::read(folder.path().join("in/a.jpg")).unwrap(), original);
    assert_eq!(tree(folder.path()), ["in/a.jpg", "out/a.jpg"]);
    let meant = ["-q", "--allow-results-as-input", "out", "small"];
    assert_eq!(run(folder.path(), &meant).code, 0);
    // Even then the original is not a result.
    let swapped = ["-q", "--allow-results-as-input", "out", "in"];
    assert_eq!(run(folder.path(), &swapped).code, 1);
    assert_eq!(fs::read(folder.path().join("in/a.jpg")).unwrap(), original);
}

/// A single picture that was delivered leaves a journal beside its source, and no cache.
#[test]
fn the_journal_of_a_single_picture_makes_no_folder_of_results() {
    let picture = jpeg(20, 30, |_, _| [9; 3]);
    let folder = folder(&[("in/a.jpg", &picture), ("in/sub/b.jpg", &picture)]);
    let accounts = "name,service,folder,picture\nx,folder,shown,a-small.jpg\n";
    write(&folder.path().join("accounts.csv"), accounts.as_bytes());
    fs::create_dir(folder.path().join("shown")).unwrap();
    let deliver = [
        "in/a.jpg",
        "in/a-small.jpg",
        "--upload",
        "--accounts",
        "accounts.csv",
    ];
    let said = run(folder.path(), &deliver);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(folder.path().join("in/.avatar-prep/state.sqlite").exists());
    let said = run(folder.path(), &["in", "out"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(
        tree(&folder.path().join("out")),
        ["a-small.jpg", "a.jpg", "sub/b.jpg"]
    );
}
