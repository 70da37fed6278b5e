//! What the command line says, as folders, a policy, a day and a fetcher.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::cli::{Common, Fetch, Folder, Format, PlanOptions};
use crate::date::Date;
use crate::fetch::{Environment, Fetcher, LocalAddresses, NetworkPolicy, default_cache};
use crate::files;
use crate::page::{Page, ResponseMeta};
use crate::plan::guard::AcceptedIds;
use crate::plan::{self, GuardMode, NamedSettings, Policy};
use crate::report::Verbosity;
use crate::store::{HistoryStore, Products, SettingsFile, products_dir};

/// The largest file of accepted IDs that is read, in bytes.
const LARGEST_LIST: u64 = 1 << 20;

/// The largest saved page that is read, in bytes, as of a recording.
const LARGEST_PAGE: u64 = 256 << 20;

/// The options of a command over products.
pub(super) struct RunOptions<'a> {
    pub(super) products_dir: PathBuf,
    /// The products by name or path; none means all of the folder.
    pub(super) products: Vec<String>,
    pub(super) plan: &'a PlanOptions,
    pub(super) validate: bool,
    /// Whether release cycles that a file lacks are added.
    pub(super) add: bool,
    pub(super) release_data: Option<&'a Path>,
    pub(super) evidence: Option<&'a Path>,
    /// Where pages are kept between runs, where the command fetches.
    pub(super) fetch: Option<&'a Fetch>,
    pub(super) today: Option<Date>,
}

impl RunOptions<'_> {
    pub(super) fn is_all(&self) -> bool {
        self.products.is_empty()
    }
}

impl Folder {
    /// The folder, and the products that are named, by name or path.
    pub(super) fn selection(&self) -> (PathBuf, Vec<String>) {
        let products = [&*self.products, &*self.product].concat();
        let dir = products_dir(self.products_dir.as_deref(), &products);
        (dir, products)
    }
}

/// Where the guard keeps what earlier runs did: where the user says, beside the release data,
/// or with the pages. A replay fetches nothing, and remembers nothing unless stated where. A
/// guard that is off goes on with a history, and begins none unless stated where.
pub(super) fn history(options: &RunOptions<'_>, products: &Products) -> Option<HistoryStore> {
    if let Some(state) = &options.plan.state {
        return Some(HistoryStore::at(state));
    }
    let store = if let Some(release_data) = options.release_data {
        HistoryStore::beside(release_data)
    } else {
        let fetch = options.fetch?;
        if fetch.no_cache || fetch.replay.is_some() {
            return None;
        }
        let cache = fetch.cache_dir.clone().or_else(default_cache)?;
        HistoryStore::among(&cache, products)
    };
    (options.plan.guard != GuardMode::Off || store.dir().is_dir()).then_some(store)
}

pub(super) fn policy(options: &RunOptions<'_>, settings: plan::Settings) -> anyhow::Result<Policy> {
    let plan = options.plan;
    let file = plan.accept_file.as_deref();
    let file = file.map(|path| files::text(path, files::read_stream(path, LARGEST_LIST)));
    let file = file.transpose().context("cannot read the accepted IDs")?;
    // A file may say why, in lines of its own.
    let file = file.iter().flat_map(|file| file.lines());
    let file = file.filter(|line| !line.starts_with('#'));
    let lists = plan.accept.iter().map(String::as_str).chain(file);
    Ok(Policy {
        guard: plan.guard,
        validate: options.validate,
        add: options.add,
        settings,
        accepted: lists.flat_map(AcceptedIds::read).collect(),
    })
}

/// The day that is stated, or that of the clock.
pub(super) fn today(stated: Option<Date>) -> Date {
    #[expect(clippy::disallowed_methods, reason = "this is where today comes from")]
    stated.unwrap_or_else(|| chrono::Utc::now().date_naive())
}

impl Common {
    pub(super) fn verbosity(&self) -> Verbosity {
        // Somebody runs the job again with debug logging.
        let is_debug = |name, on| std::env::var_os(name).is_some_and(|value| value == on);
        let is_debug = is_debug("RUNNER_DEBUG", "1") || is_debug("ACTIONS_STEP_DEBUG", "true");
        if self.verbose > 0 || is_debug {
            Verbosity::Verbose
        } else if self.quiet {
            Verbosity::Quiet
        } else {
            Verbosity::Normal
        }
    }

    pub(super) fn is_json(&self) -> bool {
        self.format == Format::Json
    }
}

impl Fetch {
    /// The fetcher, or one that answers every request with a saved page.
    pub(super) fn fetcher_or_page(
        &self,
        page: Option<&Path>,
        settings: Option<&Path>,
    ) -> anyhow::Result<Fetcher> {
        let settings = settings.map(SettingsFile::named).transpose()?;
        let settings = settings.unwrap_or_default().settings.named;
        let Some(path) = page else {
            return self.fetcher(&settings);
        };
        let body = files::read_stream(path, LARGEST_PAGE).context("cannot read the page")?;
        let url = path.display().to_string();
        let page = Page::saved(url, body, ResponseMeta::default());
        let page = page.map_err(anyhow::Error::msg);
        Ok(Fetcher::of_page(page.context("cannot read the page")?))
    }

    /// `settings` is what a file that the user names states beside decisions.
    pub(super) fn fetcher(&self, settings: &NamedSettings) -> anyhow::Result<Fetcher> {
        let fetcher = match &self.replay {
            Some(path) if self.allow_local => Fetcher::replay(path)?.with_local_repositories(),
            Some(path) => Fetcher::replay(path)?,
            None => Fetcher::live(NetworkPolicy {
                user_agent: self.user_agent.clone(),
                local: if self.allow_local {
                    LocalAddresses::Allow
                } else {
                    LocalAddresses::Networks(settings.networks.clone())
                },
                credentials: settings.credentials.clone(),
                cache: if self.no_cache {
                    None
                } else {
                    self.cache_dir.clone().or_else(default_cache)
                },
                stale: self.allow_stale,
                ..NetworkPolicy::default()
            })?,
        };
        let fetcher = fetcher.in_environment(Environment::read());
        Ok(match &self.record {
            Some(path) => fetcher.recording(path)?,
            None => fetcher,
        })
    }
}
