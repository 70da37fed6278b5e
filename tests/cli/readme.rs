//! The README and CONTRIBUTING show what the program prints and what files hold.

use std::path::Path;

use fs_err as fs;

use super::{read, replay, shelflife};

const DIFF: [&str; 2] = ["```diff\n", "```\n"];
const TEXT: [&str; 2] = ["```text\n", "```\n"];

/// The first part after these words that opens and closes so must hold the text, without
/// blanks at the ends of lines. With `INSTA_UPDATE=always` it is written.
fn shows(after: &str, [open, close]: [&str; 2], text: &str) {
    let readme = read("README.md");
    let start = readme.find(after).unwrap() + after.len();
    let begin = start + readme[start..].find(open).unwrap() + open.len();
    let end = begin + readme[begin..].find(close).unwrap();
    let text: String = text
        .lines()
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        fs::write(
            path,
            format!("{}{text}{}", &readme[..begin], &readme[end..]),
        )
        .unwrap();
    } else {
        let shown = &readme[begin..end];
        assert_eq!(
            shown, text,
            "`INSTA_UPDATE=always cargo test readme` writes it"
        );
    }
}

#[test]
fn the_readme_is_short_and_shows_what_its_first_command_prints() {
    let readme = read("README.md");
    let lines = readme.lines().count();
    assert!(lines <= 150, "{lines} lines");
    let mut commands = readme
        .lines()
        .filter_map(|line| line.strip_prefix("cargo run --locked -- "));
    let command = commands.next().unwrap();
    assert!(command.ends_with(&replay("-moved")), "{command}");
    let run = shelflife(&command.split(' ').collect::<Vec<_>>());
    assert_eq!(run.code, 0);
    shows("so it prints what would change:", DIFF, &run.stdout);
    shows("on standard error, why:", TEXT, &run.stderr);
}

/// An example of a product file is that of the project's own product.
#[test]
fn the_readme_shows_the_config_of_the_product_as_it_is() {
    let product = read("products/amazon-elasticache-redis.md");
    let readme = read("README.md");
    let (_, after) = readme.split_once("```yaml\nauto:\n").unwrap();
    let (config, _) = after.split_once("```").unwrap();
    assert!(product.contains(&format!("auto:\n{config}")), "{config}");
}

/// A file that CONTRIBUTING shows whole must be shown as it is.
#[test]
fn contributing_shows_a_preset_and_a_method_whole() {
    let contributing = read("CONTRIBUTING.md");
    for file in ["src/presets/silverstripe.yaml", "src/methods/amazon_eks.rs"] {
        let lines = read(file);
        let lines = lines.lines().map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("   {line}\n"),
        });
        let shown: String = lines.collect();
        assert!(
            contributing.contains(&shown),
            "{file} is not shown as it is:\n{shown}"
        );
        assert!(contributing.contains(&format!("({file})")), "{file}");
    }
}
