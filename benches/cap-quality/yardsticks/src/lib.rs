//! What the comparison needs beside the encoder under test: pictures, scores, peers.

pub mod peers;
pub mod score;
pub mod squares;
