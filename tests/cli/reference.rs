//! The pages below `docs/reference/` that are made from the program: commands, methods, keys,
//! rules, exit codes and the report.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::{Arg, ArgAction, CommandFactory as _};
use serde_json::Value as Json;
use shelflife::methods::Kind;
use shelflife::plan::guard::Rule;
use shelflife::presets::{Method, Registry};
use shelflife::report::methods::words;
use shelflife::schema::schema;

use super::{read, shelflife, shelflife_with};
use crate::console::must_hold;

/// A page with the note that it is generated.
fn page(name: &str, title: &str, body: &str) {
    let text = format!(
        "<!-- Made from the program; `INSTA_UPDATE=always cargo test --test it reference` writes it. -->\n\n\
         # {title}\n\n{}\n",
        body.trim_end()
    );
    must_hold(&format!("docs/reference/{name}.md"), &text);
}

/// A text within a cell of a table. What is in angle brackets would be HTML.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
        .replace('<', "\\<")
        .replace('\n', " ")
}

/// The lines of a doc comment that starts with this sign, from one that starts with `from` on.
fn doc<'a>(source: &'a str, sign: &'a str, from: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = source
        .lines()
        .map_while(move |line| line.strip_prefix(sign));
    let lines = lines.map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.skip_while(move |line| !line.starts_with(from))
}

#[test]
fn the_reference_of_commands_is_that_of_the_program() {
    let mut program = shelflife::cli::Cli::command();
    program.build();
    let names: Vec<String> = program
        .get_subcommands()
        .filter(|command| !command.is_hide_set() && command.get_name() != "help")
        .map(|command| command.get_name().to_owned())
        .collect();
    let mut out = String::from(
        "`shelflife COMMAND --help` prints the same. Every command has `--help` and `--version`. What \
         the exit codes mean is on [a page of its own](exit-codes.md).\n\n| Command | What it does |\n|---|---|\n",
    );
    for name in &names {
        let about = program.find_subcommand(name).unwrap().get_about().unwrap();
        let about = cell(&about.to_string());
        writeln!(out, "| [`{name}`](#shelflife-{name}) | {about} |").unwrap();
    }
    for name in &names {
        let command = program.find_subcommand_mut(name).unwrap();
        let usage = command.render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ");
        let about = command.get_about().unwrap();
        writeln!(
            out,
            "\n## `shelflife {name}`\n\n{about}.\n\n```text\n{usage}\n```"
        )
        .unwrap();
        let shown =
            |arg: &&Arg| !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version");
        let arguments: Vec<&Arg> = command.get_arguments().filter(shown).collect();
        assert!(!arguments.is_empty(), "{name}");
        let mut headings: Vec<Option<&str>> = Vec::new();
        for argument in &arguments {
            if !headings.contains(&argument.get_help_heading()) {
                headings.push(argument.get_help_heading());
            }
        }
        for heading in headings {
            let title = heading.unwrap_or("Option");
            writeln!(out, "\n| {title} | Meaning |\n|---|---|").unwrap();
            for argument in &arguments {
                if argument.get_help_heading() == heading {
                    let help = argument.get_help().expect(name);
                    let meaning = cell(&format!("{help}{}", default(argument)));
                    writeln!(out, "| {} | {meaning} |", spelling(argument)).unwrap();
                }
            }
        }
    }
    page("commands", "Commands", &out);
}

/// How an argument is written.
fn spelling(argument: &Arg) -> String {
    let short = argument.get_short().map(|short| format!("`-{short}`"));
    let long = argument.get_long().map(|long| format!("--{long}"));
    let names = argument.get_value_names().unwrap_or_default();
    let takes = argument.get_action().takes_values();
    let value = names.first().filter(|_| takes);
    let long = match (long, value) {
        (Some(long), Some(value)) => Some(format!("`{long} <{value}>`")),
        (Some(long), None) => Some(format!("`{long}`")),
        (None, value) => value.map(|value| format!("`{value}`")),
    };
    short.into_iter().chain(long).collect::<Vec<_>>().join(", ")
}

