//! Pictures that are not in memory as a whole.

use avatar_jpeg::{Decoder, ReadAt, Rect, Request, Scratch};
use slow_jpeg::check::whole;
use slow_jpeg::parts::{Parts, decode};
use slow_jpeg::writer::Picture;

use super::corpus::jpegs;

/// Requests for all of a picture and a part of it, however much of it is missing.
fn requests(width: u32, height: u32) -> [Request; 3] {
    let all = Rect::new(0, 0, width, height);
    let part = Rect::new(width / 3, height / 2, width.div_ceil(3), height.div_ceil(4));
    let of = |crop, target| Request {
        min_share: 0.0,
        ..Request::new(crop, target)
    };
    [
        of(all, (100, 100)),
        of(part, (60, 60)),
        of(part, (1, 1)).full(),
    ]
}

/// Also if they are cut, or bytes in them are wrong.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn pictures_of_the_corpus_are_the_same_in_parts() {
    const LONGEST: usize = 3 << 20;
    let mut count = 0;
    for picture in jpegs() {
        let bytes = picture.bytes;
        let Ok(decoder) = Decoder::new(&bytes) else {
            continue;
        };
        let (header, end) = (decoder.header(), bytes.len());
        if header.is_lossless() || end > LONGEST {
            continue;
        }
        let mut changed = bytes.clone();
        for at in (header.first_scan..end).step_by(end / 7 + 1) {
            changed[at] ^= 0x55;
        }
        for request in requests(header.width, header.height) {
            let _ = decode(&bytes, &request);
            let _ = decode(&changed, &request);
            let _ = decode(&bytes[..end - (end - header.first_scan) / 9], &request);
            count += 3;
        }
    }
    assert!(count > 500, "{count}");
}

/// Every kind of scan, with a change at each of many places, and cut there.
#[test]
fn damaged_pictures_are_the_same_in_parts() {
    const SAMPLINGS: [&[(usize, usize)]; 4] = [
        &[(1, 1)],
        &[(2, 2), (1, 1), (1, 1)],
        &[(4, 1), (1, 1), (1, 1)],
        &[(1, 1), (1, 1), (1, 1), (1, 1)],
    ];
    for (seed, sampling) in (1..).zip(SAMPLINGS) {
        let picture = Picture::random(90, 70, sampling, seed);
        let mut restarting = picture.clone();
        restarting.restart = 3;
        let of_kinds = [
            picture.clone().progressive(true),
            picture.clone().progressive(false),
            picture.non_interleaved(),
            restarting.clone().progressive(true),
            restarting,
        ];
        for picture in of_kinds {
            let bytes = picture.write();
            let crop = whole(&picture);
            let [all, part, _] = requests(crop.width, crop.height);
            for at in (2..bytes.len()).step_by(bytes.len() / 40) {
                let mut changed = bytes.clone();
                changed[at] ^= 0x91;
                let _ = decode(&changed, &all);
                changed[at] = 0xFF;
                let _ = decode(&changed, &part);
                let _ = decode(&bytes[..at], &all);
                let doubled = [&bytes[..at], &bytes[at / 2..]].concat();
                let _ = decode(&doubled, &part);
            }
        }
    }
}

/// Reads nothing from a place on.
struct Broken<'a>(Parts<'a>, usize);

impl ReadAt for Broken<'_> {
    fn length(&self) -> usize {
        self.0.length()
    }

    fn read_at(&mut self, at: usize, least: usize) -> &[u8] {
        match at + least > self.1 {
            true => &[],
            false => self.0.read_at(at, least),
        }
    }
}

#[test]
fn a_picture_that_cannot_be_read_to_its_end_is_one_that_is_cut() {
    let picture = Picture::random(90, 70, &[(2, 1), (1, 1), (1, 1)], 5);
    for picture in [picture.clone(), picture.progressive(true)] {
        let bytes = picture.write();
        let [request, ..] = requests(90, 70);
        let decoder = Decoder::new(&bytes).unwrap();
        let mut shares = Vec::new();
        for end in [bytes.len(), bytes.len() * 2 / 3, bytes.len() / 3] {
            let mut file = Broken(Parts::new(&bytes, 0), end);
            let planes = decoder.decode_from(&mut file, &request, &mut Scratch::new());
            let planes = planes.unwrap();
            assert_eq!(planes.damaged, end < bytes.len());
            shares.push(planes.decoded_share);
        }
        assert!(shares.is_sorted_by(|a, b| a >= b), "{shares:?}");
    }
}
