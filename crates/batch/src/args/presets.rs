//! The requirements of platforms: one table with a source and a confidence per row, used by `--for`,
//! by the accounts of an upload and by `avatar-prep presets`.

use avatar_prepare::Format;
use serde::{Serialize, Serializer};

/// How reliable a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Documented by the platform, or visible in its source code.
    High,
    /// Partly documented.
    Medium,
    /// Reported by third parties only.
    Low,
}

/// What a platform accepts, as defaults of the flags with the same names.
#[derive(Debug, Serialize)]
pub struct Preset {
    pub name: &'static str,
    /// Edge of the square, in pixels.
    pub size: u32,
    /// Smallest edge that the platform accepts, in pixels; 1 where none is known.
    pub min_size: u32,
    /// Byte cap of results, well below the limit of the platform.
    pub max_bytes: u64,
    /// Largest file that the platform accepts, in bytes.
    pub limit_bytes: u64,
    /// Formats that the platform accepts, as far as this project relies on it.
    #[serde(serialize_with = "names_of")]
    pub formats: &'static [Format],
    /// Largest edge that the platform accepts, in pixels; `None` where none is known.
    pub max_size: Option<u32>,
    /// The shape in which the platform shows the square: `circle` or `square`.
    pub mask: &'static str,
    pub confidence: Confidence,
    pub source: &'static str,
}

/// Accounts of messengers are given JPEGs only.
pub const JPEG: &[Format] = &[Format::Jpeg];
/// All others accept PNG, too. Some accept more, which is not relied on.
const JPEG_PNG: &[Format] = &[Format::Jpeg, Format::Png];

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn names_of<S: Serializer>(formats: &&'static [Format], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(formats.iter().map(|format| format.name()))
}

use Confidence::{High, Low, Medium};

