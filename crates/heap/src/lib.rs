//! Returns freed memory to the system, where the allocator keeps it.
//!
//! glibc keeps freed pieces of up to 32 MB for later calls. After large pictures of several kinds on
//! several threads, that was more than half as much again as the memory in use. No safe crate offers
//! the call that returns them, so this is the only place of the project with `unsafe`.

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
