//! Settings that could harm if a stranger wrote them: networks, credentials and defaults of options.
//!
//! ```toml
//! [network]                  # may be asked beside the public internet
//! allow = ["10.1.0.0/16", "fd00::/8"]
//!
//! [[credential]]             # sent to this host over TLS, in a header
//! host = "gitlab.example.com"
//! env = "GITLAB_TOKEN"
//! header = "PRIVATE-TOKEN"
//!
//! [defaults]                 # of options; the command line wins
//! deadline = "30m"
//! ```
//!
//! They count only in a file that the command line or the environment names. A file that is found
//! beside the product files arrives with a pull request, so there they are an error.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::guard_mode::GuardMode;
use crate::fetch::{CredentialForm, CredentialSource, Network};

/// What a file that the user names may state beside what people decided.
#[derive(Debug, Clone, Default)]
pub struct NamedSettings {
    /// The networks that may be asked.
    pub networks: Vec<Network>,
    /// The credentials, each for one host.
    pub credentials: Vec<CredentialSource>,
    /// Defaults of options.
    pub defaults: Defaults,
    /// The line of the first of their tables, and its name.
    pub(super) first: Option<(usize, &'static str)>,
}

impl NamedSettings {
    /// Whether the file states none of this.
    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }
}

/// Which networks may be asked beside the public internet
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NetworkEntry {
    /// The networks, such as 10.1.0.0/16. An address of a cloud's metadata must be named alone
    #[schemars(with = "Vec<String>")]
    #[serde(deserialize_with = "networks")]
    pub(super) allow: Vec<Network>,
}

/// A secret for one host, sent over TLS with each page that is requested there, and along no redirect
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CredentialEntry {
    /// The host, with its port where that is not 443
    host: String,
    /// The variable of the environment that holds the secret
    env: String,
    /// The user name, for `Authorization: Basic` [default: send `Authorization: Bearer`]
    user: Option<String>,
    /// The header that holds the secret alone [default: send `Authorization: Bearer`]
    header: Option<SecretHeader>,
}

/// The headers that hold a secret alone.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
enum SecretHeader {
    #[serde(rename = "PRIVATE-TOKEN")]
    PrivateToken,
    #[serde(rename = "JOB-TOKEN")]
    JobToken,
    #[serde(rename = "X-JFrog-Art-Api")]
    Artifactory,
    #[serde(rename = "X-Api-Key")]
    ApiKey,
}

impl CredentialEntry {
    pub(super) fn source(self) -> Result<CredentialSource, String> {
        let form = match (self.user, self.header) {
            (None, None) => CredentialForm::Bearer,
            (Some(user), None) => CredentialForm::Basic(user),
            (None, Some(header)) => CredentialForm::Header(match header {
                SecretHeader::PrivateToken => "private-token",
                SecretHeader::JobToken => "job-token",
                SecretHeader::Artifactory => "x-jfrog-art-api",
                SecretHeader::ApiKey => "x-api-key",
            }),
            (Some(_), Some(_)) => return Err("`user` and `header` exclude each other".to_owned()),
        };
        CredentialSource::new(&self.host, &self.env, form)
    }
}

/// Defaults of options. The command line wins. A path is relative to the folder of this file
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Defaults {
    /// --products-dir
    pub products_dir: Option<PathBuf>,
    /// --release-data
    pub release_data: Option<PathBuf>,
    /// --state
    pub state: Option<PathBuf>,
    /// --evidence
    pub evidence: Option<PathBuf>,
    /// --known
    pub known: Option<PathBuf>,
    /// --cache-dir
    pub cache_dir: Option<PathBuf>,
    /// --jobs
    #[serde(deserialize_with = "jobs")]
    #[schemars(range(min = 1, max = 1024))]
    pub jobs: Option<u16>,
    /// --deadline, such as 90s, 2m or 1h
    #[serde(deserialize_with = "time")]
    #[schemars(with = "Option<String>")]
    pub deadline: Option<String>,
    /// --guard
    pub guard: Option<GuardMode>,
    /// --user-agent
    pub user_agent: Option<String>,
    /// --allow-local
    pub allow_local: bool,
}

fn networks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Network>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    let networks = texts
        .iter()
        .map(|text| text.parse().map_err(D::Error::custom));
    networks.collect()
}

fn jobs<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u16>, D::Error> {
    match u16::deserialize(from)? {
        jobs @ 1..=1024 => Ok(Some(jobs)),
        jobs => Err(D::Error::custom(format!(
            "{jobs} is not between 1 and 1024"
        ))),
    }
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(from)?;
    humantime::parse_duration(&text)
        .map_err(|_| D::Error::custom(format!("`{text}` is not a time such as 90s, 2m or 1h")))?;
    Ok(Some(text))
}
