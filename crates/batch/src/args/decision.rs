//! Applies the options that a person chose for one picture. They are the text of a sidecar, and come
//! after a sidecar and everything else.

use std::path::Path;

use super::options::Options;
use super::sidecar;
use crate::error::CliError;

/// Where such options are, for messages.
const PLACE: &str = "the decision about the picture";

/// The options of a picture, changed by a decision.
pub fn decided(options: &Options, decision: &str) -> Result<Options, CliError> {
    let mut own = options.clone();
    let choices = sidecar::parse(Path::new(PLACE), decision)?;
    choices
        .iter()
        .try_for_each(|choice| choice.apply(&mut own))?;
    Ok(own)
}
