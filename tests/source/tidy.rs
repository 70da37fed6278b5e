//! The rules of the source, as tests that read it. Each rule is shown to fail once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fs_err as fs;
use shelflife::presets::{Method, Registry};

use super::rust::{Named, code, paths};

/// The modules that see the world: the network, the disk, the environment and the clock.
const WORLDLY: [&str; 4] = ["files", "fetch", "store", "command"];

/// How long a file may be before it wants a second noun, its tests left out.
const LINES: usize = 400;

/// A source file: its path below the repository, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// Where the file stands in the tree of modules: `src/a/b.rs` is `a`, `b`.
    fn module(&self) -> Vec<&str> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut parts: Vec<&str> = path.split('/').collect();
        parts.retain(|part| !["mod", "lib", "main"].contains(part));
        parts
    }

    /// The line on which the unit tests begin, from 1; behind the last where there are none.
    fn tests(&self) -> usize {
        let before = |line: &&str| !line.starts_with("#[cfg(test)]");
        self.text.lines().take_while(before).count() + 1
    }
}

/// Every source file below a folder of the repository.
fn sources(folder: &str) -> Vec<Source> {
    let mut folders = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root()).unwrap().to_str().unwrap();
                found.push(Source::new(&path.replace('\\', "/"), &text));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 5, "few sources in {folder}");
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The modules in the order of `src/lib.rs`.
fn order(library: &str) -> Vec<String> {
    library
        .lines()
        .filter_map(|line| {
            line.trim_start_matches("pub ")
                .strip_prefix("mod ")?
                .strip_suffix(';')
        })
        .map(str::to_owned)
        .collect()
}

/// A module imports only modules listed above it in `src/lib.rs`.
fn imports(source: &Source, order: &[String]) -> Vec<String> {
    let module = source.module();
    let place = |name: &str| order.iter().position(|other| other == name);
    let Some(own) = module.first().and_then(|name| place(name)) else {
        return Vec::new();
    };
    let tests = source.tests();
    paths(&source.text)
        .into_iter()
        .filter_map(|named| {
            let depth = module.len() + usize::from(named.line >= tests);
            let up = named.path.split("::").take_while(|part| *part == "super");
            let at_root = named.path.starts_with("crate::") || up.clone().count() >= depth;
            let skip = up.count().max(1);
            let target = named.path.split("::").nth(skip).filter(|_| at_root)?;
            (place(target)? > own).then(|| {
                format!(
                    "{}:{}: {} imports {target}",
                    source.path, named.line, module[0]
                )
            })
        })
        .collect()
}

/// Only `files`, `fetch`, `store`, `command` and `main` see the world; and none but those
/// imports `files`.
fn sees_the_world(source: &Source) -> Vec<String> {
    const WORLD: [&str; 16] = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::io::stdin",
        "std::io::stdout",
        "std::io::stderr",
        "fs_err",
        "tempfile",
        "reqwest",
        "tokio::net",
        "tokio::fs",
        "tokio::process",
        "SystemTime",
        "Instant::now",
        "now_utc",
    ];
    let module = source.module();
    if module.first().is_none_or(|name| WORLDLY.contains(name)) {
        return Vec::new();
    }
    let seen = |path: &str| {
        let path = format!("::{path}::");
        WORLD
            .into_iter()
            .chain(["Utc::now", "Local::now", "crate::files"])
            .find(|world| path.contains(&format!("::{world}::")))
    };
    paths(&source.text)
        .iter()
        .filter_map(|named| {
            let world = seen(&named.path)?;
            Some(format!(
                "{}:{}: {} sees {world}",
                source.path, named.line, module[0]
            ))
        })
        .collect()
}

/// The files that a file imports by any path outside of its tests. A `mod.rs` that only
/// declares its children imports nothing.
fn imported<'a>(source: &Source, files: &BTreeMap<Vec<&str>, &'a str>) -> BTreeSet<&'a str> {
    const OWNED: [&str; 6] = ["fn", "struct", "enum", "trait", "impl", "const"];
    let lines: Vec<&str> = source.text.lines().take(source.tests() - 1).collect();
    // Who may see an item is no import.
    let named = paths(&lines.join("\n").replace("(in crate::", "("));
    let owns = |named: &Named| OWNED.contains(&named.path.as_str());
    if source.path.ends_with("/mod.rs") && !named.iter().any(owns) {
        return BTreeSet::new();
    }
    let module = source.module();
    let file = |named: &Named| {
        let parts: Vec<&str> = named.path.split("::").collect();
        let up = parts.iter().take_while(|part| **part == "super").count();
        let (base, rest) = match parts[0] {
            "crate" => (&[][..], &parts[1..]),
            "self" => (&module[..], &parts[1..]),
            _ => (&module[..module.len().checked_sub(up)?], &parts[up..]),
        };
        // The longest start of the path that is a file; without `super`, a child is named.
        let least = base.len() + usize::from(up == 0);
        let path = [base, rest].concat();
        let mut starts = (least..=path.len()).rev();
        starts.find_map(|end| files.get(&path[..end]).copied())
    };
    named
        .iter()
        .filter(|named| named.path.contains("::"))
        .filter_map(file)
        .filter(|file| *file != source.path)
        .collect()
}

