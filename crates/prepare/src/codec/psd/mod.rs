//! Photoshop documents, PSD and PSB (Adobe Photoshop File Formats Specification, 2019): the merged
//! picture, or the layers if it was saved without one.

mod fields;
mod in_order;
mod layers;
mod light;
mod mode;
mod outline;
mod pixels;
mod thumbnail;

use crate::codec::aspect;
use crate::codec::contract::{Decode, Footprint, Header, Memory, Opened};
use crate::color::{Color, Floats};
use crate::pixels::decoded::Decoded;
use crate::pixels::reduce::Reduced;
use crate::{Error, Format, Limits, Note, PictureError};
use fields::{number, resource, take};
use layers::{Layers, Refusal};
use light::Compression;
use mode::Mode;
pub(super) use outline::outline;
use pixels::{Pixels, is_uniform, read};

const FORMAT: Format = Format::Psd;
/// Identifier of the image resource that holds the profile.
const PROFILE: u16 = 1039;
/// The exponent that stands for the curve of sRGB (PNG third edition, 11.3.2.5).
const SRGB_EXPONENT: f64 = 0.45455;
/// Identifier of the image resource that names the index which is transparent.
const TRANSPARENT: u16 = 1047;
/// Identifier of the image resource with the shape of its pixels.
const ASPECT: u16 = 1064;
/// Identifier of the image resource that says whether there is a merged picture.
const VERSION: u16 = 1057;
/// The colour mode of gray that is printed in several inks.
const DUOTONE: u64 = 8;

/// Reads the sections before the merged picture.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let document = Document::read(bytes)?;
    let pixels = document.pixels;
    limits.check_picture(pixels.size, 1, 0)?;
    let color = match (resource(document.resources, PROFILE), pixels.mode) {
        (_, Mode::Lab) => Color::Lab,
        (Some(icc), _) if pixels.depth == 32 => color_of_light(icc),
        (Some(icc), _) => Color::of_profile(icc),
        (None, _) => Color::Unspecified,
    };
    if !document.has_picture() {
        match document.layers() {
            Ok(Some(layers)) => return Ok(of_layers(document, layers, color)),
            Ok(None) => {}
            Err(refusal) => {
                let refused = refuse(&refusal);
                let again = move || refuse(&refusal);
                let opened = thumbnail::open(document.resources, pixels.size, limits, again);
                return opened.ok_or(refused);
            }
        }
    }
    let header = Header {
        notes: document.notes().collect(),
        ..Header::new(pixels.size, pixels.memory(), color.clone())
    };
    let memory = match document.data.is_empty() {
        true => memory_in_order(pixels),
        false => Memory::Bands { rows: 1 },
    };
    let decode: Decode<'a> = Box::new(move |plan, _| {
        let Document { palette, data, .. } = document;
        let compression = pixels.compression(data, &color);
        let reduced = read(&pixels, (palette, data), compression, plan);
        let reduced = reduced.ok_or_else(|| truncated("inside its pixels"))?;
        Ok(noted(reduced, compression))
    });
    let opened = Opened::new(header, decode).with_memory(memory);
    Ok(opened.with_order(move || in_order::of(pixels)))
}

/// The memory of an outline, whose planes are reduced one by one: one is there beside the result.
fn memory_in_order<'a>(pixels: Pixels) -> Memory<'a> {
    let header = Header::new(pixels.size, pixels.memory(), Color::Unspecified);
    Memory::Own(Box::new(move |plan| {
        let bands = Memory::Bands { rows: 1 }.footprint(&header, plan);
        Footprint {
            decoding: bands.decoding + bands.decoded,
            ..bands
        }
    }))
}

/// The colours of light that is encoded with the curve of sRGB. The profile of a document with 32 bits is
/// usually a linear one, whose curve is undone then already.
fn color_of_light(icc: &[u8]) -> Color {
    match Floats::of_profile(icc) {
        Some(Floats::Light(chromaticities)) => Color::Gamma {
            exponent: SRGB_EXPONENT,
            chromaticities,
        },
        _ => Color::of_profile(icc),
    }
}

/// The pixels, with a note if their light was compressed.
fn noted(reduced: Reduced, compression: Option<Compression>) -> Decoded {
    let pixels = Decoded::Reduced(reduced);
    match compression {
        Some(compression) => pixels.damaged(compression.note()),
        None => pixels,
    }
}

/// Opens a document that has to be composed from its layers.
fn of_layers<'a>(document: Document<'a>, layers: Layers<'a>, color: Color) -> Opened<'a> {
    let pixels = document.pixels;
    let (width, height) = pixels.size;
    let depth = if pixels.depth > 8 { 2 } else { 1 };
    let pixel = (layers.layout().channels() * depth) as u64;
    let count = u64::from(width) * u64::from(height);
    let row = (u64::from(width) * pixel).max(1);
    let memory = Memory::Bands {
        rows: 1 + layers.memory(width).div_ceil(row),
    };
    let header = Header {
        notes: std::iter::once(Note::LayersComposed)
            .chain(document.notes())
            .collect(),
        ..Header::new(pixels.size, count.saturating_mul(pixel), color.clone())
    };
    let decode: Decode<'a> = Box::new(move |plan, _| {
        let (mut layers, mut compression) = (layers, None);
        if pixels.light_channels().is_some() {
            let found = layers.compression(pixels.size, &color);
            compression = found.ok_or_else(|| truncated("inside a layer"))?;
            // Layers can be read only once; they are opened again after the first ones are released.
            layers = match document.layers() {
                Ok(Some(layers)) => layers,
                Ok(None) => return Err(refuse(&Refusal::Damage)),
                Err(refusal) => return Err(refuse(&refusal)),
            };
        }
        let reduced = layers.reduce(height, compression, plan);
        let reduced = reduced.ok_or_else(|| truncated("inside a layer"))?;
        Ok(noted(reduced, compression))
    });
    Opened::new(header, decode).with_memory(memory)
}

