//! Results have the same bytes with any number of jobs, and change only with the version of the
//! engine.

use avatar_prepare::{ENGINE, Settings};

use crate::support::{folder, prepare, root, run, tree};

#[test]
fn one_job_and_many_give_the_same_bytes() {
    let folder = folder(&[]);
    let samples = root().join("samples/pictures");
    let samples = samples.to_str().unwrap();
    assert_eq!(
        run(folder.path(), &["-q", "-j", "1", samples, "one"]).code,
        0
    );
    assert_eq!(
        run(folder.path(), &["-q", "-j", "7", samples, "seven"]).code,
        0
    );
    let (one, seven) = (folder.path().join("one"), folder.path().join("seven"));
    let names = tree(&one);
    assert!(names.len() > 40, "{} results", names.len());
    assert_eq!(names, tree(&seven));
    for name in names {
        let same =
            std::fs::read(one.join(&name)).unwrap() == std::fs::read(seven.join(&name)).unwrap();
        assert!(same, "{name}");
    }
}

/// The cache relies on it: if results change but [`ENGINE`] does not, old results count as up to
/// date.
#[test]
fn results_change_only_with_the_engine() {
    let known = (
        "0.1.0+23",
        "ef72421261f35400d1be2c63c8f2fa0a3aed0df0cee96f208d77869bb1ac248b",
    );
    let mut hash = blake3::Hasher::new();
    for name in [
        "photos/ada.jpg",
        "photos/phone.jpg",
        "colour/gray.jpg",
        "colour/display-p3.jpg",
        "colour/cmyk.jpg",
        "colour/gray-16.png",
        "logos/kite.png",
        "formats/still.gif",
        "formats/tagged.tif",
        "formats/lossless.webp",
        "formats/open.exr",
        "formats/windows.bmp",
    ] {
        let source = std::fs::read(root().join("samples/pictures").join(name)).unwrap();
        let settings = Settings::default().with_max_bytes(20_000).unwrap();
        hash.update(prepare(settings, &source).unwrap().bytes());
    }
    assert_eq!((ENGINE, hash.finalize().to_hex().as_str()), known);
}
