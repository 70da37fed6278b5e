//! What a server says: headers, and below `====` the body as it was sent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife_fuzz::{halves, text};

fuzz_target!(|data: &[u8]| {
    let (headers, body) = halves(data);
    if let Some(page) = shelflife::fetch::fuzzing::answer(&text(headers), body) {
        let _ = page.text();
    }
});
