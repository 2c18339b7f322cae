//! Pictures that the tests draw: whole-number arithmetic only, so that they are the same everywhere.

/// Red, green and blue, row by row.
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<u8>,
}

impl Picture {
    pub(crate) fn plain(width: u32, height: u32) -> Self {
        let pixels = [90, 110, 130].repeat((width * height) as usize);
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Lines, steps and noise, but no face.
    pub(crate) fn busy(width: u32, height: u32) -> Self {
        let mut picture = Self::plain(width, height);
        let mut state = 1_u32;
        for (i, value) in picture.pixels.iter_mut().enumerate() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let step = (i as u32 / 3 % width) / 16 * 40;
            *value = (step as u8).wrapping_add((state >> 27) as u8);
        }
        picture
    }

    /// Draws a face into the square of `edge` pixels whose upper left corner is `x`, `y`.
    pub(crate) fn draw_face(&mut self, x: i64, y: i64, edge: i64) -> &mut Self {
        let mut ellipse = |cx: i64, cy: i64, rx: i64, ry: i64, color: [u8; 3]| {
            let scaled = |v: i64| v * edge / 160;
            self.ellipse(
                [x + scaled(cx), y + scaled(cy)],
                [scaled(rx), scaled(ry)],
                color,
            );
        };
        ellipse(80, 66, 48, 50, [60, 40, 30]); // hair
        ellipse(80, 150, 60, 36, [40, 60, 120]); // shoulders
        ellipse(80, 118, 18, 26, [190, 140, 115]); // neck
        ellipse(80, 80, 40, 50, [224, 172, 145]); // face
        for side in [-1, 1] {
            ellipse(80 + side * 17, 62, 10, 3, [80, 55, 40]); // brow
            ellipse(80 + side * 17, 71, 8, 5, [245, 245, 245]); // eye
            ellipse(80 + side * 17, 71, 4, 4, [40, 30, 30]); // pupil
            ellipse(80 + side * 16, 78, 9, 2, [195, 145, 120]); // lid
        }
        ellipse(80, 84, 4, 12, [236, 186, 160]); // nose
        ellipse(80, 94, 8, 4, [190, 135, 112]);
        ellipse(76, 95, 2, 2, [110, 60, 50]); // nostrils
        ellipse(84, 95, 2, 2, [110, 60, 50]);
        ellipse(80, 109, 15, 5, [170, 70, 70]); // mouth
        ellipse(80, 108, 12, 1, [90, 30, 30]);
        self
    }

    fn ellipse(&mut self, [cx, cy]: [i64; 2], [rx, ry]: [i64; 2], color: [u8; 3]) {
        let width = self.width as usize;
        for (i, pixel) in self.pixels.chunks_exact_mut(3).enumerate() {
            let (dx, dy) = ((i % width) as i64 - cx, (i / width) as i64 - cy);
            if dx * dx * ry * ry + dy * dy * rx * rx <= rx * rx * ry * ry {
                pixel.copy_from_slice(&color);
            }
        }
    }

    pub(crate) fn faces(&self) -> Vec<avatar_faces::Face> {
        avatar_faces::Detector::new()
            .detect(&self.pixels, self.width, self.height)
            .unwrap()
    }
}
