//! Pictures for the page: a source as a whole, a result, and a result as it would be.

use std::fs::{self, File};
use std::io::Read;
use std::sync::Arc;

use avatar_batch::files::fingerprint::Hash;
use avatar_batch::state::Origin;
use avatar_prepare::{
    Avatar, Background, Effort, Error, Framing, Note, Padding, Preparer, Rect, Settings,
    SettingsError,
};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::draft::{self, Draft};
use super::entry::Entry;
use super::opened::Opened;
use super::service::{Service, locked, not_made};
use crate::web::Refused;
use avatar_batch::args::{Options, decided};

/// Longest side of a whole source, in pixels: enough to move a crop on a large screen.
const EDGE: u32 = 1600;

/// Most bytes of a result that is read; no cap is near it.
const LARGEST: u64 = 64 << 20;

/// What the page needs to edit a picture.
#[derive(Serialize)]
pub(super) struct Detail {
    entry: Entry,
    /// The bytes of the source now; a decision names them.
    source_hash: String,
    /// Whether the source changed since the result was made.
    is_changed: bool,
    /// Width and height of the upright picture.
    size: (u32, u32),
    /// What shows now.
    fit: &'static str,
    crop: [u32; 4],
    trim: bool,
    background: String,
    padding: String,
    /// The background and padding without any decision.
    usual: [String; 2],
    circle: bool,
}

/// A preview that the page asks for.
#[derive(Deserialize)]
pub(super) struct Wanted {
    /// The bytes of the source that the page shows.
    source: String,
    draft: Draft,
    /// Names the page that asks.
    page: String,
    /// Grows with each request of a page.
    turn: u64,
}

/// A result as it would be.
pub(super) struct Preview {
    pub(super) bytes: Vec<u8>,
    /// For the page, as JSON in ASCII.
    pub(super) about: String,
}

/// What the page shows beside a preview.
#[derive(Serialize)]
struct About<'a> {
    edge: u32,
    quality: u8,
    bytes: usize,
    crop: [u32; 4],
    flags: Vec<&'a str>,
}

impl Service {
    /// Everything that is needed to edit a picture.
    pub(super) fn detail(&self, id: &str) -> Result<Detail, Refused> {
        let known = self.find_now(id)?;
        let origin = known.origin.as_ref().ok_or_else(not_made)?;
        let decisions = self.decisions()?;
        let entry = self.entry(&known, &decisions).ok_or_else(not_made)?;
        let opened = self.open(origin)?;
        let settings = self.settings(origin)?;
        let framing = settings.framing();
        let seen = self.with_preparer(settings.clone(), |it| it.inspect(&opened.source));
        let seen = seen.map_err(|error| of_picture(&error))?;
        let current = decisions.options(&origin.root, &origin.source, origin.hash);
        let base = match current.and_then(draft::base).and_then(Hash::parse) {
            Some(hash) => self.recipe(hash)?,
            None => None,
        };
        let base = base.as_ref().unwrap_or(&settings);
        let looks = |settings: &Settings| {
            let framing = settings.framing();
            (settings.background().to_string(), padding(framing))
        };
        let (background, pad) = looks(&settings);
        let probe = &seen.probe;
        let size = probe
            .orientation()
            .upright_size((probe.width(), probe.height()));
        Ok(Detail {
            entry,
            source_hash: opened.hash.to_string(),
            is_changed: opened.hash != origin.hash,
            size,
            fit: match seen.frame.filling() {
                None if seen.frame.fit() != avatar_prepare::Fit::Contain => "cover",
                _ => "contain",
            },
            crop: corners(seen.frame.crop()),
            trim: framing.trim(),
            background,
            padding: pad,
            usual: looks(base).into(),
            circle: framing.mask() == avatar_prepare::Mask::Circle,
        })
    }

    /// The whole source, upright, and where it lies in the square.
    pub(super) fn whole(&self, id: &str) -> Result<(Vec<u8>, [u32; 4]), Refused> {
        let known = self.find(id)?;
        let opened = self.open(known.origin.as_ref().ok_or_else(not_made)?)?;
        let settings = whole_settings().map_err(|error| of_settings(&error))?;
        let avatar = self.prepare(settings, &opened)?;
        let placed = corners(avatar.frame().placed());
        Ok((avatar.into_bytes(), placed))
    }

