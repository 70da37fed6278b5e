//! A credential goes to its host over TLS and nowhere else, and neither it nor an allowed network
//! counts from a file that a stranger can write.

use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tokio::process::Command;
use tokio::time::timeout;

use super::secrets::everything;
use super::tls::{CERTIFICATE, PAGE, html, serve};
use crate::server::{Server, page};
use crate::world::World;

const SECRET: &str = "s3cret-s3cret";

/// A host over TLS that gives its page to whoever has the secret, and what it was asked.
async fn host() -> (String, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let url = serve(move |head| {
        seen.lock().unwrap().push(head.to_ascii_lowercase());
        let path = head.split(' ').nth(1).unwrap_or_default();
        let has_secret = head.contains(SECRET);
        let redirect = |to: &str| {
            format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        };
        match path {
            "/echo" => html(&PAGE.replace("<td>7", &format!("<td>7<td>{head}"))),
            "/base64" => html(&PAGE.replace("<td>7", &format!("<td>{}", BASE64_STANDARD.encode(head)))),
            "/moved" => redirect("/page"),
            _ if path.starts_with("/to?") => redirect(&path[4..]),
            "/leak" => redirect(&format!("/page?token={SECRET}")),
            "/public" => html(PAGE),
            _ if has_secret => html(PAGE),
            _ => "HTTP/1.1 401 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
        }
    })
    .await;
    (url, asked)
}

fn world(products: &[(&str, &str)]) -> World {
    let world = World::new();
    world.write("trusted.pem", CERTIFICATE);
    for (name, url) in products {
        let file = format!(
            "---\ntitle: Foo\nauto:\n  methods:\n    - release_table: {url}\n      fields: {{releaseCycle: Version, eol: EOL}}\nreleases:\n  - releaseCycle: \"7\"\n    eol: false\n---\n"
        );
        world.write(format!("products/{name}.md"), file);
    }
    world
}

fn settings(url: &str, more: &str) -> String {
    let host = url.trim_start_matches("https://").trim_end_matches('/');
    format!(
        "[network]\nallow = [\"127.0.0.1\"]\n\n[[credential]]\nhost = \"{host}\"\nenv = \"A_TOKEN\"\n{more}"
    )
}

async fn run(world: &World, environment: &[(&str, &str)], arguments: &[&str]) -> (i32, String) {
    let mut run = Command::new(env!("CARGO_BIN_EXE_shelflife"));
    run.current_dir(world.path("."))
        .env_clear()
        .env("SSL_CERT_FILE", world.path("trusted.pem"))
        .env("NO_PROXY", "*")
        .envs(environment.iter().copied())
        .args(arguments)
        .args(["--today", "2026-11-23"])
        .kill_on_drop(true);
    let output = timeout(Duration::from_mins(1), run.output()).await;
    let Output {
        status,
        stdout,
        stderr,
    } = output.expect("the run ends").unwrap();
    let said = String::from_utf8([stdout, stderr].concat()).unwrap();
    (status.code().unwrap(), said)
}

