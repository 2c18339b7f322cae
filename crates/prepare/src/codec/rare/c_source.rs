//! XPM and XBM, which are C source code. Programs write the declarations, spaces and comments in
//! many ways, so the data is rewritten in the one form that the library accepts.

use std::borrow::Cow;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image_extras::{xbm::XbmDecoder, xpm::XpmDecoder};

use crate::codec::contract::{Decode, Opened};
use crate::codec::library::opened;
use crate::{Error, Format, Limits, PictureError};

/// Longest declaration before an array that is read, in bytes.
const LONGEST_HEAD: usize = 1 << 16;

/// Reads the header.
pub(in crate::codec) fn xpm<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let decoder = XpmDecoder::new(Cursor::new(plain_xpm(bytes, limits)?));
    let Opened {
        header,
        memory,
        decode,
        ..
    } = opened(Format::Xpm, decoder, bytes, limits)?;
    // The library has a bug: it panics if the unknown name of a colour contains a space.
    let decode: Decode<'a> = Box::new(move |plan, scratch| {
        catch_unwind(AssertUnwindSafe(|| decode(plan, scratch))).unwrap_or_else(|_| {
            let detail = "a colour has no known name".into();
            let format = Format::Xpm;
            Err(PictureError::Malformed { format, detail }.into())
        })
    });
    Ok(Opened::new(header, decode).with_memory(memory))
}

/// Reads the header.
pub(in crate::codec) fn xbm<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let text = match Bitmap::read(bytes) {
        Some(bitmap) => {
            limits.check_picture(bitmap.size, 1, 0)?;
            Cow::Owned(bitmap.plain())
        }
        None => Cow::Borrowed(bytes),
    };
    let decoder = XbmDecoder::new(Cursor::new(text));
    opened(Format::Xbm, decoder, bytes, limits)
}

/// The strings as a plain array, without those that the first string does not announce.
fn plain_xpm(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Error> {
    let mut source = SourceText(bytes);
    source.pass(b"{");
    let mut plain = b"/* XPM */\nstatic char *picture[] = {".to_vec();
    let mut left = 1;
    for index in 0.. {
        if index == left || source.pass(b"\"}") != Some(b'"') {
            break;
        }
        // Leave an array without an end as it is, so that it is reported as damaged.
        let Some(string) = source.string() else {
            plain.extend(b"\n\"");
            return Ok(plain);
        };
        if index == 0 {
            let [width, height, colors] = numbers(string);
            limits.check_picture((width, height), 1, 0)?;
            left += height as usize + colors as usize;
        }
        let before: &[u8] = if index == 0 { b"\n\"" } else { b",\n\"" };
        plain.extend([before, string, b"\""].concat());
    }
    plain.extend(b"\n};\n");
    Ok(plain)
}

/// Width, height and number of colours; 0 for anything that is not a number.
fn numbers(string: &[u8]) -> [u32; 3] {
    let text = std::str::from_utf8(string).unwrap_or_default();
    let mut words = text.split_ascii_whitespace();
    [(); 3].map(|()| words.next().and_then(|word| word.parse().ok()).unwrap_or(0))
}

/// The content of an XBM.
struct Bitmap<'a> {
    size: (u32, u32),
    /// Whether its numbers have 16 bits, as in the older X10 form.
    is_wide: bool,
    array: SourceText<'a>,
}

impl<'a> Bitmap<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut array = SourceText(bytes);
        array.pass(b"{")?;
        let head = bytes.get(..bytes.len() - array.0.len())?;
        let head = without_comments(head.get(..LONGEST_HEAD).unwrap_or(head));
        // A name can contain this word, so compare whole words only.
        let mut words = head.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        Some(Self {
            size: (defined(&head, b"width")?, defined(&head, b"height")?),
            is_wide: words.any(|word| word == b"short"),
            array,
        })
    }

    /// The bitmap in the form that the library accepts.
    fn plain(mut self) -> Vec<u8> {
        let (width, height) = self.size;
        let row = width.div_ceil(8) as usize;
        let mut plain = format!(
            "#define p_width {width}\n#define p_height {height}\nstatic char p_bits[] = {{ "
        );
        let words = std::iter::from_fn(|| number(self.array.word()?));
        let mut before = "";
        for byte in bytes_of(words, row, self.is_wide).take(row.saturating_mul(height as usize)) {
            plain.push_str(&format!("{before}0x{byte:02x}"));
            before = ", ";
        }
        plain.push_str(" };\n");
        plain.into_bytes()
    }
}

/// The rest of a source.
struct SourceText<'a>(&'a [u8]);

impl<'a> SourceText<'a> {
    /// Skips to the first of these bytes outside of comments, and returns it.
    fn pass(&mut self, wanted: &[u8]) -> Option<u8> {
        loop {
            let (&byte, rest) = self.0.split_first()?;
            if self.pass_comment() {
                continue;
            }
            self.0 = rest;
            if wanted.contains(&byte) {
                return Some(byte);
            }
        }
    }

    /// Skips a comment, to the end of the source if it has no end; returns whether there was one.
    fn pass_comment(&mut self) -> bool {
        let Some(comment) = self.0.strip_prefix(b"/*") else {
            return false;
        };
        let end = comment.windows(2).position(|pair| pair == b"*/");
        self.0 = end
            .and_then(|end| comment.get(end + 2..))
            .unwrap_or_default();
        true
    }

    /// The text before the next quote, which is skipped.
    fn string(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == b'"')?;
        let (string, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.get(1..)?;
        Some(string)
    }

    /// The next word before the end of the array.
    fn word(&mut self) -> Option<&'a [u8]> {
        loop {
            let first = self.0.first().filter(|byte| **byte != b'}')?;
            let length = self
                .0
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric());
            let (word, rest) = self.0.split_at_checked(length.count())?;
            if !word.is_empty() {
                self.0 = rest;
                return Some(word);
            }
            if *first != b'/' || !self.pass_comment() {
                self.0 = self.0.get(1..)?;
            }
        }
    }
}

/// The bytes of all rows. Rows of X10 are words of 16 bits, rows of X11 bytes; the lowest bit is
/// the leftmost pixel.
fn bytes_of(
    words: impl Iterator<Item = u16>,
    row: usize,
    is_wide: bool,
) -> impl Iterator<Item = u8> {
    let padded = if is_wide {
        row.next_multiple_of(2)
    } else {
        row
    };
    let bytes = words.flat_map(move |word| {
        let [low, high] = word.to_le_bytes();
        [Some(low), is_wide.then_some(high)].into_iter().flatten()
    });
    let is_kept = move |at: usize| at.checked_rem(padded).is_some_and(|at| at < row);
    let bytes = bytes.enumerate().filter(move |(at, _)| is_kept(*at));
    bytes.map(|(_, byte)| byte)
}

/// Reads a number in the notation of C.
fn number(word: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(word).ok()?.to_ascii_lowercase();
    match text.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// The value of the first `#define` whose name ends like this.
fn defined(source: &[u8], name: &[u8]) -> Option<u32> {
    let mut words = source
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if word == b"#define" && words.next()?.ends_with(name) {
            return std::str::from_utf8(words.next()?).ok()?.parse().ok();
        }
    }
    None
}

/// The header without comments.
fn without_comments(head: &[u8]) -> Vec<u8> {
    let mut source = SourceText(head);
    let mut plain = Vec::with_capacity(head.len());
    while let Some((&byte, rest)) = source.0.split_first() {
        if !source.pass_comment() {
            plain.push(byte);
            source.0 = rest;
        }
    }
    plain
}
