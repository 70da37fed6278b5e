//! A proxy leads nowhere that may not be asked, and no secret leaves its host or is shown.

use std::path::Path;
use std::process::Output;

use fs_err as fs;
use shelflife::fetch::{Fetcher, LocalAddresses, NetworkPolicy, Request, Token};

use super::{limits, policy};
use crate::server::{Script, Server, answer, page};

const SECRET: &str = "s3cret";

fn write_product(folder: &Path, name: &str, method: &str) {
    let file = format!(
        "---\nauto:\n  methods:\n    - {method}\nreleases:\n  - releaseCycle: \"1\"\n    eol: 2020-01-01\n---\n"
    );
    fs::create_dir_all(folder.join("products")).unwrap();
    fs::write(folder.join("products").join(format!("{name}.md")), file).unwrap();
}

fn table(url: &str) -> String {
    format!("{{release_table: '{url}', fields: {{releaseCycle: Version, eol: End}}}}")
}

/// What comes of an update in a folder, with nothing of the environment but this.
async fn update(folder: &Path, more: &[&str], environment: &[(&str, String)]) -> Output {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_shelflife"));
    command
        .args(["update", "--today", "2026-11-23", "--deadline", "60s"])
        .args(more)
        .current_dir(folder)
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)));
    command.output().await.unwrap()
}

/// The text of every file below a folder, and their names.
pub(super) fn everything(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        all.push_str(&path.to_string_lossy());
        if path.is_dir() {
            all.push_str(&everything(&path));
        } else {
            all.push_str(&String::from_utf8_lossy(&fs::read(&path).unwrap()));
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_reaches_no_private_address() {
    let html = "<table><thead><tr><th>Version<th>End</thead><tbody><tr><td>1<td>May 2021</table>";
    let private = [
        "http://10.0.0.1/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/x",
        "http://[64:ff9b::a00:1]/x",
        "http://localhost/x",
        "http://0.0.0.0/x",
        "http://127.1/x",
    ];
    for variable in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        let proxy = Server::with(move |_, seen| match seen.path() {
            "http://1.1.1.1/moved" => answer(302, &[("location", "http://192.168.0.1/x")], ""),
            _ => page(html),
        })
        .await;
        let folder = tempfile::tempdir().unwrap();
        for (number, url) in private.iter().enumerate() {
            write_product(folder.path(), &format!("p{number}"), &table(url));
        }
        write_product(folder.path(), "moved", &table("http://1.1.1.1/moved"));
        write_product(folder.path(), "well", &table("http://1.1.1.1/x"));
        let output = update(
            folder.path(),
            &["--no-cache"],
            &[(variable, proxy.url("/"))],
        )
        .await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            said.matches("is not a public address").count(),
            private.len() + 1,
            "{said}"
        );
        assert!(said.contains("1 changed, 8 failed"), "{said}");
        let mut asked: Vec<String> = proxy
            .seen()
            .iter()
            .map(|seen| seen.path().to_owned())
            .collect();
        asked.sort();
        assert_eq!(
            asked,
            ["http://1.1.1.1/moved", "http://1.1.1.1/x"],
            "{variable}"
        );
    }
}

/// Each variable is read as for pages: `git` alone would ignore `HTTP_PROXY`.
#[tokio::test(flavor = "multi_thread")]
async fn git_asks_the_proxy_that_is_chosen_for_a_page_and_tells_it_the_password() {
    let host = Server::of([answer(404, &[], "")]).await;
    let path = "/x.git/info/refs?service=git-upload-pack";
    for (variable, no_proxy) in [
        ("http_proxy", ""),
        ("HTTP_PROXY", ""),
        ("ALL_PROXY", ""),
        ("HTTP_PROXY", "127.0.0.0/8"),
    ] {
        let proxy = Server::with(|_, seen| match seen.header("proxy-authorization") {
            Some(_) => answer(404, &[], ""),
            None => answer(407, &[("proxy-authenticate", "Basic realm=a")], ""),
        })
        .await;
        let folder = tempfile::tempdir().unwrap();
        write_product(
            folder.path(),
            "a",
            &format!("{{git: '{}'}}", host.url("/x.git")),
        );
        let environment = [
            (variable, format!("http://me:{SECRET}@{}/", proxy.address)),
            ("no_proxy", no_proxy.to_owned()),
            ("PATH", std::env::var("PATH").unwrap()),
        ];
        let before = host.count();
        let arguments = ["--no-cache", "--allow-local"];
        let output = update(folder.path(), &arguments, &environment).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("404"), "{variable}: {said}");
        assert!(!said.contains(SECRET), "{said}");
        let asked = |server: &Server, url: &str| {
            let seen = server.seen();
            seen.into_iter().rev().find(|seen| seen.path() == url)
        };
        if no_proxy.is_empty() {
            let by_git = asked(&proxy, &host.url(path)).expect(variable);
            assert!(by_git.header("proxy-authorization").is_some());
            assert_eq!(host.count(), before, "{variable}");
        } else {
            assert!(asked(&host, path).is_some(), "{variable}");
            assert_eq!(proxy.count(), 0, "{variable}");
        }
    }
}

