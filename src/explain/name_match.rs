//! Whether a text that gave nothing names a cycle, or a version of it.

use crate::release_data::{Skipped, identifier};

/// Whether a text has the name of a cycle in it, whole.
pub(super) fn names(raw: &str, cycle: &str) -> bool {
    mentions(raw, cycle, |rest| {
        let mut next = rest.chars();
        match next.next() {
            Some('.') => !next.next().is_some_and(char::is_numeric),
            next => !next.is_some_and(char::is_alphanumeric),
        }
    })
}

/// Whether what was skipped has the name of a version of a cycle in it, and is about
/// nothing else.
pub(super) fn names_version(skipped: &Skipped, cycle: &str) -> bool {
    skipped.subject.release.is_none()
        && skipped.subject.version.is_none()
        && mentions(&skipped.origin.raw, cycle, |rest| {
            !rest.starts_with(char::is_numeric)
        })
}

/// Whether a name occurs in a text, behind no number that it would go on, and before what it
/// may precede. Both are compared as names of cycles are written.
fn mentions(raw: &str, name: &str, may_end: impl Fn(&str) -> bool) -> bool {
    let (raw, name) = (identifier(raw), identifier(name));
    !name.is_empty()
        && raw.match_indices(&name).any(|(at, _)| {
            let before = raw[..at].chars().next_back();
            let starts = match before {
                Some(before) if before.is_numeric() || before == '.' => false,
                // `v7` is 7, and `rc7` is not.
                Some('v') => !raw[..at - 1].ends_with(char::is_alphanumeric),
                Some(before) if before.is_alphabetic() => false,
                _ => true,
            };
            starts && may_end(&raw[at + name.len()..])
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release_data::{Origin, Subject};

    #[test]
    fn a_cycle_is_named_whole() {
        for (raw, cycle) in [
            ("Redis OSS v7", "7"),
            ("7 (preview)", "7"),
            ("Foo 7.", "7"),
            ("3.10 LTS", "3.10"),
            ("10.5 LTS SP1", "10.5-lts"),
        ] {
            assert!(names(raw, cycle), "{raw} {cycle}");
        }
        for (raw, cycle) in [
            ("7.1", "7"),
            ("17", "7"),
            ("1.7", "7"),
            ("7a", "7"),
            ("core", "re"),
            ("1.0-rc7", "7"),
            ("", "7"),
            ("7", "-"),
        ] {
            assert!(!names(raw, cycle), "{raw} {cycle}");
        }
    }

    #[test]
    fn a_version_of_a_cycle_goes_on_from_its_name() {
        let skipped = |raw: &str, subject| Skipped {
            origin: Origin {
                raw: raw.into(),
                ..Origin::default()
            },
            reason: "".into(),
            subject,
        };
        assert!(names_version(&skipped("v7.1-rc1", Subject::default()), "7"));
        assert!(names_version(&skipped("v7rc1", Subject::default()), "7"));
        assert!(!names_version(&skipped("v71", Subject::default()), "7"));
        let other = Subject::of_release("8", None);
        assert!(!names_version(&skipped("v7.1", other), "7"));
    }
}
