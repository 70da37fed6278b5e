//! What the program says of its methods.

use super::{read, shelflife};

#[test]
fn a_method_is_told_as_its_file_tells_it() {
    let told = shelflife(&["methods", "npm"]);
    assert_eq!((told.code, &*told.stderr), (0, ""));
    let file = read("src/methods/npm.rs");
    let (words, _) = file.split_once("\n\n").unwrap();
    let lines = words.lines().map(|line| line[3..].trim_start_matches(' '));
    assert!(told.stdout.lines().eq(lines), "{}", told.stdout);
    assert!(told.stdout.contains("\n- npm: angular\n"));
}

#[test]
fn a_program_can_read_the_list() {
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