/// What a run gives a program in its environment, of which this stands in the place.
#[cfg(unix)]
async fn given(program: &str, entry: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(program);
    fs::write(&path, "#!/bin/sh\nenv >> \"${0%/*}/given\"\nexit 1\n").unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    write_product(folder.path(), "a", entry);
    let settings = folder.path().join("settings.toml");
    let credential = "[[credential]]\nhost = \"a.test\"\nenv = \"MIRROR_TOKEN\"\n";
    fs::write(&settings, credential).unwrap();
    let programs = std::env::var("PATH").unwrap();
    let mut environment = vec![
        ("CHROME", path.display().to_string()),
        ("PATH", format!("{}:{programs}", folder.path().display())),
        ("SHELFLIFE_SETTINGS", settings.display().to_string()),
        (
            "npm_config_registry",
            format!("https://me:{SECRET}@a.test/"),
        ),
        ("GIT_ASKPASS", SECRET.to_owned()),
    ];
    for name in [
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "ACTIONS_RUNTIME_TOKEN",
        "MIRROR_TOKEN",
        "PASSWORD",
    ] {
        environment.push((name, SECRET.to_owned()));
    }
    let arguments = ["--no-cache", "--allow-local"];
    let output = update(folder.path(), &arguments, &environment).await;
    fs::read_to_string(folder.path().join("given")).unwrap_or_else(|_| panic!("{output:?}"))
}

