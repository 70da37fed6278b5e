//! Product text and changes to product text: only the bytes of the changed scalars differ.
//!
//! A change replaces the scalar between its quotes, or inserts a line after the last key of its
//! cycle; a new cycle is inserted as lines of its own (`entry`). Comments, blanks, blank lines,
//! line ends and the Markdown body are never read, so they cannot be changed. This module knows
//! *where* and *how quoted*, and no rule of what may become what.
//!
//! # Proof
//! The new text is parsed by a second, independent YAML reader and compared with the old
//! one: exactly the planned fields must differ. If anything else does, nothing is written.
//! Whatever a page says, it cannot become structure of a product file.
//!
//! # What is refused
//! What has no place in the file (`plan/validate/place.rs`), such as a value that is a list or a
//! block of lines, and a file that the second reader, which is the site's, cannot read.

mod entry;
mod splice;

use serde_yaml::Value as Yaml;

use crate::plan::validate::no_place;
use crate::plan::{Addition, Change};
use crate::product::front_matter::{Content, FrontMatter, Node, Style, double_quoted, scalar};
use crate::product::{Product, RELEASE_CYCLE};
use crate::release_data::Release;
use crate::text::Excerpt;
use crate::value::Value;
pub use splice::EditError;
use splice::{Splice, entry as entry_line, line_end, line_start};

/// The file with the changes made, proven to differ in nothing else.
pub fn apply<'a>(
    product: &Product,
    changes: impl IntoIterator<Item = &'a Change>,
) -> Result<Vec<u8>, EditError> {
    apply_all(product, changes, &[])
}

/// The file with the changes made and release cycles added, each with its fields in the order in
/// which they are written; the cycles in the order of the file.
pub fn apply_all<'a>(
    product: &Product,
    changes: impl IntoIterator<Item = &'a Change>,
    added: &[(&Addition, Vec<&Change>)],
) -> Result<Vec<u8>, EditError> {
    let changes: Vec<&Change> = changes.into_iter().collect();
    if changes.is_empty() && added.is_empty() {
        return Ok(product.file.clone()); // Nothing to prove.
    }
    let new = added
        .iter()
        .map(|(addition, fields)| entry::splice(product, addition, fields));
    let old = changes.iter().map(|change| splice(product, change));
    let mut splices: Vec<Splice> = old.chain(new).collect::<Result<_, EditError>>()?;
    // Stable: keys inserted at one place stay in the order of the changes, behind the value there.
    splices.sort_by_key(|splice| (splice.span.start, splice.text.starts_with(['\r', '\n'])));
    let mut file = Vec::with_capacity(product.file.len() + 64 * splices.len());
    let mut at = 0;
    for Splice { span, text } in splices {
        file.extend_from_slice(&product.file[at..span.start]);
        file.extend_from_slice(text.as_bytes());
        at = span.end;
    }
    file.extend_from_slice(&product.file[at..]);
    let expected = product.second_reading()?;
    prove(product, expected, &changes, added, &file).map_err(|reason| EditError::Proof {
        path: product.path.clone(),
        reason,
    })?;
    Ok(file)
}

/// The block to paste into `releases`, for a release that the file lacks.
pub fn block(name: &str, release: &Release) -> String {
    let mut lines = format!("  - {RELEASE_CYCLE}: {}\n", double_quoted(name));
    for (field, known) in &release.fields {
        lines.extend(["    ", &entry_line(field, &known.value, None), "\n"]);
    }
    lines
}

