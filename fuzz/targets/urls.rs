//! A URL of a product file: it is refused, or shown as it is seen and kept where it may be.
#![no_main]

use std::path::Component;

use libfuzzer_sys::fuzz_target;
use shelflife::fetch::fuzzing;
use shelflife_fuzz::{is_seen, text};

fuzz_target!(|data: &[u8]| {
    let url = text(data);
    match fuzzing::place(&url) {
        Ok(path) => assert!(
            path.components()
                .all(|part| matches!(part, Component::Normal(_)))
        ),
        Err(error) => is_seen(&error.to_string()),
    }
});
