//! Comparison with a slow decoder that follows T.81 literally: on the corpus, full and reduced,
//! whole and cropped.

use super::corpus::{self, Picture};
use avatar_jpeg::{Decoder, Planes, Rect, Request, Scratch};
use slow_jpeg::check::from_reference;
use slow_jpeg::reference;
use slow_jpeg::transform::Difference;

/// A rectangle in the middle, odd edges included.
fn middle(width: u32, height: u32) -> Rect {
    let side = width.min(height);
    Rect::new((width - side) / 2, (height - side) / 2, side, side)
}

fn decode(picture: &Picture, request: &Request) -> Planes {
    let decoder = Decoder::new(&picture.bytes).unwrap_or_else(|e| panic!("{}: {e}", picture.name));
    decoder
        .decode(request, &mut Scratch::new())
        .unwrap_or_else(|e| panic!("{}: {e}", picture.name))
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn corpus_decodes_like_the_reference() {
    let mut worst = Difference::default();
    for picture in corpus::sound_jpegs() {
        // Its scan data contradicts its tables; every decoder makes stripes of it.
        if picture.name.ends_with("hopper_bad_exif.jpg") {
            continue;
        }
        let reference =
            reference::decode(&picture.bytes).unwrap_or_else(|| panic!("{}", picture.name));
        let decoder = Decoder::new(&picture.bytes).unwrap();
        let (width, height) = (decoder.header().width, decoder.header().height);
        let step = ((width * height) as usize / 64 / 2000).max(1) | 1;
        let whole = Rect::new(0, 0, width, height);
        let square = middle(width, height);
        for request in [
            Request::new(whole, (1, 1)).full(),
            Request::new(square, (640, 640)),
            Request::new(square, (square.width.div_ceil(5), square.width.div_ceil(5))),
            Request::new(square, (1, 1)),
        ] {
            let planes = decode(&picture, &request);
            assert_eq!(planes.decoded_share, 1.0, "{}", picture.name);
            let difference = from_reference(&planes, request.crop, &reference, step);
            assert!(
                difference.max <= 1.0,
                "{} {:?}: {difference:?}",
                picture.name,
                request
            );
            assert!(
                difference.mean() <= 0.02,
                "{} {:?}: {}",
                picture.name,
                request,
                difference.mean()
            );
            worst.merge(&difference);
        }
    }
    println!("largest difference {}, mean {:.4}", worst.max, worst.mean());
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn a_crop_is_the_same_part_of_the_whole() {
    let mut checked = 0;
    for picture in corpus::sound_jpegs()
        .iter()
        .filter(|p| p.bytes.len() < 400_000 && !p.name.contains("bad_exif"))
    {
        let decoder = Decoder::new(&picture.bytes).unwrap();
        let (width, height) = (decoder.header().width, decoder.header().height);
        let crop = Rect::new(width / 3, height / 4, width.div_ceil(3), height.div_ceil(3));
        for n in [1, 2, 3, 4, 8] {
            // Targets that make the reductions of both the same: the margin times the target is n/8 of the size.
            let request = |r: Rect| Request {
                margin: n as f32 / 8.0 * 0.999,
                chroma_margin: n as f32 / 8.0 * 0.999,
                ..Request::new(r, (r.width, r.height))
            };
            let whole = decode(picture, &request(Rect::new(0, 0, width, height)));
            let part = decode(picture, &request(crop));
            for (whole, part) in whole.planes.iter().zip(&part.planes) {
                if whole.eighths != part.eighths {
                    continue;
                }
                checked += 1;
                let x = (f64::from(crop.x) * whole.crop.width / f64::from(width) - part.crop.x)
                    .round() as usize;
                let y = (f64::from(crop.y) * whole.crop.height / f64::from(height) - part.crop.y)
                    .round() as usize;
                for row in 0..part.height {
                    let expected = &whole.samples[(y + row) * whole.width + x..][..part.width];
                    assert_eq!(
                        &part.samples[row * part.width..][..part.width],
                        expected,
                        "{} row {row}",
                        picture.name
                    );
                }
            }
        }
    }
    println!("{checked} planes");
}
