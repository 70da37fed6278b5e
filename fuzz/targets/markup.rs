//! Rows of XML and of HTML. The first line is the selector of rows, the second that of a field.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use shelflife::extract::markup::MarkupRows;
use shelflife::extract::rows::Source;
use shelflife_fuzz::{is_seen, line, page, text};

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    let (rows, rest) = line(&text);
    let (field, body) = line(rest);
    let Ok(field) = serde_json::from_value::<<MarkupRows as Source>::Selector>(json!(field)) else {
        return;
    };
    for features in ["xml", "html"] {
        let config = json!({"selector": rows, "features": features});
        let Ok(markup) = serde_json::from_value::<MarkupRows>(config) else {
            return;
        };
        match markup.rows(&page("https://a.test/", body.as_bytes()), &[&field, &field]) {
            Ok(found) => {
                assert!(
                    !found.rows.is_empty() && found.rows.iter().all(|row| row.cells.len() == 2)
                );
            }
            Err(error) => is_seen(&error.to_string()),
        }
    }
});
