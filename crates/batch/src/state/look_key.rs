//! What a person sees of a result, as a short text, so that two results can be compared.

use std::collections::BTreeSet;

use super::row::Details;
use crate::grave_flags::GRAVE_FLAGS;

/// What the square shows of its source: how it is framed, what lies behind it, and what is lost.
/// Results of the same source that differ in size or quality only have the same key. `None` if it is
/// not known.
///
/// The grave flags belong to it because the same framing can lose more elsewhere: a machine without
/// the font of a drawing leaves its letters out.
pub fn look_key(details: &Details) -> Option<String> {
    let framing: serde_json::Value = serde_json::from_str(details.framing.as_deref()?).ok()?;
    let edge = f64::from(details.edge.filter(|edge| *edge > 0)?);
    let fit = framing.get("fit")?.as_str()?;
    let padding = framing.get("padding")?.as_str().unwrap_or("none");
    let background = details.background.as_deref().unwrap_or("none");
    let crop = corners(framing.get("crop")?, 1.0)?;
    // In per cent of the edge, because the same look can be made in several sizes.
    let placed = corners(framing.get("placed")?, 100.0 / edge)?;
    let lost = lost(details);
    Some(format!(
        "{fit} crop {crop} placed {placed} padding {padding} background {background} lost {lost}"
    ))
}

/// The grave flags, each once and in order.
fn lost(details: &Details) -> String {
    let grave = details.flags();
    let grave = grave.filter(|flag| GRAVE_FLAGS.contains(&flag.as_str()));
    let grave: BTreeSet<String> = grave.collect();
    if grave.is_empty() {
        return "none".into();
    }
    Vec::from_iter(grave).join(",")
}

fn corners(value: &serde_json::Value, factor: f64) -> Option<String> {
    let numbers = value.as_array()?.iter();
    let rounded = numbers.map(|it| Some((it.as_f64()? * factor).round().to_string()));
    let all: Vec<String> = rounded.collect::<Option<_>>()?;
    Some(all.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(framing: &str, edge: u32) -> Details {
        Details {
            framing: Some(framing.into()),
            edge: Some(edge),
            ..Details::default()
        }
    }

    #[test]
    fn the_size_of_the_result_does_not_matter_and_its_framing_does() {
        let framing = |crop: &str, placed: &str| {
            format!(r#"{{"fit":"contain","crop":{crop},"placed":{placed},"padding":"blur"}}"#)
        };
        let large = details(&framing("[0,0,800,200]", "[0,240,640,160]"), 640);
        let small = details(&framing("[0,0,800,200]", "[0,120,320,80]"), 320);
        let moved = details(&framing("[4,0,796,200]", "[0,240,640,160]"), 640);
        assert_eq!(
            look_key(&large).as_deref(),
            Some(
                "contain crop 0,0,800,200 placed 0,38,100,25 padding blur background none lost none"
            )
        );
        assert_eq!(look_key(&large), look_key(&small));
        assert_ne!(look_key(&large), look_key(&moved));
        assert_eq!(look_key(&Details::default()), None);
    }

    #[test]
    fn what_is_lost_matters_and_other_notes_do_not() {
        let framing = r#"{"fit":"cover","crop":[0,0,9,9],"placed":[0,0,640,640],"padding":null}"#;
        let whole = details(framing, 640);
        let noted = |notes: &[&str]| Details {
            notes: notes.iter().map(|note| (*note).into()).collect(),
            ..whole.clone()
        };
        let other = noted(&["quality_floor\tquality 40", "!low_resolution\tenlarged"]);
        assert_eq!(look_key(&other), look_key(&whole));
        let lost = noted(&[
            "!text_left_out\ta",
            "quality_floor\tb",
            "!logo_cut\tc",
            "!text_left_out\td",
        ]);
        assert_eq!(
            look_key(&lost).as_deref(),
            Some(
                "cover crop 0,0,9,9 placed 0,0,100,100 padding none background none \
                 lost logo_cut,text_left_out"
            )
        );
    }
}
