//! What people decided, what was written before, and the history of what was written: read or
//! refused with what is wrong, and written so that it reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::plan::Settings;
use shelflife::plan::guard::{History, RecordedWrite};
use shelflife_fuzz::{is_seen, text};

fuzz_target!(|data: &[u8]| {
    if let Ok(history) = History::from_json(data) {
        let written = history.to_json();
        let again = History::from_json(written.as_bytes()).expect("it was just written");
        assert_eq!(again.to_json(), written);
    }
    let text = text(data);
    match Settings::read(&text) {
        Ok(settings) => {
            let (offs, pins) = (&settings.suppressions, settings.all_pins());
            assert!(
                offs.iter()
                    .all(|off| off.line >= 1 && !off.reason.is_empty())
            );
            assert!(pins.iter().all(|pin| pin.line >= 1 && !pin.why.is_empty()));
        }
        Err(error) => is_seen(&error.to_string()),
    }
    if let Err(error) = RecordedWrite::read(&text) {
        is_seen(&error.to_string());
    }
});
