//! The one list of samples: the files, the table and the tests all come from it.

use crate::draw::canvas::Canvas;
use crate::draw::raster::Raster;
use crate::encode::File;

mod colour;
mod formats;
mod hostile;
mod photos;
mod transparency;

/// One sample file.
pub(crate) struct Sample {
    /// The path inside the folder of its set.
    pub(crate) file: &'static str,
    pub(crate) exercises: &'static str,
    pub(crate) expected: Expected,
    pub(crate) make: fn() -> File,
}

/// What preparing the sample with the default settings gives.
pub(crate) enum Expected {
    /// A square with this edge.
    Square(u32),
    /// An error with this code.
    Code(&'static str),
}

/// A folder of samples.
pub(crate) struct Set {
    pub(crate) folder: &'static str,
    pub(crate) about: &'static str,
    groups: &'static [&'static [Sample]],
}

impl Set {
    pub(crate) fn samples(&self) -> impl Iterator<Item = &'static Sample> {
        self.groups.iter().copied().flatten()
    }
}

pub(crate) const SETS: [Set; 2] = [
    Set {
        folder: "pictures",
        about: "Every one of these becomes an avatar. Edges are those of the default size, 640; a smaller picture \
                gives a smaller square.",
        groups: &[
            photos::SAMPLES,
            transparency::SAMPLES,
            colour::SAMPLES,
            formats::SAMPLES,
        ],
    },
    Set {
        folder: "hostile",
        about: "None of these becomes an avatar. Each fails alone, with the code given here and within the limits, \
                and the rest of the run goes on.",
        groups: &[hostile::SAMPLES],
    },
];

const fn square(
    file: &'static str,
    edge: u32,
    exercises: &'static str,
    make: fn() -> File,
) -> Sample {
    Sample {
        file,
        exercises,
        expected: Expected::Square(edge),
        make,
    }
}

const fn fails(
    file: &'static str,
    code: &'static str,
    exercises: &'static str,
    make: fn() -> File,
) -> Sample {
    Sample {
        file,
        exercises,
        expected: Expected::Code(code),
        make,
    }
}

/// A scene that covers its canvas, as RGB.
fn opaque(width: usize, height: usize, draw: impl Fn(&mut Canvas)) -> Raster {
    drawn(width, height, draw).rgb8()
}

/// A scene on nothing, as RGBA.
fn cut_out(width: usize, height: usize, draw: impl Fn(&mut Canvas)) -> Raster {
    drawn(width, height, draw).rgba8()
}

fn drawn(width: usize, height: usize, draw: impl Fn(&mut Canvas)) -> Canvas {
    let mut canvas = Canvas::new(width, height);
    draw(&mut canvas);
    canvas
}