fn splice(product: &Product, change: &Change) -> Result<Splice, EditError> {
    if let Some((line, reason)) = no_place(product, change) {
        return Err(EditError::Place {
            path: product.path.clone(),
            line,
            cycle: change.cycle.clone(),
            field: change.field.clone(),
            reason,
        });
    }
    let releases = product.releases().expect("a change is of a cycle");
    let cycle = &releases.items()[change.index];
    let Some((key, value)) = cycle
        .entries()
        .iter()
        .find(|(key, _)| key.text() == Some(change.field.as_str()))
    else {
        return Ok(insertion(product, cycle, change));
    };
    let Content::Scalar(old, style) = &value.content else {
        unreachable!("`no_place` found a scalar")
    };
    let style = match (style, &change.new) {
        // Within braces a comma or a bracket would end a text without quotes.
        (Style::Plain, Value::Text(_)) if releases.is_flow() || cycle.is_flow() => Style::Double,
        (style, _) => *style,
    };
    let text = scalar(&change.new, Some((old, style)));
    if value.span.is_empty() {
        // Empty: the value goes behind the colon.
        let after_key = &product.file[key.span.end..];
        let colon = after_key.iter().position(|byte| *byte == b':');
        let at = key.span.end + colon.expect("`no_place` found a colon") + 1;
        return Ok(Splice {
            span: at..at,
            text: format!(" {text}"),
        });
    }
    Ok(Splice {
        span: value.span.clone(),
        text,
    })
}

/// A key that the cycle lacks: a new line after that of its last key, or behind its last value
/// where it is in braces.
fn insertion(product: &Product, cycle: &Node, change: &Change) -> Splice {
    let file = &product.file;
    if let Some((_, last)) = cycle.entries().last().filter(|_| cycle.is_flow()) {
        let entry = entry_line(&change.field, &change.new, Some(Style::Double));
        return Splice {
            span: last.span.end..last.span.end,
            text: format!(", {entry}"),
        };
    }
    // Characters, not bytes, make an indent: all before the first key is blank or a dash.
    let indent = " ".repeat(cycle.span.start - line_start(file, cycle.span.start));
    let content_end = cycle.span.start + file[cycle.span.clone()].trim_ascii_end().len();
    let (at, newline) = line_end(product, content_end);
    Splice {
        span: at..at,
        text: format!(
            "{newline}{indent}{}",
            entry_line(&change.field, &change.new, None)
        ),
    }
}

/// Compares old and new text in both readers; names what differs beside the planned fields.
/// `expected` is what the second reader reads in the old text.
fn prove(
    product: &Product,
    mut expected: Yaml,
    changes: &[&Change],
    added: &[(&Addition, Vec<&Change>)],
    file: &[u8],
) -> Result<(), String> {
    let old = &product.front_matter;
    let new = FrontMatter::read(file).map_err(|error| format!("line {}: {error}", error.line()))?;
    if file[new.span.end..] != product.file[old.span.end..]
        || file[..new.span.start] != product.file[..old.span.start]
    {
        return Err("the text outside the front matter differs".into());
    }
    // A cycle stands below those that are added before it, and an added one below others too.
    let above = |index: usize| added.iter().filter(|(one, _)| one.before <= index).count();
    let old_places = changes
        .iter()
        .map(|change| (change.index + above(change.index), *change));
    let new_places = added
        .iter()
        .enumerate()
        .flat_map(|(number, (one, fields))| {
            let place = one.before + number;
            fields.iter().map(move |change| (place, *change))
        });
    for (place, change) in old_places.chain(new_places) {
        let written = new
            .root
            .find("releases")
            .and_then(|releases| releases.items().get(place));
        let value = written
            .and_then(|cycle| cycle.find(&change.field))
            .and_then(Node::value);
        if !value.is_some_and(|value| value.says_the_same(&change.new)) {
            return Err(format!(
                "`{}` of cycle `{}` differs",
                Excerpt(&change.field),
                Excerpt(&change.cycle)
            ));
        }
    }
    for change in changes {
        let cycle = expected
            .get_mut("releases")
            .and_then(|releases| releases.get_mut(change.index));
        let cycle = cycle
            .and_then(Yaml::as_mapping_mut)
            .ok_or("the second reader finds other cycles")?;
        cycle.insert(
            Yaml::String(change.field.clone()),
            second_reading(&change.new),
        );
    }
    for (number, (one, fields)) in added.iter().enumerate() {
        let cycles = expected.get_mut("releases").and_then(Yaml::as_sequence_mut);
        let fields = fields.iter();
        let fields = fields.map(|change| {
            (
                Yaml::String(change.field.clone()),
                second_reading(&change.new),
            )
        });
        cycles
            .filter(|cycles| one.before + number <= cycles.len())
            .ok_or("the second reader finds other cycles")?
            .insert(one.before + number, Yaml::Mapping(fields.collect()));
    }
    let found = new.second_reading(file);
    if found.map_err(|error| format!("line {}: {error}", error.line()))? == expected {
        Ok(())
    } else {
        Err("the second reader finds another difference".into())
    }
}

