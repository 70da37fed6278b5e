//! A whole run, rehearsed: how long it takes against what its busiest host allows.
//!
//! `cargo bench --bench rehearsal` plays a folder of 464 products over 116 hosts, spread as
//! those of endoflife.date are: more than half ask one host for the tags of a repository,
//! a few hosts are asked by a dozen, most by one. `REHEARSAL_PRODUCTS` sets another number,
//! with more vendors, and more asked of the three hosts that many share. Every answer takes 100 ms. The program
//! itself is run, first with an empty cache and then again; beside its time stands the lower
//! bound, which is the queue of the busiest host: its requests, times what an answer takes,
//! through the few places that a host gives us.
//!
//! What is not played: TLS, GitHub's GraphQL (its host is fixed), and pages for a browser.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use shelflife::fetch::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// How long each answer takes.
const ANSWER: Duration = Duration::from_millis(100);
/// The number of products, unless `REHEARSAL_PRODUCTS` says another.
const PRODUCTS: usize = 464;
/// The number of products at which the figures below were counted; others are grown alike.
const COUNTED: usize = 400;
/// How many configs ask each of the busiest hosts: the first for tags, the second as an npm
/// registry, the third as a Python package index, and the others for pages.
const BUSIEST: [usize; 36] = [
    224, 18, 4, 17, 11, 10, 8, 7, 6, 6, 5, 5, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2,
    2, 2, 2, 2, 2, 2,
];
const HOSTS: usize = 100;
/// The first hosts, which are no vendor's own.
const SHARED_HOSTS: usize = 3;
/// How many of the products that ask for tags have a page, too.
const TWO_METHODS: usize = 53;
const TAGS: usize = 30;

fn main() {
    let products = std::env::var("REHEARSAL_PRODUCTS").map_or(PRODUCTS, |products| {
        products.parse().expect("`REHEARSAL_PRODUCTS` is a number")
    });
    let world = World::new(products);
    say(&format!(
        "{products} products, {} hosts, {} ms an answer, {} at once to a host",
        world.grown(HOSTS),
        ANSWER.as_millis(),
        Limits::PER_HOST
    ));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let hosts = runtime.block_on(world.open());
    world.write_products(&hosts);
    for name in ["cold", "warm"] {
        world.seen.lock().expect("no panic").clear();
        let run = world.run(&hosts);
        world.tell(name, &run);
    }
}

#[expect(clippy::print_stdout, reason = "a measurement is printed")]
fn say(line: &str) {
    println!("{line}");
}

/// The folder, the hosts, and what they saw.
struct World {
    products: usize,
    folder: tempfile::TempDir,
    seen: Arc<Mutex<HashMap<usize, Seen>>>,
    /// What git says to equal requests, so that playing it costs nothing.
    said: Arc<Mutex<HashMap<String, Vec<u8>>>>,
}

/// What one host saw.
#[derive(Default, Clone)]
struct Seen {
    requests: usize,
    unchanged: usize,
    redirects: usize,
    bytes: usize,
    open: usize,
    most_open: usize,
    first: Option<Instant>,
    last: Option<Instant>,
}

struct Run {
    start: Instant,
    time: Duration,
    /// What the program and all that it started took of the processors.
    work: Option<Duration>,
    summary: String,
    memory: String,
}

