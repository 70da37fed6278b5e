//! The user's own Chromium against pages on loopback that need it: one test for each thing
//! promised.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use shelflife::fetch::{
    FetchError, Fetcher, ForbiddenError, Limits, LocalAddresses, NetworkPolicy, Render, Request,
    TransientError,
};

use crate::Test;
use crate::server::{Script, Seen, Server, answer, page};

/// What the program takes for a Chromium in `PATH`.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
];

pub(crate) const TESTS: &[Test] = tests![
    async
    a_table_that_a_script_builds_later_is_waited_for,
    networkidle_waits_for_a_quiet_network,
    domcontentloaded_and_commit_wait_for_no_image,
    click_selector_is_clicked_before_the_page_is_read,
    a_user_agent_is_sent_and_seen_by_scripts,
    a_page_that_hangs_times_out_and_delays_no_other,
    a_rendered_page_reaches_no_local_address,
    a_page_that_holds_connections_delays_no_other,
    a_pop_up_ends_with_its_page,
    a_page_leaves_nothing_for_another,
    a_download_is_refused,
    an_error_status_of_a_rendered_page_is_an_error,
    a_missing_element_is_an_error_with_its_selector,
    a_rendered_page_is_recorded_and_no_temporary_file_is_left,
    #[cfg(unix)]
    an_interrupted_run_removes_the_browser_profile,
    #[cfg(target_os = "linux")]
    a_killed_run_ends_the_browser_and_removes_its_profile,
    a_run_at_its_deadline_removes_the_browser_profile,
];

/// Why no test can be run here, if there is a reason.
pub(crate) fn missing() -> Option<&'static str> {
    let named = std::env::var_os("CHROME").is_some_and(|path| Path::new(&path).is_file());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = named
        || std::env::split_paths(&path)
            .flat_map(|folder| NAMES.map(|name| folder.join(name)))
            .any(|path| path.is_file());
    (!found).then_some("no Chromium in CHROME or PATH")
}

fn policy(server: &Server) -> NetworkPolicy {
    NetworkPolicy {
        local: LocalAddresses::Only(vec![server.address]),
        proxy: false,
        limits: Limits {
            tries: 1,
            render_step: Duration::from_secs(20),
            ..Limits::default()
        },
        ..NetworkPolicy::default()
    }
}

fn rendered(url: String, render: Render) -> Request {
    Request::get(url).with_render(Some(render))
}

fn waiting_for(selector: &str) -> Render {
    Render {
        wait_for: Some(selector.into()),
        ..Render::default()
    }
}

async fn text(fetcher: &Fetcher, request: Request) -> String {
    fetcher.fetch(&request).await.unwrap().text().into_owned()
}

async fn error(fetcher: &Fetcher, request: Request) -> FetchError {
    let page = fetcher.fetch(&request).await;
    page.map(|page| page.text().into_owned()).unwrap_err()
}

/// A page whose script runs this with `row`, which adds a row to a table.
fn scripted(script: &str) -> Script {
    page(&format!(
        "<!doctype html><meta charset=utf-8><title>ö</title><body><div id=hidden style='display:none'>x</div>
         <script>
         function row(text) {{
             if (!document.querySelector('table')) document.body.innerHTML +=
                 '<table><thead><tr><th>Version<th>EOL<tbody></table>';
             document.querySelector('tbody').innerHTML += '<tr><td>' + text + '<td>2027-05-31';
         }}
         {script}</script>"
    ))
}

async fn a_table_that_a_script_builds_later_is_waited_for() {
    let script = "alert('hello'); setTimeout(() => row('7'), 700)";
    let server = Server::of([scripted(script)]).await;
    let fetcher = Fetcher::live(policy(&server)).unwrap();
    let found = text(&fetcher, rendered(server.url("/"), waiting_for("table"))).await;
    assert!(found.contains("<td>7</td><td>2027-05-31</td>"), "{found}");
    assert!(
        found.starts_with("<!DOCTYPE html>") && found.contains("<title>ö</title>"),
        "{found}"
    );
}

async fn networkidle_waits_for_a_quiet_network() {
    let server = Server::with(|_, seen: &Seen| match seen.path() {
        "/data" => answer(200, &[], "8"),
        _ => scripted(
            "addEventListener('load', () => setTimeout(() =>
                 fetch('/data').then((answer) => answer.text()).then(row), 50))",
        ),
    })
    .await;
    let fetcher = Fetcher::live(policy(&server)).unwrap();
    let render = Render {
        wait_until: Some("networkidle".into()),
        ..Render::default()
    };
    let found = text(&fetcher, rendered(server.url("/"), render)).await;
    assert!(found.contains("<td>8</td>"), "{found}");
}

