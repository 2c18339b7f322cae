//! `avatar-jpeg` through its public surface, compared with a slow reference decoder and with other
//! decoders, and on damaged files.

mod corpus; // the JPEGs of the corpus
mod damage; // what is there is decoded, the rest is reported
mod djpeg; // the samples of libjpeg-turbo
mod encode; // files from the encoder, read by other decoders
mod fit; // the byte cap
mod header; // what is known before decoding
mod hostile; // limits, bombs and mutations
mod kinds; // arithmetic coding, 12 bits
mod lossless; // the lossless process
mod lossless_writer; // lossless files
mod multiples; // eight lost restart intervals, of which the numbers tell nothing
mod parts; // pictures that are not in memory as a whole
mod programs; // files from the encoder in the programs that people use
mod reference; // against a slow decoder
mod restarts; // restart intervals lost, doubled or out of order
mod syntax; // every feature of the syntax
