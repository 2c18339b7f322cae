//! Floats in TIFF and PSD with an ICC profile: the curve of the profile says whether they are light, or of
//! high dynamic range.

use avatar_prepare::Note;

use crate::support::{code, decode, finest, near, png, prepare};

/// CIEXYZ of the primaries under D50, of sRGB (IEC 61966-2-1) and of BT.2020.
const SRGB: [[f64; 3]; 3] = [
    [0.43607, 0.22249, 0.01392],
    [0.38515, 0.71687, 0.09708],
    [0.14307, 0.06061, 0.71410],
];
const BT2020: [[f64; 3]; 3] = [
    [0.67346, 0.27904, -0.00193],
    [0.16566, 0.67535, 0.02998],
    [0.12505, 0.04561, 0.79686],
];

/// Big-endian, 16 bits after the point.
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65_536.0).round() as i32).to_be_bytes()
}

/// A profile whose curve is a power; of three primaries, or gray without any.
fn profile(primaries: &[[f64; 3]], gamma: f64) -> Vec<u8> {
    let curve = [&b"para\0\0\0\0\0\0\0\0"[..], &fixed(gamma)].concat();
    with_curve(primaries, &curve, None)
}

/// A profile with this curve, and perhaps with code points for primaries and transfer function.
fn with_curve(primaries: &[[f64; 3]], curve: &[u8], points: Option<[u8; 2]>) -> Vec<u8> {
    let point = |xyz: [f64; 3]| [b"XYZ \0\0\0\0".to_vec(), xyz.map(fixed).concat()].concat();
    let mut tags = vec![(*b"wtpt", point([0.9642, 1.0, 0.8249]))];
    for (name, &primary) in [b"rXYZ", b"gXYZ", b"bXYZ"].into_iter().zip(primaries) {
        tags.push((*name, point(primary)));
    }
    let curves: &[&[u8; 4]] = match primaries {
        [] => &[b"kTRC"],
        _ => &[b"rTRC", b"gTRC", b"bTRC"],
    };
    tags.extend(curves.iter().map(|name| (**name, curve.to_vec())));
    if let Some([primaries, transfer]) = points {
        tags.push((
            *b"cicp",
            [&b"cicp\0\0\0\0"[..], &[primaries, transfer, 0, 1]].concat(),
        ));
    }
    let (mut table, mut data) = ((tags.len() as u32).to_be_bytes().to_vec(), Vec::new());
    let start = 128 + 4 + 12 * tags.len();
    for (name, content) in tags {
        let place = [(start + data.len()) as u32, content.len() as u32];
        table.extend([&name[..], &place.map(u32::to_be_bytes).concat()].concat());
        data.extend(content);
    }
    let mut header = vec![0; 128];
    header[..4].copy_from_slice(&((start + data.len()) as u32).to_be_bytes());
    header[8] = 4;
    let space = if primaries.is_empty() {
        b"GRAY"
    } else {
        b"RGB "
    };
    header[12..24].copy_from_slice(&[&b"mntr"[..], space, b"XYZ "].concat());
    header[36..40].copy_from_slice(b"acsp");
    header[68..80].copy_from_slice(&[0.9642, 1.0, 0.8249].map(fixed).concat());
    [header, table, data].concat()
}

/// A TIFF of 2 by 2 equal pixels.
fn tiff(pixel: &[f32], icc: &[u8]) -> Vec<u8> {
    let samples = pixel.repeat(4).into_iter().flat_map(f32::to_le_bytes);
    let samples: Vec<u8> = samples.collect();
    let channels = pixel.len() as u32;
    let photometric = if channels == 1 { 1 } else { 2 };
    let data = 8 + 2 + 12 * 11 + 4;
    let (bits, profile) = (data + samples.len() as u32, data + samples.len() as u32 + 6);
    let depth = if channels == 1 { 32 } else { bits };
    let entries = [
        (256, 3, 1, 2),
        (257, 3, 1, 2),
        (258, 3, channels, depth),
        (259, 3, 1, 1),
        (262, 3, 1, photometric),
        (273, 4, 1, data),
        (277, 3, 1, channels),
        (278, 3, 1, 2),
        (279, 4, 1, samples.len() as u32),
        (339, 3, 1, 3),
        (34_675, 7, icc.len() as u32, profile),
    ];
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend([u16::to_le_bytes(tag), u16::to_le_bytes(kind)].concat());
        bytes.extend([u32::to_le_bytes(count), u32::to_le_bytes(value)].concat());
    }
    bytes.extend([0; 4]);
    bytes.extend(samples);
    bytes.extend([32, 0].repeat(3));
    bytes.extend(icc);
    bytes
}

