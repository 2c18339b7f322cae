//! As much XML as is needed to recognise an SVG: its encoding and its root element. This needs no
//! renderer, so builds that do not draw SVG recognise it too.

mod recognize;
pub(in crate::codec) mod text;

pub(in crate::codec) use recognize::{is_svg, is_undecided};
