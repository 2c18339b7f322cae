//! Parameter sets of HEVC that are changed before they are decoded.

#[path = "../../../crates/prepare/src/codec/isobmff/hevc/bits.rs"]
mod bits;
#[path = "../../../crates/prepare/src/codec/isobmff/hevc/filters.rs"]
mod filters;
#[path = "../../../crates/prepare/src/codec/isobmff/hevc/parameters.rs"]
mod parameters;
#[path = "../../../crates/prepare/src/codec/isobmff/hevc/scaling.rs"]
mod scaling;
#[path = "../../../crates/prepare/src/codec/isobmff/hevc/units.rs"]
mod units;

use filters::left_out;
use parameters::Parameters;
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

const SLICE: &[u8] = b"\x26\x01\xaf\x1d\x80";

/// What a sequence parameter set says whose slices may or may not have offsets.
fn sequence(has_offsets: bool) -> Parameters {
    Parameters {
        coded: (64, 64),
        size: (64, 64),
        chroma: 1,
        depths: (8, 8),
        colors: None,
        has_offsets,
    }
}

#[test]
fn the_filter_of_edges_is_turned_off_where_slices_stay_as_they_are() {
    // Identifiers, flags, quantisers, no tiles; filters reach across slices, and nothing more is said.
    let set = b"\x44\x01\xc1\x72\xb4\x62\x40";
    let off = left_out(set, &[SLICE], &sequence(true)).unwrap_or_default();
    assert_eq!(off[..2], set[..2]);
    assert_eq!(left_out(&off, &[SLICE], &sequence(true)), None, "it is off");
    // Without offsets the slice would have a bit less.
    assert_eq!(left_out(set, &[SLICE], &sequence(false)), None);
    // A slice that is not the first one, or belongs to a later picture of a sequence, is not read.
    assert_eq!(
        left_out(set, &[b"\x26\x01\x2f\x1d\x80"], &sequence(true)),
        None
    );
    assert_eq!(
        left_out(set, &[b"\x2a\x01\xaf\x1d\x80"], &sequence(true)),
        None
    );
    assert_eq!(
        left_out(&set[..4], &[SLICE], &sequence(true)),
        None,
        "cut short"
    );
}

#[test]
fn all_code_points_of_a_sequence_are_read() {
    // x265, of 64 x 64 pixels with 10 bits in BT.2020 with PQ, limited range.
    let set = b"\x42\x01\x01\x02\x20\x00\x00\x03\x00\x90\x00\x00\x03\x00\x00\x03\x00\x1e\xa0\x20\x81\x04\xd9\x65\x66\x92\x4c\xaf\x01\x6a\x12\x20\x12\x08\x00\x00\x03\x00\x08\x00\x00\x03\x00\xc8\x40";
    let found = Parameters::read(set).map(|found| (found.size, found.depths, found.colors));
    let colors = Some(([9, 16, 9], false));
    assert_eq!(found, Some(((64, 64), (10, 10), colors)));
}
