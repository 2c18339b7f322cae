//! Frames that depend on pixels, chosen on a look.

use super::content::{Content, Extent};
use super::graphic::{Evidence, Verdict, is_drawn, is_photo, judge, transparent};
use super::look::Look;
use super::place::{Contained, Room, Slide, contain};
use super::regions::Regions;
use super::sized::{Field, covering, placed_by_size};
use super::{faces, subject, trim};
use crate::frame::{FaceBox, Filling, Frame, Reason};
use crate::framing::{Fit, Gravity, Mask, Padding};
use crate::{Error, Probe, Rect, Settings};

/// A face of at least this height, as a share of the shorter side, makes a picture on one colour a
/// photograph: a portrait in a studio.
const PORTRAIT: f64 = 0.1;

/// Everything from which the frame is chosen.
pub(crate) struct Scene<'a> {
    pub(crate) probe: &'a Probe,
    pub(crate) settings: &'a Settings,
    pub(crate) field: Field,
    /// A look at the field.
    pub(crate) look: &'a Look,
    /// What the picture's metadata names, in pixels of the whole upright picture.
    pub(crate) regions: Regions,
}

/// Finds faces in a look; boxes are in its pixels.
pub(crate) type FindFaces<'a> = dyn FnMut(&Look) -> Result<Vec<FaceBox>, Error> + 'a;

/// The frame of a picture from its look.
pub(crate) fn of_look(scene: &Scene<'_>, find: &mut FindFaces<'_>) -> Result<Frame, Error> {
    let framing = scene.settings.framing();
    let view = View::of(scene, framing.trim());
    // Search for faces at most once.
    let mut found: Option<Vec<FaceBox>> = None;
    let verdict = judged(scene, &view.look);
    let by = match framing.fit() {
        Fit::Cover => None,
        Fit::Contain => Some(Reason::Asked),
        Fit::Auto => {
            let is_opaque = matches!(verdict.evidence, Some(Evidence::Border | Evidence::Colors));
            let is_portrait = is_opaque
                && !scene.probe.is_scalable()
                && !is_drawn(&view.look, &verdict.surface)
                && view.has_portrait(found.insert(find(&view.look)?));
            whole_because(scene, &verdict, &view.look).filter(|_| !is_portrait)
        }
    };
    match by {
        Some(by) => Ok(view.contained(scene, &verdict, by)),
        None => {
            let mut faces = || found.take().map_or_else(|| find(&view.look), Ok);
            view.covered(scene, &verdict, &mut faces)
        }
    }
}

/// The verdict on the part of a look that counts. Where borders were cut off, what is left of a logo touches its own
/// border: then the whole picture says whether it is a logo, unless a photograph is left, as of a print with a white frame.
fn judged(scene: &Scene<'_>, part: &Look) -> Verdict {
    let verdict = judge(part);
    let is_cut = (part.width(), part.height()) != (scene.look.width(), scene.look.height());
    if verdict.evidence.is_some() || !is_cut || is_photo(part) {
        return verdict;
    }
    let whole = judge(scene.look);
    match whole.evidence {
        // What is left lies on the same colour.
        Some(_) if whole.is_on_one_color => whole,
        // The border is that of the part, which is not even.
        Some(Evidence::Border) => verdict.with(Evidence::Colors),
        Some(evidence) => verdict.with(evidence),
        None => verdict,
    }
}

/// Why a picture is shown whole under [`Fit::Auto`].
fn whole_because(scene: &Scene<'_>, verdict: &Verdict, look: &Look) -> Option<Reason> {
    let reason = verdict.evidence.map(|evidence| match evidence {
        Evidence::Transparency => Reason::Transparency,
        Evidence::Border => Reason::Border,
        Evidence::Colors => Reason::Colors,
    });
    // A drawing counts as a graphic, unless a photograph fills it.
    let is_graphic = scene.probe.is_scalable() && (reason.is_some() || !is_photo(look));
    if is_graphic {
        Some(Reason::Vector)
    } else {
        reason
    }
}

/// The part of a look that counts, and how its pixels map to the upright picture.
struct View {
    look: Look,
    region: Rect,
    /// Picture pixels per pixel of the look.
    scale: (f64, f64),
    /// Left upper corner of the look in the picture.
    origin: (f64, f64),
}

