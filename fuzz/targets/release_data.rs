//! Release data of an earlier run: what is read is written so that it reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::date::Date;
use shelflife::release_data::difference::differences;
use shelflife::release_data::{Origin, ReleaseData};
use shelflife_fuzz::is_seen;

fuzz_target!(|data: &[u8]| {
    let read = |json: &[u8]| ReleaseData::from_json(json, Date::default(), &Origin::default());
    match read(data) {
        Ok(data) => {
            let written = data.to_json();
            assert!(written.is_ascii());
            let again = read(written.as_bytes()).expect("it was just written");
            assert_eq!(again.to_json(), written);
            assert!(differences(Some(&data), &again).is_empty());
        }
        Err(error) => is_seen(&error.to_string()),
    }
});
