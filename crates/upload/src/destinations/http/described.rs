//! Reads of a certificate what people recognise it by (RFC 5280): owner, issuer, validity and names of servers. Whether it
//! is valid is not decided here: it was refused already.

use std::fmt::Write;
use std::net::IpAddr;

use chrono::NaiveDate;

/// Tags of X.690.
const OBJECT_IDENTIFIER: u8 = 0x06;
const NUMERIC_STRING: u8 = 0x12;
const PRINTABLE_STRING: u8 = 0x13;
const TELETEX_STRING: u8 = 0x14;
const UTF8_STRING: u8 = 0x0C;
const IA5_STRING: u8 = 0x16;
const VISIBLE_STRING: u8 = 0x1A;
const UNIVERSAL_STRING: u8 = 0x1C;
const BMP_STRING: u8 = 0x1E;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Tags of RFC 5280: the parts of a certificate that may be left out, and the kinds of names.
const VERSION: u8 = 0xA0;
const EXTENSIONS: u8 = 0xA3;
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;

/// The identifier of the extension with the names of servers.
const SUBJECT_ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1D, 0x11];

/// Identifiers of what names consist of, and how people write them.
const ATTRIBUTES: [(&[u8], &str); 9] = [
    (&[0x55, 4, 3], "CN"),
    (&[0x55, 4, 5], "serialNumber"),
    (&[0x55, 4, 6], "C"),
    (&[0x55, 4, 7], "L"),
    (&[0x55, 4, 8], "ST"),
    (&[0x55, 4, 10], "O"),
    (&[0x55, 4, 11], "OU"),
    (
        &[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 25],
        "DC",
    ),
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1], "Email"),
];

/// What describes a certificate. The texts are those of its author: anything can stand in them.
#[derive(Debug, PartialEq)]
pub(super) struct Description {
    pub(super) owner: String,
    pub(super) issuer: String,
    pub(super) valid_from: String,
    pub(super) valid_to: String,
    /// Names and addresses of servers.
    pub(super) names: Vec<String>,
}

impl Description {
    /// `None` if the bytes are not a certificate.
    pub(super) fn of(mut certificate: &[u8]) -> Option<Self> {
        let mut certificate = Element::next(&mut certificate)?.content;
        let mut parts = Element::next(&mut certificate)?.content;
        if Element::next(&mut parts)?.tag == VERSION {
            let _serial_number = Element::next(&mut parts)?;
        }
        let _algorithm = Element::next(&mut parts)?;
        let issuer = name(Element::next(&mut parts)?.content)?;
        let mut validity = Element::next(&mut parts)?.content;
        let owner = name(Element::next(&mut parts)?.content)?;
        Some(Self {
            owner,
            issuer,
            valid_from: date(&Element::next(&mut validity)?),
            valid_to: date(&Element::next(&mut validity)?),
            names: names(parts).unwrap_or_default(),
        })
    }
}

/// A value with its type, in the encoding of X.690 that certificates have.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

impl<'a> Element<'a> {
    /// The element that `bytes` begin with, which are then those behind it.
    fn next(bytes: &mut &'a [u8]) -> Option<Self> {
        let (&[tag, length], rest) = bytes.split_first_chunk()?;
        let (length, rest) = match length {
            0..=0x7F => (usize::from(length), rest),
            // The length itself has as many bytes as the lower bits say.
            0x81..=0x84 => {
                let (length, rest) = rest.split_at_checked(usize::from(length & 0x7F))?;
                let append = |length: usize, byte: &u8| (length << 8) | usize::from(*byte);
                (length.iter().fold(0, append), rest)
            }
            _ => return None,
        };
        let content;
        (content, *bytes) = rest.split_at_checked(length)?;
        Some(Self { tag, content })
    }

    fn text(&self) -> String {
        match self.tag {
            UTF8_STRING | PRINTABLE_STRING | IA5_STRING | NUMERIC_STRING | VISIBLE_STRING => {
                String::from_utf8_lossy(self.content).into_owned()
            }
            // Its own letters are hardly in use: certificates have those of Latin-1 in it.
            TELETEX_STRING => self.content.iter().copied().map(char::from).collect(),
            UNIVERSAL_STRING => {
                let units = self.content.as_chunks::<4>().0.iter().copied();
                let letters = units.map(|unit| char::from_u32(u32::from_be_bytes(unit)));
                letters
                    .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect()
            }
            BMP_STRING => {
                let units = self.content.as_chunks::<2>().0.iter().copied();
                String::from_utf16_lossy(&units.map(u16::from_be_bytes).collect::<Vec<_>>())
            }
            _ => self
                .content
                .iter()
                .fold(String::from("#"), |mut text, byte| {
                    let _ = write!(text, "{byte:02x}"); // a string takes any text
                    text
                }),
        }
    }
}

