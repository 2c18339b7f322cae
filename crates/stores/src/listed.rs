//! Keeps every key in a listing as the service wrote it, before the client reads the listing.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use quick_xml::escape::unescape;

use crate::key::kept;

/// How a service writes keys in a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    /// S3 and Google: `<Key>`.
    Keys,
    /// Azure: `<Name>`, percent-encoded if it says so.
    Names,
    /// WebDAV: `<href>` of any prefix, an encoded path or address.
    Addresses,
}

impl Listing {
    fn element(self) -> &'static str {
        match self {
            Self::Keys => "Key",
            Self::Names => "Name",
            Self::Addresses => "href",
        }
    }

    /// The same listing with keys that the client leaves alone.
    pub(crate) fn with_kept_keys(self, listing: &str) -> String {
        let mut all = String::with_capacity(listing.len());
        let mut rest = listing;
        while let Some((before, tag, after)) = next_tag(rest) {
            all.push_str(before);
            let content = after.find('<').map(|end| after.split_at(end));
            match content.filter(|_| self.is_of_key(tag)) {
                Some((content, after)) => {
                    self.push(&mut all, tag, content);
                    rest = after;
                }
                None => {
                    all.push_str(tag);
                    rest = after;
                }
            }
        }
        all.push_str(rest);
        all
    }

    /// Whether a tag starts an element whose content is a key.
    fn is_of_key(self, tag: &str) -> bool {
        let inner = tag.trim_start_matches('<').trim_end_matches('>');
        let name = inner.split_ascii_whitespace().next().unwrap_or_default();
        let name = name.rsplit(':').next().unwrap_or_default();
        !inner.starts_with('/') && !inner.ends_with('/') && name == self.element()
    }

    fn push(self, all: &mut String, tag: &str, content: &str) {
        let text = unescape(content).unwrap_or(Cow::Borrowed(content));
        let key = match self {
            Self::Keys => text.into_owned(),
            Self::Names if tag.contains("Encoded=\"true\"") => decoded(&text),
            Self::Names => text.into_owned(),
            Self::Addresses => decoded(path_of(text.trim())),
        };
        let kept = kept(&key);
        match kept == key {
            true => {
                all.push_str(tag);
                all.push_str(content);
            }
            false => {
                // Without attributes, because the content is no longer encoded.
                let name = tag.trim_start_matches('<').trim_end_matches('>');
                let name = name.split_ascii_whitespace().next().unwrap_or_default();
                let slash = if self == Self::Addresses { "/" } else { "" };
                all.push_str(&format!("<{name}>{slash}{kept}"));
            }
        }
    }
}

/// The text before the next tag, the tag, and the rest.
fn next_tag(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find('<')?;
    let (before, rest) = text.split_at(start);
    let end = rest.find('>')?;
    let (tag, after) = rest.split_at(end + 1);
    Some((before, tag, after))
}

/// The path of an address, without a slash in front.
fn path_of(address: &str) -> &str {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => address.strip_prefix('/').unwrap_or(address),
    };
    path.split(['?', '#']).next().unwrap_or_default()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::restored;

    fn keys(listing: Listing, text: &str, element: &str) -> Vec<String> {
        let kept = listing.with_kept_keys(text);
        let start = format!("<{element}>");
        let all = kept.split(&start).skip(1);
        let texts = all.map(|rest| rest.split('<').next().unwrap_or_default());
        texts
            .map(|text| restored(text.trim_start_matches('/').to_string()))
            .collect()
    }

    #[test]
    fn odd_keys_of_every_service_survive() {
        let s3 = "<L><Name>b</Name><Key>a &amp; b</Key><Key>a//b</Key><Key> x&#x1;&#10;</Key></L>";
        let found = keys(Listing::Keys, s3, "Key");
        assert_eq!(found, ["a &amp; b", "a//b", " x\u{1}\n"]);
        let azure = "<B><Name>a/b</Name></B><B><Name Encoded=\"true\">a%01%2Fb</Name></B>";
        let found = keys(Listing::Names, azure, "Name");
        assert_eq!(found, ["a/b", "a\u{1}/b"]);
        let dav = "<D:href>/in/a%20b</D:href><D:href>http://h:1/in//%0A.jpg</D:href>";
        let found = keys(Listing::Addresses, dav, "D:href");
        assert_eq!(found, ["in/a%20b", "in//\n.jpg"]);
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in [
            "",
            "no listing",
            "<Key/>",
            "<Key>",
            "<Key>a",
            "</Key><K>a//b</K>",
            "<",
        ] {
            assert_eq!(Listing::Keys.with_kept_keys(text), text);
        }
    }
}
