//! Memory of JPEG XL, which depends on what the headers of its frames say. The pictures have one colour, so that they
//! are short.

use avatar_prepare::{Limits, Preparer, Settings};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{is_alone, peak};

/// An estimate is at most this many tenths of what was really used …
const TENTHS: u64 = 12;
/// … plus this many bytes, which cover the memory of the square: none of it is in use while a picture is decoded.
const SLACK: u64 = 16 << 20;

/// In blocks. Made of 3000 × 2000 pixels, or 1000 × 1000 for the animation, by `cjxl` 0.7.
const PICTURES: [(&str, &str); 6] = [
    (
        "blocks",
        "/wp6PgQJxYUAEggBABDCGvQAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
         AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
         AAAAAAAAAAAAAAAAAF3lEgAAFSqjjBu8nOv58kOHxbSN6wxttW1hJStSUFC4h54RL8ZgjUdpB0GQBQAE4aa8MNbpFOAeH3mfpAPh\
         HsJjoWgw0yUaXtceNLpOPh5Cd8esNwpfr4D6Tfz/lIZBtNPTBvkwIiM/XfaVs4EAAACAFBRYsTEGY2OMG4NzY4xxY7BYzwwgTR4A\
         BCkPKGKifRHiLHK7UQYrM9aQQIrkgCIm2hchziIvf7oJh9oRU9jzZutYfsWtVGUOL/KfP04hBwAVUadSFVGnUhVRp1IVUSkpFVGn\
         UhVRp1Ipma/yy7P6vzGFPW+2juVX3EpV5vAiDCC5AEA5HM+xlvaMd1WNQ4AiiuQAleZ3lyXFrVRlDi9SQx+rh5iFUylzzt6VRJhm\
         KhEIUNhnRm6lKnN4EQFKEgA=",
    ),
    (
        "box",
        "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAHbanhsY/8Kej4ECcWFABIIAQAQwhr0AAEAAAAAAAAAAAAAAAAAAAAA\
         AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
         AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABd5RIAABUqo4wbvJzr+fJDh8W0jesM\
         bbVtYSUrUlBQuIeeES/GYI1HaQdBkAUABOGmvDDW6RTgHh95n6QD4R7CY6FoMNMlGl7XHjS6Tj4eQnfHrDcKX6+A+k38/5SGQbTT\
         0wb5MCIjP132lbOBAAAAgBQUWLExBmNjjBuDc2OMcWOwWM8MIE0eAAQpDyhion0R4ixyu1EGKzPWkECK5IAiJtoXIc4iL3+6CYfa\
         EVPY82brWH7FrVRlDi/ynz9OIQcAFVGnUhVRp1IVUadSFVEpKRVRp1IVUadSKZmv8suz+r8xhT1vto7lV9xKVebwIgwguQBAORzP\
         sZb2jHdVjUOAIorkAJXmd5clxa1UZQ4vUkMfq4eYhVMpc87elUSYZioRCFDYZ0ZupSpzeBEBShIA",
    ),
    (
        "up",
        "/wp6PgQJxYWAEggBAPxBCAwAAAAAAAAAAAAAXeUSAAAVKqOMG7yc6/nyQ4fFtI3rDG21bWElK1JQULiHnhEvxmCNR2kHQZAFAADm\
         prww1ukU4B4feZ+kA+EewmOhaDDTJRpe1x40uk4+HkJ3x6w3Cl+vgPpN/P+UhkG009MG+TAiIz9d9pWzkAIrNsZgbNy4cWMwNsYY\
         NwaLBQwgkXQEr+ac9kDOjIFiB3qolhRyByg5MoA9HVClTkctCaEkAQ==",
    ),
    (
        "noise",
        "/wp6PgQJxYUQIIEQADjCGvQAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
         AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
         AAAAAAAAAAAAAAAAABWsMMEDDTTQgANd5RIAABUqo4wbvJzr+fJDh8W0jesMbbVtYSUrUlBQuIeeES/GYI1HaQdBkAUABOGmvDDW\
         6RTgHh95n6QD4R7CY6FoMNMlGl7XHjS6Tj4eQnfHrDcKX6+A+k38/5SGQbTT0wb5MCIjP132lbOBAAAAgBQUWLExBmNjjBuDc2OM\
         cWOwWM8MIE0eAAQpDyhion0R4ixyu1EGKzPWkECK5IAiJtoXIc4iL3+6CYfaEVPY82brWH7FrVRlDi/ynz9OIQcAFVGnUhVRp1IV\
         UadSFVEpKRVRp1IVUadSKZmv8suz+r8xhT1vto7lV9xKVebwIgwguQBAORzPsZb2jHdVjUOAIorkAJXmd5clxa1UZQ4vUkMfq4eY\
         hVMpc87elUSYZioRCFDYZ0ZupSpzeBEBShIA",
    ),
    (
        "prog",
        "/wp6PgQJxYUAEggBAMBCD5wAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
         AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
         AAAAAAAAAAAAAAAAAF3lEgCIokJlxsbYrL2YWr03aBwBn+vn/KLAIAFqVKHAIAErWZGCgsI9OEN3McZrjMEACjjG2PAIJGTgtuMH\
         lBuglzGcVkBwVI314VsnIhXk9IiA5vN0VyAke3mMqyMIukfjXNS/7gpsKN8tba5ofNRGPB60jrE7ELLAYDudyPoszYNcp4cw4sE5\
         Qpb2YSNagq4W8zdnKDQkSYQBBgAAAKSgoMCKjTF43hhj3BgstoNnDCA1TyZv3vrX4qnIFoyLWbwFWwxsyeatnXeWL0ZVtlp9WhTU\
         +58/+5UDALZkiLfK1JOzTuVUZavVp0VBvQwgXQFA2BjvqchOZTdbEG958fhid1oU1FtDn19jjwAFkRfa06KgXgFKEgA=",
    ),
    (
        "anim",
        "/wo6HxEMIKG4JAASkEwgAPxBDQwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAXeUSAAAVKqOMG7yc6/nyQ4fFtI3rDG21bWElK1JQ\
         ULiHnhEvxmCNR2kHQZAFAADmprww1ukU4B4feZ+kA+EewmOhaDDTJRpe1x40uk4+HkJ3x6w3Cl+vgPpN/P+UhkG009MG+TAiIz9d\
         9pWzkAIrNsZgbNy4cWMwNsYYNwaLBQwgXQTApDJPRzq+8SFRrLDe+oj7B5DGZ/DDqpaE0I+xpwDA8/Xz9cXHJWUqMr6hWvAPq1oS\
         QUkCABKQLAQA/MEMDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABd5RIAABUqo4wbvJzr+fJDh8W0jesMbbVtYSUrUlBQuIeeES/G\
         YI1HaQdBkAUAAOamvDDW6RTgHh95n6QD4R7CY6FoMNMlGl7XHjS6Tj4eQnfHrDcKX6+A+k38/5SGQbTT0wb5MCIjP132lbOQAhs2\
         xrgxxo0xbowxbgzaGCwXDBiF98J2MJCU2zTZA8JipgL1CzlgWPNIPDetEEDoJ1ozAMAMOZP0NkuXYNItbeDctEIAQUkC",
    ),
];

