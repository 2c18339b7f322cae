//! GIF: the first frame, also of files that end early.

mod blocks;
mod by_rows;
mod damaged;
mod in_order;
mod lenient;
mod outline;

use image::ImageDecoder;
use image::codecs::gif::GifDecoder;
use image::error::ImageError;

use super::decoders::{AnyDecoder, library_limits};
use super::reader::Reader;
use crate::codec::contract::{Decode, Memory, Opened, ends_inside};
use crate::{Error, Format, Limits};
use lenient::Lenient;
pub(in crate::codec) use outline::outline;

const FORMAT: Format = Format::Gif;

/// Reads the header.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let decoder = decoder(Lenient::new(bytes), limits);
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
    let (opened, limits) = (by_rows::by_rows(opened, bytes), *limits);
    Ok(opened.with_order(move || Some(in_order::of(bytes, size, limits))))
}

/// The library's decoder, which has read the header.
fn decoder<'a>(file: Lenient<'a>, limits: &Limits) -> Result<AnyDecoder<'a>, ImageError> {
    let mut decoder = GifDecoder::new(file)?;
    decoder.set_limits(library_limits(limits))?;
    Ok(Box::new(decoder))
}
