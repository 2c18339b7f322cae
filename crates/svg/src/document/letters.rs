//! Applies `text-transform`, which the renderer does not support.

use std::borrow::Cow;

/// The text after the transformation.
pub(super) fn transformed<'a>(text: &'a str, transform: Option<&str>) -> Cow<'a, str> {
    match transform {
        Some("uppercase") => Cow::Owned(text.to_uppercase()),
        Some("lowercase") => Cow::Owned(text.to_lowercase()),
        Some("capitalize") => {
            let mut is_first = true;
            let mut made = String::with_capacity(text.len());
            for letter in text.chars() {
                if is_first && letter.is_alphanumeric() {
                    made.extend(letter.to_uppercase());
                } else {
                    made.push(letter);
                }
                is_first = !letter.is_alphanumeric() && !matches!(letter, '\'' | '\u{2019}');
            }
            Cow::Owned(made)
        }
        _ => Cow::Borrowed(text),
    }
}
