//! Which picture of an OpenEXR is read, and those whose channels all belong to named layers, such as
//! `beauty.R`, as renderers write them. The decoder of `image` only reads channels without a layer.

use std::io::{Cursor, ErrorKind};

use exr::image::read::image::ReadLayers;
use exr::image::read::layers::ReadChannels;
use exr::image::read::specific_channels::ReadSpecificChannel;
use exr::math::Vec2;
use exr::meta::BlockDescription;
use exr::meta::header::Header as Part;

use super::chromaticities::chromaticities;
use super::exr_names::Names;
use crate::codec::aspect;
use crate::codec::contract::{Decode, Header, Memory, Opened, ends_inside};
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::linear_image::LinearImage;
use crate::pixels::raster::{Alpha, Layout};
use crate::{Error, Format, Limits, Note, PictureError};

const FORMAT: Format = Format::Exr;

/// Names of the layer that shows the whole scene, in Blender, Nuke and renderers.
const WHOLE: [&str; 6] = ["combined", "beauty", "rgba", "rgb", "composite", "main"];

/// The picture that is read of a file.
pub(super) struct Picture {
    /// Its channels; `None` if they are red, green and blue outside layers, as the library reads them.
    layer: Option<Layer>,
    /// What to say if something else in the file could be the picture.
    note: Option<Note>,
    /// Width of a pixel, as multiple of its height.
    aspect: f32,
    /// Size of the stored pixels, which can exceed what is to be shown.
    stored: (u32, u32),
    /// Bytes besides for the blocks in which they are stored.
    blocks: u64,
}

/// A layer that is read.
struct Layer {
    /// The channels of red, green and blue, which are the same if it is gray.
    channels: [String; 3],
    /// The channel of its alpha.
    alpha: Option<String>,
    /// Size of what is to be shown, and where the stored pixels begin in it.
    size: (usize, usize),
    offset: (i32, i32),
}

impl Picture {
    /// Chooses the picture; `None` if the file cannot be read.
    pub(super) fn find(bytes: &[u8]) -> Option<Result<Self, Error>> {
        let reader = exr::block::read(Cursor::new(bytes), false).ok()?;
        let found = Self::among(reader.headers());
        Some(found.ok_or_else(|| {
            let channels = reader.headers().iter().flat_map(|part| &part.channels.list);
            super::exr::no_picture(channels.map(|channel| channel.name.bytes()))
        }))
    }

    /// Chooses the picture; `None` if no channels make up one.
    fn among(parts: &[Part]) -> Option<Self> {
        let parts = parts.iter().filter(|part| !part.deep);
        let parts: Vec<(&Part, Names)> = parts.map(|part| (part, names(part).collect())).collect();
        let outside = || parts.iter().filter(|(_, names)| names.has_colors(""));
        if let Some((part, _)) = outside().next() {
            let name = part.own_attributes.layer_name.as_ref();
            let name = name.map_or_else(|| "1".into(), ToString::to_string);
            return Some(Self::of(part, None, note(name, outside().count())));
        }
        let mut all: Vec<Named<'_>> = parts
            .iter()
            .flat_map(|(part, all)| {
                let layers =
                    names(part).filter_map(|name| all.layer_of_red(&name).map(String::from));
                layers.map(move |name| (*part, all, name))
            })
            .collect();
        let all_gray = all.is_empty();
        if all_gray {
            let gray = parts.iter().flat_map(|(part, names)| {
                let names_of = names.luminances().into_iter();
                names_of.map(move |name| (*part, names, name))
            });
            all.extend(gray);
        }
        let (part, names, name) = chosen(&all)?;
        let gray = parts.iter().map(|(_, names)| names.luminances().len());
        let gray = match all_gray {
            true => 0,
            false => gray.sum(),
        };
        let start = part.own_attributes.layer_position;
        let shown = part.shared_attributes.display_window;
        let start = start - shown.position;
        // Alpha outside layers belongs to all of them.
        let alpha = names.named(&format!("{name}A"));
        let layer = Layer {
            channels: names.colors(name).or_else(|| names.gray(name))?,
            alpha: alpha.or_else(|| names.named("A")),
            size: (shown.size.width(), shown.size.height()),
            offset: (start.x(), start.y()),
        };
        Some(Self::of(
            part,
            Some(layer),
            note(name.trim_end_matches('.').into(), all.len() + gray),
        ))
    }

    fn of(part: &Part, layer: Option<Layer>, note: Option<Note>) -> Self {
        let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let area = |size: Vec2<usize>| (size.x() as u64).saturating_mul(size.y() as u64);
        let stored = part.layer_size;
        let block = match part.blocks {
            BlockDescription::Tiles(tiles) => area(tiles.tile_size),
            BlockDescription::ScanLines => {
                let rows = part.compression.scan_lines_per_block();
                area(Vec2(stored.x(), rows))
            }
        };
        let pixel = part.channels.bytes_per_pixel as u64;
        Self {
            layer,
            note,
            aspect: part.shared_attributes.pixel_aspect,
            stored: (side(stored.x()), side(stored.y())),
            // A block compressed, unpacked and sorted by channel, and its values.
            blocks: block.min(area(stored)).saturating_mul(4 * pixel),
        }
    }

