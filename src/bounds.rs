//! Bounds on what a text from strangers may cost, all of which a test can raise at once.
//!
//! Each bound is a number where it is checked, and [`bound`] gives it. Only a build with debug
//! assertions can raise them, which shows that the budget of a reader alone ends what they end
//! sooner.

#[cfg(debug_assertions)]
static RAISED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// This bound, unless a test raised them all.
#[inline]
pub fn bound(bound: usize) -> usize {
    #[cfg(debug_assertions)]
    if RAISED.load(std::sync::atomic::Ordering::Relaxed) {
        return usize::MAX;
    }
    bound
}

/// Raises all bounds for the rest of the process.
#[cfg(debug_assertions)]
pub fn raise() {
    RAISED.store(true, std::sync::atomic::Ordering::Relaxed);
}