#[cfg(all(unix, feature = "browser"))]
#[tokio::test(flavor = "multi_thread")]
async fn the_browser_is_given_no_secret_of_the_environment() {
    let entry =
        table("http://127.0.0.1:1/").replace(", fields", ", render_javascript: true, fields");
    let given = given("browser", &entry).await;
    assert!(given.contains("PATH="), "{given}");
    assert!(!given.contains(SECRET), "{given}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn git_is_given_no_secret_of_the_environment() {
    let server = Server::of([answer(404, &[], "")]).await;
    for url in [server.url("/x.git"), "git://127.0.0.1:1/x.git".to_owned()] {
        let given = given("git", &format!("{{git: '{url}'}}")).await;
        assert!(given.contains("PATH="), "{given}");
        assert!(!given.contains(SECRET), "{given}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_the_proxy_says_so() {
    let wants_login = Server::of([answer(407, &[], "")]).await;
    let nobody = "http://127.0.0.1:1/".to_owned();
    let [login, unreachable] = [
        "the proxy asks for a user name and password",
        "no connection through the proxy, 4 tries",
    ];
    for (url, proxy, wanted) in [
        ("http://1.1.1.1/x", wants_login.url("/"), login),
        ("https://1.1.1.1/x", wants_login.url("/"), login),
        ("http://1.1.1.1/x", nobody.clone(), unreachable),
        ("https://1.1.1.1/x", nobody, unreachable),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write_product(folder.path(), "a", &table(url));
        let output = update(folder.path(), &["--no-cache"], &[("all_proxy", proxy)]).await;
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.contains(wanted), "{url}: {errors}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_of_the_environment_or_of_a_url_is_shown_or_kept() {
    let proxy = Server::with(|_, seen| match seen.path() {
        "http://1.1.1.1/leak" => answer(
            302,
            &[
                ("location", "http://me:s3cret@1.1.1.1/"),
                ("set-cookie", "a=s3cret"),
            ],
            "",
        ),
        _ => answer(500, &[], "ill"),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    write_product(folder.path(), "a", "{npm: a}");
    write_product(folder.path(), "b", "{pypi: b}");
    write_product(folder.path(), "c", &table("http://me:s3cret@1.1.1.1/x"));
    write_product(folder.path(), "d", &table("http://1.1.1.1/leak"));
    write_product(folder.path(), "e", &table("http://1.1.1.1/ill"));
    let with_password = |at: &str| format!("http://me:{SECRET}@{at}/");
    let proxies = [
        with_password(&proxy.address.to_string()),
        with_password("127.0.0.1:1"),
    ];
    for proxy in proxies {
        for format in ["text", "json"] {
            let environment = [
                ("http_proxy", proxy.clone()),
                ("https_proxy", proxy.clone()),
                ("GITHUB_TOKEN", SECRET.to_owned()),
                ("npm_config_registry", with_password("1.1.1.1")),
                ("PIP_INDEX_URL", with_password("1.1.1.1")),
                ("GITHUB_ACTIONS", "true".to_owned()),
                (
                    "GITHUB_OUTPUT",
                    folder.path().join("output").display().to_string(),
                ),
                (
                    "GITHUB_STEP_SUMMARY",
                    folder.path().join("summary").display().to_string(),
                ),
            ];
            let arguments = [
                "--record",
                "r.har",
                "--cache-dir",
                "cache",
                "-v",
                "--format",
                format,
            ];
            let output = update(folder.path(), &arguments, &environment).await;
            let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(said.contains("failed"), "{said}");
            assert!(!said.contains(SECRET), "{said}");
        }
    }
    fs::remove_dir_all(folder.path().join("products")).unwrap();
    let kept = everything(folder.path());
    assert!(
        kept.contains("summary") && kept.contains("r.har"),
        "{kept:.500}"
    );
    assert!(!kept.contains(SECRET), "{kept}");
}

#[tokio::test]
async fn a_token_is_in_no_error_no_recording_and_no_cache() {
    let scripts = |path: &str| match path {
        "/ill" => answer(500, &[], "ill"),
        "/gone" => answer(404, &[], "gone"),
        "/circle" => answer(302, &[("location", "/circle")], ""),
        "/away" => answer(302, &[("location", "http://10.0.0.1/")], ""),
        "/cut" => Script::raw("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nx"),
        "/garbage" => Script::raw("\0\0\0"),
        _ => page("7"),
    };
    let server = Server::with(move |_, seen| scripts(seen.path())).await;
    let folder = tempfile::tempdir().unwrap();
    let mut policy = policy(&server);
    policy.cache = Some(folder.path().join("cache"));
    let fetcher = Fetcher::live(policy).unwrap();
    let fetcher = fetcher.recording(&folder.path().join("r.har")).unwrap();
    for path in [
        "/well", "/ill", "/gone", "/circle", "/away", "/cut", "/garbage",
    ] {
        let token = Some(Token::new("127.0.0.1", SECRET));
        let request = Request::Post {
            url: server.url(path),
            json: "{}".into(),
            token,
        };
        assert!(!format!("{request:?}").contains(SECRET), "{request:?}");
        let got = fetcher.fetch(&request).await;
        assert_eq!(got.is_ok(), path == "/well", "{path}");
        let shown = format!(
            "{got:?} {:?}",
            got.as_ref().map_err(ToString::to_string).err()
        );
        assert!(!shown.contains(SECRET), "{shown}");
    }
    fetcher.finish().unwrap();
    let sent = server.seen();
    let with_token = |path: &str| {
        sent.iter()
            .any(|seen| seen.path() == path && seen.header("authorization").is_some())
    };
    assert!(with_token("/well") && with_token("/ill"));
    let kept = everything(folder.path());
    assert!(kept.contains("/gone") && !kept.contains(SECRET), "{kept}");
}

#[tokio::test]
async fn a_token_with_a_line_break_is_refused_and_not_shown() {
    let server = Server::of([page("7")]).await;
    let fetcher = Fetcher::live(NetworkPolicy {
        local: LocalAddresses::Only(vec![server.address]),
        limits: limits(),
        ..NetworkPolicy::default()
    })
    .unwrap();
    let token = Some(Token::new("127.0.0.1", format!("{SECRET}\r\nx: y")));
    let request = Request::Post {
        url: server.url("/"),
        json: "{}".into(),
        token,
    };
    let got = fetcher.fetch(&request).await;
    let error = got.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(SECRET), "{error}");
    assert_eq!(server.count(), 0);
}
