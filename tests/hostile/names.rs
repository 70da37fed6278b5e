//! No name, URL or text of a stranger reaches a path or breaks what is printed.

#![cfg(unix)]

use std::path::PathBuf;
use std::process::{Command, Output};

use shelflife::product::Product;
use shelflife::text::collapse;

use crate::world::{World, page, product, stderr};

/// Texts that turn, move, clear or flood a terminal, or lead out of a folder.
fn odd_texts() -> Vec<String> {
    let odd = [
        "a\u{1b}[31mb",
        "a\u{1b}]0;x\u{7}",
        "a\u{9b}2J",
        "a\u{202e}b\u{2066}",
        "a\u{7f}\u{8}\u{85}",
        "\u{feff}a\u{200b}",
        "../../../etc/passwd",
        "/etc/passwd",
        "..",
        "a\\..\\b",
        "a: b # c",
        "---",
        "%s%n",
        "$(id)",
        "'\"`",
        "a\u{1f916}b",
    ];
    let flood = [
        "x".repeat(100_000),
        "9.".repeat(50_000),
        "\u{1b}\u{202e}".repeat(20_000),
    ];
    odd.into_iter().map(str::to_owned).chain(flood).collect()
}

/// Checks that no character of a text is unseen.
fn is_seen(text: &str) {
    for line in text.lines() {
        let hidden = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        assert!(!line.contains(hidden), "{line:?}");
    }
}

/// Checks that a text has no character that is not seen, and no line without end.
fn is_clean(text: &str) {
    is_seen(text);
    for line in text.lines() {
        assert!(line.chars().count() < 20_000, "{line:.300}…");
    }
}

/// Checks an outcome: a code of our own, nobody panicked, and what is said is clean.
fn is_decent(output: &Output, codes: &[i32]) -> String {
    let said = stderr(output);
    assert!(
        codes.contains(&output.status.code().unwrap()),
        "{said:.2000}"
    );
    assert!(
        !said.contains("panicked") && !said.contains("fault of shelflife"),
        "{said:.2000}"
    );
    is_clean(&said);
    said
}

/// Standard output as JSON; every character of it is seen.
fn json(output: &Output) -> serde_json::Value {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    is_seen(text);
    serde_json::from_str(text).unwrap()
}

/// `git apply`, with nobody's settings, in the folder of a world.
fn git_apply(world: &World, options: &[&str], diff: &[u8]) -> Output {
    world.write("the.diff", diff);
    Command::new("git")
        .arg("apply")
        .args(options)
        .arg("the.diff")
        .current_dir(world.path(""))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CEILING_DIRECTORIES", world.path("").parent().unwrap())
        .env("HOME", world.path(""))
        .output()
        .unwrap()
}

/// The diff of a dry run is taken by git, and makes of the files what a run makes of them.
fn diff_is_taken_by_git(world: &World, paths: &[String]) {
    let old: Vec<Vec<u8>> = paths.iter().map(|path| world.read(path)).collect();
    let dry = world.update(&["--dry-run"]);
    is_decent(&dry, &[0]);
    for (path, old) in paths.iter().zip(&old) {
        assert_eq!(&world.read(path), old, "a dry run wrote {path:?}");
    }
    let check = git_apply(world, &["--check"], &dry.stdout);
    let diff = String::from_utf8_lossy(&dry.stdout);
    assert!(check.status.success(), "{}\n{diff}", stderr(&check));
    assert!(git_apply(world, &[], &dry.stdout).status.success());
    let patched: Vec<Vec<u8>> = paths.iter().map(|path| world.read(path)).collect();
    for (path, old) in paths.iter().zip(&old) {
        world.write(path, old);
    }
    is_decent(&world.update(&[]), &[0]);
    for ((path, old), patched) in paths.iter().zip(&old).zip(&patched) {
        assert_ne!(patched, old, "{path:?}");
        assert_eq!(&world.read(path), patched, "{path:?}");
    }
}

fn end_page() -> String {
    page(&["Version", "End"], &[&["1", "May 2021"]])
}

#[test]
fn a_product_name_on_the_command_line_is_no_path() {
    let world = World::new();
    world.write("products/p.md", product("https://a.test/x"));
    world.write("q.md", product("https://a.test/x"));
    world.write("pages/a.test/x", end_page());
    let before = world.files();
    let mut names = odd_texts();
    names.extend(["../q", "./p", "p.md", "p/", "", ".", "*", "~", "a\nb"].map(str::to_owned));
    for name in names {
        let is_path = name == "p.md" || name.contains('/');
        let product = format!("--product={name}");
        for more in [&["--", &name][..], &[&product]] {
            let said = is_decent(&world.update(&[&["-p", "products"], more].concat()), &[2]);
            let first = said.lines().next().unwrap();
            if is_path {
                assert!(first.ends_with(" is not in the folder products"), "{said}");
            } else {
                assert!(first.starts_with("error: no product `"), "{said}");
            }
            assert_eq!(first.matches("error").count(), 1);
            assert!(said.lines().count() <= 2, "{said}");
        }
        // Without a folder, a path names one; and there is no such file in it.
        if is_path {
            is_decent(&world.update(&[&product]), &[2]);
        }
    }
    assert!(world.files() == before, "a file was written");
}