    /// The result as it is on disk.
    pub(super) fn result(&self, id: &str) -> Result<Vec<u8>, Refused> {
        let known = self.find(id)?;
        let path = self.out.join(&known.output);
        let read = || {
            // A link could lead anywhere.
            if !fs::symlink_metadata(&path)?.is_file() {
                return Err(std::io::Error::other("it is not a file"));
            }
            let mut bytes = Vec::new();
            File::open(&path)?.take(LARGEST).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(|error| {
            let message = format!("could not read {}: {error}", known.output.display());
            Refused::new(StatusCode::NOT_FOUND, "result_unreadable", message)
        })
    }

    /// The result as a draft would make it; none if the page has asked for a newer one.
    pub(super) fn preview(&self, id: &str, wanted: &Wanted) -> Result<Option<Preview>, Refused> {
        let is_newest = || {
            let mut turns = locked(&self.turns);
            let turn = turns.entry(wanted.page.clone()).or_default();
            *turn = wanted.turn.max(*turn);
            *turn == wanted.turn
        };
        if !is_newest() {
            return Ok(None);
        }
        let known = self.find(id)?;
        let origin = known.origin.as_ref().ok_or_else(not_made)?;
        let opened = self.open(origin)?;
        opened.expect(&wanted.source)?;
        let (_, settings) = self.drafted(origin, &opened, &wanted.draft)?;
        // Reading and planning took time.
        if !is_newest() {
            return Ok(None);
        }
        let avatar = self.prepare(settings, &opened)?;
        let about = About {
            edge: avatar.edge(),
            quality: avatar.quality(),
            bytes: avatar.bytes().len(),
            crop: corners(avatar.frame().crop()),
            flags: avatar.notes().iter().map(Note::code).collect(),
        };
        let about = serde_json::to_string(&about).unwrap_or_default();
        Ok(Some(Preview {
            about,
            bytes: avatar.into_bytes(),
        }))
    }

    /// The options of a draft, and the settings that they give.
    pub(super) fn drafted(
        &self,
        origin: &Origin,
        opened: &Arc<Opened>,
        draft: &Draft,
    ) -> Result<(String, Settings), Refused> {
        let settings = self.settings(origin)?;
        // The header is enough for the size.
        let inspect = |it: &mut Preparer| it.inspect(&opened.source);
        let probe = self.with_preparer(Settings::default(), inspect);
        let probe = probe.map_err(|error| of_picture(&error))?.probe;
        let decisions = self.decisions()?;
        let current = decisions.options(&origin.root, &origin.source, origin.hash);
        let base = current.and_then(draft::base).and_then(Hash::parse);
        let base = base.unwrap_or(origin.recipe);
        let options = draft.options(&probe, settings.framing(), base)?;
        let settings = self.decided(settings, &options)?;
        Ok((options, settings))
    }

    /// These settings, changed by the options of a decision.
    pub(super) fn decided(&self, settings: Settings, options: &str) -> Result<Settings, Refused> {
        let own = Options {
            settings,
            ..self.options.clone()
        };
        let own = decided(&own, options).map_err(|error| {
            Refused::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "wrong_request",
                error.to_string(),
            )
        })?;
        Ok(own.settings)
    }

    /// Prepares a source that is open.
    pub(super) fn prepare(&self, settings: Settings, opened: &Opened) -> Result<Avatar, Refused> {
        let made = self.with_preparer(settings, |it| it.prepare_source(&opened.source));
        made.map_err(|error| of_picture(&error))
    }
}

/// The settings of a whole source. The browser enlarges small pictures.
fn whole_settings() -> Result<Settings, SettingsError> {
    Ok(Settings::default()
        .with_edge(EDGE)?
        .with_max_bytes(800_000)?
        .with_quality(50..=85)?
        .with_background(Background::WHITE)
        .with_effort(Effort::Fast)
        .with_framing(Framing::whole()))
}

fn padding(framing: &Framing) -> String {
    match framing.padding() {
        Padding::Auto => "auto".into(),
        Padding::Blur => "blur".into(),
        Padding::Rgb(rgb) => Background::Rgb(rgb).to_string(),
    }
}

pub(super) fn corners(rect: Rect) -> [u32; 4] {
    [rect.x, rect.y, rect.width, rect.height]
}

/// The refusal of a picture that cannot be prepared so.
fn of_picture(error: &Error) -> Refused {
    let message = format!("{error}; {}", error.hint());
    Refused::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        error.code().as_str(),
        message,
    )
}

fn of_settings(error: &SettingsError) -> Refused {
    Refused::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "settings",
        error.to_string(),
    )
}
