//! The key of a result in a tar, which its members share: `KEY.jpg` and `KEY.json`.

use std::path::Path;

use crate::naming::shard::portable;

/// The key of the result with this path below OUT. Readers of WebDataset take the part before the first dot of
/// a name for the key, so a dot becomes `%2E`, also in folders, and `%` becomes `%25`: no two paths share a key.
/// So do control characters, and bytes that are no text, which some readers refuse.
pub fn key(below: &Path) -> String {
    let path = portable(below);
    let name = path
        .iter()
        .rposition(|byte| *byte == b'/')
        .map_or(0, |at| at + 1);
    let end = path.iter().rposition(|byte| *byte == b'.');
    // The template of every name ends in an extension.
    let end = end.filter(|end| *end > name).unwrap_or(path.len());
    let mut key = String::with_capacity(end);
    for chunk in path.get(..end).unwrap_or_default().utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '.' | '%' | '\0'..' ' | '\x7f' => key.push_str(&format!("%{:02X}", letter as u32)),
                letter => key.push(letter),
            }
        }
        let bytes = chunk.invalid().iter();
        bytes.for_each(|byte| key.push_str(&format!("%{byte:02X}")));
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_a_dot_and_no_two_paths_share_one() {
        for (path, wanted) in [
            ("a/b.jpg", "a/b"),
            ("b.jpeg", "b"),
            ("photo.v2.jpg", "photo%2Ev2"),
            ("photo%2Ev2.jpg", "photo%252Ev2"),
            ("photo_v2.jpg", "photo_v2"),
            ("v1.0/a.jpg", "v1%2E0/a"),
            (".hidden.jpg", "%2Ehidden"),
            ("a\nb.jpg", "a%0Ab"),
            ("größe 1.jpg", "größe 1"),
        ] {
            assert_eq!(key(Path::new(path)), wanted);
        }
    }
}