/// The name of an owner or issuer: `CN=Server, O=Company`.
fn name(mut parts: &[u8]) -> Option<String> {
    let mut texts = Vec::new();
    while !parts.is_empty() {
        let mut attributes = Element::next(&mut parts)?.content;
        while !attributes.is_empty() {
            let mut attribute = Element::next(&mut attributes)?.content;
            let kind = Element::next(&mut attribute)?.content;
            let value = Element::next(&mut attribute)?.text();
            let known = ATTRIBUTES.iter().find(|known| known.0 == kind);
            let kind = known.map_or_else(|| identifier(kind), |known| known.1.into());
            texts.push(format!("{kind}={value}"));
        }
    }
    Some(texts.join(", "))
}

/// An identifier as numbers with points: seven bits of them in each byte, the highest first, and the eighth says that more
/// follow. The first two numbers are one.
fn identifier(bytes: &[u8]) -> String {
    let (mut numbers, mut number) = (Vec::new(), 0_u64);
    for byte in bytes {
        number = (number << 7) | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let first = (number / 40).min(2);
                numbers.push(first);
                number -= 40 * first;
            }
            numbers.push(number);
            number = 0;
        }
    }
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    numbers.join(".")
}

/// `2026-11-24` of `261124…` or `20261124…`.
fn date(time: &Element<'_>) -> String {
    let read = || {
        let digits = std::str::from_utf8(time.content).ok()?;
        let (century, rest) = match time.tag {
            // Of the years with two digits, those from 50 are of the last century.
            UTC_TIME if digits < "50" => ("20", digits),
            UTC_TIME => ("19", digits),
            GENERALIZED_TIME => digits.split_at_checked(2)?,
            _ => return None,
        };
        let (year, rest) = rest.split_at_checked(2)?;
        let (month, rest) = rest.split_at_checked(2)?;
        let (day, _) = rest.split_at_checked(2)?;
        let date = format!("{century}{year}-{month}-{day}");
        let is_one = date.bytes().all(|c| c.is_ascii_digit() || c == b'-');
        let exists = is_one && NaiveDate::parse_from_str(&date, "%Y-%m-%d").is_ok();
        exists.then_some(date)
    };
    read().unwrap_or_else(|| "an unknown date".into())
}

/// Names and addresses of servers, of the parts behind the owner's name.
fn names(mut parts: &[u8]) -> Option<Vec<String>> {
    let mut extensions = loop {
        let part = Element::next(&mut parts)?;
        if part.tag == EXTENSIONS {
            let mut content = part.content;
            break Element::next(&mut content)?.content;
        }
    };
    let mut names = loop {
        let mut extension = Element::next(&mut extensions)?.content;
        let kind = Element::next(&mut extension)?;
        if (kind.tag, kind.content) == (OBJECT_IDENTIFIER, SUBJECT_ALTERNATIVE_NAME) {
            // The last part: before it can stand that the extension is critical.
            let mut value = extension;
            while !extension.is_empty() {
                value = Element::next(&mut extension)?.content;
            }
            break Element::next(&mut value)?.content;
        }
    };
    let mut texts = Vec::new();
    // Those before a damaged one can still help.
    while let Some(name) = Element::next(&mut names) {
        texts.extend(server(&name));
    }
    Some(texts)
}

