//! The text of settings is read back as the same settings.

use avatar_prepare::{
    Area, Background, Effort, Fit, Focus, Framing, Gravity, Mask, Padding, Rect, Settings,
};
use serde_json::Value;

use crate::support::{folder, run};

fn assert_read(settings: &Settings) {
    let recipe = settings.recipe();
    let read = Settings::from_recipe(&recipe);
    assert_eq!(read.map(|it| it.recipe()), Some(recipe), "{settings:?}");
}

#[test]
fn every_setting_is_read_back() {
    assert_read(&Settings::default());
    let most = |factor| {
        Settings::default()
            .with_enlarge(true)
            .with_most_enlarged(factor)
    };
    assert_read(&most(1.07).expect("in range"));
    assert_read(&Settings::default().with_enlarge(true));
    assert_read(&Settings::default().with_enlarge_to_min(true));
    let all = Settings::default()
        .with_edge(512)
        .and_then(|it| it.with_min_edge(96))
        .and_then(|it| it.with_max_bytes(99_000))
        .and_then(|it| it.with_quality(51..=82));
    let all = all
        .expect("in range")
        .with_background(Background::Rgb([1, 0x80, 0xfe]))
        .with_effort(Effort::Best)
        .with_progressive(true);
    assert_read(&all);
    assert_read(&all.with_background(Background::Auto));
}

/// The settings of each platform that `--for` knows, as the program fills them in.
#[test]
fn the_settings_of_every_platform_are_read_back() {
    let folder = folder(&[]);
    let printed = run(folder.path(), &["presets", "--json"]);
    let mut enlarging = 0;
    for line in printed.stdout.lines() {
        let preset: Value = serde_json::from_str(line).expect("one preset per line");
        let number = |key: &str| preset[key].as_u64().expect("a number");
        let pixels = |key: &str| u32::try_from(number(key)).expect("a size");
        let mask = match preset["mask"].as_str() {
            Some("square") => Mask::Square,
            _ => Mask::Circle,
        };
        // Only with faces does the mask change results.
        let faces = Framing::default().with_gravity(&[Gravity::Face]);
        let settings = Settings::default()
            .with_framing(faces.with_mask(mask))
            .with_edge(pixels("size"))
            .and_then(|it| it.with_min_edge(pixels("min_size")))
            .and_then(|it| it.with_max_bytes(number("max_bytes")))
            .expect("in range");
        let mut all = vec![settings.clone()];
        if pixels("min_size") > 1 {
            enlarging += 1;
            let settings = settings.with_enlarge_to_min(true);
            for factor in [1.0, 1.07, 8.0, 100.0] {
                all.extend(settings.clone().with_most_enlarged(factor));
            }
            all.push(settings);
            assert_eq!(all.len(), 6);
        }
        for settings in all {
            let read = Settings::from_recipe(&settings.recipe());
            assert_eq!(read, Some(settings), "{line}");
        }
    }
    assert_eq!(enlarging, 9);
}

#[test]
fn every_framing_is_read_back() {
    let pixels = Area::Pixels(Rect {
        x: 0,
        y: 17,
        width: 300,
        height: 299,
    });
    let percent = Area::percent(10.0, 0.5, 33.33, 99.5).expect("inside");
    let focus = Focus::new(12.34, 100.0).expect("inside");
    for fit in [Fit::Cover, Fit::Contain, Fit::Auto] {
        for area in [None, Some(pixels), Some(percent)] {
            for padding in [Padding::Auto, Padding::Blur, Padding::Rgb([7, 8, 255])] {
                let framing = Framing::default()
                    .with_fit(fit)
                    .with_area(area)
                    .with_padding(padding)
                    .with_trim(area.is_none())
                    .with_mask(Mask::Square)
                    .with_margin(12.34)
                    .expect("in range");
                let faces = framing.clone().with_gravity(&[Gravity::Face, Gravity::Top]);
                let focused = framing.clone().with_focus(Some(focus));
                let both = faces.clone().with_focus(Some(focus));
                for framing in [framing, faces, focused, both] {
                    assert_read(&Settings::default().with_framing(framing));
                }
            }
        }
    }
}

#[test]
fn a_whole_picture_is_read_back() {
    let area = Area::percent(10.0, 0.5, 33.33, 99.5).expect("inside");
    let framing = Framing::whole().with_area(Some(area));
    assert_read(&Settings::default().with_framing(framing));
}

#[test]
fn another_engine_is_read_and_an_unknown_line_is_not() {
    let recipe = Settings::default().recipe();
    let older = recipe.replacen("engine ", "engine 0.0.1+", 1);
    assert_eq!(Settings::from_recipe(&older), Some(Settings::default()));
    for wrong in [
        format!("{recipe}sharpen 3\n"),
        recipe.replace("size 640", "size 0"),
        recipe.replace("Balanced", "Great"),
        recipe.replace("enlarge false", "enlarge to min-size up to much %"),
        recipe.replace("enlarge false", "enlarge to min-size up to 99 %"),
        recipe.replace("enlarge false", "enlarge false up to 800 %"),
        recipe.replace("engine", "motor"),
        String::new(),
    ] {
        assert_eq!(Settings::from_recipe(&wrong), None, "{wrong}");
    }
}
