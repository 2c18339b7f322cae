//! All integration tests are one target, so that they are linked only once. Every test goes through
//! the public surface of the libraries or runs the real binary on real files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

use avatar_prepare::Error; // for the files that `inside` compiles

mod accessibility; // pages without a mouse, in every colour, for every reader
mod alpha; // backgrounds, contrast, logos that vanish
mod alpha_tags; // what files say about their alpha
mod atomic; // results are whole or absent: interrupts, kills, unwritable folders
mod attacks; // the fuzz targets on seeds and seeded changes
mod batch; // the same bytes for any number of jobs
mod bombs; // drawings and documents that ask for much
#[allow(dead_code)] // which of it is used depends on the machine
mod browser; // a real browser, for tests of pages
mod budget; // the memory that pictures share
mod cap; // never over the byte cap
mod channels; // channels after the colours
mod check; // existing files against platforms
mod cleaning; // `clean --delete` against a model
mod cli; // exit codes, standard output and standard error, word for word
mod collisions; // two sources never become one file
mod color; // profiles, gray, 16-bit, float, ink, transparency
mod colorimetry; // code points, gamma, high dynamic range, CIELAB, ink
mod completions; // scripts for shells, in these shells
mod config; // flag, variable, file, default
mod corpus; // every file of the corpus gives a picture or a documented error
mod damage; // what is there is used, with a note
mod damage_inside; // bytes that appear, vanish or change
mod difference; // pictures that look alike are told from others
mod documents; // what the documents say is what the program does
mod drawings; // SVG and PDF
mod faces; // where faces are found and where none should be
mod faults; // full disks, broken and vanishing sources, refused memory
mod flags; // the stable codes of notes
mod floats; // floats in TIFF, with profiles
mod foreign; // files in OUT that are none of ours
mod formats; // formats that no encoder here writes, made by hand
mod found; // verify and clean
mod frames; // where frames lie, for all orientations and both lanes
mod framing; // what of a picture the square shows
mod geometry; // all orientations and crops of small sizes, exhaustively
mod graphics; // what is a logo after trimming and with any border; colours that are lost
mod halved; // halved chroma, turned planes
mod hevc; // streams of random syntax, cut and damaged ones
mod house; // who may import whom
mod icons; // directories that lie, alpha that is zero everywhere
mod in_pieces; // large files, which are not in memory as a whole
mod inputs; // folders, links, hidden files, streams
mod inside; // parts whose exact values no result shows
mod jpeg; // the JPEG codec by itself
mod jpeg2000; // codestreams that lie about their parts
mod jpeg2000_channels; // what boxes say about channels and colours
mod jpeg_in_tiff; // tables apart, what components mean, sizes that contradict
mod jpeg_strips; // strips and tiles of JPEG that make up one picture
mod kills; // killed runs leave whole results, and the next run completes
mod layers; // Photoshop documents without a merged picture
mod legal; // files that are rare and legal
mod limits; // just under and just over
mod manual; // pages for man
mod mutations; // damaged files by the thousand
mod near_duplicates; // what looks nearly the same as an earlier picture
mod nightly; // what a schedule needs
mod no_pictures; // what is no picture is named, with advice
mod open; // the page that takes pictures
mod openexr; // layers, channels, compressions
mod operations; // files for schedules
mod packaging; // what packages and releases are made of
mod packs; // results in tars
mod padding; // what is around a picture that does not fill the square
mod painted; // documents that paint much with few instructions
mod plan; // names, collisions, dry runs
mod rare_tiffs; // what is rare in TIFF
mod raw; // the JPEG in a camera's file
mod recipes; // settings as text
mod records; // the result contract
mod regions; // faces that metadata names
mod reports; // whole runs as files
mod resume; // what is done is skipped, by the state file
mod review; // the page to approve and move pictures
mod rules; // options of single pictures: rules and sidecars
mod scale; // jobs of many machines, and the document about them
mod scans; // TIFF as scanners and printers write it
mod served; // pages that the binary serves, for their tests
mod several; // several platforms in one run
mod shards; // shares of one folder
mod shared_bytes; // bytes of another owner
mod sheets; // contact sheets, in a real browser
mod small; // pictures below the smallest edge, and hints that lead on
mod squares; // where squares lie, exhaustively on small sizes
mod stated; // orientation and colours in places that few readers look at
#[cfg(feature = "stores")]
mod stores; // sources and results in object stores
mod streams; // batches that are fed while results are taken
mod strips; // strips of TIFF in every compression
mod supply_chain; // which crates are part of what
mod svg; // style sheets, colours, encodings, pictures and fonts of drawings
mod textures; // alpha of DDS, files of several pictures
mod thumbnails; // what HEIC and AVIF carry, where it agrees with the picture and where not
mod tiles; // grids that lie, and tiles that say what the whole does not
mod time; // pictures that take too long
mod tracks; // image sequences, as items are shown
mod variants; // files as programs really write them
mod wasm; // the options of the package for browsers
mod watch; // what is new is prepared until interrupted

mod upload; // deliveries by the real binary to a local server

mod support; // running the binary, making and reading pictures
mod written_tiff; // TIFF as the tests need it
