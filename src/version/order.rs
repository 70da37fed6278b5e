//! Which of two names of versions is newer, and which are names of pre-releases.
//!
//! A name is numbers with dots, then words with their numbers, then what stands behind a `+`. Its
//! numbers decide before its words: `7.2.2-72806 Update 9` is newer than `7.2.1-69057 Update 10`,
//! and `+rke2r10` than `+rke2r9`. Words of pre-releases come before the bare name (`dev`, `alpha`,
//! `beta`, `rc`, `SNAPSHOT`), `Final`, `GA` and the like are the bare name, and numbers, `p2`, `SP1`
//! or `Update 3` come after it. Names that PEP 440 reads have its order.
//!
//! The order of two names is left to their days where they begin with other words, where one has a
//! word that is not known here (`-ee`), or where a letter is all that differs: by PEP 440 `1.3.9b`
//! is a beta of `1.3.9`, and of many a project its patch.

use std::cmp::Ordering;

/// The order of two names of versions; `None` where only their days can tell.
pub fn order(a: &str, b: &str) -> Option<Ordering> {
    if is_dotted(a) && is_dotted(b) {
        // Nearly all names are numbers with dots, and there are many of them.
        return Some(compare_dotted(a, b));
    }
    let (a, b) = (a.trim().to_lowercase(), b.trim().to_lowercase());
    let (a, b) = (Name::read(&a), Name::read(&b));
    if a.start != b.start {
        return None;
    }
    let numbers = compare_dotted(a.epoch, b.epoch);
    let numbers = numbers.then_with(|| compare_dotted(a.numbers, b.numbers));
    if numbers.is_ne() {
        return Some(numbers);
    }
    let words = compare_words(&a.words, &b.words)?;
    if words.is_ne() {
        return Some(words);
    }
    match (&a.local, &b.local) {
        (Some(a), Some(b)) => compare_words(a, b),
        (a, b) => Some(a.is_some().cmp(&b.is_some())),
    }
}

/// Whether a name is that of a pre-release: it has a word for one (`rc`, `M1`, `SNAPSHOT`,
/// `nightly`), wherever it stands, or behind its numbers a letter with a number (`b2`) that is too
/// small for a build. `Final`, `SP1`, `ee`, `-2` and `-p2` are none.
///
/// A letter alone is none: see [`without_letter`].
pub fn is_prerelease(name: &str) -> bool {
    if is_dotted(name) {
        return false;
    }
    let name = name.trim().to_lowercase();
    let name = Name::read(&name);
    let is_single = |word: &Word<'_>| matches!(word.text, "a" | "b" | "c" | "m");
    let is_early = |word: &Word<'_>| (TILDE + 1..BARE).contains(&word.rank);
    // Several words before the numbers are the name of something else.
    let start = words(name.start);
    let start = start.first().filter(|_| start.len() == 1);
    let local = name.local.iter().flatten();
    let mut all = name.words.iter().chain(local).chain(start);
    let first = name.words.iter().find(|word| !word.text.is_empty());
    all.any(|word| is_early(word) && !is_single(word))
        || first.is_some_and(|word| {
            let is_build = word.number.len() > 2;
            is_early(word) && is_single(word) && !is_build && !word.is_letter
        })
}

/// The bare name of one that PEP 440 takes for a pre-release as it ends in a letter: `1.3.9` of
/// `1.3.9b`. Where that is older, the letter is a patch of it.
pub fn without_letter(name: &str) -> Option<&str> {
    let bare = name.strip_suffix(['a', 'b', 'c', 'A', 'B', 'C'])?;
    is_dotted(bare.trim_start_matches(['v', 'V'])).then_some(bare)
}

/// A name in lower case, taken apart.
struct Name<'a> {
    /// What stands before the first digit, without a `v`.
    start: &'a str,
    /// The number before a `!` or a `:`.
    epoch: &'a str,
    /// Numbers with dots.
    numbers: &'a str,
    words: Vec<Word<'a>>,
    /// The words behind the first `+`.
    local: Option<Vec<Word<'a>>>,
}

