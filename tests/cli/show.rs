//! `show`: bars in a terminal, the same as a picture, and as JSON.

use std::path::Path;

use console::measure_text_width;
use fs_err as fs;
use proptest::prelude::*;
use shelflife::product::Product;
use shelflife::report::timeline::{LEAST_WIDTH, Timeline, svg, text};

use super::{PRODUCT, read, shelflife, shelflife_with};

const FOO: &str = "\
---
title: Foo & \u{202e}<b>
eolColumn: Security Support
releases:
  - { releaseCycle: \"6\", releaseDate: 2026-06-01, eol: false, latest: 6.10 }
  - { releaseCycle: \"5\", releaseDate: 2024-01-01, eoas: 2025-01-01, eol: 2026-09-01, eoes: 2028-01-01 }
  - { releaseCycle: \"4\\x1b[31m版\", releaseDate: 2022-01-01, eoas: 2023-06-01, eol: 2025-01-01, eoes: 2027-01-01 }
  - { releaseCycle: \"3\", eol: 2024-01-01 }
  - { releaseCycle: \"2\", releaseDate: 2023-01-01, eol: true }
  - { releaseCycle: \"1\", releaseDate: 2021-01-01, eol: 2022-01-01 }
  - { releaseCycle: \"0\", releaseDate: 2000-01-01, eol: 2001-01-01 }
---
";

fn show(width: &str, args: &[&str]) -> super::Run {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("foo.md");
    fs::write(&file, FOO).unwrap();
    let always = ["show", file.to_str().unwrap(), "--today", "2026-08-22"];
    shelflife_with(&[("COLUMNS", width)], &[&always[..], args].concat())
}

#[test]
fn bars_and_table_fit_the_width() {
    insta::assert_snapshot!(show("80", &[]).shown(), @r"
    exit code 0
    -- stdout --
    Foo & \u{202e}<b> (foo)
                   2021   2022    2023   2024    2025   2026    2027
    6                                                      ▄▄│▄▄▄▄▄▄▄▄▄→  no date
    5                                    ████████▄▄▄▄▄▄▄▄▄▄▄▄│▂▂▂▂▂▂▂▂▂▂  2026-09-01
    4\u{1b}[31m版         ███████████▄▄▄▄▄▄▄▄▄▄▄▄▂▂▂▂▂▂▂▂▂▂▂▂│▂▂          2027-01-01
    3              ?▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                    │            2024-01-01
    2                             ×                          │            no date
    1              ▄▄▄▄▄▄▄                                   │            2022-01-01
    and 1 cycle that ended earlier (-v shows them)
    █ active support  ▄ Security Support  ▂ extended support  │ 2026-08-22
    → no end date  × ended, no date  ? no release date
    ");
    insta::assert_snapshot!(show("40", &["-v"]).shown(), @r"
    exit code 0
    -- stdout --
    Foo & \u{202e}<b> (foo)
                2000       2020
    6                          →  no date
    5                        █▄│  2026-09-01
    4\u{1b}[3…              █▄▂│  2027-01-01
    3           ?▄▄▄▄▄▄▄▄▄▄▄▄  │  2024-01-01
    2                        × │  no date
    1                       ▄  │  2022-01-01
    0           ▄              │  2001-01-01
    █ active support  ▄ Security Support
    ▂ extended support  │ 2026-08-22
    → no end date  × ended, no date
    ? no release date
    ");
}

#[test]
fn json_has_every_cycle_as_the_file_states_it() {
    let run = show("80", &["--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let cycles = document["products"][0]["cycles"].as_array().unwrap();
    assert_eq!((run.code, cycles.len()), (0, 7));
    let end = |cycle: usize| cycles[cycle]["end"].to_string();
    assert_eq!(end(0), r#"{"field":"eol","value":false,"days":null}"#);
    assert_eq!(end(1), r#"{"field":"eol","value":"2026-09-01","days":10}"#);
    assert_eq!(
        end(2),
        r#"{"field":"eoes","value":"2027-01-01","days":132}"#
    );
    assert_eq!(cycles[0]["latest"], "6.10");
    assert_eq!(
        (&cycles[4]["eol"], &cycles[4]["ended"]),
        (&true.into(), &true.into())
    );
}

#[test]
fn a_picture_is_of_one_product_and_a_file_that_cannot_be_read_fails() {
    let run = shelflife(&["show", "--svg", "-p", "tests", "a", "b"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.md", "b.md"] {
        fs::write(folder.path().join(name), "none").unwrap();
    }
    let folder = folder.path().to_str().unwrap();
    let run = shelflife(&["show", "--svg", "-p", folder, "a", "b"]);
    assert_eq!(
        (run.code, &*run.stderr),
        (
            2,
            "error: --svg draws one product, and 2 are named: run once for each\n"
        )
    );
    let run = shelflife(&["show", "-p", folder, "a"]);
    assert_eq!((run.code, &*run.stdout), (1, ""));
    assert!(run.stderr.contains("no front matter"), "{}", run.stderr);
}

/// With `INSTA_UPDATE=always` it is written.
#[test]
fn the_picture_of_the_readme_is_what_show_prints() {
    let run = shelflife(&["show", PRODUCT, "--svg", "--today", "2026-11-23"]);
    assert_eq!((run.code, &*run.stderr), (0, ""));
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/timeline.svg");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &run.stdout).unwrap();
    }
    let picture = read("docs/timeline.svg");
    assert!(
        picture == run.stdout,
        "`INSTA_UPDATE=always cargo test show` writes it"
    );
}

/// The picture as XML, which has no script, loads nothing and is named.
fn parsed(picture: &str) -> roxmltree::Document<'_> {
    let xml = roxmltree::Document::parse(picture).unwrap();
    let root = xml.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    let first: Vec<_> = root
        .children()
        .filter(roxmltree::Node::is_element)
        .take(2)
        .collect();
    let names = [first[0].tag_name().name(), first[1].tag_name().name()];
    assert_eq!(names, ["title", "desc"]);
    for node in xml.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        let known = ["svg", "title", "desc", "style", "rect", "path", "text", "g"];
        assert!(known.contains(&name), "{name}");
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            assert!(!name.starts_with("on") && !name.ends_with("href"), "{name}");
            assert!(!value.contains("url("), "{value}");
        }
    }
    assert!(!picture.contains("@import") && !picture.contains("url("));
    xml
}

#[test]
fn text_of_a_file_becomes_no_markup_of_a_picture() {
    let run = show("80", &["--svg"]);
    let xml = parsed(&run.stdout);
    let title = xml
        .descendants()
        .find(|node| node.tag_name().name() == "title");
    let wanted = r"Foo & \u{202e}<b>: support of its release cycles";
    assert_eq!(title.unwrap().text(), Some(wanted));
}

fn today() -> shelflife::date::Date {
    shelflife::date::parse_iso("2026-08-22").unwrap()
}

/// A product file with cycles whose fields are any of what a file may hold.
fn product() -> impl Strategy<Value = String> {
    let value = || {
        prop_oneof![
            Just(String::new()),
            Just("true".to_owned()),
            Just("false".to_owned()),
            Just("soon".to_owned()),
            "(0001|19[0-9]{2}|20[0-9]{2}|9999)-(0[1-9]|1[0-2])-(0[1-9]|2[0-8])",
        ]
    };
    let cycle = (
        "\\PC{1,30}|.{1,3}|[版字]{10,30}|[\\x01-\\x1f]{10,30}",
        [value(), value(), value(), value()],
        ".{0,12}",
    );
    let cycles = prop::collection::vec(cycle, 0..8);
    (".{0,40}", cycles).prop_map(|(title, cycles)| {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let mut file = format!(
            "---\ntitle: {}\neoasColumn: {0}\nreleases:\n",
            quoted(&title)
        );
        for (name, [begin, eoas, eol, eoes], latest) in cycles {
            let (name, latest) = (quoted(&name), quoted(&latest));
            let cycle = format!(
                "  - releaseCycle: {name}\n    releaseDate: {begin}\n    eoas: {eoas}\n    \
                 eol: {eol}\n    eoes: {eoes}\n    latest: {latest}\n"
            );
            file.push_str(&cycle);
        }
        file + "---\n"
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_file_gives_a_picture_that_parses_and_lines_that_fit(file in product(), width in 0_usize..200) {
        let product = Product::read("p", "p.md", file.into_bytes());
        // YAML has no place for some characters.
        prop_assume!(product.is_ok());
        let timeline = Timeline::of(&product.unwrap(), today(), width % 2 == 0);
        parsed(&svg(&timeline));
        let lines = anstream::adapter::strip_str(&text(&timeline, width)).to_string();
        for line in lines.lines() {
            prop_assert!(measure_text_width(line) <= width.max(LEAST_WIDTH), "{width}: {line}");
        }
        prop_assert!(lines.lines().count() > 1);
    }
}
