//! Finds masks of the graphics state (PDF 32000-1, 11.6.5.2) that the renderer leaves out because it cannot read them.

use hayro::hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};

/// Most colour spaces within one another; real ones have two or three.
const DEEPEST: u32 = 8;
/// Most components of a colour that the renderer reads.
const COMPONENTS: usize = 32;

/// Why a mask is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is one by luminosity whose group does not say in which colours.
    NoColors,
    /// It has no drawing, or its kind or colour space is not known.
    Unreadable,
}

/// The fault of the mask in a state of the graphics, if it has one. Pictures have masks of another kind.
pub(super) fn fault(state: &Dict<'_>) -> Option<Fault> {
    let Some(Object::Dict(mask)) = state.get::<Object<'_>>(b"SMask".as_ref()) else {
        return None;
    };
    let Some(group) = mask.get::<Stream<'_>>(b"G".as_ref()) else {
        return Some(Fault::Unreadable);
    };
    let kind = mask.get::<Name<'_>>(b"S".as_ref());
    match kind.as_ref().map(AsRef::as_ref) {
        Some(b"Alpha") => None,
        Some(b"Luminosity") => {
            let group = group.dict().get::<Dict<'_>>(b"Group".as_ref());
            let has_space =
                |group: &Dict<'_>| group.get_raw::<Object<'_>>(b"CS".as_ref()).is_some();
            match group.filter(has_space) {
                None => Some(Fault::NoColors),
                Some(group) => {
                    let space = group.get::<Object<'_>>(b"CS".as_ref());
                    let is_known = space.is_some_and(|space| is_color_space(&space, DEEPEST));
                    (!is_known).then_some(Fault::Unreadable)
                }
            }
        }
        _ => Some(Fault::Unreadable),
    }
}

/// Whether the renderer reads it as a colour space.
fn is_color_space(space: &Object<'_>, depth: u32) -> bool {
    let parts = match space {
        Object::Name(name) => return is_device(name.as_ref()) || name.as_ref() == b"Pattern",
        Object::Array(parts) if depth > 0 => parts,
        _ => return false,
    };
    let parts: Vec<Object<'_>> = parts.iter::<Object<'_>>().take(4).collect();
    let Some((Object::Name(name), rest)) = parts.split_first() else {
        return false;
    };
    let is_space = |space: &Object<'_>| is_color_space(space, depth - 1);
    match (name.as_ref(), rest) {
        (b"ICCBased", [Object::Stream(profile), ..]) => {
            let other = profile.dict().get::<Object<'_>>(b"Alternate".as_ref());
            has_components(profile) || other.is_some_and(|other| is_space(&other))
        }
        (b"CalGray" | b"CalRGB" | b"Lab", [Object::Dict(_), ..]) | (b"Pattern", _) => true,
        (b"Indexed" | b"I", [base, Object::Number(_), table, ..]) => {
            matches!(table, Object::Stream(_) | Object::String(_)) && is_space(base)
        }
        (b"Separation", [Object::Name(_), base, function]) => {
            is_space(base) && is_function(function)
        }
        (b"DeviceN", [Object::Array(names), base, function]) => {
            let count = names.iter::<Name<'_>>().take(COMPONENTS + 1).count();
            (1..=COMPONENTS).contains(&count) && is_space(base) && is_function(function)
        }
        (name, _) => is_device(name),
    }
}

/// Whether it has what a function of its kind needs. How its parts are made is not looked at.
fn is_function(object: &Object<'_>) -> bool {
    let (dictionary, is_stream) = match object {
        Object::Dict(dictionary) => (dictionary, false),
        Object::Stream(stream) => (stream.dict(), true),
        _ => return false,
    };
    let has_list = |key: &[u8]| {
        let list = dictionary.get::<Array<'_>>(key);
        list.is_some_and(|list| list.raw_iter().next().is_some())
    };
    let has_kind = match dictionary.get::<u8>(b"FunctionType".as_ref()) {
        Some(0) => is_stream && has_list(b"Range") && has_list(b"Size"),
        Some(2) => dictionary.get::<Number>(b"N".as_ref()).is_some(),
        Some(3) => has_list(b"Functions") && has_list(b"Encode"),
        Some(4) => is_stream && has_list(b"Range"),
        _ => false,
    };
    has_kind && has_list(b"Domain")
}

fn is_device(name: &[u8]) -> bool {
    matches!(
        name,
        b"DeviceGray" | b"G" | b"DeviceRGB" | b"RGB" | b"DeviceCMYK" | b"CMYK" | b"CalCMYK"
    )
}

fn has_components(profile: &Stream<'_>) -> bool {
    matches!(profile.dict().get::<u8>(b"N".as_ref()), Some(1 | 3 | 4))
}
