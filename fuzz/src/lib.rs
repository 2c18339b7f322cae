//! What the fuzz targets do with an input. Every function accepts any bytes and panics only if a promise
//! is broken. The targets in `fuzz_targets` call them under libFuzzer; `tests/it/attacks.rs` compiles the
//! same files and runs each on seeds and seeded changes, so a stable toolchain is enough there.

pub mod coded;
pub mod drawings;
mod heic;
pub mod lossless;
pub mod pictures;
pub mod pieces;
pub mod replies;

pub mod requests;
pub mod stored;
pub mod streams;
pub mod texts;
pub mod wrapped;

/// Something that takes any bytes.
pub type Target = fn(&[u8]);

/// Every target with its name, which is also the name of its binary.
pub const TARGETS: [(&str, Target); 20] = [
    ("jpeg_decode", coded::decode),
    ("hevc", streams::hevc),
    ("vp8l", lossless::vp8l),
    ("jpeg_reference", coded::against_the_reference),
    ("encode_cap", coded::under_the_cap),
    ("prepare", pictures::prepare),
    ("framing", pictures::framed),
    ("examine", pictures::examined),
    ("svg", drawings::drawing),
    ("css", drawings::style_sheet),
    ("boxes", wrapped::boxes),
    ("layers", wrapped::layers),
    ("metadata", wrapped::metadata),
    ("settings", texts::settings),
    ("redactor", replies::redacted),
    ("verdicts", replies::verdict),
    ("in_pieces", pieces::in_pieces),
    ("addresses", texts::addresses),
    ("requests", requests::requests),
    ("answers", stored::answers),
];

/// Takes bytes off the front of an input to choose something by; zeros once it is used up.
#[derive(Clone, Copy)]
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn below(&mut self, end: u8) -> u8 {
        self.next() % end.max(1)
    }
}
