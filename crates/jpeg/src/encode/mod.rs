//! JPEG out: the best file under a byte cap. Files, threads and other formats are the caller's.

mod baseline;
mod bits;
mod chroma;
mod coefficients;
mod color;
mod dc_trellis;
mod encoder;
mod error;
mod fit;
mod forward;
mod frame;
mod headers;
mod huffman;
mod masking;
mod mean;
mod overshoot;
mod picture;
mod price;
mod probe;
mod progressive;
mod quantizer;
mod refinement;
mod sampling;
mod script;
mod search;
mod spectrum;
mod symbols;
mod tables;
mod trellis;
mod trial;
mod zigzag;

pub use encoder::Encoder;
pub use error::{EncodeError, FitError};
pub use fit::{FitOptions, Fitted, Fitter};
pub use picture::Picture;
pub use sampling::{Effort, Sampling};
