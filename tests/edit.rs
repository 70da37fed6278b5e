//! Whatever a page says, an edit changes the planned scalars and no other byte.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;

use shelflife::date::Date;
use shelflife::edit::apply;
use shelflife::plan::Change;
use shelflife::plan::merge::merge;
use shelflife::product::Product;
use shelflife::release_data::{Origin, ReleaseData};
use shelflife::value::Value;

use crate::recorded::product_files;
use crate::{Test, change};

pub(crate) const GENERATED: &[Test] = tests![
    no_text_of_a_page_breaks_a_scalar,
    no_text_of_a_page_breaks_a_new_line,
    no_name_of_a_field_breaks_a_file,
    a_second_merge_has_nothing_to_change,
];

pub(crate) const RECORDED: &[Test] = tests![
    any_changes_to_a_file_of_the_site_change_those_scalars_alone,
    a_second_merge_into_a_file_of_the_site_has_nothing_to_change,
];

/// Texts that a YAML reader takes for something else, or that end what they stand in.
const ODD: [&str; 44] = [
    "",
    " ",
    "no",
    "Yes",
    "y",
    "on",
    "null",
    "~",
    "true",
    "False",
    "1.10",
    "1e3",
    "0x1F",
    "0o7",
    "12:30",
    "1_000",
    ".inf",
    "-.NaN",
    "2024-01-31",
    "2024-1-31",
    "2024-01-31T10:00:00Z",
    "a: b",
    "a #b",
    "# x",
    "- x",
    "? x",
    ": x",
    "---",
    "...",
    "--- x",
    "\n---\n",
    "[a]",
    "{a: b}",
    "a, b",
    "}",
    "]",
    "*a",
    "&a",
    "!!str a",
    "|",
    ">-",
    "'",
    "\"",
    "\\",
];

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(&ODD[..]).prop_map(str::to_owned),
        3 => "[-?:,\\[\\]{}#&*!|>'\"%@` \n\t\r\\\\0-9a-z.~=+/_\u{0}\u{7}\u{85}\u{a0}\u{2028}\u{202e}\u{feff}\u{fffe}\u{1f916}]{0,24}",
        2 => any::<String>(),
        1 => (select(&ODD[..]), 200_usize..600).prop_map(|(odd, times)| odd.repeat(times)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => hostile().prop_map(Value::Text),
        2 => hostile().prop_map(|text| Value::of_text(&text)),
        1 => (0_i32..20_000).prop_map(|days| Value::Date(Date::default() + chrono::Days::new(days.unsigned_abs().into()))),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
    ]
}

/// How a product file is written.
#[derive(Debug, Clone)]
struct Written {
    mark: bool,
    line_end: &'static str,
    dash: &'static str,
    /// The old scalar as it is in the file; a key without one is `eol:` and nothing more.
    old: &'static str,
    comment: &'static str,
    /// Whether the key is the last of its cycle.
    last: bool,
    braces: bool,
    body: &'static [u8],
}

fn written() -> impl Strategy<Value = Written> {
    let old = [
        "\"old\"",
        "\"a \\\" b\"",
        "\"2024-01-31\"",
        "'old'",
        "'it''s'",
        "'2024-01-31'",
        "old",
        "old text",
        "1.10",
        "2024-01-31",
        "false",
        "~",
        "null",
        "",
        "\"\"",
        "''",
    ];
    let bodies: [&[u8]; 4] = [
        b"\n\nBody\n",
        b"",
        b"\r\n\xff\xfe\x00 no end",
        b"\n---\nreleases: []\n---\n",
    ];
    let parts = (
        any::<bool>(),
        select(vec!["\n", "\r\n"]),
        select(vec!["- ", "  - ", "    -   "]),
        select(old.to_vec()),
        select(vec!["", " # soon", "   # a: \"b\" 'c", "  "]),
        any::<bool>(),
        prop::bool::weighted(0.2),
        select(bodies.to_vec()),
    );
    parts.prop_map(
        |(mark, line_end, dash, old, comment, last, braces, body)| Written {
            mark,
            line_end,
            dash,
            old,
            comment,
            last,
            braces,
            body,
        },
    )
}

