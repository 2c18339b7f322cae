//! Colour spaces of CSS (CSS Color 4), with conversions to and from linear sRGB without bounds.

/// Three coordinates, in the ranges that CSS gives them: 0 to 1 for RGB and XYZ, 0 to 100 for the
/// lightness of Lab, 0 to 1 for that of Oklab, degrees for hues.
pub(super) type Triple = [f64; 3];

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Space {
    Srgb,
    SrgbLinear,
    DisplayP3,
    A98Rgb,
    ProphotoRgb,
    Rec2020,
    XyzD50,
    XyzD65,
    Lab,
    Lch,
    Oklab,
    Oklch,
    Hsl,
    Hwb,
}

type Matrix = [Triple; 3];

const XYZ_TO_SRGB: Matrix = [
    [
        3.240_969_941_904_521,
        -1.537_383_177_570_093,
        -0.498_610_760_293,
    ],
    [
        -0.969_243_636_280_879,
        1.875_967_501_507_72,
        0.041_555_057_407_175,
    ],
    [
        0.055_630_079_696_993,
        -0.203_976_958_888_976,
        1.056_971_514_242_878,
    ],
];
const SRGB_TO_XYZ: Matrix = [
    [
        0.412_390_799_265_959,
        0.357_584_339_383_878,
        0.180_480_788_401_834,
    ],
    [
        0.212_639_005_871_510,
        0.715_168_678_767_756,
        0.072_192_315_360_733,
    ],
    [
        0.019_330_818_715_591,
        0.119_194_779_794_626,
        0.950_532_152_249_660,
    ],
];
const P3_TO_XYZ: Matrix = [
    [
        0.486_570_948_648_216,
        0.265_667_693_169_093,
        0.198_217_285_234_362,
    ],
    [
        0.228_974_564_069_749,
        0.691_738_521_836_506,
        0.079_286_914_093_745,
    ],
    [0.0, 0.045_113_381_858_903, 1.043_944_368_900_976],
];
const A98_TO_XYZ: Matrix = [
    [
        0.576_669_042_910_131,
        0.185_558_237_906_546,
        0.188_228_646_234_995,
    ],
    [
        0.297_344_975_250_536,
        0.627_363_566_255_466,
        0.075_291_458_493_998,
    ],
    [
        0.027_031_361_386_412,
        0.070_688_852_535_827,
        0.991_337_536_837_639,
    ],
];
const PROPHOTO_TO_XYZ_D50: Matrix = [
    [
        0.797_760_489_672_302,
        0.135_185_837_175_740,
        0.031_349_349_581_525,
    ],
    [
        0.288_071_128_229_293,
        0.711_843_217_810_101,
        0.000_085_653_960_605,
    ],
    [0.0, 0.0, 0.825_104_602_510_460],
];
const REC2020_TO_XYZ: Matrix = [
    [
        0.636_958_048_301_291,
        0.144_616_903_586_208,
        0.168_880_975_164_172,
    ],
    [
        0.262_700_212_011_267,
        0.677_998_071_518_871,
        0.059_301_716_469_862,
    ],
    [0.0, 0.028_072_693_049_087, 1.060_985_057_710_791],
];
const D50_TO_D65: Matrix = [
    [
        0.955_473_452_704_218,
        -0.023_098_536_874_261,
        0.063_259_308_661_021,
    ],
    [
        -0.028_369_706_963_208,
        1.009_995_458_005_822,
        0.021_041_398_966_943,
    ],
    [
        0.012_314_001_688_319,
        -0.020_507_696_433_477,
        1.330_365_936_608_075,
    ],
];
const D65_TO_D50: Matrix = [
    [
        1.047_929_820_840_548,
        0.022_946_793_341_019,
        -0.050_192_229_543_135,
    ],
    [
        0.029_627_815_688_159,
        0.990_434_484_573_249,
        -0.017_073_825_029_385,
    ],
    [
        -0.009_243_058_152_591,
        0.015_055_144_896_577,
        0.751_874_289_958_001,
    ],
];
const XYZ_TO_LMS: Matrix = [
    [
        0.819_022_437_996_703,
        0.361_906_260_052_890,
        -0.128_873_781_520_988,
    ],
    [
        0.032_983_653_932_388,
        0.929_286_861_589_434,
        0.036_144_666_350_642,
    ],
    [
        0.048_177_189_359_624,
        0.264_239_531_752_731,
        0.633_547_828_469_431,
    ],
];
const LMS_TO_OKLAB: Matrix = [
    [
        0.210_454_268_309_314,
        0.793_617_774_702_305,
        -0.004_072_043_011_620,
    ],
    [
        1.977_998_532_431_168,
        -2.428_592_242_048_58,
        0.450_593_709_617_411,
    ],
    [
        0.025_904_042_465_548,
        0.782_771_712_457_530,
        -0.808_675_754_923_077,
    ],
];
const OKLAB_TO_LMS: Matrix = [
    [1.0, 0.396_337_777_376_175, 0.215_803_757_309_914],
    [1.0, -0.105_561_345_815_659, -0.063_854_172_825_813],
    [1.0, -0.089_484_177_529_812, -1.291_485_548_019_409],
];
const LMS_TO_XYZ: Matrix = [
    [
        1.226_879_875_845_924,
        -0.557_814_994_660_217,
        0.281_391_045_665_965,
    ],
    [
        -0.040_575_745_214_801,
        1.112_286_803_280_317,
        -0.071_711_058_065_516,
    ],
    [
        -0.076_372_936_674_660,
        -0.421_493_332_402_243,
        1.586_924_019_836_782,
    ],
];
/// The white of printing, D50, which Lab is relative to.
const D50: Triple = [0.964_295_676_429_568, 1.0, 0.825_104_602_510_460];

