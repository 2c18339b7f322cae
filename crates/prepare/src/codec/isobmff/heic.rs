//! HEVC pictures in tiles: decodes those that are needed, one at a time, and says how much memory
//! that takes.

use std::borrow::Cow;
use std::sync::Arc;

use avatar_hevc::{Decoder, Description, Error as Refusal};

use super::hevc::Config;
use super::mosaic::{Mosaic, NeededPart};
use super::tiles::{InFile, Needed, Places, Tile};
use super::tiling::Tiling;
use super::{Nclx, Property, Window};
use crate::codec::contract::{Footprint, Memory};
use crate::pixels::in_order::InOrder;
use crate::pixels::ycbcr::{Matrix, Ycbcr, hides_filters, needed, resized};
use crate::{Error, Format, Orientation, PictureError, Plan};

const FORMAT: Format = Format::Heif;

/// One picture in tiles, colour or alpha.
pub(super) struct Coded<'a> {
    pub(super) tiling: Tiling,
    pub(super) tiles: Vec<Coding<'a>>,
    pub(super) description: Description,
}

/// A tile: the content of its `hvcC` box, and its data.
pub(super) struct Coding<'a> {
    pub(super) config: Arc<[u8]>,
    pub(super) data: Cow<'a, [u8]>,
}

impl Coding<'_> {
    /// The configuration as it counts for this data.
    pub(super) fn config(&self) -> Option<Config<'_>> {
        Config::read(&self.config, Some(&self.data))
    }
}

/// What the container says about one picture.
pub(super) struct Contents<'a> {
    pub(super) color: Coded<'a>,
    pub(super) alpha: Option<Coded<'a>>,
    pub(super) is_premultiplied: bool,
    pub(super) properties: Vec<Property>,
    /// Colours of the picture, or else of its first tile.
    pub(super) nclx: Option<Nclx>,
    pub(super) by_exif: Option<Orientation>,
}

impl Coded<'_> {
    /// Checks that the parameter sets of all tiles agree with the container, because the decoder
    /// allocates what they say.
    pub(super) fn check(&self) -> Result<(), Error> {
        let (width, height) = self.tiling.tile;
        for tile in &self.tiles {
            let found = tile.config().map(|config| config.description);
            let (w, h) = found.map_or((0, 0), |found| found.size);
            if (w, h) != (width, height) {
                let detail = format!("coded as {w} x {h}, announced as {width} x {height} pixels");
                return Err(malformed(&detail));
            }
            // Memory is counted by the first tile.
            let kind = |of: &Description| (of.coded, of.chroma, of.depths);
            if found.as_ref().map(kind) != Some(kind(&self.description)) {
                return Err(malformed("the tiles of its grid differ in kind"));
            }
        }
        Ok(())
    }

    /// What the parameter sets of the first tile say about its colours.
    pub(super) fn stated_colors(&self) -> Option<Nclx> {
        self.description.colors.map(Nclx::of)
    }

    /// Decodes a tile that has these data, and adds it to the others.
    fn add(
        &self,
        number: u32,
        data: &[u8],
        mosaic: &mut Mosaic,
        decoder: &mut Decoder,
        is_reduced: bool,
    ) -> Result<(), Error> {
        let coding = self.tiles.get(number as usize);
        let config = coding.and_then(|coding| Config::read(&coding.config, Some(data)));
        let config = config.ok_or_else(|| malformed("no parameter sets"))?;
        let tile = config.decode(decoder, data, is_reduced);
        let added = mosaic.add(number, &tile.map_err(refuse)?);
        added.map_err(|detail| malformed(&detail))
    }

    /// Luma pixels of the whole.
    fn pixels(&self) -> u64 {
        let (width, height) = self.tiling.size;
        u64::from(width) * u64::from(height)
    }

    /// Bytes of the samples of the whole, as they are kept.
    fn kept(&self) -> u64 {
        self.description.bytes_of(self.pixels())
    }

    /// Bytes of the decoder for one tile: the samples, what it knows of each block, and the data of the
    /// tile.
    fn decoding(&self) -> u64 {
        let longest = self.tiles.iter().map(|tile| tile.data.len()).max();
        let samples = self.description.bytes();
        samples
            .saturating_add(samples / 6)
            .saturating_add(longest.unwrap_or(0) as u64)
    }
}

impl<'a> Contents<'a> {
    pub(super) fn decoded_bytes(&self) -> u64 {
        let alpha = self.alpha.as_ref().map_or(0, Coded::kept);
        self.color.kept().saturating_add(alpha)
    }

