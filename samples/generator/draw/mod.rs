//! The drawing kit: a canvas, shapes as distance functions, inks, noise and finished rasters.

pub(crate) mod canvas;
pub(crate) mod ink;
pub(crate) mod noise;
pub(crate) mod palette;
pub(crate) mod raster;
pub(crate) mod shape;
