//! What the program says of its methods.

use super::{read, shelflife};

#[test]
fn methods_prints_the_documentation_of_a_method() {
    let told = shelflife(&["methods", "npm"]);
    assert_eq!((told.code, &*told.stderr), (0, ""));
    let file = read("src/methods/npm.rs");
    let (words, _) = file.split_once("\n\n").unwrap();
    let lines = words.lines().map(|line| line[3..].trim_start_matches(' '));
    let (words, keys) = told.stdout.split_once("\n# Keys\n").unwrap();
    assert!(words.lines().eq(lines), "{words}");
    assert!(keys.starts_with("- `regex` (string or list): "), "{keys}");
    assert!(told.stdout.contains("\n- npm: angular\n"));
}

#[test]
fn methods_prints_every_key_with_its_values_and_default() {
    let told = |name| shelflife(&["methods", name]).stdout;
    let xml = told("xml_versions");
    for line in [
        "- `selector` (string, required): The rows, as a CSS selector.",
        "- `render_javascript` (boolean, default false): ",
        "- `render_javascript_wait_until` (`load` or `domcontentloaded` or `networkidle` or `commit`): ",
        "- `name` (string or mapping, required): ",
        "  - `type` (`string` or `day` or `date` or ",
    ] {
        assert!(xml.contains(&format!("\n{line}")), "{line}: {xml}");
    }
    assert!(told("veeam").contains("- `date_column` (string, default \"Release Date\"): "));
    let preset = told("rtpengine-releases");
    assert!(
        preset.contains("- `regex` (string or list, default \"^mr"),
        "{preset}"
    );
}

#[test]
fn methods_prints_json() {
    let list = shelflife(&["methods", "--format", "json"]);
    let list: Vec<serde_json::Value> = serde_json::from_str(&list.stdout).unwrap();
    assert_eq!(
        list.len(),
        shelflife::presets::Registry::default().methods().len()
    );
    let npm = list.iter().find(|one| one["method"] == "npm").unwrap();
    assert_eq!(npm["about"], "Versions of a package of an npm registry.");
    assert_eq!(npm["kind"], "Registries");
}
