//! Makes the sample pictures.
fn main() {}
