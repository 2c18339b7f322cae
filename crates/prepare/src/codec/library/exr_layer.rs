//! OpenEXR whose channels all belong to named layers, such as `beauty.R`, as renderers write them. The
//! decoder of `image` only reads channels without a layer.

use std::io::{Cursor, ErrorKind};

use exr::image::read::image::ReadLayers;
use exr::image::read::layers::ReadChannels;
use exr::image::read::specific_channels::ReadSpecificChannel;
use exr::math::Vec2;
use exr::meta::header::Header as Part;

use super::radiance;
use crate::codec::contract::{Decode, Header, Memory, Opened, ends_inside};
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::linear_image::LinearImage;
use crate::pixels::raster::{Alpha, Layout};
use crate::{Error, Format, Limits, Note, PictureError};

const FORMAT: Format = Format::Exr;

/// Names of the layer that shows the whole scene, in Blender, Nuke and renderers.
const WHOLE: [&str; 6] = ["combined", "beauty", "rgba", "rgb", "composite", "main"];

/// The layer that is read of a file without a picture outside layers.
pub(super) struct Layer {
    name: String,
    /// The number of layers of the file.
    count: u32,
    has_alpha: bool,
    /// Size of what is to be shown, and where the stored pixels begin in it.
    size: (usize, usize),
    offset: (i32, i32),
}

impl Layer {
    /// Chooses a layer; `None` if there is a picture outside layers, or none at all.
    pub(super) fn find(bytes: &[u8]) -> Option<Self> {
        let reader = exr::block::read(Cursor::new(bytes), false).ok()?;
        let parts = || reader.headers().iter().filter(|part| !part.deep);
        if parts().any(|part| has_colors(part, "")) {
            return None;
        }
        let all: Vec<(&Part, String)> = parts()
            .flat_map(|part| layers(part).into_iter().map(move |name| (part, name)))
            .collect();
        let is_whole = |(_, name): &&(&Part, String)| {
            let last = name.rsplit('.').next().unwrap_or(name).to_lowercase();
            WHOLE.contains(&last.as_str())
        };
        let (part, name) = all.iter().find(is_whole).or(all.first())?;
        let shown = part.shared_attributes.display_window;
        let start = part.own_attributes.layer_position - shown.position;
        Some(Self {
            has_alpha: has(part, &format!("{name}.A")),
            name: name.clone(),
            count: u32::try_from(all.len()).unwrap_or(u32::MAX),
            size: (shown.size.width(), shown.size.height()),
            offset: (start.x(), start.y()),
        })
    }

    /// Opens the layer, with a note if there are others.
    pub(super) fn open<'a>(self, bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
        let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let size = (side(self.size.0), side(self.size.1));
        let layout = match self.has_alpha {
            true => Layout::Rgba,
            false => Layout::Rgb,
        };
        let samples = u64::from(size.0)
            .saturating_mul(size.1.into())
            .saturating_mul(layout.channels() as u64);
        let decoded_bytes = samples.saturating_mul(4);
        limits.check_picture(size, 1, decoded_bytes)?;
        let chosen = (self.count > 1).then(|| Note::LayerChosen {
            layer: self.name.clone(),
            layers: self.count,
        });
        let header = Header {
            notes: chosen.into_iter().collect(),
            ..Header::new(size, decoded_bytes, Color::Unspecified)
        };
        let decode: Decode<'a> = Box::new(move |_, _| {
            let samples = self.read(bytes, layout.channels()).map_err(refuse)?;
            Ok(Decoded::Linear(LinearImage {
                size,
                layout,
                alpha: Alpha::Premultiplied,
                samples,
                chromaticities: radiance::chromaticities(FORMAT, bytes),
            }))
        });
        let besides = decoded_bytes;
        Ok(Opened::new(header, decode).with_memory(Memory::Whole { besides }))
    }

    fn read(&self, bytes: &[u8], channels: usize) -> Result<Vec<f32>, exr::error::Error> {
        let ((width, height), (left, top)) = (self.size, self.offset);
        let name = |channel: &str| exr::meta::attribute::Text::from(&*self.channel(channel));
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
        let image = exr::image::read::read()
            .no_deep_data()
            .largest_resolution_level()
            .specific_channels()
            .required(name("R"))
            .required(name("G"))
            .required(name("B"))
            .optional(name("A"), 1.0f32)
            .collect_pixels(move |_, _| vec![0.0f32; width * height * channels], set)
            .first_valid_layer()
            .all_attributes()
            .from_buffered(Cursor::new(bytes))?;
        Ok(image.layer_data.channel_data.pixels)
    }

    fn channel(&self, channel: &str) -> String {
        format!("{}.{channel}", self.name)
    }
}

type Pixel = (f32, f32, f32, f32);

fn has(part: &Part, name: &str) -> bool {
    part.channels
        .list
        .iter()
        .any(|channel| channel.name == *name)
}

fn has_colors(part: &Part, prefix: &str) -> bool {
    ["R", "G", "B"]
        .iter()
        .all(|color| has(part, &format!("{prefix}{color}")))
}

/// The names of the layers with colours, in the order of the file.
fn layers(part: &Part) -> Vec<String> {
    let names = part
        .channels
        .list
        .iter()
        .map(|channel| channel.name.to_string());
    let reds = names.filter_map(|name| name.strip_suffix(".R").map(String::from));
    reds.filter(|name| has_colors(part, &format!("{name}.")))
        .collect()
}

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