/// The requests for a path, in lower case.
fn asked_for(asked: &Mutex<Vec<String>>, path: &str) -> Vec<String> {
    let start = format!("get {path} ");
    let asked = asked.lock().unwrap();
    asked
        .iter()
        .filter(|head| head.starts_with(&start))
        .cloned()
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_opens_the_page_of_its_host_in_each_form() {
    let (url, asked) = host().await;
    for (more, line) in [
        ("", format!("authorization: bearer {SECRET}")),
        (
            "header = \"PRIVATE-TOKEN\"\n",
            format!("private-token: {SECRET}"),
        ),
        (
            "header = \"X-JFrog-Art-Api\"\n",
            format!("x-jfrog-art-api: {SECRET}"),
        ),
    ] {
        let world = world(&[("foo", &format!("{url}page"))]);
        world.write("named.toml", settings(&url, more));
        let named = ("SHELFLIFE_SETTINGS", "named.toml");
        let (code, said) = run(
            &world,
            &[named, ("A_TOKEN", SECRET)],
            &["update", "--no-cache", "--guard", "off"],
        )
        .await;
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("7 eol: false -> 2027-05-31"), "{said}");
        assert!(
            asked.lock().unwrap().pop().unwrap().contains(&line),
            "{line}"
        );
    }
    let world = world(&[("foo", &format!("{url}page"))]);
    world.write("named.toml", settings(&url, "user = \"me\"\n"));
    let arguments = ["try", "foo", "--no-cache", "--settings", "named.toml"];
    run(&world, &[("A_TOKEN", SECRET)], &arguments).await;
    let last = asked.lock().unwrap().pop().unwrap();
    let basic = "authorization: Basic bWU6czNjcmV0LXMzY3JldA==";
    assert!(last.contains(&basic.to_ascii_lowercase()), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_sent_to_no_other_host_and_along_no_redirect_and_is_shown_nowhere() {
    let (url, asked) = host().await;
    let (other, asked_other) = host().await;
    let plain = Server::of([page(PAGE)]).await;
    let localhost = url.replace("127.0.0.1", "localhost");
    let world = world(&[
        ("page", &format!("{url}page")),
        ("moved", &format!("{url}moved")),
        ("echo", &format!("{url}echo")),
        ("leak", &format!("{url}leak")),
        ("other", &format!("{other}public")),
        ("name", &format!("{localhost}public")),
        ("plain", &plain.url("/public")),
    ]);
    world.write("named.toml", settings(&url, ""));
    let always = [
        "update",
        "--settings",
        "named.toml",
        "--cache-dir",
        "cache",
        "-v",
    ];
    for more in [
        ["--format", "text", "--record", "r.har", "--evidence", "e"],
        ["--format", "json", "--record", "r", "--release-data", "d"],
    ] {
        let environment = [
            ("A_TOKEN", SECRET),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_OUTPUT", "output"),
            ("GITHUB_STEP_SUMMARY", "summary"),
            ("RUST_BACKTRACE", "1"),
        ];
        let (code, said) = run(&world, &environment, &[&always[..], &more].concat()).await;
        assert_eq!(code, 1, "{said}");
        assert!(!said.contains(SECRET), "{said}");
        for path in ["echo", "leak"] {
            let refused = format!("{path} (the answer repeats the credential)");
            assert!(said.contains(&refused), "{said}");
        }
        assert!(said.contains("/page (401)"), "{said}");
        let counts = "4 changed, 3 failed";
        assert!(said.contains(counts) || more[1] == "json", "{said}");
    }
    let sent = |path| {
        asked_for(&asked, path)
            .iter()
            .map(|head| head.contains(SECRET))
            .collect::<Vec<_>>()
    };
    // Once for the product, and once without it behind the redirect, in each run.
    let mut page = sent("/page");
    page.sort_unstable();
    assert_eq!(page, [false, false, true, true]);
    assert_eq!(sent("/public"), [false], "the cache has it");
    assert!(!asked_other.lock().unwrap().concat().contains(SECRET));
    assert!(!format!("{:?}", plain.seen()).contains(SECRET));
    assert_eq!(plain.count(), 1);
    // What only the credential opens is not in the cache.
    let cached = everything(&world.path("cache"));
    assert!(cached.contains(&format!("{other}public")), "{cached}");
    assert!(!cached.contains(&format!("{url}page")), "{cached}");
    let kept = everything(&world.path("."));
    assert!(kept.contains("summary") && kept.contains("r.har") && !kept.contains(SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_does_not_come_back_with_a_redirect_and_is_sent_by_no_git() {
    let (url, asked) = host().await;
    let (other, asked_other) = host().await;
    let world = world(&[
        ("back", &format!("{url}to?{other}to?{url}page")),
        ("base64", &format!("{url}base64")),
    ]);
    let file = format!(
        "---\ntitle: Foo\nauto:\n  methods:\n    - git: {url}x.git\nreleases:\n  - releaseCycle: \"7\"\n    eol: false\n---\n"
    );
    world.write("products/git.md", file);
    world.write("named.toml", settings(&url, ""));
    let path = std::env::var("PATH").unwrap();
    let environment = [
        ("A_TOKEN", SECRET),
        ("PATH", &path),
        ("SHELFLIFE_SETTINGS", "named.toml"),
    ];
    for command in [
        &["update", "--no-cache", "-v", "--state", "s"][..],
        &["why", "base64", "--no-cache"],
        &["try", "base64", "--no-cache", "-v"],
        &["try", "base64", "--no-cache", "--format", "json"],
    ] {
        let (code, said) = run(&world, &environment, command).await;
        assert_eq!(code, 1, "{said}");
        let refused = "base64 (the answer repeats the credential)";
        assert!(said.contains(refused), "{said}");
        assert!(!said.contains(SECRET), "{said}");
        if command[0] == "update" {
            assert!(said.contains("/page (401)"), "{said}");
            assert!(said.contains("3 failed"), "{said}");
        }
    }
    assert!(
        asked_for(&asked, "/page")
            .iter()
            .all(|head| !head.contains(SECRET))
    );
    assert_eq!(asked_for(&asked, "/page").len(), 1);
    let asked = asked.lock().unwrap();
    let by_git: Vec<_> = asked
        .iter()
        .filter(|head| head.contains("/x.git"))
        .collect();
    assert!(!by_git.is_empty() && by_git.iter().all(|head| !head.contains(SECRET)));
    assert!(!asked_other.lock().unwrap().concat().contains(SECRET));
    assert!(!everything(&world.path(".")).contains(SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_or_missing_variable_is_an_error_before_any_request() {
    let (url, asked) = host().await;
    let world = world(&[("foo", &format!("{url}page"))]);
    world.write("named.toml", settings(&url, ""));
    for environment in [
        &[][..],
        &[("A_TOKEN", " ")],
        &[("A_TOKEN", "s3cret\r\nx: y")],
    ] {
        for command in ["update", "why"] {
            let product = if command == "why" { "foo" } else { "-v" };
            let arguments = [command, product, "--settings", "named.toml", "--no-cache"];
            let (code, said) = run(&world, environment, &arguments).await;
            assert_eq!(code, 2, "{said}");
            assert!(said.contains("the variable `A_TOKEN` "), "{said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
    }
    assert_eq!(asked.lock().unwrap().len(), 0);
    // What sends nothing needs no secret.
    let (code, said) = run(&world, &[], &["check", "--settings", "named.toml"]).await;
    assert_eq!(code, 1, "{said}");
    assert!(!said.contains("A_TOKEN"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_that_a_stranger_writes_gives_a_network_or_a_credential() {
    let (url, asked) = host().await;
    let world = world(&[("foo", &format!("{url}page"))]);
    let stated = settings(&url, "");
    let environment = [("A_TOKEN", SECRET)];
    let update = [
        "update",
        "--cache-dir",
        "cache",
        "--release-data",
        "data",
        "--state",
        "state",
        "--evidence",
        "e",
    ];
    // In every folder of a run but the one beside the product files.
    for folder in [
        "products",
        "presets",
        "cache",
        "data",
        "data/.guard",
        "state",
        "e",
    ] {
        world.write(format!("{folder}/shelflife.toml"), &stated);
    }
    let (code, said) = run(&world, &environment, &update).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("127.0.0.1 is not a public address"), "{said}");
    // Beside them it is an error that says what to do, and a finding of `check`.
    world.write("shelflife.toml", &stated);
    for (text, table) in [
        (stated.clone(), "1: `[network]`"),
        (
            stated.replace("[network]\nallow = [\"127.0.0.1\"]\n", "[guard]\n"),
            "3: `[[credential]]`",
        ),
        (
            "\n[defaults]\nallow_local = true\n".to_owned(),
            "2: `[defaults]`",
        ),
    ] {
        world.write("shelflife.toml", &text);
        let wanted =
            format!("{table} counts only in a file that --settings or SHELFLIFE_SETTINGS names");
        let (code, said) = run(&world, &environment, &update).await;
        assert_eq!(
            (code, said.contains(&format!("line {wanted}"))),
            (2, true),
            "{said}"
        );
        let (code, said) = run(&world, &environment, &["check"]).await;
        let wanted = wanted.replacen(':', ": decision:", 1);
        assert_eq!((code, said.contains(&wanted)), (1, true), "{said}");
    }
    // A link to the file of the user is not followed.
    fs_err::rename(world.path("shelflife.toml"), world.path("named.toml")).unwrap();
    std::os::unix::fs::symlink("named.toml", world.path("shelflife.toml")).unwrap();
    let (code, said) = run(&world, &environment, &update).await;
    assert_eq!(
        (code, said.contains("links are not followed")),
        (2, true),
        "{said}"
    );
    fs_err::remove_file(world.path("shelflife.toml")).unwrap();
    assert_eq!(asked.lock().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_of_a_product_or_preset_gives_a_network_or_a_credential() {
    let (url, asked) = host().await;
    let entry = |key: &str| {
        format!(
            "    - release_table: {url}page\n      {key}\n      fields: {{releaseCycle: Version, eol: EOL}}\n"
        )
    };
    for key in [
        "credential: {host: 127.0.0.1, env: A_TOKEN}",
        "headers: {PRIVATE-TOKEN: $A_TOKEN}",
        "token: A_TOKEN",
        "env: A_TOKEN",
        "network: {allow: [127.0.0.1]}",
        "allow_local: true",
        "settings: named.toml",
    ] {
        let world = world(&[]);
        let entry = entry(key);
        world.write("products/foo.md", format!("---\ntitle: Foo\nauto:\n  methods:\n{entry}releases:\n  - releaseCycle: \"7\"\n---\n"));
        world.write("products/ours.md", "---\ntitle: Foo\nauto:\n  methods:\n    - ours: x\nreleases:\n  - releaseCycle: \"7\"\n---\n");
        let preset = &entry.replace("\n  ", "\n")[2..];
        world.write(
            "presets/ours.yaml",
            format!("# Ours.\n#\n# ```yaml\n# - ours: x\n# ```\nmethods:\n{preset}"),
        );
        let (code, said) = run(&world, &[("A_TOKEN", SECRET)], &["update", "--no-cache"]).await;
        let word = key.split(':').next().unwrap();
        assert_eq!(code, 1, "{said}");
        assert_eq!(
            said.matches(&format!("unknown key `{word}`")).count(),
            2,
            "{said}"
        );
    }
    assert_eq!(asked.lock().unwrap().len(), 0);
}
