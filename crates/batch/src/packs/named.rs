//! The names of tars: `000000.tar`, and `3-of-16-000000.tar` of a share.

use crate::naming::shard::Shard;

/// The least digits of the number of a tar.
const DIGITS: usize = 6;

/// The name of a tar of a share.
pub(super) fn name(shard: Shard, number: u32) -> String {
    format!("{}{number:0DIGITS$}.tar", start(shard))
}

/// Whether a file has the name of a tar of this share. Without shares, no other tar may be there either.
pub(super) fn is_of(shard: Shard, file: &str) -> bool {
    if shard == Shard::WHOLE {
        return is_any(file);
    }
    let number = file.strip_prefix(&start(shard));
    number
        .and_then(|number| number.strip_suffix(".tar"))
        .is_some_and(is_number)
}

/// Whether a file has the name of a tar.
pub(super) fn is_any(file: &str) -> bool {
    let Some(stem) = file.strip_suffix(".tar") else {
        return false;
    };
    let Some((share, number)) = stem.rsplit_once('-') else {
        return is_number(stem);
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let share = share.split_once("-of-");
    is_number(number) && share.is_some_and(|(number, of)| digits(number) && digits(of))
}

/// The share of a tar, as [`Shard::name`] calls it; none without shares.
pub(super) fn share(tar: &str) -> Option<&str> {
    tar.rsplit_once('-').map(|(share, _)| share)
}

fn start(shard: Shard) -> String {
    shard.name().map_or(String::new(), |name| name + "-")
}

fn is_number(text: &str) -> bool {
    text.len() >= DIGITS && text.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tars_are_known_by_their_names() {
        let share = Shard::parse("3/16").unwrap();
        assert_eq!(name(Shard::WHOLE, 7), "000007.tar");
        assert_eq!(name(share, 1_234_567), "3-of-16-1234567.tar");
        assert_eq!(super::share("3-of-16-1234567.tar"), Some("3-of-16"));
        assert_eq!(super::share("000007.tar"), None);
        for (file, of_share, any) in [
            ("000007.tar", false, true),
            ("1234567.tar", false, true),
            ("3-of-16-000007.tar", true, true),
            ("13-of-16-000007.tar", false, true),
            ("3-of-16-7.tar", false, false),
            ("x-of-16-000007.tar", false, false),
            ("backup.tar", false, false),
            ("backup-000007.tar", false, false),
            ("000007.tar.gz", false, false),
        ] {
            assert_eq!(
                (is_of(share, file), is_any(file)),
                (of_share, any),
                "{file}"
            );
            assert_eq!(is_of(Shard::WHOLE, file), any, "{file}");
        }
    }
}
