//! A lock that a panic does not poison.
//!
//! Use it only for data that no panic leaves half changed.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks the mutex, also after a thread panicked that held it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_does_not_poison_the_lock() {
        let mutex = Mutex::new(7);
        let panicked = std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let _guard = lock(&mutex);
                panic!("with the lock held");
            });
            thread.join()
        });
        assert!(panicked.is_err());
        assert_eq!(*lock(&mutex), 7);
    }
}
