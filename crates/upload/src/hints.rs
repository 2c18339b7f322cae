//! Hints that depend on how the caller makes pictures and sets [`RunOptions`](crate::RunOptions). A program
//! that has other names for these settings can print hints of its own in their place.

/// The service refuses a picture of so many bytes.
pub const SMALLER: &str = "make a picture of fewer bytes";
/// The account shows a similar picture, and nothing is known of earlier deliveries.
pub const SIMILAR: &str = "look at the account; the option resend sends the picture";
/// The account shows the same picture, and nothing is known of earlier deliveries.
pub const SAME: &str = "the option resend sends it anyway";
/// The service refused the same picture before.
pub const REFUSED_BEFORE: &str =
    "change the picture or the account's entry, or send it again with the option resend";
/// Whether the picture was applied is unknown.
pub const UNKNOWN: &str =
    "look at the account; run again to verify, or with the option resend to send again";
