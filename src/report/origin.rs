//! Where a value comes from, for people: the place, how it reads there, and the host.

use std::fmt::Write as _;

use url::Url;

use crate::release_data::{Origin, Place};
use crate::text::Excerpt;

/// One short phrase beside a value; empty where nothing is known.
pub(super) fn phrase(origin: &Origin) -> String {
    let mut parts = Vec::new();
    let mut place = match &origin.place {
        Place::Nowhere => String::new(),
        Place::Table { table } | Place::Row { table, .. } | Place::Cell { table, .. }
            if *table > 1 =>
        {
            parts.push(format!("table {table}"));
            within_table(&origin.place)
        }
        Place::Table { .. } | Place::Row { .. } | Place::Cell { .. } => within_table(&origin.place),
        Place::Line { line } => format!("line {line} of the file"),
        Place::Path { path } => format!("`{}`", Excerpt(path)),
        place @ (Place::Item { .. } | Place::Tag { .. } | Place::Stored { .. }) => {
            place.to_string()
        }
    };
    let says_all = matches!(&origin.place, Place::Tag { tag, .. } if **tag == *origin.raw);
    if !origin.raw.is_empty() && !says_all {
        if !place.is_empty() {
            place.push(' ');
        }
        write!(place, "reads `{}`", Excerpt(&origin.raw))
            .expect("writing to a String does not fail");
    }
    let rule = origin.rule.filter(|rule| rule.basis() != "source");
    parts.extend(rule.map(|rule| rule.to_string()));
    parts.push(place);
    parts.extend(origin.url.as_deref().map(host));
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

fn within_table(place: &Place) -> String {
    match place {
        Place::Row { row, .. } => format!("row {row}"),
        Place::Cell { row, column, .. } => format!("row {row}, `{}`", Excerpt(column)),
        _ => "the table".to_owned(),
    }
}

/// The host of a URL; of what is no URL, all of it.
fn host(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(Url::host_str);
    Excerpt(host.unwrap_or(url)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(place: Place, raw: &str) -> Origin {
        Origin {
            url: Some("https://docs.a.test/x.html?y".into()),
            place,
            raw: raw.into(),
            ..Origin::default()
        }
    }

    #[test]
    fn a_phrase_says_where_a_value_stands_how_it_reads_and_on_which_host() {
        let cell = |table| Place::Cell {
            table,
            row: 3,
            column: "End`\u{202e}of".into(),
        };
        let path = Place::Path {
            path: "$.a[0]".into(),
        };
        for (place, raw, expected) in [
            (
                cell(1),
                "31 Oct",
                "row 3, `End`\\u{202e}of` reads `31 Oct`, docs.a.test",
            ),
            (
                cell(2),
                "",
                "table 2, row 3, `End`\\u{202e}of`, docs.a.test",
            ),
            (Place::tag("v1"), "v1", "tag `v1`, docs.a.test"),
            (
                Place::tag("v1"),
                "2020",
                "tag `v1` reads `2020`, docs.a.test",
            ),
            (path, "7", "`$.a[0]` reads `7`, docs.a.test"),
            (
                Place::Line { line: 7 },
                "x",
                "line 7 of the file reads `x`, docs.a.test",
            ),
            (Place::Nowhere, "x", "reads `x`, docs.a.test"),
        ] {
            assert_eq!(phrase(&origin(place, raw)), expected);
        }
        assert_eq!(phrase(&Origin::default()), "");
    }
}