impl World {
    fn new(products: usize) -> Self {
        let world = Self {
            products,
            folder: tempfile::tempdir().expect("a folder"),
            seen: Arc::default(),
            said: Arc::default(),
        };
        let repository = world.repository();
        fs_err::create_dir(&repository).expect("it is made");
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            let done = command
                .current_dir(&repository)
                .args(["-c", "user.name=A", "-c", "user.email=a@a.test"])
                .args(arguments)
                .stdout(Stdio::null())
                .status()
                .expect("git runs");
            assert!(done.success());
        };
        git(&["init", "--quiet", "--initial-branch=main"]);
        git(&["config", "uploadpack.allowFilter", "true"]);
        git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        for tag in 0..TAGS {
            git(&["commit", "--quiet", "--allow-empty", "--message=x"]);
            git(&["tag", "--annotate", "--message=x", &format!("v1.{tag}.0")]);
        }
        world
    }

    /// A number that was counted, for as many products as are played.
    fn grown(&self, counted: usize) -> usize {
        (counted * self.products).div_ceil(COUNTED)
    }

    /// How many configs ask a host. The three that serve packages and repositories are asked
    /// by more products; of the vendors there are more, each asked as often as before.
    fn configs_of(&self, host: usize) -> usize {
        if host < SHARED_HOSTS {
            return self.grown(BUSIEST[host]);
        }
        let vendors = self.grown(HOSTS) - SHARED_HOSTS;
        let counted = SHARED_HOSTS + (host - SHARED_HOSTS) * (HOSTS - SHARED_HOSTS) / vendors;
        BUSIEST.get(counted).copied().unwrap_or(1)
    }

    fn repository(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    /// Opens all hosts.
    async fn open(&self) -> Vec<SocketAddr> {
        let mut addresses = Vec::new();
        for host in 0..self.grown(HOSTS) {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            addresses.push(listener.local_addr().expect("it has one"));
            let player = Player {
                host,
                repository: self.repository(),
                seen: Arc::clone(&self.seen),
                said: Arc::clone(&self.said),
            };
            tokio::spawn(async move {
                while let Ok((guest, _)) = listener.accept().await {
                    let player = player.clone();
                    tokio::spawn(async move { player.serve(guest).await });
                }
            });
        }
        addresses
    }

    fn write_products(&self, hosts: &[SocketAddr]) {
        let page = |host: usize, number: usize| {
            // Some pages have moved.
            let path = if number % 5 == 3 { "moved" } else { "page" };
            format!(
                "    - release_table: http://{}/{path}/{number}\n      fields:\n        releaseCycle: Version\n        releaseDate: Released\n        eol: End of support\n",
                hosts[host]
            )
        };
        let mut configs: Vec<String> = (1..hosts.len())
            .flat_map(|host| (0..self.configs_of(host)).map(move |number| (host, number)))
            .map(|(host, number)| match host {
                1 => format!("    - npm: package-{number}\n"),
                2 => format!("    - pypi: package-{number}\n"),
                _ => page(host, number),
            })
            .collect();
        // Those of the rare hosts stand beside tags, before or behind them.
        let beside = configs.split_off(configs.len() - self.grown(TWO_METHODS));
        let tags = (0..self.configs_of(0)).map(|number| {
            let git = format!("    - git: http://{}/owner/{number}.git\n", hosts[0]);
            match beside.get(number) {
                Some(page) if number % 3 == 0 => format!("{page}{git}"),
                Some(page) => format!("{git}{page}"),
                None => git,
            }
        });
        let folder = self.folder.path().join("products");
        fs_err::create_dir(&folder).expect("it is made");
        let mut written = 0;
        for (number, methods) in tags.chain(configs).enumerate().take(self.products) {
            let file = format!(
                "---\ntitle: P\nauto:\n  methods:\n{methods}releases:\n  - releaseCycle: \"1.29\"\n    releaseDate: 2020-01-01\n    eol: 2020-01-01\n    latest: \"1.29.0\"\n    latestReleaseDate: 2020-01-01\n---\n\nBody\n"
            );
            fs_err::write(folder.join(format!("product-{number}.md")), file).expect("written");
            written += 1;
        }
        say(&format!("{written} product files"));
    }

    /// Runs the program over the folder.
    fn run(&self, hosts: &[SocketAddr]) -> Run {
        let before = work_of_children();
        let start = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_shelflife"))
            .args(["update", "--allow-local", "--no-validate"])
            .args(["--cache-dir", "cache", "--today", "2026-11-23"])
            .args(std::env::var("REHEARSAL_JOBS").map(|jobs| format!("--jobs={jobs}")))
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("npm_config_registry", format!("http://{}/npm", hosts[1]))
            .env("PIP_INDEX_URL", format!("http://{}/simple", hosts[2]))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let status = PathBuf::from(format!("/proc/{}/status", child.id()));
        let mut memory = String::from("not known");
        let mut said = child.stderr.take().expect("it is piped");
        let reader = std::thread::spawn(move || {
            let mut all = String::new();
            said.read_to_string(&mut all).expect("it is text");
            all
        });
        while child.try_wait().expect("it is ours").is_none() {
            let now = fs_err::read_to_string(&status).unwrap_or_default();
            let peak = now.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            if let Some(peak) = peak {
                peak.trim().clone_into(&mut memory);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let time = start.elapsed();
        let said = reader.join().expect("no panic");
        if std::env::var_os("REHEARSAL_VERBOSE").is_some() {
            say(&said);
        }
        let work = work_of_children().zip(before);
        Run {
            start,
            time,
            work: work.map(|(after, before)| after.saturating_sub(before)),
            summary: said
                .lines()
                .rfind(|line| line.contains(" changed"))
                .unwrap_or("it said nothing")
                .to_owned(),
            memory,
        }
    }

    fn tell(&self, name: &str, run: &Run) {
        let seen = self.seen.lock().expect("no panic");
        let sum = |of: fn(&Seen) -> usize| seen.values().map(of).sum::<usize>();
        let busiest = seen.values().max_by_key(|seen| seen.requests);
        let busiest = busiest.cloned().unwrap_or_default();
        let places = u32::try_from(Limits::PER_HOST).expect("few");
        let bound = ANSWER * u32::try_from(busiest.requests).expect("few") / places;
        let mut out = format!("\n{name}: {}\n", run.summary);
        let ratio = run.time.as_secs_f64() / bound.as_secs_f64();
        let _ = writeln!(
            out,
            "  wall time   {:.1} s, {ratio:.2} of the lower bound of {:.1} s ({} requests to one host)",
            run.time.as_secs_f64(),
            bound.as_secs_f64(),
            busiest.requests,
        );
        if let (Some(first), Some(last)) = (busiest.first, busiest.last) {
            let since = |moment: Instant| (moment - run.start).as_secs_f64();
            let _ = writeln!(
                out,
                "  that host   was asked first after {:.2} s and had answered all after {:.2} s",
                since(first),
                since(last)
            );
        }
        if let Some(work) = run.work {
            let _ = writeln!(
                out,
                "  processors  {:.1} s of work, that of git included",
                work.as_secs_f64()
            );
        }
        let _ = writeln!(
            out,
            "  requests    {} to {} hosts, {} redirected, {} not modified, at most {} at once to one host",
            sum(|seen| seen.requests),
            seen.len(),
            sum(|seen| seen.redirects),
            sum(|seen| seen.unchanged),
            seen.values().map(|seen| seen.most_open).max().unwrap_or(0),
        );
        let _ = write!(
            out,
            "  bytes       {} received, {} of memory at the peak",
            sum(|seen| seen.bytes),
            run.memory
        );
        say(&out);
    }
}

/// How long the processes that were started and have ended worked, where the system says so.
fn work_of_children() -> Option<Duration> {
    let said = fs_err::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = said.rsplit(") ").next()?.split(' ').collect();
    let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks(13)? + ticks(14)?) * 10))
}

