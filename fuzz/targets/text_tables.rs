//! Feeds, and the tables of Markdown and of wiki text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::extract::{feed, markdown, wiki};
use shelflife_fuzz::{is_seen, page, text};

fuzz_target!(|data: &[u8]| {
    let page = page("https://a.test/", data);
    match feed::entries(&page) {
        Ok(entries) => assert!(
            entries
                .iter()
                .zip(1..)
                .all(|(entry, number)| entry.number == number)
        ),
        Err(error) => is_seen(&error.to_string()),
    }
    let text = text(data);
    let tables = markdown::tables(&text);
    let mut rows = tables.iter().flat_map(|table| &table.rows);
    assert!(rows.all(|(_, cells)| !cells.is_empty()));
    let mut rows = wiki::rows(&page).into_iter().flatten();
    assert!(rows.all(|row| !row.is_empty()));
});
