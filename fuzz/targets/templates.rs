//! A template on the first line, and a group of a match on each of the others.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::version::Template;
use shelflife_fuzz::{is_seen, line, text};

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    let (source, rest) = line(&text);
    let groups = ["major", "minor", "patch", "name"].map(str::to_owned);
    let values = rest
        .lines()
        .map(|line| (line != "-").then(|| line.to_owned()));
    let groups = groups.into_iter().zip(values).collect();
    match Template::new(source) {
        Ok(template) => {
            let made = template.render(&groups);
            assert!(made.chars().count() <= 20_000);
            assert_eq!(template.render(&groups), made);
        }
        Err(error) => is_seen(&error.to_string()),
    }
});
