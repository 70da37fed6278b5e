//! Parses the objects that `cat-file --batch` prints, and their dates.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta};

/// The suffix that git adds to the name of a tag for the object that the tag points to. No
/// name of a ref has it.
pub(super) const PEELED: &str = "^{}";

/// An object of a repository.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::fetch) struct Object<'a> {
    /// `commit`, `tag`, `tree`, `blob`; empty where the object is missing.
    kind: &'a str,
    pub(in crate::fetch) content: &'a [u8],
}

/// The objects that were asked for, in order.
pub(in crate::fetch) fn read(mut output: &[u8]) -> impl Iterator<Item = Object<'_>> {
    std::iter::from_fn(move || {
        let end = output.iter().position(|byte| *byte == b'\n')?;
        let (head, rest) = output.split_at(end);
        let mut words = std::str::from_utf8(head).ok()?.split(' ').skip(1);
        let (kind, size) = (words.next()?, words.next());
        let Some(size) = size else {
            output = rest.get(1..)?;
            let (kind, content) = ("", &[][..]);
            return Some(Object { kind, content });
        };
        let size: usize = size.parse().ok()?;
        let content = rest.get(1..size.checked_add(1)?)?;
        output = rest.get(size.checked_add(2)?..)?;
        Some(Object { kind, content })
    })
}

/// The refs below a prefix that `ls-remote` lists, by name, with their objects.
pub(in crate::fetch) fn refs(listed: &[u8], prefix: &str) -> BTreeMap<String, String> {
    String::from_utf8_lossy(listed)
        .lines()
        .filter_map(|line| {
            let (object, name) = line.split_once('\t')?;
            let name = name.strip_prefix(prefix)?;
            (is_id(object) && !name.contains(char::is_control))
                .then(|| (name.to_owned(), object.to_owned()))
        })
        .collect()
}

/// Whether a text is the ID of an object.
pub(in crate::fetch) fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Object<'_> {
    /// The day on which it was made, in the time zone of its creator.
    pub(in crate::fetch) fn day(&self) -> Option<NaiveDate> {
        let creator = match self.kind {
            "commit" => "committer ",
            "tag" => "tagger ",
            _ => return None,
        };
        let text = String::from_utf8_lossy(self.content);
        let line = text
            .lines()
            .take_while(|line| !line.is_empty())
            .find_map(|line| line.strip_prefix(creator))?;
        let (_, moment) = line.split_once("> ")?;
        let (seconds, zone) = moment.trim().split_once(' ').unwrap_or((moment, "0"));
        let moment = DateTime::from_timestamp(seconds.parse().ok()?, 0)?;
        let zone = i64::from(zone.parse::<i32>().ok()?);
        let ahead = TimeDelta::try_minutes(zone / 100 * 60 + zone % 100)?;
        Some(moment.checked_add_signed(ahead)?.date_naive())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(kind: &str, content: &str) -> Option<String> {
        let content = content.as_bytes();
        Object { kind, content }.day().map(|day| day.to_string())
    }

    #[test]
    fn objects_are_read_by_their_stated_sizes() {
        let output = b"aa blob 3\na\nb\nbb missing\ncc tag 0\n\ndd blob 9\nshort\n";
        let read: Vec<_> = read(output)
            .map(|object| (object.kind, object.content))
            .collect();
        assert_eq!(read, [("blob", &b"a\nb"[..]), ("", b""), ("tag", b"")]);
    }

    #[test]
    fn a_day_is_in_the_time_zone_of_the_creator() {
        let commit = "tree 1\nauthor A <a> 0 +0000\ncommitter A <a> 1588750200 -0800\n\nx\n";
        assert_eq!(day("commit", commit).as_deref(), Some("2020-05-05"));
        let tag = "object 1\ntype commit\ntagger A <a> 1588750200 +1345\n\ntagger no\n";
        assert_eq!(day("tag", tag).as_deref(), Some("2020-05-06"));
        assert_eq!(
            day("tag", "object 1\ntag x\n\ntagger A <a> 1 +0000\n"),
            None
        );
        assert_eq!(day("blob", commit), None);
        assert_eq!(day("tag", "tagger A <a> 9999999999999999 +0000\n"), None);
        assert_eq!(day("tag", "tagger A <a> soon +0000\n"), None);
    }
}
