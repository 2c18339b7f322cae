//! How deep functions and colour spaces are within one another, and how many of them there are with all that each
//! names: the renderer reads them by recursion, again each time that they are named, and a stack that is full
//! ends the process.

use std::collections::{HashMap, HashSet};

use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, ObjRef, Object, Stream};
use hayro::hayro_syntax::page::Resources;
use hayro::hayro_syntax::xref::XRef;

use super::filters;
use super::masks::{self, Fault};

/// Most definitions within one another. Real ones have less than ten.
const DEEPEST: u32 = 40;
/// Most of them in one, each time that it is named.
pub(super) const MOST: u64 = 100_000;
/// Most bytes of a mesh of triangles, of a mesh of patches, and of a calculation, which is made for each pixel. Real
/// ones have some millions, some hundred thousand, and some hundred.
const LONGEST_TRIANGLES: u64 = 8 << 20;
const LONGEST_PATCHES: u64 = 2 << 20;
const LONGEST_CALCULATION: usize = 20_000;
/// Keys under which there are others.
const KEYS: [&[u8]; 12] = [
    b"Alternate",
    b"CS",
    b"ColorSpace",
    b"Colorants",
    b"Function",
    b"Functions",
    b"G",
    b"Group",
    b"SMask",
    b"Shading",
    b"TR",
    b"TR2",
];

/// Definitions within one, how deep they are, and what is odd among them; it itself counts.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    count: u64,
    depth: u32,
    odd: Odd,
}

impl Size {
    const ONE: Self = Self {
        count: 1,
        ..Self::TOO_LARGE
    };
    const TOO_LARGE: Self = Self {
        count: u64::MAX,
        depth: 0,
        odd: Odd {
            intervals: false,
            mask: false,
            unreadable_mask: false,
            state_of_pattern: false,
        },
    };

    /// The same with another one within.
    fn with(self, inner: Self) -> Self {
        Self {
            count: self.count.saturating_add(inner.count),
            depth: self.depth.max(inner.depth.saturating_add(1)),
            odd: self.odd.or(inner.odd),
        }
    }
}

/// Definitions that break the rules of PDF, and that programs therefore read differently.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Odd {
    /// A function of intervals that are not in order, reach out of its domain, or are all empty.
    pub(super) intervals: bool,
    /// A mask by luminosity whose group does not say in which colours. The renderer leaves it out.
    pub(super) mask: bool,
    /// A mask without a drawing, or whose kind or colour space is not known. The renderer leaves it out, too.
    pub(super) unreadable_mask: bool,
    /// A gradient as a pattern that states how it is painted. The renderer does not read that.
    pub(super) state_of_pattern: bool,
}

impl Odd {
    /// What is odd in one of them.
    fn or(self, other: Self) -> Self {
        Self {
            intervals: self.intervals || other.intervals,
            mask: self.mask || other.mask,
            unreadable_mask: self.unreadable_mask || other.unreadable_mask,
            state_of_pattern: self.state_of_pattern || other.state_of_pattern,
        }
    }
}

pub(super) struct Definitions<'a> {
    xref: &'a XRef,
    /// What is odd among the resources of each name.
    odd: HashMap<Vec<u8>, Odd>,
    /// While one is read it is too large: the renderer would follow what contains itself without end.
    known: HashMap<ObjRef, Size>,
}

impl<'a> Definitions<'a> {
    pub(super) fn of(xref: &'a XRef) -> Self {
        Self {
            xref,
            odd: HashMap::new(),
            known: HashMap::new(),
        }
    }

    /// The most definitions that one of these resources is.
    pub(super) fn most(&mut self, resources: &Resources<'a>) -> u64 {
        let all = [
            &resources.color_spaces,
            &resources.shadings,
            &resources.patterns,
            &resources.ext_g_states,
            &resources.x_objects,
        ];
        let entries = all.into_iter().flat_map(Dict::entries);
        entries.fold(0, |most, (name, value)| {
            let size = self.value(value, 0);
            if size.odd != Odd::default() {
                let odd = self.odd.entry(name.as_ref().to_vec()).or_default();
                *odd = odd.or(size.odd);
            }
            most.max(size.count)
        })
    }

    /// What is odd among the resources with these names, and those that are used without being named.
    pub(super) fn odd(&self, names: &HashSet<Vec<u8>>) -> Odd {
        let used = self
            .odd
            .iter()
            .filter(|(name, _)| names.contains(*name) || name.starts_with(b"Default"));
        used.fold(Odd::default(), |all, (_, odd)| all.or(*odd))
    }

