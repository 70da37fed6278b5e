//! Rows of HTML tables. The first line names columns with `|` between them; the rest is a page.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::extract::table::{Column, Query};
use shelflife_fuzz::{is_seen, line, text};

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    let (columns, page) = line(&text);
    let column = |name: &str| match name.parse() {
        Ok(number @ 1..=50) => Column::Numbered(number),
        _ => Column::Named(name.to_owned()),
    };
    let columns: Vec<Column> = columns.split('|').take(6).map(column).collect();
    let wanted = columns.len();
    match Query::new(None, None, None, columns).find("https://a.test/", page) {
        Ok(found) => {
            assert!(found.fitting > 0);
            for row in &found.rows {
                assert_eq!(row.cells.len(), wanted);
                assert!(row.table >= 1 && row.row >= 1);
            }
        }
        Err(error) => {
            is_seen(&error.to_string());
            error.details().iter().for_each(|line| is_seen(line));
        }
    }
});
