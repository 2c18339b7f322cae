//! Photograph-like pictures: shapes and sizes, names, and every orientation.

use super::{Sample, opaque, square};
use crate::draw::canvas::Canvas;
use crate::draw::noise::{grain, rough};
use crate::draw::raster::Raster;
use crate::encode::jpeg::{Jpeg, plain, turned};
use crate::encode::{File, exif, png, tiff, webp};
use crate::scene::harbour::harbour;
use crate::scene::landscape::{AUTUMN, DUSK, NOON, lake, landscape};
use crate::scene::numeral::letter;
use crate::scene::people::{by_the_lake, group};
use crate::scene::portrait::{ADA, IRIS, NOOR, portrait};
use crate::scene::still_life::still_life;

pub(super) const SAMPLES: &[Sample] = &[
    square(
        "photos/lake-at-dusk.jpg",
        640,
        "a landscape photograph, 3:2",
        || plain(&opaque(1200, 800, |c| lake(c, &DUSK))),
    ),
    square("photos/autumn-hills.jpg", 640, "progressive JPEG", || {
        let options = Jpeg {
            progressive: true,
            ..Jpeg::default()
        };
        options.encode(&opaque(1080, 810, |c| landscape(c, &AUTUMN)))
    }),
    square("photos/ada.jpg", 640, "an upright portrait, 4:5", || {
        plain(&opaque(800, 1000, |c| portrait(c, &ADA)))
    }),
    square("photos/noor.jpg", 640, "already square", || {
        plain(&opaque(720, 720, |c| portrait(c, &NOOR)))
    }),
    square(
        "photos/still-life.jpg",
        640,
        "a product on a table, full chroma (4:4:4)",
        || {
            let options = Jpeg {
                halved_chroma: false,
                ..Jpeg::default()
            };
            options.encode(&opaque(900, 720, |c| still_life(c, [0xf2d5c0, 0xb98a7a])))
        },
    ),
    square(
        "photos/letter.jpg",
        640,
        "fine dark marks on paper, which small files smear",
        || plain(&opaque(720, 800, letter)),
    ),
    square(
        "photos/by-the-lake.jpg",
        288,
        "a head left of the middle: the centre square cuts it",
        || by_a_lake(by_the_lake),
    ),
    square(
        "photos/group.jpg",
        288,
        "three heads right of the middle: the centre square loses one",
        || by_a_lake(group),
    ),
    square(
        "photos/phone.jpg",
        640,
        "two noisy megapixels on their side (orientation 6)",
        phone,
    ),
    square(
        "shapes/panorama.jpg",
        320,
        "five times as wide as high",
        || plain(&opaque(1600, 320, |c| landscape(c, &NOON))),
    ),
    square(
        "shapes/photo-booth.jpg",
        240,
        "three times as high as wide; the middle face is the one",
        photo_booth,
    ),
    square(
        "shapes/small.jpg",
        96,
        "smaller than the square: not enlarged",
        || plain(&opaque(128, 96, |c| landscape(c, &AUTUMN))),
    ),
    square("shapes/tiny.png", 3, "3 by 5 pixels", || {
        Ok(png::png(&tiny(), &[]))
    }),
    square("shapes/one-pixel.png", 1, "a single pixel", || {
        Ok(png::png(
            &Raster {
                width: 1,
                height: 1,
                channels: 3,
                samples: vec![228, 87, 46],
            },
            &[],
        ))
    }),
    square(
        "orientation/1.jpg",
        300,
        "EXIF orientation 1: stored upright",
        || turned(&scene(), 1),
    ),
    square(
        "orientation/2.jpg",
        300,
        "EXIF orientation 2: mirrored",
        || turned(&scene(), 2),
    ),
    square(
        "orientation/3.jpg",
        300,
        "EXIF orientation 3: half a turn",
        || turned(&scene(), 3),
    ),
    square(
        "orientation/4.jpg",
        300,
        "EXIF orientation 4: mirrored, half a turn",
        || turned(&scene(), 4),
    ),
    square(
        "orientation/5.jpg",
        300,
        "EXIF orientation 5: transposed",
        || turned(&scene(), 5),
    ),
    square(
        "orientation/6.jpg",
        300,
        "EXIF orientation 6: a quarter turn",
        || turned(&scene(), 6),
    ),
    square(
        "orientation/7.jpg",
        300,
        "EXIF orientation 7: transposed, half a turn",
        || turned(&scene(), 7),
    ),
    square(
        "orientation/8.jpg",
        300,
        "EXIF orientation 8: a quarter turn back",
        || turned(&scene(), 8),
    ),
    square(
        "orientation/png-exif-6.png",
        180,
        "orientation 6 in a PNG's eXIf chunk",
        || {
            Ok(png::png(
                &small_scene().stored_as(6),
                &[(b"eXIf", exif::orientation(6))],
            ))
        },
    ),
    square(
        "orientation/webp-exif-8.webp",
        180,
        "orientation 8 in a WebP's EXIF chunk",
        || webp::webp(&small_scene().stored_as(8), Some(exif::orientation(8))),
    ),
    square(
        "orientation/tiff-tag-3.tif",
        180,
        "orientation 3 in a TIFF's own directory",
        || Ok(tiff::tiff(&small_scene().stored_as(3), 3)),
    ),
    square(
        "names/zoë à la plage.jpg",
        360,
        "spaces and accents in the name",
        || plain(&opaque(480, 360, |c| portrait(c, &IRIS))),
    ),
    square(
        "names/夕焼け.jpg",
        360,
        "a name without any Latin letter",
        || plain(&opaque(480, 360, |c| lake(c, &DUSK))),
    ),
    square(
        "names/a/nested/folder/noon.jpg",
        360,
        "folders in folders, mirrored in the output",
        || plain(&opaque(480, 360, |c| landscape(c, &NOON))),
    ),
    square(
        "names/really-a-png.jpg",
        240,
        "a PNG that is called .jpg",
        || Ok(png::png(&opaque(240, 240, |c| portrait(c, &NOOR)), &[])),
    ),
    square(
        "names/really-a-jpeg.png",
        360,
        "a JPEG that is called .png",
        || plain(&opaque(480, 360, |c| still_life(c, [0xcfe0dc, 0x7d9a98]))),
    ),
    square("names/no-extension", 320, "no extension at all", || {
        plain(&opaque(320, 320, |c| portrait(c, &ADA)))
    }),
];

