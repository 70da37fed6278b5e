//! Tests on recorded data: product files, release data and a page of the site as they were. They
//! are no part of this repository; `SHELFLIFE_SHARED` names the folder with `corpus/`, `pages/`
//! and `seed/`.

use std::path::PathBuf;
use std::process::Command;

use fs_err as fs;
use shelflife::date::parse_iso;
use shelflife::plan::validate::check;
use shelflife::presets::Registry;
use shelflife::product::Product;
use shelflife::product::front_matter::FrontMatter;
use shelflife::release_data::{Origin, ReleaseData};
use shelflife::schema::schema;

use crate::Test;
use crate::console::{executed, must_hold};
use crate::world::{World, stderr};

pub(crate) const TESTS: &[Test] = tests![
    every_rule_accepts_the_files_of_the_site,
    check_finds_nothing_in_the_files_of_the_site,
    the_schema_accepts_the_files_of_the_site,
    recorded_release_data_is_written_back_byte_for_byte,
    one_date_moved_on_the_page_is_one_line_changed_in_the_file,
    the_commands_of_the_migration_guide_print_what_is_shown,
    a_merge_with_a_stated_day_and_history_depends_on_files_alone,
];

const PRODUCTS: &str = "corpus/products-2026-08";
const RELEASE_DATA: &str = "corpus/releases-2026-08";

/// The file of the page that the first product reads.
const PAGE: &str = "pages/docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html";

/// Why no test can be run here, if there is a reason.
pub(crate) fn missing() -> Option<&'static str> {
    let named = std::env::var_os("SHELFLIFE_SHARED").is_some();
    (!named).then_some("SHELFLIFE_SHARED names no folder of recorded data")
}

fn shared() -> PathBuf {
    std::env::var_os("SHELFLIFE_SHARED").unwrap().into()
}

/// The site's 464 product files of 2026-08-22, by name.
pub(crate) fn product_files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(shared().join(PRODUCTS))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    assert_eq!(files.len(), 464);
    files
}

/// The site was built from these files on that day, so each of its rules holds for each of
/// them: whatever is found here is a rule that this program has wrong.
fn every_rule_accepts_the_files_of_the_site() {
    let mut found = Vec::new();
    for (name, file) in product_files() {
        let product = Product::read(&name, &format!("{name}.md"), file).unwrap();
        for finding in check(&product, parse_iso("2026-08-22").unwrap()) {
            found.push(format!("{name}: {finding:?}"));
        }
    }
    assert_eq!(found, [""; 0]);
}

fn check_finds_nothing_in_the_files_of_the_site() {
    let folder = shared().join(PRODUCTS);
    let folder = folder.to_str().unwrap();
    let output = World::new()
        .program_on("2026-08-22", &["check", "-p", folder])
        .output()
        .unwrap();
    let found = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(found, "", "{}", stderr(&output));
    assert!(
        stderr(&output).starts_with("464 files checked, 0 findings"),
        "{}",
        stderr(&output)
    );
    assert!(output.status.success());
}

fn the_schema_accepts_the_files_of_the_site() {
    let validator = jsonschema::validator_for(&schema(&Registry::default())).unwrap();
    let mut refused = Vec::new();
    for (name, file) in product_files() {
        let span = FrontMatter::read(&file).unwrap().span;
        let front: serde_json::Value =
            serde_yaml::from_str(std::str::from_utf8(&file[span]).unwrap()).unwrap();
        if let Err(error) = validator.validate(&front) {
            let error: String = error.to_string().chars().take(200).collect();
            refused.push(format!("{name}: {error}"));
        }
    }
    assert_eq!(refused, [""; 0]);
}

fn recorded_release_data_is_written_back_byte_for_byte() {
    let (day, mut files) = (parse_iso("2026-11-23").unwrap(), 0);
    for folder in ["corpus/releases-2026-08", "corpus/merge-2025/releases"] {
        for entry in fs::read_dir(shared().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            // A run may have left its history beside them.
            if path.is_dir() {
                continue;
            }
            let json = fs::read(&path).unwrap();
            let data = ReleaseData::from_json(&json, day, &Origin::default()).unwrap();
            assert!(data.to_json().as_bytes() == json, "{}", path.display());
            files += 1;
        }
    }
    assert_eq!(files, 403 + 353);
}

