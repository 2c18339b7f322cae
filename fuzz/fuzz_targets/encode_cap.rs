//! See `coded::under_the_cap` in `fuzz/src`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| avatar_prep_fuzz::coded::under_the_cap(input));
