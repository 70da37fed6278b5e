//! Whatever the sources say, `--add` leaves a file that the site accepts, and changes nothing else.

use std::fmt::Write as _;

use chrono::Days;
use fs_err as fs;
use insta::assert_snapshot;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};

use shelflife::date::{Date, parse_iso};
use shelflife::edit::{apply, apply_all};
use shelflife::plan::guard::History;
use shelflife::plan::validate::check;
use shelflife::plan::{GuardMode, Plan, Policy};
use shelflife::product::Product;
use shelflife::release_data::{Origin, ReleaseData};
use shelflife::value::Value;

use crate::world::{World, stderr};

const HEAD: &str =
    "title: Foo\ncategory: app\npermalink: /foo\nreleasePolicyLink: https://a.test/\n";

fn today() -> Date {
    parse_iso("2026-06-01").unwrap()
}

/// A product file of some style, and what sources say of it.
#[derive(Debug, Clone)]
struct Case {
    dash: &'static str,
    line_end: &'static str,
    is_spaced: bool,
    quote: &'static str,
    comment: &'static str,
    columns: &'static str,
    keys: Vec<&'static str>,
    cycles: usize,
    has_minor: bool,
    versions: Vec<(String, u64)>,
    releases: Vec<(String, Vec<(&'static str, Value)>)>,
}

fn name() -> impl Strategy<Value = String> {
    let near = [
        "21", "21.0", "22", "21.1", "20", "21-rc1", "21.0.0", "20260101", "v21",
    ];
    prop_oneof![
        4 => select(near.map(str::to_owned).to_vec()),
        1 => "[0-9a-z.\\-]{1,8}",
        1 => select(["\n- x: 1", "21\n    eol: true", "---", "2: 1", "21 # x", ""].map(str::to_owned).to_vec()),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => (0_u64..900).prop_map(|days| Value::Date(today() - Days::new(400) + Days::new(days))),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => name().prop_map(Value::Text),
        1 => Just(Value::Text("https://a.test/#\": {}".into())),
        1 => Just(Value::Null),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let fields = vec![
        "eol",
        "eoas",
        "eoes",
        "lts",
        "link",
        "codename",
        "releaseDate",
        "latest",
        "releaseLabel",
        "own",
    ];
    let style = (
        select(vec!["- ", "  - ", "-   "]),
        select(vec!["\n", "\r\n"]),
        any::<bool>(),
        select(vec!["\"", "'"]),
        select(vec![
            "",
            "# eol(x) = releaseDate(x+1)\n",
            "# eol(x) = releaseDate(x) + 1 year\n",
            "# non-LTS: eoas(x) = eol(x) = max(releaseDate(x+2), latestReleaseDate(x))\n",
        ]),
        select(vec![
            "",
            "eoasColumn: true\n",
            "eoesColumn: true\neoasColumn: true\n",
            "latestColumn: false\n",
        ]),
    );
    let keys = vec![
        "releaseCycle",
        "releaseDate",
        "eoas",
        "eol",
        "latest",
        "link",
        "# a comment",
    ];
    let content = (
        Just(keys).prop_shuffle(),
        1_usize..6,
        any::<bool>(),
        prop::collection::vec((name(), 0_u64..120), 0..6),
        prop::collection::vec(
            (
                name(),
                prop::collection::vec((select(fields), value()), 1..4),
            ),
            0..3,
        ),
    );
    (style, content).prop_map(|(style, content)| {
        let (dash, line_end, is_spaced, quote, comment, columns) = style;
        let (mut keys, cycles, has_minor, versions, releases) = content;
        keys.sort_by_key(|key| usize::from(key.starts_with('#'))); // No cycle starts with one.
        Case {
            dash,
            line_end,
            is_spaced,
            quote,
            comment,
            columns,
            keys,
            cycles,
            has_minor,
            versions,
            releases,
        }
    })
}

impl Case {
    /// A valid file whose newest cycle is `20`, or `20.0`.
    fn product(&self) -> Product {
        let mut yaml = format!("---\n{HEAD}{}{}releases:\n", self.columns, self.comment);
        for number in 0..self.cycles {
            let minor = if self.has_minor { ".0" } else { "" };
            let name = format!("{}{minor}", 20 - number);
            let day = |year: usize| parse_iso(&format!("{}-01-15", 2026 - number + year)).unwrap();
            for (place, key) in self.keys.iter().enumerate() {
                let before = if place == 0 {
                    self.dash.to_owned()
                } else {
                    " ".repeat(self.dash.len())
                };
                let quote = self.quote;
                let line = match *key {
                    "releaseCycle" => format!("releaseCycle: {quote}{name}{quote}"),
                    "latest" => format!("latest: {quote}{name}.1{quote}"),
                    "releaseDate" => format!("releaseDate: {}", day(0)),
                    "link" => format!("link: https://a.test/{name}"),
                    key if key.starts_with('#') => key.to_owned(),
                    key if number == 0 => format!("{key}: false"),
                    key => format!("{key}: {}", day(1)),
                };
                writeln!(yaml, "{before}{line}").unwrap();
            }
            yaml.push_str(if self.is_spaced { "\n" } else { "" });
        }
        yaml.push_str("---\nBody\n");
        let file = yaml.replace('\n', self.line_end);
        Product::read("foo", "foo.md", file.into_bytes()).unwrap()
    }

    fn data(&self) -> ReleaseData {
        let mut data = ReleaseData::new(today());
        for (name, days) in &self.versions {
            data.declare(name.as_str(), today() - Days::new(*days), Origin::default());
        }
        for (name, fields) in &self.releases {
            for (field, value) in fields {
                data.release(name)
                    .set(field, value.clone(), Origin::default());
            }
        }
        data.finish();
        data
    }
}

fn lines(file: &[u8]) -> Vec<String> {
    let text = String::from_utf8(file.to_vec()).unwrap();
    let lines = text.lines().map(|line| line.trim_end_matches('\r'));
    lines
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

/// Holds what is said above of a case; how many cycles were added.
fn hold(case: &Case) -> usize {
    let (product, data) = (case.product(), case.data());
    assert_eq!(check(&product, today()), [], "{case:?}");
    let policy = Policy {
        guard: GuardMode::Off,
        add: true,
        ..Policy::default()
    };
    let plan =
        |product: &Product| Plan::new(product, Some(&data), &History::default(), &policy, today());
    let planned = plan(&product);
    let added: Vec<_> = planned.added().collect();
    let new = apply_all(&product, planned.writes(), &added).unwrap();
    let old = lines(&apply(&product, planned.writes()).unwrap());
    let fields: usize = added.iter().map(|(_, fields)| fields.len()).sum();
    let mut rest = lines(&new).into_iter();
    assert_eq!(rest.len(), old.len() + fields, "{case:?}");
    assert!(
        old.iter().all(|line| rest.any(|new| new == *line)),
        "{case:?}"
    );
    let again = Product::read("foo", "foo.md", new).unwrap();
    assert_eq!(check(&again, today()), [], "{case:?}");
    assert_eq!(again.cycles().len(), product.cycles().len() + added.len());
    assert_eq!(plan(&again).added().count(), 0, "{case:?}");
    added.len()
}

#[test]
fn whatever_the_sources_say_a_valid_file_stays_valid_and_nothing_else_changes() {
    let mut runner = TestRunner::deterministic();
    let cases = case();
    let mut added = 0;
    for _ in 0..1024 {
        added += hold(&cases.new_tree(&mut runner).unwrap().current());
    }
    assert!(added > 200, "{added}");
}

const FILE: &str = "\
---
title: Foo
category: app
permalink: /foo
releasePolicyLink: https://a.test/
eoasColumn: true

# eoas(x) = releaseDate(x+1)
# eol(x) = releaseDate(x) + 2 years
releases:
  - releaseCycle: '4'
    lts: true
    releaseDate: 2025-01-10
    eoas: false
    eol: 2027-01-10
    latest: '4.2.0'
    latestReleaseDate: 2026-01-10
    link: https://a.test/4

  # The third.
  - releaseCycle: '3'
    releaseDate: 2024-02-01
    eoas: 2025-01-10 # releaseDate(4)
    eol: 2026-02-01
    latest: '3.9.0'
    latestReleaseDate: 2026-01-10
    link: https://a.test/3

  - releaseCycle: '2'
    releaseDate: 2023-01-01
    eoas: 2024-02-01
    eol: 2025-01-01
    latest: '2.9.0'
    latestReleaseDate: 2024-01-10
    link: https://a.test/2
---
";

fn world(data: &Json) -> World {
    let world = World::new();
    world.write("products/foo.md", FILE);
    world.write("data/foo.json", data.to_string());
    world
}

fn five() -> Json {
    json!({ "releases": {}, "versions": {
        "4.2.0": { "name": "4.2.0", "date": "2026-01-10" },
        "5.0.0": { "name": "5.0.0", "date": "2026-05-04" },
        "5.0.1": { "name": "5.0.1", "date": "2026-05-20" },
        "5.1.0-rc1": { "name": "5.1.0-rc1", "date": "2026-05-21" },
        "6.0.0-rc1": { "name": "6.0.0-rc1", "date": "2026-05-21" },
    }})
}

fn merge(world: &World, today: &str, more: &[&str]) -> std::process::Output {
    let merge = ["merge", "--release-data", "data", "--state", "state"];
    world
        .program_on(today, &[&merge[..], more].concat())
        .output()
        .unwrap()
}

#[test]
fn a_cycle_is_added_as_the_others_are_written_and_each_field_has_a_basis() {
    let world = world(&five());
    let output = merge(&world, "2026-06-01", &["--add", "--dry-run"]);
    assert_snapshot!(String::from_utf8(output.stdout.clone()).unwrap(), @r"
    --- a/products/foo.md
    +++ b/products/foo.md
    @@ -8,10 +8,18 @@
     # eoas(x) = releaseDate(x+1)
     # eol(x) = releaseDate(x) + 2 years
     releases:
    +  - releaseCycle: '5'
    +    releaseDate: 2026-05-04
    +    eoas: false
    +    eol: 2028-05-04
    +    latest: '5.0.1'
    +    latestReleaseDate: 2026-05-20
    +    link: https://a.test/5
    +
       - releaseCycle: '4'
         lts: true
         releaseDate: 2025-01-10
    -    eoas: false
    +    eoas: 2026-05-04
         eol: 2027-01-10
         latest: '4.2.0'
         latestReleaseDate: 2026-01-10
    ");
    assert_snapshot!(stderr(&output), @r"
    would update: foo, 8 changes, 1 release cycle added
      4 eoas: false -> 2026-05-04
        line 8 reads `eoas(x) = releaseDate(x+1)`
      5 releaseCycle: nothing -> 5
      5 releaseDate: nothing -> 2026-05-04
        data/foo.json
      5 eoas: nothing -> false
        line 8 reads `eoas(x) = releaseDate(x+1)`
      5 eol: nothing -> 2028-05-04
        line 9 reads `eol(x) = releaseDate(x) + 2 years`
      5 latest: nothing -> 5.0.1
      5 latestReleaseDate: nothing -> 2026-05-20
        data/foo.json
      5 link: nothing -> https://a.test/5
        all recent cycles of the file have it
      notice: 6: 1 version, no cycle (6.0.0-rc1, 2026-05-21)
    note: no guard history in state: rules source, corrected, swing have no effect in this run
    1 to change
    ");
    let output = merge(
        &world,
        "2026-06-01",
        &["-u", "--dry-run", "--format", "json"],
    );
    let document: Json = serde_json::from_slice(&output.stdout).unwrap();
    let product = &document["products"][0];
    assert_eq!(product["added"], json!([{ "cycle": "5", "before": 0 }]));
    let basis = |change: &Json| {
        format!(
            "{} {} {}",
            change["cycle"], change["field"], change["basis"]
        )
        .replace('"', "")
    };
    let changes = product["changes"].as_array().unwrap();
    assert_eq!(
        changes.iter().map(basis).collect::<Vec<_>>(),
        [
            "4 eoas policy",
            "5 releaseCycle source",
            "5 releaseDate source",
            "5 eoas policy",
            "5 eol policy",
            "5 latest source",
            "5 latestReleaseDate source",
            "5 link neighbour",
        ]
    );
}

#[test]
fn without_add_a_cycle_is_a_notice_and_a_policy_ends_nothing() {
    let world = world(&five());
    assert!(merge(&world, "2026-06-01", &[]).status.success());
    assert_eq!(world.read("products/foo.md"), FILE.as_bytes());
}

#[test]
fn what_the_site_requires_is_not_made_up() {
    let data = json!({ "releases": { "5": { "name": "5", "releaseDate": "2026-05-04" } }, "versions": {} });
    let world = world(&data);
    let output = merge(&world, "2026-06-01", &["--declare-undeclared-releases"]);
    assert_eq!(world.read("products/foo.md"), FILE.as_bytes());
    let said = stderr(&output);
    assert!(
        said.contains("release cycle 5 is not added: no source gives its `latest`"),
        "{said}"
    );
}

#[test]
fn an_offer_that_is_not_taken_is_not_made_for_ever() {
    let world = world(&five());
    let is_offered = |today: &str| {
        fs::write(world.path("products/foo.md"), FILE).unwrap();
        let said = stderr(&merge(&world, today, &["--add"]));
        let is_offered = world.read("products/foo.md") != FILE.as_bytes();
        assert_eq!(
            said.contains("were offered on 2026-06-01"),
            !is_offered,
            "{said}"
        );
        is_offered
    };
    assert!(is_offered("2026-06-01"));
    assert!(is_offered("2026-07-01"));
    assert!(!is_offered("2026-07-03"));
}

#[test]
fn a_cycle_that_is_taken_is_no_open_offer() {
    let world = world(&five());
    merge(&world, "2026-06-01", &["--add"]);
    let state = |world: &World| String::from_utf8(world.read("state/foo.json")).unwrap();
    assert!(state(&world).contains("offered"));
    assert!(merge(&world, "2026-06-02", &["--add"]).status.success());
    assert!(!state(&world).contains("offered"));
}

#[test]
fn a_cycle_that_people_declined_is_never_offered() {
    let world = world(&five());
    let ignore = |product: &str, pattern: &str| {
        let text =
            format!("[[ignore]]\nproduct = \"{product}\"\npattern = '{pattern}'\nreason = \"r\"\n");
        world.write("shelflife.toml", text);
    };
    ignore("foo", r"\d");
    assert!(merge(&world, "2026-06-01", &["--add"]).status.success());
    assert_eq!(world.read("products/foo.md"), FILE.as_bytes());
    ignore("fo", r"\d");
    assert!(!merge(&world, "2026-06-01", &["--add"]).status.success());
    ignore("foo", "15");
    assert!(merge(&world, "2026-06-01", &["--add"]).status.success());
    assert_ne!(world.read("products/foo.md"), FILE.as_bytes());
}

#[test]
fn what_a_source_states_is_not_ended_by_a_rule_and_the_difference_is_noticed() {
    let mut data = five();
    data["releases"] =
        json!({ "4": { "name": "4", "eoas": false }, "5": { "name": "5", "eol": "2029-01-01" } });
    let world = world(&data);
    let said = stderr(&merge(&world, "2026-06-01", &["--add"]));
    let file = String::from_utf8(world.read("products/foo.md")).unwrap();
    assert!(
        file.contains("    releaseDate: 2026-05-04\n    eoas: false\n    eol: 2029-01-01\n"),
        "{file}"
    );
    assert!(
        file.contains("    releaseDate: 2025-01-10\n    eoas: false\n"),
        "{file}"
    );
    assert!(
        said.contains("eoas of 4: the source states false, the lifecycle rule gives 2026-05-04"),
        "{said}"
    );
}

#[test]
fn a_hundred_thousand_versions_are_each_looked_up() {
    // Each against each would be ten thousand million comparisons.
    let mut data = ReleaseData::new(today());
    for number in 0..100_000 {
        data.declare(
            &*format!("{number}.0"),
            parse_iso("2020-01-01").unwrap(),
            Origin::default(),
        );
    }
    let file = format!("---\n{HEAD}releases:\n  - releaseCycle: \"1\"\n    eol: false\n---\n");
    let product = Product::read("foo", "foo.md", file.into_bytes()).unwrap();
    let policy = Policy {
        add: true,
        ..Policy::default()
    };
    let plan = Plan::new(&product, Some(&data), &History::default(), &policy, today());
    let mut decisions = plan.decisions.iter();
    assert!(decisions.all(|decision| decision.change.cycle == "1"));
}
