//! The fonts for text: those of the system, or a bundled one if it has none. Families that are not
//! installed are replaced as fontconfig does, and noted.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use avatar_svg::Resolved;
use resvg::usvg::fontdb::{Database, Source};
use skrifa::{FontRef, MetadataProvider};

/// Arimo, metric-compatible with Arial and Helvetica (SIL Open Font License 1.1, beside it): Latin,
/// Greek and Cyrillic.
const BUNDLED: [&[u8]; 2] = [
    include_bytes!("Arimo-Regular.ttf"),
    include_bytes!("Arimo-Bold.ttf"),
];

/// How the names of embedded families begin.
const EMBEDDED: &str = "embedded ";

/// The generic families.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Generic {
    Serif,
    SansSerif,
    Monospace,
}

/// Families that are used for the generic ones, as far as the system has them.
const SERIF: [&str; 6] = [
    "Times New Roman",
    "Liberation Serif",
    "Tinos",
    "DejaVu Serif",
    "Noto Serif",
    "Times",
];
const SANS_SERIF: [&str; 7] = [
    "Arial",
    "Liberation Sans",
    "Arimo",
    "DejaVu Sans",
    "Noto Sans",
    "Helvetica",
    "Roboto",
];
const MONOSPACE: [&str; 5] = [
    "Courier New",
    "Liberation Mono",
    "Cousine",
    "DejaVu Sans Mono",
    "Noto Sans Mono",
];

/// Families of the same widths (fontconfig, 30-metric-aliases).
const SAME_WIDTHS: [&[&str]; 8] = [
    &[
        "arial",
        "liberation sans",
        "arimo",
        "albany",
        "albany amt",
        "helvetica",
        "nimbus sans",
        "nimbus sans l",
        "tex gyre heros",
    ],
    &[
        "times new roman",
        "liberation serif",
        "tinos",
        "thorndale",
        "thorndale amt",
        "times",
        "nimbus roman",
        "nimbus roman no9 l",
        "tex gyre termes",
    ],
    &[
        "courier new",
        "liberation mono",
        "cousine",
        "cumberland",
        "cumberland amt",
        "courier",
        "nimbus mono ps",
        "nimbus mono",
        "nimbus mono l",
        "tex gyre cursor",
    ],
    &[
        "arial narrow",
        "liberation sans narrow",
        "helvetica narrow",
        "nimbus sans narrow",
        "tex gyre heros cn",
    ],
    &[
        "palatino",
        "palatino linotype",
        "p052",
        "urw palladio l",
        "tex gyre pagella",
    ],
    &["georgia", "gelasio"],
    &["cambria", "caladea"],
    &["calibri", "carlito"],
];
/// Families with serifs, and of fixed pitch (fontconfig, 45-latin).
const WITH_SERIFS: [&str; 22] = [
    "times",
    "georgia",
    "garamond",
    "palatino",
    "cambria",
    "constantia",
    "bookman",
    "baskerville",
    "bodoni",
    "didot",
    "century schoolbook",
    "caslon",
    "minion",
    "merriweather",
    "playfair",
    "lora",
    "cormorant",
    "rockwell",
    "serif",
    "slab",
    "roman",
    "antiqua",
];
const FIXED: [&str; 12] = [
    "courier",
    "mono",
    "consolas",
    "menlo",
    "monaco",
    "inconsolata",
    "code",
    "console",
    "terminal",
    "typewriter",
    "fixed",
    "andale",
];

/// The system's fonts, which are read once, when the first text is found.
pub(super) struct Fonts {
    pub(super) database: Arc<Database>,
    /// Names of families by their lower-case form.
    names: BTreeMap<String, String>,
}

/// The fonts of the system, which are read only if they are asked for.
pub(super) struct OfSystem;

impl avatar_svg::Fonts for OfSystem {
    fn resolve(&self, families: &[&str], embedded: &[String]) -> Resolved {
        system().resolve(families, embedded)
    }

    fn has_all(&self, text: &str) -> bool {
        system().has_all(text)
    }
}

pub(super) fn system() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| {
        let mut database = Database::new();
        database.load_system_fonts();
        Fonts::of(database)
    })
}

impl Fonts {
    fn of(mut database: Database) -> Self {
        if database.is_empty() {
            for font in BUNDLED {
                database.load_font_source(Source::Binary(Arc::new(font)));
            }
        }
        let mut fonts = Self {
            database: Arc::default(),
            names: names(&database),
        };
        database.set_serif_family(fonts.first_of(&SERIF));
        database.set_sans_serif_family(fonts.first_of(&SANS_SERIF));
        database.set_monospace_family(fonts.first_of(&MONOSPACE));
        database.set_cursive_family(fonts.first_of(&SANS_SERIF));
        database.set_fantasy_family(fonts.first_of(&SANS_SERIF));
        fonts.database = Arc::new(database);
        fonts
    }

    fn first_of(&self, wished: &[&str]) -> String {
        let found = wished
            .iter()
            .find_map(|name| self.names.get(&name.to_lowercase()));
        found
            .or_else(|| self.names.values().next())
            .cloned()
            .unwrap_or_default()
    }

