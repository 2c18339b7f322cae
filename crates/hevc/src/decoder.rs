//! Puts parameter sets, slices and filters together.

use crate::bits::unescape;
use crate::cabac::{Cabac, PADDING};
use crate::map::Map;
use crate::near::Tree;
use crate::picture::{Picture, Samples};
use crate::quantizer::Quantizer;
use crate::residual::{Block, Entropy};
use crate::sample::{Plane, Sample};
use crate::sets::{Pps, Sps};
use crate::slice::{self, Header};
use crate::transform::Residual;
use crate::unit_kind::{self, INTRA, PICTURE_SET, SEQUENCE_SET, UnitKind};
use crate::walk::{Progress, Walk};
use crate::{Description, Error, deblock, offsets};

/// Which filters are applied to a picture after its reconstruction. Within an intra picture nothing depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filters {
    /// All, as the standard requires.
    All,
    /// All but the filter of edges between blocks, which a strong reduction hides.
    WithoutEdges,
}

/// Decodes pictures, and keeps parameter sets and buffers from one to the next.
#[derive(Default)]
pub struct Decoder {
    most: Option<u64>,
    sequences: Vec<Sps>,
    pictures: Vec<Pps>,
    buffers: Buffers,
    small: Planes<u8>,
    large: Planes<u16>,
}

/// What pictures of all depths need.
struct Buffers {
    map: Map,
    block: Block,
    residuals: Box<[Residual; 2]>,
    tree: Box<Tree>,
    content: Vec<u8>,
}

impl Default for Buffers {
    fn default() -> Self {
        Self {
            map: Map::default(),
            block: Block {
                values: Box::new([0; 1024]),
                columns: 0,
                rows: 0,
                is_skipped: false,
            },
            residuals: Box::new([[0; 1024]; 2]),
            tree: Box::new(Tree::new()),
            content: Vec::new(),
        }
    }
}

#[derive(Default)]
struct Planes<S> {
    planes: [Plane<S>; 3],
    copy: Vec<S>,
}

impl Decoder {
    /// A decoder without parameter sets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses pictures whose planes take more bytes. Without it, a picture may have 65,536 samples on each side.
    pub fn limit(&mut self, bytes: u64) {
        self.most = Some(bytes);
    }

    /// Reads a unit that is a parameter set; other units are ignored. A set replaces one with the same number.
    ///
    /// # Errors
    /// If it is damaged or asks for something that is not supported.
    pub fn read_set(&mut self, unit: &[u8]) -> Result<(), Error> {
        let kind = unit_kind::number(unit);
        if !matches!(kind, Some(SEQUENCE_SET | PICTURE_SET)) {
            return Ok(());
        }
        let mut content = Vec::with_capacity(unit.len());
        unescape(unit.get(2..).unwrap_or_default(), &mut content);
        if kind == Some(SEQUENCE_SET) {
            let set = Sps::read(&content)?;
            if let Some(error) = set.refusal {
                return Err(error);
            }
            self.sequences.retain(|other| other.id != set.id);
            self.sequences.push(set);
        } else {
            let set = Pps::read(&content)?;
            self.pictures.retain(|other| other.id != set.id);
            self.pictures.push(set);
        }
        Ok(())
    }

    /// Decodes the first picture of these units, which may contain parameter sets.
    ///
    /// # Errors
    /// If the picture is damaged, not complete, or predicted from other pictures.
    pub fn decode(&mut self, units: &[&[u8]], filters: Filters) -> Result<Picture<'_>, Error> {
        let is_slice = |unit: &&&[u8]| UnitKind::of(unit).is_slice();
        // Sets after the first slice belong to later pictures.
        for unit in units.iter().take_while(|unit| !is_slice(unit)) {
            self.read_set(unit)?;
        }
        let slices: Vec<&[u8]> = units.iter().filter(is_slice).copied().collect();
        let first = slices.first().ok_or(Error::Truncated("no slice"))?;
        let start = first.get(2..first.len().min(64)).unwrap_or_default();
        let (_, id) = slice::start(start, unit_kind::number(first).unwrap_or_default())?;
        let pps = self.pictures.iter().find(|set| set.id == id);
        let pps = pps.ok_or(Error::Malformed(
            "a slice without its picture parameter set",
        ))?;
        let sps = self.sequences.iter().find(|set| set.id == pps.sequence);
        let sps = sps.ok_or(Error::Malformed(
            "a picture without its sequence parameter set",
        ))?;
        if self
            .most
            .is_some_and(|most| Description::of(sps).bytes() > most)
        {
            return Err(Error::Malformed("a picture that is larger than stated"));
        }
        let job = Job {
            sps,
            pps,
            slices: &slices,
            filters,
        };
        let samples = match sps.depths {
            [8, 8] => {
                job.run(&mut self.small, &mut self.buffers)?;
                Samples::U8([0, 1, 2].map(|at| &self.small.planes[at].samples[..]))
            }
            _ => {
                job.run(&mut self.large, &mut self.buffers)?;
                Samples::U16([0, 1, 2].map(|at| &self.large.planes[at].samples[..]))
            }
        };
        Ok(Picture::new(sps, samples))
    }
}

