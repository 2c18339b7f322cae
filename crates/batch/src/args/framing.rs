//! Parses the values of the flags about framing.

use avatar_prepare::{Area, Background, Focus, Gravity, Padding, Rect};

use super::enumerated::{GRAVITIES, names};
use super::values;

/// Words with commas between; `auto` is `face,center`.
pub(super) fn gravity(text: &str) -> Result<Vec<Gravity>, String> {
    if text == "auto" {
        return Ok(vec![Gravity::Face, Gravity::Center]);
    }
    let find = |word: &str| {
        let found = GRAVITIES.iter().find(|(name, _)| *name == word.trim());
        found.map(|(_, gravity)| *gravity).ok_or_else(|| {
            let names = names(GRAVITIES).join(", ");
            format!("must be auto (face,center) or some of {names}, got {word:?}")
        })
    };
    text.split(',').map(find).collect()
}

/// Two numbers in per cent, or `none`.
pub(super) fn focus(text: &str) -> Result<Option<Focus>, String> {
    let refuse = || format!("must be X,Y in per cent (50,30) or none, got {text:?}");
    if text == "none" {
        return Ok(None);
    }
    let (x, y) = text.split_once(',').ok_or_else(refuse)?;
    let number = |text: &str| {
        text.trim()
            .trim_end_matches('%')
            .parse()
            .map_err(|_| refuse())
    };
    let focus = Focus::new(number(x)?, number(y)?);
    focus
        .map(Some)
        .map_err(|error| format!("must be {}, got {text:?}", error.allowed))
}

/// Four numbers, in pixels or with `%` in per cent, or `none`.
pub(super) fn area(text: &str) -> Result<Option<Area>, String> {
    let refuse = || {
        format!(
            "must be X,Y,W,H in pixels (100,0,800,600) or in per cent (10,0,80,60%), or none, got \
             {text:?}"
        )
    };
    if text == "none" {
        return Ok(None);
    }
    let is_percent = text.contains('%');
    let parts = text
        .split(',')
        .map(|part| part.trim().trim_end_matches('%').trim());
    let parts: Vec<&str> = parts.collect();
    let &[x, y, width, height] = &parts[..] else {
        return Err(refuse());
    };
    if is_percent {
        let number = |text: &str| text.parse().map_err(|_| refuse());
        let area = Area::percent(number(x)?, number(y)?, number(width)?, number(height)?);
        return area
            .map(Some)
            .map_err(|error| format!("must be {}, got {text:?}", error.allowed));
    }
    let number = |text: &str| text.parse().map_err(|_| refuse());
    let rect = Rect {
        x: number(x)?,
        y: number(y)?,
        width: number(width)?,
        height: number(height)?,
    };
    if rect.width == 0 || rect.height == 0 {
        return Err(refuse());
    }
    Ok(Some(Area::Pixels(rect)))
}

/// `auto`, `blur` or a colour.
pub(super) fn padding(text: &str) -> Result<Padding, String> {
    match text {
        "auto" => return Ok(Padding::Auto),
        "blur" => return Ok(Padding::Blur),
        _ => {}
    }
    match values::background(text) {
        Ok(Background::Rgb(rgb)) => Ok(Padding::Rgb(rgb)),
        _ => Err(format!(
            "must be auto, blur, white, black or #rrggbb, got {text:?}"
        )),
    }
}

/// A number, with or without `%`.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches('%').trim();
    number
        .parse()
        .map_err(|_| format!("must be a number of per cent, got {text:?}"))
}
