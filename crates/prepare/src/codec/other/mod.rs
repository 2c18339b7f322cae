//! Signatures of files that are not read.

mod text;

use crate::other_kind as kind;
use crate::other_kind::OtherKind;

impl OtherKind {
    /// Recognises a kind of file that is not read by the first bytes of the content; 1,024 bytes are enough.
    #[must_use]
    pub fn recognize(start: &[u8]) -> Option<&'static Self> {
        by_prefix(start)
            .or_else(|| in_container(start))
            .or_else(|| damaged_as_text(start))
            .or_else(|| text::recognize(start))
            .or_else(|| without_signature(start))
    }
}

/// Everything with a signature of its own.
#[rustfmt::skip]
static PREFIXES: &[(&[u8], &OtherKind)] = &[
    (b"\xc5\xd0\xd3\xc6", &kind::EPS),
    (b"gimp xcf", &kind::XCF),
    (b"\xd7\xcd\xc6\x9a", &kind::WMF), (b"\x01\0\x09\0\0\x03", &kind::WMF), (b"\x02\0\x09\0\0\x03", &kind::WMF),
    (b"II\xbc", &kind::JPEG_XR),
    (b"CPT7FILE", &kind::PHOTO_PAINT), (b"CPT8FILE", &kind::PHOTO_PAINT), (b"CPT9FILE", &kind::PHOTO_PAINT),
    (b"FLIF", &kind::FLIF),
    (b"AT&TFORM", &kind::DJVU),
    (b"BPG\xfb", &kind::BPG),
    (b"AC10", &kind::DWG), (b"AutoCAD Binary DXF", &kind::DXF),
    (b"\0\xffKA", &kind::AFFINITY),
    (b"Paint Shop Pro Image File", &kind::PAINT_SHOP),
    (b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5", &kind::INDESIGN),
    (b"CSFCHUNK", &kind::CLIP_STUDIO),
    (b"FOVb", &kind::RAW_WITHOUT_PREVIEW), (b"\0MRM", &kind::RAW_WITHOUT_PREVIEW),
    (b"\x97JB2\r\n\x1a\n", &kind::JBIG2),
    (b"\x8aMNG\r\n\x1a\n", &kind::MNG), (b"\x8bJNG\r\n\x1a\n", &kind::MNG),
    (b"SIMPLE  =", &kind::FITS),
    (b"\xabKTX ", &kind::TEXTURE), (b"\x13\xab\xa1\x5c", &kind::TEXTURE), (b"PVR\x03", &kind::TEXTURE),
    (b"SDPX", &kind::FILM), (b"XPDS", &kind::FILM), (b"\x80\x2a\x5f\xd7", &kind::FILM),
    (b"\x1a\x45\xdf\xa3", &kind::OTHER_VIDEO), (b"FLV\x01", &kind::OTHER_VIDEO), (b"\0\0\x01\xba", &kind::OTHER_VIDEO),
    (b"\0\0\x01\xb3", &kind::OTHER_VIDEO), (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", &kind::OTHER_VIDEO),
    (b"ID3", &kind::AUDIO), (b"fLaC", &kind::AUDIO), (b"OggS", &kind::AUDIO), (b"MThd", &kind::AUDIO),
    (b"PK\x03\x04", &kind::ZIP), (b"PK\x05\x06", &kind::ZIP),
    (b"\x1f\x8b", &kind::GZIP),
    (b"Rar!\x1a", &kind::ARCHIVE), (b"7z\xbc\xaf\x27\x1c", &kind::ARCHIVE), (b"BZh", &kind::ARCHIVE),
    (b"\xfd7zXZ\0", &kind::ARCHIVE), (b"\x28\xb5\x2f\xfd", &kind::ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", &kind::OFFICE), (b"{\\rtf", &kind::OFFICE),
    (b"L\0\0\0\x01\x14\x02\0", &kind::SHORTCUT), (b"[InternetShortcut]", &kind::SHORTCUT),
    (b"wOFF", &kind::FONT), (b"wOF2", &kind::FONT), (b"OTTO", &kind::FONT), (b"\0\x01\0\0\0", &kind::FONT),
    (b"\x7fELF", &kind::PROGRAM), (b"MZ\x90\0", &kind::PROGRAM), (b"MZ\x50\0", &kind::PROGRAM),
    (b"\xca\xfe\xba\xbe", &kind::PROGRAM), (b"\xcf\xfa\xed\xfe", &kind::PROGRAM), (b"\xfe\xed\xfa\xcf", &kind::PROGRAM),
    (b"\xff\xd8\xff\xf7", &kind::JPEG_LS), (b"\xff\x10\xff\x50", &kind::JPEG_XS), (b"\xf4\xff\x6f", &kind::WEBP_2),
    (b"id=ImageMagick", &kind::MIFF), (b"fig-kiwi", &kind::FIGMA), (b"PXMT", &kind::PIXELMATOR), (b"PDN3", &kind::PAINT_NET),
    (b"mdipack", &kind::MEDIBANG), (b"XARA\xa3\xa3", &kind::XARA), (b"VTF\0", &kind::TEXTURE),
    (b"SQLite format 3\0", &kind::DATABASE), (b"BLENDER", &kind::SCENE), (b"glTF", &kind::SCENE),
    (b"FWS", &kind::FLASH), (b"CWS", &kind::FLASH), (b"ZWS", &kind::FLASH),
    (b"\0\x05\x16\x07", &kind::APPLE_DOUBLE), (b"\0\x05\x16\0", &kind::APPLE_DOUBLE), (b"bplist00", &kind::PROPERTY_LIST),
    (b"XSym\n", &kind::SHORTCUT), (b"Salted__", &kind::ENCRYPTED),
    (b"\xff\xfb", &kind::AUDIO), (b"\xff\xf3", &kind::AUDIO), (b"\xff\xf2", &kind::AUDIO), (b"\xff\xf1", &kind::AUDIO), (b"\xff\xf9", &kind::AUDIO),
];

fn by_prefix(start: &[u8]) -> Option<&'static OtherKind> {
    if start.starts_with(b"PK\x03\x04") {
        return Some(in_zip(start));
    }
    let mut all = PREFIXES.iter();
    all.find(|(prefix, _)| start.starts_with(prefix))
        .map(|(_, kind)| *kind)
}

/// Formats that are ZIP archives are recognised by the names of their first entries.
#[rustfmt::skip]
static IN_ZIP: &[(&[u8], &OtherKind)] = &[
    (b"application/x-krita", &kind::KRITA), (b"image/openraster", &kind::OPEN_RASTER), (b"x-vnd.corel", &kind::COREL_DRAW),
    (b"adobe.sparkler", &kind::ADOBE_XD), (b"canvas.fig", &kind::FIGMA), (b"Document.archive", &kind::PROCREATE),
    (b"document.json", &kind::SKETCH),
    (b"[Content_Types].xml", &kind::OFFICE), (b"vnd.oasis.opendocument", &kind::OFFICE), (b".iwa", &kind::OFFICE),
];

fn in_zip(start: &[u8]) -> &'static OtherKind {
    let says = |word: &[u8]| start.windows(word.len()).any(|window| window == word);
    let found = IN_ZIP.iter().find(|(word, _)| says(word));
    found.map_or(&kind::ZIP, |(_, kind)| kind)
}

fn in_container(start: &[u8]) -> Option<&'static OtherKind> {
    let at =
        |from: usize, word: &[u8]| start.get(from..).is_some_and(|rest| rest.starts_with(word));
    let riff = start.starts_with(b"RIFF") || start.starts_with(b"RIFX");
    if riff && (at(8, b"CDR") || at(8, b"CMX")) {
        return Some(&kind::COREL_DRAW);
    }
    if riff && at(8, b"AVI ") {
        return Some(&kind::OTHER_VIDEO);
    }
    if riff && at(8, b"WAVE") || at(4, b"ftypM4A ") || at(4, b"ftypM4B ") {
        return Some(&kind::AUDIO);
    }
    if start.starts_with(b"FORM") && (at(8, b"ILBM") || at(8, b"PBM ")) {
        return Some(&kind::ILBM);
    }
    if start.starts_with(b"\x01\0\0\0") && at(40, b" EMF") {
        return Some(&kind::EMF);
    }
    if at(128, b"DICM") {
        return Some(&kind::DICOM);
    }
    // The packets of a transport stream, with or without a time code before each.
    if at(0, b"G") && at(188, b"G") && at(376, b"G")
        || at(4, b"G") && at(196, b"G") && at(388, b"G")
    {
        return Some(&kind::OTHER_VIDEO);
    }
    if start.starts_with(b"\xffWPC") && at(9, b"\x16") {
        return Some(&kind::WPG);
    }
    if at(257, b"ustar") {
        return Some(&kind::ARCHIVE);
    }
    // PICT: 512 bytes for other uses, size and frame, then version 1 or 2.
    if start.get(..512).is_some_and(is_zero) && (at(522, b"\x11\x01") || at(522, b"\0\x11\x02\xff"))
    {
        return Some(&kind::PICT);
    }
    let boxes: [&[u8]; 5] = [b"ftyp", b"moov", b"mdat", b"wide", b"pnot"];
    boxes.iter().any(|name| at(4, name)).then_some(&kind::VIDEO)
}

/// Pictures that a transfer as text has changed.
fn damaged_as_text(start: &[u8]) -> Option<&'static OtherKind> {
    const STARTS: [&[u8]; 9] = [
        b"\x89PNG\n\x1a\n",         // line ends of Unix
        b"\x89PNG\r\r\n\x1a\r\n",   // of Windows
        b"\x89PNG\r\r\n\x1a\r\r\n", // of Windows, twice
        b"\x89PNG\r\x1a\r",         // of old Macs
        b"\tPNG\r\n\x1a\n",         // seven bits
        b"\xef\xbf\xbdPNG",         // not UTF-8, replaced
        b"\xc2\x89PNG",             // as if it were Latin-1
        b"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
        b"\xc3\xbf\xc3\x98\xc3\xbf",
    ];
    let is_damaged = STARTS.iter().any(|damaged| start.starts_with(damaged));
    is_damaged.then_some(&kind::TEXT_MODE)
}

fn without_signature(start: &[u8]) -> Option<&'static OtherKind> {
    let heads: [&[u8]; 3] = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"];
    let holds = |head: &[u8]| start.windows(head.len()).position(|window| window == head);
    let before = heads.iter().filter_map(|head| holds(head)).min();
    // For example a byte order mark, a line end, a warning of a script or the headers of a form.
    let is_text = |text: &[u8]| {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        text.iter()
            .all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace())
    };
    if before.is_some_and(|end| start.get(..end).is_some_and(is_text)) {
        return Some(&kind::BEHIND_TEXT);
    }
    (start.len() >= 16 && is_zero(start)).then_some(&kind::ZEROS)
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}
