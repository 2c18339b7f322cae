//! What files say about their alpha: extra samples of a TIFF, attributes of a TGA, the transparent
//! index of a PSD.

use crate::rare_tiffs::tiff;
use crate::support::{code, encode, made, near};

/// The file with a field of one LONG turned into one of two SHORTs.
fn with_two_shorts(mut file: Vec<u8>, tag: u16) -> Vec<u8> {
    let wanted = [&tag.to_le_bytes()[..], &[4, 0, 1, 0, 0, 0]].concat();
    let at = file.windows(8).position(|entry| entry == wanted).unwrap();
    file[at + 2..at + 8].copy_from_slice(&[3, 0, 2, 0, 0, 0]);
    file
}

/// The kinds of two extra samples.
fn kinds(first: u32, second: u32) -> (u16, u32) {
    (338, first | second << 16)
}

/// Pixels of a spot colour, then alpha: opaque, half, none, opaque.
#[test]
fn alpha_is_found_after_other_extra_samples() {
    let pixels = [
        200, 0, 0, 9, 255, 200, 0, 0, 9, 128, 0, 0, 0, 9, 0, 0, 0, 200, 9, 255,
    ];
    let file = |first, second, pixels: &[u8]| {
        let fields = [(259, 1), (262, 2), (277, 5), kinds(first, second)];
        with_two_shorts(tiff(&fields, &[8; 5], &[pixels]), 338)
    };
    let straight = made(&file(0, 2, &pixels));
    near(straight.at(0, 0), [200, 0, 0]);
    near(straight.at(1, 0), [227, 127, 127]);
    near(straight.at(0, 1), [255; 3]);
    near(straight.at(1, 1), [0, 0, 200]);
    // The same half, multiplied by its alpha.
    let mut multiplied = pixels;
    multiplied[5] = 100;
    near(made(&file(0, 1, &multiplied)).at(1, 0), [227, 127, 127]);
    // Two spot colours hide nothing.
    near(made(&file(0, 0, &pixels)).at(1, 0), [200, 0, 0]);
    // Gray, in planes of their own and packed.
    let planes: [&[u8]; 3] = [&[40, 40, 40, 80], &[9; 4], &[255, 128, 0, 255]];
    let fields = [(259, 1), (262, 1), (277, 3), (284, 2), kinds(0, 2)];
    let gray = made(&with_two_shorts(tiff(&fields, &[8; 3], &planes), 338));
    near(gray.at(0, 0), [40; 3]);
    near(gray.at(1, 0), [147; 3]);
    near(gray.at(0, 1), [255; 3]);
    near(gray.at(1, 1), [80; 3]);
}

/// SGI's names for extra samples and sample formats, which libtiff reads.
#[test]
fn older_tags_of_tiff_are_read() {
    let half = [100, 0, 0, 128].repeat(4);
    let file = |matteing| {
        let fields = [(259, 1), (262, 2), (277, 4), (32_995, matteing)];
        tiff(&fields, &[8; 4], &[&half])
    };
    near(made(&file(1)).at(0, 0), [227, 127, 127]);
    near(made(&file(0)).at(0, 0), [177, 127, 127]);
    // Light of 0.25 is 137 in sRGB.
    let light = 0.25f32.to_le_bytes().repeat(4);
    let floats = [(259, 1), (262, 1), (277, 1), (32_996, 3)];
    near(made(&tiff(&floats, &[32], &[&light])).at(1, 1), [137; 3]);
    let whole = [(259, 1), (262, 1), (277, 1), (32_996, 2)];
    let square = made(&tiff(&whole, &[8], &[&[200, 200, 50, 50]]));
    near(square.at(0, 0), [200; 3]);
    near(square.at(1, 1), [50; 3]);
}

#[test]
fn samples_of_other_meanings_are_refused() {
    // Complex numbers of 16-bit integers and of 32-bit floats.
    for (format, bits) in [(5, 32), (6, 64)] {
        let bytes = [60; 32];
        let pixels = &bytes[..usize::from(bits) / 2];
        let file = tiff(
            &[(259, 1), (262, 1), (277, 1), (339, format)],
            &[bits],
            &[pixels],
        );
        assert_eq!(code(&file), "unsupported", "{format}");
    }
    let inks = |set| {
        let fields = [(259, 1), (262, 5), (277, 4), (332, set)];
        tiff(&fields, &[8; 4], &[&[0, 255, 255, 0].repeat(4)])
    };
    near(made(&inks(1)).at(0, 0), [255, 0, 0]);
    assert_eq!(code(&inks(2)), "unsupported");
}

/// A TGA of 2 by 1 pixels with 32 bits, a half and an opaque one, and a type of attributes if there is one.
fn tga(kind: Option<u8>, is_packed: bool) -> Vec<u8> {
    let mut file = vec![0; 18];
    file[2] = if is_packed { 10 } else { 2 };
    (file[12], file[14], file[16], file[17]) = (2, 2, 32, 0x28);
    for _ in 0..2 {
        if is_packed {
            file.push(1);
        }
        file.extend([0, 0, 100, 128, 0, 200, 0, 255]);
    }
    if let Some(kind) = kind {
        let area = file.len() as u32;
        let mut extension = [0; 495];
        extension[..2].copy_from_slice(&495u16.to_le_bytes());
        extension[494] = kind;
        file.extend(extension);
        file.extend(area.to_le_bytes());
        file.extend([0; 4]);
        file.extend(b"TRUEVISION-XFILE.\0");
    }
    file
}

