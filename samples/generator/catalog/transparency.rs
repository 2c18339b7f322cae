//! Logos on a transparent ground: every way of storing alpha.

use super::{Sample, cut_out, square};
use crate::draw::palette::reduce;
use crate::draw::raster::{Raster, luma};
use crate::encode::{png, webp, wrapped};
use crate::scene::logo::{drop, kite, leaf, peaks, rosette};
use crate::scene::wordmark::{badge, wordmark};

pub(super) const SAMPLES: &[Sample] = &[
    square(
        "logos/rosette.png",
        400,
        "RGBA; bright magenta hides wherever alpha is 0",
        || {
            let hidden = |p: &[u8]| {
                if p[3] == 0 {
                    [255, 0, 255, 0]
                } else {
                    [p[0], p[1], p[2], p[3]]
                }
            };
            Ok(png::png(&cut_out(500, 400, rosette).map(hidden), &[]))
        },
    ),
    square(
        "logos/leaf.png",
        400,
        "palette with a transparent entry (tRNS)",
        || Ok(png::indexed(&reduce(&cut_out(400, 400, leaf), 128))),
    ),
    square(
        "logos/wordmark.png",
        160,
        "four times as wide as high, on white: the centre square cuts the word",
        || Ok(png::indexed(&reduce(&cut_out(640, 160, wordmark), 32))),
    ),
    square(
        "logos/badge.png",
        300,
        "a round badge beside much white",
        || Ok(png::indexed(&reduce(&cut_out(480, 300, badge), 96))),
    ),
    square(
        "logos/drop.png",
        400,
        "gray with alpha, a soft shadow",
        || {
            let pair = |p: &[u8]| [luma(p), p[3]];
            Ok(png::png(&cut_out(400, 400, drop).map(pair), &[]))
        },
    ),
    square("logos/peaks.webp", 400, "WebP with alpha", || {
        webp::webp(&cut_out(400, 400, peaks), None)
    }),
    square(
        "logos/kite.png",
        360,
        "sixteen bits a channel, with alpha",
        || {
            let kite = cut_out(360, 360, kite);
            Ok(png::deep_alpha((kite.width, kite.height), &widened(&kite)))
        },
    ),
    square(
        "logos/nothing.png",
        64,
        "fully transparent: the background alone",
        || {
            Ok(png::png(
                &Raster {
                    width: 64,
                    height: 64,
                    channels: 4,
                    samples: vec![0; 64 * 64 * 4],
                },
                &[],
            ))
        },
    ),
    square("logos/peaks-small.tga", 64, "TGA with alpha", || {
        Ok(wrapped::tga(&cut_out(64, 64, peaks)))
    }),
];

fn widened(raster: &Raster) -> Vec<u8> {
    raster
        .samples
        .iter()
        .flat_map(|&value| [value, value])
        .collect()
}
