//! Decoded pixels in the forms that stages pass on, and operations on them for all formats.

pub(crate) mod block_sums;
pub(crate) mod decoded;
pub(crate) mod depth;
pub(crate) mod divisor;
pub(crate) mod in_order;
pub(crate) mod linear_image;
pub(crate) mod outline;
pub(crate) mod over;
pub(crate) mod planes;
pub(crate) mod raster;
pub(crate) mod reduce;
pub(crate) mod resample;
pub(crate) mod resized;
pub(crate) mod square;
pub(crate) mod srgb;
pub(crate) mod stored_rows;
pub(crate) mod turn;
pub(crate) mod void;
pub(crate) mod ycbcr;
