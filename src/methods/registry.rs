//! The methods by name, each with its config's type and the text of its file.

use super::config::MethodConfig as _;
use super::kind::{Description, Kind};
use super::method::Method;
use super::step::{Bound, Part};
use crate::product::AutoConfig;
use crate::product::front_matter::ConfigError;

/// A method, its config's type left out.
pub struct Entry {
    /// The key under `auto.methods`.
    pub name: &'static str,
    /// What it reads, by which it is listed.
    pub kind: Kind,
    /// The method's own keys, as the schemas of mappings that an entry is all of.
    pub schemas: fn(&mut schemars::SchemaGenerator) -> Vec<schemars::Schema>,
    read: fn(AutoConfig) -> Result<Part, ConfigError>,
    source: &'static str,
}

impl Entry {
    /// The entry of a method, with the text of its file.
    pub(crate) const fn of<M: Method>(source: &'static str) -> Self {
        Self {
            name: M::NAME,
            kind: M::KIND,
            source,
            schemas: M::Config::schemas,
            read: |config| {
                config.fits(M::GROUPS)?;
                let own = M::Config::read(&config)?;
                Ok(Part::new(config, Bound::<M>(own)))
            },
        }
    }

    /// Understands an entry of `auto.methods`, without asking anything of the world.
    pub fn part(&self, config: AutoConfig) -> Result<Part, ConfigError> {
        (self.read)(config)
    }

    /// The description of the method: the words at the top of its file.
    pub fn description(&self) -> Description<'static> {
        Description::new(self.name, self.kind, self.source, "//!")
    }
}

/// The entries of methods, each with the text of its file.
macro_rules! entries {
    ($($file:ident::$method:ident),* $(,)?) => {
        &[$(Entry::of::<super::$file::$method>(include_str!(concat!(stringify!($file), ".rs")))),*]
    };
}

/// The methods, by name.
pub static METHODS: &[Entry] = entries![
    amazon_eks::AmazonEks,
    apache_http_server::ApacheHttpServer,
    apple::Apple,
    aws_lambda::AwsLambda,
    chef_versions::ChefVersions,
    chrome_releases::ChromeReleases,
    cos::Cos,
    couchbase_server::CouchbaseServer,
    debian::Debian,
    declare::Declare,
    distrowatch::Distrowatch,
    docker_hub::DockerHub,
    firefox::Firefox,
    ghc_wiki::GhcWiki,
    git::Git,
    github_releases::GithubReleases,
    github_tags::GithubTags,
    gitlab_tags::GitlabTags,
    google_kubernetes_engine::GoogleKubernetesEngine,
    graalvm::Graalvm,
    haproxy::Haproxy,
    ibm_product_lifecycle::IbmProductLifecycle,
    json_releases::JsonReleases,
    json_versions::JsonVersions,
    kuma::Kuma,
    libreoffice::Libreoffice,
    looker::Looker,
    maven::Maven,
    motorola_security::MotorolaSecurity,
    npm::Npm,
    nutanix::Nutanix,
    nvidia_releases::NvidiaReleases,
    oracle_jdk::OracleJdk,
    php::Php,
    pypi::Pypi,
    red_hat_openshift::RedHatOpenshift,
    red_hat_satellite::RedHatSatellite,
    redhat_lifecycles::RedhatLifecycles,
    release_table::ReleaseTable,
    samsung_security::SamsungSecurity,
    splunk::Splunk,
    spreadsheet_releases::SpreadsheetReleases,
    spreadsheet_versions::SpreadsheetVersions,
    text_releases::TextReleases,
    text_versions::TextVersions,
    unity::Unity,
    unrealircd::Unrealircd,
    veeam::Veeam,
    version_table::VersionTable,
    xml_releases::XmlReleases,
    xml_versions::XmlVersions,
];
