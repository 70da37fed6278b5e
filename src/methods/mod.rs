//! The ways to learn a product's releases: one file a method, one line a method here.
//!
//! A method is a recipe over `fetch` and `extract`. It is given a [`Context`], which is all
//! it may touch, and records what it learns in [`ReleaseData`]; it merges nothing, edits
//! nothing and prints nothing. A method that recorded nothing has failed.
//!
//! Methods of one product run in the order of its file, and a later one may overwrite what
//! an earlier one said; `declare` depends on that. Configs are typed and understood before
//! any request is made, so a misspelt key never costs a fetch.
//!
//! # Adding one
//! A file named as the method with `-` as `_`, a `mod` line and an `Entry::of` line here, and
//! a fixture with its snapshot under `fixtures/<method>/`.

mod apache_http_server;
mod cgit;
mod chef_versions;
mod config;
mod debian;
mod declare;
mod distrowatch;
mod docker_hub;
mod git;
mod github_releases;
mod github_tags;
mod gitlab_tags;
mod maven;
mod npm;
mod pypi;
mod rds;
mod red_hat_openshift;
mod release_table;
mod repository;
mod version_table;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use config::Config;

use crate::date::Date;
use crate::extract::ExtractError;
use crate::extract::table::PassedOver;
use crate::fetch::{FetchError, Fetcher, Request};
use crate::front_matter::ConfigError;
use crate::page::Page;
use crate::product::{AutoConfig, Product, ProductError};
use crate::release_data::{Origin, Place, ReleaseData, Skipped};
use crate::text::Excerpt;
use crate::version::Unmatched;

/// One way to learn a product's releases.
pub trait Method: 'static {
    /// The key under `auto.methods` that selects this method.
    const NAME: &'static str;
    /// The keys this method reads beside the shared ones.
    type Config: Config + Send + Sync;
    /// Fetches what is needed and records what it says.
    fn collect(
        cx: &Context<'_>,
        config: &Self::Config,
        data: &mut ReleaseData,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// The methods, by name.
pub static METHODS: &[Entry] = &[
    Entry::of::<apache_http_server::ApacheHttpServer>(),
    Entry::of::<cgit::Cgit>(),
    Entry::of::<chef_versions::ChefVersions>(),
    Entry::of::<debian::Debian>(),
    Entry::of::<declare::Declare>(),
    Entry::of::<distrowatch::Distrowatch>(),
    Entry::of::<docker_hub::DockerHub>(),
    Entry::of::<git::Git>(),
    Entry::of::<github_releases::GithubReleases>(),
    Entry::of::<github_tags::GithubTags>(),
    Entry::of::<gitlab_tags::GitlabTags>(),
    Entry::of::<maven::Maven>(),
    Entry::of::<npm::Npm>(),
    Entry::of::<pypi::Pypi>(),
    Entry::of::<rds::Rds>(),
    Entry::of::<red_hat_openshift::RedHatOpenshift>(),
    Entry::of::<release_table::ReleaseTable>(),
    Entry::of::<version_table::VersionTable>(),
];

/// Methods that product files name and that are not built yet.
pub static NOT_YET: &[&str] = &[
    "amazon-eks",
    "amazon-neptune",
    "apache-subversion",
    "apple",
    "atlassian_eol",
    "atlassian_versions",
    "aws-lambda",
    "chrome-releases",
    "citrix-vad-rss",
    "coldfusion",
    "cos",
    "couchbase-server",
    "discourse",
    "firefox",
    "freebsd-releases",
    "ghc-wiki",
    "google-kubernetes-engine",
    "graalvm",
    "haproxy",
    "ibm-aix",
    "ibm-product-lifecycle",
    "json_releases",
    "json_versions",
    "kuma",
    "libreoffice",
    "looker",
    "lua",
    "motorola-security",
    "netbsd",
    "nutanix",
    "nvidia-releases",
    "oracle-jdk",
    "pan-os",
    "php",
    "plesk",
    "red-hat-satellite",
    "redhat_lifecycles",
    "rhel",
    "rocky-linux",
    "routeros-versions",
    "rtpengine-releases",
    "samsung-security",
    "silverstripe",
    "splunk",
    "spreadsheet_releases",
    "typo3",
    "unity",
    "unrealircd",
    "veeam",
    "virtualbox-releases",
    "virtualbox-versions",
    "visual-studio",
    "xml_releases",
    "xml_versions",
];

/// All that a method may touch.
pub struct Context<'a> {
    /// The product, to read only.
    pub product: &'a Product,
    /// The entry of `auto.methods` that asked for the method.
    pub config: &'a AutoConfig<'a>,
    /// Gives pages.
    pub fetcher: &'a Fetcher,
    /// The day on which this is learnt.
    pub today: Date,
}

