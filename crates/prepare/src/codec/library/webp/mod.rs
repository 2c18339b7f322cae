//! WebP: lossy pictures are reduced as planes, lossless ones by rows; all others are decoded as a whole.

mod container;
mod in_order;
mod lossless;
mod outline;
mod planes;
mod rest;

use image::ImageDecoder;
use image::codecs::webp::WebPDecoder;

use super::decoders::{AnyDecoder, library_limits};
use super::reader::{Reader, mixed};
use crate::codec::contract::{Decode, Detail, Header, Memory, Opened};
use crate::codec::whole_file::{Position, WholeFile};
use crate::codec::{chunks, exif};
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::{Error, Format, Limits, Note};
pub(in crate::codec) use outline::outline;

const FORMAT: Format = Format::WebP;

/// Reads the header.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    container::check(bytes)?;
    let mut file = WholeFile::new(bytes);
    if container::leaves_canvas_free(bytes) {
        file = file.with_bits(container::FLAGS, container::ALPHA);
    }
    let position = file.position();
    let decoder = WebPDecoder::new(file).and_then(|mut decoder| {
        decoder.set_limits(library_limits(limits))?;
        Ok(decoder)
    });
    let decoder = decoder.map(|decoder| -> AnyDecoder<'a> { Box::new(decoder) });
    let (header, reader) = Reader::start(FORMAT, decoder, bytes, limits)?;
    let exif = chunk(bytes, b"EXIF").and_then(exif::orientation);
    let header = Header {
        orientation: exif.unwrap_or_default(),
        color: chunk(bytes, b"ICCP").map_or(Color::Unspecified, Color::of_profile),
        ..header
    };
    if container::is_plain(bytes) {
        return Ok(in_planes(header, reader, position, bytes));
    }
    // A frame or planes besides the raster, always with alpha.
    let besides = 5 * header.pixels();
    let decode: Decode<'a> = Box::new(move |_, _| whole(reader, &position, bytes));
    let opened = Opened::new(header, decode).with_memory(Memory::Whole { besides });
    let limits = *limits;
    Ok(match lossless::frame(bytes) {
        Some(frame) => lossless::by_rows(opened, bytes, frame),
        None => opened.with_order(move || in_order::of(bytes, limits)),
    })
}

/// One lossy picture. It is resized as it is decoded, so each size has pixels of its own.
fn in_planes<'a>(
    header: Header,
    reader: Reader<'a>,
    position: Position,
    bytes: &'a [u8],
) -> Opened<'a> {
    let size = reader.form.size;
    let decode: Decode<'a> = Box::new(move |plan, _| {
        if !planes::is_reduced(plan) {
            return whole(reader, &position, bytes);
        }
        drop(reader);
        let raster = planes::lossy(bytes, size, plan)?.ok_or_else(|| mixed(FORMAT))?;
        Ok(Decoded::Cropped(raster))
    });
    let memory = Memory::Own(Box::new(move |plan| planes::footprint(size, plan)));
    let detail = Box::new(|plan: &_| (!planes::is_reduced(plan)).then_some(Detail::Whole));
    Opened::new(header, decode)
        .with_memory(memory)
        .with_detail(detail)
}

/// Decodes all of it, which gets a note if its data goes on where its pixels end.
fn whole(reader: Reader<'_>, position: &Position, bytes: &[u8]) -> Result<Decoded, Error> {
    let pixels = reader.read()?;
    Ok(match rest::has_rest(bytes, position.get()) {
        true => pixels.damaged(Note::Damaged { percent: 100 }),
        false => pixels,
    })
}

/// A chunk, read here because the library would allocate whatever length the chunk states.
fn chunk<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let mut all = chunks::riff(bytes);
    Some(all.find(|(found, _)| *found == name)?.1)
}
