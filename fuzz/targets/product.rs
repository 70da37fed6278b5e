//! A product file from a stranger: every method reads its config, the site's rules are applied,
//! and what is said of it is seen.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::collect::{NotCollected, steps};
use shelflife::date::Date;
use shelflife::plan::validate;
use shelflife::presets::Registry;
use shelflife::product::Product;
use shelflife::report::Covered;
use shelflife_fuzz::is_seen;

fuzz_target!(|data: &[u8]| {
    let product = match Product::read("p", "p.md", data.to_vec()) {
        Ok(product) => product,
        Err(error) => return is_seen(&error.to_string()),
    };
    if let Err(NotCollected::Config(error)) = steps(&Registry::default(), &product, true) {
        is_seen(&error.to_string());
    }
    let _ = Covered::of(&Registry::default(), &product);
    for finding in validate::check(&product, Date::default()) {
        assert!(finding.line >= 1);
    }
});
