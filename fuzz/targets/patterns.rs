//! A regex on the first line, and a text below: what matches is a part of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::version::Pattern;
use shelflife_fuzz::{is_seen, line, text};

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    let (source, text) = line(&text);
    let pattern = match Pattern::new(source) {
        Ok(pattern) => pattern,
        Err(error) => return is_seen(&error.to_string()),
    };
    if let Some(groups) = pattern.groups(text) {
        assert!(pattern.matches(text));
        assert_eq!(groups.len(), pattern.group_names().len());
        for (_, value) in groups {
            assert!(value.is_none_or(|value| text.contains(&value)));
        }
    }
    if let Ok(pattern) = Pattern::anywhere(source) {
        for found in pattern.matches_in(text) {
            assert_eq!(
                text.get(found.start..found.start + found.text.len()),
                Some(found.text)
            );
        }
        for found in pattern.find_all(text) {
            assert_eq!(found.len(), pattern.group_count());
        }
    }
    let _ = Pattern::whole(source).map(|pattern| pattern.matches(text));
});
