//! A review of results that were made from a store, and decisions beside sources in stores.

use serde_json::json;

use super::{BUCKET, Bucket};
use crate::served::Served;
use crate::support::{folder, jpeg, run};

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_source_in_a_store_is_not_called_missing() {
    let bucket = Bucket::start();
    bucket.put("in/a.jpg", &jpeg(900, 900, |x, _| [x as u8, 1, 2]));
    bucket.put("in/broken.jpg", b"\xff\xd8\xff no picture");
    let files = folder(&[]);
    bucket.run(files.path(), &[&format!("s3://{BUCKET}/in/"), "out"]);
    let review = Served::start(files.path());
    let entry = review.entry("a.jpg");
    assert_eq!(entry["source_state"], "remote", "{entry}");
    let list = review.get("/api/pictures").json();
    let failure = &list["failed"][0];
    assert_eq!(
        (&failure["is_missing"], &failure["can_retry"]),
        (&json!(false), &json!(false))
    );
    let detail = review.get(&format!("/api/pictures/{}", entry["id"].as_str().unwrap()));
    assert_eq!(detail.status, 409);
    let said = String::from_utf8_lossy(&detail.body).into_owned();
    assert!(
        said.contains("source_in_store") && said.contains("[[rule]]"),
        "{said}"
    );
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_decision_about_a_file_does_not_fail_an_object_of_the_same_path() {
    let bucket = Bucket::start();
    let picture = jpeg(900, 600, |x, y| [x as u8, y as u8, 2]);
    bucket.put("in/a.jpg", &picture);
    let files = folder(&[("in/a.jpg", &picture)]);
    assert_eq!(run(files.path(), &["in", "out"]).code, 0);
    let review = Served::start(files.path());
    let entry = review.entry("a.jpg");
    let change = json!({
        "key": format!("{:016x}", 1), "id": entry["id"], "version": entry["version"],
        "result": entry["result"], "source": entry["source_hash"], "verdict": "approved",
        "draft": {"fit": "cover", "crop": [0, 0, 600, 600], "trim": false, "background": "white", "padding": "auto"},
    });
    let done = review.post("/api/decide", &change);
    assert_eq!(done.status, 200, "{}", String::from_utf8_lossy(&done.body));
    drop(review);
    let address = format!("s3://{BUCKET}/in/");
    // The result was made of the file, which is still there.
    let ran = bucket.run(files.path(), &["--overwrite", &address, "out"]);
    assert_eq!(
        (ran.code, ran.count("status", "ok")),
        (0, 1),
        "{:#?}",
        ran.records
    );
}