#[test]
fn odd_names_of_files_break_neither_lines_nor_diffs() {
    let world = World::new();
    world.write("pages/a.test/x", end_page());
    let names = [
        "a\nb",
        "a\u{1b}[31mb",
        "a\u{202e}b",
        "-rf",
        "a b",
        " a ",
        "é\u{1f916}",
        "\"q\"",
        "a\\b",
        "a\tb",
        "$(id)",
        "a%20b",
        "CON",
    ];
    let paths: Vec<String> = names
        .iter()
        .map(|name| format!("products/{name}.md"))
        .collect();
    for path in &paths {
        world.write(path, product("https://a.test/x"));
    }
    world.write("products/.hidden.md", product("https://a.test/x"));
    let output = world.update(&["--dry-run", "--format", "json"]);
    is_decent(&output, &[0]);
    let document = json(&output);
    let mut told: Vec<&str> = document["products"]
        .as_array()
        .unwrap()
        .iter()
        .map(|product| product["product"].as_str().unwrap())
        .collect();
    told.sort_unstable();
    let mut expected = names.to_vec();
    expected.sort_unstable();
    assert_eq!(told, expected);
    diff_is_taken_by_git(&world, &paths);
    let hidden = world.read("products/.hidden.md");
    assert_eq!(hidden, product("https://a.test/x").into_bytes());
}

#[test]
fn a_file_name_that_is_no_utf8_stops_no_other_product() {
    use std::os::unix::ffi::OsStrExt as _;
    let world = World::new();
    world.write("pages/a.test/x", end_page());
    world.write("products/p.md", product("https://a.test/x"));
    let name = std::ffi::OsStr::from_bytes(b"products/\xff.md");
    world.write(PathBuf::from(name), product("https://a.test/x"));
    let said = is_decent(&world.update(&[]), &[0]);
    let note = "is not read: its name is not UTF-8; rename it";
    assert_eq!(said.matches(note).count(), 1, "{said}");
    let check = world.program(&["check"]).output().unwrap();
    assert!(stderr(&check).contains(note), "{}", stderr(&check));
    assert_ne!(
        world.read("products/p.md"),
        product("https://a.test/x").into_bytes()
    );
}

#[test]
fn texts_of_a_page_break_neither_lines_nor_files() {
    let world = World::new();
    let file = product("https://a.test/x").replace(
        "        eol: End\n",
        "        codename: Name\n        eol: End\n    - version_table: https://a.test/x\n      name_column: Name\n      date_column: Day\n      regex: '(?s)^(?P<v>.+)$'\n      template: '{{v}}'\n",
    ).replace("releaseCycle: Version", "releaseCycle:\n          column: Version\n          regex: '(?s)^(?P<value>.+)$'");
    for text in odd_texts()
        .iter()
        .chain(&["a\nb".to_owned(), "1\r\n\t2".to_owned()])
    {
        let shown = text.replace('&', "&amp;").replace('<', "&lt;");
        let rows: [&[&str]; 3] = [
            &["1", &shown, "May 2021", "2020-01-01"],
            &[&shown, &shown, &shown, "2020-01-01"],
            &["2", &shown, &shown, &shown],
        ];
        world.write("products/p.md", &file);
        world.write(
            "pages/a.test/x",
            page(&["Version", "Name", "End", "Day"], &rows),
        );
        let output = world.update(&["--dry-run", "--format", "json", "-v"]);
        is_decent(&output, &[0]);
        assert_eq!(json(&output)["products"][0]["status"], "updated");
        let try_arguments = ["try", "products/p.md", "--replay", "pages", "-v"];
        let output = world.program(&try_arguments).output().unwrap();
        is_decent(&output, &[0]);
        is_clean(std::str::from_utf8(&output.stdout).unwrap());
        let output = world
            .program(&[&try_arguments[..], &["--format", "json"]].concat())
            .output()
            .unwrap();
        is_decent(&output, &[0]);
        json(&output);
        diff_is_taken_by_git(&world, &["products/p.md".to_owned()]);
        let written = Product::read("p", "p.md", world.read("products/p.md")).unwrap();
        let cycle = written.cycles().next().unwrap();
        // What nobody could read is not written; the row's other values are.
        let is_refused = collapse(text).chars().count() > 1_000
            || collapse(text).contains(shelflife::text::is_hidden);
        for field in ["codename", "latest"] {
            let value = cycle.value(field).map(|value| value.to_string());
            assert!(value.is_none() || !is_refused, "{field}: {value:.200?}");
            let value = value.unwrap_or_default();
            assert!(
                collapse(text).contains(value.trim()) || value == "1",
                "{value:.200}"
            );
        }
        assert_eq!(cycle.value("codename").is_none(), is_refused, "{text:.200}");
        let known = [
            "releaseCycle",
            "eol",
            "codename",
            "latest",
            "latestReleaseDate",
        ];
        for (key, _) in cycle.node().entries() {
            assert!(known.contains(&key.text().unwrap()), "a page added {key:?}");
        }
    }
}