/// A name or an address of a server; `None` for names of other things.
fn server(name: &Element<'_>) -> Option<String> {
    match name.tag {
        DNS_NAME => Some(String::from_utf8_lossy(name.content).into_owned()),
        IP_ADDRESS => {
            let short = <[u8; 4]>::try_from(name.content).map(IpAddr::from);
            let long = <[u8; 16]>::try_from(name.content).map(IpAddr::from);
            Some(short.or(long).ok()?.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let length = match u8::try_from(length) {
            Ok(short) if short < 0x80 => vec![short],
            _ => vec![0x82, (length >> 8) as u8, length as u8],
        };
        [[tag].as_slice(), length.as_slice(), content].concat()
    }

    fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
        element(0x30, &parts.concat())
    }

    fn name_of(attributes: &[(&[u8], u8, &[u8])]) -> Vec<u8> {
        let attribute = |(kind, tag, value): &(&[u8], u8, &[u8])| {
            let attribute = sequence(&[element(OBJECT_IDENTIFIER, kind), element(*tag, value)]);
            element(0x31, &attribute)
        };
        sequence(&attributes.iter().map(attribute).collect::<Vec<_>>())
    }

    fn certificate() -> Vec<u8> {
        let issuer = name_of(&[
            (&[0x55, 4, 6], PRINTABLE_STRING, b"FR"),
            (&[0x55, 4, 10], UTF8_STRING, "Société".as_bytes()),
            (&[0x55, 4, 3], BMP_STRING, &[0, b'C', 0x20, 0xAC]),
            (&[0x2B, 6, 1, 4, 1, 0x82, 0x37], 4, &[0xAB, 1]),
        ]);
        let validity = sequence(&[
            element(UTC_TIME, b"500102030405Z"),
            element(GENERALIZED_TIME, b"21261124123045Z"),
        ]);
        let servers = sequence(&[
            element(0x81, b"someone@example.com"),
            element(DNS_NAME, b"*.example.com"),
            element(IP_ADDRESS, &[127, 0, 0, 1]),
            element(
                IP_ADDRESS,
                &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            ),
        ]);
        let usage = sequence(&[
            element(OBJECT_IDENTIFIER, &[0x55, 0x1D, 15]),
            element(4, &[3, 2, 5, 0xA0]),
        ]);
        let names = sequence(&[
            element(OBJECT_IDENTIFIER, SUBJECT_ALTERNATIVE_NAME),
            element(1, &[0xFF]),
            element(4, &servers),
        ]);
        let signed = sequence(&[
            element(VERSION, &element(2, &[2])),
            element(2, &[1, 2, 3]),
            sequence(&[element(OBJECT_IDENTIFIER, &[0x2A, 3])]),
            issuer,
            validity,
            name_of(&[(&[0x55, 4, 3], UTF8_STRING, b"Server")]),
            sequence(&[element(3, &[0; 200])]),
            element(EXTENSIONS, &sequence(&[usage, names])),
        ]);
        sequence(&[signed, element(3, &[0; 64])])
    }

    #[test]
    fn a_certificate_is_described() {
        let wanted = Description {
            owner: "CN=Server".into(),
            issuer: "C=FR, O=Société, CN=C€, 1.3.6.1.4.1.311=#ab01".into(),
            valid_from: "1950-01-02".into(),
            valid_to: "2126-11-24".into(),
            names: vec!["*.example.com".into(), "127.0.0.1".into(), "::1".into()],
        };
        assert_eq!(Description::of(&certificate()), Some(wanted));
    }

    #[test]
    fn texts_in_old_encodings_are_read() {
        for (tag, bytes, text) in [
            (TELETEX_STRING, &b"Soci\xe9t\xe9"[..], "Société"),
            (VISIBLE_STRING, b"Company", "Company"),
            (NUMERIC_STRING, b"12 34", "12 34"),
            (UNIVERSAL_STRING, b"\0\0\0A\0\x01\xf6\0", "A\u{1f600}"),
            (0x04, b"\xab", "#ab"),
        ] {
            let content = name_of(&[(&[0x55, 4, 10], tag, bytes)]);
            let found = Element::next(&mut &*content).and_then(|all| name(all.content));
            assert_eq!(found, Some(format!("O={text}")), "{tag:#x}");
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_unknown() {
        let read = |tag, digits: &str| {
            let content = digits.as_bytes();
            date(&Element { tag, content })
        };
        assert_eq!(read(UTC_TIME, "240229000000Z"), "2024-02-29");
        assert_eq!(read(GENERALIZED_TIME, "20261124000000Z"), "2026-11-24");
        for digits in ["269999000000Z", "250229000000Z", "26+1-1000000Z", "2611"] {
            assert_eq!(read(UTC_TIME, digits), "an unknown date", "{digits}");
        }
    }

    #[test]
    fn names_before_a_damaged_one_are_listed() {
        let mut damaged = certificate();
        let at = damaged.windows(4).position(|four| four == [127, 0, 0, 1]);
        // It says that it is longer than what follows.
        damaged[at.unwrap() - 1] = 0x7F;
        let names = Description::of(&damaged).unwrap().names;
        assert_eq!(names, ["*.example.com"]);
    }

    /// What is described was refused, so anything can stand in it.
    #[test]
    fn damaged_certificates_do_no_harm() {
        let whole = certificate();
        for length in 0..whole.len() {
            assert_eq!(Description::of(&whole[..length]), None, "{length} bytes");
        }
        for at in 0..whole.len() {
            for value in [0, 0x7F, 0x80, 0x84, 0xFF, whole[at] ^ 1] {
                let mut damaged = whole.clone();
                damaged[at] = value;
                if let Some(found) = Description::of(&damaged) {
                    assert!(found.valid_from.len() <= "an unknown date".len(), "{at}");
                }
            }
        }
    }
}
