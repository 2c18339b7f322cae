//! Reads settings back from the text of a recipe.

use std::str::FromStr;

use crate::{
    Area, Background, Effort, Fit, Focus, Framing, Gravity, Mask, Padding, Rect, Settings,
};

impl Settings {
    /// The settings of a [`recipe`](Self::recipe), also of another engine; `None` if the text is not
    /// one. What does not change results is not in a recipe and gets its default.
    ///
    /// ```
    /// use avatar_prepare::Settings;
    /// # fn main() -> Result<(), avatar_prepare::SettingsError> {
    /// let settings = Settings::default().with_edge(512)?;
    /// assert_eq!(Settings::from_recipe(&settings.recipe()), Some(settings));
    /// assert_eq!(Settings::from_recipe("size 512"), None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn from_recipe(recipe: &str) -> Option<Self> {
        let (engine, rest) = recipe.split_once('\n')?;
        engine.strip_prefix("engine ")?;
        let lines = rest.lines().map(|line| line.split_once(' '));
        let lines: Vec<(&str, &str)> = lines.collect::<Option<_>>()?;
        let settings = read(&lines)?;
        // A line that was misread or not known would give another text.
        let own = settings.recipe();
        (own.split_once('\n')?.1 == rest).then_some(settings)
    }
}

fn read(lines: &[(&str, &str)]) -> Option<Settings> {
    let value = |name: &str| lines.iter().find(|(key, _)| *key == name).map(|it| it.1);
    let (floor, ceiling) = value("quality")?.split_once("..")?;
    let settings = Settings::default()
        .with_edge(number(value("size")?)?)
        .ok()?
        .with_min_edge(number(value("min-size")?)?)
        .ok()?
        .with_max_bytes(number(value("max-bytes")?)?)
        .ok()?
        .with_quality(number(floor)?..=number(ceiling)?)
        .ok()?
        .with_background(background(value("background")?)?)
        .with_effort(match value("effort")? {
            "Fast" => Effort::Fast,
            "Balanced" => Effort::Balanced,
            "Best" => Effort::Best,
            _ => return None,
        })
        .with_progressive(number(value("progressive")?)?)
        .with_framing(framing(value)?);
    enlarge(settings, value("enlarge")?)
}

fn enlarge(settings: Settings, text: &str) -> Option<Settings> {
    let (what, most) = match text.split_once(" up to ") {
        Some((what, most)) => (what, Some(most)),
        None => (text, None),
    };
    let settings = match what {
        "to min-size" => settings.with_enlarge_to_min(true),
        _ => settings.with_enlarge(number(what)?),
    };
    let Some(most) = most else {
        return Some(settings);
    };
    let percent: f64 = number(most.strip_suffix(" %")?)?;
    settings.with_most_enlarged(percent / 100.0).ok()
}

fn framing<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Option<Framing> {
    let mut framing = match value("whole") {
        Some("true") => Framing::whole(),
        _ => Framing::default(),
    };
    if let Some(text) = value("crop") {
        framing = framing.with_area(Some(area(text)?));
    }
    if let Some(text) = value("trim") {
        framing = framing.with_trim(number(text)?);
    }
    if let Some(text) = value("focus") {
        let [x, y] = hundredths(text)[..].try_into().ok()?;
        framing = framing.with_focus(Some(Focus::new(x, y).ok()?));
    }
    if let Some(text) = value("gravity") {
        let words = text.strip_prefix('[')?.strip_suffix(']')?.split(", ");
        framing = framing.with_gravity(&words.map(gravity).collect::<Option<Vec<_>>>()?);
    }
    if let Some(text) = value("fit") {
        framing = framing.with_fit(match text {
            "Contain" => Fit::Contain,
            "Auto" => Fit::Auto,
            _ => return None,
        });
    }
    if let Some(text) = value("padding") {
        framing = framing.with_padding(padding(text)?);
    }
    if let Some(text) = value("margin") {
        let [margin] = hundredths(text)[..].try_into().ok()?;
        framing = framing.with_margin(margin).ok()?;
    }
    if let Some(text) = value("mask") {
        // A focus hides the gravity, but a mask without a fit says that it looked for faces.
        if value("fit").is_none() && value("gravity").is_none() {
            framing = framing.with_gravity(&[Gravity::Face]);
        }
        framing = framing.with_mask(match text {
            "Circle" => Mask::Circle,
            "Square" => Mask::Square,
            _ => return None,
        });
    }
    Some(framing)
}

fn padding(text: &str) -> Option<Padding> {
    Some(match (text, &numbers(text)[..]) {
        ("Auto", _) => Padding::Auto,
        ("Blur", _) => Padding::Blur,
        (_, &[r, g, b]) => {
            let part = |value: u32| u8::try_from(value).ok();
            Padding::Rgb([part(r)?, part(g)?, part(b)?])
        }
        _ => return None,
    })
}

fn area(text: &str) -> Option<Area> {
    if text.starts_with("Percent") {
        let [x, y, width, height] = hundredths(text)[..].try_into().ok()?;
        return Area::percent(x, y, width, height).ok();
    }
    let [x, y, width, height] = numbers(text)[..].try_into().ok()?;
    Some(Area::Pixels(Rect {
        x,
        y,
        width,
        height,
    }))
}

fn gravity(name: &str) -> Option<Gravity> {
    let all = [
        Gravity::Face,
        Gravity::Subject,
        Gravity::Center,
        Gravity::Top,
        Gravity::Bottom,
        Gravity::Left,
        Gravity::Right,
    ];
    all.into_iter()
        .find(|gravity| format!("{gravity:?}") == name)
}

fn background(text: &str) -> Option<Background> {
    if text == "auto" {
        return Some(Background::Auto);
    }
    let digits = text.strip_prefix('#').filter(|it| it.len() == 6)?;
    let [_, r, g, b] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some(Background::Rgb([r, g, b]))
}

fn number<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// All whole numbers in the text.
fn numbers(text: &str) -> Vec<u32> {
    let words = text.split(|c: char| !c.is_ascii_digit());
    words.filter_map(|word| word.parse().ok()).collect()
}

/// All whole numbers in the text, which are hundredths, as per cent.
fn hundredths(text: &str) -> Vec<f64> {
    let all = numbers(text).into_iter();
    all.map(|value| f64::from(value) / 100.0).collect()
}