#[test]
fn a_name_of_a_cycle_breaks_no_line() {
    let world = World::new();
    for text in odd_texts() {
        let quoted = serde_json::to_string(&text)
            .unwrap()
            .replace('\u{7f}', "\\x7f")
            .replace('\u{85}', "\\x85")
            .replace('\u{9b}', "\\x9b");
        let file = product("https://a.test/x")
            .replace("releaseCycle: \"1\"", &format!("releaseCycle: {quoted}"))
            .replace("        releaseCycle: Version", "        releaseCycle:\n          column: Version\n          regex: '(?s)^(?P<value>.+)$'");
        world.write("products/p.md", &file);
        let shown = text.replace('<', "&lt;");
        world.write(
            "pages/a.test/x",
            page(&["Version", "End"], &[&[&shown, "May 2021"]]),
        );
        is_decent(&world.update(&["-v"]), &[0]);
        let output = world.update(&["--dry-run", "--format", "json"]);
        is_decent(&output, &[0]);
        json(&output);
    }
}

#[test]
fn no_url_of_a_product_file_writes_outside_its_folder() {
    let world = World::new();
    let long = format!("https://a.test/{}", "x/".repeat(50_000));
    let urls = [
        "https://a.test/../../../../secret",
        "https://a.test/%2e%2e/%2E%2e/secret",
        "https://a.test/..%2f..%2fsecret",
        r"https://a.test/..\..\secret",
        "https://../../secret",
        "https://../secret",
        "https://a.test/x?../../../y",
        "https://a.test/\u{1b}[31m\u{202e}",
        "https://a.test/a%00b",
        "https://a.test/%1b%5b31m",
        "https://user:pa55@a.test/y",
        "file:///etc/passwd",
        "data:text/html,x",
        "javascript:x",
        "//etc/passwd",
        "/etc/passwd",
        "../secret",
        r"\\host\share",
        "http://[::1]/",
        "http://127.0.0.1/",
        "",
        "https://",
        "https://a.test:99999/",
        &long,
    ];
    for (number, url) in urls.iter().enumerate() {
        let url = serde_json::to_string(url).unwrap();
        world.write(format!("products/p{number}.md"), product(&url));
    }
    world.write("secret", end_page());
    for answered in ["secret", "x@..%2F..%2F..%2Fy", "%1b%5b31m", "y"] {
        world.write(format!("pages/a.test/{answered}"), end_page());
    }
    let outside = || {
        let mut files = world.files();
        files.retain(|(path, _)| {
            !path.starts_with(world.path("a")) && !path.starts_with(world.path("products"))
        });
        files
    };
    let before = outside();
    for record in ["a/deep/recorded", "a/deep/recorded.har"] {
        let said = is_decent(&world.update(&["--record", record, "-v"]), &[1]);
        assert!(!said.contains("pa55"), "{said}");
        assert!(
            said.lines().all(|line| line.chars().count() < 2_000),
            "a URL floods the report"
        );
        assert!(outside() == before, "a file was written outside");
    }
    let recorded = world.files();
    let recorded: Vec<&PathBuf> = recorded
        .iter()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with(world.path("a")))
        .collect();
    let below = |path: &&&PathBuf| path.starts_with(world.path("a/deep/recorded/a.test"));
    assert!(recorded.iter().filter(below).count() >= 2, "{recorded:?}");
    assert!(
        recorded
            .iter()
            .all(|path| below(&path) || path.ends_with("a/deep/recorded.har")),
        "{recorded:?}"
    );
    assert!(
        world
            .files()
            .iter()
            .filter(|(path, _)| path.starts_with(world.path("products")))
            .count()
            == urls.len()
    );
}

#[test]
fn git_apply_takes_a_diff_of_odd_bytes() {
    let world = World::new();
    world.write("pages/a.test/x", end_page());
    let plain = product("https://a.test/x");
    let files: [(&str, Vec<u8>); 6] = [
        ("crlf", plain.replace('\n', "\r\n").into_bytes()),
        ("no-end", plain.trim_end().into()),
        (
            "ends-with-dashes",
            plain.strip_suffix("\n\nBody\n").unwrap().into(),
        ),
        ("mark", format!("\u{feff}{plain}").into_bytes()),
        (
            "no-text",
            [plain.trim_end().as_bytes(), b"\xff\xfe\x80 \xe2\x80\n\xc3"].concat(),
        ),
        (
            "controls",
            format!("{}\u{1b}\u{c}\u{85}\u{2028}\rx\n", plain.trim_end()).into_bytes(),
        ),
    ];
    let mut paths = Vec::new();
    for (name, file) in files {
        let path = format!("products/{name}.md");
        world.write(&path, file);
        paths.push(path);
    }
    diff_is_taken_by_git(&world, &paths);
}
