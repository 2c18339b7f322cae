//! See `coded::against_the_reference` in `fuzz/src`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| avatar_prep_fuzz::coded::against_the_reference(input));