/// The default that clap knows, where the help does not state one.
fn default(argument: &Arg) -> String {
    let defaults = argument.get_default_values();
    match (argument.get_action(), defaults) {
        (ArgAction::Set, [default]) => format!(" [default: {}]", default.to_string_lossy()),
        _ => String::new(),
    }
}

/// The page of the methods of a kind.
fn page_of(kind: Kind) -> String {
    kind.title().to_lowercase().replace(' ', "-")
}

#[test]
fn the_reference_of_methods_is_that_of_the_program() {
    let registry = Registry::default();
    let methods = registry.methods();
    let mut index = String::from(
        "A method is one way to collect a product's releases; the first key of each entry of \
         `auto.methods` names it. Some methods give releases, which are the cycles of a product with their \
         dates; others give versions with a date each. `shelflife methods` prints this list, and `shelflife \
         methods NAME` describes one.\n",
    );
    let mut named = 0;
    for kind in Kind::ALL {
        let of_kind: Vec<&Method<'_>> = methods
            .iter()
            .filter(|method| method.description().kind == kind)
            .collect();
        let title = kind.title();
        let mut out = String::from(
            "Each method with what it reads, an entry, and every key that the entry may have. \
             [All methods](../methods.md) are on one page.\n",
        );
        writeln!(index, "\n## [{title}](methods/{}.md)\n", page_of(kind)).unwrap();
        index.push_str("| Method | What it reads |\n|---|---|\n");
        for method in of_kind {
            named += 1;
            let (name, about) = (method.name(), method.description().about());
            writeln!(
                index,
                "| [`{name}`](methods/{}.md#{name}) | {} |",
                page_of(kind),
                cell(&about)
            )
            .unwrap();
            writeln!(out, "\n## {name}\n").unwrap();
            let mut fenced = false;
            for line in words(*method).lines() {
                fenced ^= line.starts_with("```");
                match line.strip_prefix("# ").filter(|_| !fenced) {
                    Some(heading) => writeln!(out, "**{heading}**\n").unwrap(),
                    None => writeln!(out, "{line}").unwrap(),
                }
            }
        }
        page(&format!("methods/{}", page_of(kind)), title, &out);
    }
    assert_eq!(named, methods.len());
    page("methods", "Methods", &index);
}

/// What a key may hold, in words.
fn kind_of(schema: &Json) -> String {
    if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().filter_map(Json::as_str);
        return words
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", ");
    }
    let is_day = |pattern: &str| pattern.starts_with(r"^\d{4}-");
    let day = schema["pattern"].as_str().is_some_and(is_day) || schema["format"] == "date";
    let types = schema["type"].as_array().cloned();
    let types = types.unwrap_or_else(|| vec![schema["type"].clone()]);
    let types = types
        .iter()
        .filter_map(Json::as_str)
        .map(|kind| match kind {
            "string" if day => "date",
            "boolean" => "true or false",
            "object" => "mapping",
            "array" => "list",
            "null" => "nothing",
            "integer" => "number",
            kind => kind,
        });
    types.collect::<Vec<_>>().join(", ")
}

/// A table of the keys of a mapping.
fn keys(schema: &Json) -> String {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let mut out = String::from("| Key | Value | Meaning |\n|---|---|---|\n");
    for (key, about) in schema["properties"].as_object().unwrap() {
        let must = if required.iter().any(|one| one == key) {
            ", required"
        } else {
            ""
        };
        let default = about
            .get("default")
            .map(|default| format!(" [default: {default}]"));
        let meaning = about["description"].as_str().unwrap_or_default();
        let meaning = cell(&format!("{meaning}{}", default.unwrap_or_default()));
        writeln!(out, "| `{key}` | {}{must} | {meaning} |", kind_of(about)).unwrap();
    }
    out
}