impl View {
    fn of(scene: &Scene<'_>, trims: bool) -> Self {
        let (look, region) = (scene.look, scene.field.region);
        let scale = (
            f64::from(region.width) / look.width() as f64,
            f64::from(region.height) / look.height() as f64,
        );
        let margins = if trims {
            trim::uniform_margins(look)
        } else {
            trim::Margins::default()
        };
        let (right, bottom) = (look.width() - margins.right, look.height() - margins.bottom);
        // Whole pixels of the picture that lie wholly in what is cut off.
        let cut = |lines: usize, scale: f64| (lines as f64 * scale).floor() as u32;
        let (left, top) = (cut(margins.left, scale.0), cut(margins.top, scale.1));
        Self {
            look: look.part([margins.left, margins.top, right, bottom]),
            region: Rect {
                x: region.x + left,
                y: region.y + top,
                width: region.width - left - cut(margins.right, scale.0),
                height: region.height - top - cut(margins.bottom, scale.1),
            },
            scale,
            origin: (
                f64::from(region.x) + margins.left as f64 * scale.0,
                f64::from(region.y) + margins.top as f64 * scale.1,
            ),
        }
    }

    /// Whether one of the faces is large enough for a portrait.
    fn has_portrait(&self, faces: &[FaceBox]) -> bool {
        let shorter = self.look.width().min(self.look.height()) as f64;
        faces.iter().any(|face| face.height >= PORTRAIT * shorter)
    }

    fn contained(&self, scene: &Scene<'_>, verdict: &Verdict, by: Reason) -> Frame {
        let (settings, framing) = (scene.settings, scene.settings.framing());
        let most = match scene.probe.is_scalable() {
            true => f64::INFINITY,
            false => settings.most_enlarged(),
        };
        let content = Content::of(&self.look, verdict).scaled(self.scale, self.origin);
        let room = Room {
            edge: settings.edge(),
            min_edge: settings.min_edge(),
            margin: framing.margin() / 100.0,
            mask: framing.mask(),
            most,
        };
        let Contained {
            edge,
            crop,
            placed,
            is_small,
            ..
        } = contain(self.region, &content, &room);
        let is_full = placed == Rect::of_size((edge, edge));
        Frame {
            fit: Fit::Contain,
            by,
            crop,
            placed,
            edge,
            filling: (!is_full).then(|| filling(framing.padding(), verdict, &self.look)),
            faces: Vec::new(),
            inside_mask: Some(true),
            fineness: scene.field.fineness,
            is_cut_logo: false,
            has_cut_face: false,
            is_small,
        }
    }

    fn covered(
        &self,
        scene: &Scene<'_>,
        verdict: &Verdict,
        find: &mut dyn FnMut() -> Result<Vec<FaceBox>, Error>,
    ) -> Result<Frame, Error> {
        let framing = scene.settings.framing();
        let (square, by, faces) = self.square(scene, find)?;
        let frame = covering(
            square,
            by,
            scene.field.fineness,
            scene.probe,
            scene.settings,
        )?;
        let inside_mask = (!faces.is_empty()).then(|| {
            faces
                .iter()
                .all(|face| is_in_mask(face, square, framing.mask()))
        });
        let is_logo = verdict.evidence.is_some() && framing.fit() == Fit::Cover;
        let content = is_logo.then(|| {
            let content = Content::of(&self.look, verdict);
            content.scaled(self.scale, self.origin).extent
        });
        Ok(Frame {
            inside_mask,
            has_cut_face: faces.iter().any(|face| is_cut(face, square)),
            is_cut_logo: content.is_some_and(|content| sticks_out(&content, square, self.scale)),
            faces: in_units(faces, scene.field.fineness),
            ..frame
        })
    }

    /// The square by the first gravity that finds something.
    fn square(
        &self,
        scene: &Scene<'_>,
        find: &mut dyn FnMut() -> Result<Vec<FaceBox>, Error>,
    ) -> Result<(Rect, Reason, Vec<FaceBox>), Error> {
        let framing = scene.settings.framing();
        let slide = Slide::of(self.region);
        let chain: &[Gravity] = match framing.focus() {
            Some(_) => &[],
            None => framing.gravity(),
        };
        for gravity in chain {
            let found = match gravity {
                Gravity::Face => self.by_faces(scene, slide, find)?,
                Gravity::Subject => self.by_subject(slide),
                _ => None,
            };
            if let Some(found) = found {
                return Ok(found);
            }
        }
        let (square, by) = placed_by_size(self.region, scene.field, scene.settings);
        Ok((square, by, Vec::new()))
    }

