//! Finds layers that other programs hide on a screen although the document shows them by default, because their own
//! usage says so (PDF 32000-1, 8.11.4.4). The renderer reads the default state only.

use std::collections::HashSet;

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Name, ObjRef};

/// Whether a layer of the document is hidden on a screen only.
pub(super) fn hide_on_a_screen(pdf: &Pdf) -> bool {
    let xref = pdf.xref();
    let catalog = xref.get::<Dict<'_>>(xref.root_id());
    let Some(layers) = catalog.and_then(|it| it.get::<Dict<'_>>(b"OCProperties".as_ref())) else {
        return false;
    };
    let defaults = layers.get::<Dict<'_>>(b"D".as_ref()).unwrap_or_default();
    let hidden: HashSet<ObjRef> = list(&defaults, b"OFF").into_iter().collect();
    let is_off = |layer: ObjRef| {
        let layer = xref.get::<Dict<'_>>(layer.into())?;
        let usage = layer.get::<Dict<'_>>(b"Usage".as_ref())?;
        let view = usage.get::<Dict<'_>>(b"View".as_ref())?;
        let state = view.get::<Name<'_>>(b"ViewState".as_ref())?;
        Some(state.as_ref() == b"OFF")
    };
    let mut all = list(&layers, b"OCGs").into_iter();
    all.any(|layer| !hidden.contains(&layer) && is_off(layer) == Some(true))
}

fn list(of: &Dict<'_>, key: &[u8]) -> Vec<ObjRef> {
    let found = of.get::<Array<'_>>(key);
    let items = found.iter().flat_map(Array::raw_iter);
    items.filter_map(|item| item.as_obj_ref()).collect()
}
