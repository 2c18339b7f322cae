//! The same settings with some values chosen later, such as on a page.

use super::config::Effective;
use super::edges::check_edges;
use super::flags::FLAGS;
use super::options::Options;
use super::origin::{Origin, Value};
use super::per_picture::PerPicture;
use super::presets::Preset;
use crate::error::CliError;

impl Effective {
    /// These settings with other values for some flags, as if they were typed. `None` forgets what was
    /// set before, so that the platform or the default decides.
    ///
    /// # Errors
    /// If a value is refused; the message names the flag.
    pub fn with(&self, changes: &[(&str, Option<String>)]) -> Result<Self, CliError> {
        let mut options = Options::default();
        let mut preset: Option<&'static Preset> = None;
        let mut values = Vec::with_capacity(FLAGS.len());
        for old in &self.values {
            let flag = old.flag;
            let change = changes.iter().find(|(name, _)| *name == flag.name);
            let from_below = || match preset.and_then(|it| Some((it, it.default_of(flag.name)?))) {
                Some((preset, text)) => (text, Origin::Preset(preset.name)),
                None => (flag.default.to_string(), Origin::Default),
            };
            let (text, origin) = match (change, &old.origin) {
                (Some((_, Some(text))), _) => (text.clone(), Origin::Flag),
                (Some((_, None)), _) | (None, Origin::Preset(_) | Origin::Default) => from_below(),
                (None, origin) => (old.text.clone(), origin.clone()),
            };
            (flag.apply)(&mut options, &text).map_err(|why| {
                CliError::usage(format!("{} {why}", flag.name), "choose another value")
            })?;
            // `--for` comes first in the table, because it sets the defaults of the others.
            if let ("for", [one]) = (flag.name, options.presets.as_slice()) {
                preset = Some(one);
            }
            values.push(Value { flag, text, origin });
        }
        check_edges(&options, &values, None, Value::named)?;
        let rules = self.per_picture.rules.clone();
        Ok(Self {
            per_picture: PerPicture::new(rules, &values),
            values,
            options,
            variants: Vec::new(),
        })
    }
}