impl Written {
    /// What stands before the scalar, and what behind it; `None` leaves the whole key out.
    fn around(&self, with_key: bool) -> (Vec<u8>, Vec<u8>) {
        let indent = " ".repeat(self.dash.len());
        let (mut before, mut after) = (Vec::new(), Vec::new());
        if self.mark {
            before.extend_from_slice("\u{feff}".as_bytes());
        }
        let mut lines = vec![
            "---".to_owned(),
            "title: Caf\u{e9} \u{2014}".into(),
            "releases:".into(),
        ];
        if self.braces {
            let key = if with_key { ", eol: " } else { "" };
            lines.push(format!("{}{{releaseCycle: \"2\"{key}", self.dash));
        } else {
            lines.push(format!("{}releaseCycle: \"2\" # two", self.dash));
            lines.push(format!("{indent}lts:   yes"));
            if with_key {
                lines.push(format!(
                    "{indent}eol:{}",
                    if self.old.is_empty() { "" } else { "  " }
                ));
            }
        }
        before.extend_from_slice(lines.join(self.line_end).as_bytes());
        let mut lines = vec![if with_key || self.braces {
            self.comment.to_owned()
        } else {
            String::new()
        }];
        if self.braces {
            let rest = if self.last { "}" } else { ", codename: x}" };
            lines[0] = format!("{rest}{}", self.comment);
        } else if !self.last {
            lines.push(format!("{indent}codename: 'x'"));
        }
        let other = format!("{}releaseCycle: \"1\"", self.dash);
        for line in [
            "",
            "# the next",
            &other,
            &format!("{indent}eol: false"),
            "---",
        ] {
            lines.push(line.to_owned());
        }
        after.extend_from_slice(lines.join(self.line_end).as_bytes());
        // Text behind the closing dashes begins on a line of its own.
        if !self.body.is_empty() {
            after.extend_from_slice(self.line_end.as_bytes());
            after.extend_from_slice(self.body);
        }
        (before, after)
    }

    fn is_empty(&self) -> bool {
        self.old.is_empty()
    }
}

fn product(file: Vec<u8>) -> Product {
    Product::read("foo", "foo.md", file).unwrap()
}

/// What a field says to the second reader, which is a whole YAML library.
fn second_reading(file: &[u8], index: usize, field: &str) -> serde_yaml::Value {
    let text = String::from_utf8_lossy(file);
    let text = text
        .trim_start_matches('\u{feff}')
        .split_once("---")
        .unwrap()
        .1;
    let end = text.find("\n---").unwrap();
    let yaml: serde_yaml::Value = serde_yaml::from_str(&text[..=end]).unwrap();
    yaml["releases"][index][field].clone()
}

/// Checks that a field of an edited file is this value to both readers.
fn reads_back(file: &[u8], index: usize, field: &str, new: &Value) -> Result<(), TestCaseError> {
    let edited = Product::read("foo", "foo.md", file.to_vec());
    let edited = edited.map_err(|error| TestCaseError::fail(error.to_string()))?;
    let read = edited.cycles().nth(index).unwrap().value(field);
    let second = second_reading(file, index, field);
    match new {
        Value::Date(date) => {
            // A day that replaces a day in quotes stays in quotes.
            prop_assert!(read.is_some_and(|value| value.says_the_same(new)));
            prop_assert_eq!(second, serde_yaml::Value::String(date.to_string()));
        }
        Value::Text(text) => {
            prop_assert_eq!(read.as_ref(), Some(new));
            prop_assert_eq!(second, serde_yaml::Value::String(text.clone()));
        }
        Value::Bool(value) => {
            prop_assert_eq!(read.as_ref(), Some(new));
            prop_assert_eq!(second, serde_yaml::Value::Bool(*value));
        }
        Value::Null => {
            prop_assert_eq!(read.as_ref(), Some(new));
            prop_assert!(second.is_null());
        }
    }
    Ok(())
}

