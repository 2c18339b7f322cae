//! What one pass over a picture decodes.

use super::coefficients::Coefficients;
use super::plan::{ComponentPlan, Plan};
use super::scan::Scan;

/// What is being decoded.
pub(super) enum Pass {
    /// Everything: each block is in one scan only.
    Sequential,
    /// The DC coefficients, one for each needed block, of all components.
    Dc(Vec<Vec<i16>>),
    /// The AC coefficients of one component.
    Ac(usize, Coefficients),
}

impl Pass {
    /// The first pass over a progressive picture.
    pub(super) fn dc(plan: &Plan) -> Self {
        let zeros = |component: &ComponentPlan| vec![0; component.needed_blocks()];
        Self::Dc(plan.components.iter().map(zeros).collect())
    }

    /// Whether the scan is decoded in this pass.
    pub(super) fn takes(&self, scan: &Scan) -> bool {
        match self {
            Self::Sequential => true,
            Self::Dc(_) => scan.start == 0,
            Self::Ac(component, _) => {
                scan.start > 0 && scan.selected.iter().all(|s| s.component == *component)
            }
        }
    }
}
