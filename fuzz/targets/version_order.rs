//! Three names of versions, a line each: the order of any two is one order of all.
#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use shelflife::version::{VersionFilter, order};
use shelflife_fuzz::text;

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    let names: Vec<&str> = text.split('\n').take(3).collect();
    for a in &names {
        let _ = VersionFilter::standard().render(a);
        assert!(
            order(a, a).is_none_or(|order| order == Ordering::Equal),
            "{a:?}"
        );
        for b in &names {
            assert_eq!(
                order(a, b),
                order(b, a).map(Ordering::reverse),
                "{a:?} {b:?}"
            );
            for c in &names {
                // Of some names only their days can tell.
                let orders = [order(a, b), order(b, c), order(a, c)];
                if let [Some(first), Some(second), Some(third)] = orders
                    && first == second
                {
                    assert_eq!(third, first, "{a:?} {b:?} {c:?}");
                }
            }
        }
    }
});