impl Context<'_> {
    /// What stands after the method's name: its URL, or an identifier.
    pub fn argument(&self) -> &str {
        self.config.argument
    }

    /// The version that a raw name stands for, by the entry's filter.
    pub fn version(&self, raw: &str) -> Result<String, Unmatched> {
        self.config.filter.render(raw)
    }

    /// The version that a raw name stands for; a name that is none is recorded as passed over.
    pub fn version_or_skip(
        &self,
        raw: &str,
        url: &str,
        place: Place,
        data: &mut ReleaseData,
    ) -> Option<String> {
        self.version(raw)
            .map_err(|unmatched| {
                data.skip(self.origin(Some(url), place, raw), unmatched.to_string());
            })
            .ok()
    }

    /// Fetches a page.
    pub async fn fetch(&self, request: &Request) -> Result<Arc<Page>, Fault> {
        self.fetcher.fetch(request).await.map_err(Fault::Fetch)
    }

    /// Where something on a page stands, and how it reads there.
    pub fn origin(&self, url: Option<&str>, place: Place, raw: &str) -> Origin {
        Origin {
            method: self.config.method.into(),
            entry: self.config.number,
            url: url.map(Into::into),
            place,
            raw: raw.to_owned(),
        }
    }
}

impl Context<'_> {
    /// Records what a page has that was passed over.
    fn pass_over(&self, url: &str, passed_over: Vec<PassedOver>, data: &mut ReleaseData) {
        for PassedOver { place, raw, reason } in passed_over {
            data.skip(self.origin(Some(url), place, &raw), reason);
        }
    }

    /// The error of a page of whose rows none gave anything, with what the first of them were.
    fn no_row(url: &str, rows: usize, skipped: &[Skipped]) -> ExtractError {
        const SHOWN: usize = 5;
        let mut reasons: Vec<String> = skipped
            .iter()
            .take(SHOWN)
            .map(|skipped| {
                format!(
                    "{}, `{}`: {}",
                    skipped.origin.place,
                    Excerpt(&skipped.origin.raw),
                    skipped.reason
                )
            })
            .collect();
        if skipped.len() > SHOWN {
            reasons.push(format!(
                "and {} more, see them with -v",
                skipped.len() - SHOWN
            ));
        }
        ExtractError::NoRow {
            url: url.to_owned(),
            rows,
            reasons,
        }
    }
}

/// Why a method learnt nothing.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A page could not be had.
    #[error(transparent)]
    Fetch(FetchError),
    /// A page did not hold what is wanted.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// All went well, and nothing was recorded.
    #[error("nothing was learnt")]
    Nothing,
}

/// A method that failed, and which.
#[derive(Debug, thiserror::Error)]
#[error("method `{method}` ({path}:{line}) failed")]
pub struct MethodError {
    /// The name of the method.
    pub method: String,
    /// The number of its entry in `auto.methods`, from 1.
    pub entry: usize,
    /// The product file.
    pub path: String,
    /// The line of the entry in the product file.
    pub line: usize,
    /// Why.
    #[source]
    pub fault: Fault,
}

