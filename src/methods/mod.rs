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
//! A file named as the method with `-` as `_`, a `mod` line and a line in [`METHODS`] here, and
//! a fixture with its snapshot under `fixtures/<method>/`. The words at its top are what the
//! program and the README say of it.

mod about;
mod amazon_eks;
mod amazon_neptune;
mod apache_http_server;
mod apache_subversion;
mod apple;
mod atlassian_eol;
mod atlassian_versions;
mod aws_lambda;
mod cgit;
mod chef_versions;
mod chrome_releases;
mod citrix_vad_rss;
mod coldfusion;
mod config;
mod context;
mod cos;
mod couchbase_server;
mod debian;
mod declare;
mod discourse;
mod distrowatch;
mod docker_hub;
mod firefox;
mod freebsd_releases;
mod ghc_wiki;
mod git;
mod github_releases;
mod github_tags;
mod gitlab_tags;
mod google_kubernetes_engine;
mod graalvm;
mod haproxy;
mod ibm_aix;
mod ibm_product_lifecycle;
mod json_releases;
mod json_versions;
mod kuma;
mod libreoffice;
mod looker;
mod lua;
mod maven;
mod motorola_security;
mod netbsd;
mod npm;
mod nutanix;
mod nvidia_releases;
mod oracle_jdk;
mod pan_os;
mod php;
mod plesk;
mod pypi;
mod rds;
mod red_hat_openshift;
mod red_hat_satellite;
mod redhat_lifecycles;
mod release_table;
mod repository;
mod rhel;
mod rocky_linux;
mod routeros_versions;
mod rows;
mod rtpengine_releases;
mod samsung_security;
mod silverstripe;
mod splunk;
mod spreadsheet_releases;
mod spreadsheet_versions;
mod text_releases;
mod text_versions;
mod typo3;
mod unity;
mod unrealircd;
mod veeam;
mod version_table;
mod virtualbox_releases;
mod virtualbox_versions;
mod visual_studio;
mod xml_releases;
mod xml_versions;

use std::future::Future;
use std::pin::Pin;

pub use about::Kind;
use config::Config;
pub use context::Context;

use crate::extract::ExtractError;
use crate::fetch::{FetchError, Fetcher};
use crate::product::front_matter::ConfigError;
use crate::product::{AutoConfig, Product, ProductError};
use crate::release_data::ReleaseData;

/// One way to learn a product's releases.
pub trait Method: 'static {
    /// The key under `auto.methods` that selects this method.
    const NAME: &'static str;
    /// What it reads, by which it is listed.
    const KIND: Kind = Kind::Vendor;
    /// The keys this method reads beside the shared ones.
    type Config: Config + Send + Sync;
    /// Fetches what is needed and records what it says.
    fn collect(
        cx: &Context<'_>,
        config: &Self::Config,
        data: &mut ReleaseData,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// The entries of methods, each with the text of its file.
macro_rules! entries {
    ($($file:ident::$method:ident),* $(,)?) => {
        &[$(Entry::of::<$file::$method>(include_str!(concat!(stringify!($file), ".rs")))),*]
    };
}

/// The methods, by name.
pub static METHODS: &[Entry] = entries![
    amazon_eks::AmazonEks,
    amazon_neptune::AmazonNeptune,
    apache_http_server::ApacheHttpServer,
    apache_subversion::ApacheSubversion,
    apple::Apple,
    atlassian_eol::AtlassianEol,
    atlassian_versions::AtlassianVersions,
    aws_lambda::AwsLambda,
    cgit::Cgit,
    chef_versions::ChefVersions,
    chrome_releases::ChromeReleases,
    citrix_vad_rss::CitrixVadRss,
    coldfusion::Coldfusion,
    cos::Cos,
    couchbase_server::CouchbaseServer,
    debian::Debian,
    declare::Declare,
    discourse::Discourse,
    distrowatch::Distrowatch,
    docker_hub::DockerHub,
    firefox::Firefox,
    freebsd_releases::FreebsdReleases,
    ghc_wiki::GhcWiki,
    git::Git,
    github_releases::GithubReleases,
    github_tags::GithubTags,
    gitlab_tags::GitlabTags,
    google_kubernetes_engine::GoogleKubernetesEngine,
    graalvm::Graalvm,
    haproxy::Haproxy,
    ibm_aix::IbmAix,
    ibm_product_lifecycle::IbmProductLifecycle,
    json_releases::JsonReleases,
    json_versions::JsonVersions,
    kuma::Kuma,
    libreoffice::Libreoffice,
    looker::Looker,
    lua::Lua,
    maven::Maven,
    motorola_security::MotorolaSecurity,
    netbsd::Netbsd,
    npm::Npm,
    nutanix::Nutanix,
    nvidia_releases::NvidiaReleases,
    oracle_jdk::OracleJdk,
    pan_os::PanOs,
    php::Php,
    plesk::Plesk,
    pypi::Pypi,
    rds::Rds,
    red_hat_openshift::RedHatOpenshift,
    red_hat_satellite::RedHatSatellite,
    redhat_lifecycles::RedhatLifecycles,
    release_table::ReleaseTable,
    rhel::Rhel,
    rocky_linux::RockyLinux,
    routeros_versions::RouterosVersions,
    rtpengine_releases::RtpengineReleases,
    samsung_security::SamsungSecurity,
    silverstripe::Silverstripe,
    splunk::Splunk,
    spreadsheet_releases::SpreadsheetReleases,
    spreadsheet_versions::SpreadsheetVersions,
    text_releases::TextReleases,
    text_versions::TextVersions,
    typo3::Typo3,
    unity::Unity,
    unrealircd::Unrealircd,
    veeam::Veeam,
    version_table::VersionTable,
    virtualbox_releases::VirtualboxReleases,
    virtualbox_versions::VirtualboxVersions,
    visual_studio::VisualStudio,
    xml_releases::XmlReleases,
    xml_versions::XmlVersions,
];

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
    /// What it reads, by which it is listed.
    pub kind: Kind,
    /// The method's own keys, as the schemas of mappings that an entry is all of.
    pub schemas: fn(&mut schemars::SchemaGenerator) -> Vec<schemars::Schema>,
    read: fn(&AutoConfig<'_>) -> Result<Box<dyn Recipe>, ConfigError>,
    source: &'static str,
}

impl Entry {
    const fn of<M: Method>(source: &'static str) -> Self {
        Self {
            name: M::NAME,
            kind: M::KIND,
            source,
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
            let known = METHODS.iter().map(|entry| entry.name);
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
            method: self.config.method.into(),
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
