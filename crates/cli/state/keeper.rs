//! Remembers a run as it goes; once that fails, nothing more, and the run goes on.

use avatar_prepare::Settings;

use super::{Known, StateError, Writer};
use crate::console;
use crate::fingerprint::Hash;

/// Has a writer until it fails.
pub(crate) struct Keeper<'a> {
    writer: Option<&'a mut Writer>,
}

impl<'a> Keeper<'a> {
    /// Notes the settings under which results will come.
    pub(crate) fn new(writer: Option<&'a mut Writer>, recipe: Hash, settings: &Settings) -> Self {
        let mut keeper = Self { writer };
        keeper.with(|writer| writer.announce(recipe, &settings.recipe(), settings.max_bytes()));
        keeper
    }

    /// Remembers a result that is published.
    pub(crate) fn keep(&mut self, known: Option<&Known>) {
        if let Some(known) = known {
            self.with(|writer| writer.keep(known));
        }
    }

    /// Makes what was kept last.
    pub(crate) fn close(mut self) {
        self.with(Writer::commit);
    }

    fn with(&mut self, act: impl FnOnce(&mut Writer) -> Result<(), StateError>) {
        let Some(writer) = &mut self.writer else {
            return;
        };
        if let Err(error) = act(writer) {
            let text = format!("{error}; the next run will make again what this one makes now");
            console::print_warning(&text);
            self.writer = None;
        }
    }
}
