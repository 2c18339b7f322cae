//! Finished pixels: edge × edge, upright, sRGB, opaque, as the planes that a JPEG stores.

use avatar_jpeg::ColorModel;

use super::planes::SmallPlanes;

/// Opaque interleaved pixels: gray if every pixel is neutral, else RGB.
pub(crate) enum Opaque {
    Gray(Vec<u8>),
    Rgb(Vec<u8>),
}

/// Made only by the last stage of a lane, so that the encoder cannot be given anything unfinished.
pub(crate) struct Square {
    edge: u32,
    luma: Vec<u8>,
    /// Cb and Cr at full resolution; none for a neutral picture.
    chroma: Option<[Vec<u8>; 2]>,
}

impl Square {
    /// Splits opaque pixels into planes.
    pub(crate) fn new(edge: u32, pixels: Opaque) -> Self {
        let rgb = match pixels {
            Opaque::Gray(luma) => {
                return Self {
                    edge,
                    luma,
                    chroma: None,
                };
            }
            Opaque::Rgb(rgb) => rgb,
        };
        let (pixels, _) = rgb.as_chunks::<3>();
        let [mut luma, mut blue, mut red] = [(); 3].map(|()| vec![0; pixels.len()]);
        let chroma = blue.iter_mut().zip(&mut red);
        for ((y, (cb, cr)), &pixel) in luma.iter_mut().zip(chroma).zip(pixels) {
            [*y, *cb, *cr] = ycbcr(pixel);
        }
        Self {
            edge,
            luma,
            chroma: Some([blue, red]),
        }
    }

    /// Takes gray and YCbCr planes as they are; hands back planes of any other colour model or shape.
    pub(crate) fn from_planes(small: SmallPlanes) -> Result<Self, SmallPlanes> {
        let (edge, height) = small.size;
        if edge != height {
            return Err(small);
        }
        let SmallPlanes {
            size,
            planes,
            color,
        } = small;
        let mut planes = planes.into_iter();
        match (color, planes.next(), planes.next(), planes.next()) {
            (ColorModel::Gray, Some(luma), ..) => Ok(Self {
                edge,
                luma,
                chroma: None,
            }),
            (ColorModel::YCbCr, Some(luma), Some(blue), Some(red)) => Ok(Self {
                edge,
                luma,
                chroma: Some([blue, red]),
            }),
            (_, first, second, third) => {
                let planes = [first, second, third]
                    .into_iter()
                    .flatten()
                    .chain(planes)
                    .collect();
                Err(SmallPlanes {
                    size,
                    planes,
                    color,
                })
            }
        }
    }

    /// The planes again, to make something else of them.
    pub(crate) fn to_planes(&self) -> SmallPlanes {
        let (luma, chroma) = (&self.luma, self.chroma.iter().flatten());
        let color = match self.chroma {
            None => ColorModel::Gray,
            Some(_) => ColorModel::YCbCr,
        };
        SmallPlanes {
            size: (self.edge, self.edge),
            planes: std::iter::once(luma).chain(chroma).cloned().collect(),
            color,
        }
    }

    pub(crate) fn edge(&self) -> u32 {
        self.edge
    }

    pub(crate) fn is_gray(&self) -> bool {
        self.chroma.is_none()
    }

    /// Luma, and Cb and Cr where there is colour.
    pub(crate) fn planes(&self) -> (&[u8], Option<[&[u8]; 2]>) {
        let chroma = self
            .chroma
            .as_ref()
            .map(|planes| planes.each_ref().map(Vec::as_slice));
        (&self.luma, chroma)
    }
}

/// Full-range BT.601 (ITU-T T.871, section 7), in 16-bit fixed point, rounded.
fn ycbcr([r, g, b]: [u8; 3]) -> [u8; 3] {
    let (r, g, b) = (i32::from(r), i32::from(g), i32::from(b));
    let half = 1 << 15;
    let y = (19_595 * r + 38_470 * g + 7_471 * b + half) >> 16;
    let cb = ((-11_059 * r - 21_709 * g + 32_768 * b + half) >> 16) + 128;
    let cr = ((32_768 * r - 27_439 * g - 5_329 * b + half) >> 16) + 128;
    [y as u8, cb.clamp(0, 255) as u8, cr.clamp(0, 255) as u8]
}
