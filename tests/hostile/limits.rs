//! With every bound of a parser raised, the limits of a worker alone end what the bounds end
//! sooner: each product fails with a message, and the product beside them is updated.

use std::process::{Command, Output};

#[cfg(target_os = "linux")]
use crate::world::workers_in;
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

/// Endless inputs, and healthy products.
fn world(endless: impl IntoIterator<Item = Endless>, healthy: &[&str]) -> World {
    let world = World::new();
    for name in healthy {
        world.write(
            format!("products/{name}.md"),
            product(&format!("https://{name}.test/x")),
        );
        world.write(
            format!("pages/{name}.test/x"),
            page(&["Version", "End"], &[&["1", "May 2021"]]),
        );
    }
    for Endless { name, entry, page } in endless {
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

fn is_updated(world: &World, name: &str) -> bool {
    let file = String::from_utf8(world.read(&format!("products/{name}.md"))).unwrap();
    file.contains("eol: 2021-05-31 # told")
}

/// Raises all bounds but those of a worker, of which this is its time.
fn raise(command: &mut Command, seconds: &str) {
    command.env("SHELFLIFE_TEST_RAISE_BOUNDS", seconds);
}

fn raised(mut command: Command) -> Output {
    raise(&mut command, "4");
    command.output().unwrap()
}

/// Where all waited in one queue, the healthy products would be reached only when most of the others
/// had used their time, which is more than this test waits for.
#[cfg(target_os = "linux")]
#[test]
fn pages_that_take_long_hold_up_one_another_and_nobody_else() {
    let pattern = r"(?P<version>(?s:.)*[^1\s](?P<date>x))|1";
    let slow = ["a1", "a2", "a3", "a4", "a5", "a6"];
    let slow = slow.map(|name| text(name, pattern, "1".repeat(400_000)));
    let healthy = ["q1", "q2", "q3"];
    let world = world(slow, &healthy);
    let mut command = world.program(&["update", "--replay", "pages", "--deadline", "50s"]);
    raise(&mut command, "35");
    let mut program = command.spawn().unwrap();
    while program.try_wait().unwrap().is_none() {
        if healthy.iter().all(|name| is_updated(&world, name)) {
            let id = rustix::process::Pid::from_child(&program);
            rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
            program.wait().unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    for name in healthy {
        assert!(is_updated(&world, name), "{name}");
    }
    assert_eq!(workers_in(&world.path("")).len(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_page_of_any_preset_is_tried_first() {
    let world = World::new();
    // Names before and behind it: a worker knows all presets.
    for name in ["a", "b", "c"] {
        let preset = format!(
            "# Versions of a page.\n#\n# ```yaml\n# - {name}: https://a.test/x\n# ```\nmethods:\n  - text_versions: ${{argument}}\n    selector: '(?P<version>(?s:.)*[^1\\s](?P<date>x))|1'\n    name: version\n    date: date\n"
        );
        world.write(format!("presets/{name}.yaml"), preset);
        world.write(
            format!("products/{name}.md"),
            format!("---\ntitle: A\nauto:\n  methods:\n    - {name}: https://a.test/x\nreleases:\n  - releaseCycle: \"1\"\n---\n"),
        );
    }
    world.write("pages/a.test/x", "1".repeat(60_000));
    let mut command = world.program(&["update", "-v", "--replay", "pages"]);
    raise(&mut command, "1");
    let said = stderr(&command.output().unwrap());
    for name in ["a", "b", "c"] {
        let (_, error) = said.split_once(&format!("error: {name}: ")).unwrap();
        let error = error.split("\nerror: ").next().unwrap();
        assert!(error.contains("takes more than"), "{said:.4000}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn limits_alone_end_what_no_bound_ends() {
    let world = world(all(), &["q"]);
    let said = stderr(&raised(
        world.program(&["update", "-v", "--replay", "pages"]),
    ));
    assert!(is_updated(&world, "q"), "{said:.4000}");
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
    assert_eq!(workers_in(&world.path("")).len(), 0);
}
