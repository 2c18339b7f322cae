//! Orientation and colours that files state in places that few readers look at.

use std::fmt::Write as _;
use std::io::Write as _;

use avatar_prepare::Note;
use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::support::{corpus, decode, encode, finest, made, near, png, prepare, root};

/// A PNG chunk.
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let body = [&name[..], content].concat();
    let mut sum = flate2::Crc::new();
    sum.update(&body);
    let length = (content.len() as u32).to_be_bytes();
    [&length[..], &body, &sum.sum().to_be_bytes()].concat()
}

/// Puts chunks behind the header of a PNG.
fn with(png: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    [&png[..33], &chunks.concat(), &png[33..]].concat()
}

/// EXIF with this orientation only.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = [1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
    [b"II*\0\x08\0\0\0", &entry[..], &[0; 4]].concat()
}

/// Red above, blue below.
fn flag() -> Vec<u8> {
    png(16, 16, |_, y| match y {
        0..8 => [254, 0, 0, 255],
        _ => [0, 0, 254, 255],
    })
}

/// A text as ImageMagick writes it: the name, the number of bytes, and digits in lines.
fn raw_profile(name: &str, content: &[u8]) -> Vec<u8> {
    let mut text = format!("\n{name}\n{:8}", content.len());
    for (at, byte) in content.iter().enumerate() {
        let line = if at % 36 == 0 { "\n" } else { "" };
        write!(text, "{line}{byte:02x}").unwrap();
    }
    text.into_bytes()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_png_is_turned_by_exif_in_a_text() {
    let block = [b"Exif\0\0", &exif(3)[..]].concat();
    for name in ["exif", "APP1"] {
        let keyword = format!("Raw profile type {name}\0").into_bytes();
        let text = raw_profile(name, &block);
        let plain = chunk(b"tEXt", &[&keyword[..], &text].concat());
        let packed = chunk(b"zTXt", &[&keyword[..], &[0], &deflated(&text)].concat());
        for stated in [plain, packed] {
            let square = made(&with(&flag(), std::slice::from_ref(&stated)));
            near(square.at(4, 2), [0, 0, 254]);
            near(square.at(4, 13), [254, 0, 0]);
            // The chunk counts before the text.
            let both = [stated, chunk(b"eXIf", &exif(1))];
            near(made(&with(&flag(), &both)).at(4, 2), [254, 0, 0]);
        }
    }
    // Another profile in the same form, and one that is no EXIF.
    for (keyword, content) in [
        ("iptc", &block[..]),
        ("exif", b"http://ns.adobe.com/xap/1.0/"),
    ] {
        let keyword = format!("Raw profile type {keyword}\0").into_bytes();
        let text = [&keyword[..], &raw_profile("x", content)].concat();
        let square = made(&with(&flag(), &[chunk(b"tEXt", &text)]));
        near(square.at(4, 2), [254, 0, 0]);
    }
}

#[test]
fn few_texts_of_a_png_are_read_and_each_in_part() {
    let text = |content: &[u8]| {
        let text = [&b"Raw profile type exif\0\0"[..], &deflated(content)].concat();
        chunk(b"zTXt", &text)
    };
    let turning = |end: &str| [&raw_profile("exif", &exif(3))[..], end.as_bytes()].concat();
    // Real ones end with the picture's EXIF; what follows here has no meaning.
    let long = text(&turning(&"00".repeat(1 << 20)));
    near(made(&with(&flag(), &[long])).at(4, 2), [0, 0, 254]);
    let empty = text(b"\nexif\n0\n");
    for (before, shown) in [(3, [0, 0, 254]), (4, [254, 0, 0])] {
        let mut all = vec![empty.clone(); before];
        all.push(text(&turning("")));
        near(made(&with(&flag(), &all)).at(4, 2), shown);
    }
}

#[test]
fn an_animated_png_whose_default_image_is_no_frame_is_noted() {
    let animation = chunk(b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]);
    let frame = [0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0];
    let frame = chunk(b"fcTL", &[&frame[..], &[0, 1, 0, 10, 0, 0]].concat());
    for (chunks, frames) in [
        (vec![animation.clone()], Some(2)),
        (vec![animation, frame], None),
    ] {
        let avatar = prepare(finest(), &with(&flag(), &chunks)).unwrap();
        near(decode(avatar.bytes()).at(4, 2), [254, 0, 0]);
        let noted = avatar.notes().iter().find_map(|note| match note {
            Note::FirstFrame { frames } => Some(*frames),
            _ => None,
        });
        assert_eq!(noted, frames);
    }
}

