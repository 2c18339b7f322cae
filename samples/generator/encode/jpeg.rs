//! JPEG files: gray, RGB, CMYK and YCCK, with an orientation or a profile on request.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::File;
use super::exif;
use crate::draw::raster::Raster;

/// What is wanted of a JPEG besides its pixels.
pub(crate) struct Jpeg<'a> {
    pub(crate) quality: u8,
    pub(crate) halved_chroma: bool,
    pub(crate) progressive: bool,
    pub(crate) orientation: Option<u8>,
    pub(crate) profile: Option<&'a [u8]>,
}

impl Default for Jpeg<'_> {
    fn default() -> Self {
        Self {
            quality: 82,
            halved_chroma: true,
            progressive: false,
            orientation: None,
            profile: None,
        }
    }
}

/// The pixels as upright RGB at the usual quality.
pub(crate) fn plain(raster: &Raster) -> File {
    Jpeg::default().encode(raster)
}

/// Stored as a camera would that was held that way.
pub(crate) fn turned(upright: &Raster, orientation: u8) -> File {
    let options = Jpeg {
        orientation: Some(orientation),
        ..Jpeg::default()
    };
    options.encode(&upright.stored_as(orientation))
}

/// Four inks, made from RGB in the simplest way; `as_ycck` stores them as YCCK.
pub(crate) fn inks(rgb: &Raster, as_ycck: bool) -> File {
    let separated = rgb.map(|pixel| {
        let light = pixel[0].max(pixel[1]).max(pixel[2]);
        let ink = |value: u8| match light {
            0 => 0,
            _ => 255 - (u32::from(value) * 255 / u32::from(light)) as u8,
        };
        [ink(pixel[0]), ink(pixel[1]), ink(pixel[2]), 255 - light]
    });
    let kind = if as_ycck {
        ColorType::CmykAsYcck
    } else {
        ColorType::Cmyk
    };
    let options = Jpeg {
        halved_chroma: false, // some decoders cannot put halved inks together again
        ..Jpeg::default()
    };
    options.encode_as(&separated, kind)
}

impl Jpeg<'_> {
    /// The raster as a JPEG; one channel gives a gray one.
    pub(crate) fn encode(&self, raster: &Raster) -> File {
        let kind = if raster.channels == 1 {
            ColorType::Luma
        } else {
            ColorType::Rgb
        };
        self.encode_as(raster, kind)
    }

    fn encode_as(&self, raster: &Raster, kind: ColorType) -> File {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, self.quality);
        let full = SamplingFactor::F_1_1;
        encoder.set_sampling_factor(if self.halved_chroma {
            SamplingFactor::F_2_2
        } else {
            full
        });
        encoder.set_progressive(self.progressive);
        encoder.set_optimized_huffman_tables(true);
        if let Some(orientation) = self.orientation {
            encoder.add_exif_metadata(&exif::orientation(orientation))?;
        }
        if let Some(profile) = self.profile {
            encoder.add_icc_profile(profile)?;
        }
        encoder.encode(
            &raster.samples,
            raster.width as u16,
            raster.height as u16,
            kind,
        )?;
        Ok(file)
    }
}
