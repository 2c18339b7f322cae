//! GIF: the first frame, also of files that end early.

mod blocks;
mod by_rows;
mod damaged;
mod lenient;

use image::ImageDecoder;
use image::codecs::gif::GifDecoder;

use super::decoders::{AnyDecoder, library_limits};
use super::reader::Reader;
use crate::codec::contract::{Decode, Memory, Opened, ends_inside};
use crate::{Error, Format, Limits};
use lenient::Lenient;

const FORMAT: Format = Format::Gif;

/// Reads the header.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let decoder = GifDecoder::new(Lenient::new(bytes)).and_then(|mut decoder| {
        decoder.set_limits(library_limits(limits))?;
        Ok(decoder)
    });
    let decoder = decoder.map(|decoder| -> AnyDecoder<'a> { Box::new(decoder) });
    let (header, reader) = Reader::start_with_metadata(FORMAT, decoder, bytes, limits)?;
    let size = [header.width, header.height];
    let besides = lenient::besides(bytes, size).unwrap_or(header.decoded_bytes);
    let size = reader.form.size;
    let decode: Decode<'a> = Box::new(move |plan, _| {
        // The library would take all the memory that the file claims.
        let read = match damaged::is_too_short(bytes) {
            true => Err(ends_inside(FORMAT)),
            false => reader.read(),
        };
        match read {
            Err(error @ Error::Picture(_)) => {
                damaged::read(bytes, size, plan, &error).unwrap_or(Err(error))
            }
            read => read,
        }
    });
    let opened = Opened::new(header, decode).with_memory(Memory::Whole { besides });
    Ok(by_rows::by_rows(opened, bytes))
}
