//! AVIF: AV1 pictures in an ISO base media file, single, in a grid, or first of a sequence.

use std::borrow::Cow;

use super::av1_tiles::{Whole, joined, malformed};
use super::color::{color_or, nclx, transparency_left_out, with_colors};
use super::tiles::{InFile, Needed, Places, Tile};
use super::tiling::Tiling;
use super::{Grid, Items, Property, Sequence, Tracks, Window, av1_header, bounds};
use crate::codec::contract::{Decode, Footprint, Header, Memory, Opened, Thumbnail};
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::InOrder;
use crate::pixels::ycbcr::{Ycbcr, hides_filters};
use crate::{Error, Format, Limits, Note, PictureError, Plan};

const FORMAT: Format = Format::Avif;

/// The coded parts of one picture.
struct Coded<'a> {
    tiling: Tiling,
    tiles: Vec<Cow<'a, [u8]>>,
}

/// What the container says.
struct Contents<'a> {
    color: Coded<'a>,
    alpha: Option<Coded<'a>>,
    is_premultiplied: bool,
    properties: Vec<Property>,
    frames: u32,
    left_out: Option<Note>,
}

/// Reads the container.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    super::mend::refuse_bare(FORMAT, bytes)?;
    super::mend::refuse_mini(FORMAT, bytes)?;
    if let Some(items) = Items::read(bytes) {
        check_kinds(&items)?;
        bounds::check(FORMAT, bytes, &items, items.primary(), limits)?;
        let frames = super::frames(bytes).unwrap_or(1);
        if let Some(still) = contents(&items, items.primary(), frames) {
            let thumbnail = thumbnail(bytes, items, still.alpha.is_some());
            let opened = opened(bytes, still, limits)?.with_order(move || in_order(bytes));
            return Ok(opened.with_thumbnail(thumbnail));
        }
    }
    let sequence = Tracks::read(bytes).sequence(b"av01");
    let sequence = sequence.ok_or_else(|| malformed("no complete AV1 picture in it"))?;
    open_sequence(bytes, sequence, limits)
}

/// Opens an image sequence, of which the first frame is read.
pub(super) fn open_sequence<'a>(
    bytes: &'a [u8],
    sequence: Sequence<'a>,
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    sequence.refuse_distorted(FORMAT)?;
    sequence.refuse_odd(FORMAT)?;
    let opened = opened(bytes, first_frame(sequence), limits)?;
    Ok(opened.with_order(move || in_order(bytes)))
}

/// What the container says of the picture that is shown.
fn shown(bytes: &[u8]) -> Option<Contents<'_>> {
    let still = Items::read(bytes).and_then(|items| contents(&items, items.primary(), 1));
    still.or_else(|| Some(first_frame(Tracks::read(bytes).sequence(b"av01")?)))
}

/// How the picture is decoded while its file is read; `None` if it has to be read whole.
fn in_order(bytes: &[u8]) -> Option<InOrder<'_>> {
    let contents = shown(bytes)?;
    let alpha = contents.alpha.iter().flat_map(|alpha| &alpha.tiles);
    let places = Places::of(bytes, contents.color.tiles.iter(), alpha)?;
    let window = Window::new(contents.color.tiling.size, contents.properties.iter());
    places.in_order(move |file, plan| contents.decode(Some(file), window, plan))
}

impl<'a> Contents<'a> {
    /// Decodes what a plan needs: from memory, or from a file that is read.
    fn decode(
        mut self,
        file: Option<InFile<'_>>,
        window: Window,
        plan: &Plan,
    ) -> Result<Ycbcr, Error> {
        let is_reduced = hides_filters(plan);
        let of = |coded: &Coded<'_>| (coded.tiling, coded.tiles.len());
        let alpha = self.alpha.as_ref().map(of);
        let needed = Needed::new(of(&self.color), alpha, (window, plan), Whole::new);
        let add = |whole: &mut Whole, tile: Tile, data: Cow<'_, [u8]>| {
            whole.add(tile.number, data.into_owned(), is_reduced)
        };
        let (color, alpha) = needed.read(file, |tile| self.take(tile), add)?;
        let alpha = alpha.map(Whole::finish).transpose()?;
        let nclx = nclx(&self.properties);
        joined(color.finish()?, alpha, nclx, self.is_premultiplied, window)
    }

    /// Takes the data of a tile in memory.
    fn take(&mut self, tile: Tile) -> Cow<'a, [u8]> {
        let alpha = self.alpha.as_mut().filter(|_| tile.is_alpha);
        let coded = alpha.unwrap_or(&mut self.color);
        let data = coded.tiles.get_mut(tile.number as usize);
        data.map(std::mem::take).unwrap_or_default()
    }
}

fn thumbnail<'a>(bytes: &'a [u8], items: Items<'a>, has_alpha: bool) -> Option<Thumbnail<'a>> {
    let item = items.thumbnail(items.primary())?;
    Some(Box::new(move |limits| {
        bounds::check(FORMAT, bytes, &items, item, limits).ok()?;
        let found = contents(&items, item, 1)?;
        let is_like_the_whole = found.alpha.is_some() == has_alpha;
        is_like_the_whole.then(|| opened(bytes, found, limits).ok())?
    }))
}