    /// Resolves a list of requested families to families that exist. Without any, browsers use a
    /// font with serifs.
    fn resolve(&self, families: &[&str], embedded: &[String]) -> Resolved {
        let mut kept: Vec<String> = Vec::new();
        let mut replaced = None;
        let mut last = Generic::SansSerif;
        for (at, &name) in families.iter().enumerate() {
            if embedded
                .iter()
                .any(|family| family.eq_ignore_ascii_case(name))
            {
                // The second is for those that cannot be read, and for `local()`.
                kept.extend([quoted(&embedded_name(name)), quoted(name)]);
                continue;
            }
            if let Some(generic) = generic(name) {
                if at == 0 {
                    replaced = self.of_another_class(generic, name);
                }
                kept.push(keyword(generic).into());
                continue;
            }
            last = if at == 0 { class(name) } else { last };
            match (self.alike(name), at) {
                (Some(there), _) if there.eq_ignore_ascii_case(name) => kept.push(quoted(there)),
                (Some(there), 0) => {
                    replaced = Some((name.to_string(), there.to_string()));
                    kept.push(quoted(there));
                }
                (Some(there), _) => kept.push(quoted(there)),
                (None, 0) => replaced = Some((name.to_string(), String::new())),
                (None, _) if is_classed(name) => kept.push(keyword(class(name)).into()),
                (None, _) => {}
            }
        }
        kept.push(keyword(last).into());
        if let Some((_, by)) = &mut replaced
            && by.is_empty()
        {
            *by = self.first_family(&kept);
        }
        Resolved {
            list: kept.join(", "),
            replaced,
        }
    }

    /// A generic family that no font of its class can be used for, and the family that is used: the bundled
    /// font has no serifs and no fixed pitch.
    fn of_another_class(&self, wanted: Generic, name: &str) -> Option<(String, String)> {
        let family = self.first_family(&[keyword(wanted).into()]);
        let is_wished = wished(wanted)
            .iter()
            .any(|it| it.eq_ignore_ascii_case(&family));
        (!is_wished && class(&family) != wanted).then(|| (name.into(), family))
    }

    /// The family itself, or one of the same widths.
    fn alike(&self, name: &str) -> Option<&str> {
        let lower = name.to_lowercase();
        let group = SAME_WIDTHS
            .iter()
            .find(|group| group.contains(&lower.as_str()));
        let same = || group?.iter().find_map(|name| self.names.get(*name));
        self.names.get(&lower).or_else(same).map(String::as_str)
    }

    fn first_family(&self, kept: &[String]) -> String {
        let first = kept.first().map(String::as_str).unwrap_or_default();
        match generic(first) {
            Some(generic) => self.first_of(wished(generic)),
            None => {
                let name = first.trim_matches('\'');
                name.strip_prefix(EMBEDDED).unwrap_or(name).to_string()
            }
        }
    }

    /// Whether some font has every letter of the text. White space and marks that only steer need none.
    fn has_all(&self, text: &str) -> bool {
        let needs_font = |c: &char| {
            !c.is_whitespace()
                && !c.is_control()
                && !matches!(*c as u32, 0x200b..=0x200f | 0x202a..=0x202e | 0xfe00..=0xfe0f | 0xfeff)
        };
        let mut missing: Vec<char> = text
            .chars()
            .filter(|c| !c.is_ascii() && needs_font(c))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        for face in self.database.faces() {
            if missing.is_empty() {
                return true;
            }
            self.database.with_face_data(face.id, |data, index| {
                if let Ok(font) = FontRef::from_index(data, index) {
                    let charmap = font.charmap();
                    missing.retain(|c| charmap.map(*c).is_none());
                }
            });
        }
        missing.is_empty()
    }
}

fn names(database: &Database) -> BTreeMap<String, String> {
    let families = database.faces().flat_map(|face| &face.families);
    families
        .map(|(name, _)| (name.to_lowercase(), name.clone()))
        .collect()
}

/// The name under which an embedded family is kept, apart from an installed one of the same name.
pub(super) fn embedded_name(family: &str) -> String {
    format!(
        "{EMBEDDED}{}",
        family.replace(['\'', '"'], "").to_lowercase()
    )
}

fn quoted(name: &str) -> String {
    format!("'{}'", name.replace(['\'', '"'], ""))
}

fn generic(name: &str) -> Option<Generic> {
    Some(match name.to_ascii_lowercase().as_str() {
        "serif" | "ui-serif" => Generic::Serif,
        "sans-serif" | "system-ui" | "ui-sans-serif" | "ui-rounded" | "-apple-system"
        | "blinkmacsystemfont" | "cursive" | "fantasy" => Generic::SansSerif,
        "monospace" | "ui-monospace" => Generic::Monospace,
        _ => return None,
    })
}

/// The families that are used for a generic one, the best first.
fn wished(generic: Generic) -> &'static [&'static str] {
    match generic {
        Generic::Serif => &SERIF,
        Generic::SansSerif => &SANS_SERIF,
        Generic::Monospace => &MONOSPACE,
    }
}

fn keyword(generic: Generic) -> &'static str {
    match generic {
        Generic::Serif => "serif",
        Generic::SansSerif => "sans-serif",
        Generic::Monospace => "monospace",
    }
}

/// The generic family of a family, by its name; sans-serif if the name does not say.
fn class(name: &str) -> Generic {
    let name = name.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if is(&FIXED) {
        Generic::Monospace
    } else if is(&WITH_SERIFS) && !name.contains("sans") {
        Generic::Serif
    } else {
        Generic::SansSerif
    }
}

/// Whether fontconfig knows the generic family of this one.
fn is_classed(name: &str) -> bool {
    let lower = name.to_lowercase();
    class(name) != Generic::SansSerif
        || [
            "arial",
            "helvetica",
            "verdana",
            "tahoma",
            "trebuchet",
            "sans",
            "calibri",
            "segoe",
            "roboto",
            "lucida",
        ]
        .iter()
        .any(|known| lower.contains(known))
}
