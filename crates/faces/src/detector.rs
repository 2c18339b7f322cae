//! The detector: reduces a picture, runs the network over it once or twice, and returns the faces.

use crate::boxes::{Face, SECOND_THRESHOLD, THRESHOLD, faces};
use crate::error::{Error, MAX_SIDE};
use crate::layers::set_length;
use crate::network::{ALIGNMENT, Network, Scratch, scratch_bytes};
use crate::reduce::{Rows, reduced_size};

/// Longer side of the first look, in pixels.
pub const LOOK: u32 = 320;

/// Longer side of the second look, in pixels; it is taken when the first one found nothing.
pub const SECOND_LOOK: u32 = 640;

const MIN_LOOK: u32 = 32;

/// Finds faces. It keeps its memory between pictures, so use one per thread.
///
/// See the [crate's documentation](crate) for what it finds and what not.
pub struct Detector {
    network: Network,
    scratch: Scratch,
    sums: Vec<f32>,
}

impl Default for Detector {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Detector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Detector").finish_non_exhaustive()
    }
}

impl Detector {
    /// A detector, which has no memory yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            network: Network::new(),
            scratch: Scratch::default(),
            sums: Vec::new(),
        }
    }

    /// Faces of a picture, the highest score first; empty if there is none.
    ///
    /// `pixels` are red, green and blue of each pixel, 0 to 255 in sRGB, row by row from the top
    /// without gaps, with the picture upright: a face on its side is rarely found. Transparent
    /// pixels should be composited on a background first. Looks at [`LOOK`] pixels, then at
    /// [`SECOND_LOOK`] if nothing was found and the picture is larger than the first look, then
    /// with a higher threshold.
    ///
    /// # Errors
    /// If a side is 0 or above [`MAX_SIDE`], or if `pixels` has another length than `width * height * 3`.
    pub fn detect(&mut self, pixels: &[u8], width: u32, height: u32) -> Result<Vec<Face>, Error> {
        let found = self.detect_at(pixels, width, height, LOOK, THRESHOLD)?;
        if found.is_empty() && width.max(height) > LOOK {
            return self.detect_at(pixels, width, height, SECOND_LOOK, SECOND_THRESHOLD);
        }
        Ok(found)
    }

    /// Like [`Self::detect`] with one look, whose longer side is `look` pixels or the picture's own if that is less, and faces from a
    /// score of `threshold` on ([`THRESHOLD`] for small looks, [`SECOND_THRESHOLD`] for large ones are good).
    ///
    /// Time and memory grow with the square of `look`, and the smallest face that can be found shrinks with it.
    ///
    /// # Errors
    /// As for [`Self::detect`], and if `look` is below 32 or above [`MAX_SIDE`].
    pub fn detect_at(
        &mut self,
        pixels: &[u8],
        width: u32,
        height: u32,
        look: u32,
        threshold: f32,
    ) -> Result<Vec<Face>, Error> {
        check(pixels, width, height, look)?;
        let (to_width, to_height) = reduced_size(width, height, look);
        let from = (width as usize, height as usize);
        let to = (to_width as usize, to_height as usize);
        set_length(&mut self.sums, from.0 * 3, 0.0);
        let rows = Rows::new(pixels, from, to, &mut self.sums);
        let (padded_width, padded_height) = padded(to);
        self.network
            .run(rows, padded_width, padded_height, &mut self.scratch);
        let mut found = faces(&self.scratch.results, threshold);
        for face in &mut found {
            face.scale(
                width as f32 / to_width as f32,
                height as f32 / to_height as f32,
            );
        }
        Ok(found)
    }

    /// Memory in bytes that [`Self::detect`] takes at most for a picture of that size, besides the picture itself.
    ///
    /// It stays with the detector until it is dropped.
    #[must_use]
    pub fn memory(width: u32, height: u32) -> u64 {
        let (to_width, to_height) = reduced_size(width, height, SECOND_LOOK);
        let (padded_width, padded_height) = padded((to_width as usize, to_height as usize));
        scratch_bytes(padded_width, padded_height) + u64::from(width) * 3 * 4
    }
}

fn padded((width, height): (usize, usize)) -> (usize, usize) {
    (
        width.next_multiple_of(ALIGNMENT),
        height.next_multiple_of(ALIGNMENT),
    )
}

fn check(pixels: &[u8], width: u32, height: u32, look: u32) -> Result<(), Error> {
    let sides = 1..=MAX_SIDE;
    if !sides.contains(&width) || !sides.contains(&height) {
        return Err(Error::Side { width, height });
    }
    let expected = u64::from(width) * u64::from(height) * 3;
    if pixels.len() as u64 != expected {
        let found = pixels.len();
        return Err(Error::Length { found, expected });
    }
    if !(MIN_LOOK..=MAX_SIDE).contains(&look) {
        return Err(Error::Look { found: look });
    }
    Ok(())
}