/// Whether a reader of YAML 1.1, which the site has, takes a scalar without quotes for no text.
fn is_no_text_in_yaml_1_1(scalar: &str) -> bool {
    static OTHER: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
        regex::Regex::new(
            r"(?ix)^( y|yes|n|no|true|false|on|off | ~|null| =|<<
            | [-+]?0b[01_]+ | [-+]?0x[0-9a-f_]+ | [-+]?[0-9][0-9_]* | 0o[0-7]+
            | [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?
            | [-+]?([0-9][0-9_]*)?\.[0-9_]*(e[-+]?[0-9]+)? | [-+]?[0-9][0-9_]*e[-+]?[0-9]+
            | [-+]?\.(inf|nan)
            | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t\ ].*)? )$",
        )
        .unwrap()
    });
    scalar.is_empty() || OTHER.is_match(scalar)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, failure_persistence: None, ..ProptestConfig::default() })]

    fn no_text_of_a_page_breaks_a_scalar(written in written(), new in value()) {
        let (before, after) = written.around(true);
        let file = [&before, written.old.as_bytes(), &after].concat();
        let product = product(file);
        let edited = apply(&product, &[change(&product, 0, "eol", new.clone())]);
        let edited = edited.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(edited.starts_with(&before), "what stands before has changed");
        prop_assert!(edited.ends_with(&after), "what stands behind has changed");
        prop_assert!(edited.len() >= before.len() + after.len());
        let scalar = &edited[before.len()..edited.len() - after.len()];
        let scalar = std::str::from_utf8(scalar).unwrap();
        let scalar = if written.is_empty() { scalar.trim_start_matches(' ') } else { scalar };
        prop_assert!(!scalar.contains(char::is_control), "{scalar:?}");
        if matches!(new, Value::Text(_)) && !scalar.starts_with(['"', '\'']) {
            prop_assert!(!is_no_text_in_yaml_1_1(scalar), "{scalar:?} without quotes");
        }
        reads_back(&edited, 0, "eol", &new)?;
        prop_assert_eq!(second_reading(&edited, 1, "eol"), serde_yaml::Value::Bool(false));
    }

    fn no_text_of_a_page_breaks_a_new_line(written in written(), new in value()) {
        let (before, after) = written.around(false);
        let product = product([&*before, &after].concat());
        let edited = apply(&product, &[change(&product, 0, "eol", new.clone())]);
        let edited = edited.map_err(|error| TestCaseError::fail(error.to_string()))?;
        // The key stands behind the last one, be it `lts` or `codename`; on a line of its own
        // but in braces.
        let new_line = format!("{}{}", written.line_end, " ".repeat(written.dash.len()));
        let (between, x) = if written.braces { (", ", "x") } else { (&*new_line, "'x'") };
        let codename = format!("{between}codename: {x}");
        let kept = if written.last { "" } else { &codename };
        let start = [&*before, kept.as_bytes()].concat();
        prop_assert!(edited.starts_with(&start));
        prop_assert!(edited.ends_with(&after[kept.len()..]));
        let line = &edited[start.len()..edited.len() - (after.len() - kept.len())];
        let line = std::str::from_utf8(line).unwrap();
        let scalar = line.strip_prefix(between).and_then(|line| line.strip_prefix("eol: "));
        prop_assert!(scalar.is_some_and(|scalar| !scalar.contains(char::is_control)), "{line:?}");
        reads_back(&edited, 0, "eol", &new)?;
    }

    fn no_name_of_a_field_breaks_a_file(name in hostile(), new in value()) {
        prop_assume!(!["releaseCycle", "eol"].contains(&&*name));
        let file = "---\nreleases:\n  - releaseCycle: \"1\"\n    eol: false\n---\nBody\n";
        let product = product(file.into());
        let edited = apply(&product, &[change(&product, 0, &name, new.clone())]);
        let edited = edited.map_err(|error| TestCaseError::reject(error.to_string()))?;
        reads_back(&edited, 0, &name, &new)?;
        let (start, end) = file.split_at(file.find("\n---\nBody").unwrap());
        prop_assert!(edited.starts_with(start.as_bytes()) && edited.ends_with(end.as_bytes()));
    }

    fn a_second_merge_has_nothing_to_change(fields in fields(), versions in versions()) {
        let file = "---\nreleases:\n  - releaseCycle: \"2\"\n    eol: false # soon\n    latest: '2.1'\n  - releaseCycle: \"1\"\n    latest: 1.0.1\n    latestReleaseDate: \"2020-01-01\"\n---\n";
        prop_assume!(merges_once(&product(file.into()), &fields, &versions)?);
    }
}

const FIELDS: [&str; 8] = [
    "eol",
    "latest",
    "latestReleaseDate",
    "lts",
    "eoas",
    "link",
    "codename",
    "a: b",
];

