//! Old formats that `image-extras` decodes through the trait of `image`.

use std::io::Cursor;

use image_extras::wbmp::WbmpDecoder;

use crate::codec::contract::Opened;
use crate::codec::library::opened;
use crate::{Error, Format, Limits};

pub(in crate::codec) fn wbmp<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    opened(
        Format::Wbmp,
        WbmpDecoder::new(Cursor::new(bytes)),
        bytes,
        limits,
    )
}
