//! Repositories of this machine, beside a recording that holds all others.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::ready;

use super::remotes::Remotes;
use crate::fetch::activity::Activity;
use crate::fetch::error::{FetchError, ForbiddenError};
use crate::fetch::fetched::{FetchResult, Fetched};
use crate::fetch::policy::NetworkPolicy;
use crate::fetch::ratelimit::Hosts;
use crate::fetch::request_key::GitKey;
use crate::fetch::ssrf::LocalAddresses;

/// Reads repositories of this machine without the network.
pub(in crate::fetch) struct Local {
    policy: NetworkPolicy,
    hosts: Hosts,
    remotes: Remotes,
}

impl Local {
    pub(in crate::fetch) fn new() -> Self {
        let policy = NetworkPolicy {
            local: LocalAddresses::Allow,
            ..NetworkPolicy::default()
        };
        Self {
            hosts: Hosts::new(&policy.limits),
            remotes: Remotes::new(&policy),
            policy,
        }
    }

    /// The answer of a repository of this machine, if it may be read.
    pub(in crate::fetch) async fn answer(local: Option<&Self>, key: &GitKey) -> FetchResult {
        let refused = |reason| FetchError::Forbidden {
            url: key.shown(),
            reason,
        };
        let Some(local) = local else {
            return Err(refused(ForbiddenError::LocalRepository));
        };
        let host = local.hosts.of(&key.repository, &local.policy.limits);
        let nowhere = |_| ready(Err(refused(ForbiddenError::RedirectToNowhere))).boxed();
        let page = local
            .remotes
            .answer(
                key,
                None,
                &host,
                &local.policy.limits,
                &Activity::default(),
                &nowhere,
            )
            .await?;
        Ok(Fetched::Page(Arc::new(page)))
    }
}