impl MethodError {
    /// What the page has instead, one line each.
    pub fn details(&self) -> Vec<String> {
        if let Fault::Extract(error) = &self.fault {
            error.details()
        } else {
            Vec::new()
        }
    }

    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match &self.fault {
            Fault::Fetch(error) => error.hint(),
            Fault::Extract(_) | Fault::Nothing => Some(format!(
                "the page may have changed; `shelflife try {} --method {} --record DIR` saves it",
                self.path, self.entry
            )),
        }
    }
}

/// A method of the registry, its config's type left out.
pub struct Entry {
    /// The key under `auto.methods`.
    pub name: &'static str,
    /// The method's own keys, as the schemas of mappings that an entry is all of.
    pub schemas: fn(&mut schemars::SchemaGenerator) -> Vec<schemars::Schema>,
    read: fn(&AutoConfig<'_>) -> Result<Box<dyn Recipe>, ConfigError>,
}

impl Entry {
    const fn of<M: Method>() -> Self {
        Self {
            name: M::NAME,
            schemas: M::Config::schemas,
            read: |config| Ok(Box::new(Bound::<M>(M::Config::read(config)?))),
        }
    }
}

/// A method with its config.
trait Recipe: Send + Sync {
    fn collect<'a>(
        &'a self,
        cx: &'a Context<'a>,
        data: &'a mut ReleaseData,
    ) -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>>;
}

struct Bound<M: Method>(M::Config);

impl<M: Method> Recipe for Bound<M> {
    fn collect<'a>(
        &'a self,
        cx: &'a Context<'a>,
        data: &'a mut ReleaseData,
    ) -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>> {
        Box::pin(M::collect(cx, &self.0, data))
    }
}

/// An entry of `auto.methods` that is understood and can be run.
pub struct Step<'a> {
    /// The entry.
    pub config: AutoConfig<'a>,
    recipe: Box<dyn Recipe>,
}

impl<'a> Step<'a> {
    /// Understands an entry, without asking anything of the world.
    pub fn new(config: AutoConfig<'a>) -> Result<Self, ConfigError> {
        let name = config.method;
        let Some(entry) = METHODS.iter().find(|entry| entry.name == name) else {
            if NOT_YET.contains(&name) {
                return Err(ConfigError::new(
                    config.line,
                    format!("method `{name}` is known, but not in this version of shelflife"),
                ));
            }
            let known = METHODS
                .iter()
                .map(|entry| entry.name)
                .chain(NOT_YET.iter().copied());
            return Err(ConfigError::unknown(config.line, "method", name, known));
        };
        let recipe = (entry.read)(&config)?;
        Ok(Self { config, recipe })
    }

    /// Runs the method and records what it learns.
    pub async fn collect(
        &self,
        product: &Product,
        fetcher: &Fetcher,
        data: &mut ReleaseData,
    ) -> Result<(), MethodError> {
        let cx = Context {
            product,
            config: &self.config,
            fetcher,
            today: data.today(),
        };
        let before = data.touches();
        let outcome = self.recipe.collect(&cx, data).await;
        let recorded = data.touches() > before;
        outcome
            .and_then(|()| recorded.then_some(()).ok_or(Fault::Nothing))
            .map_err(|fault| MethodError {
                method: self.config.method.to_owned(),
                entry: self.config.number,
                path: product.path.clone(),
                line: self.config.line,
                fault,
            })
    }
}

/// The entries of a product that are not switched off, understood; or the first that is not.
pub fn steps<'a>(product: &'a Product, force: bool) -> Result<Vec<Step<'a>>, ProductError> {
    let Some(auto) = product.auto()? else {
        return Ok(Vec::new());
    };
    let understood: Result<Vec<Step<'a>>, ConfigError> =
        auto.configs().map(|config| Step::new(config?)).collect();
    let steps = understood.map_err(|error| product.error(error))?;
    Ok(steps
        .into_iter()
        .filter(|step| force || !step.config.disabled)
        .collect())
}