fn scene() -> Raster {
    opaque(400, 300, harbour)
}

fn small_scene() -> Raster {
    opaque(240, 180, harbour)
}

fn phone() -> File {
    let upright = opaque(1224, 1632, |canvas| {
        landscape(canvas, &NOON);
        canvas.adjust(|x, y, [r, g, b, a]| {
            let ground = ((y - 48.0) / 12.0).clamp(0.0, 1.0);
            let texture = (rough(x * 0.9, y * 1.4, 4, 90) - 0.5) * 0.26 * ground;
            let noise = (sensor(x, y, 1) + sensor(x, y, 2) - 1.0) * 0.07;
            [
                r + texture + noise,
                g + texture + noise,
                b + texture * 0.7 + noise * 1.1,
                a,
            ]
        });
    });
    let options = Jpeg {
        quality: 68,
        orientation: Some(6),
        ..Jpeg::default()
    };
    options.encode(&upright.stored_as(6))
}

fn sensor(x: f32, y: f32, seed: u32) -> f32 {
    grain((x * 64.0) as i32, (y * 64.0) as i32, seed)
}

fn by_a_lake(scene: fn(&mut Canvas)) -> File {
    let options = Jpeg {
        quality: 62,
        ..Jpeg::default()
    };
    options.encode(&opaque(480, 288, scene))
}

fn photo_booth() -> File {
    let face = |sitter| opaque(240, 240, |canvas: &mut Canvas| portrait(canvas, sitter));
    let samples = [&ADA, &NOOR, &IRIS]
        .map(|sitter| face(sitter).samples)
        .concat();
    plain(&Raster {
        width: 240,
        height: 720,
        channels: 3,
        samples,
    })
}

fn tiny() -> Raster {
    let samples = (0..15)
        .flat_map(|i| [250 - 16 * i, 90 + 8 * i, 60 + 12 * i])
        .collect();
    Raster {
        width: 3,
        height: 5,
        channels: 3,
        samples,
    }
}
