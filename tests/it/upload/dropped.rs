//! Pictures that were dropped into a page, and are then delivered.

use std::fs;

use serde_json::json;

use super::{ID, Stage, picture};
use crate::open::Open;

#[test]
fn results_of_the_page_are_delivered() {
    let stage = Stage::new("");
    fs::remove_dir_all(stage.path().join("out")).unwrap();
    let open = Open::start(stage.path(), &["out"]);
    open.drop_file("logo.jpg", picture());
    let choice = json!({"platform": "whatsapp", "size": null, "is_framed": false});
    let now = open.make(&choice);
    assert_eq!(now["rows"][0]["outcome"], "ok", "{now:#}");
    drop(open);
    stage.expect(&[], (0, 1));
    let sent = fs::read(stage.path().join("out/logo.jpg")).unwrap();
    assert_eq!(stage.fake.avatar(ID), Some(sent));
}
