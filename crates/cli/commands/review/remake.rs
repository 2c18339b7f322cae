//! Makes results again whose framing was changed.

use avatar_batch::args::{Options, presets};
use avatar_batch::error::Kind;
use avatar_batch::naming::Picture;
use avatar_batch::objects::address::is_address;
use avatar_batch::recipe::Recipe;
use avatar_batch::report::record::Status;
use avatar_batch::state::{Decision, Known, Origin};
use avatar_prepare::Settings;
use axum::http::StatusCode;

use super::service::{Service, not_made, of_state};
use crate::web::Refused;

/// What became of a result that was to be made again.
pub(super) enum Outcome {
    /// It was made; with what went otherwise.
    Done(Option<String>),
    Failed(String),
    /// A run holds the folder.
    Busy(String),
}

impl Service {
    /// Makes all results of a source again as a decision says. Returns what went wrong; the decision
    /// stands, so that the next run makes what could not be made now.
    pub(super) fn follow(&self, decision: &Decision) -> Result<Vec<String>, Refused> {
        let Some(options) = &decision.options else {
            return Ok(Vec::new());
        };
        let mut messages = Vec::new();
        for known in self.results_of(&decision.root, &decision.source)? {
            let Some(own) = &known.origin else { continue };
            let settings = self.decided(self.settings(own)?, options)?;
            messages.extend(self.remake(&known, settings)?);
        }
        Ok(messages)
    }

    /// Makes a result of an earlier version again, of which is not known what it shows. The new one
    /// may show something else, so nothing is decided before the person has seen it.
    pub(super) fn made_again(&self, known: &Known, origin: &Origin) -> Result<Refused, Refused> {
        let settings = self.settings(origin)?;
        let message = match self.remake_now(known, settings, true)? {
            Outcome::Done(_) => {
                "an earlier version made this result; it was made again, look again and decide"
                    .into()
            }
            Outcome::Failed(why) => {
                format!(
                    "an earlier version made this result, and it could not be made again: {why}"
                )
            }
            Outcome::Busy(why) => format!(
                "an earlier version made this result, and it cannot be made again now: {why}"
            ),
        };
        Ok(Refused::new(StatusCode::CONFLICT, "made_again", message))
    }

    /// Makes a result again as it was decided; returns what went wrong.
    pub(super) fn remake(
        &self,
        known: &Known,
        settings: Settings,
    ) -> Result<Option<String>, Refused> {
        let name = known.output.display();
        let made = self.remake_now(known, settings, false)?;
        self.set_pending(&known.output, matches!(made, Outcome::Busy(_)));
        Ok(match made {
            Outcome::Done(warning) => warning,
            Outcome::Failed(why) => Some(format!("{name}: saved, but not remade: {why}")),
            Outcome::Busy(why) => Some(format!("{name}: saved, remade as soon as possible: {why}")),
        })
    }

    /// Makes a result again.
    fn remake_now(
        &self,
        known: &Known,
        settings: Settings,
        force: bool,
    ) -> Result<Outcome, Refused> {
        let origin = known.origin.as_ref().ok_or_else(not_made)?;
        if is_address(&origin.root) {
            let why = "its source is an object in a store; the next run makes it";
            return Ok(Outcome::Failed(why.into()));
        }
        let picture = Picture::new(
            (&origin.root, &origin.source),
            self.out.join(&known.output),
            Recipe::new(settings),
            preset(known.preset.as_deref()),
        );
        self.make_now(picture, force)
    }

    /// Makes the result of a picture.
    pub(super) fn make_now(&self, picture: Picture, force: bool) -> Result<Outcome, Refused> {
        let options = Options {
            force,
            ..self.options.clone()
        };
        match (self.remaking.remake)(&options, &self.out, picture) {
            Ok(made) if made.record.status == Status::Failed => {
                Ok(Outcome::Failed(made.record.message.unwrap_or_default()))
            }
            Ok(made) => Ok(Outcome::Done(made.warnings.into_iter().next())),
            Err(error) if error.kind == Kind::Busy => Ok(Outcome::Busy(error.to_string())),
            Err(error) => Err(of_state(&error)),
        }
    }
}

/// The platform that a result was made for. Without it, a result would replace those for other
/// platforms.
pub(super) fn preset(name: Option<&str>) -> Option<&'static str> {
    let found = presets::find(name?).ok()?;
    found.map(|preset| preset.name)
}