/// Stores samples of an eighth of the size and has noise, whose groups are large then; 3000 × 2000 pixels.
const LARGE_GROUPS: &str = "/wp6PgQJxYUYHAgA3AIAAAAAAAAVrDDBAw000IADADgAWABYKlmRgoLCPUsA58qtdgkKUPt3St6rj3h30MFwh+BJaDf0aRKN60UP\
    2tUfHw/GhmNuvgSXR8j+IXo9S7PU1+mxDnno0hNHz//FWUiBPRtj8LoxbgzaGDcG556A1AUAWGP7KYgYgAKLJ6Sq9ab80MMscfis\
    f72OhA2Yfu2u9ab80MMscfisf72OhA2Yfu2u9f4ZhlDwOUokoUdhri1FLuUOCkeFnZN/KQI=";

/// Its estimate is at most this many tenths, because all samples could be transformed as a whole.
const TENTHS_OF_SAMPLES: u64 = 30;

#[test]
fn jpeg_xl_is_estimated_by_its_frames() {
    if !is_alone() {
        return;
    }
    let mut broken = Vec::new();
    let blocks = PICTURES.map(|(name, text)| (name, text, TENTHS));
    let samples = ("large groups", LARGE_GROUPS, TENTHS_OF_SAMPLES);
    for (name, text, tenths) in blocks.into_iter().chain([samples]) {
        let bytes = STANDARD.decode(text).unwrap();
        let ((cost, result), real) = peak(|| {
            let mut preparer = Preparer::new(Settings::default(), Limits::default());
            let result = preparer.prepare(&bytes);
            (preparer.cost(), result.map(drop))
        });
        let (real, estimate) = (real + bytes.len() as u64, cost.memory.unwrap_or_default());
        if result.is_err() || real > estimate || estimate > real * tenths / 10 + SLACK {
            broken.push(format!("{name}: {result:?}, {real} of {estimate}"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// A cut file fails, but before that it takes what it would take if the rest came.
#[test]
fn a_cut_jpeg_xl_takes_no_more_than_its_estimate() {
    if !is_alone() {
        return;
    }
    let bytes = PICTURES.iter().find(|(name, _)| *name == "prog");
    let bytes = STANDARD.decode(bytes.unwrap().1).unwrap();
    let mut broken = Vec::new();
    for missing in [1, 20, bytes.len() / 4] {
        let cut = &bytes[..bytes.len() - missing];
        let ((cost, code), real) = peak(|| {
            let mut preparer = Preparer::new(Settings::default(), Limits::default());
            let error = preparer.prepare(cut).unwrap_err();
            (preparer.cost(), error.code())
        });
        let (real, estimate) = (real + cut.len() as u64, cost.memory.unwrap_or_default());
        if code.as_str() != "truncated" || real > estimate {
            broken.push(format!("{missing} less: {code:?}, {real} of {estimate}"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
