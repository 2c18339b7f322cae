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
    let begins = |words: &[&[u8]]| words.iter().any(|word| lower.starts_with(word));
    let says = |word: &[u8]| lower.windows(word.len()).any(|window| window == word);
    if begins(&[b"%!ps"]) {
        return Some(if says(b"adobe illustrator") {
            &kind::ILLUSTRATOR
        } else if lower
            .split(|byte| matches!(byte, b'\r' | b'\n'))
            .next()
            .is_some_and(|line| line.windows(4).any(|window| window == b"epsf"))
        {
            &kind::EPS
        } else {
            &kind::POSTSCRIPT
        });
    }
    if begins(&[b"0\nsection", b"0\r\nsection"]) {
        return Some(&kind::DXF);
    }
    if begins(&[b"version https://git-lfs", b"version http://git-media"]) {
        return Some(&kind::LFS_POINTER);
    }
    if begins(&[b"data:"]) {
        return Some(&kind::DATA_URL);
    }
    let is_page = begins(&[
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
    ]);
    if is_page || text.starts_with(b"<") && says(b"<html") {
        return Some(&kind::WEB_PAGE);
    }
    if begins(&[b"<?php", b"#!"]) {
        return Some(&kind::SCRIPT);
    }
    if begins(&[b"<x:xmpmeta", b"<?xpacket"]) {
        return Some(&kind::METADATA);
    }
    if begins(&[b"<?xml", b"<plist"]) && says(b"<plist") {
        return Some(&kind::PROPERTY_LIST);
    }
    if begins(&[b"<?xml", b"<error"]) {
        return Some(&kind::XML);
    }
    if says(b".git/annex/") || begins(&[b"/annex/objects/"]) {
        return Some(&kind::ANNEX_POINTER);
    }
    if begins(&[b"[desktop entry]", b"../"]) {
        return Some(&kind::SHORTCUT);
    }
    if begins(&[b"http://", b"https://", b"magnet:"]) {
        return Some(&kind::ADDRESS);
    }
    let mail: [&[u8]; 7] = [
        b"return-path:",
        b"received:",
        b"delivered-to:",
        b"from - ",
        b"from: ",
        b"mime-version:",
        b"message-id:",
    ];
    if begins(&mail) {
        return Some(&kind::EMAIL);
    }
    if begins(&[b"-----begin pgp message", b"age-encryption.org/"]) {
        return Some(&kind::ENCRYPTED);
    }
    if begins(&[b"-----begin "]) {
        return Some(&kind::KEY);
    }
    if begins(&[b"http/1.", b"http/2", b"content-type:"]) {
        return Some(&kind::HTTP);
    }
    if begins(&[
        b"{\"", b"{ \"", b"{\n", b"{\r", b"{}", b"[{", b"[\"", b"[\n", b"[\r",
    ]) {
        return Some(&kind::JSON);
    }
    let base64: [&[u8]; 4] = [b"iVBORw0KGgo", b"/9j/4", b"R0lGOD", b"UklGR"];
    let is_base64 = base64.iter().any(|head| text.starts_with(head));
    is_base64.then_some(&kind::BASE64)
}
