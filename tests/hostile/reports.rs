//! Texts of strangers in every form in which a run is reported: they are seen as they are, they
//! command nobody, and they mark up nothing.

use std::fmt::Write as _;
use std::process::Output;

use shelflife::text::is_hidden;

use crate::world::{World, page, stderr};

/// Names that look like another, hide a part, turn round what follows, command a runner, or mark
/// up a report.
const NAMES: [&str; 14] = [
    "\u{430}mazon",   // Cyrillic a
    "g\u{3bf}dot",    // Greek o
    "php\u{200b}",    // zero width
    "abc\u{202e}dm.", // turned round
    "\u{2066}iso\u{2069}",
    "tag\u{e0041}", // invisible letter
    "soft\u{ad}hyphen",
    "::set-output name=a::b",
    "::error::x%0A::warning::y",
    "##[command]rm",
    "<img src=x onerror=alert(1)>",
    "[click](https:⁄⁄evil.test) @everyone #1",
    "`code` | cell | ![x](y)",
    "</td></tr></table> <!-- -->",
];

/// Folders hold no slash, so a name of a file has none.
fn as_file(name: &str) -> String {
    name.replace('/', "⁄")
}

/// A world with a product of each name, whose page says the name in every place.
fn world() -> World {
    let world = World::new();
    for (number, name) in NAMES.iter().enumerate() {
        let quoted = serde_json::to_string(name).unwrap();
        let file = format!(
            "---\ntitle: {quoted}\nauto:\n  methods:\n    - release_table: https://a.test/{number}\n      fields:\n        releaseCycle: {{column: Version, regex: '^(?P<value>.+)$'}}\n        codename: Name\n        eol: End\nreleases:\n  - releaseCycle: \"1\"\n    eol: 2020-01-01\n  - releaseCycle: {quoted}\n    eol: 2020-01-01\n---\n"
        );
        world.write(format!("products/{}.md", as_file(name)), file);
        let shown = name.replace('&', "&amp;").replace('<', "&lt;");
        let rows: [&[&str]; 4] = [
            &["1", &shown, "May 2021"],
            &[&shown, &shown, "May 2021"],
            &[&format!("new {shown}"), &shown, "May 2021"],
            &[&format!("bad {shown}"), &shown, &shown],
        ];
        world.write(
            format!("pages/a.test/{number}"),
            page(&["Version", "Name", "End"], &rows),
        );
        // One that fails, and says so in the words of its file.
        let missing = serde_json::to_string(&format!("https://a.test/{name}")).unwrap();
        let failing = format!(
            "---\nauto:\n  methods:\n    - release_table: {missing}\n      selector: {quoted}\n      fields: {{releaseCycle: {quoted}}}\nreleases: []\n---\n"
        );
        world.write(format!("products/fails {}.md", as_file(name)), failing);
    }
    world
}

/// What a run prints, with what it hands on to a job.
fn run(world: &World, arguments: &[&str], in_job: bool) -> (Output, Vec<(String, String)>) {
    let mut command = world.program(arguments);
    if in_job {
        command
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_OUTPUT", world.path("output"))
            .env("GITHUB_STEP_SUMMARY", world.path("summary"));
    }
    let output = command.output().unwrap();
    let mut texts = vec![
        (
            "stdout".to_owned(),
            String::from_utf8(output.stdout.clone()).unwrap(),
        ),
        ("stderr".to_owned(), stderr(&output)),
    ];
    for file in ["output", "summary", "known"] {
        if world.path(file).exists() {
            let text = String::from_utf8(world.read(file)).unwrap();
            texts.push((file.to_owned(), text));
        }
    }
    (output, texts)
}

const COMMANDS: [&[&str]; 5] = [
    &["update", "--replay", "pages", "--dry-run", "-v"],
    &[
        "update",
        "--replay",
        "pages",
        "--dry-run",
        "--format",
        "json",
        "-v",
    ],
    &["update", "--replay", "pages", "--known", "known"],
    &[
        "collect",
        "--replay",
        "pages",
        "--release-data",
        "data",
        "-v",
    ],
    &["check"],
];

#[test]
fn hidden_and_look_alike_characters_are_escaped_in_every_report() {
    for arguments in COMMANDS {
        let world = world();
        for in_job in [false, true] {
            let mut escaped = 0;
            let (output, texts) = run(&world, arguments, in_job);
            assert!(
                matches!(output.status.code(), Some(0 | 1)),
                "{arguments:?} {output:?}"
            );
            let is_diff = arguments.contains(&"--dry-run") && !arguments.contains(&"json");
            for (form, text) in texts {
                // A diff is for `git apply`: it holds the bytes of the file.
                if is_diff && form == "stdout" {
                    continue;
                }
                escaped += text.matches("\\u{").count();
                let hidden = |c: char| c != '\n' && is_hidden(c);
                let line = text.lines().find(|line| line.contains(hidden));
                assert_eq!(line, None, "{arguments:?} {form}");
                if !arguments.contains(&"json") {
                    // What is to be pasted into a file is shown as it is to be there.
                    let lines = text.lines();
                    let lines: Vec<&str> = lines
                        .filter(|line| !line.trim_start().starts_with("codename: "))
                        .collect();
                    let text = lines.join("\n");
                    for name in ["\u{430}mazon", "g\u{3bf}dot"] {
                        assert!(
                            !text.contains(name),
                            "{arguments:?} {form} shows {name:?} as it looks"
                        );
                    }
                }
            }
            assert!(escaped > 0, "{arguments:?} shows none of the names");
        }
    }
}

