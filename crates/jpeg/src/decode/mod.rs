//! The decoder: reads the headers first, and then only the entropy-coded data that a request needs.

mod align;
mod arithmetic;
mod bits;
mod blocks;
mod coefficients;
mod continuity;
mod data;
mod dc;
mod decoding;
mod frame;
mod header;
mod idct;
mod lookup;
mod lossless;
mod metadata;
mod missing;
mod padding;
mod pairs;
mod pass;
mod passes;
mod plan;
mod process;
mod progressive;
mod refinement;
mod request;
mod restart;
mod scan;
mod scans;
mod scratch;
mod script;
mod segments;
mod sequential;
mod several;
mod step;
mod tables;
mod walk;

pub use data::ReadAt;
pub use frame::Component;
pub use header::Header;
pub use lossless::LosslessShare;
pub use metadata::Icc;
pub use plan::Plan;
pub use process::Process;
pub use request::{Limits, Request};
pub use scratch::Scratch;

use crate::{Error, Planes};
use data::Data;

/// A JPEG whose headers have been read; it can be decoded any number of times.
#[derive(Debug, Clone)]
pub struct Decoder<'a> {
    data: &'a [u8],
    header: Header<'a>,
}

impl<'a> Decoder<'a> {
    /// Reads everything up to the first scan. Entropy-coded data is only searched when the frame header leaves the number of
    /// lines to a DNL segment.
    ///
    /// # Errors
    /// [`Error::NotJpeg`], [`Error::HeaderEnds`] or [`Error::Invalid`]. A process that
    /// [`Self::decode`] does not support is not an error here.
    pub fn new(data: &'a [u8]) -> Result<Self, Error> {
        Ok(Self {
            data,
            header: Header::parse(data)?,
        })
    }

    /// What the headers say.
    #[must_use]
    pub fn header(&self) -> &Header<'a> {
        &self.header
    }

    /// What [`Self::decode`] would do for this request, and the memory it would take; only
    /// calculated.
    ///
    /// # Errors
    /// [`Error::Unsupported`] or [`Error::CropOutside`].
    pub fn plan(&self, request: &Request) -> Result<Plan, Error> {
        Plan::new(&self.header, request)
    }

    /// Decodes the request's crop. The same bytes and the same request always give the same samples; `scratch` only saves
    /// allocations.
    ///
    /// Damaged data is decoded as far as possible: after an error, decoding continues at the next
    /// restart marker. What could not be decoded is 128, and [`Planes::decoded_share`] says how
    /// much could be decoded.
    ///
    /// # Errors
    /// Those of [`Self::plan`]; [`Error::Limit`], before anything large is allocated;
    /// [`Error::Invalid`] if a table is missing or broken and nothing was decoded; and
    /// [`Error::Truncated`] if less of the needed area could be decoded than the request demands.
    pub fn decode(&self, request: &Request, scratch: &mut Scratch) -> Result<Planes, Error> {
        let plan = self.plan(request)?;
        let data = Data::Whole(self.data);
        decoding::decode(data, &self.header, &plan, request, scratch)
    }

    /// The same for a picture that is not in memory as a whole. The decoder itself may have been made from as many
    /// bytes as [`Header::first_scan`] says.
    ///
    /// # Errors
    /// Those of [`Self::decode`]. Whether all of the picture could be read, only `picture` knows.
    pub fn decode_from(
        &self,
        picture: &mut dyn ReadAt,
        request: &Request,
        scratch: &mut Scratch,
    ) -> Result<Planes, Error> {
        let plan = self.plan(request)?;
        let data = Data::Parts(picture);
        decoding::decode(data, &self.header, &plan, request, scratch)
    }

    /// Decodes a lossless JPEG, and passes the wanted rows from top to bottom: interleaved samples as they are
    /// stored, below 2 to the power of [`Header::precision`]. Samples of components with a lower resolution are repeated.
    /// Nothing below the last wanted row is decoded.
    ///
    /// What is damaged is mid-gray, up to the next restart marker.
    ///
    /// # Errors
    /// [`Error::Unsupported`] unless [`Header::is_lossless`]; [`Error::Invalid`] if a segment contradicts T.81; and
    /// [`Error::Truncated`] if less than `min_share` of the wanted rows, 0..=1, could be decoded.
    pub fn lossless(
        &self,
        rows: std::ops::Range<u32>,
        min_share: f32,
        take: impl FnMut(&[u16]),
    ) -> Result<LosslessShare, Error> {
        lossless::decode(self.data, &self.header, rows, min_share, take)
    }
}
