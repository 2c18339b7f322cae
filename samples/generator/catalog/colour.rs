//! Colour models, depths and profiles.

use super::{Sample, drawn, opaque, square};
use crate::draw::palette::{dither, reduce};
use crate::encode::icc::{DISPLAY_P3, SWAPPED, WIDE_GREEN};
use crate::encode::jpeg::{Jpeg, inks, plain};
use crate::encode::png;
use crate::scene::city::city;
use crate::scene::harbour::harbour;
use crate::scene::landscape::{MEADOW, MIST, lake, landscape, poppies};
use crate::scene::moon::{aurora, moon};
use crate::scene::portrait::{ADA, IRIS, portrait};
use crate::scene::still_life::still_life;

pub(super) const SAMPLES: &[Sample] = &[
    square("colour/gray.jpg", 600, "JPEG with one component", || {
        plain(&opaque(800, 600, |c| lake(c, &MIST)).gray())
    }),
    square(
        "colour/gray-16.png",
        192,
        "gray, sixteen bits: a smooth sky that must not band",
        || {
            Ok(png::deep(
                (192, 192),
                false,
                &drawn(192, 192, moon).gray16(),
            ))
        },
    ),
    square(
        "colour/rgb-16.png",
        108,
        "RGB, sixteen bits: smooth light that must not band",
        || {
            Ok(png::deep(
                (144, 108),
                true,
                &drawn(144, 108, aurora).rgb16(),
            ))
        },
    ),
    square(
        "colour/display-p3.jpg",
        420,
        "P3 profile; the poppies are redder than sRGB can say",
        || {
            let profile = DISPLAY_P3.profile();
            let options = Jpeg {
                profile: Some(&profile),
                halved_chroma: false,
                ..Jpeg::default()
            };
            options.encode(&opaque(560, 420, |canvas| {
                landscape(canvas, &MEADOW);
                poppies(canvas);
            }))
        },
    ),
    square(
        "colour/wide-green.png",
        180,
        "a camera's wide profile with gamma 2.2; dull if it is ignored",
        || {
            let converted = opaque(240, 180, |c| still_life(c, [0x9fd3a8, 0x2f7d5b]))
                .map(|p| WIDE_GREEN.of_srgb(p));
            Ok(png::png(&converted, &[png::profile(&WIDE_GREEN.profile())]))
        },
    ),
    square(
        "colour/swapped-channels.jpg",
        360,
        "a profile that reorders the channels: absurd if it is ignored",
        || {
            let profile = SWAPPED.profile();
            let options = Jpeg {
                profile: Some(&profile),
                ..Jpeg::default()
            };
            options.encode(&opaque(480, 360, harbour).map(|p| [p[2], p[0], p[1]]))
        },
    ),
    square(
        "colour/cmyk.jpg",
        480,
        "four inks, inverted as Adobe's marker says",
        || {
            inks(
                &opaque(640, 480, |c| still_life(c, [0xf6e3b4, 0xd9a05b])),
                false,
            )
        },
    ),
    square("colour/ycck.jpg", 320, "four inks stored as YCCK", || {
        inks(&opaque(320, 400, |c| portrait(c, &IRIS)), true)
    }),
    square(
        "colour/night-city.png",
        400,
        "a palette of 64 colours",
        || Ok(png::indexed(&reduce(&drawn(560, 400, city).rgba8(), 64))),
    ),
    square(
        "colour/black-and-white.png",
        400,
        "one bit a pixel, dithered",
        || {
            let gray = opaque(400, 400, |c| portrait(c, &ADA)).gray();
            Ok(png::bilevel((400, 400), &dither(&gray)))
        },
    ),
];