/// One host.
#[derive(Clone)]
struct Player {
    host: usize,
    repository: PathBuf,
    seen: Arc<Mutex<HashMap<usize, Seen>>>,
    said: Arc<Mutex<HashMap<String, Vec<u8>>>>,
}

/// A request, as far as it counts.
struct Asked {
    path: String,
    fields: HashMap<String, String>,
    body: Vec<u8>,
}

struct Answer {
    status: u16,
    fields: String,
    body: Vec<u8>,
}

impl Player {
    fn note(&self, note: impl FnOnce(&mut Seen)) {
        note(
            self.seen
                .lock()
                .expect("no panic")
                .entry(self.host)
                .or_default(),
        );
    }

    async fn serve(self, mut guest: TcpStream) -> Option<()> {
        guest.set_nodelay(true).ok()?;
        let mut rest = Vec::new();
        loop {
            let asked = read(&mut guest, &mut rest).await?;
            self.note(|seen| {
                seen.requests += 1;
                seen.first = seen.first.or(Some(Instant::now()));
                seen.open += 1;
                seen.most_open = seen.most_open.max(seen.open);
            });
            let (answer, ()) = tokio::join!(self.answer(&asked), sleep(ANSWER));
            self.note(|seen| {
                seen.open -= 1;
                seen.last = Some(Instant::now());
                seen.bytes += answer.body.len();
                seen.unchanged += usize::from(answer.status == 304);
                seen.redirects += usize::from(answer.status == 301);
            });
            let head = format!(
                "HTTP/1.1 {} X\r\n{}content-length: {}\r\n\r\n",
                answer.status,
                answer.fields,
                answer.body.len()
            );
            let answer = [head.as_bytes(), &answer.body].concat();
            guest.write_all(&answer).await.ok()?;
        }
    }

    async fn answer(&self, asked: &Asked) -> Answer {
        let answer = |status, fields: &str, body: Vec<u8>| Answer {
            status,
            fields: fields.to_owned(),
            body,
        };
        if asked.path.contains("git-upload-pack") {
            return self.git(asked).await;
        }
        if let Some(number) = asked.path.strip_prefix("/moved/") {
            return answer(301, &format!("location: /page/{number}\r\n"), Vec::new());
        }
        let tag = "etag: \"1\"\r\ncache-control: no-cache\r\n";
        if asked.fields.contains_key("if-none-match") {
            return answer(304, tag, Vec::new());
        }
        let (kind, body) = match self.host {
            1 => ("application/json", npm()),
            2 => ("application/json", pypi()),
            _ => ("text/html; charset=utf-8", page()),
        };
        let fields = format!("{tag}content-type: {kind}\r\n");
        answer(200, &fields, body.into_bytes())
    }

