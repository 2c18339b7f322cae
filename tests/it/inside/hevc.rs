//! Default scaling factors of HEVC.

#[path = "../../../crates/prepare/src/codec/isobmff/hevc/bits.rs"]
mod bits;
#[path = "../../../crates/prepare/src/codec/isobmff/hevc/parameters.rs"]
mod parameters;
#[path = "../../../crates/prepare/src/codec/isobmff/hevc/scaling.rs"]
mod scaling;
#[path = "../../../crates/prepare/src/codec/isobmff/hevc/units.rs"]
mod units;

use scaling::stated;

#[test]
fn a_default_list_of_4_x_4_is_stated() {
    // Of a photograph of an iPhone.
    let set = b"\x44\x01\xc0\x61\x12\x4c\x14\xe9\x11\x12\x44\x91\x12\x44\x91\x2a\x40";
    let stated_set = stated(set).unwrap_or_default();
    // Its first and its last list refer to the default: 25 bits in place of two, twice.
    assert_eq!(stated_set.len(), set.len() + 5);
    assert_eq!(stated(&stated_set), None, "nothing is left to state");
    assert_eq!(stated(&set[..8]), None, "cut short");
    let without = b"\x44\x01\xc1\x72\xb4\x62\x40";
    assert_eq!(stated(without), None, "no lists");
}
