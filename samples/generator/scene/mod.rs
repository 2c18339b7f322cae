//! What the samples show. Every scene fits any canvas: it is 100 units high and as wide as there is room.

pub(crate) mod city;
pub(crate) mod harbour;
pub(crate) mod landscape;
pub(crate) mod logo;
pub(crate) mod moon;
pub(crate) mod numeral;
pub(crate) mod people;
pub(crate) mod portrait;
pub(crate) mod still_life;
pub(crate) mod wordmark;
