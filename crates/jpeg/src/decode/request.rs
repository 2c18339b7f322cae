//! What to decode, and the limits for it.

use crate::{Eighths, Rect};

/// Limits for one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory for planes, coefficients and tables; 512 MiB by default.
    pub memory: u64,
    /// Scans in a picture; 100 by default. Encoders write about 10.
    pub scans: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 512 << 20,
            scans: 100,
        }
    }
}

/// A crop, the size it will be resized to, and how much resolution to keep beyond that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request {
    /// What to decode, in stored pixels.
    pub crop: Rect,
    /// Width and height in pixels that the crop will be resized to, in stored orientation.
    pub target: (u32, u32),
    /// The same for the chroma components of YCbCr and YCCK, when the output subsamples them; `target` by default.
    pub chroma_target: Option<(u32, u32)>,
    /// Each plane keeps at least this multiple of the target's resolution, if the picture has it:
    /// 1.5 by default. Infinity means a full decode.
    pub margin: f32,
    /// The same for the chroma components of YCbCr and YCCK: 1.2 by default, because a larger value
    /// made no visible difference.
    pub chroma_margin: f32,
    /// The reduction of each component, for a part of a picture whose other parts are in other JPEGs; `None` by
    /// default: as the target and the margins say.
    pub eighths: Option<[Eighths; 4]>,
    /// The least [`decoded_share`](crate::Planes::decoded_share) that is not an error, 0..=1: 0.9 by default.
    pub min_share: f32,
    /// Limits for the picture.
    pub limits: Limits,
}

impl Request {
    /// A request with every default.
    #[must_use]
    pub fn new(crop: Rect, target: (u32, u32)) -> Self {
        Self {
            crop,
            target,
            chroma_target: None,
            margin: 1.5,
            chroma_margin: 1.2,
            eighths: None,
            min_share: 0.9,
            limits: Limits::default(),
        }
    }

    /// The same request at the picture's full resolution.
    #[must_use]
    pub fn full(self) -> Self {
        Self {
            margin: f32::INFINITY,
            chroma_margin: f32::INFINITY,
            ..self
        }
    }
}
