//! Any picture in; one upright, square, size-capped sRGB JPEG out.
