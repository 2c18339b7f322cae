//! One sample of every other format, and animations.

use image::ImageFormat;

use super::{Sample, cut_out, drawn, opaque, square};
use crate::draw::raster::Raster;
use crate::encode::{animation, by_image, tiff, webp, wrapped};
use crate::scene::city::city;
use crate::scene::harbour::harbour;
use crate::scene::landscape::{AUTUMN, DUSK, MEADOW, MIST, NOON, lake, landscape};
use crate::scene::logo::{kite, leaf, peaks};
use crate::scene::numeral::numeral;
use crate::scene::portrait::{ADA, IRIS, NOOR, portrait};

pub(super) const SAMPLES: &[Sample] = &[
    square(
        "animation/animated.gif",
        240,
        "GIF of three frames; the bright 1 is the one",
        || animation::gif(&numerals(240)),
    ),
    square(
        "animation/animated-png.png",
        240,
        "APNG of three frames; the bright 1 is the one",
        || Ok(animation::apng(&numerals(240))),
    ),
    square(
        "animation/animated-webp.webp",
        240,
        "WebP of three frames; the bright 1 is the one",
        || animation::animated_webp(&numerals(240)),
    ),
    square("formats/windows.bmp", 72, "BMP", || {
        by_image::write(opaque(96, 72, |c| landscape(c, &NOON)), ImageFormat::Bmp)
    }),
    square(
        "formats/targa.tga",
        80,
        "TGA, which has no magic bytes",
        || Ok(wrapped::tga(&opaque(80, 80, |c| portrait(c, &NOOR)))),
    ),
    square("formats/quite-ok.qoi", 240, "QOI", || {
        by_image::write(cut_out(240, 240, kite), ImageFormat::Qoi)
    }),
    square("formats/pixmap.ppm", 72, "binary PPM", || {
        Ok(wrapped::pnm(&opaque(96, 72, |c| landscape(c, &AUTUMN))))
    }),
    square(
        "formats/icon.ico",
        128,
        "an icon of 128, 48 and 16 pixels; the largest counts",
        || {
            Ok(wrapped::ico(
                &[16, 48, 128].map(|side| cut_out(side, side, leaf)),
            ))
        },
    ),
    square(
        "formats/farbfeld.ff",
        48,
        "farbfeld, sixteen bits a channel",
        || by_image::write_deep(&cut_out(48, 48, peaks), ImageFormat::Farbfeld),
    ),
    square(
        "formats/radiance.hdr",
        90,
        "Radiance HDR: linear light",
        || by_image::write_light(&opaque(120, 90, |c| lake(c, &DUSK)), ImageFormat::Hdr),
    ),
    square(
        "formats/open.exr",
        48,
        "OpenEXR: linear light in floats",
        || {
            by_image::write_light(
                &opaque(64, 48, |c| landscape(c, &MEADOW)),
                ImageFormat::OpenExr,
            )
        },
    ),
    square(
        "formats/texture.dds",
        120,
        "DirectDraw surface, DXT1 blocks",
        || Ok(wrapped::dds(&opaque(160, 120, |c| lake(c, &AUTUMN)))),
    ),
    square("formats/tagged.tif", 240, "TIFF, deflated", || {
        Ok(tiff::tiff(&opaque(320, 240, city), 1))
    }),
    square("formats/lossless.webp", 240, "lossless WebP", || {
        webp::webp(&opaque(240, 300, |c| portrait(c, &IRIS)), None)
    }),
    square("formats/still.gif", 300, "GIF of one frame", || {
        animation::gif(&[drawn(300, 300, |c| portrait(c, &ADA)).rgba8()])
    }),
    square("formats/misty.pgm", 120, "binary PGM, gray", || {
        Ok(wrapped::pnm(
            &opaque(160, 120, |c| landscape(c, &MIST)).gray(),
        ))
    }),
    square("formats/harbour.pam", 60, "PAM with alpha", || {
        let opaque_pixels = opaque(80, 60, harbour).map(|p| [p[0], p[1], p[2], 255]);
        by_image::write(opaque_pixels, ImageFormat::Pnm)
    }),
];

fn numerals(side: usize) -> Vec<Raster> {
    (1..=3)
        .map(|number| drawn(side, side, |canvas| numeral(canvas, number)).rgba8())
        .collect()
}
