//! Which channels of a JPEG 2000 are colours and which is alpha (ISO/IEC 15444-1, I.5.3.6), and where the library returns
//! them: it puts colours in order if it understands all definitions of channels, otherwise it passes over all of them.

use super::header::{COLOR, Definition, NONE, OPACITY, PREMULTIPLIED, UNSPECIFIED, WHOLE};

/// Where the channels that are shown are among those that the library returns.
pub(super) struct Shown {
    /// The colours, in their order.
    pub(super) colors: Vec<usize>,
    pub(super) alpha: Option<usize>,
    pub(super) is_premultiplied: bool,
}

/// Why channels are not read.
pub(super) enum Refusal {
    Unsupported(String),
    Malformed(String),
}

use Refusal::{Malformed, Unsupported};

impl Shown {
    /// Of so many channels, by their definitions; `stated` are the colours of the colour space.
    pub(super) fn of(
        known: Option<&[Definition]>,
        count: usize,
        stated: Option<usize>,
    ) -> Result<Self, Refusal> {
        let all = match known {
            Some(known) => completed(known, count)?,
            None => usual(count, stated),
        };
        let order = order(known, count);
        let place = |channel: u16| {
            let place = order.iter().position(|at| *at == usize::from(channel));
            place.ok_or_else(|| Malformed("it defines channels that are missing".into()))
        };
        let colors = colored(&all, stated)?.into_iter().map(place);
        let alpha = alpha(&all)?;
        Ok(Self {
            colors: colors.collect::<Result<_, _>>()?,
            is_premultiplied: alpha.is_some_and(|alpha| alpha.kind == PREMULTIPLIED),
            alpha: alpha.map(|alpha| place(alpha.channel)).transpose()?,
        })
    }
}

/// The definitions of all channels: those that are not listed are colours, in order.
fn completed(known: &[Definition], count: usize) -> Result<Vec<Definition>, Refusal> {
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    let is_listed = |channel| known.iter().filter(|it| it.channel == channel).count();
    if known
        .iter()
        .any(|it| it.channel >= count || is_listed(it.channel) > 1)
    {
        let detail = "it defines channels twice, or some that it does not have";
        return Err(Malformed(detail.into()));
    }
    let listed = |channel| known.iter().find(|it| it.channel == channel).copied();
    let all = (0..count).map(|channel| {
        listed(channel).unwrap_or(Definition {
            channel,
            kind: COLOR,
            color: NONE,
        })
    });
    Ok(all.collect())
}

/// What channels are that the file does not define: the colours, and alpha if there is one more.
fn usual(count: usize, stated: Option<usize>) -> Vec<Definition> {
    let has_alpha = count == 2 || stated.is_some_and(|stated| count == stated + 1);
    let channels = 0..u16::try_from(count).unwrap_or(u16::MAX);
    let definition = |channel: u16| match has_alpha && usize::from(channel) + 1 == count {
        true => Definition {
            channel,
            kind: OPACITY,
            color: WHOLE,
        },
        false => Definition {
            channel,
            kind: COLOR,
            color: channel + 1,
        },
    };
    channels.map(definition).collect()
}

/// The channel with alpha.
fn alpha(all: &[Definition]) -> Result<Option<Definition>, Refusal> {
    let unknown = |it: &&Definition| it.kind > PREMULTIPLIED && it.kind != UNSPECIFIED;
    if let Some(unknown) = all.iter().find(unknown) {
        let kind = unknown.kind;
        return Err(Unsupported(format!("channels of kind {kind}")));
    }
    let mut found = all
        .iter()
        .filter(|it| matches!(it.kind, OPACITY | PREMULTIPLIED));
    let alpha = found.next().copied();
    let colors = all.iter().filter(|it| it.kind == COLOR).count();
    let is_whole = |it: Definition| matches!(it.color, WHOLE | NONE) || colors == 1;
    if found.next().is_some() || !alpha.is_none_or(is_whole) {
        return Err(Unsupported("alpha of single colours".into()));
    }
    Ok(alpha)
}

/// The channels with colours, in their order.
fn colored(all: &[Definition], stated: Option<usize>) -> Result<Vec<u16>, Refusal> {
    let mut colors: Vec<_> = all.iter().filter(|it| it.kind == COLOR).collect();
    let count = colors.len();
    // Gray with the profile of RGB is usual, and so are three channels that are called gray.
    let fits =
        stated.is_none_or(|stated| stated == count || count == 1 || (stated, count) == (1, 3));
    if !fits {
        let stated = stated.unwrap_or(0);
        let detail = format!("it has {count} channels for {stated} colours");
        return Err(Malformed(detail));
    }
    // Some programs number none.
    if !colors.iter().all(|it| matches!(it.color, WHOLE | NONE)) {
        colors.sort_by_key(|it| it.color);
        let numbers = colors.iter().map(|it| usize::from(it.color));
        if !numbers.eq(1..=count) {
            return Err(Malformed("its colours are not numbered in order".into()));
        }
    }
    Ok(colors.iter().map(|it| it.channel).collect())
}

/// The order in which the library returns channels: by their colours if it understands all definitions, otherwise as
/// they are.
fn order(known: Option<&[Definition]>, count: usize) -> Vec<usize> {
    let understands = |it: &Definition| it.kind <= OPACITY && it.color != NONE;
    let mut order: Vec<usize> = (0..count).collect();
    let Some(known) = known.filter(|known| !known.is_empty() && known.iter().all(understands))
    else {
        return order;
    };
    let color = |channel: usize| {
        let found = known.iter().find(|it| usize::from(it.channel) == channel);
        found.map(|it| if it.color == WHOLE { NONE } else { it.color })
    };
    // It leaves out channels after the last that is defined, and wants those before it.
    if (0..known.len()).all(|channel| color(channel).is_some()) {
        order.truncate(known.len());
        order.sort_by_key(|channel| color(*channel));
    }
    order
}
