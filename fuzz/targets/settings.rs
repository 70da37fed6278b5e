//! What people decided, what was written before, and the history of what was written: read or
//! refused with what is wrong, and written so that it reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::plan::guard::{Memory, Record, Settings};
use shelflife_fuzz::{is_seen, text};

fuzz_target!(|data: &[u8]| {
    if let Ok(memory) = Memory::from_json(data) {
        let written = memory.to_json();
        let again = Memory::from_json(written.as_bytes()).expect("it was just written");
        assert_eq!(again.to_json(), written);
    }
    let text = text(data);
    match Settings::read(&text) {
        Ok(settings) => {
            let (offs, pins) = settings.exceptions();
            assert!(
                offs.iter()
                    .all(|off| off.line >= 1 && !off.reason.is_empty())
            );
            assert!(pins.iter().all(|pin| pin.line >= 1 && !pin.why.is_empty()));
        }
        Err(error) => is_seen(&error.to_string()),
    }
    if let Err(error) = Record::read(&text) {
        is_seen(&error.to_string());
    }
});
