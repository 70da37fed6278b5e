//! Rows of JSON. The first line is the path of rows, the second that of a field.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use shelflife::extract::json::rows::JsonRows;
use shelflife::extract::rows::Source;
use shelflife::extract::{graphql, json};
use shelflife_fuzz::{is_seen, line, page, text};

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    let (rows, rest) = line(&text);
    let (field, body) = line(rest);
    let page = page("https://a.test/", body.as_bytes());
    let _ = json::read::<Value>(&page);
    let _ = graphql::nodes::<Value>(&page, rows);
    let Ok(config) = serde_json::from_value::<JsonRows>(json!({"selector": rows})) else {
        return;
    };
    let Ok(field) = serde_json::from_value::<<JsonRows as Source>::Selector>(json!(field)) else {
        return;
    };
    match config.rows(&page, &[&field]) {
        Ok(found) => {
            assert!(!found.rows.is_empty() && found.rows.iter().all(|row| row.cells.len() == 1));
        }
        Err(error) => is_seen(&error.to_string()),
    }
});
