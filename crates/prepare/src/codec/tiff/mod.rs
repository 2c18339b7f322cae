//! TIFF, by two decoders. The `tiff` crate ([`baseline`]) decodes common files, some rows at a time.
//! The variants that it does not support or misreads are decoded here, the whole picture at once:
//! fax, LZMA and WebP compression, JPEG of all three kinds, small palettes, gray with alpha, Lab, wide
//! integers and floats, separate planes, and what the crate decodes wrongly ([`misread`]).
//!
//! JPEG strips and tiles of the usual kinds are decoded by `avatar-jpeg` ([`jpegs`]).
//!
//! [`open`] asks the crate first and decides by the tags and by its errors. Of the decoder here, `form`
//! interprets the tags, `compression` decompresses strips and tiles, and `samples` makes pixels of them.
//! [`ifd`](super::ifd) reads the directories.

pub(super) mod baseline;
mod chroma;
mod compression;
mod data;
mod form;
mod joined;
mod jpeg_end;
mod jpegs;
mod misread;
mod old_jpeg;
mod samples;
mod segment;

use crate::codec::contract::{Decode, Header, Memory, Opened};
use crate::codec::damage;
use crate::codec::ifd::{Directory, Tiff, tag};
use crate::codec::jpeg;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::Raster;
use crate::{Error, Format, Limits, Note, Orientation, PictureError, Plan};
use compression::Unpacked;
use form::{Form, Photometric};
use jpegs::{Jpegs, Refused};

const FORMAT: Format = Format::Tiff;
/// Most memory for the pixels of a damaged file, in bytes.
const MOST_TO_MEND: u64 = 1 << 26;

/// Reads the directory of the first picture in full resolution.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let file = Tiff::new(bytes);
    let Some((file, main)) = file.and_then(|file| Some((file, file.main()?))) else {
        return baseline::open(bytes, limits);
    };
    let directory = file.at(main);
    let library = baseline::open_at(bytes, main, limits);
    let form = Form::read(&directory);
    match library {
        Ok(_) if let Some(feature) = misread::feature(&directory, form.as_ref()) => {
            own(directory, limits, feature)
        }
        Err(Error::Picture(PictureError::Unsupported { feature, .. })) => {
            own(directory, limits, feature)
        }
        // The crate can be strict about tags that do not matter here.
        Err(Error::Picture(PictureError::Malformed { format, detail })) => {
            own(directory, limits, detail.clone())
                .map_err(|_| PictureError::Malformed { format, detail }.into())
        }
        // The crate accepts its header, but possibly not its compression.
        Ok(opened) => {
            let jpegs = form.as_ref();
            let jpegs = jpegs.and_then(|form| Jpegs::of(file.at(main), form));
            Ok(by_library(opened, jpegs, directory, form, limits))
        }
        error => error,
    }
}

/// Decodes a picture with the crate, unless its compression is one of ours, its decoders are faster, or the
/// crate refuses its pixels.
fn by_library<'a>(
    opened: Opened<'a>,
    jpegs: Option<Jpegs<'a>>,
    directory: Directory<'a>,
    form: Option<Form>,
    limits: &Limits,
) -> Opened<'a> {
    let Opened {
        header,
        memory,
        decode,
        in_order,
        ..
    } = opened;
    let compression = directory.number(tag::COMPRESSION);
    // A damaged picture is decoded as a whole, so this is done only if it needs little
    // memory.
    let whole = form.as_ref().map(Form::memory);
    let mending = whole.filter(|&whole| whole <= MOST_TO_MEND).unwrap_or(0);
    if let Some(form) = compression.filter(is_ours).and(form) {
        let memory = Memory::Peak(form.memory());
        let limits = *limits;
        // The crate would refuse it, and not always with the right reason.
        let decode: Decode<'a> = Box::new(move |plan, scratch| {
            let own = own(directory, &limits, "its compression".into())?;
            (own.decode)(plan, scratch)
        });
        return Opened::new(header, decode).with_memory(memory);
    }
    let limits = *limits;
    let decode: Decode<'a> = Box::new(move |plan, scratch| match decode(plan, scratch) {
        Err(Error::Picture(PictureError::Unsupported { feature, .. })) => {
            let own = own(directory, &limits, feature)?;
            (own.decode)(plan, scratch)
        }
        Err(
            refused @ Error::Picture(
                PictureError::Malformed { .. } | PictureError::Truncated { .. },
            ),
        ) if mending > 0 && plan.mends => match own(directory, &limits, String::new()) {
            Ok(own) => (own.decode)(plan, scratch),
            Err(_) => Err(refused),
        },
        result => result,
    });
    let (memory, decode) = match jpegs {
        Some(jpegs) => (jpegs.memory(memory, &header), faster(jpegs, decode)),
        None => (memory, decode),
    };
    let opened = Opened::new(header, decode).with_memory(memory);
    Opened {
        mending,
        in_order,
        ..opened
    }
}