async fn domcontentloaded_and_commit_wait_for_no_image() {
    let server = Server::with(|_, seen: &Seen| match seen.path() {
        "/slow.png" => answer(200, &[], "").and_hang(),
        "/favicon.ico" => answer(404, &[], "no"),
        _ => page("<!doctype html><body><p>early</p><img src=/slow.png>"),
    })
    .await;
    let fetcher = Fetcher::live(policy(&server)).unwrap();
    for event in ["domcontentloaded", "commit"] {
        let render = Render {
            wait_until: Some(event.into()),
            wait_for: Some("p".into()),
            ..Render::default()
        };
        let found = text(&fetcher, rendered(server.url(&format!("/{event}")), render)).await;
        assert!(found.contains("<p>early</p>"), "{found}");
    }
}

async fn click_selector_is_clicked_before_the_page_is_read() {
    let server = Server::of([scripted(
        "document.body.innerHTML += '<div><a href=# id=tab> Visual  COBOL <b>for you</b></a></div>';
         document.querySelector('#tab').onclick = () => { setTimeout(() => row('9'), 300); return false; }",
    )])
    .await;
    let fetcher = Fetcher::live(policy(&server)).unwrap();
    let render = Render {
        wait_for: Some("text=visual cobol for".into()),
        click_selector: Some("text=\"Visual COBOL for you\"".into()),
        ..Render::default()
    };
    let found = text(&fetcher, rendered(server.url("/"), render)).await;
    assert!(found.contains("<td>9</td>"), "{found}");
}

async fn a_user_agent_is_sent_and_seen_by_scripts() {
    let server = Server::with(|_, seen: &Seen| {
        let agent = seen.header("user-agent").unwrap_or_default();
        scripted(&format!(
            "row('sent {agent}'); row('seen ' + navigator.userAgent)"
        ))
    })
    .await;
    let fetcher = Fetcher::live(policy(&server)).unwrap();
    let request = rendered(server.url("/"), Render::default());
    let own = text(&fetcher, request.clone()).await;
    assert!(
        own.contains("shelflife/") && own.contains("Chrome/"),
        "{own}"
    );
    let named = text(
        &fetcher,
        request.with_user_agent(Some("Some Agent/1.0".into())),
    )
    .await;
    assert!(
        named.contains("<td>sent Some Agent/1.0</td>")
            && named.contains("<td>seen Some Agent/1.0</td>"),
        "{named}"
    );
}

async fn a_page_that_hangs_times_out_and_delays_no_other() {
    let server = Server::with(|_, seen: &Seen| match seen.path() {
        "/loop" => scripted("setTimeout(() => { while (true) {} }, 10)"),
        "/never" => Script::raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n").and_hang(),
        _ => scripted("row('7')"),
    })
    .await;
    let mut policy = policy(&server);
    policy.limits.render_step = Duration::from_secs(3);
    policy.limits.render_total = Duration::from_secs(5);
    let fetcher = Fetcher::live(policy).unwrap();
    // The browser's start is not the page's time.
    text(&fetcher, rendered(server.url("/first"), Render::default())).await;
    let started = Instant::now();
    let (hung, never, well) = tokio::join!(
        error(
            &fetcher,
            rendered(server.url("/loop"), waiting_for("table"))
        ),
        error(&fetcher, rendered(server.url("/never"), Render::default())),
        text(
            &fetcher,
            rendered(server.url("/well"), waiting_for("table"))
        ),
    );
    assert!(
        started.elapsed() < Duration::from_secs(15),
        "{:?}",
        started.elapsed()
    );
    assert!(
        matches!(
            hung,
            FetchError::NotRendered { .. } | FetchError::Transient { .. }
        ),
        "{hung:?}"
    );
    assert!(
        matches!(
            never,
            FetchError::Transient {
                cause: TransientError::Timeout,
                ..
            }
        ),
        "{never:?}"
    );
    assert!(well.contains("<td>7</td>"), "{well}");
}

