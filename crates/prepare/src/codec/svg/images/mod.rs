//! Pictures in a drawing. The codecs of this crate decode them, so that they look the same as if
//! they were files. The renderer gets them as plain PNG, no larger than they are drawn.
//!
//! A drawing with pictures is parsed twice: first with placeholders of the right size, because the
//! size of the result is not known yet, then with the pixels.

mod png;
mod scale;

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use resvg::usvg::{ImageHrefResolver, ImageKind, Tree};

use self::png::Key;
use super::levels;
use super::losses::Losses;
use crate::codec::contract::Embedded;
use crate::codec::markup::is_svg;
use crate::{Error, Limit, LimitExceeded, Limits};
pub(super) use scale::{Scales, scales};

/// Deepest nesting of drawings.
const DEEPEST: u32 = 8;

/// Most elements and letters of all embedded drawings, each counted as often as it is shown: the renderer makes a copy
/// of all its elements each time. 3,000,000 took 1 GB.
const MOST_ELEMENTS: u64 = 300_000;
/// Bytes that the renderer takes for an element, about.
const ELEMENT: u64 = 500;

/// Parses a drawing that is embedded in a drawing, and counts its elements.
type ReadDrawing = fn(&[u8], &Pictures) -> Result<(Tree, Losses, u64), Error>;

/// Resolves the pictures that the renderer asks for.
#[derive(Clone)]
pub(super) struct Pictures {
    door: Embedded,
    read_drawing: ReadDrawing,
    limits: Limits,
    depth: u32,
    /// Elements within one another that are left for a drawing.
    levels: u32,
    /// The scale at which each picture is drawn; `None` while only sizes are needed.
    scales: Option<Arc<Scales>>,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    /// Each picture, and the elements of a drawing with those of all drawings within it.
    made: HashMap<Key, (Option<ImageKind>, u64)>,
    /// Elements and letters of all drawings, as often as they are shown.
    elements: u64,
    /// Memory of the decoded pictures, in bytes.
    memory: BTreeMap<Key, u64>,
    losses: Losses,
    /// Why pictures could not be decoded.
    damaged: Vec<String>,
    fault: Option<Error>,
}

impl Pictures {
    /// A resolver that reads headers only.
    pub(super) fn sizes(door: Embedded, read_drawing: ReadDrawing, limits: Limits) -> Self {
        Self {
            door,
            read_drawing,
            limits,
            depth: DEEPEST,
            levels: levels::MOST,
            scales: None,
            shared: Arc::default(),
        }
    }

    /// A resolver that decodes the pixels, at these scales.
    pub(super) fn pixels(&self, scales: Scales) -> Self {
        Self {
            scales: Some(Arc::new(scales)),
            shared: Arc::default(),
            ..self.clone()
        }
    }

    /// The resolver in the renderer's form. Links are noted and never followed.
    pub(super) fn resolver(&self) -> ImageHrefResolver<'static> {
        let (embedded, linked) = (self.clone(), self.clone());
        ImageHrefResolver {
            resolve_data: Box::new(move |_, data, _| embedded.embedded(&data)),
            resolve_string: Box::new(move |address, _| {
                let address = address.trim().to_string();
                linked.lock().losses.drawing.linked.insert(address);
                None
            }),
        }
    }

    pub(super) fn levels(&self) -> u32 {
        self.levels
    }

    /// The same for pictures within a drawing of that many levels.
    pub(super) fn below(&self, levels: u32) -> Self {
        Self {
            levels: self.levels.saturating_sub(levels),
            ..self.clone()
        }
    }

    pub(super) fn take_losses(&self) -> Losses {
        std::mem::take(&mut self.lock().losses)
    }

    /// Most memory that decoding the pictures takes, and the elements of drawings, in bytes.
    pub(super) fn memory(&self) -> u64 {
        let shared = self.lock();
        let pixels = shared.memory.values();
        let pixels = pixels.fold(0u64, |sum, bytes| sum.saturating_add(*bytes));
        let elements = shared.elements.saturating_mul(ELEMENT);
        pixels.saturating_add(elements).saturating_mul(2)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().memory.is_empty()
    }

    /// Why pictures whose header was valid could not be decoded.
    ///
    /// # Errors
    ///
    /// The first error that says nothing about the picture itself.
    pub(super) fn take_damaged(&self) -> Result<Vec<String>, Error> {
        let mut shared = self.lock();
        let damaged = std::mem::take(&mut shared.damaged);
        shared.fault.take().map_or(Ok(damaged), Err)
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Each picture is decoded once, however often it is shown.
    fn embedded(&self, data: &[u8]) -> Option<ImageKind> {
        let mut hasher = DefaultHasher::new();
        data.hash(&mut hasher);
        let key = hasher.finish();
        let known = self.lock().made.get(&key).cloned();
        if let Some((made, elements)) = known {
            return made.filter(|_| self.count(elements));
        }
        let before = self.lock().elements;
        let made = match self.scales.as_deref() {
            _ if is_svg(data) => self.drawing(data),
            None => self.placeholder(key, data),
            Some(scales) => self.picture(data, scales.get(&key).copied()),
        };
        let mut shared = self.lock();
        let elements = shared.elements - before;
        shared.made.insert(key, (made.clone(), elements));
        made
    }

    /// Counts elements of a drawing; `false` if there are too many, which is noted.
    fn count(&self, more: u64) -> bool {
        let found = self.lock().elements.saturating_add(more);
        if found > MOST_ELEMENTS {
            let error = LimitExceeded {
                limit: Limit::WorkOf("number of elements and letters of embedded drawings"),
                found,
                allowed: MOST_ELEMENTS,
            };
            self.left_out(error.to_string());
            return false;
        }
        self.lock().elements = found;
        true
    }

    fn left_out(&self, reason: String) {
        self.lock().losses.pictures.insert(reason);
    }

    fn drawing(&self, data: &[u8]) -> Option<ImageKind> {
        let Some(depth) = self.depth.checked_sub(1) else {
            self.left_out("drawings are nested too deeply".into());
            return None;
        };
        let inner = Self {
            depth,
            ..self.clone()
        };
        match (self.read_drawing)(data, &inner) {
            Ok((tree, losses, elements)) => {
                self.lock().losses.append(losses);
                self.count(elements).then_some(ImageKind::SVG(tree))
            }
            Err(error) => {
                self.left_out(error.to_string());
                None
            }
        }
    }

    fn placeholder(&self, key: Key, data: &[u8]) -> Option<ImageKind> {
        match (self.door.probe)(data, &self.limits) {
            Ok(probe) => {
                let size = probe
                    .orientation()
                    .upright_size((probe.width(), probe.height()));
                let rgba = 4 * u64::from(size.0) * u64::from(size.1);
                self.lock()
                    .memory
                    .insert(key, probe.decoded_bytes().saturating_add(rgba));
                Some(ImageKind::PNG(Arc::new(png::placeholder(size, key))))
            }
            Err(error) => {
                self.left_out(error.to_string());
                None
            }
        }
    }

    fn picture(&self, data: &[u8], scale: Option<[f32; 2]>) -> Option<ImageKind> {
        let raster = (self.door.pixels)(data, &self.limits);
        let png = raster.and_then(|raster| png::encode(&scale::reduce(raster, scale)?));
        match png {
            Ok(png) => Some(ImageKind::PNG(Arc::new(png))),
            Err(Error::Picture(error)) => {
                self.lock().damaged.push(error.to_string());
                None
            }
            Err(error) => {
                self.lock().fault.get_or_insert(error);
                None
            }
        }
    }
}
