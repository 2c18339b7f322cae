//! Camera raw files, through the embedded JPEG.

use avatar_prepare::Format;

use crate::support::{decode, finest, jpeg, near, prepare};

/// Red above, blue below.
fn preview() -> Vec<u8> {
    let color = |_, y| if y < 32 { [255, 0, 0] } else { [0, 0, 255] };
    jpeg(64, 64, color)
}

/// Orientation 6 brings the top to the right.
fn is_turned(raw: &[u8]) {
    let avatar = prepare(finest(), raw).unwrap();
    assert_eq!(avatar.probe().format(), Format::Raw);
    let square = decode(avatar.bytes());
    near(square.at(56, 32), [254, 0, 0]);
    near(square.at(8, 32), [0, 0, 254]);
}

#[test]
fn a_raw_file_gives_its_preview_turned_once() {
    let preview = preview();
    let mut bytes = b"II*\0\x08\0\0\0\x05\0".to_vec();
    let entries: [(u16, u16, u32, u32); 5] = [
        (271, 2, 4, u32::from_le_bytes(*b"Cam\0")),
        (274, 3, 1, 6),
        (330, 4, 1, 0),
        (513, 4, 1, 74),
        (514, 4, 1, preview.len() as u32),
    ];
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    assert_eq!(bytes.len(), 74);
    bytes.extend(&preview);
    is_turned(&bytes);
    // As Olympus and Panasonic begin it; their previews are found without directories too.
    for magic in [b"IIRO", b"IIU\0"] {
        bytes[..4].copy_from_slice(magic);
        is_turned(&bytes);
    }
}

fn iso_box(kind: &[u8; 4], content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let size = (8 + content.len() as u32).to_be_bytes();
    [&size, &kind[..], &content].concat()
}

/// The preview of a CR3 says nothing of its orientation.
#[test]
fn a_cr3_is_turned_by_its_own_directory() {
    let canon = 0x85c0_b687_820f_11e0_8111_f4ce_462b_6a48_u128.to_be_bytes();
    let directory = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let own = |id: [u8; 16]| iso_box(b"uuid", &[&id, &iso_box(b"CMT1", &[directory])]);
    let cr3 = |own: &[u8]| {
        let moov = iso_box(b"moov", &[&iso_box(b"uuid", &[&[7; 16]]), own]);
        let start = iso_box(b"ftyp", &[b"crx \0\0\0\x01crx isom"]);
        [start, moov, iso_box(b"mdat", &[&preview()])].concat()
    };
    is_turned(&cr3(&own(canon)));
    let others = prepare(finest(), &cr3(&own([9; 16]))).unwrap();
    near(decode(others.bytes()).at(32, 8), [254, 0, 0]);
}
