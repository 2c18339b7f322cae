use super::close;
use crate::support::{Decoded, decode, finest, prepare};

const TEAL: [u8; 3] = [0, 128, 128];
const RED: [u8; 3] = [255, 0, 0];

/// A drawing of which `root` says the size: 400 units wide and 200 high, of which the left 100 are red.
fn drawing(root: &str) -> Decoded {
    let text = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200" {root}><rect x="-4000" y="-4000" width="9000" height="9000" fill="gold"/><rect width="400" height="200" fill="teal"/><rect width="110" height="200" fill="red"/></svg>"#
    );
    decode(prepare(finest(), text.as_bytes()).unwrap().bytes())
}

/// A side in per cent is `auto`: the other side and the ratio of the `viewBox` decide.
#[test]
fn sides_in_per_cent_follow_from_the_other_side() {
    for root in [
        r#"width="100%" height="1000""#,
        r#"width="1000" height="100%""#,
        r#"width="1000" height="30%" preserveAspectRatio="xMinYMin meet""#,
        r#"width="50%" height="100%""#,
        r#"width="100%" height="100%""#,
        r#"height="1000" style="width:100%""#,
        r#"style="width:1000px;height:100%""#,
    ] {
        let found = drawing(root);
        // The square in the middle, from 100 to 300 units: ten red ones are in it.
        for (x, wanted) in [(8, RED), (56, TEAL), (600, TEAL)] {
            for y in [8, 320, 632] {
                let at = found.at(x, y);
                assert!(close(at, wanted), "{root}: {at:?} at {x}, {y}");
            }
        }
    }
}

/// Without a ratio, a side that is not stated has the size of a drawing that says nothing: 300 or 150 pixels.
#[test]
fn sides_in_per_cent_have_a_default_without_a_ratio() {
    for (root, red) in [
        // 300 by 100 pixels: a third of 400 units is shown, from 133 to 267.
        (r#"width="100%" height="100""#, 0),
        // 150 by 150: all of it, 110 of 400 units are red.
        (r#"width="150" height="100%""#, 176),
        (r#"width="150""#, 176),
        // 300 by 150: half of it, from 100.
        (r#"width="100%" height="100%""#, 32),
    ] {
        let found = drawing(&format!(r#"{root} preserveAspectRatio="none""#));
        let wide = (0..640).filter(|x| close(found.at(*x, 320), RED)).count();
        assert!(wide.abs_diff(red) <= 6, "{root}: {wide}");
        let at = found.at(632, 632);
        assert!(close(at, TEAL), "{root}: {at:?}");
    }
}