#[test]
fn no_line_of_a_job_is_a_workflow_command() {
    for arguments in COMMANDS {
        let world = world();
        let (_, texts) = run(&world, arguments, true);
        let (mut seen, mut annotations) = (String::new(), 0);
        for (form, text) in texts
            .iter()
            .filter(|(form, _)| form == "stdout" || form == "stderr")
        {
            // Between these two a runner takes nothing for a command: a diff stands there.
            let mut stopped: Option<String> = None;
            for line in text.lines() {
                if let Some(token) = line.strip_prefix("::stop-commands::") {
                    assert!(stopped.is_none() && token.len() >= 16, "{line}");
                    stopped = Some(format!("::{token}::"));
                    continue;
                }
                if stopped.is_some() {
                    stopped = stopped.filter(|end| end != line);
                    continue;
                }
                let (command, properties) = line.split_once(' ').unwrap_or_default();
                let ours = form == "stderr"
                    && ["::error", "::warning"].contains(&command)
                    && properties.starts_with("file=products/");
                assert!(
                    ours || !line.trim_start().starts_with("::"),
                    "{arguments:?} {form}: {line}"
                );
                assert!(!line.contains("##["), "{arguments:?} {form}: {line}");
                if ours {
                    annotations += 1;
                    let properties = properties.split("::").next().unwrap();
                    assert!(!properties.contains(['\r', '\n']), "{line}");
                    assert!(
                        properties.split(',').all(|property| property.contains('=')),
                        "{line}"
                    );
                }
            }
            assert_eq!(stopped, None);
            seen.push_str(text);
        }
        assert!(!seen.is_empty());
        assert!(annotations >= NAMES.len(), "{arguments:?}");
    }
}

#[test]
fn job_outputs_end_at_their_delimiter() {
    let world = world();
    let (_, texts) = run(&world, COMMANDS[2], true);
    let (_, output) = texts.iter().find(|(form, _)| form == "output").unwrap();
    let mut names = Vec::new();
    let mut lines = output.lines();
    while let Some(line) = lines.next() {
        if let Some((name, delimiter)) = line.split_once("<<") {
            names.push(name);
            assert!(
                lines.by_ref().any(|line| line == delimiter),
                "{name} does not end"
            );
        } else {
            names.push(line.split_once('=').unwrap().0);
        }
    }
    assert_eq!(&names[..2], ["commit_message", "warning"]);
    assert!(
        names[2..].iter().all(|name| [
            "changed",
            "failed",
            "timed_out",
            "degraded",
            "held",
            "products"
        ]
        .contains(name)),
        "{names:?}"
    );
}

#[test]
fn a_job_summary_shows_markup_as_text() {
    let world = world();
    let (_, texts) = run(&world, COMMANDS[2], true);
    let (_, summary) = texts.iter().find(|(form, _)| form == "summary").unwrap();
    let summary = without_blocks(summary);
    let mut unescaped = String::new();
    let mut escaped = false;
    for c in summary.chars() {
        if !escaped && c != '\\' {
            write!(unescaped, "{c}").unwrap();
        }
        escaped = c == '\\' && !escaped;
    }
    for markup in [
        "<img",
        "</td>",
        "<!--",
        "](",
        "![",
        "@everyone",
        "#1",
        "://",
    ] {
        assert!(!unescaped.contains(markup), "{markup}: {summary}");
    }
    // The rows of a table all have the cells of its header.
    let (mut width, mut rows) = (None, 0);
    for line in unescaped.lines() {
        if line.starts_with('|') {
            rows += 1;
            let cells = line.matches('|').count();
            assert_eq!(*width.get_or_insert(cells), cells, "{line}");
        } else {
            width = None;
        }
    }
    assert!(rows > NAMES.len(), "{summary}");
    assert!(summary.contains("&lt;img src=x"), "{summary}");
}

/// A summary without its blocks to paste, in which no markup works; each must end.
fn without_blocks(summary: &str) -> String {
    let (mut lines, mut rest, mut blocks) = (summary.lines(), String::new(), 0);
    while let Some(line) = lines.next() {
        let Some(fence) = line.trim_start().strip_suffix("yaml") else {
            writeln!(rest, "{line}").unwrap();
            continue;
        };
        assert!(
            fence.len() >= 3 && fence.chars().all(|c| c == '`'),
            "{line}"
        );
        let block: Vec<&str> = lines
            .by_ref()
            .take_while(|line| line.trim() != fence)
            .collect();
        assert!(
            block.iter().all(|line| line.starts_with("    ")),
            "{block:?}"
        );
        blocks += 1;
    }
    assert!(blocks > 0, "{summary}");
    rest
}