fn opened<'a>(
    bytes: &'a [u8],
    contents: Contents<'a>,
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let size = contents.color.tiling.size;
    limits.check_picture(size, contents.frames, 0)?;
    let window = Window::new(size, contents.properties.iter());
    let pixels = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
    // Alpha can have another size than the picture.
    let alpha = match &contents.alpha {
        Some(alpha) => {
            limits.check_picture(alpha.tiling.size, 1, 0)?;
            pixels(alpha.tiling.size)
        }
        None => 0,
    };
    let decoded_bytes = pixels(size) * 3 * 2 + alpha * 2;
    let header = Header {
        orientation: window.orientation,
        frames: contents.frames,
        notes: contents
            .left_out
            .iter()
            .cloned()
            .chain(window.note())
            .collect(),
        ..Header::new(
            (window.rect.width, window.rect.height),
            decoded_bytes,
            color_or(&contents.properties, || {
                av1_header::colors(contents.color.tiles.first()?)
            }),
        )
    };
    let decode: Decode<'a> = Box::new(move |plan, _| {
        let picture = contents.decode(None, window, plan)?;
        Ok(Decoded::Cropped(picture.into_raster(plan)?))
    });
    let flags = flags(bytes);
    let decoding = peak(flags, pixels(size), alpha);
    // The raster has as many bits as the file, of red, green, blue and alpha.
    let pixel = if alpha > 0 { 4 } else { 3 } * depth(flags);
    let memory = Memory::Own(Box::new(move |plan| {
        let crop = plan.crop();
        let size = [u64::from(crop.width), u64::from(crop.height)];
        let decoded = size[0] * size[1] * pixel;
        Footprint {
            decoding,
            decoded,
            pixel,
            size,
        }
    }));
    Ok(Opened::new(header, decode).with_memory(memory))
}

/// The flags of the AV1 configuration (AV1-ISOBMFF, 2.3.3): depth and chroma, of all pictures in the file those that
/// take most memory, because alpha and tiles have their own; more than 8 bits if there are none.
fn flags(bytes: &[u8]) -> u8 {
    let configurations = memchr::memmem::find_iter(bytes, b"av1C");
    let flags = configurations.filter_map(|at| bytes.get(at + 6)).copied();
    // A set bit means more bits in a sample, but less chroma.
    let most = |one: u8, other: u8| (one | other) & HIGH_DEPTH | one & other & CHROMA;
    flags.reduce(most).unwrap_or(HIGH_DEPTH)
}

const HIGH_DEPTH: u8 = 0x40;
/// Monochrome, and chroma that is halved across and down.
const CHROMA: u8 = 0x1c;

/// Bytes of a sample.
fn depth(flags: u8) -> u64 {
    if flags & HIGH_DEPTH != 0 { 2 } else { 1 }
}

/// Most bytes that decoding takes: the decoder's frames and our planes, up to 2.9 times the samples
/// as measured.
fn peak(flags: u8, pixels: u64, alpha: u64) -> u64 {
    let quarters = match flags & CHROMA {
        0x10.. => 4,
        0x0c => 6,
        0x08 => 8,
        _ => 12,
    };
    (pixels * quarters + 4 * alpha).saturating_mul(depth(flags)) / 5 * 4
}

/// Refuses a picture that is not coded as AV1: pictures derived from others, whose data are not theirs,
/// and other codecs.
fn check_kinds(items: &Items<'_>) -> Result<(), Error> {
    let primary = items.primary();
    let whole = [Some(primary), items.alpha(primary)].into_iter().flatten();
    for item in whole {
        let tiles = match items.kind(item) {
            Some(kind) if kind == *b"grid" => items.targets(b"dimg", item),
            _ => &[item],
        };
        let mut kinds = tiles.iter().filter_map(|&tile| items.kind(tile));
        if let Some(kind) = kinds.find(|kind| kind != b"av01") {
            let (format, kind) = (FORMAT, String::from_utf8_lossy(&kind).into_owned());
            let feature = format!("a picture of the type {}", kind.escape_default());
            return Err(PictureError::Unsupported { format, feature }.into());
        }
    }
    Ok(())
}

/// What the container says about one item; `None` if a part of it is missing.
fn contents<'a>(items: &Items<'a>, item: u32, frames: u32) -> Option<Contents<'a>> {
    let own = |part| items.content(part);
    let color = coded(items, item, own)?;
    let linked = items.alpha(item);
    let alpha = match linked {
        Some(alpha) => coded(items, alpha, own),
        // Alpha planes can belong to the tiles of a grid instead of the whole picture.
        None => coded(items, item, |tile| items.content(items.alpha(tile)?)),
    };
    let left_out = match alpha {
        Some(_) => None,
        None => transparency_left_out(items, item),
    };
    Some(Contents {
        color,
        alpha,
        left_out,
        is_premultiplied: linked.is_some_and(|alpha| items.targets(b"prem", item).contains(&alpha)),
        properties: with_colors(items, item),
        frames,
    })
}

/// The coded parts of an item; `content` finds the data of each.
fn coded<'a>(
    items: &Items<'a>,
    item: u32,
    content: impl Fn(u32) -> Option<Cow<'a, [u8]>>,
) -> Option<Coded<'a>> {
    let Grid { tiling, tiles } = Grid::of(items, item)?;
    let tiles = tiles.into_iter().map(content).collect::<Option<_>>()?;
    Some(Coded { tiling, tiles })
}

fn first_frame(sequence: Sequence<'_>) -> Contents<'_> {
    let single = |size, frame| Coded {
        tiling: Tiling::single(size),
        tiles: vec![Cow::Borrowed(frame)],
    };
    let alpha = sequence.alpha;
    Contents {
        color: single(sequence.size, sequence.frame),
        is_premultiplied: alpha.as_ref().is_some_and(|alpha| alpha.is_premultiplied),
        alpha: alpha.map(|alpha| single(alpha.size, alpha.frame)),
        properties: sequence.properties,
        frames: sequence.frames,
        left_out: None,
    }
}
