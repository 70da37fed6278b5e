//! Texts of strangers in what a CI job and its readers see: no command, no markup, nothing hidden.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::report::escape_workflow_commands;
use shelflife::text::{Excerpt, collapse, nearest, shortened, visible};
use shelflife_fuzz::{is_seen, text};

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    for line in escape_workflow_commands(&text).lines() {
        assert!(!line.trim_start().starts_with("::"), "{line:?}");
        assert!(!line.contains("##["), "{line:?}");
    }
    let shown = visible(&text);
    is_seen(&shown);
    assert!(!shown.contains('\n'));
    let excerpt = Excerpt(&text).to_string();
    is_seen(&excerpt);
    assert_eq!(excerpt, shortened(&text, Excerpt::LENGTH));
    assert_eq!(collapse(&collapse(&text)), collapse(&text));
    let _ = nearest(&text, ["releases", "eol"]);
});
