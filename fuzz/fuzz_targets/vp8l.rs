//! See `lossless::vp8l` in `fuzz/src`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| avatar_prep_fuzz::lossless::vp8l(input));
