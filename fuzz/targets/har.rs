//! An HTTP archive: it is read or refused, and each of its answers means something.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(reason) = shelflife::fetch::fuzzing::archive(data) {
        assert!(!reason.is_empty());
    }
});