/// The circles among imports: files of which each imports all others, directly or by way
/// of others. Each circle is sorted.
fn circles(sources: &[Source]) -> Vec<Vec<&str>> {
    let files: BTreeMap<Vec<&str>, &str> = sources
        .iter()
        .map(|source| (source.module(), source.path.as_str()))
        .collect();
    let imports: BTreeMap<&str, BTreeSet<&str>> = sources
        .iter()
        .map(|source| (source.path.as_str(), imported(source, &files)))
        .collect();
    let reached = |from: &str| {
        let mut found = BTreeSet::new();
        let mut next: Vec<&str> = imports[from].iter().copied().collect();
        while let Some(file) = next.pop() {
            if found.insert(file) {
                next.extend(&imports[file]);
            }
        }
        found
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        imports.keys().map(|file| (*file, reached(file))).collect();
    let circle = |file: &str| -> Vec<&str> {
        let back = |other: &&str| reached[other].contains(file);
        reached[file].iter().copied().filter(back).collect()
    };
    let circles: BTreeSet<Vec<&str>> = imports.keys().map(|file| circle(file)).collect();
    circles
        .into_iter()
        .filter(|circle| !circle.is_empty())
        .collect()
}

/// Words and phrases that have plainer ones, which stand behind them.
const REPLACED: [[&str; 2]; 35] = [
    ["can not", "cannot"],
    ["predecessor", "state the rule itself"],
    ["is no day", "is not a date"],
    ["nothing was learnt", "found no releases or versions"],
    ["gave anything", "was usable"],
    ["hardly true", "suspicious"],
    ["parted by", "separated by"],
    ["tells no time", "fetch time unknown"],
    ["has not the form", "is malformed"],
    ["is not read here", "is not supported"],
    ["Facts", "Provenance"],
    ["Told", "ResponseMeta"],
    ["Whence", "PageSource"],
    ["Learnt", "FieldValue"],
    ["Overruled", "Superseded"],
    ["PassedOver", "SkippedRow"],
    ["Passages", "RegexRows"],
    ["Shelf", "ResponseMemo"],
    ["Hop", "Fetched"],
    ["Illness", "TransientError"],
    ["Refusal", "ForbiddenError"],
    ["Trouble", "RenderError"],
    ["Watcher", "Activity"],
    ["Desk", "Batcher"],
    ["tame", "escape_workflow_commands"],
    ["give_diff", "print_diff"],
    ["console.say", "console.print_message"],
    ["hand_on", "write_github_outputs"],
    ["tells more of", "describes"],
    ["gives anything", "is usable"],
    ["kept by hand", "maintained by hand"],
    ["The sources say", "The sources give"],
    ["worked on", "being written"],
    ["old copy used", "stale copy used"],
    ["can be had", "can be fetched"],
];

/// No text says in a word that was replaced.
fn replaced(path: &str, text: &str) -> Vec<String> {
    let is_word = |at: usize, word: &str| {
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !letter(text[..at].chars().next_back()) && !letter(text[at + word.len()..].chars().next())
    };
    let found = REPLACED.iter().flat_map(|[word, instead]| {
        let places = text
            .match_indices(word)
            .filter(|(at, _)| is_word(*at, word));
        places.map(move |(at, _)| {
            let line = text[..at].matches('\n').count() + 1;
            format!("{path}:{line}: `{word}`; write `{instead}`")
        })
    });
    found.collect()
}

/// A method waits for nothing: `collect` fetches what it needs.
fn waits(source: &Source) -> Vec<String> {
    let lines = source.text.lines().zip(1..);
    let waiting = lines.filter(|(line, _)| line.contains("async ") || line.contains(".await"));
    waiting
        .filter(|_| source.module().first() == Some(&"methods"))
        .map(|(_, line)| format!("{}:{line} waits", source.path))
        .collect()
}

/// Every method is in the registry, under the name of its file, and has a fixture; it is
/// listed among those that need a browser if it always has its pages rendered.
fn methods(sources: &[Source], registry: &[&str], fixtures: &[String]) -> Vec<String> {
    let mut failures = Vec::new();
    if !registry.is_sorted() {
        failures.push("src/methods/registry.rs: METHODS is not sorted by name".to_owned());
    }
    for source in sources {
        let [parent, file] = source.module()[..] else {
            continue;
        };
        if parent != "methods" || !code(&source.text).contains("impl Method for ") {
            continue;
        }
        let Some(name) = source
            .text
            .split_once("const NAME: &'static str = \"")
            .and_then(|(_, rest)| Some(rest.split_once('"')?.0))
        else {
            failures.push(format!("{}: a method without NAME", source.path));
            continue;
        };
        if name.replace('-', "_") != file {
            failures.push(format!(
                "{}: method `{name}` has a file of another name",
                source.path
            ));
        }
        if !registry.contains(&name) {
            failures.push(format!(
                "{}: method `{name}` is not in METHODS",
                source.path
            ));
        }
        if code(&source.text).contains(".with_render(") != source.text.contains("Kind::Browser;") {
            failures.push(format!(
                "{}: method `{name}` needs a browser, or is said to",
                source.path
            ));
        }
        if !fixtures.iter().any(|fixture| fixture == name) {
            failures.push(format!(
                "{}: method `{name}` has no fixtures/{name}/",
                source.path
            ));
        }
    }
    failures
}

/// A file says at its top what it is for, has a noun for a name, and ends before it is long.
fn shape(source: &Source) -> Vec<String> {
    const NO_NOUNS: [&str; 6] = ["utils", "helpers", "common", "types", "models", "manager"];
    let mut failures = Vec::new();
    let mut fail = |what: &str| failures.push(format!("{}: {what}", source.path));
    let doc: String = source
        .text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .take_while(|line| !line.trim().is_empty())
        .collect();
    if doc
        .split_once('.')
        .is_none_or(|(sentence, _)| sentence.trim().len() <= 10)
    {
        fail("opens with no `//!` sentence that says what it is for");
    }
    let parts = source.path.trim_end_matches(".rs").split('/');
    for part in parts.filter(|part| NO_NOUNS.contains(part)) {
        fail(&format!("`{part}` is not a noun of this program"));
    }
    if source.tests() > LINES {
        fail(&format!(
            "longer than {LINES} lines: look for the second noun"
        ));
    }
    failures
}

/// Nothing leaves the process or speaks on its own, and no word is left for later.
fn words(source: &Source) -> Vec<String> {
    const MACROS: [&str; 7] = [
        "print",
        "println",
        "eprint",
        "eprintln",
        "dbg",
        "todo",
        "unimplemented",
    ];
    let exits = |code: &str| code.contains("process::exit") || code.contains("process::abort");
    let machine = ["work", "root", "home"].map(|folder| format!("/{folder}/"));
    let later =
        ["TO", "FIX"].map(|start| format!("{start}{}", if start == "TO" { "DO" } else { "ME" }));
    let code = code(&source.text);
    let mut failures = Vec::new();
    for ((line, code), number) in source.text.lines().zip(code.lines()).zip(1..) {
        let mut fail = |what: &str| failures.push(format!("{}:{number}: {what}", source.path));
        if exits(code) {
            fail("only `main` ends the process, by its return value");
        }
        let called = |name: &str| {
            code.match_indices(&format!("{name}!"))
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        if source.path.starts_with("src/") && MACROS.iter().any(|name| called(name)) {
            fail("only the console speaks");
        }
        for word in machine
            .iter()
            .chain(&later)
            .filter(|word| line.contains(*word))
        {
            fail(&format!("`{word}` has no place here"));
        }
    }
    failures
}

/// Every source is held against a rule; the failures are shown together.
fn hold(sources: &[Source], rule: impl Fn(&Source) -> Vec<String>) {
    let failures: Vec<String> = sources.iter().flat_map(rule).collect();
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn a_module_imports_only_modules_above_it() {
    let library = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let order = order(&library);
    assert!(
        order.len() > 10 && order.contains(&"plan".to_owned()),
        "{order:?}"
    );
    let sources = sources("src");
    for name in &order {
        assert!(
            sources
                .iter()
                .any(|source| source.module().first() == Some(&name.as_str())),
            "{name}"
        );
    }
    hold(&sources, |source| imports(source, &order));
}

#[test]
fn a_wrong_import_is_named_with_its_line() {
    let order = ["text", "extract", "methods", "merge"].map(str::to_owned);
    let failures = |path, text| imports(&Source::new(path, text), &order);
    let table = "src/extract/table.rs";
    assert_eq!(
        failures(table, "//! A.\n\nuse crate::methods::Method;\n"),
        ["src/extract/table.rs:3: extract imports methods"]
    );
    for text in [
        "fn f() -> crate::methods::X {}",
        "use crate::{text::trim, methods::X};",
        "use super::super::methods::X;",
        "use super::super::{text, methods};",
        "#[cfg(test)]\nmod tests {\n use super::super::super::methods::X;\n}",
    ] {
        assert_eq!(failures(table, text).len(), 1, "{text}");
    }
    assert_eq!(failures("src/extract/mod.rs", "use super::merge;").len(), 1);
    assert_eq!(failures("src/text.rs", "use super::merge;").len(), 1);
    for text in [
        "use crate::text::trim;",
        "use super::field::X;",
        "use crate::extract::field::X;",
        "// use crate::methods::X;",
        "const X: &str = \"crate::methods::X\";",
        "#[cfg(test)]\nmod tests {\n use super::super::methods;\n}",
    ] {
        assert_eq!(failures(table, text), [""; 0], "{text}");
    }
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    let mut sources = sources("src");
    sources.retain(|source| !source.path.ends_with("/tests.rs"));
    let circles = circles(&sources);
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn a_circle_is_found_by_every_kind_of_path() {
    let found = |a: &str, b: &str, parent: &str| {
        let sources = [
            Source::new("src/x/a.rs", a),
            Source::new("src/x/b.rs", b),
            Source::new("src/x/mod.rs", parent),
            Source::new("src/y.rs", "use crate::x::a::A;"),
        ];
        let circles = circles(&sources);
        circles
            .iter()
            .map(|circle| circle.join(" "))
            .collect::<Vec<_>>()
    };
    let declares = "mod a;\nmod b;\npub use a::A;";
    for b in [
        "use super::a::A;",
        "fn f() -> crate::x::a::A {}",
        "use super::{a, c};",
        "use crate::y::Y;",
        "use crate::{y::Y, z};",
    ] {
        let circle = found("use super::b::B;", b, declares);
        assert_eq!(circle.len(), 1, "{b}");
        assert!(circle[0].starts_with("src/x/a.rs src/x/b.rs"), "{circle:?}");
    }
    assert_eq!(
        found("use super::X;", "", "mod a;\npub use a::A;\nstruct X;"),
        ["src/x/a.rs src/x/mod.rs"]
    );
    for (a, b) in [
        ("use super::A;", ""),
        ("use super::b::B;", "// use super::a::A;"),
        ("use super::b::B;", "pub(in crate::x::a) fn f() {}"),
        (
            "use super::b::B;",
            "#[cfg(test)]\nmod tests {\n use crate::x::a::A;\n}",
        ),
    ] {
        assert_eq!(found(a, b, declares), [""; 0], "{a} {b}");
    }
}

#[test]
fn only_files_fetch_store_and_command_see_the_world() {
    hold(&sources("src"), sees_the_world);
}

#[test]
fn a_look_at_the_world_is_named_with_its_line() {
    let failures = |path, text| sees_the_world(&Source::new(path, text));
    assert_eq!(
        failures("src/merge/mod.rs", "//! A.\n\nuse std::fs;\n"),
        ["src/merge/mod.rs:3: merge sees std::fs"]
    );
    for text in [
        "use fs_err as fs;",
        "use std::{fmt, env};",
        "fn f() { chrono::Utc::now(); }",
        "fn f() { Utc::now(); }",
        "use std::time::SystemTime;",
        "fn f() { std::time::Instant::now(); }",
        "use tokio::net::TcpStream;",
        "fn f() { reqwest::get(x) }",
        "use crate::files;",
        "use crate::{files::read, text};",
    ] {
        assert_eq!(failures("src/merge/mod.rs", text).len(), 1, "{text}");
    }
    for (path, text) in [
        ("src/store/mod.rs", "use std::fs;"),
        ("src/store/mod.rs", "use crate::files;"),
        ("src/main.rs", "use std::process::ExitCode;"),
        ("src/merge/mod.rs", "env!(\"CARGO_PKG_NAME\"); // std::fs"),
    ] {
        assert_eq!(failures(path, text), [""; 0], "{text}");
    }
}

#[test]
fn every_method_is_registered_and_has_a_fixture() {
    let registry: Vec<&str> = shelflife::methods::METHODS
        .iter()
        .map(|entry| entry.name)
        .collect();
    let mut fixtures = Vec::new();
    for entry in fs::read_dir(root().join("fixtures")).unwrap() {
        fixtures.push(entry.unwrap().file_name().into_string().unwrap());
    }
    let failures = methods(&sources("src"), &registry, &fixtures);
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
    let all = Registry::default();
    let mut all: Vec<&str> = all.methods().iter().map(Method::name).collect();
    all.sort_unstable();
    fixtures.sort();
    assert_eq!(fixtures, all);
}

#[test]
fn words_that_were_replaced_stay_away() {
    let mut found = Vec::new();
    for source in sources("src") {
        found.extend(replaced(&source.path, &source.text));
    }
    for (page, text) in super::links::pages() {
        found.extend(replaced(&page, &text));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    let text = "// It can not.\nlet a = Told::new(Retold);";
    assert_eq!(
        replaced("a.rs", text),
        [
            "a.rs:1: `can not`; write `cannot`",
            "a.rs:2: `Told`; write `ResponseMeta`"
        ]
    );
}

#[test]
fn a_method_waits_for_nothing() {
    let waiting: Vec<String> = sources("src").iter().flat_map(waits).collect();
    assert_eq!(waiting, [""; 0]);
    let failures = |path, text| waits(&Source::new(path, text));
    let waiting = "fn a() {\n    async move { page.await }\n}";
    assert_eq!(
        failures("src/methods/npm.rs", waiting),
        ["src/methods/npm.rs:2 waits"]
    );
    assert_eq!(failures("src/collect.rs", waiting), [""; 0]);
}

#[test]
fn a_method_that_was_forgotten_is_named() {
    let method =
        |name: &str| format!("impl Method for X {{\n const NAME: &'static str = \"{name}\";\n}}");
    let failures = |path, name, registry: &[&str], fixtures: &[&str]| {
        let fixtures: Vec<String> = fixtures.iter().map(ToString::to_string).collect();
        methods(&[Source::new(path, &method(name))], registry, &fixtures)
    };
    let path = "src/methods/amazon_eks.rs";
    let eks = "amazon-eks";
    assert_eq!(failures(path, eks, &[eks, "npm"], &[eks]), [""; 0]);
    assert_eq!(
        failures(path, eks, &["npm"], &[eks]),
        ["src/methods/amazon_eks.rs: method `amazon-eks` is not in METHODS"]
    );
    assert_eq!(failures(path, eks, &[eks], &["npm"]).len(), 1);
    assert_eq!(failures(path, eks, &["npm", eks], &[eks]).len(), 1);
    assert_eq!(failures("src/methods/eks.rs", eks, &[eks], &[eks]).len(), 1);
}

#[test]
fn every_file_says_what_it_is_for_and_ends_before_it_is_long() {
    hold(&sources("src"), shape);
    hold(&sources("tests"), |source| {
        let mut failures = shape(source);
        failures.retain(|failure| !failure.contains("longer than"));
        failures
    });
}

#[test]
fn a_file_that_says_nothing_or_is_long_is_named() {
    let doc = "//! Text to date.\n";
    let failures = |path, text: &str| shape(&Source::new(path, text)).len();
    assert_eq!(failures("src/date.rs", doc), 0);
    assert_eq!(failures("src/date.rs", "use a;\n"), 1);
    assert_eq!(failures("src/date.rs", "//!\n//! Text to date.\n"), 1);
    assert_eq!(failures("src/merge/utils.rs", doc), 1);
    assert_eq!(failures("src/common/mod.rs", doc), 1);
    let long = format!("{doc}{}", "x\n".repeat(LINES));
    assert_eq!(failures("src/date.rs", &long), 1);
    let long_tests = format!("{doc}#[cfg(test)]\n{}", "x\n".repeat(LINES));
    assert_eq!(failures("src/date.rs", &long_tests), 0);
}

#[test]
fn nothing_exits_prints_or_is_left_for_later() {
    hold(&sources("src"), words);
    hold(&sources("tests"), words);
}

#[test]
fn a_word_without_a_place_is_named_with_its_line() {
    let failures = |text: &str| words(&Source::new("src/date.rs", text));
    assert_eq!(
        failures("\nstd::process::exit(1);"),
        ["src/date.rs:2: only `main` ends the process, by its return value"]
    );
    let later = format!("// {}DO: more", "TO");
    let machine = format!("\"/{}/x\"", "work");
    for text in [
        "println!();",
        "if x { eprintln!() }",
        "dbg!(x)",
        &later,
        &machine,
    ] {
        assert_eq!(failures(text).len(), 1, "{text}");
    }
    for text in ["// println!()", "myprintln!()", "std::process::ExitCode"] {
        assert_eq!(failures(text), [""; 0], "{text}");
    }
}
