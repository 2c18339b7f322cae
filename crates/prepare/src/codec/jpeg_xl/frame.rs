//! Reads the header of a JPEG XL frame as far as the memory for decoding depends on it (ISO/IEC 18181-1, annex F). The
//! decoder does not say what it found there.

use super::bits::{Bits, Forms};

/// What the header of the picture says that the header of a frame depends on.
#[derive(Clone, Copy)]
pub(super) struct Image {
    pub(super) size: (u32, u32),
    /// Channels of colour, if samples are stored themselves.
    pub(super) colors: u64,
    pub(super) extra_channels: usize,
    /// Whether colours are stored as XYB.
    pub(super) is_xyb: bool,
    pub(super) is_animated: bool,
    pub(super) has_timecodes: bool,
    /// Whether a colour profile is in the file.
    pub(super) has_profile: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Regular,
    /// A picture of an eighth of the size, from which another frame starts.
    LowFrequency,
    ReferenceOnly,
    SkipProgressive,
}

/// What is kept of a frame for later ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kept {
    Nothing,
    /// In the size of the frame.
    Frame,
    /// In the size of the picture.
    Picture,
}

/// A frame as its header describes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameHeader {
    pub(super) kind: Kind,
    /// Whether samples are stored themselves, instead of transformed blocks.
    pub(super) is_modular: bool,
    /// Width and height, before they are divided by `upsampling`.
    pub(super) size: (u32, u32),
    /// Whether it covers all of the picture.
    is_whole: bool,
    pub(super) upsampling: u32,
    /// Side of a group, in pixels.
    pub(super) group: u32,
    pub(super) passes: u32,
    pub(super) kept: Kept,
    pub(super) is_shown: bool,
    pub(super) has_noise: bool,
    /// Whether chroma of a JPEG has fewer samples than luma.
    is_subsampled: bool,
    /// Whether all fields have their defaults, so that none is stored.
    is_default: bool,
}

/// What was found of the frames up to the first one that is shown.
pub(super) enum UntilShown {
    /// All of them.
    All(Vec<FrameHeader>),
    /// The shown one has blocks in several passes, and its end is not there or not known. If a file is cut,
    /// coefficients of all groups wait for the rest.
    Waiting,
}

/// Flags of a frame.
const NOISE: u32 = 1;
const LOW_FREQUENCY_FRAME: u32 = 0x20;

const POWERS: Forms = [(0, 1), (0, 2), (0, 4), (0, 8)];
const PLACE: Forms = [(8, 0), (11, 256), (14, 2304), (30, 18_688)];
const SECTION: Forms = [(10, 0), (14, 1024), (22, 17_408), (30, 4_211_712)];
const LENGTH: Forms = [(0, 0), (4, 0), (5, 16), (10, 48)];

impl FrameHeader {
    /// Reads a header; `None` if it ends early or states what no frame can have.
    pub(super) fn read(bits: &mut Bits<'_>, image: &Image) -> Option<Self> {
        let mut frame = Self {
            kind: Kind::Regular,
            is_modular: false,
            size: image.size,
            is_whole: true,
            upsampling: 1,
            group: 256,
            passes: 1,
            kept: Kept::Nothing,
            is_shown: true,
            has_noise: false,
            is_subsampled: false,
            is_default: bits.flag()?,
        };
        if frame.is_default {
            return Some(frame);
        }
        frame.read_coding(bits, image)?;
        frame.is_whole = frame.read_place(bits, image)?;
        frame.read_use(bits, image)?;
        Some(frame)
    }

    /// Whether it is a part of the picture, whose surroundings come from elsewhere.
    pub(super) fn is_part(&self) -> bool {
        self.is_normal() && !self.is_whole
    }

    fn is_normal(&self) -> bool {
        matches!(self.kind, Kind::Regular | Kind::SkipProgressive)
    }

    /// How samples are coded.
    fn read_coding(&mut self, bits: &mut Bits<'_>, image: &Image) -> Option<()> {
        self.kind = match bits.number(2)? {
            0 => Kind::Regular,
            1 => Kind::LowFrequency,
            2 => Kind::ReferenceOnly,
            _ => Kind::SkipProgressive,
        };
        self.is_modular = bits.flag()?;
        let flags = bits.long()?;
        self.has_noise = flags & NOISE != 0;
        let has_low_frequency_frame = flags & LOW_FREQUENCY_FRAME != 0;
        let is_ycbcr = !image.is_xyb && bits.flag()?;
        if !has_low_frequency_frame {
            if is_ycbcr {
                self.is_subsampled = bits.number(6)? != 0;
            }
            self.upsampling = bits.formed(POWERS)?;
            for _ in 0..image.extra_channels {
                bits.formed(POWERS)?;
            }
        }
        if self.is_modular {
            self.group = 128 << bits.number(2)?;
        } else if image.is_xyb {
            bits.number(6)?; // scales of quantisation
        }
        if self.kind != Kind::ReferenceOnly {
            self.passes = passes(bits)?;
        }
        Some(())
    }

    /// Where it lies in the picture; whether it covers all of it.
    fn read_place(&mut self, bits: &mut Bits<'_>, image: &Image) -> Option<bool> {
        if self.kind == Kind::LowFrequency {
            let level = bits.number(2)? + 1;
            let reduced = |side: u32| side.div_ceil(1 << (3 * level));
            self.size = (reduced(image.size.0), reduced(image.size.1));
            return Some(true);
        }
        if !bits.flag()? {
            return Some(true);
        }
        let mut start = [0, 0];
        if self.kind != Kind::ReferenceOnly {
            for side in &mut start {
                let stored = i64::from(bits.formed(PLACE)?);
                // Odd numbers are negative.
                *side = if stored % 2 == 1 {
                    -(stored + 1) / 2
                } else {
                    stored / 2
                };
            }
        }
        let (width, height) = (bits.formed(PLACE)?, bits.formed(PLACE)?);
        let covers = |start: i64, length: u32, whole: u32| {
            start <= 0 && start + i64::from(length) >= i64::from(whole)
        };
        let [x, y] = start;
        let side = |stated, whole| if stated == 0 { whole } else { stated };
        self.size = (side(width, image.size.0), side(height, image.size.1));
        Some(covers(x, width, image.size.0) && covers(y, height, image.size.1))
    }

