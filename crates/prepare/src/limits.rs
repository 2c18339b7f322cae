//! Input limits, checked from the header before any memory is allocated for pixels.

use std::fmt;
use std::time::Duration;

/// One bound of [`Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// Size of the encoded file, in bytes.
    EncodedBytes,
    /// Width times height, in pixels.
    Pixels,
    /// The longer side, in pixels.
    Side,
    /// Frames of an animation, as declared by the container.
    Frames,
    /// Memory of the decoded picture, in bytes.
    DecodedBytes,
    /// Work out of proportion to the length of the file, such as thousands of scans over the same
    /// blocks; the bound is fixed.
    Work,
    /// Something of which there is so much that it would take work out of proportion to the length of the file, by its
    /// name, such as `number of scans`; the bound is fixed.
    WorkOf(&'static str),
    /// Metadata before the pixels, such as EXIF or a profile, in bytes; the bound is fixed.
    Metadata,
    /// Memory needed to prepare it, in bytes; the bound is the whole [`Budget`](crate::Budget).
    Memory,
}

impl Limit {
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Work | Self::WorkOf(_) => {
                "the file would take far more work than its size justifies; save it again from a picture editor"
            }
            Self::Metadata => "save it again without its metadata",
            Self::Memory => "raise the memory budget, or ask for a smaller edge",
            _ => "raise this limit if you trust the file",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EncodedBytes => "file size in bytes",
            Self::Pixels => "number of pixels",
            Self::Side => "longer side in pixels",
            Self::Frames => "number of frames",
            Self::DecodedBytes => "decoded size in bytes",
            Self::Work => "work to decode it",
            Self::WorkOf(what) => what,
            Self::Metadata => "metadata in bytes",
            Self::Memory => "memory needed in bytes",
        })
    }
}

/// A picture is over a [`Limit`]. That is found before its pixels are decoded, except for [`Limit::Memory`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{limit} is {found}, over the limit of {allowed}")]
pub struct LimitExceeded {
    /// The limit that the picture is over.
    pub limit: Limit,
    /// The value in the header, in the unit of `limit`. If a decoder only says that it is too
    /// large, the smallest value that is over the limit.
    pub found: u64,
    /// The largest value that is accepted, in the same unit.
    pub allowed: u64,
}

/// Input limits. Each value is the largest that is still accepted.
///
/// ```
/// use avatar_prepare::Limits;
/// let strict = Limits { pixels: 50_000_000, ..Limits::default() };
/// assert_eq!(strict.side, 65_535);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Encoded file, bytes (256 MB).
    pub encoded_bytes: u64,
    /// Width × height (16,383², about 268 MP: the customary bound of web image servers).
    pub pixels: u64,
    /// Longer side, pixels (65,535, the most that JPEG can store).
    pub side: u32,
    /// Frames that an animation declares; only the first is ever decoded (10,000).
    pub frames: u32,
    /// Decoded picture, bytes (1 GiB).
    pub decoded_bytes: u64,
    /// Time from the start of reading to the finished picture (60 s), not counting a wait for memory. A
    /// [`Batch`](crate::Batch) keeps it whatever a decoder does: it leaves the thread behind. A
    /// [`Preparer`](crate::Preparer) has no other thread, so it looks at the clock between its stages: nothing
    /// that took longer comes out, but a decoder that does not end holds its caller.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            encoded_bytes: 256_000_000,
            pixels: 16_383 * 16_383,
            side: 65_535,
            frames: 10_000,
            decoded_bytes: 1 << 30,
            time: Duration::from_secs(60),
        }
    }
}

impl Limits {
    /// The largest colour profile that is used, in bytes after decompression; a larger one is
    /// [ignored](crate::Note::ProfileIgnored). Profiles of printers have a few megabytes.
    pub const PROFILE_BYTES: usize = 16 << 20;

    /// Refuses an encoded file of `found` bytes if it is over the limit.
    pub(crate) fn check_encoded(&self, found: u64) -> Result<(), LimitExceeded> {
        check(Limit::EncodedBytes, found, self.encoded_bytes)
    }

    /// Refuses a picture of `width` × `height` pixels, `frames` frames and `decoded` bytes.
    pub(crate) fn check_picture(
        &self,
        (width, height): (u32, u32),
        frames: u32,
        decoded: u64,
    ) -> Result<(), LimitExceeded> {
        check(Limit::Side, width.max(height).into(), self.side.into())?;
        let pixels = u64::from(width) * u64::from(height);
        check(Limit::Pixels, pixels, self.pixels)?;
        check(Limit::Frames, frames.into(), self.frames.into())?;
        check(Limit::DecodedBytes, decoded, self.decoded_bytes)
    }
}

fn check(limit: Limit, found: u64, allowed: u64) -> Result<(), LimitExceeded> {
    if found > allowed {
        return Err(LimitExceeded {
            limit,
            found,
            allowed,
        });
    }
    Ok(())
}
