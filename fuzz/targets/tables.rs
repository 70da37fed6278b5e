//! Rows of HTML tables. The first line names columns with `|` between them; the rest is a page.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::extract::rows::Source as _;
use shelflife::extract::table::{Column, TableRows};
use shelflife::page::Page;
use shelflife_fuzz::{is_seen, line, text};

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    let (columns, page) = line(&text);
    let column = |name: &str| match name.parse() {
        Ok(number @ 1..=50) => Column::Numbered(number),
        _ => Column::Named(name.to_owned()),
    };
    let columns: Vec<Column> = columns.split('|').take(6).map(column).collect();
    let columns: Vec<&Column> = columns.iter().collect();
    match TableRows::default().rows(&Page::of_text("https://a.test/", page), &columns) {
        Ok(found) => {
            for row in &found.rows {
                assert_eq!(row.cells.len(), columns.len());
                assert!(
                    row.place
                        .row()
                        .is_some_and(|(table, row)| table >= 1 && row >= 1)
                );
            }
        }
        Err(error) => {
            is_seen(&error.to_string());
            error.details().iter().for_each(|line| is_seen(line));
        }
    }
});