fn shown(pixel: &[f32], icc: &[u8]) -> ([u8; 3], Vec<Note>) {
    let avatar = prepare(finest(), &tiff(pixel, icc)).unwrap();
    let notes = avatar.notes().iter();
    let notes = notes.filter(|note| note.code() != "low_resolution");
    (decode(avatar.bytes()).at(0, 0), notes.cloned().collect())
}

#[test]
fn the_curve_of_a_profile_says_what_floats_are() {
    // Half is 188 in sRGB if it is light, and 127 to 128 if the curve is about that of sRGB.
    for (primaries, pixel) in [(&SRGB[..], &[0.5; 3][..]), (&[], &[0.5])] {
        for (gamma, value) in [(1.0, 188), (2.2, 128), (1.8, 147)] {
            let (found, notes) = shown(pixel, &profile(primaries, gamma));
            near(found, [value; 3]);
            assert!(notes.is_empty(), "{notes:?}");
        }
    }
}

#[test]
fn the_primaries_of_a_profile_count_for_light() {
    // Light of 0.5, 0.25 and 0.125 in sRGB: 188, 137, 99. In BT.2020 (BT.2087, annex 2, the inverse
    // of its matrix) it is this.
    let light = [0.401_4, 0.265_9, 0.142_2];
    for gamma in [1.0, 2.2] {
        let stored = light.map(|light: f32| light.powf(1.0 / gamma as f32));
        let (found, notes) = shown(&stored, &profile(&BT2020, gamma));
        near(found, [188, 137, 99]);
        assert!(notes.is_empty(), "{notes:?}");
    }
}

