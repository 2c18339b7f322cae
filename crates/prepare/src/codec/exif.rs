//! Reads the EXIF tags that are used: orientation, the subject area, the camera's colours and maker.

use exif::{Context, Exif, In, Reader, Tag, Value};

use crate::Orientation;

/// The orientation that an EXIF block states (TIFF header first, `Exif\0\0` allowed before it).
/// Damaged blocks are read as far as possible; `None` if the tag is missing or out of range.
pub(crate) fn orientation(block: &[u8]) -> Option<Orientation> {
    let parsed = parse(block)?;
    let field = parsed.get_field(Tag::Orientation, In::PRIMARY)?;
    Orientation::from_exif(first(&field.value)?)
}

/// The centre of the subject area in an EXIF block, as shares of the sides of the stored picture, which
/// has this size. The area is a point, a circle or a rectangle, and all of these start with their
/// centre. It is in pixels of the picture that the block was written for, whose size the block can
/// state: a picture that was reduced since has the same shape, and for another shape the area means
/// nothing.
pub(crate) fn subject_area(block: &[u8], (width, height): (u32, u32)) -> Option<(f64, f64)> {
    let parsed = parse(block)?;
    let number = |tag| first(&parsed.get_field(tag, In::PRIMARY)?.value).filter(|n| *n > 0);
    let size = match (number(Tag::PixelXDimension), number(Tag::PixelYDimension)) {
        (Some(across), Some(down)) => (f64::from(across), f64::from(down)),
        _ => (f64::from(width), f64::from(height)),
    };
    if !is_same_shape(size, (width, height)) {
        return None;
    }
    let field = parsed.get_field(Tag::SubjectArea, In::PRIMARY)?;
    let (x, y) = (field.value.get_uint(0)?, field.value.get_uint(1)?);
    Some((f64::from(x) / size.0, f64::from(y) / size.1))
}

/// Whether one size is the other one enlarged or reduced, where each side may be rounded to a whole
/// number of pixels.
pub(crate) fn is_same_shape(one: (f64, f64), other: (u32, u32)) -> bool {
    let other = (f64::from(other.0), f64::from(other.1));
    let longest = one.0.max(one.1).max(other.0).max(other.1);
    (one.0 * other.1 - one.1 * other.0).abs() <= longest
}

/// The first of a field's whole numbers. Some programs write signed ones, against the standard.
fn first(value: &Value) -> Option<u32> {
    let signed = match value {
        Value::SByte(values) => i32::from(*values.first()?),
        Value::SShort(values) => i32::from(*values.first()?),
        Value::SLong(values) => *values.first()?,
        _ => return value.get_uint(0),
    };
    signed.try_into().ok()
}

/// Whether the colours are Adobe RGB: the optional colour space of DCF 2.0, for which cameras write
/// no profile.
pub(crate) fn is_adobe_rgb(block: &[u8]) -> bool {
    const SRGB: u32 = 1;
    /// Not in the standard, but some cameras write it.
    const ADOBE_RGB: u32 = 2;
    let Some(parsed) = parse(block) else {
        return false;
    };
    let space = parsed.get_field(Tag::ColorSpace, In::PRIMARY);
    let space = space.and_then(|field| first(&field.value));
    let index = parsed.get_field(Tag::InteroperabilityIndex, In::PRIMARY);
    let is_option = index.is_some_and(|field| match &field.value {
        Value::Ascii(texts) => texts.first().is_some_and(|text| text.starts_with(b"R03")),
        Value::Undefined(bytes, _) => bytes.starts_with(b"R03"),
        _ => false,
    });
    space == Some(ADOBE_RGB) || is_option && space != Some(SRGB)
}

/// Whether an EXIF block says where the picture was taken: whether it has any field about the position,
/// even an incomplete one. The block is as in a JPEG or PNG: a TIFF header first, `Exif\0\0` allowed
/// before it. Damaged blocks are read as far as possible.
#[must_use]
pub fn exif_names_a_place(block: &[u8]) -> bool {
    let is_position = |field: &exif::Field| field.tag.context() == Context::Gps;
    parse(block).is_some_and(|parsed| parsed.fields().any(is_position))
}

/// Whether the block names the manufacturer of a camera.
pub(crate) fn has_maker(block: &[u8]) -> bool {
    parse(block).is_some_and(|parsed| parsed.get_field(Tag::Make, In::PRIMARY).is_some())
}

fn parse(block: &[u8]) -> Option<Exif> {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    Reader::new()
        .continue_on_error(true)
        .read_raw(tiff.to_vec())
        .or_else(|error| error.distill_partial_result(|_| ()))
        .ok()
}