/// Decodes JPEG strips and tiles, and those that are refused by the other decoders. They do not notice all
/// damage inside a JPEG.
fn faster<'a>(jpegs: Jpegs<'a>, other: Decode<'a>) -> Decode<'a> {
    Box::new(move |plan, scratch| match jpegs.decode(plan, scratch) {
        Ok(planes) => Ok(Decoded::Planes(planes)),
        Err(Refused::Kind) => other(plan, scratch),
        Err(Refused::Damage) => Ok(match other(plan, scratch)? {
            noted @ Decoded::Damaged { .. } => noted,
            pixels => pixels.damaged(Note::Damaged { percent: 100 }),
        }),
    })
}

/// Whether this compression is decoded here: fax, LZMA and WebP.
fn is_ours(compression: &usize) -> bool {
    matches!(*compression, 2..=4 | 34_925 | 50_001)
}

/// Opens the picture with the decoder of this module; `feature` is what the crate does not support,
/// according to its error.
fn own<'a>(
    directory: Directory<'a>,
    limits: &Limits,
    feature: String,
) -> Result<Opened<'a>, Error> {
    let orientation = directory.number(tag::ORIENTATION);
    let orientation = orientation.and_then(|value| Orientation::from_exif(value as u32));
    let unsupported = PictureError::Unsupported {
        format: FORMAT,
        feature,
    };
    let form = Form::read(&directory);
    if let Some(mut opened) = whole_jpeg(&directory, form.as_ref(), limits) {
        opened.header.orientation = orientation.unwrap_or_default();
        return Ok(opened);
    }
    let form = form.ok_or(unsupported)?;
    if let Some(name) = segment::unknown(form.compression) {
        let (format, feature) = (FORMAT, format!("{name} compression"));
        return Err(PictureError::Unsupported { format, feature }.into());
    }
    if let Some(channels) = form.channels_of_jpeg() {
        let feature = format!("JPEG compression of {channels} channels");
        let format = FORMAT;
        return Err(PictureError::Unsupported { format, feature }.into());
    }
    limits.check_picture(form.size, 1, form.memory())?;
    let color = match (form.photometric, directory.bytes(tag::ICC)) {
        (Photometric::Lab, _) => Color::Lab,
        (_, Some(icc)) => Color::of_profile(icc),
        (_, None) => Color::Unspecified,
    };
    let header = Header {
        orientation: orientation.unwrap_or_default(),
        ..Header::new(form.size, form.memory(), color)
    };
    let memory = Memory::Peak(form.memory());
    let decode: Decode<'a> = Box::new(move |plan, _| decoded(&form, &directory, plan));
    Ok(Opened::new(header, decode).with_memory(memory))
}

/// Decompresses the picture; rows that are missing become gray.
fn decoded(form: &Form, directory: &Directory<'_>, plan: &Plan) -> Result<Decoded, Error> {
    let Unpacked {
        planes,
        lost,
        damage,
        is_doubtful,
    } = compression::planes(form, directory).map_err(refuse)?;
    let crop = plan.crop();
    let shown = lost
        .get(crop.y as usize..(crop.y + crop.height) as usize)
        .unwrap_or_default();
    let gray = |raster: &mut Raster, lost: &[bool]| {
        for (row, _) in lost.iter().enumerate().filter(|(_, lost)| **lost) {
            damage::gray(raster, row..row + 1);
        }
    };
    let mismatch = || refuse("its pixels do not match its header".into());
    let pixels = match samples::ycbcr(form, &planes) {
        Some(picture) => {
            let mut raster = picture.into_raster(plan)?;
            gray(&mut raster, shown);
            Decoded::Cropped(raster)
        }
        None if form.is_linear() => {
            let linear = samples::linear(form, &planes, &lost);
            data::light_or_data(linear.ok_or_else(mismatch)?)
        }
        None => {
            let raster = samples::raster(form, directory, &planes);
            let mut raster = raster.ok_or_else(mismatch)?.without_void();
            gray(&mut raster, &lost);
            Decoded::Raster(raster)
        }
    };
    let Some(damage) = damage else {
        return Ok(pixels);
    };
    let missing = shown.iter().filter(|lost| **lost).count() as f64;
    let share = 1.0 - missing / shown.len().max(1) as f64;
    Ok(pixels.damaged(match is_doubtful && missing == 0.0 {
        true => Note::Damaged { percent: 100 },
        false => damage.accept(FORMAT, share)?,
    }))
}

/// Opens a JPEG of the whole picture, as old files can contain it.
fn whole_jpeg<'a>(
    directory: &Directory<'a>,
    form: Option<&Form>,
    limits: &Limits,
) -> Option<Opened<'a>> {
    let (opened, _) = jpeg::open_preview(directory.preview()?, limits).ok()?;
    let size = (opened.header.width, opened.header.height);
    let stated = || {
        Some((
            directory.number(tag::WIDTH)? as u32,
            directory.number(tag::HEIGHT)? as u32,
        ))
    };
    (form.map(|form| form.size).or_else(stated)? == size).then_some(opened)
}

fn refuse(detail: String) -> Error {
    PictureError::Malformed {
        format: FORMAT,
        detail,
    }
    .into()
}