/// A bitmap of 8 × 8 pixels of a colour (blue, green, red) whose header of 124 bytes has these
/// words from the colour space on; `after` follows the pixels.
fn bitmap(pixel: [u8; 3], words: &[u32], after: &[u8]) -> Vec<u8> {
    let mut header = [0; 31];
    header[..5].copy_from_slice(&[124, 8, 8, 1 | 24 << 16, 0]);
    header[14..14 + words.len()].copy_from_slice(words);
    let header = header.map(u32::to_le_bytes).concat();
    let file = [138 + 192 + after.len() as u32, 0, 138].map(u32::to_le_bytes);
    [b"BM", &file.concat()[..], &header, &pixel.repeat(64), after].concat()
}

fn is_ignored(bytes: &[u8]) -> bool {
    let avatar = prepare(finest(), bytes).unwrap();
    let notes = avatar.notes().iter();
    notes
        .into_iter()
        .any(|note| matches!(note, Note::ProfileIgnored { .. }))
}

#[test]
fn the_gamma_and_the_primaries_of_a_bitmap_count() {
    let fixed = |value: f64| (value * f64::from(1 << 30)) as u32;
    let xyz = [
        0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505,
    ];
    let xy = [0.64, 0.33, 0.03, 0.3, 0.6, 0.1, 0.15, 0.06, 0.79];
    for points in [xyz, xy] {
        let points = points.map(fixed);
        let words = |gamma: u32| [&[0], &points[..], &[gamma; 3]].concat();
        // Linear 55 of 255 is 128 in sRGB (IEC 61966-2-1).
        near(
            made(&bitmap([55; 3], &words(1 << 16), &[])).at(4, 4),
            [128; 3],
        );
        // Gamma 1.8, also as the exponent of encoding: 128 of 255 is 0.2891 of light, in sRGB 146.
        for gamma in [117_965, 36_409] {
            near(
                made(&bitmap([128; 3], &words(gamma), &[])).at(4, 4),
                [146; 3],
            );
        }
        near(made(&bitmap([55; 3], &words(0), &[])).at(4, 4), [55; 3]);
        let uneven = [&words(1 << 16)[..12], &[2 << 16]].concat();
        assert!(is_ignored(&bitmap([55; 3], &uneven, &[])));
        assert!(!is_ignored(&bitmap([55; 3], &words(1 << 16), &[])));
    }
    // Red and green exchanged.
    let exchanged = [3, 4, 5, 0, 1, 2, 6, 7, 8].map(|at: usize| fixed(xyz[at]));
    let words = [&[0], &exchanged[..], &[144_179; 3]].concat();
    near(
        made(&bitmap([0, 0, 254], &words, &[])).at(4, 4),
        [0, 254, 0],
    );
}

#[test]
fn the_profile_of_a_bitmap_counts() {
    let picture = root().join("samples/pictures/colour/swapped-channels.jpg");
    let picture = std::fs::read(picture).unwrap();
    let found = picture
        .windows(12)
        .position(|part| part == b"ICC_PROFILE\0");
    let profile = &picture[found.unwrap() + 14..];
    let length = u32::from_be_bytes(*profile.first_chunk().unwrap());
    let profile = &profile[..length as usize];
    let words = |space: &[u8; 4], length| {
        let mut words = [0; 17];
        words[0] = u32::from_be_bytes(*space);
        words[14] = 124 + 192;
        words[15] = length;
        words
    };
    let [red, green, blue] = made(&bitmap([0, 0, 200], &words(b"MBED", length), profile)).at(4, 4);
    assert!(blue > 150 && red < 60 && green < 60, "{red} {green} {blue}");
    assert!(is_ignored(&bitmap(
        [0, 0, 200],
        &words(b"MBED", length + 1),
        profile
    )));
    assert!(is_ignored(&bitmap(
        [0, 0, 200],
        &words(b"LINK", length),
        profile
    )));
    let plain = bitmap([0, 0, 200], &words(b"sRGB", 0), &[]);
    near(made(&plain).at(4, 4), [200, 0, 0]);
    assert!(!is_ignored(&plain));
}

