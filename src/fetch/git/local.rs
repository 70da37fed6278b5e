//! Repositories of this machine, beside a recording that holds all others.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::ready;

use super::remotes::Remotes;
use crate::fetch::error::{FetchError, Refusal};
use crate::fetch::fetched::Hop;
use crate::fetch::policy::Settings;
use crate::fetch::ratelimit::Hosts;
use crate::fetch::request_key::Ask;
use crate::fetch::ssrf::LocalAddresses;

/// Reads the repositories of this machine, and asks nobody.
pub(in crate::fetch) struct Local {
    settings: Settings,
    hosts: Hosts,
    remotes: Remotes,
}

impl Local {
    pub(in crate::fetch) fn new() -> Self {
        let settings = Settings {
            local: LocalAddresses::Allow,
            ..Settings::default()
        };
        Self {
            hosts: Hosts::new(&settings.limits),
            remotes: Remotes::new(&settings),
            settings,
        }
    }

    /// What a repository of this machine answers, if it may be read.
    pub(in crate::fetch) async fn answer(
        local: Option<&Self>,
        ask: &Ask,
    ) -> Result<Hop, FetchError> {
        let refused = |refusal| FetchError::Refused {
            url: ask.shown(),
            refusal,
        };
        let (Some(local), Some(question)) = (local, &ask.git) else {
            return Err(refused(Refusal::LocalRepository));
        };
        let host = local.hosts.of(&question.repository, &local.settings.limits);
        let nowhere = |_| ready(Err(refused(Refusal::RedirectToNowhere))).boxed();
        let page = local
            .remotes
            .answer(ask, question, None, &host, &local.settings, &nowhere)
            .await?;
        Ok(Hop::Page(Arc::new(page)))
    }
}