/// All presets. Where a platform does not say whether its kB and MB are powers of ten or of two, they
/// are powers of ten: the smaller number is safe either way.
#[rustfmt::skip] // one row a preset
pub static PRESETS: &[Preset] = &[
    Preset { name: "whatsapp", size: 640, min_size: 192, max_bytes: 150_000, limit_bytes: 5_000_000, formats: JPEG, max_size: None, mask: "circle", confidence: High,
        source: "Meta, profile photo of the Business API: square, 640 kept, 192 at least, 5 MB" },
    Preset { name: "whatsapp-business", size: 640, min_size: 192, max_bytes: 150_000, limit_bytes: 5_000_000, formats: JPEG, max_size: None, mask: "circle", confidence: High,
        source: "as whatsapp" },
    Preset { name: "max", size: 640, min_size: 192, max_bytes: 150_000, limit_bytes: 5_000_000, formats: JPEG, max_size: None, mask: "circle", confidence: Low,
        source: "GREEN-API documents JPEG only; numbers as whatsapp" },
    Preset { name: "telegram", size: 640, min_size: 160, max_bytes: 200_000, limit_bytes: 10_000_000, formats: JPEG, max_size: None, mask: "circle", confidence: Medium,
        source: "TDLib keeps 640 and 160; bytes are those of photos in messages" },
    Preset { name: "slack", size: 1024, min_size: 512, max_bytes: 500_000, limit_bytes: 5_000_000, formats: JPEG_PNG, max_size: Some(1024), mask: "square", confidence: High,
        source: "users.setPhoto: 512 to 1024 pixels; bytes are not documented" },
    Preset { name: "discord", size: 1024, min_size: 128, max_bytes: 1_000_000, limit_bytes: 8_000_000, formats: JPEG_PNG, max_size: None, mask: "circle", confidence: Low,
        source: "shown up to 4096; bytes by reports of library authors" },
    Preset { name: "discord-webhook", size: 1024, min_size: 1, max_bytes: 500_000, limit_bytes: 1_000_000, formats: JPEG_PNG, max_size: None, mask: "circle", confidence: Medium,
        source: "reports of 2018 to 2020: 1024 pixels, 1 MB" },
    Preset { name: "gitlab", size: 320, min_size: 1, max_bytes: 100_000, limit_bytes: 200_000, formats: JPEG_PNG, max_size: None, mask: "circle", confidence: High,
        source: "GitLab's source: 200 KiB, shown up to 320" },
    Preset { name: "gravatar", size: 2048, min_size: 1, max_bytes: 500_000, limit_bytes: 1_000_000, formats: JPEG_PNG, max_size: None, mask: "square", confidence: Medium,
        source: "served up to 2048; bytes are not documented" },
    Preset { name: "mattermost", size: 512, min_size: 128, max_bytes: 200_000, limit_bytes: 5_000_000, formats: JPEG_PNG, max_size: None, mask: "circle", confidence: High,
        source: "Mattermost's source keeps 128; documentation asks for 128 at least" },
    Preset { name: "zulip", size: 500, min_size: 1, max_bytes: 300_000, limit_bytes: 5_242_880, formats: JPEG_PNG, max_size: None, mask: "square", confidence: High,
        source: "Zulip's source keeps 500 and 100; 5 MiB by default" },
    Preset { name: "matrix", size: 512, min_size: 1, max_bytes: 200_000, limit_bytes: 1_000_000, formats: JPEG_PNG, max_size: None, mask: "circle", confidence: Medium,
        source: "each server has a limit of its own" },
    Preset { name: "mastodon", size: 400, min_size: 1, max_bytes: 200_000, limit_bytes: 2_000_000, formats: JPEG_PNG, max_size: None, mask: "square", confidence: High,
        source: "Mastodon's source keeps 400; 2 MB on old servers, 8 MiB on new ones" },
    Preset { name: "bluesky", size: 1000, min_size: 1, max_bytes: 900_000, limit_bytes: 1_000_000, formats: JPEG_PNG, max_size: None, mask: "circle", confidence: High,
        source: "lexicon app.bsky.actor.profile: 1,000,000 bytes" },
    Preset { name: "x", size: 400, min_size: 1, max_bytes: 300_000, limit_bytes: 700_000, formats: JPEG_PNG, max_size: None, mask: "circle", confidence: High,
        source: "account/update_profile_image: 400 kept, below 700 kB" },
    Preset { name: "linkedin", size: 800, min_size: 400, max_bytes: 500_000, limit_bytes: 8_000_000, formats: JPEG_PNG, max_size: None, mask: "circle", confidence: Low,
        source: "third parties: 400 at least, 8 MB" },
    Preset { name: "youtube", size: 800, min_size: 98, max_bytes: 500_000, limit_bytes: 4_000_000, formats: JPEG_PNG, max_size: None, mask: "circle", confidence: Low,
        source: "general knowledge of the web form" },
    Preset { name: "github", size: 500, min_size: 1, max_bytes: 300_000, limit_bytes: 1_000_000, formats: JPEG_PNG, max_size: None, mask: "circle", confidence: Low,
        source: "general knowledge of the web form" },
];

/// The preset with this name; none for `none`.
pub fn find(name: &str) -> Result<Option<&'static Preset>, String> {
    if name.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    let found = PRESETS
        .iter()
        .find(|preset| preset.name.eq_ignore_ascii_case(name));
    found
        .map(Some)
        .ok_or_else(|| format!("must be one of {}, got {name:?}", names()))
}

/// Whether a platform of this name exists.
pub fn is_known(name: &str) -> bool {
    PRESETS.iter().any(|preset| preset.name == name)
}

/// The presets with these names, separated by commas; none for `none`.
pub fn list(names: &str) -> Result<Vec<&'static Preset>, String> {
    let mut all: Vec<&'static Preset> = Vec::new();
    for name in names.split(',').map(str::trim) {
        match find(name)? {
            Some(preset) if all.iter().any(|it| it.name == preset.name) => {
                return Err(format!("must name each platform once, got {name:?} twice"));
            }
            preset => all.extend(preset),
        }
    }
    Ok(all)
}

/// The names of all presets.
pub fn names() -> String {
    let names = PRESETS.iter().map(|preset| preset.name);
    names.collect::<Vec<_>>().join(", ")
}

impl Preset {
    /// The default that it sets for a flag.
    pub fn default_of(&self, flag: &str) -> Option<String> {
        Some(match flag {
            "size" => self.size.to_string(),
            "min-size" => self.min_size.to_string(),
            "too-small" if self.min_size > 1 => "enlarge".into(),
            "max-bytes" => self.max_bytes.to_string(),
            "mask" => self.mask.to_string(),
            _ => return None,
        })
    }
}