impl<'a> Name<'a> {
    fn read(name: &'a str) -> Self {
        let is_digit = |c: char| c.is_ascii_digit();
        let (start, mut rest) = name.split_at(name.find(is_digit).unwrap_or(name.len()));
        let mut epoch = "";
        if let Some((number, after)) = rest.split_once(['!', ':'])
            && number.chars().all(is_digit)
            && after.starts_with(is_digit)
        {
            (epoch, rest) = (number, after);
        }
        let end = rest.find(|c| !is_digit(c) && c != '.');
        let numbers = &rest[..end.unwrap_or(rest.len())];
        let numbers = numbers.split("..").next().unwrap_or_default();
        let numbers = numbers.trim_end_matches('.');
        let rest = &rest[numbers.len()..];
        let (public, local) = match rest.split_once('+') {
            Some((public, local)) => (public, Some(words(local))),
            None => (rest, None),
        };
        let mut words = words(public);
        if let [word] = &mut words[..] {
            word.is_letter = word.text == public && (word.text.len() == 1 || word.is_after_z());
        }
        Self {
            start: start.strip_suffix('v').unwrap_or(start),
            epoch,
            numbers,
            words,
            local,
        }
    }
}

/// A word of a name with its number, or a number without a word.
#[derive(Default)]
struct Word<'a> {
    rank: u8,
    text: &'a str,
    number: &'a str,
    /// Whether another word of a pre-release stands where its number would (`alpha.beta`).
    is_open: bool,
    /// Whether it is a letter right behind the numbers, and all that is there (`1.0.2k`).
    is_letter: bool,
}

// The order of the words. Within a rank the numbers decide.
const TILDE: u8 = 0;
const DEV: u8 = 1;
const ALPHA: u8 = 2;
const BETA: u8 = 3;
const MILESTONE: u8 = 4;
const CANDIDATE: u8 = 5;
const SNAPSHOT: u8 = 6;
/// Of a name without, or without any more, words.
const BARE: u8 = 7;
const UNKNOWN: u8 = 8;
const PATCH: u8 = 9;

fn rank(text: &str, is_numbered: bool) -> u8 {
    match text {
        "dev" | "devel" | "nightly" | "daily" | "canary" | "next" | "ea" | "eap" | "early"
        | "test" | "testing" | "unstable" | "experimental" | "insider" | "insiders" | "draft" => {
            DEV
        }
        "a" | "alpha" => ALPHA,
        "b" | "beta" => BETA,
        "milestone" => MILESTONE,
        "m" if is_numbered => MILESTONE,
        "c" | "rc" | "cr" | "pre" | "prerelease" | "preview" | "candidate" => CANDIDATE,
        "pr" if is_numbered => CANDIDATE,
        "snapshot" => SNAPSHOT,
        "final" | "ga" | "release" | "stable" | "lts" if !is_numbered => BARE,
        "" | "post" | "r" | "rev" | "p" | "pl" | "patch" | "sp" | "u" | "update" | "hf"
        | "hotfix" | "build" | "final" | "ga" | "release" => PATCH,
        _ => UNKNOWN,
    }
}

/// The words of a text that follows the numbers of a name; those that say nothing are left out.
fn words(mut text: &str) -> Vec<Word<'_>> {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut words: Vec<Word<'_>> = Vec::new();
    while let Some(at) = text.find(|c: char| c == '~' || is_digit(c) || c.is_alphabetic()) {
        text = &text[at..];
        if let Some(rest) = text.strip_prefix('~') {
            words.push(Word::default());
            text = rest;
            continue;
        }
        let (word, rest) = text.split_at(
            text.find(|c: char| !c.is_alphabetic())
                .unwrap_or(text.len()),
        );
        let behind = match word {
            "" => rest,
            _ => rest.strip_prefix(['.', '-', '_', ' ']).unwrap_or(rest),
        };
        let (number, after) =
            behind.split_at(behind.find(|c| !is_digit(c)).unwrap_or(behind.len()));
        text = if number.is_empty() { rest } else { after };
        let rank = rank(word, !number.is_empty());
        if let Some(last) = words.last_mut() {
            last.is_open = last.number.is_empty()
                && (ALPHA..BARE).contains(&last.rank)
                && (ALPHA..PATCH).contains(&rank);
        }
        if rank != BARE {
            words.push(Word {
                rank,
                text: word,
                number,
                ..Word::default()
            });
        }
    }
    words
}

