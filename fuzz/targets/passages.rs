//! Rows of any text by a regex. The first line is the regex, whose group `v` is the field.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use shelflife::extract::regex_rows::RegexRows;
use shelflife::extract::rows::Source;
use shelflife_fuzz::{is_seen, line, page, text};

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    let (regex, body) = line(&text);
    let page = page("https://a.test/", body.as_bytes());
    for within in [None, Some("p")] {
        let config = json!({"selector": regex, "within": within});
        let Ok(passages) = serde_json::from_value::<RegexRows>(config) else {
            return;
        };
        match passages.rows(&page, &[&"v".to_owned()]) {
            Ok(found) => assert!(!found.rows.is_empty()),
            Err(error) => is_seen(&error.to_string()),
        }
    }
});