    fn value(&mut self, value: MaybeRef<Object<'a>>, above: u32) -> Size {
        let reference = match value {
            MaybeRef::Ref(reference) => reference,
            MaybeRef::NotRef(object) => return self.object(&object, above),
        };
        let size = match self.known.get(&reference) {
            Some(known) => *known,
            None => {
                self.known.insert(reference, Size::TOO_LARGE);
                let object = self.xref.get::<Object<'_>>(reference.into());
                let size = object.map_or_else(Size::default, |it| self.object(&it, above));
                self.known.insert(reference, size);
                size
            }
        };
        match above.saturating_add(size.depth) > DEEPEST {
            true => Size::TOO_LARGE,
            false => size,
        }
    }

    fn object(&mut self, object: &Object<'a>, above: u32) -> Size {
        if above > DEEPEST {
            return Size::TOO_LARGE;
        }
        match object {
            Object::Array(items) => items
                .raw_iter()
                .fold(Size::ONE, |all, item| all.with(self.value(item, above + 1))),
            Object::Dict(dictionary) => self.dictionary(dictionary, above),
            Object::Stream(stream) if is_too_large(stream) => Size::TOO_LARGE,
            Object::Stream(stream) => self.dictionary(stream.dict(), above),
            _ => Size::default(),
        }
    }

    fn dictionary(&mut self, dictionary: &Dict<'a>, above: u32) -> Size {
        let mask = masks::fault(dictionary);
        let odd = Odd {
            intervals: has_odd_intervals(dictionary),
            mask: mask == Some(Fault::NoColors),
            unreadable_mask: mask == Some(Fault::Unreadable),
            state_of_pattern: states_its_painting(dictionary),
        };
        let itself = Size { odd, ..Size::ONE };
        let others = KEYS
            .into_iter()
            .filter_map(|key| dictionary.get_raw::<Object<'_>>(key));
        others.fold(itself, |all, other| all.with(self.value(other, above + 1)))
    }
}

/// Whether it is a function of intervals that are not in order or reach out of its domain, or of several in one without
/// length.
fn has_odd_intervals(dictionary: &Dict<'_>) -> bool {
    if dictionary.get::<u8>(b"FunctionType".as_ref()) != Some(3) {
        return false;
    }
    let numbers = |key: &[u8]| -> Vec<f32> {
        let found = dictionary.get::<Array<'_>>(key);
        found.iter().flat_map(Array::iter::<f32>).collect()
    };
    let bounds = numbers(b"Bounds");
    let is_outside = match numbers(b"Domain").as_slice() {
        [start, end, ..] => start >= end || bounds.iter().any(|at| at < start || at > end),
        _ => false,
    };
    !bounds.is_empty() && (is_outside || !bounds.is_sorted())
}

/// Whether it is a gradient as a pattern, with a mask, an opacity or a blend mode (PDF 32000-1, 8.7.4.1).
fn states_its_painting(dictionary: &Dict<'_>) -> bool {
    if dictionary.get::<u8>(b"PatternType".as_ref()) != Some(2) {
        return false;
    }
    let Some(state) = dictionary.get::<Dict<'_>>(b"ExtGState".as_ref()) else {
        return false;
    };
    let is_thin = |key: &[u8]| state.get::<f32>(key).is_some_and(|opacity| opacity < 1.0);
    let mode = state.get::<Object<'_>>(b"BM".as_ref());
    let is_normal = |mode: Object<'_>| mode.into_name().is_some_and(|it| it.as_ref() == b"Normal");
    let has_mask = state.get::<Dict<'_>>(b"SMask".as_ref()).is_some();
    has_mask || is_thin(b"ca") || is_thin(b"CA") || mode.is_some_and(|mode| !is_normal(mode))
}

/// Whether it is a calculation that is too long or whose braces are too deep, or a mesh of too many parts, of which
/// the renderer keeps about a hundred times their bytes.
fn is_too_large(stream: &Stream<'_>) -> bool {
    let kind = |key: &[u8]| stream.dict().get::<u8>(key);
    let mesh = match kind(b"ShadingType") {
        Some(4 | 5) => Some(LONGEST_TRIANGLES),
        Some(6..) => Some(LONGEST_PATCHES),
        _ => None,
    };
    if let Some(longest) = mesh {
        return filters::length(stream, longest) > longest;
    }
    if kind(b"FunctionType") != Some(4) {
        return false;
    }
    let calculation = stream.decoded_data().unwrap_or_default();
    let (mut depth, mut deepest) = (0_u32, 0);
    for byte in calculation.iter() {
        match byte {
            b'{' => depth = depth.saturating_add(1),
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest > DEEPEST || calculation.len() > LONGEST_CALCULATION
}
