//! Parts of `avatar-prepare` and `avatar-resample` whose exact values no result shows, because every result is a JPEG. Their
//! source files import nothing of the crate but one another and its error, and are compiled into these
//! tests.

#[path = "../../crates/prepare/src/pixels/divisor.rs"]
mod divisor;
#[path = "../../crates/prepare/src/guard.rs"]
mod guard;
#[path = "../../crates/resample/src/lanczos.rs"]
mod lanczos;
#[path = "../../crates/prepare/src/codec/tiff/baseline/lzw.rs"]
mod lzw;
#[allow(dead_code)] // what LZW does not set
#[path = "../../crates/prepare/src/codec/tiff/baseline/unpacked.rs"]
mod unpacked;
mod vp8;
#[allow(clippy::duplicate_mod, dead_code)]
// the fuzz targets have it too; what estimates of memory use
mod vp8l;

use avatar_prepare::Error;
use weezl::BitOrder;
use weezl::encode::Encoder;

use divisor::{Divisor, NarrowDivisor};
use guard::guarded;
use lzw::unpack;

#[test]
fn a_panic_becomes_the_pictures_error() {
    let error = guarded::<(), Error>(|| panic!("row {} is missing", 7)).unwrap_err();
    assert_eq!(error.code().as_str(), "panicked");
    assert_eq!(
        error.to_string(),
        "internal fault while preparing: row 7 is missing"
    );
}

#[test]
fn weights_of_lanczos_are_those_of_its_definition() {
    let sinc = |x: f64| match std::f64::consts::PI * x {
        0.0 => 1.0,
        angle => angle.sin() / angle,
    };
    for at in -40_000..=40_000 {
        let x = f64::from(at) / 10_000.0;
        let exact = match x.abs() < lanczos::REACH {
            true => sinc(x) * sinc(x / lanczos::REACH),
            false => 0.0,
        };
        assert!((lanczos::weight(x) - exact).abs() < 2e-15, "{x}");
    }
}

#[test]
fn quotients_are_exact() {
    for by in (1..3_000).chain([65_535, 255 * 4_096, 1 << 20]) {
        let divisor = Divisor::new(by);
        let limits = [0, divisor.exact, 65_535 * by].map(|at| at.saturating_sub(3 * by / 2));
        let steps = [0, 1, by / 2, by - 1, by, by + 1, 2 * by];
        for number in limits.iter().flat_map(|at| steps.map(|step| at + step)) {
            let expected = (number + by / 2) / by;
            assert_eq!(divisor.nearest(number), expected, "{number} by {by}");
        }
    }
}

/// Every number that blocks of 8 bits can sum up to, by every area that 16 bits are enough for.
#[test]
fn quotients_in_16_bits_are_exact() {
    let highest = |by: u64| 255 * by;
    for by in 1..400 {
        let Some(divisor) = NarrowDivisor::new(by, highest(by)) else {
            assert!(by == 1 || by > 169, "blocks below 14 x 14 pixels, not {by}");
            continue;
        };
        let mut quotients: Vec<u16> = (0..=highest(by)).map(|at| at.try_into().unwrap()).collect();
        divisor.divide(&mut quotients);
        for (number, found) in (0..).zip(quotients) {
            assert_eq!(u64::from(found), (number + by / 2) / by, "{number} by {by}");
        }
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::with_tiff_size_switch(BitOrder::Msb, 8);
    encoder.encode(bytes).unwrap()
}

#[test]
fn whatever_was_packed_with_lzw_comes_back() {
    let noise = |at: u32| (at.wrapping_mul(2_654_435_761) >> 20) as u8;
    for length in (0..80).chain([300, 4_000, 40_000, 700_000]) {
        let pictures: [Vec<u8>; 4] = [
            vec![7; length as usize],
            (0..length).map(noise).collect(),
            (0..length).map(|at| noise(at) & 1).collect(),
            (0..length)
                .map(|at| noise(at / 900) % (1 + at as u8 % 5))
                .collect(),
        ];
        for bytes in pictures {
            let mut out = vec![0; bytes.len()];
            let unpacked = unpack(&packed(&bytes), &mut out).unwrap();
            assert_eq!((unpacked.written, unpacked.is_odd), (bytes.len(), false));
            assert!(out == bytes, "{length}");
        }
    }
}

#[test]
fn room_for_less_is_filled_from_lzw() {
    let bytes: Vec<u8> = (0..5_000u32).map(|at| (at / 40) as u8).collect();
    let data = packed(&bytes);
    for room in 0..bytes.len() {
        let mut out = vec![0; room];
        assert_eq!(unpack(&data, &mut out).unwrap().written, room);
        assert!(out == bytes[..room], "{room}");
    }
}

#[test]
fn lzw_that_ends_early_gives_what_it_has() {
    let bytes: Vec<u8> = (0..5_000u32).map(|at| (at / 40) as u8).collect();
    let data = packed(&bytes);
    for length in 0..data.len() {
        let mut out = vec![0; bytes.len()];
        let written = unpack(&data[..length], &mut out).unwrap().written;
        assert!(out[..written] == bytes[..written], "{length}");
    }
}

#[test]
fn lzw_codes_without_a_string_are_refused() {
    // 9 bits each: clear, and 258 before any string.
    let data = [0b1000_0000, 0b0100_0000, 0b1000_0000];
    assert!(unpack(&data, &mut [0; 9]).is_err());
}
