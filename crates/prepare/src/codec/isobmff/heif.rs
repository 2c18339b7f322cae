//! HEIF with HEVC pictures (HEIC): the tiles that are needed, one at a time. What `avatar-hevc` does
//! not decode is decoded as a whole in [`whole`]; HEIF with AV1 is decoded as AVIF.

use std::borrow::Cow;

use super::camera::camera_orientation;
use super::color::{color_or, nclx, transparency_left_out, with_colors};
use super::heic::{Coded, Coding, Contents, malformed};
use super::tiling::Tiling;
use super::{Grid, Items, Property, Sequence, Tracks, Window, bounds, whole};
use crate::codec::contract::{Decode, Header, Opened, Thumbnail};
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::InOrder;
use crate::{Error, Format, Limits, Note};

const FORMAT: Format = Format::Heif;

/// Reads the container.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    super::mend::refuse_bare(FORMAT, bytes)?;
    super::mend::refuse_mini(FORMAT, bytes)?;
    let Some(items) = Items::read(bytes) else {
        return sequence(bytes, limits);
    };
    if is_av1(&items) {
        #[cfg(feature = "avif")]
        return super::avif::open(bytes, limits);
        #[cfg(not(feature = "avif"))]
        return Err(crate::codec::contract::left_out(FORMAT, "avif"));
    }
    let opened = opened(bytes, &items, items.primary(), limits)?;
    let opened = opened.with_order(move || in_order(bytes));
    Ok(opened.with_thumbnail(thumbnail(bytes, items)))
}

/// How the picture is decoded while its file is read; `None` if it has to be read whole.
fn in_order(bytes: &[u8]) -> Option<InOrder<'_>> {
    let contents = shown(bytes)?;
    let window = Window::new(contents.color.tiling.size, contents.properties.iter());
    contents.in_order(bytes, window)
}

/// What the container says of the picture that is shown; `None` if it has to be decoded otherwise.
fn shown(bytes: &[u8]) -> Option<Contents<'_>> {
    match Items::read(bytes) {
        Some(items) => contents(&items, items.primary()),
        None => {
            let sequence = Tracks::read(bytes).sequence(b"hvc1")?;
            first_frame(&sequence).filter(|_| sequence.is_plain())
        }
    }
}

/// Whether opening a file copies nothing of it.
pub(in crate::codec) fn is_brief(bytes: &[u8]) -> bool {
    let is_av1 = || match Items::read(bytes) {
        Some(items) => is_av1(&items),
        None => Tracks::read(bytes).sequence(b"av01").is_some(),
    };
    is_av1() || shown(bytes).is_some()
}

fn thumbnail<'a>(bytes: &'a [u8], items: Items<'a>) -> Option<Thumbnail<'a>> {
    let item = items.thumbnail(items.primary())?;
    Some(Box::new(move |limits| {
        opened(bytes, &items, item, limits).ok()
    }))
}

fn opened<'a>(
    bytes: &'a [u8],
    items: &Items<'a>,
    item: u32,
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    if items.kind(item) == Some(*b"grid") && Grid::of(items, item).is_none() {
        return Err(malformed("the tiles of its grid do not make up the whole"));
    }
    for part in [item, whole::source(items, item)] {
        bounds::check(FORMAT, bytes, items, part, limits)?;
    }
    let Some(contents) = contents(items, item) else {
        return whole::open(bytes, Some(item), limits);
    };
    let left_out = match contents.alpha {
        Some(_) => None,
        None => transparency_left_out(items, item),
    };
    of_contents(bytes, contents, left_out, limits)
}

/// Opens an image sequence, of which the first frame is read.
fn sequence<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let tracks = Tracks::read(bytes);
    #[cfg(feature = "avif")]
    if let Some(sequence) = tracks.sequence(b"av01") {
        return super::avif::open_sequence(bytes, sequence, limits);
    }
    let Some(sequence) = tracks.sequence(b"hvc1") else {
        return whole::open(bytes, None, limits);
    };
    sequence.refuse_distorted(FORMAT)?;
    if !sequence.is_plain() {
        return whole::open_sequence(bytes, sequence, limits);
    }
    match first_frame(&sequence) {
        Some(contents) => {
            let opened = of_contents(bytes, contents, None, limits)?;
            Ok(opened.with_order(move || in_order(bytes)))
        }
        None => whole::open_sequence(bytes, sequence, limits),
    }
}

