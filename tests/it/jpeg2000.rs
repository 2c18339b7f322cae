//! JPEG 2000 codestreams whose tile parts lie about their lengths.

use avatar_prepare::{Error, Limit, LimitExceeded, Limits, Preparer, Settings};

const SIDE: u32 = 60_000;

/// A codestream without pixels: its size, blocks of 64 by 64, and then these tile parts.
fn codestream(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0x4f, 0xff, 0x51, 0, 41, 0, 0];
    for value in [SIDE, SIDE, 0, 0, SIDE, SIDE, 0, 0] {
        bytes.extend(value.to_be_bytes());
    }
    bytes.extend([0, 1, 7, 1, 1]);
    bytes.extend([0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1]); // COD
    bytes.extend([0xff, 0x5c, 0, 4, 0x40, 0x40]); // QCD
    bytes.extend(parts.concat());
    bytes
}

/// A tile part of 14 bytes that says that it has `length`.
fn part(length: u32) -> Vec<u8> {
    let mut bytes = vec![0xff, 0x90, 0, 10, 0, 0];
    bytes.extend(length.to_be_bytes());
    bytes.extend([0, 1, 0xff, 0x93]);
    bytes
}

/// The last tile part, whose header has blocks of 4 by 4: tables for them exceed the limit.
fn with_small_blocks() -> Vec<u8> {
    let mut bytes = part(0);
    let style = [0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1];
    bytes.splice(12..12, style);
    bytes
}

/// Whether the small blocks were found.
fn is_over(parts: &[Vec<u8>]) -> bool {
    let limits = Limits {
        decoded_bytes: 4 << 30,
        pixels: u64::MAX,
        side: u32::MAX,
        ..Limits::default()
    };
    let prepared = Preparer::new(Settings::default(), limits).prepare(&codestream(parts));
    let error = prepared.unwrap_err();
    matches!(
        error,
        Error::Limit(LimitExceeded { limit: Limit::DecodedBytes, found, .. }) if found > 50 << 30
    )
}

#[test]
fn parts_that_run_back_end_the_walk_and_others_are_read() {
    assert!(is_over(&[with_small_blocks()]));
    assert!(is_over(&[part(14), part(14), with_small_blocks()]));
    // A part that ends before its data begins, and one that ends before it begins itself.
    assert!(!is_over(&[part(14), part(12), with_small_blocks()]));
    assert!(!is_over(&[part(1), with_small_blocks()]));
}