impl Space {
    /// The colour space with this name in `color()` and `color-mix()`.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "srgb" => Self::Srgb,
            "srgb-linear" => Self::SrgbLinear,
            "display-p3" => Self::DisplayP3,
            "a98-rgb" => Self::A98Rgb,
            "prophoto-rgb" => Self::ProphotoRgb,
            "rec2020" => Self::Rec2020,
            "xyz-d50" => Self::XyzD50,
            "xyz" | "xyz-d65" => Self::XyzD65,
            "lab" => Self::Lab,
            "lch" => Self::Lch,
            "oklab" => Self::Oklab,
            "oklch" => Self::Oklch,
            "hsl" => Self::Hsl,
            "hwb" => Self::Hwb,
            _ => return None,
        })
    }

    /// Whether colours can be mixed in this space, which needs the conversion back from linear
    /// light.
    pub(super) fn is_mixed_in(self) -> bool {
        !matches!(
            self,
            Self::DisplayP3 | Self::A98Rgb | Self::ProphotoRgb | Self::Rec2020
        )
    }

    /// Which coordinate is a hue.
    pub(super) fn hue(self) -> Option<usize> {
        match self {
            Self::Lch | Self::Oklch => Some(2),
            Self::Hsl | Self::Hwb => Some(0),
            _ => None,
        }
    }

    pub(super) fn to_linear(self, c: Triple) -> Triple {
        let of_xyz = |xyz| times(&XYZ_TO_SRGB, xyz);
        let of_d50 = |xyz| of_xyz(times(&D50_TO_D65, xyz));
        match self {
            Self::Srgb => c.map(srgb_to_light),
            Self::SrgbLinear => c,
            Self::DisplayP3 => of_xyz(times(&P3_TO_XYZ, c.map(srgb_to_light))),
            Self::A98Rgb => of_xyz(times(&A98_TO_XYZ, c.map(|v| power(v, 563.0 / 256.0)))),
            Self::ProphotoRgb => of_d50(times(&PROPHOTO_TO_XYZ_D50, c.map(prophoto_to_light))),
            Self::Rec2020 => of_xyz(times(&REC2020_TO_XYZ, c.map(|v| power(v, 2.4)))),
            Self::XyzD50 => of_d50(c),
            Self::XyzD65 => of_xyz(c),
            Self::Lab => of_d50(lab_to_xyz(c)),
            Self::Lch => of_d50(lab_to_xyz(from_polar(c))),
            Self::Oklab => {
                let lms = times(&OKLAB_TO_LMS, c).map(|v| v * v * v);
                of_xyz(times(&LMS_TO_XYZ, lms))
            }
            Self::Oklch => Self::Oklab.to_linear(from_polar(c)),
            Self::Hsl => hsl_to_srgb(c).map(srgb_to_light),
            Self::Hwb => hwb_to_srgb(c).map(srgb_to_light),
        }
    }

    /// Converts linear light to this space, if colours are mixed in it; otherwise returns it
    /// unchanged.
    pub(super) fn of_linear(self, c: Triple) -> Triple {
        let xyz = times(&SRGB_TO_XYZ, c);
        match self {
            Self::Srgb => c.map(light_to_srgb),
            Self::Hsl => srgb_to_hsl(c.map(light_to_srgb)),
            Self::Hwb => {
                let srgb = c.map(light_to_srgb);
                let [hue, ..] = srgb_to_hsl(srgb);
                let (least, most) = bounds(srgb);
                [hue, least * 100.0, (1.0 - most) * 100.0]
            }
            Self::XyzD50 => times(&D65_TO_D50, xyz),
            Self::XyzD65 => xyz,
            Self::Lab => xyz_to_lab(times(&D65_TO_D50, xyz)),
            Self::Lch => to_polar(xyz_to_lab(times(&D65_TO_D50, xyz))),
            Self::Oklab => times(&LMS_TO_OKLAB, times(&XYZ_TO_LMS, xyz).map(f64::cbrt)),
            Self::Oklch => to_polar(Self::Oklab.of_linear(c)),
            Self::DisplayP3
            | Self::A98Rgb
            | Self::ProphotoRgb
            | Self::Rec2020
            | Self::SrgbLinear => c,
        }
    }
}

