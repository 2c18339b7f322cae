//! Finds masks of the graphics state (PDF 32000-1, 11.6.5.2) that the renderer leaves out because it cannot read them.

use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};

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
                    let is_known = space.is_some_and(|space| is_color_space(&space));
                    (!is_known).then_some(Fault::Unreadable)
                }
            }
        }
        _ => Some(Fault::Unreadable),
    }
}

/// Whether the renderer reads it as a colour space.
fn is_color_space(space: &Object<'_>) -> bool {
    let parts = match space {
        Object::Name(name) => return is_device(name.as_ref()) || name.as_ref() == b"Pattern",
        Object::Array(parts) => parts,
        _ => return false,
    };
    let mut all = parts.iter::<Object<'_>>();
    let Some(Object::Name(name)) = all.next() else {
        return false;
    };
    let second = all.next();
    match name.as_ref() {
        b"ICCBased" => matches!(second, Some(Object::Stream(profile)) if has_components(&profile)),
        b"CalGray" | b"CalRGB" | b"Lab" => matches!(second, Some(Object::Dict(_))),
        b"Indexed" | b"I" | b"Separation" | b"DeviceN" => second.is_some() && length(parts) >= 4,
        b"Pattern" => true,
        name => is_device(name),
    }
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

fn length(parts: &Array<'_>) -> usize {
    parts.raw_iter().count()
}