/// A value as the second reader gives it; it knows no dates.
fn second_reading(value: &Value) -> Yaml {
    match value {
        Value::Date(date) => Yaml::String(date.to_string()),
        Value::Bool(value) => Yaml::Bool(*value),
        Value::Text(text) => Yaml::String(text.clone()),
        Value::Null => Yaml::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release_data::Origin;

    fn edited(file: &str, changes: &[(usize, &str, &str)]) -> Result<String, EditError> {
        let product = Product::read("foo", "foo.md", file.as_bytes().to_vec()).unwrap();
        let changes: Vec<Change> = changes
            .iter()
            .map(|(index, field, new)| Change {
                index: *index,
                cycle: product.cycles().nth(*index).unwrap().name().to_owned(),
                field: (*field).to_owned(),
                old: None,
                new: if *new == "true" {
                    Value::Bool(true)
                } else {
                    Value::of_text(new)
                },
                origin: Origin::default(),
            })
            .collect();
        apply(&product, &changes).map(|file| String::from_utf8(file).unwrap())
    }

    const FILE: &str = "---\ntitle: Caf\u{e9}\nreleases:\n  - releaseCycle: \"2\" # two\n    eol:   false   # when?\n    latest: '2.1'\n\n# old\n  - releaseCycle: \"1\"\n    eol:\n    latest: 1.0.1\n    # the end\n---\n\nbody \u{e2}\u{20ac}\u{201d}  \n";

    #[test]
    fn only_the_scalar_changes() {
        let new = edited(
            FILE,
            &[
                (0, "eol", "2024-01-31"),
                (0, "latest", "2.2"),
                (1, "eol", "true"),
                (1, "latest", "1.0.2"),
            ],
        )
        .unwrap();
        let expected = FILE
            .replace("eol:   false   #", "eol:   2024-01-31   #")
            .replace("'2.1'", "'2.2'")
            .replace("eol:\n", "eol: true\n")
            .replace("1.0.1", "1.0.2");
        assert_eq!(new, expected);
    }

    #[test]
    fn a_comment_behind_quotes_stays() {
        let file = "---\nreleases:\n  - releaseCycle: \"1\"\n    latest: \"1\\\"0\"  # \"é\" it's\n    link: 'it''s' # 'x'\n---\n";
        let new = edited(file, &[(0, "latest", "1.1"), (0, "link", "a")]).unwrap();
        assert_eq!(
            new,
            file.replace("\"1\\\"0\"", "\"1.1\"")
                .replace("'it''s'", "'a'")
        );
    }

    #[test]
    fn a_new_key_follows_the_last_key_of_its_cycle() {
        let new = edited(
            FILE,
            &[
                (0, "latestReleaseDate", "2024-01-31"),
                (0, "link", "https://a.test/#x"),
                (1, "eoas", "true"),
            ],
        )
        .unwrap();
        let expected = FILE
            .replace(
                "'2.1'\n",
                "'2.1'\n    latestReleaseDate: 2024-01-31\n    link: \"https://a.test/#x\"\n",
            )
            .replace("1.0.1\n", "1.0.1\n    eoas: true\n");
        assert_eq!(new, expected);
    }

    #[test]
    fn a_new_key_follows_a_value_of_many_lines() {
        let file = "---\nreleases:\n  - releaseCycle: \"1\"\n    versions: [1,\n      2] # both\n    codename: >\n      a\n      b\n\n  - releaseCycle: \"0\"\n---\n";
        let new = edited(file, &[(0, "eol", "true")]).unwrap();
        assert_eq!(new, file.replace("      b\n", "      b\n    eol: true\n"));
    }

    #[test]
    fn carriage_returns_and_a_byte_order_mark_are_kept() {
        let file = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
        let new = edited(&file, &[(0, "latest", "2.2"), (0, "eoas", "true")]).unwrap();
        assert_eq!(
            new,
            file.replace("'2.1'\r\n", "'2.2'\r\n    eoas: true\r\n")
        );
    }

    #[test]
    fn a_cycle_in_braces_is_edited_and_extended_within_them() {
        let file =
            "---\nreleases:\n  - {releaseCycle: \"1\", eol: false, latest: 1.0.0 } # one\n---\n";
        let new = edited(
            file,
            &[(0, "eol", "2024-01-31"), (0, "latest", "1, eol: true")],
        )
        .unwrap();
        assert_eq!(
            new,
            file.replace("false", "2024-01-31")
                .replace("1.0.0", "\"1, eol: true\"")
        );
        let all = [
            (0, "eoas", "true"),
            (0, "latest", "1.0.1"),
            (0, "codename", "a, b"),
        ];
        assert_eq!(
            edited(file, &all).unwrap(),
            file.replace("1.0.0 }", "\"1.0.1\", eoas: true, codename: \"a, b\" }")
        );
        let lines =
            "---\nreleases: [{\n  releaseCycle: \"1\", # one\n  x: [a] # last\n  ,}]\n---\n";
        assert_eq!(
            edited(lines, &[(0, "link", "a]")]).unwrap(),
            lines.replace("[a]", "[a], link: \"a]\"")
        );
    }

    #[test]
    fn a_value_is_filled_in_before_a_key_that_follows_it() {
        let file = "---\nreleases:\n  - ? releaseCycle\n    : \"1\"\n    latest:\n---\n";
        assert_eq!(
            edited(file, &[(0, "eoas", "true"), (0, "latest", "1.1")]).unwrap(),
            file.replace("latest:\n", "latest: \"1.1\"\n    eoas: true\n")
        );
    }

    #[test]
    fn a_file_that_the_site_cannot_read_is_named_with_its_line() {
        let file = "---\nx: |\n \ty\nreleases:\n  - releaseCycle: \"1\"\n---\n";
        let error = edited(file, &[(0, "eol", "true")]).unwrap_err().to_string();
        assert!(error.starts_with("foo.md:3: libyaml, "), "{error}");
    }

    #[test]
    fn a_value_that_is_no_scalar_is_refused_with_its_line() {
        let file =
            "---\nreleases:\n  - releaseCycle: \"1\"\n    eol: [a]\n    latest: |\n      x\n---\n";
        assert_eq!(
            edited(file, &[(0, "eol", "true")]).unwrap_err().to_string(),
            "foo.md:4: `eol` of cycle `1` is a list or a mapping"
        );
        assert!(
            edited(file, &[(0, "latest", "1")])
                .unwrap_err()
                .to_string()
                .starts_with("foo.md:5: ")
        );
    }

    #[test]
    fn the_last_line_needs_no_end() {
        let file = "---\nreleases:\n- releaseCycle: \"1\"\n  eol: false # x\n---";
        assert_eq!(
            edited(file, &[(0, "lts", "true")]).unwrap(),
            file.replace("# x\n", "# x\n  lts: true\n")
        );
    }

    #[test]
    fn a_block_to_paste_is_quoted() {
        let mut release = Release::default();
        release.set("eol", Value::of_text("2024-01-31"), Origin::default());
        release.set("codename", Value::Text("a: b".into()), Origin::default());
        assert_eq!(
            block("1.10", &release),
            "  - releaseCycle: \"1.10\"\n    eol: 2024-01-31\n    codename: \"a: b\"\n"
        );
    }
}