/// The first frame; `None` if it has to be decoded otherwise.
fn first_frame<'a>(sequence: &Sequence<'a>) -> Option<Contents<'a>> {
    let frame = |frame, properties: &[Property]| {
        let coding = of_config(properties.iter(), Cow::Borrowed(frame))?;
        let description = coding.config()?.description;
        Some(Coded {
            tiling: Tiling::single(description.size),
            tiles: vec![coding],
            description,
        })
    };
    let properties = &sequence.properties;
    let alpha = sequence.alpha.as_ref();
    Some(Contents {
        color: frame(sequence.frame, properties)?,
        alpha: match alpha {
            Some(alpha) => Some(frame(alpha.frame, &alpha.properties)?),
            None => None,
        },
        is_premultiplied: alpha.is_some_and(|alpha| alpha.is_premultiplied),
        nclx: nclx(properties),
        properties: properties.clone(),
        by_exif: None,
    })
}

fn of_contents<'a>(
    bytes: &'a [u8],
    contents: Contents<'a>,
    left_out: Option<Note>,
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let Tiling { size, .. } = contents.color.tiling;
    for coded in std::iter::once(&contents.color).chain(&contents.alpha) {
        limits.check_picture(coded.tiling.size, 1, 0)?;
        coded.check()?;
    }
    let window = Window::new(size, contents.properties.iter());
    let by_exif = contents.by_exif.filter(|_| !window.is_stated);
    let turned = by_exif.map(|_| Note::TurnedByExif);
    let header = Header {
        orientation: by_exif.unwrap_or(window.orientation),
        frames: super::frames(bytes).unwrap_or(1),
        notes: turned
            .into_iter()
            .chain(left_out)
            .chain(window.note())
            .collect(),
        ..Header::new(
            (window.rect.width, window.rect.height),
            contents.decoded_bytes(),
            color_or(&contents.properties, || contents.color.stated_colors()),
        )
    };
    let memory = contents.memory(window);
    let decode: Decode<'a> = Box::new(move |plan, _| {
        let picture = contents.decode(None, window, plan)?;
        Ok(Decoded::Cropped(picture.into_raster(plan)?))
    });
    Ok(Opened::new(header, decode).with_memory(memory))
}

/// Whether the primary item of an ISO base media file is AV1, whatever its brand says.
fn is_av1(items: &Items<'_>) -> bool {
    let primary = items.primary();
    let first = items.targets(b"dimg", primary).first().copied();
    let is_coded = |item| items.kind(item) == Some(*b"av01");
    is_coded(primary) || first.is_some_and(is_coded)
}

/// What the container says about an item; `None` if a part of it has to be decoded otherwise.
fn contents<'a>(items: &Items<'a>, item: u32) -> Option<Contents<'a>> {
    let color = coded(items, item, Some)?;
    let alpha = match items.alpha(item) {
        Some(alpha) => Some(coded(items, alpha, Some)?),
        // Alpha planes can belong to the tiles of a grid instead of the whole picture.
        None => coded(items, item, |tile| items.alpha(tile)),
    };
    let linked = items.alpha(item);
    let properties = with_colors(items, item);
    Some(Contents {
        color,
        alpha,
        is_premultiplied: linked.is_some_and(|alpha| items.targets(b"prem", item).contains(&alpha)),
        nclx: nclx(&properties),
        properties,
        by_exif: camera_orientation(items, item),
    })
}

/// The tiles of an item; `part` finds the item with the data of each.
fn coded<'a>(items: &Items<'a>, item: u32, part: impl Fn(u32) -> Option<u32>) -> Option<Coded<'a>> {
    let is_grid = items.kind(item)? == *b"grid";
    let grid = match is_grid {
        true => Some(Grid::of(items, item)?),
        false => None,
    };
    let single = [item];
    let numbers = grid.as_ref().map_or(&single[..], |grid| &grid.tiles);
    let mut tiles = Vec::with_capacity(numbers.len());
    for &number in numbers {
        tiles.push(coding(items, part(number)?)?);
    }
    let description = tiles.first()?.config()?.description;
    let tiling = match grid {
        Some(grid) => grid.tiling,
        None => Tiling::single(description.size),
    };
    Some(Coded {
        tiling,
        tiles,
        description,
    })
}

fn coding<'a>(items: &Items<'a>, item: u32) -> Option<Coding<'a>> {
    let is_hevc = items.kind(item) == Some(*b"hvc1") && items.targets(b"pred", item).is_empty();
    let coding = of_config(items.properties(item), items.content(item)?)?;
    is_hevc.then_some(coding)
}

/// The data with the parameter sets among these properties; `None` if it has to be decoded otherwise.
fn of_config<'a, 'p>(
    mut properties: impl Iterator<Item = &'p Property>,
    data: Cow<'a, [u8]>,
) -> Option<Coding<'a>> {
    let config = properties.find_map(|property| match property {
        Property::HevcConfig(config) => Some(config.clone()),
        _ => None,
    })?;
    let coding = Coding { config, data };
    let is_plain = coding.config()?.is_plain(&coding.data);
    is_plain.then_some(coding)
}