#[test]
fn highlights_are_compressed_only_in_light() {
    let is_mapped = |notes: &[Note]| matches!(notes, [Note::ToneMapped { .. }]);
    let (found, notes) = shown(&[4.0; 3], &profile(&SRGB, 1.0));
    near(found, [255; 3]);
    assert!(is_mapped(&notes), "{notes:?}");
    let (found, notes) = shown(&[4.0; 3], &profile(&SRGB, 2.2));
    near(found, [255; 3]);
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn a_profile_that_cannot_be_used_for_floats_is_noted() {
    let is_ignored = |notes: &[Note]| matches!(notes, [Note::ProfileIgnored { .. }]);
    let (found, notes) = shown(&[0.5; 3], b"no profile, but longer than a few bytes");
    near(found, [188; 3]);
    assert!(is_ignored(&notes), "{notes:?}");
    let (_, notes) = shown(&[0.5, 0.25, 0.5], &profile(&[], 2.2));
    assert!(is_ignored(&notes), "{notes:?}");
}

/// SMPTE ST 2084: light, where 1 is 10,000 cd/m².
fn pq(sample: f64) -> f64 {
    let root = sample.powf(32.0 / 2_523.0);
    let light = (root - 0.835_937_5).max(0.0) / (18.851_562_5 - 18.687_5 * root);
    light.powf(8_192.0 / 1_305.0)
}

/// ITU-R BT.2100-2, table 5: light of the scene.
fn hlg(sample: f64) -> f64 {
    match sample {
        ..=0.5 => sample * sample / 3.0,
        _ => (((sample - 0.559_910_73) / 0.178_832_77).exp() + 0.284_668_92) / 12.0,
    }
}

#[test]
fn profiles_of_high_dynamic_range_are_read_as_such() {
    let table = |curve: fn(f64) -> f64| {
        let light = (0..4_096).map(|step| curve(f64::from(step) / 4_095.0));
        let values: Vec<u8> = light
            .flat_map(|light| ((light * 65_535.0).round() as u16).to_be_bytes())
            .collect();
        [&b"curv\0\0\0\0\0\0\x10\0"[..], &values].concat()
    };
    let power = [&b"para\0\0\0\0\0\0\0\0"[..], &fixed(2.2)].concat();
    for (curve, points, white, gray) in [
        // ITU-R BT.2408: paper white is 58 % PQ and 75 % HLG, a gray card of 26 cd/m² 38 %.
        (table(pq), None, 0.580_7, 0.38),
        (table(pq), Some([9, 16]), 0.580_7, 0.38),
        (power.clone(), Some([9, 16]), 0.580_7, 0.38),
        (table(hlg), None, 0.75, 0.38),
        (power, Some([9, 18]), 0.75, 0.38),
    ] {
        let icc = with_curve(&BT2020, &curve, points);
        let (found, notes) = shown(&[white; 3], &icc);
        near(found, [255; 3]);
        assert!(notes.is_empty(), "{notes:?}");
        // 26 of 203 cd/m² is 100 in sRGB.
        let (found, _) = shown(&[gray; 3], &icc);
        near(found, [100; 3]);
        let (_, notes) = shown(&[0.9; 3], &icc);
        assert!(matches!(notes[..], [Note::ToneMapped { .. }]), "{notes:?}");
    }
}

/// A PSD of one pixel of 32 bits.
fn psd(light: [f32; 3], icc: &[u8]) -> Vec<u8> {
    let mut bytes = b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x01\0\0\0\x01\0\x20\0\x03".to_vec();
    bytes.extend(0u32.to_be_bytes()); // palette
    let padding = icc.len() % 2;
    let resource = [
        b"8BIM\x04\x0f\0\0",
        &(icc.len() as u32).to_be_bytes()[..],
        icc,
    ];
    bytes.extend((12 + icc.len() as u32 + padding as u32).to_be_bytes());
    bytes.extend(resource.concat());
    bytes.extend(vec![0; padding]);
    bytes.extend([0; 4 + 2]); // layers, compression
    bytes.extend(light.map(f32::to_be_bytes).concat());
    bytes
}

#[test]
fn a_psd_with_32_bits_and_a_linear_profile_is_encoded_once() {
    for (primaries, light) in [
        (&SRGB, [0.5, 0.25, 0.125]),
        (&BT2020, [0.401_4, 0.265_9, 0.142_2]),
    ] {
        let avatar = prepare(finest(), &psd(light, &profile(primaries, 1.0))).unwrap();
        near(decode(avatar.bytes()).at(0, 0), [188, 137, 99]);
    }
}

#[test]
fn light_of_a_psd_beyond_white_is_compressed_with_a_note() {
    // The brightest pixel is the white of the picture; its largest component becomes 1.
    for (primaries, light) in [
        (&SRGB, [4.0, 2.0, 1.0]),
        (&BT2020, [3.211_2, 2.127_2, 1.137_6]),
    ] {
        let avatar = prepare(finest(), &psd(light, &profile(primaries, 1.0))).unwrap();
        let [r, g, b] = decode(avatar.bytes()).at(0, 0);
        near([r, g, b], [255, 188, 137]);
        let is_compressed = |note: &Note| matches!(note, Note::ToneMapped { percent: 395..=405 });
        assert!(
            avatar.notes().iter().any(is_compressed),
            "{:?}",
            avatar.notes()
        );
    }
    let within = prepare(finest(), &psd([1.0, 0.5, 0.0], &profile(&SRGB, 1.0))).unwrap();
    let is_compressed = |note: &Note| matches!(note, Note::ToneMapped { .. });
    assert!(!within.notes().iter().any(is_compressed));
}

/// A PSD of one pixel of 32 bits in one layer, whose merged picture is of one colour.
fn layered(light: [f32; 3]) -> Vec<u8> {
    layered_rows(light, 1, 1)
}

/// The same with this height, of which the last channel has these rows.
fn layered_rows(light: [f32; 3], height: u32, rows: u32) -> Vec<u8> {
    let mut record = [0, 0, height, 1].map(u32::to_be_bytes).concat();
    record.extend([0, 3]);
    let rows_of = |id: u16| if id < 2 { height } else { rows };
    for id in 0..3u16 {
        record.extend(id.to_be_bytes());
        record.extend((2 + 4 * rows_of(id)).to_be_bytes());
    }
    record.extend(b"8BIMnorm\xff\0\0\0");
    record.extend([0, 0, 0, 12]);
    record.extend([0; 12]); // no mask, no ranges, no name
    let samples = (0..3u16).zip(light).flat_map(|(id, value)| {
        let values = value.to_be_bytes().repeat(rows_of(id) as usize);
        [vec![0; 2], values].concat()
    });
    let layers = [vec![0, 1], record, samples.collect()].concat();
    let sized = |content: Vec<u8>| [&(content.len() as u32).to_be_bytes()[..], &content].concat();
    [
        &b"8BPS\0\x01\0\0\0\0\0\0\0\x03"[..],
        &height.to_be_bytes(),
        b"\0\0\0\x01\0\x20\0\x03",
        &[0; 8], // no palette, no resources
        &sized(sized(layers)),
        &[0; 2],
        &1.0f32.to_be_bytes().repeat(3 * height as usize),
    ]
    .concat()
}

#[test]
fn light_of_layers_beyond_white_is_compressed_with_a_note() {
    let avatar = prepare(finest(), &layered([4.0, 2.0, 1.0])).unwrap();
    near(decode(avatar.bytes()).at(0, 0), [255, 188, 137]);
    let notes = avatar.notes();
    assert!(notes.contains(&Note::LayersComposed), "{notes:?}");
    assert!(
        notes.contains(&Note::ToneMapped { percent: 400 }),
        "{notes:?}"
    );
    let avatar = prepare(finest(), &layered([0.5, 0.25, 0.0])).unwrap();
    near(decode(avatar.bytes()).at(0, 0), [188, 137, 0]);
    let is_compressed = |note: &Note| matches!(note, Note::ToneMapped { .. });
    assert!(!avatar.notes().iter().any(is_compressed));
    // A layer that ends below the square can be brighter there.
    assert!(prepare(finest(), &layered_rows([4.0, 2.0, 1.0], 3, 3)).is_ok());
    assert_eq!(code(&layered_rows([4.0, 2.0, 1.0], 3, 2)), "truncated");
}

/// A merged picture of 2 by 2 pixels, of 32 bits, which are the same except for a bit; its fourth channel is
/// alpha.
fn merged([r, g, b, a]: [f32; 4]) -> Vec<u8> {
    let plane = |value: f32| [value, value, value, f32::from_bits(value.to_bits() ^ 1)];
    [
        &b"8BPS\0\x01\0\0\0\0\0\0\0\x04\0\0\0\x02\0\0\0\x02\0\x20\0\x03"[..],
        &[0; 8], // no palette, no resources
        // A negative number of layers.
        &[0, 0, 0, 6, 0, 0, 0, 2, 0xff, 0xff, 0, 0],
        &[r, g, b, a]
            .map(|value| plane(value).map(f32::to_be_bytes).concat())
            .concat(),
    ]
    .concat()
}

#[test]
fn light_of_a_psd_is_freed_of_white_before_it_is_encoded() {
    let shown = |pixel| {
        let avatar = prepare(finest(), &merged(pixel)).unwrap();
        (decode(avatar.bytes()).at(0, 0), avatar.notes().to_vec())
    };
    // The same in 8 bits, whose alpha and colours are those of sRGB.
    let wanted = |pixel: [u8; 4]| {
        let avatar = prepare(finest(), &png(2, 2, |_, _| pixel)).unwrap();
        decode(avatar.bytes()).at(0, 0)
    };
    let is_compressed = |note: &Note| matches!(note, Note::ToneMapped { .. });
    // Black, and red, at half opacity on white.
    for (stored, pixel) in [
        ([0.5, 0.5, 0.5, 0.5], [0, 0, 0, 128]),
        ([1.0, 0.5, 0.5, 0.5], [255, 0, 0, 128]),
        ([0.607, 0.607, 0.607, 0.5], [128, 128, 128, 128]),
    ] {
        let (found, notes) = shown(stored);
        near(found, wanted(pixel));
        assert!(!notes.iter().any(is_compressed), "{notes:?}");
    }
    // Light beyond white, of which the white behind it is no part.
    let (found, notes) = shown([2.5, 1.5, 1.0, 0.5]);
    near(found, wanted([255, 188, 137, 128]));
    assert!(
        notes.contains(&Note::ToneMapped { percent: 400 }),
        "{notes:?}"
    );
}

#[test]
fn a_psd_with_32_bits_of_ink_or_lab_is_refused() {
    for (mode, channels) in [(4, 4), (9, 3)] {
        let mut file = psd([0.5; 3], &[]);
        (file[13], file[25]) = (channels, mode);
        file.extend(0.5f32.to_be_bytes());
        assert_eq!(crate::support::code(&file), "unsupported", "{mode}");
    }
}
