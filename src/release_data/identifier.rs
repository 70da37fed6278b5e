//! The name of a release as cycles are named: lower case, no blanks.
//!
//! Odd characters are deleted last, so `A / B` is `a--b`, and a second pass gives `a-b`.
//! Release data of endoflife.date has such names.
//!
//! A name that would lose what parts its numbers (`1/2`, `3.1,4`), or all, is refused: what is
//! left is the name of something else.

use crate::text::{is_blank, is_hidden, trim};

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

/// Whether a name is refused: its identifier is empty, or lacks what is between two digits, or
/// a slash or a comma between a digit and a letter. Between signs that are in no list of names,
/// such as quotes and braces, that tells nothing.
pub fn is_lossy(name: &str) -> bool {
    let is_kept = |c: char| c.is_ascii_alphanumeric() || is_blank(c) || "-.+_".contains(c);
    let is_of_list = |c: char| is_kept(c) || !c.is_ascii() || "/,;&|:()[]".contains(c);
    let name: String = name.chars().filter(|c| !is_hidden(*c)).collect();
    let (mut last, mut between) = (None, String::new());
    let mut is_joined = false;
    for c in name.chars() {
        if !is_kept(c) {
            between.push(c);
            continue;
        }
        if let Some(before) = last.filter(|_| !between.is_empty()) {
            let of = |is: fn(&char) -> bool| [before, c].iter().filter(|c| is(c)).count();
            let (digits, letters) = (of(char::is_ascii_digit), of(char::is_ascii_alphabetic));
            let is_list = matches!(&*between, "/" | ",") && digits == 1 && letters == 1;
            is_joined |= digits == 2 || is_list;
        }
        between.clear();
        last = Some(c);
    }
    (is_joined && name.chars().all(is_of_list)) || identifier(&name).is_empty()
}

/// The name under which a release is collected: its identifier, or a refused name as it is.
pub(super) fn release_key(name: &str) -> String {
    if is_lossy(name) {
        return trim(name).to_owned();
    }
    identifier(name)
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

    #[test]
    fn a_name_that_loses_what_tells_it_from_another_is_refused() {
        for name in [
            "1/2",
            "3.1,4",
            "1 & 2/3",
            "7:1",
            "2019|2022",
            "S8/S9",
            "4·2",
            "第四版",
            "™",
            "1()2",
        ] {
            assert!(is_lossy(name), "{name}");
        }
        let plain = [
            "1.2",
            "(7)",
            "AT&T",
            "x/y",
            "A / B",
            "10.5 (LTS)",
            "Ryzen™ 5",
            "1\u{200b}.2",
        ];
        let odd = ["第4版", "11, version 22H2", "C++", "4.0*", "6#2/1"];
        for name in plain.into_iter().chain(odd) {
            assert!(!is_lossy(name), "{name}");
        }
    }
}