    /// Checks the stored pixels. Opens a layer here, and a picture outside layers with `library`.
    pub(super) fn open<'a>(
        self,
        bytes: &'a [u8],
        limits: &Limits,
        library: impl FnOnce() -> Result<Opened<'a>, Error>,
    ) -> Result<Opened<'a>, Error> {
        // Of these bytes, a quarter are the values; the others are granted, and not limited.
        limits.check_picture(self.stored, 1, self.blocks / 4)?;
        let mut opened = match self.layer {
            Some(layer) => layer.open(bytes, limits)?,
            None => library()?,
        };
        let not_square = aspect::of_ratio(self.aspect.into());
        opened.header.notes.extend(self.note);
        opened.header.notes.extend(not_square);
        if let Memory::Whole { besides } = &mut opened.memory {
            *besides = besides.saturating_add(self.blocks);
        }
        Ok(opened)
    }
}

fn names(part: &Part) -> impl Iterator<Item = String> {
    let all = part.channels.list.iter();
    all.map(|channel| channel.name.to_string())
}

/// A layer of a part: how the names of its channels begin, with a dot at the end unless they are outside layers.
type Named<'a> = (&'a Part, &'a Names, String);

/// What to say if there are several pictures.
fn note(layer: String, count: usize) -> Option<Note> {
    let layers = u32::try_from(count).unwrap_or(u32::MAX);
    (count > 1).then_some(Note::LayerChosen { layer, layers })
}

/// A layer whose name ends like one of the whole scene, or has such a part elsewhere, as with views, or
/// else the first one.
fn chosen<'a>(all: &'a [Named<'a>]) -> Option<&'a Named<'a>> {
    let is_whole = |part: &str| WHOLE.contains(&part.to_lowercase().as_str());
    let ends_whole =
        |(_, _, name): &&Named<'_>| name.trim_end_matches('.').rsplit('.').take(1).any(is_whole);
    let has_whole = |(_, _, name): &&Named<'_>| name.split('.').any(is_whole);
    let found = all.iter().find(ends_whole);
    found.or_else(|| all.iter().find(has_whole)).or(all.first())
}

impl Layer {
    fn open<'a>(self, bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
        let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let size = (side(self.size.0), side(self.size.1));
        let layout = match self.alpha.is_some() {
            true => Layout::Rgba,
            false => Layout::Rgb,
        };
        let samples = u64::from(size.0)
            .saturating_mul(size.1.into())
            .saturating_mul(layout.channels() as u64);
        let decoded_bytes = samples.saturating_mul(4);
        limits.check_picture(size, 1, decoded_bytes)?;
        let header = Header::new(size, decoded_bytes, Color::Unspecified);
        let decode: Decode<'a> = Box::new(move |_, _| {
            let samples = self.read(bytes, layout.channels()).map_err(refuse)?;
            Ok(Decoded::Linear(LinearImage {
                size,
                layout,
                alpha: Alpha::Premultiplied,
                samples,
                chromaticities: chromaticities(FORMAT, bytes),
            }))
        });
        let besides = decoded_bytes;
        Ok(Opened::new(header, decode).with_memory(Memory::Whole { besides }))
    }

    fn read(&self, bytes: &[u8], channels: usize) -> Result<Vec<f32>, exr::error::Error> {
        let ((width, height), (left, top)) = (self.size, self.offset);
        let text = |name: &str| exr::meta::attribute::Text::from(name);
        let [red, green, blue] = self.channels.each_ref().map(|name| text(name));
        // Without alpha, a name that no channel has.
        let alpha = text(self.alpha.as_deref().unwrap_or_default());
        let place = move |at: Vec2<usize>| {
            let x = usize::try_from(i64::try_from(at.x()).ok()? + i64::from(left)).ok()?;
            let y = usize::try_from(i64::try_from(at.y()).ok()? + i64::from(top)).ok()?;
            (x < width && y < height).then_some((y * width + x) * channels)
        };
        let set = move |samples: &mut Vec<f32>, at: Vec2<usize>, (r, g, b, a): Pixel| {
            let pixel = place(at).and_then(|start| samples.get_mut(start..start + channels));
            let values = [r, g, b, a];
            pixel
                .into_iter()
                .flatten()
                .zip(values)
                .for_each(|(to, from)| *to = from);
        };
        let channels_of = exr::image::read::read()
            .no_deep_data()
            .largest_resolution_level()
            .specific_channels();
        // The library takes each name once.
        if red == green {
            let gray = move |samples: &mut Vec<f32>, at: Vec2<usize>, (y, a): (f32, f32)| {
                set(samples, at, (y, y, y, a));
            };
            let image = channels_of
                .required(red)
                .optional(alpha, 1.0f32)
                .collect_pixels(move |_, _| vec![0.0f32; width * height * channels], gray)
                .first_valid_layer()
                .all_attributes()
                .from_buffered(Cursor::new(bytes))?;
            return Ok(image.layer_data.channel_data.pixels);
        }
        let image = channels_of
            .required(red)
            .required(green)
            .required(blue)
            .optional(alpha, 1.0f32)
            .collect_pixels(move |_, _| vec![0.0f32; width * height * channels], set)
            .first_valid_layer()
            .all_attributes()
            .from_buffered(Cursor::new(bytes))?;
        Ok(image.layer_data.channel_data.pixels)
    }
}

type Pixel = (f32, f32, f32, f32);

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(error: exr::error::Error) -> Error {
    use exr::error::Error as Cause;
    let format = FORMAT;
    match error {
        Cause::NotSupported(feature) => {
            let feature = feature.into_owned();
            PictureError::Unsupported { format, feature }.into()
        }
        Cause::Io(cause) if cause.kind() == ErrorKind::UnexpectedEof => ends_inside(format),
        other => {
            let detail = other.to_string();
            match detail.contains("missing bytes") {
                true => ends_inside(format),
                false => PictureError::Malformed { format, detail }.into(),
            }
        }
    }
}
