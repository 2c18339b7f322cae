//! Matrix and curve profiles, and the conversion of sRGB pixels to them.

type Matrix = [[f64; 3]; 3];

/// An RGB space: its primaries as D50 colorants (a column each) and its transfer curve.
pub(crate) struct Space {
    name: &'static str,
    colorants: Matrix,
    curve: Curve,
}

/// How stored values become light.
#[derive(Clone, Copy)]
enum Curve {
    Srgb,
    Gamma(f64),
}

const SRGB: Space = Space {
    name: "sRGB primaries",
    colorants: [
        [0.43607, 0.38515, 0.14307],
        [0.22249, 0.71687, 0.06061],
        [0.01392, 0.09708, 0.71410],
    ],
    curve: Curve::Srgb,
};

/// The P3 primaries with the curve of sRGB, as phones write them.
pub(crate) const DISPLAY_P3: Space = Space {
    name: "P3 primaries, D65, sRGB curve",
    colorants: [
        [0.51512, 0.29198, 0.15710],
        [0.24120, 0.69225, 0.06657],
        [-0.00105, 0.04189, 0.78407],
    ],
    curve: Curve::Srgb,
};

/// A very green green and gamma 2.2, as cameras write it on request.
pub(crate) const WIDE_GREEN: Space = Space {
    name: "Wide green primary, gamma 2.2",
    colorants: [
        [0.60974, 0.20528, 0.14919],
        [0.31111, 0.62567, 0.06322],
        [0.01947, 0.06087, 0.74457],
    ],
    curve: Curve::Gamma(2.199_218_75),
};

/// sRGB with the channels in the order blue, red, green.
pub(crate) const SWAPPED: Space = Space {
    name: "sRGB with its channels in another order",
    colorants: [
        [0.14307, 0.43607, 0.38515],
        [0.06061, 0.22249, 0.71687],
        [0.71410, 0.01392, 0.09708],
    ],
    curve: Curve::Srgb,
};

impl Space {
    /// The profile, ICC version 4.3.
    pub(crate) fn profile(&self) -> Vec<u8> {
        let column = |i: usize| xyz([0, 1, 2].map(|row| self.colorants[row][i]));
        let tags = [
            (*b"desc", text(self.name)),
            (*b"cprt", text("No copyright, use freely")),
            (*b"wtpt", xyz([0.96420, 1.0, 0.82491])),
            (*b"rXYZ", column(0)),
            (*b"gXYZ", column(1)),
            (*b"bXYZ", column(2)),
            (*b"rTRC", self.curve.tag()),
            (*b"gTRC", self.curve.tag()),
            (*b"bTRC", self.curve.tag()),
        ];
        assemble(&tags)
    }

    /// The pixel of this space that looks like the given sRGB pixel.
    pub(crate) fn of_srgb(&self, pixel: &[u8]) -> [u8; 3] {
        let light = [0, 1, 2].map(|i| SRGB.curve.to_light(f64::from(pixel[i]) / 255.0));
        let here = multiply(&inverse(&self.colorants), multiply(&SRGB.colorants, light));
        here.map(|value| (self.curve.to_stored(value.clamp(0.0, 1.0)) * 255.0 + 0.5) as u8)
    }
}

impl Curve {
    fn to_light(self, value: f64) -> f64 {
        match self {
            Self::Srgb if value <= 0.04045 => value / 12.92,
            Self::Srgb => libm::pow((value + 0.055) / 1.055, 2.4),
            Self::Gamma(gamma) => libm::pow(value, gamma),
        }
    }

    fn to_stored(self, light: f64) -> f64 {
        match self {
            Self::Srgb if light <= 0.003_130_8 => light * 12.92,
            Self::Srgb => 1.055 * libm::pow(light, 1.0 / 2.4) - 0.055,
            Self::Gamma(gamma) => libm::pow(light, 1.0 / gamma),
        }
    }

    fn tag(self) -> Vec<u8> {
        let (kind, parameters) = match self {
            Self::Gamma(gamma) => (0, vec![gamma]),
            Self::Srgb => (
                3,
                vec![2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045],
            ),
        };
        let mut tag = b"para\0\0\0\0".to_vec();
        tag.extend([0, kind, 0, 0]);
        tag.extend(parameters.into_iter().flat_map(fixed));
        tag
    }
}

fn assemble(tags: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut directory = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = 128 + 4 + 12 * tags.len();
    for (signature, tag) in tags {
        directory.extend(signature);
        directory.extend(((start + data.len()) as u32).to_be_bytes());
        directory.extend((tag.len() as u32).to_be_bytes());
        data.extend(tag);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = ((start + data.len()) as u32).to_be_bytes().to_vec();
    profile.extend([0; 4]); // no preferred module
    profile.extend(b"\x04\x30\0\0mntrRGB XYZ ");
    profile.extend([7, 232, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]); // the first of January 2024
    profile.extend(b"acsp");
    profile.extend([0; 28]); // no platform, flags, device or intent
    profile.extend([0.96420, 1.0, 0.82491].map(fixed).concat());
    profile.resize(128, 0);
    profile.extend(directory);
    profile.extend(data);
    profile
}

fn text(words: &str) -> Vec<u8> {
    let mut tag = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    tag.extend((words.len() as u32 * 2).to_be_bytes());
    tag.extend(28u32.to_be_bytes());
    tag.extend(words.encode_utf16().flat_map(u16::to_be_bytes));
    tag
}

fn xyz(values: [f64; 3]) -> Vec<u8> {
    let mut tag = b"XYZ \0\0\0\0".to_vec();
    tag.extend(values.into_iter().flat_map(fixed));
    tag
}

fn fixed(value: f64) -> [u8; 4] {
    let scaled = value * 65536.0;
    ((scaled + if scaled < 0.0 { -0.5 } else { 0.5 }) as i32).to_be_bytes()
}

fn multiply(matrix: &Matrix, vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2])
}

fn inverse(m: &Matrix) -> Matrix {
    let minor = |a: usize, b: usize, c: usize, d: usize| m[a][b] * m[c][d] - m[a][d] * m[c][b];
    let adjugate = [
        [minor(1, 1, 2, 2), -minor(0, 1, 2, 2), minor(0, 1, 1, 2)],
        [-minor(1, 0, 2, 2), minor(0, 0, 2, 2), -minor(0, 0, 1, 2)],
        [minor(1, 0, 2, 1), -minor(0, 0, 2, 1), minor(0, 0, 1, 1)],
    ];
    let determinant =
        m[0][0] * adjugate[0][0] + m[0][1] * adjugate[1][0] + m[0][2] * adjugate[2][0];
    adjugate.map(|row| row.map(|value| value / determinant))
}