type Fields = Vec<(Index, &'static str, Value)>;
type Versions = Vec<(Index, u8, u16)>;

fn fields() -> impl Strategy<Value = Fields> {
    prop::collection::vec((any::<Index>(), select(&FIELDS[..]), value()), 0..6)
}

fn versions() -> impl Strategy<Value = Versions> {
    prop::collection::vec((any::<Index>(), any::<u8>(), 0_u16..20_000), 0..8)
}

/// Merges release data into a product twice, and checks that the second time nothing changes.
/// Says whether the first time something did.
fn merges_once(
    product: &Product,
    fields: &Fields,
    versions: &Versions,
) -> Result<bool, TestCaseError> {
    let count = product.cycles().len();
    if count == 0 {
        return Ok(false);
    }
    let name = |index: &Index| {
        product
            .cycles()
            .nth(index.index(count))
            .unwrap()
            .name()
            .to_owned()
    };
    let today = Date::from_ymd_opt(2030, 1, 1).unwrap();
    let mut data = ReleaseData::new(today);
    for (index, patch, days) in versions {
        let day = Date::default() + chrono::Days::new(u64::from(*days));
        // Every third name is one that PEP 440 cannot read.
        let separator = if patch % 3 == 0 { "u" } else { "." };
        let version = format!("{}{separator}{patch}", name(index));
        data.declare(&version, day, Origin::default());
    }
    for (index, field, value) in fields {
        data.release(&name(index))
            .set(field, value.clone(), Origin::default());
    }
    let first = merge(product, &data, today);
    let edited = match apply(product, &first.changes) {
        Ok(edited) => edited,
        // Refused as a whole, with a sentence.
        Err(error) => {
            prop_assert!(!error.to_string().is_empty());
            return Ok(false);
        }
    };
    let edited = Product::read("foo", "foo.md", edited);
    let edited = edited.map_err(|error| TestCaseError::fail(error.to_string()))?;
    let second = merge(&edited, &data, today).changes;
    prop_assert!(
        second.is_empty(),
        "first {:?}\nsecond {second:?}",
        first.changes
    );
    Ok(!first.changes.is_empty())
}

/// The file with the values of some fields cut out, those of keys that were not there with their line.
fn skeleton(product: &Product, changes: &[Change], before: Option<&Product>) -> Vec<u8> {
    let file = &product.file;
    let mut cuts: Vec<std::ops::Range<usize>> = Vec::new();
    for change in changes {
        let cycle = product.cycles().nth(change.index).unwrap();
        let Some((key, value)) = cycle
            .node()
            .entries()
            .iter()
            .find(|(key, _)| key.text() == Some(change.field.as_str()))
        else {
            continue;
        };
        let old = before.map(|before| {
            before
                .cycles()
                .nth(change.index)
                .unwrap()
                .node()
                .find(&change.field)
        });
        cuts.push(match old {
            None => value.span.clone(),
            Some(Some(old)) if !old.span.is_empty() => value.span.clone(),
            // One blank stands before what was put where nothing stood.
            Some(Some(_)) => value.span.start - 1..value.span.end,
            Some(None) => {
                let mut start = key.span.start;
                while file[start - 1] == b' ' {
                    start -= 1;
                }
                start -= if file[..start].ends_with(b"\r\n") {
                    2
                } else {
                    1
                };
                start..value.span.end
            }
        });
    }
    cuts.sort_by_key(|cut| cut.start);
    let mut left = Vec::new();
    let mut at = 0;
    for cut in cuts {
        left.extend_from_slice(&file[at..cut.start]);
        at = cut.end;
    }
    left.extend_from_slice(&file[at..]);
    left
}

fn any_changes_to_a_file_of_the_site_change_those_scalars_alone() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let wanted = prop::collection::vec((any::<Index>(), any::<Index>(), value()), 1..6);
    let (mut edits, mut refused) = (0, 0);
    for (name, file) in product_files() {
        let product = Product::read(&name, &format!("{name}.md"), file).unwrap();
        let count = product.cycles().len();
        if count == 0 {
            continue;
        }
        let changes: Vec<(Index, Index, Value)> = wanted.new_tree(&mut runner).unwrap().current();
        let mut planned: Vec<Change> = Vec::new();
        for (cycle, field, new) in changes {
            let index = cycle.index(count);
            let cycle = product.cycles().nth(index).unwrap();
            let mut fields: Vec<&str> = cycle
                .node()
                .entries()
                .iter()
                .filter_map(|(key, _)| key.text())
                .collect();
            fields.retain(|field| *field != "releaseCycle");
            fields.extend(FIELDS);
            let field = fields[field.index(fields.len())];
            if !planned
                .iter()
                .any(|other| other.index == index && other.field == field)
            {
                planned.push(change(&product, index, field, new));
            }
        }
        planned.sort_by_key(|change| change.index);
        let Ok(edited) = apply(&product, &planned) else {
            refused += 1;
            continue;
        };
        edits += 1;
        for change in &planned {
            reads_back(&edited, change.index, &change.field, &change.new)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        let edited = Product::read(&name, "new.md", edited).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&skeleton(&edited, &planned, Some(&product))),
            String::from_utf8_lossy(&skeleton(&product, &planned, None)),
            "{name}: {planned:?}"
        );
    }
    // Lists, mappings and blocks of lines are refused, and they are few.
    assert!(
        edits > 400 && refused < 30,
        "{edits} edited, {refused} refused"
    );
}

fn a_second_merge_into_a_file_of_the_site_has_nothing_to_change() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let wanted = (fields(), versions());
    let mut changed = 0;
    for (name, file) in product_files() {
        let product = Product::read(&name, &format!("{name}.md"), file).unwrap();
        let (fields, versions) = wanted.new_tree(&mut runner).unwrap().current();
        let merged = merges_once(&product, &fields, &versions);
        changed += usize::from(merged.unwrap_or_else(|error| panic!("{name}: {error}")));
    }
    assert!(changed > 400, "{changed}");
}
