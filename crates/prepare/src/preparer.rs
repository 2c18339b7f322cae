//! One picture's road, start to end.

use fast_image_resize::Resizer;

use crate::convert::Converter;
use crate::decode::decode;
use crate::fit::fit;
use crate::flatten::flatten;
use crate::orient::orient;
use crate::plan::{self, Plan, plan};
use crate::probe::{Probe, probe};
use crate::resize::resize;
use crate::square::Square;
use crate::{Avatar, Error, Limits, Settings, Source};

/// Prepares pictures one after the other; owns scratch memory, so keep one per thread.
///
/// ```
/// use avatar_prepare::{Format, Limits, Preparer, Settings};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gray = b"P5 3 2 255 \x00\x7f\xff\x00\x7f\xff"; // a PGM of 3 x 2 pixels
/// let mut preparer = Preparer::new(Settings::default(), Limits::default());
/// let avatar = preparer.prepare(gray)?;
/// assert_eq!(avatar.probe().format(), Format::Pnm);
/// assert_eq!(avatar.edge(), 2); // the centre square, not enlarged
/// assert!(avatar.bytes().starts_with(&[0xff, 0xd8]));
/// # Ok(())
/// # }
/// ```
pub struct Preparer {
    settings: Settings,
    limits: Limits,
    resizer: Resizer,
    converter: Converter,
    encoded: Vec<u8>,
}

impl Preparer {
    /// A preparer that makes what `settings` say from sources within `limits`.
    #[must_use]
    pub fn new(settings: Settings, limits: Limits) -> Self {
        let (resizer, converter) = (Resizer::new(), Converter::default());
        Self {
            settings,
            limits,
            resizer,
            converter,
            encoded: Vec::new(),
        }
    }

    /// Prepares one encoded picture of any format.
    ///
    /// # Errors
    /// Every variant of [`Error`] but [`Error::Io`]; nothing is kept of a failed picture.
    pub fn prepare(&mut self, bytes: &[u8]) -> Result<Avatar, Error> {
        let settings = &self.settings;
        let (probe, opened) = probe(bytes, &self.limits)?;
        let plan = plan(&probe, settings)?;
        let mut notes = plan::notes(&probe, &plan, settings);

        let (raster, icc) = decode(opened, &plan)?;
        let small = resize(raster, &plan, &mut self.resizer)?;
        let upright = orient(small, plan.orientation());
        let (srgb, note) = self.converter.convert(upright, icc.as_deref());
        let square = Square::new(plan.edge(), flatten(srgb, settings.background()));
        let fitted = fit(&square, settings)?;

        notes.extend(note);
        Ok(Avatar {
            bytes: fitted.bytes,
            edge: square.edge(),
            quality: fitted.quality,
            subsampling: fitted.subsampling,
            trials: fitted.trials,
            probe,
            notes,
        })
    }

    /// Reads and prepares one source.
    ///
    /// # Errors
    /// Every variant of [`Error`].
    pub fn prepare_source(&mut self, source: &Source) -> Result<Avatar, Error> {
        let mut buffer = std::mem::take(&mut self.encoded);
        let avatar = source
            .read(&self.limits, &mut buffer)
            .and_then(|bytes| self.prepare(bytes));
        self.encoded = buffer;
        avatar
    }

    /// Reads only the header of a source and plans what would be made of it.
    ///
    /// # Errors
    /// As [`prepare_source`](Self::prepare_source), as far as the header tells.
    pub fn inspect(&mut self, source: &Source) -> Result<(Probe, Plan), Error> {
        let bytes = source.read(&self.limits, &mut self.encoded)?;
        let (probe, _) = probe(bytes, &self.limits)?;
        let plan = plan(&probe, &self.settings)?;
        Ok((probe, plan))
    }
}
