//! The nine stages of a picture, one module per stage: `probe`, `frame`, `plan`, `decode`,
//! `resize`, `orient`, `convert`, `flatten`, `fit`. The other modules belong to one of them.

pub(crate) mod contrast;
pub(crate) mod convert;
pub(crate) mod decode;
pub(crate) mod decoder;
pub(crate) mod embedded;
pub(crate) mod fit;
pub(crate) mod flatten;
pub(crate) mod frame;
pub(crate) mod framed;
pub(crate) mod in_pieces;
pub(crate) mod kept;
pub(crate) mod look;
pub(crate) mod orient;
pub(crate) mod plan;
pub(crate) mod probe;
pub(crate) mod resize;
mod score;
mod thumbnail;
