//! Recognises texts in files that are named like pictures.

use crate::other_kind as kind;
use crate::other_kind::OtherKind;

/// Recognises a text by its beginning. UTF-16 is supported for ASCII characters.
pub(super) fn recognize(start: &[u8]) -> Option<&'static OtherKind> {
    let every_other = |skipped: usize| start.iter().skip(skipped).step_by(2).copied().collect();
    let narrow: Vec<u8> = match start {
        [0xff, 0xfe, ..] => every_other(2),
        [0xfe, 0xff, ..] => every_other(3),
        _ => return single_bytes(start),
    };
    single_bytes(&narrow)
}

fn single_bytes(start: &[u8]) -> Option<&'static OtherKind> {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let text = text.trim_ascii_start();
    let lower: Vec<u8> = text.iter().take(512).map(u8::to_ascii_lowercase).collect();
    postscript(&lower)
        .or_else(|| by_beginning(&lower, &BEFORE_MARKUP))
        .or_else(|| markup(&lower))
        .or_else(|| says(&lower, b".git/annex/").then_some(&kind::ANNEX_POINTER))
        .or_else(|| by_beginning(&lower, &AFTER_MARKUP))
        .or_else(|| by_beginning(text, &ENCODED))
}

fn begins(text: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|word| text.starts_with(word))
}

fn says(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

/// Beginnings of a text, in lower case, and what it is.
type Beginning = (&'static [&'static [u8]], &'static OtherKind);

/// The first of these that fits.
fn by_beginning(text: &[u8], beginnings: &[Beginning]) -> Option<&'static OtherKind> {
    let found = beginnings.iter().find(|(words, _)| begins(text, words));
    found.map(|(_, kind)| *kind)
}

static BEFORE_MARKUP: [Beginning; 3] = [
    (&[b"0\nsection", b"0\r\nsection"], &kind::DXF),
    (
        &[b"version https://git-lfs", b"version http://git-media"],
        &kind::LFS_POINTER,
    ),
    (&[b"data:"], &kind::DATA_URL),
];

static AFTER_MARKUP: [Beginning; 8] = [
    (&[b"/annex/objects/"], &kind::ANNEX_POINTER),
    (&[b"[desktop entry]", b"../"], &kind::SHORTCUT),
    (&[b"http://", b"https://", b"magnet:"], &kind::ADDRESS),
    (
        &[
            b"return-path:",
            b"received:",
            b"delivered-to:",
            b"from - ",
            b"from: ",
            b"mime-version:",
            b"message-id:",
        ],
        &kind::EMAIL,
    ),
    (
        &[b"-----begin pgp message", b"age-encryption.org/"],
        &kind::ENCRYPTED,
    ),
    (&[b"-----begin "], &kind::KEY),
    (&[b"http/1.", b"http/2", b"content-type:"], &kind::HTTP),
    (
        &[
            b"{\"", b"{ \"", b"{\n", b"{\r", b"{}", b"[{", b"[\"", b"[\n", b"[\r",
        ],
        &kind::JSON,
    ),
];

/// Base64 of PNG, JPEG, GIF and WebP, in the case in which it is written.
static ENCODED: [Beginning; 1] = [(
    &[b"iVBORw0KGgo", b"/9j/4", b"R0lGOD", b"UklGR"],
    &kind::BASE64,
)];

fn postscript(lower: &[u8]) -> Option<&'static OtherKind> {
    if !lower.starts_with(b"%!ps") {
        return None;
    }
    if says(lower, b"adobe illustrator") {
        return Some(&kind::ILLUSTRATOR);
    }
    let mut lines = lower.split(|byte| matches!(byte, b'\r' | b'\n'));
    let is_encapsulated = lines.next().is_some_and(|line| says(line, b"epsf"));
    Some(match is_encapsulated {
        true => &kind::EPS,
        false => &kind::POSTSCRIPT,
    })
}

/// Elements with which web pages and parts of them begin.
const PAGE: [&[u8]; 18] = [
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<body",
    b"<script",
    b"<meta",
    b"<title",
    b"<div",
    b"<span",
    b"<table",
    b"<center",
    b"<h1",
    b"<br",
    b"<b>",
    b"<p>",
    b"<a ",
    b"<img",
    b"<iframe",
];

fn markup(lower: &[u8]) -> Option<&'static OtherKind> {
    if begins(lower, &PAGE) || lower.starts_with(b"<") && says(lower, b"<html") {
        return Some(&kind::WEB_PAGE);
    }
    if begins(lower, &[b"<?php", b"#!"]) {
        return Some(&kind::SCRIPT);
    }
    if begins(lower, &[b"<x:xmpmeta", b"<?xpacket"]) {
        return Some(&kind::METADATA);
    }
    if begins(lower, &[b"<?xml", b"<plist"]) && says(lower, b"<plist") {
        return Some(&kind::PROPERTY_LIST);
    }
    begins(lower, &[b"<?xml", b"<error"]).then_some(&kind::XML)
}
