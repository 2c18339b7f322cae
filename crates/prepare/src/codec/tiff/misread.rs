//! Finds what the `tiff` crate would decode wrongly without an error.

use super::form::{
    Form, Number, Photometric, has_complex_samples, has_other_inks, has_tags_of_sgi, is_predictable,
};
use super::segment;
use crate::codec::ifd::{Directory, tag};
use crate::codec::jpeg;

/// Values of Compression.
const LZW: usize = 5;
const JPEG: usize = 7;

/// What the crate would decode wrongly; `form` is what the decoder beside it makes of the tags.
pub(super) fn feature(directory: &Directory<'_>, form: Option<&Form>) -> Option<String> {
    let feature = if form.is_some_and(is_signed) {
        "signed numbers"
    } else if form.is_some_and(Form::is_chunky_ycbcr) {
        "YCbCr of that range or subsampling"
    } else if is_reversed(directory) {
        "bits in reversed order"
    } else if is_named_predicted(directory) {
        "prediction beside its compression"
    } else if is_predicted_beside_others(directory) {
        "prediction with several extra samples"
    } else if is_jpeg_of_two(directory) {
        "JPEG compression of 2 channels"
    } else if is_old_lzw(directory) {
        "LZW of before TIFF 6.0"
    } else if form.is_some() && is_lossless_jpeg(directory) {
        "lossless JPEG"
    } else if has_complex_samples(directory) {
        "complex numbers"
    } else if has_other_inks(directory) {
        "inks other than cyan, magenta, yellow and black"
    } else if has_tags_of_sgi(directory) {
        "samples described by SGI's tags"
    } else if has_later_alpha(directory) {
        "alpha after another extra sample"
    } else {
        return None;
    };
    Some(feature.into())
}

fn is_signed(form: &Form) -> bool {
    form.number == Number::Signed && form.photometric != Photometric::Lab
}

/// Whether the bits of each byte are stored in reversed order: of compressed data too, as libtiff
/// has it, but not of JPEG.
fn is_reversed(directory: &Directory<'_>) -> bool {
    let compression = directory.number(tag::COMPRESSION);
    directory.number(tag::FILL_ORDER) == Some(2) && !matches!(compression, Some(6 | JPEG))
}

/// Whether the tag of prediction means nothing beside the compression: the crate would undo what was not done.
fn is_named_predicted(directory: &Directory<'_>) -> bool {
    let compression = directory.number(tag::COMPRESSION).unwrap_or(1);
    directory
        .number(tag::PREDICTOR)
        .is_some_and(|number| number != 1)
        && !is_predictable(compression)
}

/// Whether samples are predicted from the pixel before, which the crate looks for at the wrong
/// place if there are extra samples that it does not count.
fn is_predicted_beside_others(directory: &Directory<'_>) -> bool {
    let number = |tag, default| directory.number(tag).unwrap_or(default);
    let colors = match number(tag::PHOTOMETRIC, 1) {
        2 | 6 | 8 | 9 => 3,
        5 => 4,
        _ => return false,
    };
    let counted = match directory.number(tag::EXTRA_SAMPLES) {
        Some(0) => colors,
        _ => colors + 1,
    };
    let is_chunky = number(tag::PLANAR, 1) != 2;
    number(tag::PREDICTOR, 1) != 1 && is_chunky && number(tag::SAMPLES, 1) > counted
}

/// Whether alpha is not the first sample after the colours; the crate takes the first for it.
fn has_later_alpha(directory: &Directory<'_>) -> bool {
    let mut kinds = directory.values(tag::EXTRA_SAMPLES);
    kinds.position(|kind| matches!(kind, 1 | 2)) > Some(0)
}

/// Whether a JPEG contains gray and alpha together.
fn is_jpeg_of_two(directory: &Directory<'_>) -> bool {
    directory.number(tag::COMPRESSION) == Some(JPEG)
        && directory.number(tag::SAMPLES) == Some(2)
        && directory.number(tag::PLANAR) != Some(2)
}

/// Whether the first strip or tile has the LZW of before TIFF 6.0.
fn is_old_lzw(directory: &Directory<'_>) -> bool {
    let first = directory.number(tag::STRIP_OFFSETS);
    let first = first.or_else(|| directory.number(tag::TILE_OFFSETS));
    directory.number(tag::COMPRESSION) == Some(LZW)
        && first
            .and_then(|first| directory.data(first, 2))
            .is_some_and(segment::is_old_lzw)
}

/// Whether the first strip or tile is a lossless JPEG that can be decoded.
fn is_lossless_jpeg(directory: &Directory<'_>) -> bool {
    let first = |offsets, lengths| {
        let length = directory.number(lengths).unwrap_or(usize::MAX);
        directory.data(directory.number(offsets)?, length)
    };
    let data = first(tag::STRIP_OFFSETS, tag::STRIP_BYTES)
        .or_else(|| first(tag::TILE_OFFSETS, tag::TILE_BYTES));
    directory.number(tag::COMPRESSION) == Some(JPEG)
        && data.is_some_and(jpeg::lossless::is_lossless)
}
