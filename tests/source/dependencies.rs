//! The rules of dependencies, without `cargo deny`: licences, sources, wildcards and versions are as
//! `.cargo/deny.toml` states. Advisories change from day to day; a workflow looks at them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use fs_err as fs;
use serde_json::{Value, json};
use toml::Table;

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Whether an SPDX expression can be met with licences of a list: `/` is an old way to write `OR`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ")
        .replace(" WITH ", "~");
    let mut words = spaced.split_whitespace().peekable();
    any_of(&mut words, allowed) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut met = all_of(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= all_of(words, allowed);
    }
    met
}

fn all_of(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    match words.next() {
        Some("(") => any_of(words, allowed) & words.next_if_eq(&")").is_some(),
        Some(licence) => allowed.contains(&licence.replace('~', " WITH ").as_str()),
        None => false,
    }
}

fn texts(list: &toml::Value) -> Vec<&str> {
    let list = list.as_array().unwrap();
    list.iter().map(|text| text.as_str().unwrap()).collect()
}

/// What breaks the rules of `deny.toml`, in the output of `cargo metadata`.
fn faults(metadata: &Value, deny: &Table) -> Vec<String> {
    let mut faults = Vec::new();
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        for dependency in package["dependencies"].as_array().unwrap() {
            if dependency["req"] == "*" && dependency["path"].is_null() {
                faults.push(format!("{name}: any version of {}", dependency["name"]));
            }
        }
        // Ours has no source.
        let Some(source) = package["source"].as_str() else {
            continue;
        };
        if source != REGISTRY {
            faults.push(format!("{name}: from {source}"));
        }
        let mut allowed = texts(&deny["licenses"]["allow"]);
        for exception in deny["licenses"]["exceptions"].as_array().unwrap() {
            if exception["crate"].as_str() == Some(name) {
                allowed.extend(texts(&exception["allow"]));
            }
        }
        let licence = package["license"].as_str().unwrap_or("no licence");
        if !is_allowed(licence, &allowed) {
            faults.push(format!("{name}: {licence}"));
        }
        let version = package["version"].as_str().unwrap();
        versions.entry(name).or_default().push(version);
    }

    let mut skipped: Vec<(&str, &str)> = Vec::new();
    for skip in deny["bans"]["skip"].as_array().unwrap() {
        skipped.push(skip["crate"].as_str().unwrap().split_once('@').unwrap());
        let reason = skip.get("reason").and_then(toml::Value::as_str);
        if reason.is_none_or(|reason| reason.len() < 4) {
            faults.push(format!("{:?}: no reason", skip["crate"].as_str()));
        }
    }
    for (name, versions) in versions {
        // `0.8` and `0.8.1` are of the skip `0.8`.
        let of = |version: &str, (crate_name, start): (&str, &str)| {
            crate_name == name
                && version
                    .strip_prefix(start)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let other = |version: &&&str| !skipped.iter().any(|skip| of(version, *skip));
        let left = versions.iter().filter(other).count();
        if left != 1 {
            faults.push(format!("{name}: {left} of {versions:?} are not in `skip`"));
        }
        skipped.retain(|skip| !versions.iter().any(|version| of(version, *skip)));
    }
    let unused = |(name, version)| format!("{name}@{version}: skipped, and not there");
    faults.extend(skipped.into_iter().map(unused));
    faults
}

fn deny() -> Table {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cargo/deny.toml");
    fs::read_to_string(file).unwrap().parse().unwrap()
}

#[test]
fn dependencies_have_the_licences_sources_and_versions_of_deny_toml() {
    // It asks the network only for crates of other systems that are not here yet.
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(metadata["packages"].as_array().unwrap().len() > 100);
    assert_eq!(faults(&metadata, &deny()), [""; 0]);
}

#[test]
fn each_rule_of_deny_toml_fails_once() {
    let deny: Table = "licenses = { allow = ['MIT', 'ISC'], exceptions = [{ crate = 'e', allow = ['NCSA'] }] }
        bans = { skip = [{ crate = 'a@1', reason = 'of b' }, { crate = 'c@0.2' }, { crate = 'd@3', reason = 'of b' }] }"
        .parse()
        .unwrap();
    let package = |name: &str, version: &str, licence: &str, source: &str, needs: Value| {
        json!({
            "name": name,
            "version": version,
            "license": licence,
            "source": source,
            "dependencies": needs,
        })
    };
    let none = || json!([]);
    let metadata = json!({"packages": [
        package("a", "1.2.0", "MIT", REGISTRY, none()),
        package("a", "2.0.0", "MIT OR GPL-3.0", REGISTRY, json!([{"name": "b", "req": "*"}])),
        package("b", "1.0.0", "MIT AND GPL-3.0", REGISTRY, none()),
        package("b", "10.0.0", "MIT", "git+https://git.test/b", none()),
        package("c", "0.2.1", "MIT", REGISTRY, none()),
        package("e", "1.0.0", "NCSA", REGISTRY, json!([{"name": "f", "req": "*", "path": "f"}])),
        package("g", "1.0.0", "NCSA", REGISTRY, none()),
    ]});
    assert_eq!(
        faults(&metadata, &deny),
        [
            "a: any version of \"b\"",
            "b: MIT AND GPL-3.0",
            "b: from git+https://git.test/b",
            "g: NCSA",
            "Some(\"c@0.2\"): no reason",
            "b: 2 of [\"1.0.0\", \"10.0.0\"] are not in `skip`",
            "c: 0 of [\"0.2.1\"] are not in `skip`",
            "d@3: skipped, and not there",
        ]
    );
}

#[test]
fn a_licence_expression_is_met_as_spdx_says() {
    let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"];
    for met in [
        "MIT",
        "GPL-3.0/MIT",
        "GPL-3.0 OR MIT AND ISC",
        "(GPL-3.0 OR MIT) AND ISC",
        "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
    ] {
        assert!(is_allowed(met, &allowed), "{met}");
    }
    for unmet in [
        "",
        "Apache-2.0",
        "MIT AND GPL-3.0",
        "MIT AND (GPL-3.0 OR LGPL-2.1)",
        "(MIT",
        "MIT)",
    ] {
        assert!(!is_allowed(unmet, &allowed), "{unmet}");
    }
}

#[test]
fn advisories_are_looked_at_each_day_and_fail() {
    let workflows = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    for (file, trigger) in [
        ("ci.yml", "pull_request:"),
        ("advisories.yml", "cron: \"41 5 * * *\""),
    ] {
        let text = fs::read_to_string(workflows.join(file)).unwrap();
        assert!(text.contains(trigger), "{file}");
        let (_, deny) = text.split_once("  deny:\n").unwrap();
        let job = deny.split("\n\n").next().unwrap();
        assert!(job.contains("cargo-deny-action@"), "{file}");
        assert!(!job.contains("continue-on-error"), "{file}");
        // All checks, advisories too, of all crates of the lock file.
        assert!(job.contains("command: check\n"), "{file}");
        assert!(
            job.contains("arguments: --all-features --workspace"),
            "{file}"
        );
    }
    let advisories = &deny()["advisories"];
    assert_eq!(advisories["yanked"].as_str(), Some("deny"));
    assert_eq!(advisories["unmaintained"].as_str(), Some("all"));
}