struct Document<'a> {
    pixels: Pixels,
    is_duotone: bool,
    palette: &'a [u8],
    resources: &'a [u8],
    layers: &'a [u8],
    data: &'a [u8],
}

impl<'a> Document<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut rest = bytes;
        let mut next =
            |length| take(&mut rest, length).ok_or_else(|| truncated("before its pixels"));
        let head = next(26)?;
        let is_large = number(&head[4..6]) == 2;
        let mut section = |width| {
            let length = number(next(width)?);
            next(usize::try_from(length).unwrap_or(usize::MAX))
        };
        let palette = section(4)?;
        let resources = section(4)?;
        let layers = section(if is_large { 8 } else { 4 })?;
        let compression = number(next(2)?);
        let mode = mode(number(&head[24..26]))?;
        let depth = number(&head[22..24]);
        let is_depth = match mode {
            Mode::Bitmap => depth == 1,
            Mode::Indexed => depth == 8,
            _ => matches!(depth, 8 | 16 | 32),
        };
        // Photoshop writes no light as ink or Lab, so that nothing says how it is to be read.
        if depth == 32 && matches!(mode, Mode::Cmyk | Mode::Lab) {
            return Err(unsupported("32 bits in CMYK or Lab".into()));
        }
        if !is_depth || compression > 1 || (depth == 32 && compression == 1) {
            return Err(unsupported(format!(
                "{depth} bits with compression {compression}"
            )));
        }
        let channels = number(&head[12..14]) as usize;
        let colors = mode.channels();
        if channels < colors {
            return Err(malformed(format!(
                "{channels} channels where its colours take {colors}"
            )));
        }
        let pixels = Pixels {
            size: (number(&head[18..22]) as u32, number(&head[14..18]) as u32),
            mode,
            depth: depth as u32,
            channels,
            has_alpha: channels > colors && has_merged_alpha(layers, is_large),
            transparent: match mode {
                // A number that is no index means that none is.
                Mode::Indexed => resource(resources, TRANSPARENT)
                    .and_then(|index| index.get(..2))
                    .and_then(|index| u8::try_from(number(index)).ok()),
                _ => None,
            },
            is_packed: compression == 1,
            is_large,
        };
        Ok(Self {
            pixels,
            is_duotone: number(&head[24..26]) == DUOTONE,
            palette,
            resources,
            layers,
            data: rest,
        })
    }

    fn notes(&self) -> impl Iterator<Item = Note> {
        let inks = self.is_duotone.then(|| Note::ProfileIgnored {
            reason: "the inks of a duotone are not read, it is shown in gray".into(),
        });
        self.not_square().into_iter().chain(inks)
    }

    /// What to say if its pixels are not square: after a version, a double is their width, as multiple
    /// of their height.
    fn not_square(&self) -> Option<Note> {
        let ratio = resource(self.resources, ASPECT)?.get(4..)?;
        aspect::of_ratio(f64::from_be_bytes(*ratio.first_chunk()?))
    }

    /// Whether the merged picture shows the document. Programs that save only layers say so, or
    /// fill it with one colour; Photoshop can also draw a notice there.
    fn has_picture(&self) -> bool {
        let version = resource(self.resources, VERSION);
        let is_real = version.and_then(|version| version.get(4)) != Some(&0);
        is_real && !is_uniform(&self.pixels, self.data)
    }

    /// The layers; `None` if there are none.
    fn layers(&self) -> Result<Option<Layers<'a>>, Refusal> {
        let Pixels {
            mode,
            depth,
            is_large,
            ..
        } = self.pixels;
        Layers::read(self.layers, mode, depth as usize, is_large)
    }
}

fn refuse(refusal: &Refusal) -> Error {
    match refusal {
        Refusal::Obstacle(what) => unsupported(format!(
            "a document saved without a merged picture, with {what} in its layers: save it again with \"Maximize Compatibility\""
        )),
        Refusal::Damage => malformed("its layers are inconsistent".into()),
    }
}

fn mode(code: u64) -> Result<Mode, Error> {
    Ok(match code {
        0 => Mode::Bitmap,
        1 | DUOTONE => Mode::Gray, // as the specification wants it to be shown
        2 => Mode::Indexed,
        3 => Mode::Rgb,
        4 => Mode::Cmyk,
        9 => Mode::Lab,
        _ => return Err(unsupported(format!("colour mode {code}"))),
    })
}

/// Whether the first extra channel is the transparency of the merged picture, which a negative
/// number of layers means. Otherwise it is a mask or a spot colour.
fn has_merged_alpha(layers: &[u8], is_large: bool) -> bool {
    let length = if is_large { 8 } else { 4 };
    layers
        .get(length..length + 2)
        .is_some_and(|count| number(count) >= 0x8000)
}

fn unsupported(feature: String) -> Error {
    PictureError::Unsupported {
        format: FORMAT,
        feature,
    }
    .into()
}

fn malformed(detail: String) -> Error {
    PictureError::Malformed {
        format: FORMAT,
        detail,
    }
    .into()
}

fn truncated(place: &str) -> Error {
    let detail = format!("the file ends {place}");
    PictureError::Truncated {
        format: FORMAT,
        detail,
    }
    .into()
}
