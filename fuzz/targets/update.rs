//! The whole way: a product file, and below `====` the page that answers whatever its methods
//! ask. What is planned is written and then is in the file, and what is said is seen.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use shelflife::collect::{collect, steps};
use shelflife::date::Date;
use shelflife::edit;
use shelflife::fetch::Fetcher;
use shelflife::plan::merge;
use shelflife::presets::Registry;
use shelflife::product::Product;
use shelflife_fuzz::{halves, is_seen, page};

static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread();
    { runtime }.build().expect("a runtime can be made")
});

fuzz_target!(|data: &[u8]| {
    let (file, body) = halves(data);
    let Ok(product) = Product::read("p", "p.md", file.to_vec()) else {
        return;
    };
    let product = Arc::new(product);
    let Ok(mut steps) = steps(&Registry::default(), &product, true) else {
        return;
    };
    steps.truncate(4);
    let today = Date::from_ymd_opt(2026, 11, 23).expect("a day");
    let fetcher = Fetcher::of_page(page("https://a.test/x", body));
    let collected = RUNTIME.block_on(collect(&product, &steps, &fetcher, None, today, &()));
    if let Some(error) = collected.error {
        is_seen(&error.to_string());
        error.details().iter().for_each(|line| is_seen(line));
    }
    let mut learnt = collected.data;
    learnt.finish();
    let plan = merge::merge(&product, &learnt, today);
    let Ok(edited) = edit::apply(&product, &plan.changes) else {
        return;
    };
    assert_eq!(edited == file, plan.changes.is_empty());
    let again = Product::read("p", "p.md", edited).expect("it can be read again");
    for change in &plan.changes {
        let cycle = again.cycles().nth(change.index).expect("no cycle is lost");
        let said = cycle.value(&change.field).expect("it was written");
        assert!(said.says_the_same(&change.new));
    }
});
