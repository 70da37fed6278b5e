//! With every bound of a parser raised, the limits of a worker alone end what the bounds end
//! sooner: each product fails with a message, and the product beside them is updated.

use std::process::{Command, Output};

use fs_err as fs;

use crate::world::{World, page, product, stderr};

/// One input that takes for ever, or everything, where nothing but a worker's limits ends it.
struct Endless {
    name: &'static str,
    entry: String,
    page: String,
}

fn table(name: &'static str, page: String) -> Endless {
    Endless {
        name,
        entry: format!(
            "    - release_table: https://{name}.test/x\n      fields: {{releaseCycle: Version, eol: End}}\n"
        ),
        page,
    }
}

fn json(name: &'static str, selector: &str, page: String) -> Endless {
    Endless {
        name,
        entry: format!(
            "    - json_releases: https://{name}.test/x\n      selector: '{selector}'\n      fields: {{releaseCycle: $.a, eol: $.b}}\n"
        ),
        page,
    }
}

fn text(name: &'static str, selector: &str, page: String) -> Endless {
    Endless {
        name,
        entry: format!(
            "    - text_versions: https://{name}.test/x\n      selector: '{selector}'\n      name: version\n      date: date\n"
        ),
        page,
    }
}

/// A text so often, with the number between its parts.
fn numbered(before: &str, after: &str, times: usize) -> String {
    let texts = (0..times).map(|at| [before, &at.to_string(), after].concat());
    texts.collect()
}

fn all() -> Vec<Endless> {
    let row = "<table><tr><th>Version<th>End<tr><td>1<td>May 2021";
    vec![
        json(
            "filters",
            &format!("$[{}?@.a{}]", "?@[".repeat(30), "]".repeat(30)),
            "[[1]]".into(),
        ),
        json("values", "$[*]", format!("[{}1]", "[],".repeat(5_000_000))),
        table("deep", format!("{row}</table>{}", "<div>".repeat(200_000))),
        table("tables", row.repeat(400)),
        table(
            "format",
            format!(
                "<p>{}{}",
                numbered("<b a", "=1>", 1_000),
                "<p>x".repeat(8_192)
            ),
        ),
        table(
            "attributes",
            format!("{row}</table><p {}>", numbered(" a", "=1", 200_000)),
        ),
        text(
            "regex",
            r"(?P<version>(?s:.)*[^1\s](?P<date>x))|1",
            "1".repeat(400_000),
        ),
        text(
            "fancy",
            r"(?P<version>a)(?!(?s:.)*b)(?P<date>)",
            "a".repeat(400_000),
        ),
    ]
}

fn world() -> World {
    let world = World::new();
    world.write("products/q.md", product("https://q.test/x"));
    world.write(
        "pages/q.test/x",
        page(&["Version", "End"], &[&["1", "May 2021"]]),
    );
    for Endless { name, entry, page } in all() {
        world.write(
            format!("products/{name}.md"),
            format!(
                "---\ntitle: A\nauto:\n  methods:\n{entry}releases:\n  - releaseCycle: \"1\"\n    eol: 2020-01-01\n---\n"
            ),
        );
        world.write(format!("pages/{name}.test/x"), page);
    }
    world
}

fn raised(mut command: Command) -> Output {
    command.env("SHELFLIFE_TEST_RAISE_BOUNDS", "6");
    command.output().unwrap()
}

/// The workers that are left of this test's programs.
#[cfg(target_os = "linux")]
fn workers_in(world: &World) -> usize {
    let here = fs::canonicalize(world.path("")).unwrap();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let is_worker = |process: &std::path::Path| {
        let line = fs::read(process.join("cmdline")).unwrap_or_default();
        let at = fs::read_link(process.join("cwd")).unwrap_or_default();
        line.windows(8).any(|part| part == b"__worker") && at == here
    };
    processes
        .filter(|process| is_worker(&process.path()))
        .count()
}

#[cfg(target_os = "linux")]
#[test]
fn limits_alone_end_what_no_bound_ends() {
    let world = world();
    let said = stderr(&raised(
        world.program(&["update", "-v", "--replay", "pages"]),
    ));
    let healthy = String::from_utf8(world.read("products/q.md")).unwrap();
    assert!(healthy.contains("eol: 2021-05-31 # told"), "{said:.4000}");
    let failed = all().len();
    assert!(
        said.contains(&format!("1 changed, {failed} failed")),
        "{said:.4000}"
    );
    for Endless { name, .. } in all() {
        let start = format!("error: {name}: ");
        let (_, error) = said
            .split_once(&start)
            .unwrap_or_else(|| panic!("{name}: {said:.6000}"));
        let error = error.split("\nerror: ").next().unwrap();
        assert!(
            error.contains("takes more than") || error.contains("needs more than"),
            "{name}: {error}"
        );
    }
    for ended_by in ["takes more than", "needs more than"] {
        assert!(said.contains(ended_by), "{ended_by}: {said:.8000}");
    }
    assert!(!said.contains("panicked"), "{said:.4000}");
    assert_eq!(workers_in(&world), 0);
}
