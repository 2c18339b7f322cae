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
use crate::{Error, Limits};
pub(super) use scale::{Scales, scales};

/// Deepest nesting of drawings.
const DEEPEST: u32 = 8;

/// Parses a drawing that is embedded in a drawing.
type ReadDrawing = fn(&[u8], &Pictures) -> Result<(Tree, Losses), Error>;

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
    made: HashMap<Key, Option<ImageKind>>,
    /// Memory of the decoded pictures, in bytes.
    memory: BTreeMap<Key, u64>,
    losses: Losses,
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

    /// Most memory that decoding the pictures takes, in bytes.
    pub(super) fn memory(&self) -> u64 {
        let sum = self
            .lock()
            .memory
            .values()
            .fold(0u64, |sum, bytes| sum.saturating_add(*bytes));
        sum.saturating_mul(2)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().memory.is_empty()
    }

    /// The first error while decoding a picture whose header was valid.
    pub(super) fn take_fault(&self) -> Result<(), Error> {
        self.lock().fault.take().map_or(Ok(()), Err)
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
        known.unwrap_or_else(|| {
            let made = match self.scales.as_deref() {
                _ if is_svg(data) => self.drawing(data),
                None => self.placeholder(key, data),
                Some(scales) => self.picture(data, scales.get(&key).copied()),
            };
            self.lock().made.insert(key, made.clone());
            made
        })
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
            Ok((tree, losses)) => {
                self.lock().losses.append(losses);
                Some(ImageKind::SVG(tree))
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
            Err(error) => {
                self.lock().fault.get_or_insert(error);
                None
            }
        }
    }
}
