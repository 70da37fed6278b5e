//! The name of a release as cycles are named: lower case, no blanks.
//!
//! Odd characters are deleted last, so `A / B` is `a--b`, and a second pass gives `a-b`.
//! Release data of endoflife.date has such names.

use crate::text::{is_blank, trim};

/// A name as release cycles are named: trimmed, lower case, blanks as dashes, and nothing
/// but `a-z 0-9 . - + _`.
pub fn identifier(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut dash = false;
    for c in trim(name).chars().flat_map(char::to_lowercase) {
        if is_blank(c) || c == '-' {
            if !dash {
                out.push('-');
            }
            dash = true;
            continue;
        }
        dash = false;
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '_') {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_an_identifier() {
        for (name, expected) in [
            (" 10.5 LTS\u{a0}SP1 ", "10.5-lts-sp1"),
            ("A / B", "a--b"),
            ("a--b", "a-b"),
            ("Ünï_1+2", "n_1+2"),
            ("(7)", "7"),
        ] {
            assert_eq!(identifier(name), expected, "{name}");
        }
    }
}
