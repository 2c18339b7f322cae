//! The sequence parameter set of HEVC as the header of a picture is read.

#[path = "../../../crates/prepare/src/codec/isobmff/hevc/bits.rs"]
mod bits;
#[path = "../../../crates/prepare/src/codec/isobmff/hevc/parameters.rs"]
mod parameters;

use parameters::Parameters;

#[test]
fn all_code_points_of_a_sequence_are_read() {
    // x265, of 64 x 64 pixels with 10 bits in BT.2020 with PQ, limited range.
    let set = b"\x42\x01\x01\x02\x20\x00\x00\x03\x00\x90\x00\x00\x03\x00\x00\x03\x00\x1e\xa0\x20\x81\x04\xd9\x65\x66\x92\x4c\xaf\x01\x6a\x12\x20\x12\x08\x00\x00\x03\x00\x08\x00\x00\x03\x00\xc8\x40";
    let found = Parameters::read(set).map(|found| (found.size, found.depths, found.colors));
    let colors = Some(([9, 16, 9], false));
    assert_eq!(found, Some(((64, 64), (10, 10), colors)));
}
