//! Deliver finished pictures to a destination, politely and resumably.