fn times(matrix: &Matrix, [x, y, z]: Triple) -> Triple {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

/// A power that continues symmetrically below zero.
fn power(value: f64, exponent: f64) -> f64 {
    value.abs().powf(exponent).copysign(value)
}

fn srgb_to_light(value: f64) -> f64 {
    match value.abs() {
        v if v <= 0.040_45 => value / 12.92,
        v => ((v + 0.055) / 1.055).powf(2.4).copysign(value),
    }
}

pub(super) fn light_to_srgb(value: f64) -> f64 {
    match value.abs() {
        v if v <= 0.003_130_8 => value * 12.92,
        v => (1.055 * v.powf(1.0 / 2.4) - 0.055).copysign(value),
    }
}

fn prophoto_to_light(value: f64) -> f64 {
    match value.abs() {
        v if v <= 16.0 / 512.0 => value / 16.0,
        _ => power(value, 1.8),
    }
}

const EPSILON: f64 = 216.0 / 24389.0;
const KAPPA: f64 = 24389.0 / 27.0;

fn lab_to_xyz([l, a, b]: Triple) -> Triple {
    let y = (l + 16.0) / 116.0;
    let cube = |v: f64| {
        if v.powi(3) > EPSILON {
            v.powi(3)
        } else {
            (116.0 * v - 16.0) / KAPPA
        }
    };
    let light = if l > KAPPA * EPSILON {
        y.powi(3)
    } else {
        l / KAPPA
    };
    [
        cube(y + a / 500.0) * D50[0],
        light,
        cube(y - b / 200.0) * D50[2],
    ]
}

fn xyz_to_lab(xyz: Triple) -> Triple {
    let root = |v: f64| {
        if v > EPSILON {
            v.cbrt()
        } else {
            (KAPPA * v + 16.0) / 116.0
        }
    };
    let [x, y, z] = [xyz[0] / D50[0], xyz[1], xyz[2] / D50[2]].map(root);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn from_polar([l, chroma, hue]: Triple) -> Triple {
    let hue = hue.to_radians();
    [l, chroma * hue.cos(), chroma * hue.sin()]
}

fn to_polar([l, a, b]: Triple) -> Triple {
    [l, a.hypot(b), b.atan2(a).to_degrees().rem_euclid(360.0)]
}

fn hsl_to_srgb([hue, saturation, lightness]: Triple) -> Triple {
    let (saturation, lightness) = (saturation / 100.0, lightness / 100.0);
    let chroma = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|n| {
        let k = (n + hue / 30.0).rem_euclid(12.0);
        lightness - chroma * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    })
}

fn hwb_to_srgb([hue, white, black]: Triple) -> Triple {
    let (white, black) = (white / 100.0, black / 100.0);
    if white + black >= 1.0 {
        return [white / (white + black); 3];
    }
    hsl_to_srgb([hue, 100.0, 50.0]).map(|v| v * (1.0 - white - black) + white)
}

fn bounds([r, g, b]: Triple) -> (f64, f64) {
    (r.min(g).min(b), r.max(g).max(b))
}

fn srgb_to_hsl([r, g, b]: Triple) -> Triple {
    let (least, most) = bounds([r, g, b]);
    let (chroma, lightness) = (most - least, (least + most) / 2.0);
    if chroma == 0.0 {
        return [0.0, 0.0, lightness * 100.0];
    }
    let hue = if most == r {
        ((g - b) / chroma).rem_euclid(6.0)
    } else if most == g {
        (b - r) / chroma + 2.0
    } else {
        (r - g) / chroma + 4.0
    };
    let reach = lightness.min(1.0 - lightness);
    let saturation = if reach == 0.0 {
        0.0
    } else {
        (most - lightness) / reach
    };
    [hue * 60.0, saturation * 100.0, lightness * 100.0]
}
