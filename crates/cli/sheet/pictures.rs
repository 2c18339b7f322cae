//! The sheet as pictures, for mails and terminals: pages of 1600 x 1600 pixels, the second of which
//! is named `sheet-2.png`.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use avatar_prepare::{Limits, Preparer, Settings};

use super::entry::Entry;
use super::form::Form;
use super::svg;
use crate::files::publish::publish;

/// Writes all pages.
pub(super) fn write(path: &Path, form: Form, entries: &[Entry], is_round: bool) -> io::Result<()> {
    let settings = Settings::default()
        .with_edge(svg::EDGE)
        .and_then(|it| it.with_quality(90..=95))
        .and_then(|it| it.with_max_bytes(16_000_000));
    let settings = settings.map_err(io::Error::other)?;
    let mut preparer = Preparer::new(settings, Limits::default());
    let count = entries.len().div_ceil(svg::ON_A_PAGE).max(1);
    for number in 1..=count {
        let shown = entries.chunks(svg::ON_A_PAGE).nth(number - 1);
        let drawing = svg::page(shown.unwrap_or_default(), is_round, number, count);
        let page = preparer.prepare(drawing.as_bytes());
        let page = page.map_err(io::Error::other)?.into_bytes();
        let page = match form {
            Form::Png => png(&page)?,
            Form::Html | Form::Jpeg => page,
        };
        publish(&numbered(path, number), &page)?;
    }
    Ok(())
}

/// The path of a page: the first has the name that was asked for.
fn numbered(path: &Path, number: usize) -> PathBuf {
    if number == 1 {
        return path.into();
    }
    let mut name = OsString::from(path.file_stem().unwrap_or_default());
    name.push(format!("-{number}."));
    name.push(path.extension().unwrap_or_default());
    path.with_file_name(name)
}

/// A page as a PNG.
fn png(page: &[u8]) -> io::Result<Vec<u8>> {
    let options = zune_jpeg::zune_core::options::DecoderOptions::default()
        .jpeg_set_out_colorspace(zune_jpeg::zune_core::colorspace::ColorSpace::RGB);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(io::Cursor::new(page), options);
    let pixels = decoder.decode().map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, svg::EDGE, svg::EDGE);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(io::Error::other)?;
    writer.write_image_data(&pixels).map_err(io::Error::other)?;
    writer.finish().map_err(io::Error::other)?;
    Ok(bytes)
}
