//! Reads options: pairs of the name of a flag, without dashes, and its value as on the command line.

use avatar_prepare::{Framing, Limits, Settings, SettingsError};

use super::{enumerated, framing, presets, values};

/// What options decide.
#[derive(Default)]
struct Chosen {
    settings: Settings,
    limits: Limits,
}

/// Name and default of an option, and how it changes what is chosen.
type Row = (
    &'static str,
    &'static str,
    fn(&mut Chosen, &str) -> Result<(), String>,
);

/// All options but `for`, in the order in which they are applied. A test compares them with the flags of the command.
#[rustfmt::skip] // one row an option
static OPTIONS: [Row; 25] = [
    ("size", "640", |c, v| set(c, |s| s.with_edge(values::edge(v)?).map_err(allowed))),
    ("max-bytes", "150kB", |c, v| set(c, |s| s.with_max_bytes(values::byte_size(v)?).map_err(allowed))),
    ("quality", "40..90", |c, v| set(c, |s| s.with_quality(values::quality(v)?).map_err(allowed))),
    ("background", "white", |c, v| set(c, |s| Ok(s.with_background(values::background(v)?)))),
    ("fit", "cover", |c, v| frame(c, |f| Ok(f.with_fit(enumerated::fit(v)?)))),
    ("gravity", "center", |c, v| frame(c, |f| Ok(f.with_gravity(&framing::gravity(v)?)))),
    ("focus", "none", |c, v| frame(c, |f| Ok(f.with_focus(framing::focus(v)?)))),
    ("crop", "none", |c, v| frame(c, |f| Ok(f.with_area(framing::area(v)?)))),
    ("trim", "false", |c, v| frame(c, |f| Ok(f.with_trim(values::switch(v)?)))),
    ("pad", "auto", |c, v| frame(c, |f| Ok(f.with_padding(framing::padding(v)?)))),
    ("margin", "4", |c, v| frame(c, |f| f.with_margin(framing::percent(v)?).map_err(allowed))),
    ("mask", "circle", |c, v| frame(c, |f| Ok(f.with_mask(enumerated::mask(v)?)))),
    ("enlarge", "false", |c, v| set(c, |s| Ok(s.with_enlarge(values::switch(v)?)))),
    ("enlarge-limit", "8", |c, v| set(c, |s| s.with_most_enlarged(values::factor(v, Settings::MAX_ENLARGED)?).map_err(allowed))),
    ("effort", "balanced", |c, v| set(c, |s| Ok(s.with_effort(enumerated::effort(v)?)))),
    ("progressive", "false", |c, v| set(c, |s| Ok(s.with_progressive(values::switch(v)?)))),
    ("min-size", "1", |c, v| set(c, |s| s.with_min_edge(values::pixels(v)?).map_err(allowed))),
    ("too-small", "fail", |c, v| set(c, |s| Ok(s.with_enlarge_to_min(enumerated::too_small(v)?)))),
    ("score", "false", |c, v| set(c, |s| Ok(s.with_score(values::switch(v)?)))),
    ("limit-bytes", "256MB", |c, v| store(&mut c.limits.encoded_bytes, values::byte_limit(v))),
    ("limit-pixels", "268402689", |c, v| store(&mut c.limits.pixels, values::integer(v, 1, None))),
    ("limit-side", "65535", |c, v| store(&mut c.limits.side, values::integer(v, 1, Some(u32::MAX)))),
    ("limit-frames", "10000", |c, v| store(&mut c.limits.frames, values::integer(v, 1, Some(u32::MAX)))),
    ("limit-decoded", "1GiB", |c, v| store(&mut c.limits.decoded_bytes, values::byte_limit(v))),
    ("timeout", "60", |c, v| store(&mut c.limits.time, values::seconds(v))),
];

/// Reads settings and limits. Options that are not named have the defaults of the platform that `for` names, or
/// those of the command.
pub(crate) fn read(pairs: &[(String, String)]) -> Result<(Settings, Limits), String> {
    let is_known = |name: &str| name == "for" || OPTIONS.iter().any(|(known, ..)| *known == name);
    if let Some((name, _)) = pairs.iter().find(|(name, _)| !is_known(name)) {
        let names: Vec<&str> = OPTIONS.iter().map(|(name, ..)| *name).collect();
        return Err(format!(
            "unknown option {name}; options are for, {}",
            names.join(", ")
        ));
    }
    let given = |name: &str| {
        pairs
            .iter()
            .rfind(|(it, _)| it == name)
            .map(|(_, text)| text)
    };
    let platform = match given("for") {
        Some(name) => presets::find(name).map_err(|why| format!("for {why}"))?,
        None => None,
    };
    let mut chosen = Chosen::default();
    for (name, default, apply) in OPTIONS {
        let of_platform = platform.and_then(|platform| platform.default_of(name));
        let default = of_platform.as_deref().unwrap_or(default);
        let text = given(name).map_or(default, String::as_str);
        apply(&mut chosen, text).map_err(|why| format!("{name} {why}"))?;
    }
    let edges = chosen.settings.check_edges();
    edges.map_err(|error| error.to_string())?;
    Ok((chosen.settings, chosen.limits))
}

fn frame(
    chosen: &mut Chosen,
    change: impl FnOnce(Framing) -> Result<Framing, String>,
) -> Result<(), String> {
    set(chosen, |settings| {
        let framing = change(settings.framing().clone())?;
        Ok(settings.with_framing(framing))
    })
}

fn set(
    chosen: &mut Chosen,
    change: impl FnOnce(Settings) -> Result<Settings, String>,
) -> Result<(), String> {
    chosen.settings = change(chosen.settings.clone())?;
    Ok(())
}

fn store<T>(place: &mut T, value: Result<T, String>) -> Result<(), String> {
    *place = value?;
    Ok(())
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn allowed(error: SettingsError) -> String {
    format!("must be {}, got {}", error.allowed, error.found)
}
