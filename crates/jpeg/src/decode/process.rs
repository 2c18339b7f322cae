//! Coding processes (T.81, clause 4.11), by their frame markers.

/// How the picture is coded, as the frame marker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// SOF0: sequential, Huffman, 8 bits.
    Baseline,
    /// SOF1: sequential, Huffman, 8 or 12 bits.
    Extended,
    /// SOF2: progressive, Huffman, 8 or 12 bits.
    Progressive,
    /// SOF3: lossless, Huffman.
    Lossless,
    /// SOF9: sequential, arithmetic coding.
    Arithmetic,
    /// SOF10: progressive, arithmetic coding.
    ArithmeticProgressive,
    /// SOF11: lossless, arithmetic coding.
    ArithmeticLossless,
    /// SOF5 to SOF7 and SOF13 to SOF15: frames that differ from earlier frames.
    Hierarchical,
}

impl Process {
    pub(super) fn from_marker(code: u8) -> Self {
        match code & 0x0F {
            0 => Self::Baseline,
            1 => Self::Extended,
            2 => Self::Progressive,
            3 => Self::Lossless,
            9 => Self::Arithmetic,
            10 => Self::ArithmeticProgressive,
            11 => Self::ArithmeticLossless,
            _ => Self::Hierarchical,
        }
    }

    /// Whether several scans add up to the coefficients.
    pub(super) fn is_progressive(self) -> bool {
        matches!(self, Self::Progressive | Self::ArithmeticProgressive)
    }

    /// Whether coefficients are coded arithmetically.
    pub(super) fn is_arithmetic(self) -> bool {
        matches!(self, Self::Arithmetic | Self::ArithmeticProgressive)
    }
}

impl std::fmt::Display for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Baseline => "baseline",
            Self::Extended => "extended sequential",
            Self::Progressive => "progressive",
            Self::Lossless => "lossless",
            Self::Arithmetic => "arithmetic",
            Self::ArithmeticProgressive => "arithmetic progressive",
            Self::ArithmeticLossless => "arithmetic lossless",
            Self::Hierarchical => "hierarchical",
        })
    }
}
