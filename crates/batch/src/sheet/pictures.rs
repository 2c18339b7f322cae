//! The sheet as pictures, for mails and terminals: pages of 1600 x 1600 pixels, the second of which
//! is named `sheet-2.png`.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use avatar_prepare::{Limits, Preparer, Settings};

use super::entry::Entry;
use super::form::Form;
use super::svg;
use crate::error::CliError;
use crate::files::foreign::refuse_foreign;
use crate::files::publish::publish;

/// Stands in each page with its number, so that a later run recognises it, and does not take the first page of
/// another sheet for the second of its own.
fn mark(number: usize) -> String {
    format!("avatar-prep contact sheet, page {number}.")
}

/// More bytes than there are before the mark.
const HEAD: u64 = 256;
/// The start of a JPEG page: SOI and APP0, which the mark follows as a comment.
const START: usize = 20;

/// Writes all pages, and removes those that a longer sheet at this path had behind them. Returns warnings about
/// files in their place that are no pages.
pub(super) fn write(
    path: &Path,
    form: Form,
    entries: &[Entry],
    is_round: bool,
) -> io::Result<Vec<String>> {
    let settings = Settings::default()
        .with_edge(svg::EDGE)
        .and_then(|it| it.with_quality(90..=95))
        .and_then(|it| it.with_max_bytes(16_000_000));
    let settings = settings.map_err(io::Error::other)?;
    let mut preparer = Preparer::new(settings, Limits::default());
    let count = entries.len().div_ceil(svg::ON_A_PAGE).max(1);
    for number in 1..=count {
        check(&numbered(path, number), number).map_err(io::Error::other)?;
    }
    for number in 1..=count {
        let shown = entries.chunks(svg::ON_A_PAGE).nth(number - 1);
        let drawing = svg::page(shown.unwrap_or_default(), is_round, number, count);
        let page = preparer.prepare(drawing.as_bytes());
        let page = page.map_err(io::Error::other)?.into_bytes();
        let page = match form {
            Form::Png => png(&page, number)?,
            Form::Html | Form::Jpeg => marked(&page, number),
        };
        publish(&numbered(path, number), &page)?;
    }
    remove_after(path, count)
}

/// Refuses a page in place of a file that is not the page with this number of a sheet.
pub(super) fn check(path: &Path, number: usize) -> Result<(), CliError> {
    refuse_foreign("--sheet", path, |head| is_marked(head, number))
}

/// Removes the pages after the last one, up to the first number that no page has.
fn remove_after(path: &Path, last: usize) -> io::Result<Vec<String>> {
    for number in last + 1.. {
        let page = numbered(path, number);
        match is_page(&page, number) {
            Ok(true) => fs::remove_file(&page)?,
            Ok(false) => {
                let page = page.display();
                return Ok(vec![format!("{page} is no page of this contact sheet")]);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => break,
            Err(error) => return Err(error),
        }
    }
    Ok(Vec::new())
}

/// Whether a file is the page with this number of a sheet.
fn is_page(path: &Path, number: usize) -> io::Result<bool> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    Ok(is_marked(&head, number))
}

fn is_marked(head: &[u8], number: usize) -> bool {
    let mark = mark(number);
    head.windows(mark.len()).any(|part| part == mark.as_bytes())
}

/// A JPEG with the mark as its comment.
fn marked(page: &[u8], number: usize) -> Vec<u8> {
    let (start, rest) = page.split_at(START.min(page.len()));
    let mark = mark(number);
    let length = (mark.len() as u16 + 2).to_be_bytes();
    [start, &[0xff, 0xfe], &length, mark.as_bytes(), rest].concat()
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
fn png(page: &[u8], number: usize) -> io::Result<Vec<u8>> {
    let options = zune_jpeg::zune_core::options::DecoderOptions::default()
        .jpeg_set_out_colorspace(zune_jpeg::zune_core::colorspace::ColorSpace::RGB);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(io::Cursor::new(page), options);
    let pixels = decoder.decode().map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, svg::EDGE, svg::EDGE);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mark = encoder.add_text_chunk("Software".into(), mark(number));
    mark.map_err(io::Error::other)?;
    let mut writer = encoder.write_header().map_err(io::Error::other)?;
    writer.write_image_data(&pixels).map_err(io::Error::other)?;
    writer.finish().map_err(io::Error::other)?;
    Ok(bytes)
}
