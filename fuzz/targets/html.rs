//! A page, and on the first line the CSS selector that is asked of it: all the ways to its text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::extract::html::{
    Document, Selector, cells, lines_of, next_named, spaced_text_of, stripped_text_of, text_of,
    trimmed_text_of,
};
use shelflife::page::Page;
use shelflife::text::is_blank;
use shelflife_fuzz::{line, text};

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    let (selector, page) = line(&text);
    let Ok(selector) = Selector::new(selector) else {
        return;
    };
    let page = Page::of_text("https://a.test/", page);
    let Ok(document) = Document::parse(&page, [&selector]) else {
        return;
    };
    let whole = document.text();
    for element in document.select(&selector).take(50) {
        let own = text_of(element);
        assert!(
            whole.contains(&own),
            "the text of a part is a part of the text"
        );
        // What is shown is a part of what is written, in its order; only white space is added.
        for shown in [
            spaced_text_of(element),
            trimmed_text_of(element),
            lines_of(element),
            stripped_text_of(element),
        ] {
            let mut written = own.chars();
            let mut shown = shown.chars().filter(|c| !is_blank(*c));
            assert!(shown.all(|shown| written.any(|written| written == shown)));
        }
        let _ = (cells(element).count(), next_named(element, &["p", "table"]));
    }
});