#[test]
fn the_reference_of_product_files_is_that_of_the_schema() {
    let schema = schema(&Registry::default());
    let properties = &schema["properties"];
    let cycle = &properties["releases"]["items"];
    let out = format!(
        "A product file is one Markdown file of endoflife.date: front matter in YAML between two lines \
         `---`, then the text of the product's page. shelflife changes values of `releases` and nothing \
         else. `shelflife schema` prints all this as a JSON Schema for \
         [editors](../how-to/editor.md), and `shelflife check` applies [the rules](check-rules.md).\n\n\
         ## The product\n\n{}\n## A release cycle: an item of `releases`\n\n{}\nOther keys must be declared by `customFields`.\n\n\
         ## A field of its own: an item of `customFields`\n\n{}\n## `auto`\n\n{}\nEach item of `methods` is an entry of one \
         [method](methods.md).\n",
        keys(&schema),
        keys(cycle),
        keys(&properties["customFields"]["items"]),
        keys(&properties["auto"]),
    );
    page("product-file", "Product files", &out);
}

/// The schema of `shelflife.toml`.
fn settings() -> Json {
    let run = shelflife(&["schema", "--of", "settings"]);
    assert_eq!(run.code, 0);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn the_reference_of_settings_is_that_of_the_schema() {
    let (schema, source) = (settings(), read("src/plan/settings.rs"));
    let example: Vec<&str> = doc(&source, "//!", "```toml")
        .skip(1)
        .take_while(|line| *line != "```")
        .collect();
    let of = |name: &str| keys(&schema["$defs"][name]);
    let out = format!(
        "`shelflife.toml` lies beside the folder of product files, or where `--settings FILE` says. Each \
         exception has a reason and an end date; an unknown key, rule or threshold is an error. `shelflife \
         schema --of settings` prints its JSON Schema.\n\n```toml\n{}\n```\n\n## `[guard]`\n\nThe thresholds of \
         [the rules](guard-rules.md).\n\n{}\n## `[[guard.off]]`\n\nA rule that is switched off for a \
         product.\n\n{}\n## `[[pin]]`\n\nA value that a person decided on: nothing is written over it.\n\n{}",
        example.join("\n"),
        of("Thresholds"),
        of("SuppressionEntry"),
        of("PinEntry"),
    );
    page("settings", "Settings file", &out);
}

#[test]
fn the_reference_of_guard_rules_is_that_of_the_program() {
    let schema = settings();
    let thresholds = schema["$defs"]["Thresholds"]["properties"]
        .as_object()
        .unwrap();
    let mut out = String::from(
        "The guard checks each planned change before it is written. The first rule that objects gives the \
         reason; the change is then *held* ([what to do](../how-to/held-changes.md)). A threshold is a key of \
         `[guard]` in the [settings file](settings.md). Rules that need history have no effect in \
         the first run, nor where `--state` names another directory than the runs before did.\n\n\
         | Rule | Holds a change when | Needs history | Thresholds |\n|---|---|---|---|\n",
    );
    let mut used = BTreeSet::new();
    for rule in Rule::ALL {
        let start = format!("Rule `{rule}`: ");
        let own = thresholds.iter().filter_map(|(key, about)| {
            let words = about["description"].as_str()?.strip_prefix(&start)?;
            used.insert(key);
            Some(format!("`{key}` (default {}): {words}", about["default"]))
        });
        let own: Vec<String> = own.collect();
        let history = if rule.needs_history() { "yes" } else { "" };
        let about = cell(rule.about());
        writeln!(
            out,
            "| `{rule}` | {about} | {history} | {} |",
            cell(&own.join("; "))
        )
        .unwrap();
    }
    assert_eq!(
        used.len() + 1,
        thresholds.len(),
        "all but `off` belong to a rule"
    );
    page("guard-rules", "Rules of the guard", &out);
}

#[test]
fn the_reference_of_check_rules_names_each_rule_of_the_source() {
    let source = read("src/plan/validate/mod.rs");
    let table: Vec<&str> = doc(&source, "//!", "| rule |")
        .take_while(|line| line.starts_with('|'))
        .collect();
    let mut used = BTreeSet::new();
    for file in [
        "violation",
        "identifier",
        "place",
        "file_rules",
        "cycle_rules",
        "mod",
    ] {
        let source = read(&format!("src/plan/validate/{file}.rs"));
        for start in ["rule: \"", "Some((\""] {
            let names = source
                .split(start)
                .skip(1)
                .filter_map(|rest| rest.split('"').next());
            used.extend(names.map(str::to_owned));
        }
    }
    assert!(used.len() > 8);
    for rule in used {
        let row = format!("| `{rule}` |");
        assert!(
            table.iter().any(|line| line.starts_with(&row)),
            "no row {row}"
        );
    }
    let out = format!(
        "`shelflife check` reports what endoflife.date would refuse: a file that breaks one of these rules \
         stops the build of the whole site. `update` and `merge` *reject* a change that would break one, and \
         write the others; `--no-validate` writes those too.\n\n{}\n\nWhich key holds what is on the page on \
         [product files](product-file.md).\n",
        table
            .join("\n")
            .replacen("| rule | what is wrong |", "| Rule | What is wrong |", 1)
    );
    page("check-rules", "Rules of the site", &out);
}

#[test]
fn the_reference_of_exit_codes_is_that_of_the_source() {
    let source = read("src/command/exit_status.rs");
    let (_, variants) = source.split_once("pub enum ExitStatus {\n").unwrap();
    let mut out = String::from(
        "Without `--detailed-exit-code` a run ends with 0, 1, 2 or 130. With it, codes above 2 tell what \
         happened; if several things did, a failure counts first, then degraded, held, changed.\n\n\
         | Code | Meaning |\n|---|---|\n",
    );
    let (mut words, mut codes) = (Vec::new(), Vec::new());
    for line in variants.lines().take_while(|line| *line != "}") {
        if let Some(line) = line.trim().strip_prefix("/// ") {
            words.push(line);
            continue;
        }
        // What it means, a colon, the code, and perhaps more.
        let text = words.join(" ");
        let (first, rest) = text.rsplit_once(": ").unwrap();
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
        let (code, rest) = rest.split_at(digits);
        codes.push(code.parse::<u8>().expect(&text));
        writeln!(out, "| {code} | {} |", cell(&format!("{first}{rest}"))).unwrap();
        words.clear();
    }
    assert!(codes.is_sorted() && codes.len() > 3, "{codes:?}");
    page("exit-codes", "Exit codes", &out);
}

#[test]
fn the_reference_of_the_report_is_that_of_the_source() {
    let source = read("src/report/json.rs");
    let lines: Vec<&str> = doc(&source, "//!", "```json").collect();
    let out = format!(
        "`--format json` of `update`, `collect` and `merge` prints one document to standard output. Keys are \
         only added while `schema_version` stays the same.\n\n{}\n",
        lines.join("\n")
    );
    assert!(!out.contains("[`crate"), "a link that leads nowhere");
    page("json-report", "The JSON report", &out);
}

/// The first column of the first table of a page.
fn first_column(page: &str) -> BTreeSet<String> {
    let page = read(page);
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_page_on_job_outputs_names_all_that_a_run_writes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("outputs");
    let replay = super::replay("-moved");
    let run = shelflife_with(
        &[("GITHUB_OUTPUT", file.to_str().unwrap())],
        &["update", "--dry-run", "--replay", &replay],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = fs_err::read_to_string(file).unwrap();
    let starts = text.lines().filter_map(|line| {
        let end = line.find(|c: char| !c.is_ascii_lowercase() && c != '_')?;
        (line[end..].starts_with('=') || line[end..].starts_with("<<"))
            .then(|| line[..end].to_owned())
    });
    let names: BTreeSet<String> = starts.collect();
    assert!(names.len() > 5, "{text}");
    assert_eq!(names, first_column("docs/reference/job-outputs.md"));
}
