//! The stage `frame`: chooses which part of a picture the square shows. If the size decides, this
//! is pure arithmetic; otherwise it judges a look, a small version of the whole picture.

mod border;
mod circle;
mod content;
mod detector;
mod faces;
pub(crate) mod fill;
mod graphic;
mod judged;
pub(crate) mod look;
mod place;
mod region_list;
mod regions;
mod sized;
mod subject;
mod trim;

pub(crate) use detector::Detector;
pub(crate) use judged::{Scene, of_look};
pub(crate) use regions::{Regions, regions};
pub(crate) use sized::{Field, center, of_size};