    fn by_faces(
        &self,
        scene: &Scene<'_>,
        slide: Slide,
        find: &mut dyn FnMut() -> Result<Vec<FaceBox>, Error>,
    ) -> Result<Option<(Rect, Reason, Vec<FaceBox>)>, Error> {
        let mut faces = scene.regions.faces.clone();
        if let (true, Some(focus)) = (faces.is_empty(), scene.regions.focus) {
            return Ok(Some((slide.around(focus), Reason::Focus, Vec::new())));
        }
        if faces.is_empty() {
            faces = find()?.iter().map(|face| self.to_picture(face)).collect();
        }
        faces.sort_by(|a, b| (b.width * b.height).total_cmp(&(a.width * a.height)));
        let extents: Vec<Extent> = faces.iter().map(extent).collect();
        let square = slide.with_faces(&extents, scene.settings.framing().mask());
        Ok(square.map(|square| (square, Reason::Face, faces)))
    }

    fn by_subject(&self, slide: Slide) -> Option<(Rect, Reason, Vec<FaceBox>)> {
        let is_wide = self.region.width > self.region.height;
        let energies = subject::energy(&self.look, is_wide)?;
        let shorter = self.look.width().min(self.look.height());
        let start = subject::best_window(&energies, shorter);
        let scale = if is_wide { self.scale.0 } else { self.scale.1 };
        let square = slide.square((start as f64 * scale).round() as u32);
        Some((square, Reason::Subject, Vec::new()))
    }

    fn to_picture(&self, face: &FaceBox) -> FaceBox {
        FaceBox {
            x: face.x * self.scale.0 + self.origin.0,
            y: face.y * self.scale.1 + self.origin.1,
            width: face.width * self.scale.0,
            height: face.height * self.scale.1,
            score: face.score,
        }
    }
}

fn extent(face: &FaceBox) -> Extent {
    Extent {
        left: face.x,
        top: face.y,
        right: face.x + face.width,
        bottom: face.y + face.height,
    }
}

fn is_in_mask(face: &FaceBox, square: Rect, mask: Mask) -> bool {
    let extent = extent(face);
    let edge = f64::from(square.width);
    let (left, top) = (
        extent.left - f64::from(square.x),
        extent.top - f64::from(square.y),
    );
    let across = [left, left + extent.width()];
    let down = [top, top + extent.height()];
    faces::is_in_mask(across, down, edge, mask)
}

/// Whether a face is only partly inside the square.
fn is_cut(face: &FaceBox, square: Rect) -> bool {
    let extent = extent(face);
    let (left, top) = (f64::from(square.x), f64::from(square.y));
    let (right, bottom) = (
        left + f64::from(square.width),
        top + f64::from(square.height),
    );
    let shows =
        extent.left < right && extent.right > left && extent.top < bottom && extent.bottom > top;
    shows && !is_in_mask(face, square, Mask::Square)
}

/// Whether content is cut by more than a pixel of the look.
fn sticks_out(content: &Extent, square: Rect, scale: (f64, f64)) -> bool {
    let (left, top) = (f64::from(square.x), f64::from(square.y));
    let (right, bottom) = (
        left + f64::from(square.width),
        top + f64::from(square.height),
    );
    content.left < left - scale.0
        || content.top < top - scale.1
        || content.right > right + scale.0
        || content.bottom > bottom + scale.1
}

/// Boxes in units of a drawing.
fn in_units(faces: Vec<FaceBox>, fineness: Option<u32>) -> Vec<FaceBox> {
    let Some(fineness) = fineness.map(f64::from) else {
        return faces;
    };
    let smaller = |face: FaceBox| FaceBox {
        x: face.x / fineness,
        y: face.y / fineness,
        width: face.width / fineness,
        height: face.height / fineness,
        score: face.score,
    };
    faces.into_iter().map(smaller).collect()
}

/// What fills the square beside a contained picture.
fn filling(padding: Padding, verdict: &Verdict, look: &Look) -> Filling {
    match padding {
        Padding::Rgb(rgb) => Filling::Rgb(rgb),
        Padding::Blur => Filling::Blur,
        Padding::Auto if transparent(look) > 0.0 => Filling::Transparent,
        Padding::Auto if verdict.is_on_one_color => Filling::Rgb(verdict.median),
        Padding::Auto if verdict.is_even_and_opaque() => Filling::Gradient,
        Padding::Auto => Filling::Blur,
    }
}
