//! The switch that raises every bound of a parser.
//!
//! Each bound is a number where it is checked, and [`bound`] gives it. Only a build with debug
//! assertions can raise them: its tests show that the limits of a worker alone end what the bounds
//! end sooner.

#[cfg(debug_assertions)]
static RAISED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// A bound, unless a test raised them all.
#[inline]
pub fn bound(bound: usize) -> usize {
    if is_raised() { usize::MAX >> 8 } else { bound }
}

/// Whether a test raised all bounds.
#[inline]
pub fn is_raised() -> bool {
    #[cfg(debug_assertions)]
    let is_raised = RAISED.load(std::sync::atomic::Ordering::Relaxed);
    #[cfg(not(debug_assertions))]
    let is_raised = false;
    is_raised
}

/// Raises all bounds for the rest of the process, in a build for tests.
pub fn raise() {
    #[cfg(debug_assertions)]
    RAISED.store(true, std::sync::atomic::Ordering::Relaxed);
}
