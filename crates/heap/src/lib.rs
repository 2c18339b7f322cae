//! Says what the allocator keeps of freed memory, and returns it to the system where that is too much.
//!
//! glibc learns from the pieces that are freed: it returns some after each picture, which the next one gets
//! back page by page, and keeps others, of up to 32 MB, for later calls. No safe crate offers the calls that
//! change this, so this is the only place of the project with `unsafe`.

/// Pieces of up to this many bytes are taken from what was freed before. Larger ones, as some planes of pictures of
/// 2,048 pixels and more, would leave gaps in the 64 MB that glibc gives a thread at a time, and are returned when they are freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEPT_PIECE: libc::c_int = 4 << 20;

/// Freed bytes at the end of a thread's memory that are kept: as many as it can have at a time.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEPT: libc::c_int = 64 << 20;

/// Lets the allocator keep what a picture freed for the next one, in pieces of up to 4 MiB and 64 MiB for each thread. To be
/// called once, at the start of a program, before it has other threads. Does nothing except on Linux with
/// glibc.
pub fn keep_freed() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code, reason = "functions of C, which no safe crate offers")]
    // SAFETY: `mallopt` takes two numbers and changes no memory that is in use. With other threads it could
    // race with their allocations (MT-Unsafe init in mallopt(3)), which see the old or the new value of an aligned integer.
    // Its result says only whether the values were accepted.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, KEPT_PIECE);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
    }
}

/// Returns the pages that no piece of memory in use touches to the system. Does nothing except on Linux
/// with glibc. Each page that is used again later costs a fault, so call it only after much was freed.
pub fn return_freed() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code, reason = "a function of C, which no safe crate offers")]
    // SAFETY: `malloc_trim` takes a number, may be called by any thread at any time (MT-Safe in
    // malloc_trim(3)) and changes no memory that is in use. Its result says only whether pages were returned.
    unsafe {
        libc::malloc_trim(0);
    }
}
