//! XML as far as recognising a drawing takes it: its encoding and its root. No renderer is needed for it,
//! so that drawings are recognised by a build that does not draw them.

mod recognize;
pub(in crate::codec) mod text;

pub(in crate::codec) use recognize::is_svg;