/// Where the container names no colours, the sequence header of AV1 counts, as in libavif.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn the_colours_of_an_avif_can_be_stated_in_its_data_only() {
    for name in ["10bit-HDR-P3-nclx", "colors_hdr_rec2020", "colors_sdr_srgb"] {
        let named = std::fs::read(corpus().join(format!("color/hdr/{name}.avif"))).unwrap();
        let mut unnamed = named.clone();
        let places = named.windows(8).enumerate();
        for (at, _) in places.filter(|(_, found)| found == b"colrnclx") {
            unnamed[at..at + 4].copy_from_slice(b"free");
        }
        assert!(unnamed != named, "{name}");
        let [one, other] = [&named, &unnamed].map(|bytes| prepare(finest(), bytes).unwrap());
        assert!(one.bytes() == other.bytes(), "{name}");
        assert_eq!(one.notes(), other.notes(), "{name}");
    }
}

/// What is said of the width of a pixel, in per cent of its height.
fn not_square(bytes: &[u8]) -> Option<u32> {
    let avatar = prepare(finest(), bytes).unwrap();
    avatar.notes().iter().find_map(|note| match note {
        Note::PixelsNotSquare { percent } => Some(*percent),
        _ => None,
    })
}

/// A copy with other bytes at this place.
fn patched(bytes: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

/// A copy with more bytes at this place.
fn inserted(bytes: &[u8], at: usize, more: &[u8]) -> Vec<u8> {
    [&bytes[..at], more, &bytes[at..]].concat()
}

#[test]
fn pixels_that_are_not_square_are_noted() {
    let numbers = |across: u32, down: u32| [across.to_be_bytes(), down.to_be_bytes()].concat();
    let picture = image::DynamicImage::ImageRgb8(image::RgbImage::from_pixel(6, 6, [99; 3].into()));
    let of = |format| encode(&picture, format);
    let plain = png(6, 6, |_, _| [99, 99, 99, 255]);
    // The resolution across and down, and what is said: 100 is not noted.
    for (across, down, wanted) in [
        (2, 1, Some(50)),
        (3, 4, Some(133)),
        (72, 72, None),
        (2835, 2834, None),
        (640, 1, None), // no ratio
        (0, 1, None),
    ] {
        let phys = chunk(b"pHYs", &[&numbers(across, down)[..], &[0]].concat());
        assert_eq!(not_square(&inserted(&plain, 33, &phys)), wanted, "PNG");
        let short = |value: u32| (value as u16).to_be_bytes();
        let jfif = [
            &b"\xff\xe0\0\x10JFIF\0\x01\x02\x01"[..],
            &short(across),
            &short(down),
            &[0; 2],
        ];
        let jpeg = crate::support::jpeg(6, 6, |_, _| [99; 3]);
        let rest = jpeg
            .strip_prefix(b"\xff\xd8\xff\xe0\0\x10")
            .map(|rest| &rest[14..]);
        let jpeg = [b"\xff\xd8", &jfif.concat()[..], rest.unwrap_or(&jpeg[2..])].concat();
        assert_eq!(not_square(&jpeg), wanted, "JPEG");
        let metres = [across.to_le_bytes(), down.to_le_bytes()].concat();
        let bmp = patched(&of(image::ImageFormat::Bmp), 38, &metres);
        assert_eq!(not_square(&bmp), wanted, "BMP");
        let fields = [(262, 1), (282, across), (283, down)];
        let tiff = crate::rare_tiffs::tiff(&fields, &[8], &[&[99; 4]]);
        assert_eq!(not_square(&tiff), wanted, "TIFF");
    }
    let gif = of(image::ImageFormat::Gif);
    assert_eq!(not_square(&patched(&gif, 12, &[113])), Some(200), "GIF");
    assert_eq!(not_square(&patched(&gif, 12, &[49])), None, "GIF");
}

#[test]
fn pixels_of_documents_and_scenes_that_are_not_square_are_noted() {
    // One gray pixel.
    let psd = |ratio: f64| {
        let resource = [
            b"8BIM\x04\x28\0\0\0\0\0\x0c\0\0\0\x01",
            &ratio.to_be_bytes()[..],
        ]
        .concat();
        let head = b"8BPS\0\x01\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x08\0\x01\0\0\0\0";
        let length = (resource.len() as u32).to_be_bytes();
        [&head[..], &length, &resource, &[0; 4], &[0; 2], &[99]].concat()
    };
    assert_eq!(not_square(&psd(2.0)), Some(200));
    assert_eq!(not_square(&psd(1.0)), None);
    let light = image::Rgb32FImage::from_pixel(4, 4, [0.2; 3].into());
    let exr = encode(
        &image::DynamicImage::ImageRgb32F(light),
        image::ImageFormat::OpenExr,
    );
    let name = b"pixelAspectRatio\0float\0\x04\0\0\0";
    let at = exr.windows(name.len()).position(|found| found == name);
    let at = at.unwrap() + name.len();
    assert_eq!(not_square(&exr), None);
    assert_eq!(
        not_square(&patched(&exr, at, &2f32.to_le_bytes())),
        Some(200)
    );
}

#[test]
fn pixels_of_radiance_and_tga_that_are_not_square_are_noted() {
    // Each line is a factor, and says how high a pixel is.
    let radiance = |lines: &str| {
        let head = format!("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n{lines}\n-Y 2 +X 2\n");
        [head.as_bytes(), &[99, 99, 99, 128].repeat(4)].concat()
    };
    assert_eq!(not_square(&radiance("")), None);
    assert_eq!(not_square(&radiance("PIXASPECT=2\n")), Some(50));
    let twice = "PIXASPECT= 0.5\nSOFTWARE=x\nPIXASPECT=.5\n";
    assert_eq!(not_square(&radiance(twice)), Some(400));
    let tga = |width: u16, height: u16| {
        let mut file = vec![0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 8, 0x20, 99];
        let mut area = vec![0; 495];
        area[474..476].copy_from_slice(&width.to_le_bytes());
        area[476..478].copy_from_slice(&height.to_le_bytes());
        file.extend(area);
        file.extend(b"\x13\0\0\0\0\0\0\0TRUEVISION-XFILE.\0");
        file
    };
    assert_eq!(not_square(&tga(4, 3)), Some(133));
    assert_eq!(not_square(&tga(1, 1)), None);
    assert_eq!(not_square(&tga(0, 0)), None);
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn pixels_of_heif_and_jpeg_2000_that_are_not_square_are_noted() {
    use crate::tiles::{AVIF, HEIC, Item, be, boxed, file};
    for name in [HEIC, AVIF] {
        let with = |aspect: [usize; 2]| {
            let item = Item::of(name).with(b"pasp", &aspect.map(be).concat());
            not_square(&file(&[item], &[]))
        };
        assert_eq!(with([4, 3]), Some(133), "{name}");
        assert_eq!(with([7, 7]), None, "{name}");
    }
    let jp2 = std::fs::read(corpus().join(JP2)).unwrap();
    let at = jp2.windows(4).position(|found| found == b"jp2h").unwrap();
    let length = u32::from_be_bytes(*jp2[at - 4..].first_chunk().unwrap());
    // Down 1/1 x 10, across 5/1: pixels are half as high as they are wide.
    let shape = boxed(b"resd", &[0, 1, 0, 1, 0, 5, 0, 1, 1, 0]);
    let resolution = boxed(b"res ", &shape);
    let longer = (length + resolution.len() as u32).to_be_bytes();
    let jp2 = patched(&jp2, at - 4, &longer);
    // Behind the header of the picture, which has 22 bytes, and before the resolution of that file.
    let jp2 = inserted(&jp2, at + 4 + 22, &resolution);
    assert_eq!(not_square(&jp2), Some(200));
}

/// A JPEG 2000 with boxes.
const JP2: &str = "formats/jp2/kakadu-lossless-rgba-u8-prog1-layers1-res6-mct.jp2";
