//! A product file is read and edited: only the lines of the changed fields differ, and what is
//! written reads as what was meant. Below `====` stands the text that is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::edit;
use shelflife::plan::Change;
use shelflife::product::Product;
use shelflife::release_data::Origin;
use shelflife::value::Value;
use shelflife_fuzz::{halves, text};

/// How many lines of a file differ at most from those of another, by what both begin and end with.
fn differing(old: &[u8], new: &[u8]) -> (usize, usize) {
    let lines = |file: &[u8]| -> Vec<Vec<u8>> {
        file.split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (old, new) = (lines(old), lines(new));
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = (old.len() - same).min(new.len() - same);
    let (old_end, new_end) = (old.iter().rev(), new.iter().rev());
    let after = old_end.zip(new_end).take(rest).take_while(|(a, b)| a == b);
    let after = after.count();
    (old.len() - same - after, new.len() - same - after)
}

fuzz_target!(|data: &[u8]| {
    let (file, written) = halves(data);
    let Ok(product) = Product::read("p", "p.md", file.to_vec()) else {
        return;
    };
    // Nothing to change: a file that the second reader refuses is refused, any other is the same.
    if let Ok(same) = edit::apply(&product, &[]) {
        assert_eq!(same, file);
    }
    let written = text(written);
    for (index, cycle) in product.cycles().enumerate() {
        for field in ["eol", "latest", "new"] {
            for new in [
                Value::Text(written.clone()),
                Value::of_text(&written),
                Value::Bool(true),
                Value::Null,
            ] {
                let change = Change {
                    index,
                    cycle: cycle.name().to_owned(),
                    field: field.to_owned(),
                    old: cycle.value(field),
                    new: new.clone(),
                    origin: Origin::default(),
                };
                let Ok(edited) = edit::apply(&product, &[change]) else {
                    continue;
                };
                let again =
                    Product::read("p", "p.md", edited.clone()).expect("it can be read again");
                let said = again
                    .cycles()
                    .nth(index)
                    .expect("no cycle is lost")
                    .value(field);
                assert!(said.is_some_and(|said| said.says_the_same(&new)), "{field}");
                assert_eq!(again.cycles().len(), product.cycles().len());
                // A quoted text may be on several lines of the old file; on one of the new.
                let (_, new_lines) = differing(file, &edited);
                assert!(new_lines <= 2, "{new_lines} lines differ");
            }
        }
    }
});
