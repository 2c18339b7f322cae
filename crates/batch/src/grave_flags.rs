//! Which flags need a person before a delivery.

/// The flags of results that are not delivered before a person has approved them: something that the
/// picture shows is lost, damaged or invisible.
pub const GRAVE_FLAGS: [&str; 6] = [
    "damaged_source",
    "face_cut",
    "logo_cut",
    "low_contrast",
    "picture_left_out",
    "text_left_out",
];
