//! What may fail in any way: whoever runs this reads the text.

use std::error::Error;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;
