//! Finds the known name that is most similar to an unknown one.

/// Least similarity of a name that is suggested, from 0 to 1.
const SIMILAR: f64 = 0.8;

/// The name in `all` that is most similar to `name`; `None` if none is similar enough.
pub fn nearest<'a>(name: &str, all: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let alike = |other: &'a str| (strsim::jaro_winkler(&name, &other.to_lowercase()), other);
    let best = all.into_iter().map(alike);
    let best = best.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (best.0 >= SIMILAR).then_some(best.1)
}

/// What was probably meant by a value that a flag refuses with the reason `must be …, got …`.
pub fn suggestion(why: &str, value: &str) -> Option<String> {
    let allowed = why.split(", got ").next()?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '#';
    let words = allowed.split(|c| !is_part(c));
    // A number that is near is no likelier than another one.
    let is_name = |word: &&str| word.len() > 2 && !word.contains(|c: char| c.is_ascii_digit());
    let words = words.filter(|word| is_name(word) && !["must", "one"].contains(word));
    let near = nearest(value, words)?;
    (near != value).then(|| format!("did you mean {near}? see avatar-prep --help"))
}