async fn a_rendered_page_reaches_no_local_address() {
    let inside = Server::of([page("secret")]).await;
    let secret = inside.url("/secret");
    let elsewhere = secret.clone();
    let server = Server::with(move |_, seen: &Seen| match seen.path() {
        "/redirect" => answer(302, &[("location", &elsewhere)], ""),
        "/script" => page(&format!("<script>location = '{elsewhere}'</script>")),
        _ => scripted(&format!(
            "fetch('{elsewhere}', {{mode: 'no-cors'}}).then(() => row('in'), () => row('out'));
             new WebSocket('{}'); document.body.innerHTML += '<iframe src=\"{elsewhere}\"></iframe><img src=\"{elsewhere}\">'",
            elsewhere.replace("http", "ws")
        )),
    })
    .await;
    let fetcher = Fetcher::live(policy(&server)).unwrap();
    text(&fetcher, rendered(server.url("/"), waiting_for("table"))).await;
    let error = error(
        &fetcher,
        rendered(server.url("/redirect"), Render::default()),
    )
    .await;
    let reason = ForbiddenError::LocalAddress("127.0.0.1".parse().unwrap());
    assert!(
        matches!(&error, FetchError::Forbidden { reason: found, .. } if *found == reason),
        "{error:?}"
    );
    assert!(error.hint().unwrap().contains("--allow-local"), "{error:?}");
    let _ = fetcher
        .fetch(&rendered(server.url("/script"), Render::default()))
        .await;
    assert_eq!(inside.count(), 0);
}

async fn a_page_that_holds_connections_delays_no_other() {
    // A browser opens six connections to one host.
    let mut silent = Vec::new();
    for _ in 0..48 {
        silent.push(Server::of([Script::raw("").and_hang()]).await);
    }
    let hold = |server: &Server| {
        let url = server.url("/");
        format!("for (let i = 0; i < 6; i++) fetch('{url}' + i, {{mode: 'no-cors'}});")
    };
    let hold: String = silent.iter().map(hold).collect();
    let server = Server::with(move |_, seen: &Seen| match seen.path() {
        "/hold" => page(&format!("<body><script>{hold}</script>")),
        _ => scripted("row('7')"),
    })
    .await;
    let mut policy = policy(&server);
    let mut addresses: Vec<_> = silent.iter().map(|server| server.address).collect();
    addresses.push(server.address);
    policy.local = LocalAddresses::Only(addresses);
    policy.limits.render_step = Duration::from_secs(40);
    let fetcher = Fetcher::live(policy).unwrap();
    let held = || silent.iter().map(Server::count).sum::<usize>();
    let others = async {
        // Until there are no more.
        let mut before = 0;
        while held() == 0 || held() > before {
            before = held();
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let other = |path: &str| rendered(server.url(path), waiting_for("table"));
        tokio::join!(text(&fetcher, other("/1")), text(&fetcher, other("/2")))
    };
    let (one, two) = tokio::select! {
        error = error(&fetcher, rendered(server.url("/hold"), waiting_for("table"))) => {
            panic!("it ended first: {error}")
        }
        others = others => others,
    };
    assert!(held() > 32, "{}", held());
    assert!(one.contains("<td>7</td>") && two.contains("<td>7</td>"));
}

async fn a_pop_up_ends_with_its_page() {
    let server = Server::with(|_, seen: &Seen| match seen.path() {
        "/pop-up?" => page("<script>setInterval(() => fetch('/ping'), 100)</script>"),
        "/ping" => answer(200, &[], "pong"),
        _ => scripted(
            "document.body.innerHTML += '<form target=_blank action=/pop-up></form>';
             document.querySelector('form').submit(); setTimeout(() => row('7'), 2000)",
        ),
    })
    .await;
    let fetcher = Fetcher::live(policy(&server)).unwrap();
    let pings = || {
        let seen = server.seen();
        seen.iter().filter(|seen| seen.path() == "/ping").count()
    };
    let found = text(&fetcher, rendered(server.url("/"), waiting_for("table"))).await;
    assert!(found.contains("<td>7</td>"), "{found}");
    assert!(pings() > 0);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let so_far = pings();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(pings(), so_far);
}

async fn a_page_leaves_nothing_for_another() {
    let server = Server::with(|_, seen: &Seen| match seen.path() {
        "/first" => scripted("document.cookie = 'a=1'; localStorage.b = 2; row('left')"),
        _ => scripted("row('found ' + document.cookie + (localStorage.b || ''))"),
    })
    .await;
    let fetcher = Fetcher::live(policy(&server)).unwrap();
    let first = text(
        &fetcher,
        rendered(server.url("/first"), waiting_for("table")),
    );
    assert!(first.await.contains("<td>left</td>"));
    let second = rendered(server.url("/second"), waiting_for("table"));
    let second = text(&fetcher, second).await;
    assert!(second.contains("<td>found </td>"), "{second}");
}

/// The names of all files below a folder.
fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_below(&entry.path()));
        } else {
            found.push(entry.file_name().into_string().unwrap());
        }
    }
    found
}