    /// Whether it is shown, and what is kept of it.
    fn read_use(&mut self, bits: &mut Bits<'_>, image: &Image) -> Option<()> {
        let is_whole = self.is_whole;
        let (mut is_last, mut duration, mut replaces) = (false, 0, false);
        if self.is_normal() {
            replaces = replaces_all(bits, image.extra_channels, is_whole)?;
            for _ in 0..image.extra_channels {
                replaces_all(bits, image.extra_channels, is_whole)?;
            }
            if image.is_animated {
                duration = bits.formed([(0, 0), (0, 1), (8, 0), (32, 0)])?;
            }
            if image.has_timecodes {
                bits.number(32)?;
            }
            is_last = bits.flag()?;
        }
        self.is_shown = self.is_normal() && (is_last || duration > 0);
        if self.kind == Kind::LowFrequency {
            self.kept = Kept::Frame;
            return Some(());
        }
        let slot = if is_last { 0 } else { bits.number(2)? };
        let is_referenced = !is_last && (duration == 0 || slot != 0);
        let says_which = self.kind == Kind::ReferenceOnly
            || is_referenced && replaces && is_whole && self.is_normal();
        let is_before_colors = says_which && bits.flag()?;
        self.kept = match (is_referenced, is_before_colors) {
            (false, _) => Kept::Nothing,
            (true, true) => Kept::Frame,
            (true, false) => Kept::Picture,
        };
        Some(())
    }

    /// Reads on to the end of a frame's header, and says how many bytes of data follow there; `None` if that is not
    /// plain to see, for example because its parts are in another order.
    pub(super) fn read_length(&self, bits: &mut Bits<'_>) -> Option<u64> {
        if !self.is_default {
            let name = bits.formed(LENGTH)?;
            for _ in 0..name {
                bits.number(8)?;
            }
            restoration(bits, self.is_modular)?;
            none(bits.long()?)?; // extensions
        }
        if bits.flag()? {
            return None; // parts in another order
        }
        bits.align();
        let mut length = 0u64;
        for _ in 0..self.sections()? {
            length += u64::from(bits.formed(SECTION)?);
        }
        bits.align();
        Some(length)
    }

    /// Number of parts; `None` if there are more than are read.
    fn sections(&self) -> Option<u64> {
        let groups =
            |side: u32, group: u32| u64::from(side.div_ceil(self.upsampling).div_ceil(group));
        let count = |group| groups(self.size.0, group) * groups(self.size.1, group);
        let (small, large) = (count(self.group), count(self.group * 8));
        let sections = match small * u64::from(self.passes) {
            1 => 1,
            parts => 2 + large + parts,
        };
        (sections <= MOST_SECTIONS && !self.is_subsampled).then_some(sections)
    }
}

/// Most parts of a frame that are read. A frame of 100 megapixels has 1,600 for each pass.
const MOST_SECTIONS: u64 = 1 << 16;

/// Number of passes.
fn passes(bits: &mut Bits<'_>) -> Option<u32> {
    let passes = bits.formed([(0, 1), (0, 2), (0, 3), (3, 4)])?;
    if passes > 1 {
        let steps = bits.formed([(0, 0), (0, 1), (0, 2), (1, 3)])?;
        bits.number(2 * (passes - 1))?; // shifts
        for _ in 0..steps {
            bits.number(2)?; // powers of two
        }
        for _ in 0..steps {
            bits.formed([(0, 0), (0, 1), (0, 2), (3, 0)])?;
        }
    }
    Some(passes)
}

/// Reads how a channel is blended with what was there; whether it replaces it.
fn replaces_all(bits: &mut Bits<'_>, extra_channels: usize, is_whole: bool) -> Option<bool> {
    let mode = bits.formed([(0, 0), (0, 1), (0, 2), (2, 3)])?;
    let uses_alpha = extra_channels > 0 && matches!(mode, 2 | 3);
    if uses_alpha {
        bits.formed([(0, 0), (0, 1), (0, 2), (3, 3)])?;
    }
    if uses_alpha || mode == 4 {
        bits.flag()?;
    }
    if !(is_whole && mode == 0) {
        bits.number(2)?;
    }
    Some(mode == 0)
}

/// Reads the settings of the filters that smooth the edges of blocks.
fn restoration(bits: &mut Bits<'_>, is_modular: bool) -> Option<()> {
    if bits.flag()? {
        return Some(()); // all fields have their defaults
    }
    let floats =
        |bits: &mut Bits<'_>, count| (0..count).try_for_each(|_| bits.number(16).map(|_| ()));
    if bits.flag()? && bits.flag()? {
        floats(bits, 6)?;
    }
    let rounds = bits.number(2)?;
    if rounds > 0 {
        if !is_modular && bits.flag()? {
            floats(bits, 8)?;
        }
        if bits.flag()? {
            floats(bits, 5)?;
        }
        if bits.flag()? {
            floats(bits, if is_modular { 3 } else { 4 })?;
        }
        if is_modular {
            floats(bits, 1)?;
        }
    }
    none(bits.long()?)
}

/// Extensions, of which none is defined and none is read.
fn none(extensions: u32) -> Option<()> {
    (extensions == 0).then_some(())
}
