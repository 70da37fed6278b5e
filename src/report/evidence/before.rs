//! A file of evidence as an earlier run left it, read line by line.
//!
//! The lines are those that this program writes. Whatever else stands in a file, it is as
//! good as none: it holds nothing that a run needs.

use std::collections::BTreeMap;

/// Names to lines of JSON.
pub(super) type Lines<'a> = BTreeMap<String, &'a str>;

/// The file as it is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Before<'a> {
    pub(super) pages: Lines<'a>,
    pub(super) releases: BTreeMap<String, Lines<'a>>,
    pub(super) versions: Lines<'a>,
}

impl<'a> Before<'a> {
    /// What a file says, if it is one of ours.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut before = Self::default();
        let mut lines = text.lines();
        (lines.next()? == "{").then_some(())?;
        section(&mut lines, "pages", |name, line| {
            before.pages.insert(name, line);
        })?;
        let mut release = None;
        let (name, rest) = named(lines.next()?)?;
        if name != "releases" {
            return None;
        }
        if rest == "{" {
            loop {
                let line = lines.next()?;
                if line == "  }," {
                    break;
                }
                if line == "    }" || line == "    }," {
                    release = None;
                    continue;
                }
                let (name, value) = named(line)?;
                let value = value.strip_suffix(',').unwrap_or(value);
                match (&release, value) {
                    (None, "{") => release = Some(name),
                    (None, "{}") => drop(before.releases.insert(name, Lines::new())),
                    (None, _) => return None,
                    (Some(release), value) => {
                        let fields = before.releases.entry(String::clone(release)).or_default();
                        fields.insert(name, value);
                    }
                }
            }
        }
        section(&mut lines, "versions", |name, line| {
            before.versions.insert(name, line);
        })?;
        (lines.next()? == "}" && lines.next().is_none()).then_some(before)
    }
}

/// Reads a section that has a line a name.
fn section<'a>(
    lines: &mut impl Iterator<Item = &'a str>,
    wanted: &str,
    mut take: impl FnMut(String, &'a str),
) -> Option<()> {
    let (name, rest) = named(lines.next()?)?;
    if name != wanted {
        return None;
    }
    if rest.starts_with("{}") {
        return Some(());
    }
    loop {
        let line = lines.next()?;
        if line == "  }" || line == "  }," {
            return Some(());
        }
        let (name, value) = named(line)?;
        take(name, value.strip_suffix(',').unwrap_or(value));
    }
}

/// A name in quotes, and what stands behind its colon.
fn named(line: &str) -> Option<(String, &str)> {
    let line = line.trim_start();
    let mut names = serde_json::Deserializer::from_str(line).into_iter::<String>();
    let name = names.next()?.ok()?;
    let rest = line.get(names.byte_offset()..)?;
    Some((name, rest.strip_prefix(": ")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_ours_is_read_and_any_other_is_none() {
        let ours = "{\n  \"pages\": {\n    \"u\": {\"a\":1},\n    \"v\": {}\n  },\n  \"releases\": {\n    \"1\": {\n      \"e\\\"ol\": {\"b\":2}\n    },\n    \"2\": {}\n  },\n  \"versions\": {}\n}\n";
        let before = Before::read(ours).unwrap();
        assert_eq!(before.pages["u"], "{\"a\":1}");
        assert_eq!(before.releases["1"]["e\"ol"], "{\"b\":2}");
        assert!(before.releases["2"].is_empty() && before.versions.is_empty());
        let empty = "{\n  \"pages\": {},\n  \"releases\": {},\n  \"versions\": {}\n}\n";
        assert_eq!(Before::read(empty), Some(Before::default()));
        for end in 0..ours.len() - 1 {
            assert_eq!(Before::read(&ours[..end]), None, "{end}");
        }
        for other in ["[]", "{}", "{\n}\n", "<<<<<<< a\n{\n"] {
            assert_eq!(Before::read(other), None, "{other}");
        }
    }
}