/// The first product's own file, broken dash and all, against the real page.
fn one_date_moved_on_the_page_is_one_line_changed_in_the_file() {
    let shared = shared();
    let file = fs::read(shared.join("seed/amazon-elasticache-redis.md")).unwrap();
    let page = shared.join("pages/elasticache-engine-versions@5f3fff0.html");
    let page = fs::read_to_string(page).unwrap();
    let world = World::new();
    world.write("products/amazon-elasticache-redis.md", &file);
    world.write(PAGE, &page);
    let unmoved = world.update(&[]);
    assert!(unmoved.status.success(), "{}", stderr(&unmoved));
    assert_eq!(world.read("products/amazon-elasticache-redis.md"), file);

    let moved = page.replace(
        "<td tabindex=\"-1\">Redis OSS v6</td>\n\t\t\t\t\t\t<td tabindex=\"-1\">1/31/2027</td>",
        "<td tabindex=\"-1\">Redis OSS v6</td>\n\t\t\t\t\t\t<td tabindex=\"-1\">3/31/2027</td>",
    );
    assert_ne!(moved, page);
    world.write(PAGE, &moved);
    let output = world.update(&[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let new = world.read("products/amazon-elasticache-redis.md");

    let lines = |file: &[u8]| -> Vec<Vec<u8>> {
        file.split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (old, new) = (lines(&file), lines(&new));
    assert_eq!(old.len(), new.len());
    let differing: Vec<(&[u8], &[u8])> = old
        .iter()
        .zip(&new)
        .filter(|(old, new)| old != new)
        .map(|(old, new)| (&old[..], &new[..]))
        .collect();
    assert_eq!(
        differing,
        [(&b"    eol: 2027-01-31\n"[..], &b"    eol: 2027-03-31\n"[..])]
    );
    let text = String::from_utf8_lossy(&new.concat()).into_owned();
    assert!(
        text.contains("\u{e2}\u{20ac}\u{201d}"),
        "the broken dash is gone"
    );
    let seven = text.split_once("releaseCycle: \"7\"").unwrap().1;
    let seven = seven.split_once("releaseCycle:").unwrap().0;
    assert!(seven.contains("\n    eol: false\n"), "{seven}");
}

/// A checkout of the site: its files, the release data in its place, and a commit of 2026-08-22.
fn site() -> World {
    let world = World::new();
    let folders = [
        (PRODUCTS, "products"),
        (RELEASE_DATA, "_data/release-data/releases"),
    ];
    for (from, to) in folders {
        for entry in fs::read_dir(shared().join(from)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap();
                world.write(format!("{to}/{name}"), fs::read(&path).unwrap());
            }
        }
    }
    world.write(".gitignore", "*.diff\n");
    for arguments in [
        "init --quiet",
        "config user.name Name",
        "config user.email name@example.org",
        "add .",
        "commit --quiet --message Files",
    ] {
        let run = Command::new("git")
            .args(arguments.split(' '))
            .current_dir(world.path("."))
            .env("GIT_COMMITTER_DATE", "2026-08-22T12:00:00Z")
            .status();
        assert!(run.unwrap().success(), "{arguments}");
    }
    world
}

fn the_commands_of_the_migration_guide_print_what_is_shown() {
    let guide = "docs/how-to/migrate.md";
    let page = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(guide)).unwrap();
    must_hold(
        guide,
        &executed(&page, site().path(".").as_path(), "2026-08-22"),
    );
}

/// What the migration guide promises for a build of the site.
fn a_merge_with_a_stated_day_and_history_depends_on_files_alone() {
    let build = |world: &World, environment: &[(&str, &str)]| {
        let data = "_data/release-data/releases";
        let arguments = ["merge", "--release-data", data, "--state", ".guard"];
        let output = world
            .program_on("2026-08-22", &arguments)
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let mut files = world.files();
        for (path, _) in &mut files {
            *path = path.strip_prefix(world.path("")).unwrap().to_owned();
        }
        files.retain(|(path, _)| !path.starts_with(".git"));
        files
    };
    let (here, there) = (site(), site());
    let before = here.files().len();
    let one = build(&here, &[]);
    let home = there.path("home");
    let other = build(
        &there,
        &[
            ("HOME", home.to_str().unwrap()),
            ("TZ", "Asia/Tokyo"),
            ("LC_ALL", "C"),
            ("CI", "true"),
        ],
    );
    assert!(before > 800 && !home.exists());
    assert!(one == other, "two builds of the same files differ");
    for (path, bytes) in &one {
        if path.starts_with("_data") {
            let name = path.file_name().unwrap();
            let recorded = fs::read(shared().join(RELEASE_DATA).join(name)).unwrap();
            assert!(*bytes == recorded, "{} changed", path.display());
        }
    }
    let held = |world: &World| {
        let neptune = world.read("products/amazon-neptune.md");
        String::from_utf8(neptune).unwrap().contains("1.0.4.1.R2.1")
    };
    assert!(
        !held(&here),
        "a change that the pull request holds is written by the build"
    );
}
