//! SGI through `image-extras`. Run-length encoded rows are decompressed first, because the library
//! requires each row to have its own data, and some programs let rows share it.

use std::io::Cursor;

use image_extras::sgi::SgiDecoder;

use crate::codec::bytes::{u16_be, u32_be};
use crate::codec::contract::{Decode, Opened};
use crate::codec::library;
use crate::{Error, Format, Limits, PictureError};

const FORMAT: Format = Format::Sgi;
const HEAD: usize = 512;
/// Offset of the storage field in the header: 0 is uncompressed, 1 run-length encoded.
const STORAGE: usize = 2;

/// Reads the header.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let head = bytes.first_chunk::<HEAD>();
    let Some(head) = head.filter(|head| head[STORAGE] == 1) else {
        let decoder = SgiDecoder::new(Cursor::new(bytes));
        return library::opened(FORMAT, decoder, bytes, limits);
    };
    let mut head = head.to_vec();
    head[STORAGE] = 0;
    let decoder = SgiDecoder::new(Cursor::new(&head[..]));
    let header = library::opened(FORMAT, decoder, &[], limits)?.header;
    let limits = *limits;
    let decode: Decode<'a> = Box::new(move |plan, scratch| {
        let file = Runs { bytes }.written_out(head).ok_or_else(damaged)?;
        let decoder = SgiDecoder::new(Cursor::new(&file[..]));
        (library::opened(FORMAT, decoder, &[], &limits)?.decode)(plan, scratch)
    });
    Ok(Opened::new(header, decode))
}

fn damaged() -> Error {
    let detail = "a row lies beyond the end".into();
    let format = FORMAT;
    PictureError::Malformed { format, detail }.into()
}

struct Runs<'a> {
    bytes: &'a [u8],
}

impl Runs<'_> {
    /// The file with decompressed rows; missing samples are 0.
    fn written_out(&self, mut file: Vec<u8>) -> Option<Vec<u8>> {
        let [width, height, channels] =
            [6, 8, 10].map(|at| u16_be(self.bytes, at).map_or(0, usize::from));
        let depth = usize::from(*self.bytes.get(3)?);
        // With one or two dimensions, some fields are not used.
        let rows = match u16_be(self.bytes, 4)? {
            1 => 1,
            2 => height,
            _ => height * channels,
        };
        for row in 0..rows {
            let start = u32_be(self.bytes, HEAD + 4 * row)? as usize;
            let length = u32_be(self.bytes, HEAD + 4 * (rows + row))? as usize;
            let runs = self.bytes.get(start..)?;
            let runs = runs.get(..length).unwrap_or(runs);
            let end = file.len() + width * depth;
            unpack(runs, depth, end, &mut file);
            file.resize(end, 0);
        }
        Some(file)
    }
}

/// Decompresses runs. Counts and samples have `depth` bytes. The low seven bits of the count's last
/// byte are the number of samples; the eighth says that they are all stored, not repeated.
fn unpack(mut runs: &[u8], depth: usize, end: usize, into: &mut Vec<u8>) {
    while let Some((count, rest)) = runs.split_at_checked(depth.max(1)) {
        let code = count.last().copied().unwrap_or(0);
        let length = usize::from(code & 0x7f) * depth;
        let room = end.saturating_sub(into.len());
        if length == 0 || room == 0 {
            return;
        }
        if code & 0x80 != 0 {
            let values = rest.get(..length).unwrap_or(rest);
            into.extend(values.iter().take(room));
            runs = rest.get(length..).unwrap_or_default();
        } else {
            let value = rest.get(..depth).unwrap_or_default();
            into.extend(value.iter().cycle().take(length.min(room)));
            runs = rest.get(depth..).unwrap_or_default();
        }
    }
}
