//! Memory that was freed, given back to the system. glibc gives back only what lies at the end of its heap, so that after a storm of
//! alerts most of what the storm needed would be kept for good.
//!
//! This is the only file with unsafe code: no crate offers that call without it.

/// Gives back what glibc's allocator holds free, wherever it lies: some milliseconds after a storm, less than one otherwise. What other
/// allocators hold they give back by themselves.
#[expect(unsafe_code, reason = "malloc_trim is glibc's, and the libc crate declares all of C as unsafe")]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_back() {
    // SAFETY: it takes no pointer, and locks each arena while it works on it (malloc_trim(3): MT-Safe).
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators give back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}
