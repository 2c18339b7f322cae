//! The same bytes for any number of jobs, and the rest goes on after a failure.

use crate::support::{folder, root, run, tree};

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
