//! The part of a path that lies below a folder. A run holds it for every file, so it takes no memory of
//! its own where it is the end of the whole path, which is almost always.

use std::path::{Path, PathBuf};

/// The part of a path that lies below a folder; the whole path is kept beside it.
#[derive(Debug, Clone)]
pub enum Below {
    /// What follows this many components of the whole path.
    After(u32),
    /// It is spelt in another way than the end of the whole path.
    Apart(Box<PathBuf>),
}

impl Below {
    pub fn new(whole: &Path, below: &Path) -> Self {
        let count = |path: &Path| path.components().count();
        let before = count(whole).checked_sub(count(below));
        let before = before.and_then(|before| u32::try_from(before).ok());
        match before.map(Self::After) {
            Some(end) if end.of(whole).as_os_str() == below.as_os_str() => end,
            _ => Self::Apart(Box::new(below.to_path_buf())),
        }
    }

    /// The part of `whole`, which must be the path that it was made of.
    pub fn of<'a>(&'a self, whole: &'a Path) -> &'a Path {
        match self {
            Self::After(before) => {
                let mut components = whole.components();
                for _ in 0..*before {
                    components.next();
                }
                components.as_path()
            }
            Self::Apart(below) => below,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_is_spelt_as_it_was_given() {
        for (whole, below, is_end) in [
            ("/pictures/in/a/b.jpg", "a/b.jpg", true),
            ("in/a.jpg", "a.jpg", true),
            ("./in/./a.jpg", "a.jpg", true),
            ("a.jpg", "a.jpg", true),
            ("", "", true),
            ("s3://bucket/in/a//b.jpg", "a//b.jpg", true),
            ("s3://bucket/in/a.jpg?1234", "a.jpg?1234", true),
            ("https://host/in/a%20b.jpg", "a b.jpg", false),
            ("in/a/b.jpg", "a/./b.jpg", false),
            ("in/a.jpg", "/in/a.jpg", false),
            ("a.jpg", "in/a.jpg", false),
        ] {
            let (whole, below) = (Path::new(whole), Path::new(below));
            let found = Below::new(whole, below);
            assert_eq!(found.of(whole).as_os_str(), below.as_os_str());
            assert_eq!(
                matches!(found, Below::After(_)),
                is_end,
                "{}",
                below.display()
            );
        }
    }
}
