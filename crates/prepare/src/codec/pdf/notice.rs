//! Recognises Illustrator files whose only page is a notice, because the drawing is in a form that
//! only Illustrator reads.

/// The message for such a file.
pub(super) const NOT_COMPATIBLE: &str = "an Illustrator file saved without PDF content: \
    save it again with \"Create PDF Compatible File\", or export it as SVG or PNG";

/// The notice is short, so only this many bytes of the page are searched.
const NOTICE: usize = 1 << 16;

/// Fewest lines and bytes of the notice. It has seven lines in English; in languages that need few
/// letters, a letter takes two bytes.
const LINES: usize = 4;
const LENGTH: usize = 80;

/// Whether the page is the notice that the file was saved without PDF content. The exact words are
/// those of the English program. In other languages, the page has to consist of text only, and the
/// file to contain Illustrator's own data. The text either contains the names of Adobe, Illustrator
/// and PDF, or is a block of several lines, because letters cannot be read if they are numbered in
/// the order of a font.
pub(super) fn is_notice(content: &[u8], file: &[u8]) -> bool {
    let content = content.get(..content.len().min(NOTICE)).unwrap_or_default();
    let text = letters(content);
    let says = |words: &[u8]| text.windows(words.len()).any(|window| window == words);
    let is_named = || says(b"adobe") && says(b"illustrator") && says(b"pdf");
    let is_text = || is_text_only(content) && is_illustrators(file);
    says(b"savedwithoutpdfcontent") || is_text() && (is_named() || is_block(content))
}

/// Whether the page shows several lines of text.
fn is_block(content: &[u8]) -> bool {
    let (mut lines, mut digits) = (0, 0);
    let (mut depth, mut is_hex, mut is_escaped) = (0usize, false, false);
    let mut last = b' ';
    for &byte in content {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if depth > 0 => (is_escaped, digits) = (true, digits + 2),
            b'(' if !is_hex => depth += 1,
            b')' if depth > 0 => depth -= 1,
            _ if depth > 0 => digits += 2,
            b'<' => is_hex = true,
            b'>' => is_hex = false,
            _ if is_hex => digits += 1,
            // Tj and TJ, and the operators that also begin a line.
            b'j' | b'J' if last == b'T' => lines += 1,
            b'\'' | b'"' => lines += 1,
            _ => {}
        }
        last = byte;
    }
    lines >= LINES && digits >= 2 * LENGTH
}

/// Whether the page paints only text.
fn is_text_only(content: &[u8]) -> bool {
    let mut words = content.split(u8::is_ascii_whitespace);
    !words.any(|word| {
        matches!(
            word,
            b"f" | b"F" | b"f*" | b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" | b"sh" | b"Do" | b"EI"
        )
    })
}

/// Whether the file contains private data of Illustrator.
fn is_illustrators(file: &[u8]) -> bool {
    memchr::memmem::find(file, b"AIPrivateData").is_some()
        || memchr::memmem::find(file, b"/Illustrator").is_some()
}

/// The letters in the strings of a page, in lower case and joined, because kerning can be between
/// any two letters.
fn letters(content: &[u8]) -> Vec<u8> {
    let (mut depth, mut is_escaped, mut digit) = (0usize, false, None);
    let mut is_hex = false;
    let mut letters = Vec::new();
    let mut push = |byte: u8| {
        if byte.is_ascii_alphabetic() {
            letters.push(byte.to_ascii_lowercase());
        }
    };
    for &byte in content {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if depth > 0 => is_escaped = true,
            b'(' if !is_hex => depth += 1,
            b')' if !is_hex => depth = depth.saturating_sub(1),
            _ if depth > 0 => push(byte),
            b'<' => (is_hex, digit) = (true, None),
            b'>' => is_hex = false,
            _ if is_hex => {
                let value = char::from(byte).to_digit(16).map(|value| value as u8);
                match (digit.take(), value) {
                    (Some(high), Some(low)) => push(high << 4 | low),
                    (_, value) => digit = value,
                }
            }
            _ => {}
        }
    }
    letters
}