#[test]
fn a_tga_says_what_its_alpha_is_for() {
    let (straight, multiplied, opaque) = ([177, 127, 127], [227, 127, 127], [100, 0, 0]);
    for (kind, wanted) in [
        (None, straight),
        (Some(0), opaque),
        (Some(1), opaque),
        (Some(2), opaque),
        (Some(3), straight),
        (Some(4), multiplied),
        (Some(99), straight),
    ] {
        for is_packed in [false, true] {
            let made = made(&tga(kind, is_packed));
            near(made.at(0, 0), wanted);
            near(made.at(1, 1), [0, 200, 0]);
        }
    }
}

#[test]
fn a_tga_in_true_colour_may_have_a_colour_map() {
    for is_packed in [false, true] {
        let mut file = tga(None, is_packed);
        (file[1], file[5], file[7]) = (1, 2, 24);
        file.splice(18..18, [9; 6]);
        near(made(&file).at(0, 0), [177, 127, 127]);
        near(made(&file).at(1, 1), [0, 200, 0]);
    }
}

/// A PSD of 2 by 2 indices, with resource 1047 if there is one.
fn indexed(transparent: Option<u16>) -> Vec<u8> {
    let mut file = b"8BPS\0\x01\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x02\0\x08\0\x02".to_vec();
    file.extend(768u32.to_be_bytes());
    for channel in 0..3 {
        file.extend((0..=255u8).map(|index| if index % 3 == channel { 200 } else { 0 }));
    }
    let resource = transparent.map_or(Vec::new(), |index| {
        [b"8BIM\x04\x17\0\0\0\0\0\x02", &index.to_be_bytes()[..]].concat()
    });
    file.extend((resource.len() as u32).to_be_bytes());
    file.extend(resource);
    file.extend([0; 4]); // no layers
    file.extend([0, 0, 0, 1, 2, 255]); // not packed
    file
}

#[test]
fn the_transparent_index_of_a_psd_shows_the_background() {
    let (red, green, blue) = ([200, 0, 0], [0, 200, 0], [0, 0, 200]);
    for (index, first) in [(None, red), (Some(0), [255; 3]), (Some(256), red)] {
        let made = made(&indexed(index));
        near(made.at(0, 0), first);
        near(made.at(1, 0), green);
        near(made.at(0, 1), blue);
        near(made.at(1, 1), red);
    }
    near(made(&indexed(Some(255))).at(1, 1), [255; 3]);
}

/// An animated WebP of 4 by 4 pixels, whose first frame has `edge` by `edge` at the lower right.
fn animation(flags: u8, edge: u32) -> Vec<u8> {
    let chunk = |name: &[u8; 4], content: &[u8]| {
        [name, &(content.len() as u32).to_le_bytes()[..], content].concat()
    };
    let word = |number: u32| number.to_le_bytes()[..3].to_vec();
    let green = image::RgbImage::from_pixel(edge, edge, image::Rgb([0, 200, 0]));
    let still = encode(&green.into(), image::ImageFormat::WebP);
    let place = word((4 - edge) / 2);
    let side = word(edge - 1);
    let frame = [
        &place,
        &place,
        &side,
        &side,
        &word(100),
        &[0][..],
        &still[12..],
    ]
    .concat();
    let canvas = [&[flags, 0, 0, 0][..], &word(3), &word(3)].concat();
    let chunks = [
        chunk(b"VP8X", &canvas),
        chunk(b"ANIM", &[0; 6]),
        chunk(b"ANMF", &frame),
    ];
    let content = [&b"WEBP"[..], &chunks.concat()].concat();
    chunk(b"RIFF", &content)
}

#[test]
fn what_a_frame_of_a_webp_leaves_free_shows_the_background() {
    for flags in [0x02, 0x12] {
        let part = made(&animation(flags, 2));
        near(part.at(0, 0), [255; 3]);
        near(part.at(3, 3), [0, 200, 0]);
        near(made(&animation(flags, 4)).at(0, 0), [0, 200, 0]);
    }
}

/// A PFM of one gray pixel with this scale and light, in the order of bytes that the sign names.
fn pfm(scale: &str, light: f32) -> Vec<u8> {
    let bytes = match scale.starts_with('-') {
        true => light.to_le_bytes(),
        false => light.to_be_bytes(),
    };
    [format!("Pf\n1 1\n{scale}\n").as_bytes(), &bytes].concat()
}

#[test]
fn the_scale_of_a_pfm_is_its_white() {
    // A quarter of white is 137 in sRGB (IEC 61966-2-1).
    for (scale, light) in [
        ("1.0", 0.25),
        ("-1", 0.25),
        ("2", 0.5),
        ("-0.5", 0.125),
        ("-1e3", 250.0),
    ] {
        near(made(&pfm(scale, light)).at(0, 0), [137; 3]);
    }
    for scale in ["0", "-0.0", "nan", "-inf", "1e400", "1e-400", "one", "1,0"] {
        assert_eq!(code(&pfm(scale, 0.25)), "malformed", "{scale}");
    }
}
