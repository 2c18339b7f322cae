//! In how many shares an OUT is packed. The share of a source depends on their number, so with another one the same
//! source would come into a second tar.

use serde::{Deserialize, Serialize};

use crate::error::CliError;

/// The version of the tars and their indexes.
const FORMAT: u32 = 1;
/// The name of the file or object that says it.
pub(super) const NAME: &str = "layout.json";

#[derive(Serialize, Deserialize)]
struct Layout {
    avatar_prep_packs: u32,
    shares: u32,
}

/// The content for this many shares.
pub(super) fn text(shares: u32) -> Vec<u8> {
    let layout = Layout {
        avatar_prep_packs: FORMAT,
        shares,
    };
    let text = serde_json::to_string(&layout).unwrap_or_default();
    (text + "\n").into_bytes()
}

/// The error if there are tars, and nothing says in how many shares `out` was packed.
pub(super) fn lost(out: &str, tar: &str) -> CliError {
    CliError::environment(
        format!(
            "{out}/.avatar-prep/packs/{NAME} does not exist, so what is in {tar} and other tars there is not known"
        ),
        "put back .avatar-prep/packs from a copy, or choose another OUT",
    )
}

/// Refuses another number of shares than the one with which `out` was packed.
pub(super) fn check(text: &[u8], shares: u32, out: &str) -> Result<(), CliError> {
    let found = serde_json::from_slice::<Layout>(text).ok();
    match found.filter(|found| found.avatar_prep_packs == FORMAT) {
        None => Err(CliError::environment(
            format!(
                "{out}/.avatar-prep/packs/{NAME} is damaged, or of a later version of avatar-prep"
            ),
            "use that version, or choose another OUT",
        )),
        Some(found) if found.shares == 1 && shares != 1 => Err(CliError::usage(
            format!(
                "{out} was packed without --shard, and with it a picture could come into two tars"
            ),
            "leave out --shard, or choose another OUT",
        )),
        Some(found) if found.shares != shares => Err(CliError::usage(
            format!(
                "{out} was packed with --shard K/{}, and with K/{shares} a picture could come into two tars",
                found.shares
            ),
            format!("use --shard K/{}, or choose another OUT", found.shares),
        )),
        Some(_) => Ok(()),
    }
}
