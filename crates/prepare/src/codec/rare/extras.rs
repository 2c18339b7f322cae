//! Old formats that `image-extras` decodes through the trait of `image`.

use std::io::Cursor;

use image_extras::{pcx::PCXDecoder, wbmp::WbmpDecoder};

use crate::codec::contract::Opened;
use crate::codec::library::opened;
use crate::{Error, Format, Limits};

pub(in crate::codec) fn pcx<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    opened(
        Format::Pcx,
        PCXDecoder::new(Cursor::new(bytes)),
        bytes,
        limits,
    )
}

pub(in crate::codec) fn wbmp<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    opened(
        Format::Wbmp,
        WbmpDecoder::new(Cursor::new(bytes)),
        bytes,
        limits,
    )
}