impl Word<'_> {
    /// Whether it follows `z` where letters count (`1.0.2za`).
    fn is_after_z(&self) -> bool {
        self.text.len() == 2 && self.text.starts_with('z')
    }

    /// Whether it is a number with zeros before it, of more digits than the other: `_010` and `_13`
    /// are not counted by one count.
    fn counts_apart(&self, other: &Self) -> bool {
        let is_number = self.text.is_empty() && other.text.is_empty();
        is_number
            && self.number.starts_with('0')
            && self.number.len() > other.number.len()
            && !other.number.is_empty()
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        let is_unknown = |word: &Self| word.is_letter || word.rank == UNKNOWN;
        let (a, b) = (is_unknown(self), is_unknown(other));
        if self.is_letter && other.is_letter {
            return Some(self.text.cmp(other.text));
        }
        if (a && other.rank >= BARE || b && self.rank >= BARE) && self.text != other.text {
            return None;
        }
        let number = compare_dotted(self.number, other.number);
        if number.is_ne() && (self.counts_apart(other) || other.counts_apart(self)) {
            return None;
        }
        let order = self.rank.cmp(&other.rank);
        Some(order.then(self.is_open.cmp(&other.is_open)).then(number))
    }
}

fn compare_words(a: &[Word<'_>], b: &[Word<'_>]) -> Option<Ordering> {
    let bare = Word {
        rank: BARE,
        ..Word::default()
    };
    for at in 0..a.len().max(b.len()) {
        let (a, b) = (a.get(at).unwrap_or(&bare), b.get(at).unwrap_or(&bare));
        let order = a.order(b)?;
        if order.is_ne() {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

/// Whether a name is numbers with dots and nothing else.
fn is_dotted(name: &str) -> bool {
    let mut digit_before = false;
    let all = name.bytes().all(|byte| {
        let fits = byte.is_ascii_digit() || (byte == b'.' && digit_before);
        digit_before = byte != b'.';
        fits
    });
    all && digit_before
}

/// The order of two names that are numbers with dots; a missing number is zero.
fn compare_dotted(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while !(a.is_empty() && b.is_empty()) {
        let (x, y);
        (x, a) = first_number(a);
        (y, b) = first_number(b);
        // Without leading zeros the longer number is the larger, however long they are.
        match x.len().cmp(&y.len()).then_with(|| x.cmp(y)) {
            Ordering::Equal => {}
            order => return order,
        }
    }
    Ordering::Equal
}

/// The digits before the first dot without their leading zeros, and what follows the dot.
fn first_number(name: &[u8]) -> (&[u8], &[u8]) {
    let end = name
        .iter()
        .position(|byte| *byte == b'.')
        .unwrap_or(name.len());
    let start = name[..end]
        .iter()
        .position(|byte| *byte != b'0')
        .unwrap_or(end);
    (&name[start..end], name.get(end + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holds that each name is newer than those before it.
    fn ascend(names: &[&str]) {
        for (at, a) in names.iter().enumerate() {
            for (other, b) in names.iter().enumerate() {
                assert_eq!(order(a, b), Some(at.cmp(&other)), "{a} {b}");
            }
        }
    }

    #[test]
    fn numbers_decide_before_words() {
        ascend(&["1.9", "1.10", "1.10.1-SP1", "2.0"]);
        ascend(&["4.1.52.Final", "4.1.53.CR1", "4.1.53.Final", "4.1.53.SP1"]);
        ascend(&["8", "8u472-b08", "8u472-b09", "8u472", "8u482-b01"]);
        ascend(&[
            "7.2-64570 Update 3",
            "7.2.1-69057",
            "7.2.1-69057 Update 9",
            "7.2.1-69057 Update 10",
            "7.2.2-72806",
            "7.2.2-72806 Update 9",
        ]);
        ascend(&["R80.40", "R81.10", "R81.20-2"]);
        ascend(&["2021.3.5f1", "2021.3.5f2", "2021.3.10f1"]);
        ascend(&["1.8.0_392-b08", "1.8.0_392", "1.8.0_402"]);
        ascend(&["9.8(3)1", "9.8(3)2", "9.8(12)"]);
    }

    #[test]
    fn numbers_behind_a_plus_have_their_natural_order() {
        ascend(&[
            "1.29.3",
            "1.29.3+rke2r9",
            "1.29.3+rke2r10",
            "1.29.4-rc1+rke2r1",
            "1.29.4+rke2r1",
        ]);
        ascend(&["12.5+deb12u9", "12.5+deb12u10"]);
        ascend(&["17.0.9+9", "17.0.9+10", "17.0.9.1+1"]);
        assert_eq!(order("1.2+gx1", "1.2+hy3"), None);
    }

    #[test]
    fn semantic_versions_have_the_order_of_their_section_11() {
        ascend(&[
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
        ]);
    }

    #[test]
    fn letters_follow_each_other_and_their_days_tell_whether_they_follow_the_bare_name() {
        ascend(&["1.0.2a", "1.0.2k", "1.0.2z", "1.0.2za", "1.0.2zg", "1.0.3a"]);
        ascend(&["R2023b", "R2024a", "R2024b"]);
        assert_eq!(order("1.3.9b", "1.3.9"), None);
        assert_eq!(order("1.1.1w", "1.1.1"), None);
        assert_eq!(without_letter("v1.3.9b"), Some("v1.3.9"));
        for name in ["1.3.9b2", "1.1.1w", "R2024b", "b", "1.3.9"] {
            assert_eq!(without_letter(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_not_known_has_no_order() {
        for [a, b] in [
            ["1.2-ee", "1.2"],
            ["1.2-alpine", "1.2-debian"],
            ["jdk-17", "graalvm-16"],
            ["latest", "1.0"],
        ] {
            assert_eq!(order(a, b), None, "{a} {b}");
        }
        ascend(&["1.2-ee", "1.3"]);
        ascend(&["1.2-ee.1", "1.2-ee.2"]);
        assert_eq!(order("5.3.9.RELEASE", "5.3.9"), Some(Ordering::Equal));
        assert_eq!(order("1.1.8_010", "1.1.8_13"), None);
        assert_eq!(order("1.0-01", "1.0-1"), Some(Ordering::Equal));
        ascend(&["1.8.0_05", "1.8.0_09", "1.8.0_10", "1.8.0_101"]);
    }

    #[test]
    fn a_name_says_whether_it_is_of_a_pre_release() {
        for name in [
            "4.2.3-SNAPSHOT",
            "4.2.3.M1",
            "4.2.9-test",
            "15.0.2-canary.4",
            "14.3.0-nightly.20261120",
            "7.0-milestone-2",
            "2.0-next",
            "22-ea+5",
            "22+36-ea",
            "3.1-dev",
            "3.1.0-preview2",
            "1.2~rc1",
            "1.2.3~beta",
            "2.10.0.pr1",
            "8.0.0.CR1",
            "4.0 Release Candidate 2",
            "1.2-eap3",
            "1.29.3-rc1+rke2r1",
            "1.0.dev3",
            "3.2.0b1",
            "6000.0.0b12",
            "nightly-5.1",
            "5.3-pre-release",
        ] {
            assert!(is_prerelease(name), "{name}");
        }
        for name in [
            "7.4.2.GA",
            "5.3.9.RELEASE",
            "4.1.53.Final",
            "3.0.1-SP1",
            "17.5.1-ee",
            "9.2.1-2",
            "7.0.3-p2",
            "8u472-b09",
            "17.0.9-b1087.7",
            "6.3.3-c1121",
            "1.1.1w",
            "1.3.9b",
            "12.5+deb12u10",
            "22.04 LTS",
            "1.29.3+rke2r10",
            "7.2.2-72806 Update 9",
            "Next.js app 1.0",
            "1.0.post1",
            "2021.3.5f1",
            "RELEASE.2025-09-07T16-13-09Z",
            "21A559",
            "1.2-latest",
            "10.4-MariaDB",
            "1.2-stable",
        ] {
            assert!(!is_prerelease(name), "{name}");
        }
    }

    #[test]
    fn names_that_pep_440_reads_have_its_order() {
        let names = [
            "0",
            "1",
            "1.0",
            "1.0.0.0.1",
            "01.2",
            "1.10",
            "1.9.99",
            "2023.12",
            "1.0.00",
            "v1.0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0c2",
            "1.0-rc.3",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0-457",
            "1.0_r458",
            "1.1.dev1",
            "1.0-alpha",
            "1.0-Preview_2",
            "1!0.5",
            "2024.01",
            "1.0.rev2",
            "3.95.1-01",
            "1.0alpha.dev1",
            "99999999999999999",
            "1.0post",
            "1.2-beta-3",
            "  1.2 ",
        ];
        let read = |name: &str| name.trim().parse::<pep440_rs::Version>().unwrap();
        for a in names {
            assert_eq!(is_prerelease(a), read(a).any_prerelease(), "{a}");
            for b in names {
                assert_eq!(order(a, b), Some(read(a).cmp(&read(b))), "{a} {b}");
            }
        }
    }

    #[test]
    fn numbers_of_any_length_have_an_order() {
        ascend(&[
            "1000000000000000000",
            "v18446744073709551615",
            "18446744073709551616rc1",
            "18446744073709551616rc99999999999999999999",
            "00018446744073709551616",
            "18446744073709551616.post1",
            "99999999999999999999",
            "v100000000000000000000",
            "1!0",
        ]);
    }
}