async fn a_download_is_refused() {
    let server = Server::with(|_, seen: &Seen| match seen.path() {
        "/download" => answer(
            200,
            &[("content-disposition", "attachment; filename=unwanted.bin")],
            "unwanted",
        ),
        "/lifecycle" => scripted(
            "addEventListener('load', () => setTimeout(() => {
                 location = '/download';
                 setTimeout(() => row('7'), 1000);
             }, 100))",
        ),
        _ => answer(404, &[], ""),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_owned();
    fs_err::create_dir_all(folder.join("tmp")).unwrap();
    let file = product(&folder, &server.url("/lifecycle"));
    let mut run = shelflife(&folder);
    run.env("HOME", &folder)
        .arg("try")
        .arg(&file)
        .args(["--allow-local", "--no-cache"]);
    let output = tokio::task::spawn_blocking(move || run.output().unwrap());
    let output = output.await.unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(server.seen().iter().any(|seen| seen.path() == "/download"));
    let files = files_below(&folder);
    assert!(
        !files.iter().any(|name| name.contains("unwanted")),
        "{files:?}"
    );
}

async fn an_error_status_of_a_rendered_page_is_an_error() {
    let server = Server::with(|_, seen: &Seen| match seen.path() {
        "/empty" => page(""),
        "/forbidden" => answer(403, &[], ""),
        "/gone" => answer(
            404,
            &[("content-type", "text/html")],
            "<table><tr><td>sorry",
        ),
        _ => answer(
            503,
            &[("content-type", "text/html")],
            "<table><tr><td>later",
        ),
    })
    .await;
    let fetcher = Fetcher::live(policy(&server)).unwrap();
    let gone = error(
        &fetcher,
        rendered(server.url("/gone"), waiting_for("table")),
    )
    .await;
    assert!(gone.is_absent(), "{gone:?}");
    let started = Instant::now();
    let forbidden = error(
        &fetcher,
        rendered(server.url("/forbidden"), waiting_for("table")),
    )
    .await;
    assert!(
        matches!(forbidden, FetchError::Absent { status: 403, .. }),
        "{forbidden:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(10), "waited for it");
    let empty = error(&fetcher, rendered(server.url("/empty"), Render::default())).await;
    assert!(
        matches!(empty, FetchError::Empty { status: 200, .. }),
        "{empty:?}"
    );
    let ill = error(&fetcher, rendered(server.url("/ill"), Render::default())).await;
    assert!(
        matches!(
            ill,
            FetchError::Transient {
                cause: TransientError::Status(503),
                ..
            }
        ),
        "{ill:?}"
    );
}

async fn a_missing_element_is_an_error_with_its_selector() {
    let server = Server::of([scripted("")]).await;
    let mut policy = policy(&server);
    policy.limits.render_step = Duration::from_secs(2);
    let fetcher = Fetcher::live(policy).unwrap();
    for selector in ["table", "#hidden", "text=nowhere", "xpath=//table"] {
        let path = format!("/{}", selector.len());
        let error = error(&fetcher, rendered(server.url(&path), waiting_for(selector))).await;
        let said = error.to_string();
        assert!(
            said.contains(&format!("no `{selector}` within 2 s")),
            "{said}"
        );
    }
    let bad = error(
        &fetcher,
        rendered(server.url("/bad"), waiting_for("table[")),
    )
    .await;
    assert!(
        bad.to_string().contains("cannot look for `table[`"),
        "{bad}"
    );
}

fn product(folder: &Path, url: &str) -> PathBuf {
    let path = folder.join("foo.md");
    let text = format!(
        "---\ntitle: Foo\nauto:\n  methods:\n    - release_table: {url}\n      render_javascript: true\n      \
         render_javascript_headless: false\n      render_javascript_wait_for: table\n      fields:\n        releaseCycle: Version\n        eol: EOL\n\
         releases:\n  - releaseCycle: \"7\"\n---\n"
    );
    fs_err::write(&path, text).unwrap();
    path
}

fn shelflife(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shelflife"));
    command
        .current_dir(folder)
        .env("TMPDIR", folder.join("tmp"))
        .env("NO_COLOR", "1");
    command
}

/// The names of all that is in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs_err::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

async fn a_rendered_page_is_recorded_and_no_temporary_file_is_left() {
    let server = Server::of([scripted("setTimeout(() => row('7'), 200)")]).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_owned();
    fs_err::create_dir_all(folder.join("tmp")).unwrap();
    let file = product(&folder, &server.url("/lifecycle"));
    let asked = tokio::task::spawn_blocking(move || {
        let run = |command: &mut Command| {
            let output = command.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{said}");
            String::from_utf8(output.stdout).unwrap()
        };
        let live = run(shelflife(&folder).arg("try").arg(&file).args([
            "--allow-local",
            "--no-cache",
            "--record",
            "saved",
            "--format",
            "json",
        ]));
        assert!(live.contains("2027-05-31"), "{live}");
        assert_eq!(names(&folder.join("tmp")), [""; 0]);
        let replayed = run(shelflife(&folder)
            .env("CHROME", "/nowhere/chromium")
            .arg("try")
            .arg(&file)
            .args(["--replay", "saved", "--format", "json"]));
        assert_eq!(live, replayed);
    });
    asked.await.unwrap();
}

/// A run whose only page keeps the browser busy for ever, once the browser has asked for it.
#[cfg(unix)]
async fn busy(folder: &Path) -> (std::process::Child, PathBuf, Server) {
    let server = Server::of([scripted("while (true) {}")]).await;
    let (products, tmp) = (folder.join("products"), folder.join("tmp"));
    fs_err::create_dir_all(&products).unwrap();
    fs_err::create_dir_all(&tmp).unwrap();
    product(&products, &server.url("/"));
    let run = Command::new(env!("CARGO_BIN_EXE_shelflife"))
        .current_dir(folder)
        .env("TMPDIR", &tmp)
        .args(["update", "--dry-run", "--allow-local", "--no-cache"])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    while server.count() == 0 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (run, tmp, server)
}

#[cfg(unix)]
async fn an_interrupted_run_removes_the_browser_profile() {
    let folder = tempfile::tempdir().unwrap();
    let (mut run, tmp, _server) = busy(folder.path()).await;
    let stopped = Command::new("kill")
        .args(["-INT", &run.id().to_string()])
        .status();
    assert!(stopped.unwrap().success());
    let ended = tokio::task::spawn_blocking(move || run.wait())
        .await
        .unwrap();
    assert_eq!(ended.unwrap().code(), Some(130));
    assert_eq!(names(&tmp), [""; 0]);
}

/// How many processes were started with something in this folder.
#[cfg(target_os = "linux")]
fn processes_in(folder: &Path) -> usize {
    let folder = folder.to_str().unwrap();
    let commands = fs_err::read_dir("/proc").unwrap().flatten();
    commands
        .filter_map(|process| fs_err::read(process.path().join("cmdline")).ok())
        .filter(|command| String::from_utf8_lossy(command).contains(folder))
        .count()
}

#[cfg(target_os = "linux")]
async fn a_killed_run_ends_the_browser_and_removes_its_profile() {
    let folder = tempfile::tempdir().unwrap();
    let (mut run, tmp, _server) = busy(folder.path()).await;
    assert!(processes_in(&tmp) > 0, "the browser was never there");
    run.kill().unwrap();
    run.wait().unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    while (processes_in(&tmp) > 0 || !names(&tmp).is_empty()) && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(processes_in(&tmp), 0);
    assert_eq!(names(&tmp), [""; 0]);
}

async fn a_run_at_its_deadline_removes_the_browser_profile() {
    let server = Server::of([scripted("while (true) {}")]).await;
    let folder = tempfile::tempdir().unwrap();
    let (products, tmp) = (folder.path().join("products"), folder.path().join("tmp"));
    fs_err::create_dir_all(&products).unwrap();
    fs_err::create_dir_all(&tmp).unwrap();
    product(&products, &server.url("/"));
    // A busy machine may take longer to start a browser.
    for deadline in ["4s", "15s", "60s"] {
        let mut run = shelflife(folder.path());
        run.args(["update", "--dry-run", "--allow-local", "--no-cache"])
            .args(["--deadline", deadline]);
        let output = tokio::task::spawn_blocking(move || run.output().unwrap())
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("timed out: foo: deadline reached"), "{said}");
        assert_eq!(names(&tmp), [""; 0]);
        if server.count() > 0 {
            return;
        }
    }
    panic!("the browser asked for nothing");
}