/// One picture.
struct Job<'a> {
    sps: &'a Sps,
    pps: &'a Pps,
    slices: &'a [&'a [u8]],
    filters: Filters,
}

impl Job<'_> {
    fn run<S: Sample>(&self, buffers: &mut Planes<S>, shared: &mut Buffers) -> Result<(), Error> {
        let (sps, pps) = (self.sps, self.pps);
        let (width, height) = (sps.coded.0 as usize, sps.coded.1 as usize);
        let (across, down) = sps.shifts();
        for (component, plane) in buffers.planes.iter_mut().enumerate() {
            match component {
                0 => plane.resize(width, height),
                _ if sps.chroma == 0 => plane.resize(0, 0),
                _ => plane.resize(width >> across, height >> down),
            }
        }
        let blocks = sps.tree_blocks();
        shared.map.reset(sps.coded, sps.tree_block, blocks);
        let bounds = pps.tiles.as_ref().map(|tiles| {
            tiles
                .bounds(blocks)
                .ok_or(Error::Malformed("sizes of tiles"))
        });
        shared.map.arrange(bounds.transpose()?.as_ref());
        let mut progress = Progress::default();
        for unit in self.slices {
            if progress.decoded == shared.map.order.len() {
                break; // what follows is another picture
            }
            if !self.segment(unit, &mut buffers.planes, shared, &mut progress)? {
                break;
            }
        }
        if progress.decoded != shared.map.order.len() {
            return Err(Error::Truncated("a picture"));
        }
        if self.filters == Filters::All {
            deblock::run(&mut buffers.planes, &shared.map, sps, pps);
        }
        offsets::run(
            &mut buffers.planes,
            &shared.map,
            sps,
            pps,
            &mut buffers.copy,
        );
        Ok(())
    }

    /// Decodes a slice segment; `false` if it belongs to the next picture.
    fn segment<S: Sample>(
        &self,
        unit: &[u8],
        planes: &mut [Plane<S>; 3],
        shared: &mut Buffers,
        progress: &mut Progress,
    ) -> Result<bool, Error> {
        let (sps, pps) = (self.sps, self.pps);
        let kind = unit_kind::number(unit).unwrap_or_default();
        if !INTRA.contains(&kind) {
            return Err(Error::Unsupported(
                "a picture that does not start a sequence",
            ));
        }
        shared.content.clear();
        unescape(&unit[2..], &mut shared.content);
        let (is_first, id) = slice::start(&shared.content, kind)?;
        if is_first && progress.decoded > 0 {
            return Ok(false);
        }
        if id != pps.id {
            return Err(Error::Unsupported(
                "slices with different picture parameter sets",
            ));
        }
        let header = Header::read(&shared.content, kind, sps, pps, progress.slice.as_ref())?;
        if !header.is_dependent {
            progress.slice = Some(header.slice);
            shared.map.slices.push(header.slice);
        }
        let number = u16::try_from(shared.map.slices.len() - 1)
            .ok()
            .filter(|number| *number < u16::MAX);
        let number = number.ok_or(Error::Malformed("too many slices"))?;
        shared.content.extend([0; PADDING]);
        let mut walk = Walk {
            sps,
            pps,
            slice: header.slice,
            number,
            tile: 0,
            entropy: Entropy {
                cabac: Cabac::new(&shared.content, header.data),
                contexts: [0; 256],
                statistics: [0; 4],
                is_damaged: false,
            },
            map: &mut shared.map,
            planes,
            block: &mut shared.block,
            residuals: &mut shared.residuals,
            tree: &mut shared.tree,
            quantizer: Quantizer::new(sps, pps, &header.slice),
            shifts: (sps.shifts().0 as usize, sps.shifts().1 as usize),
        };
        // After an error, the block may be left with coefficients.
        let result = walk.run(&header, progress);
        if result.is_err() {
            shared.block.values.fill(0);
        }
        result.map(|()| true)
    }
}
