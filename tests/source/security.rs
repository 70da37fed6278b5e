//! What SECURITY.md says: the tests that it names are there, and so is all that it lists.

use std::path::Path;

use fs_err as fs;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source below a folder, one after the other.
fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

/// Whether a test of a name stands in sources: a function with a `test` attribute above it, or
/// one of a list that `tests![` makes tests.
fn is_test(name: &str, sources: &str) -> bool {
    let listed = sources
        .split("tests![\n")
        .skip(1)
        .filter_map(|list| list.split("];").next())
        .flat_map(|list| list.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .any(|other| other == name)
        || sources.contains(&format!("tests![{name}]"));
    let marked = |(at, _)| {
        let above: &str = &sources[..at];
        let attributes = &above[above.rfind(['}', ';', '{']).unwrap_or(0)..];
        attributes.contains("#[test]") || attributes.contains("#[tokio::test")
    };
    listed || sources.match_indices(&format!("fn {name}(")).any(marked)
}

/// The rows below the header of a table that starts with these words.
fn table<'a>(text: &'a str, header: &str) -> Vec<Vec<&'a str>> {
    let (_, after) = text.split_once(header).expect(header);
    after
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

fn security() -> String {
    fs::read_to_string(root().join("SECURITY.md")).unwrap()
}

#[test]
fn each_promise_names_a_test_that_is_there() {
    let mut all = String::new();
    for folder in ["src", "tests"] {
        sources(&root().join(folder), &mut all);
    }
    assert!(is_test("each_promise_names_a_test_that_is_there", &all));
    assert!(!is_test("is_test", &all) && !is_test("no_such_test", &all));
    let text = security();
    for (header, least) in [("| Hostile input |", 25), ("| Fault |", 15)] {
        let rows = table(&text, header);
        assert!(rows.len() > least, "{header}");
        for row in rows {
            assert_eq!(row.len(), 3, "{row:?}");
            for name in row[2].split(", ") {
                let name = name.trim_matches('`');
                assert!(is_test(name, &all), "SECURITY.md: no test `{name}`");
            }
        }
    }
}

#[test]
fn each_direct_dependency_is_counted_and_has_a_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut names = Vec::new();
    let mut within = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            within = line.ends_with("dependencies]") && !line.contains("dev-");
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| within) {
            names.push(name);
        }
    }
    names.sort_unstable();
    let text = security();
    let rows = table(&text, "| Crate |");
    let told: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(told, names);
    assert!(rows.iter().all(|row| row.len() == 2 && row[1].len() > 2));
    let count = format!("These are the {} direct dependencies", names.len());
    assert!(text.contains(&count), "{count}");
}

#[test]
fn each_fuzz_target_is_listed_and_has_seeds() {
    let mut targets = Vec::new();
    for entry in fs::read_dir(root().join("fuzz/targets")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let name = name.strip_suffix(".rs").unwrap().to_owned();
        let seeds = fs::read_dir(root().join("fuzz/seeds").join(&name)).unwrap();
        assert!(seeds.count() > 0, "{name}");
        targets.push(name);
    }
    targets.sort();
    let text = security();
    let told: Vec<String> = table(&text, "| Target |")
        .iter()
        .map(|row| row[0].trim_matches('`').to_owned())
        .collect();
    assert_eq!(told, targets);
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    for target in targets {
        assert!(
            manifest.contains(&format!("name = \"{target}\"")),
            "{target}"
        );
    }
    assert!(manifest.contains("unsafe_code = \"forbid\""));
}
