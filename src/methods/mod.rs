//! The methods that need code, which collect a product's releases: one file each.
//!
//! A [`method::Method`] asks for the pages it needs and reads them. It is given a
//! [`context::Context`], which is all it may touch, and records what it reads in
//! [`crate::release_data::ReleaseData`]; it fetches nothing, merges nothing, edits nothing and
//! prints nothing. A method that recorded nothing has failed.
//!
//! Methods of one product run in the order of its file, and a later one may overwrite what
//! an earlier one set; `declare` depends on that. Configs are typed and understood before
//! any request is made, so a misspelt key never costs a fetch.
//!
//! # Adding one
//! CONTRIBUTING.md explains when a new source needs one, and shows one whole. The program and
//! `docs/reference` print the words at the top of its file.

mod amazon_eks;
mod apache_http_server;
mod apple;
mod aws_lambda;
mod chef_versions;
mod chrome_releases;
pub(crate) mod config;
pub mod context;
mod cos;
mod couchbase_server;
mod debian;
mod declare;
mod distrowatch;
mod docker_hub;
mod firefox;
mod ghc_wiki;
mod git;
mod github_releases;
mod github_tags;
mod gitlab_tags;
mod google_kubernetes_engine;
mod graalvm;
mod haproxy;
mod ibm_product_lifecycle;
mod json_releases;
mod json_versions;
mod kind;
mod kuma;
mod libreoffice;
mod looker;
mod maven;
pub mod method;
mod motorola_security;
mod npm;
mod nutanix;
mod nvidia_releases;
mod oracle_jdk;
mod php;
mod pypi;
mod red_hat_openshift;
mod red_hat_satellite;
mod redhat_lifecycles;
pub(crate) mod registry;
mod release_table;
mod repository;
mod rows;
mod samsung_security;
mod splunk;
mod spreadsheet_releases;
mod spreadsheet_versions;
pub mod step;
mod text_releases;
mod text_versions;
mod unity;
mod unrealircd;
mod veeam;
mod version_table;
mod xml_releases;
mod xml_versions;

use config::{FindAll, NoConfig, OnPage};
pub use context::{Context, required_day, set_days};
pub use kind::{Description, Kind};
pub use method::{
    Absent, Answer, IfAbsent, Method, MethodError, MethodErrorKind, Needed, Next, Round, pages,
};
pub use registry::{Entry, METHODS};
pub use step::{Part, Step};
