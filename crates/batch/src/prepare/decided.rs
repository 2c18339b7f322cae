//! Attaches the options that people chose for single pictures in a review.

use crate::files::fingerprint::Hash;
use crate::files::inputs::{Found, Kind};
use crate::report::console;
use crate::state::Decisions;

/// Attaches to each picture the options that a person chose for it.
pub(super) fn attach(found: &mut [Found], decisions: &Decisions) {
    let pictures = found.iter_mut();
    let is_file =
        |found: &&mut Found| matches!(found.kind, Kind::Picture) && found.object().is_none();
    for found in pictures.filter(is_file) {
        if let Some(decision) = decision(found, decisions) {
            found.own().decision = Some(decision.to_string());
        }
    }
}

/// A decision of a person holds for the bytes that the person saw, which are not known before an
/// object is fetched: such pictures fail instead of being framed otherwise.
pub(super) fn refuse_objects(found: &mut [Found], decisions: &Decisions) {
    for found in found.iter_mut().filter(|found| found.object().is_some()) {
        let is_decided = decisions.has_options_of(&found.root, found.relative());
        if is_decided && matches!(found.kind, Kind::Picture) {
            found.kind = Kind::bad_sidecar(
                "its framing was decided in a review, which objects do not support".into(),
                "write the decisions as rules: avatar-prep review OUT --export FILE".into(),
            );
        }
    }
}

/// The options of a picture. They hold for the bytes that the person saw, so the source is hashed; few
/// pictures have such options.
fn decision<'a>(found: &Found, decisions: &'a Decisions) -> Option<&'a str> {
    let history = decisions.history(found.relative());
    if !history.iter().any(|it| it.decision.options.is_some()) {
        return None;
    }
    // If it cannot be read, the picture fails later with the reason.
    let hash = Hash::of_file(&found.source).ok()?;
    // The file of another folder is another file, not this one before a change.
    let mut own = history.iter().rev().map(|it| &it.decision);
    let last = own.find(|it| it.root == *found.root);
    let has_options = last.is_some_and(|it| it.options.is_some());
    if has_options
        && decisions
            .current(&found.root, found.relative(), hash)
            .is_none()
    {
        console::print_warning(&format!(
            "{}: its framing was decided for other content of the file and is not used",
            found.source.display()
        ));
    }
    decisions.options(&found.root, found.relative(), hash)
}