    /// What git itself answers, asked once for equal requests.
    async fn git(&self, asked: &Asked) -> Answer {
        let discovery = asked.path.contains("/info/refs");
        let key = format!("{discovery} {}", String::from_utf8_lossy(&asked.body));
        let known = self.said.lock().expect("no panic").get(&key).cloned();
        let body = if let Some(body) = known {
            body
        } else {
            let (repository, body) = (self.repository.clone(), asked.body.clone());
            let body = tokio::task::spawn_blocking(move || say_git(&repository, discovery, &body))
                .await
                .expect("no panic");
            self.said
                .lock()
                .expect("no panic")
                .insert(key, body.clone());
            body
        };
        let kind = if discovery { "advertisement" } else { "result" };
        Answer {
            status: 200,
            fields: format!(
                "content-type: application/x-git-upload-pack-{kind}\r\ncache-control: no-cache\r\n"
            ),
            body,
        }
    }
}

/// Asks git about the repository that stands for all.
fn say_git(repository: &Path, discovery: bool, asked: &[u8]) -> Vec<u8> {
    let mut input = tempfile::tempfile().expect("a file");
    std::io::Write::write_all(&mut input, asked).expect("it is written");
    std::io::Seek::rewind(&mut input).expect("it is a file");
    let mut command = Command::new("git");
    command.args(["upload-pack", "--stateless-rpc"]);
    if discovery {
        command.arg("--http-backend-info-refs");
    }
    let output = command
        .arg(repository)
        .env("GIT_PROTOCOL", "version=2")
        .stdin(input)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{output:?}");
    if discovery {
        [b"001e# service=git-upload-pack\n0000", &output.stdout[..]].concat()
    } else {
        output.stdout
    }
}

async fn read(guest: &mut TcpStream, rest: &mut Vec<u8>) -> Option<Asked> {
    let end = loop {
        if let Some(end) = rest.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if guest.read_buf(rest).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&rest[..end]).into_owned();
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let fields: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = fields
        .get("content-length")
        .map_or(Ok(0), |length| length.parse())
        .ok()?;
    while rest.len() < end + length {
        if guest.read_buf(rest).await.ok()? == 0 {
            return None;
        }
    }
    let mut body = rest[end..end + length].to_vec();
    rest.drain(..end + length);
    if fields
        .get("content-encoding")
        .is_some_and(|coding| coding == "gzip")
    {
        let mut plain = Vec::new();
        GzDecoder::new(&body[..]).read_to_end(&mut plain).ok()?;
        body = plain;
    }
    Some(Asked { path, fields, body })
}

/// A page as long as most are: 60 kB.
fn page() -> String {
    let mut rows = String::new();
    for minor in 0..TAGS {
        let _ = writeln!(
            rows,
            "<tr><td>1.{minor}</td><td>2020-01-{:02}</td><td>2027-01-{:02}</td></tr>",
            minor % 28 + 1,
            minor % 28 + 1
        );
    }
    let noise =
        "<div class=\"a\"><p>Some <a href=\"/x\">words</a> of a page.</p></div>\n".repeat(900);
    format!(
        "<!doctype html><title>P</title>{noise}<table><thead><tr><th>Version</th><th>Released</th><th>End of support</th></tr></thead><tbody>{rows}</tbody></table>"
    )
}

/// A packument of half a megabyte.
fn npm() -> String {
    let (mut versions, mut times) = (Vec::new(), Vec::new());
    for patch in 0..500 {
        let filler = "x".repeat(900);
        versions.push(format!("\"1.29.{patch}\": {{\"readme\": \"{filler}\"}}"));
        times.push(format!("\"1.29.{patch}\": \"2026-01-02T03:04:05.000Z\""));
    }
    format!(
        "{{\"versions\": {{{}}}, \"time\": {{{}}}}}",
        versions.join(","),
        times.join(",")
    )
}

fn pypi() -> String {
    let releases: Vec<String> = (0..100)
        .map(|patch| {
            format!("\"1.29.{patch}\": [{{\"upload_time_iso_8601\": \"2026-01-02T03:04:05Z\", \"yanked\": false}}]")
        })
        .collect();
    format!("{{\"releases\": {{{}}}}}", releases.join(","))
}