    pub(super) fn memory(&self, window: Window) -> Memory<'a> {
        let size = self.color.tiling.size;
        let has_alpha = self.alpha.is_some();
        let whole = self.color.pixels().max(1);
        let of_color = self.color.kept();
        let of_alpha = self.alpha.as_ref().map_or(0, Coded::kept);
        // Alpha of another size is kept whole.
        let is_cut = self.alpha.as_ref().is_none_or(|a| a.tiling.size == size);
        let decoder = self
            .alpha
            .as_ref()
            .map_or(0, Coded::decoding)
            .max(self.color.decoding());
        let wide = self.color.description.depths != [8, 8];
        let channels = 4 * if wide { 2 } else { 1 };
        Memory::Own(Box::new(move |plan| {
            let part = needed(plan, window.rect, size, has_alpha);
            let share = |bytes: u64| {
                let part = u128::from(part.width) * u128::from(part.height);
                (u128::from(bytes) * part / u128::from(whole)) as u64
            };
            let of_alpha = if is_cut { share(of_alpha) } else { of_alpha };
            let kept = share(of_color).saturating_add(of_alpha);
            let (width, height) = resized(plan, has_alpha);
            let raster = u64::from(width) * u64::from(height) * channels;
            let between = u64::from(width) * u64::from(part.height) * channels / 2;
            Footprint {
                decoding: kept.saturating_add(decoder.max(2 * raster + between)),
                decoded: raster,
                pixel: channels,
                size: [width.into(), height.into()],
            }
        }))
    }

    /// The matrix of its colours.
    fn matrix(&self) -> Result<Matrix, Error> {
        // The default of H.265 and of libheif.
        let (code, is_full_range) = self
            .nclx
            .or(self.color.stated_colors())
            .map_or((2, false), |nclx| (nclx.matrix, nclx.full_range));
        let matrix = Matrix::new(code, is_full_range).ok_or_else(|| PictureError::Unsupported {
            format: FORMAT,
            feature: format!("matrix coefficients {code}"),
        })?;
        Ok(matrix)
    }

    /// Decodes what a plan needs: from memory, or from a file that is read.
    pub(super) fn decode(
        self,
        file: Option<InFile<'_>>,
        window: Window,
        plan: &Plan,
    ) -> Result<Ycbcr, Error> {
        let matrix = self.matrix()?;
        let is_reduced = hides_filters(plan);
        let of = |coded: &Coded<'_>| (coded.tiling, coded.tiles.len());
        let alpha = self.alpha.as_ref().map(of);
        let needed = Needed::new(of(&self.color), alpha, (window, plan), Mosaic::new);
        let (mut decoder, mut was_alpha) = (Decoder::new(), false);
        let add = |mosaic: &mut Mosaic, tile: Tile, data: Cow<'_, [u8]>| {
            // The buffers of both together would take more than is reckoned.
            if tile.is_alpha != was_alpha {
                (decoder, was_alpha) = (Decoder::new(), tile.is_alpha);
            }
            let coded = self.coded(tile);
            coded.add(tile.number, &data, mosaic, &mut decoder, is_reduced)
        };
        let (color, alpha) = needed.read(file, |tile| self.data(tile), add)?;
        let alpha = alpha.map(finished).transpose()?;
        Ok(finished(color)?.into_ycbcr(alpha, self.is_premultiplied, matrix, window.rect))
    }

    /// The picture that a tile is of.
    fn coded(&self, tile: Tile) -> &Coded<'a> {
        let alpha = self.alpha.as_ref().filter(|_| tile.is_alpha);
        alpha.unwrap_or(&self.color)
    }

    /// The data of a tile in memory.
    fn data(&self, tile: Tile) -> Cow<'_, [u8]> {
        let coding = self.coded(tile).tiles.get(tile.number as usize);
        Cow::Borrowed(coding.map_or(&[], |coding| &*coding.data))
    }

    /// The same while the file is read, of which `bytes` has all but the tiles.
    pub(super) fn in_order(self, bytes: &'a [u8], window: Window) -> Option<InOrder<'a>> {
        let color = self.color.tiles.iter().map(|tile| &tile.data);
        let alpha = self.alpha.iter().flat_map(|alpha| &alpha.tiles);
        let places = Places::of(bytes, color, alpha.map(|tile| &tile.data))?;
        places.in_order(move |file, plan| self.decode(Some(file), window, plan))
    }
}

fn finished(mosaic: Mosaic) -> Result<NeededPart, Error> {
    mosaic.finish().ok_or_else(|| malformed("no tiles"))
}

pub(super) fn malformed(detail: &str) -> Error {
    let detail = detail.into();
    PictureError::Malformed {
        format: FORMAT,
        detail,
    }
    .into()
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(refusal: Refusal) -> Error {
    let format = FORMAT;
    match refusal {
        Refusal::Unsupported(feature) => {
            let feature = feature.into();
            PictureError::Unsupported { format, feature }.into()
        }
        Refusal::Truncated(_) => {
            let detail = refusal.to_string();
            PictureError::Truncated { format, detail }.into()
        }
        other => malformed(&other.to_string()),
    }
}
