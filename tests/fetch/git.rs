//! Repositories: their tags, their files, and what a stranger's URL cannot do.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use fs_err as fs;
use shelflife::digest::Digest;
use shelflife::fetch::{
    FetchError, Fetcher, ForbiddenError, GitWanted, LocalAddresses, NetworkPolicy, Request, files,
};
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::{fetcher, limits};
#[cfg(target_os = "linux")]
use crate::server::Script;
use crate::server::{Seen, Server, answer};

/// A repository on this disk.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "--quiet", "--initial-branch=main"], "");
        for key in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
            repository.git(&["config", key, "true"], "");
        }
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn url(&self) -> String {
        format!("file://{}", self.path().display())
    }

    fn git(&self, arguments: &[&str], date: &str) -> String {
        let output = Command::new("git")
            .current_dir(self.path())
            .args(["-c", "user.name=A", "-c", "user.email=a@a.test"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_DATE", date)
            .env("GIT_COMMITTER_DATE", date)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, path: &str, text: &str, date: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self.git(&["add", "--all"], date);
        self.git(&["commit", "--quiet", "--message=x"], date);
    }

    fn tag(&self, name: &str, date: &str) {
        self.git(&["tag", "--annotate", "--message=x", name], date);
    }
}

/// A server that says what `git` itself says of a repository.
async fn serving(repository: &Repository) -> Server {
    serving_at("127.0.0.1:0", repository).await.unwrap()
}

async fn serving_at(address: &str, repository: &Repository) -> std::io::Result<Server> {
    let path = repository.path().to_owned();
    Server::at(address, move |_, seen| {
        let discovery = seen.path().ends_with("/info/refs?service=git-upload-pack");
        let mut git = Command::new("git");
        git.args(["upload-pack", "--stateless-rpc"]);
        if discovery {
            git.arg("--http-backend-info-refs");
        }
        let mut git = git
            .arg(&path)
            .env("GIT_PROTOCOL", seen.header("git-protocol").unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut asked = git.stdin.take().unwrap();
        asked.write_all(seen.body.as_bytes()).unwrap();
        drop(asked);
        let mut said = git.wait_with_output().unwrap().stdout;
        let mut kind = "application/x-git-upload-pack-result";
        if discovery {
            said.splice(0..0, *b"001e# service=git-upload-pack\n0000");
            kind = "application/x-git-upload-pack-advertisement";
        }
        answer(200, &[("content-type", kind)], said)
    })
    .await
}

fn local(cache: Option<&Path>) -> Fetcher {
    Fetcher::live(NetworkPolicy {
        local: LocalAddresses::Allow,
        cache: cache.map(Path::to_owned),
        limits: limits(),
        ..NetworkPolicy::default()
    })
    .unwrap()
}

async fn ask(fetcher: &Fetcher, url: &str, git: GitWanted) -> Result<String, FetchError> {
    let page = fetcher.fetch(&Request::git(url, git)).await?;
    Ok(page.text().into_owned())
}

#[tokio::test]
async fn a_tag_has_the_day_of_its_creator_where_that_was() {
    let repository = Repository::new();
    repository.commit("a", "1", "2020-05-05T23:30:00 -0800");
    repository.git(&["tag", "light"], "");
    repository.tag("v1.0", "2020-05-07T00:30:00 +1400");
    repository.git(&["tag", "blob", "HEAD:a"], "");
    let tags = ask(&local(None), &repository.url(), GitWanted::Tags)
        .await
        .unwrap();
    assert_eq!(days(&tags), "blob\t\nlight\t2020-05-05\nv1.0\t2020-05-07\n");
    let id = |name: &str| repository.git(&["rev-parse", name], "").trim().to_owned();
    let ids: Vec<&str> = tags
        .lines()
        .flat_map(|line| line.splitn(3, '\t').skip(2))
        .collect();
    let (blob, head, tag) = (id("blob"), id("HEAD"), id("v1.0"));
    assert_eq!(
        ids,
        [
            format!("{blob}\t"),
            format!("{head}\t{head}"),
            format!("{tag}\t{head}")
        ]
    );
}

/// The names and days of a list of tags.
fn days(tags: &str) -> String {
    let line = |line: &str| {
        let parts: Vec<&str> = line.split('\t').take(2).collect();
        parts.join("\t") + "\n"
    };
    tags.lines().map(line).collect()
}

#[tokio::test]
async fn a_known_object_is_fetched_once_and_a_deleted_tag_is_gone() {
    let cache = tempfile::tempdir().unwrap();
    let repository = Repository::new();
    repository.commit("a", "1", "2020-05-05T00:00:00 +0000");
    repository.tag("v1.0", "2020-05-05T00:00:00 +0000");
    repository.tag("v1.1", "2020-05-06T00:00:00 +0000");
    let run = async || {
        ask(
            &local(Some(cache.path())),
            &repository.url(),
            GitWanted::Tags,
        )
        .await
    };
    assert_eq!(
        days(&run().await.unwrap()),
        "v1.0\t2020-05-05\nv1.1\t2020-05-06\n"
    );
    // What is kept is believed, so nobody asks again.
    for entry in fs::read_dir(cache.path().join("git")).unwrap() {
        let path = entry.unwrap().path();
        let kept = fs::read_to_string(&path).unwrap();
        let (_, kept) = kept.split_once('\n').unwrap();
        let kept = kept.replace("2020-05-05", "2019-09-09");
        let checksum = Digest::of(kept.as_bytes());
        fs::write(path, format!("{checksum}\n{kept}")).unwrap();
    }
    repository.git(&["tag", "--delete", "v1.1"], "");
    repository.tag("v1.2", "2020-05-07T00:00:00 +0000");
    assert_eq!(
        days(&run().await.unwrap()),
        "v1.0\t2019-09-09\nv1.2\t2020-05-07\n"
    );
}

#[tokio::test]
async fn files_are_those_of_the_newest_commit() {
    let cache = tempfile::tempdir().unwrap();
    let repository = Repository::new();
    let date = "2020-05-05T00:00:00 +0000";
    repository.commit("news/1", "old", date);
    let run = async |branch: &str| {
        let wanted = GitWanted::Files {
            branch: branch.into(),
            paths: vec!["news".into(), "absent".into()],
        };
        let request = Request::git(repository.url(), wanted);
        let page = local(Some(cache.path())).fetch(&request).await?;
        Ok::<_, FetchError>(files(&page).into_iter().collect::<Vec<_>>())
    };
    let one = |text: &str| ("news/1".to_owned(), text.to_owned());
    assert_eq!(run("main").await.unwrap(), [one("old")]);
    repository.commit("news/1", "new\n", date);
    repository.commit("news/2", "", date);
    repository.commit("other", "x", date);
    let two = ("news/2".to_owned(), String::new());
    assert_eq!(run("main").await.unwrap(), [one("new\n"), two]);
    assert!(run("absent").await.unwrap_err().is_absent());
    assert!(run("-x").await.unwrap_err().is_absent());
    let branches = ask(&local(None), &repository.url(), GitWanted::Branches).await;
    assert_eq!(branches.unwrap(), "main\n");
}

#[tokio::test]
async fn a_repository_is_recorded_as_it_is_replayed() {
    let (recording, repository) = (tempfile::tempdir().unwrap(), Repository::new());
    repository.commit("news/1", "text\n", "2020-05-05T00:00:00 +0000");
    repository.tag("v1.0", "2020-05-05T00:00:00 +0000");
    let url = repository.url();
    let tour = async |fetcher: &Fetcher| {
        let news = GitWanted::Files {
            branch: "main".into(),
            paths: vec!["news".into()],
        };
        let mut seen = Vec::new();
        for git in [GitWanted::Tags, GitWanted::Branches, news] {
            seen.push(ask(fetcher, &url, git).await.unwrap());
        }
        seen
    };
    let live = local(None).recording(recording.path()).unwrap();
    let seen = tour(&live).await;
    live.finish().unwrap();
    // A recording is asked for repositories elsewhere; those of this machine are read.
    let replay = || Fetcher::replay(recording.path()).unwrap();
    let refused = ask(&replay(), &url, GitWanted::Tags).await.unwrap_err();
    assert!(
        refused.to_string().contains("folder of this machine"),
        "{refused}"
    );
    assert_eq!(tour(&replay().with_local_repositories()).await, seen);
    let host = recording.path().join("a.test");
    let below = url.strip_prefix("file:///").unwrap();
    let recorded = fs::read_dir(recording.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    fs::rename(recorded.path(), host).unwrap();
    let elsewhere = format!("https://a.test/{below}");
    let elsewhere = async |git: GitWanted| ask(&replay(), &elsewhere, git).await.unwrap();
    assert_eq!(elsewhere(GitWanted::Tags).await, seen[0]);
    assert_eq!(elsewhere(GitWanted::Branches).await, seen[1]);
    let news = GitWanted::Files {
        branch: "main".into(),
        paths: vec!["news".into(), "absent".into()],
    };
    assert_eq!(elsewhere(news).await, seen[2]);
}

#[tokio::test]
async fn a_git_url_is_no_command_no_option_and_no_file() {
    let fetcher = Fetcher::live(NetworkPolicy::default()).unwrap();
    for url in [
        "ext::sh -c 'touch /tmp/x'",
        "ssh://a.test/x",
        "--upload-pack=touch",
        "https://me:secret@a.test/x",
        "https://127.0.0.1/x",
        "git://127.0.0.1/x",
        "git://localhost/x",
        "file:///etc",
    ] {
        let error = ask(&fetcher, url, GitWanted::Tags).await.unwrap_err();
        assert!(
            matches!(error, FetchError::Forbidden { .. }),
            "{url}: {error}"
        );
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

/// The program decodes a name before it resolves it, and resolves it itself.
#[tokio::test]
async fn a_git_url_whose_name_is_encoded_reaches_no_address_that_was_not_checked() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let refuses = Fetcher::live(NetworkPolicy::default()).unwrap();
    for host in ["127.0.0.%31", "local%68ost", "127%2e0.0.1"] {
        let url = format!("git://{host}:{port}/x");
        let error = ask(&refuses, &url, GitWanted::Tags).await.unwrap_err();
        assert!(error.to_string().contains("not asked"), "{error}");
    }
    let allows = Fetcher::live(NetworkPolicy {
        local: LocalAddresses::Allow,
        limits: limits(),
        ..NetworkPolicy::default()
    });
    let (allows, url) = (allows.unwrap(), format!("git://localhost:{port}/x"));
    let asked = async {
        // Only this one arrives, and the server is told the name.
        let (mut stream, _) = listener.accept().await.unwrap();
        // Its length, four digits, may come alone.
        let mut length = [0; 4];
        stream.read_exact(&mut length).await.unwrap();
        let length = u64::from_str_radix(std::str::from_utf8(&length).unwrap(), 16).unwrap();
        let mut request = String::new();
        let mut rest = (&mut stream).take(length - 4);
        rest.read_to_string(&mut request).await.unwrap();
        drop((stream, listener));
        request
    };
    let asked = timeout(Duration::from_secs(30), asked);
    let (asked, answer) = tokio::join!(asked, ask(&allows, &url, GitWanted::Tags));
    let asked = asked.expect("the repository is asked");
    assert!(answer.is_err());
    assert!(
        asked.contains(&format!(" /x\0host=localhost:{port}\0")),
        "{asked}"
    );
}

#[tokio::test]
async fn a_branch_or_path_that_looks_like_an_option_is_a_name() {
    let repository = Repository::new();
    repository.commit("--output=x", "7", "2020-05-05T00:00:00 +0000");
    repository.git(&["update-ref", "refs/tags/--upload-pack=x", "main"], "");
    repository.git(&["update-ref", "refs/heads/--upload-pack=x", "main"], "");
    let fetcher = local(None);
    let tags = ask(&fetcher, &repository.url(), GitWanted::Tags)
        .await
        .unwrap();
    assert!(tags.starts_with("--upload-pack=x\t2020-05-05\t"), "{tags}");
    assert_eq!(tags.lines().count(), 1);
    let wanted = |branch: &str| GitWanted::Files {
        branch: branch.into(),
        paths: vec!["--output=x".into(), "--upload-pack=y".into(), ":/".into()],
    };
    let page = fetcher
        .fetch(&Request::git(repository.url(), wanted("main")))
        .await
        .unwrap();
    let found: Vec<_> = files(&page).into_iter().collect();
    assert_eq!(found, [("--output=x".to_owned(), "7".to_owned())]);
    for branch in [
        "--upload-pack=x",
        "-c",
        "main:x",
        "main..main",
        "+main",
        "a\nb",
        "",
    ] {
        let got = ask(&fetcher, &repository.url(), wanted(branch)).await;
        assert!(got.is_err(), "{branch:?}");
    }
}

#[tokio::test]
async fn git_requests_name_the_user_agent_and_a_missing_repository_is_absent() {
    let server = Server::with(|_, _| answer(404, &[], "no")).await;
    let error = ask(&fetcher(&server), &server.url("/x.git"), GitWanted::Tags).await;
    assert!(error.unwrap_err().is_absent());
    // By us first, and then as `git` would have it.
    let seen = server.seen();
    assert_eq!(seen[0].path(), "/x.git/git-upload-pack");
    assert_eq!(seen[1].path(), "/x.git/info/refs?service=git-upload-pack");
    for seen in &seen {
        assert_eq!(seen.header("user-agent"), Some(NetworkPolicy::USER_AGENT));
        assert_eq!(seen.header("git-protocol"), Some("version=2"));
    }
}

#[tokio::test]
async fn unchanged_tags_need_one_request_and_no_git_process() {
    let repository = Repository::new();
    repository.commit("a", "1", "2020-05-05T00:00:00 +0000");
    repository.git(&["tag", "light"], "");
    repository.tag("v1.0", "2020-05-06T00:00:00 +0000");
    let server = serving(&repository).await;
    let cache = tempfile::tempdir().unwrap();
    let fetcher = || {
        let cache = Some(cache.path().to_owned());
        let policy = super::policy(&server);
        Fetcher::live(NetworkPolicy { cache, ..policy }).unwrap()
    };
    let url = server.url("/x.git");
    let run = async || ask(&fetcher(), &url, GitWanted::Tags).await.unwrap();
    // What `git` lists of the same repository where it lies.
    let listed = ask(&local(None), &repository.url(), GitWanted::Tags).await;
    let listed = listed.unwrap();
    assert_eq!(days(&listed), "light\t2020-05-05\nv1.0\t2020-05-06\n");
    assert_eq!(run().await, listed);
    let paths = |seen: &[Seen]| -> Vec<String> {
        let path = |seen: &Seen| seen.path().trim_start_matches("/x.git/").to_owned();
        seen.iter().map(path).collect()
    };
    assert_eq!(
        paths(&server.seen()),
        [
            "git-upload-pack",
            "info/refs?service=git-upload-pack",
            "git-upload-pack"
        ]
    );
    assert_eq!(run().await, listed);
    assert_eq!(paths(&server.seen()[3..]), ["git-upload-pack"]);
    let branches = ask(&fetcher(), &url, GitWanted::Branches).await.unwrap();
    assert_eq!(branches, "main\n");
    assert_eq!(paths(&server.seen()[4..]), ["git-upload-pack"]);
}

#[tokio::test]
async fn a_repository_at_an_ipv6_address_is_read() {
    let repository = Repository::new();
    repository.commit("a", "1", "2020-05-05T00:00:00 +0000");
    repository.tag("v1.0", "2020-05-06T00:00:00 +0000");
    let Ok(server) = serving_at("[::1]:0", &repository).await else {
        return; // a machine without IPv6
    };
    let tags = ask(&fetcher(&server), &server.url("/x.git"), GitWanted::Tags).await;
    assert_eq!(days(&tags.unwrap()), "v1.0\t2020-05-06\n");
}

#[tokio::test]
async fn a_git_redirect_is_followed_and_checked() {
    let server = Server::with(|_, seen| match seen.path() {
        path if path.starts_with("/old.git") => answer(
            301,
            &[("location", "/new.git/info/refs?service=git-upload-pack")],
            "",
        ),
        path if path.starts_with("/evil.git") => {
            answer(302, &[("location", "http://127.0.0.1:1/info/refs")], "")
        }
        _ => answer(404, &[], "gone"),
    })
    .await;
    let fetcher = fetcher(&server);
    ask(&fetcher, &server.url("/old.git"), GitWanted::Tags)
        .await
        .unwrap_err();
    let seen = server.seen();
    assert!(seen.iter().any(|seen| seen.path().starts_with("/new.git/")));
    let error = ask(&fetcher, &server.url("/evil.git"), GitWanted::Tags).await;
    let error = error.unwrap_err();
    let local = matches!(
        error,
        FetchError::Forbidden {
            reason: ForbiddenError::LocalAddress(_),
            ..
        }
    );
    assert!(local, "{error}");
}

#[tokio::test]
async fn a_git_server_error_is_retried() {
    let server = Server::with(|_, _| answer(503, &[], "")).await;
    let error = ask(&fetcher(&server), &server.url("/x.git"), GitWanted::Tags).await;
    let error = error.unwrap_err();
    assert!(error.to_string().contains("(503, 3 tries)"), "{error}");
    assert_eq!(server.count(), 3);
}

/// The programs on this machine that were started with a text among their arguments.
#[cfg(target_os = "linux")]
fn started_with(text: &str) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|process| fs::read(process.path().join("cmdline")).ok())
        .filter(|line| String::from_utf8_lossy(line).contains(text))
        .count()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_cancelled_fetch_ends_git_and_its_children() {
    let server = Server::of([answer(404, &[], ""), Script::raw("").and_hang()]).await;
    let fetcher = fetcher(&server);
    let url = server.url("/x.git");
    let wait = Duration::from_millis(5);
    let asked = async {
        while server.count() < 2 {
            tokio::time::sleep(wait).await;
        }
        started_with(&url)
    };
    let started = tokio::select! {
        tags = ask(&fetcher, &url, GitWanted::Tags) => panic!("{tags:?}"),
        started = asked => started,
    };
    // The program itself, and the one that speaks http for it.
    assert!(started >= 2, "{started}");
    while started_with(&url) > 0 {
        tokio::time::sleep(wait).await;
    }
}
