//! Resolves names for the HTTP client to admitted addresses only.
//!
//! # Why a name is resolved twice
//! Through a proxy the client resolves nothing, and the port is not known here; so names are
//! resolved before a request, too. But a name could change its address in between, so the
//! client uses no address that was not checked here.

use std::error::Error;
use std::io;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::LocalAddresses;
use crate::fetch::error::ForbiddenError;

pub(in crate::fetch) struct Resolver {
    pub(in crate::fetch) local: Arc<LocalAddresses>,
    /// Hosts that the user's own environment names as proxies; these may be anywhere.
    pub(in crate::fetch) proxies: Arc<[String]>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let local = Arc::clone(&self.local);
        let proxies = Arc::clone(&self.proxies);
        Box::pin(async move {
            let name = name.as_str();
            let found: Vec<_> = tokio::net::lookup_host((name, 0))
                .await
                .map_err(lookup_error)?
                .collect();
            if !proxies.iter().any(|proxy| proxy == name)
                && let Some(address) = found.iter().find(|at| !local.admits_ip(at.ip()))
            {
                return Err(Box::new(ForbiddenError::LocalAddress(address.ip()))
                    as Box<dyn Error + Send + Sync>);
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// No name server answered, so nobody knows whether there is such a host.
#[derive(Debug, thiserror::Error)]
#[error("no DNS answer")]
pub(in crate::fetch) struct NoDnsAnswer(#[source] io::Error);

/// Tells no answer from the answer that there is no such name, for which the system has no
/// other sign than its words.
fn lookup_error(error: io::Error) -> Box<dyn Error + Send + Sync> {
    let words = error.to_string();
    let unknown = ["not known", "does not resolve", "No address associated"];
    if unknown.iter().any(|unknown| words.contains(unknown)) {
        error.into()
    } else {
        NoDnsAnswer(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_told_from_a_name_server_that_does_not_answer() {
        let lookup = |words: &str| lookup_error(io::Error::other(words.to_owned()));
        assert!(!lookup("Name or service not known").is::<NoDnsAnswer>());
        assert!(lookup("Temporary failure in name resolution").is::<NoDnsAnswer>());
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_a_local_address_is_refused() {
        let resolver = |local, proxies: &[&str]| Resolver {
            local: Arc::new(local),
            proxies: proxies.iter().map(ToString::to_string).collect(),
        };
        let name = || "localhost".parse().unwrap();
        let refused = resolver(LocalAddresses::Refuse, &[]).resolve(name()).await;
        let error = refused.map(Iterator::count).unwrap_err();
        assert!(error.is::<ForbiddenError>(), "{error}");
        assert!(
            resolver(LocalAddresses::Allow, &[])
                .resolve(name())
                .await
                .is_ok()
        );
        let proxy = resolver(LocalAddresses::Refuse, &["localhost"]);
        assert!(proxy.resolve(name()).await.is_ok());
    }
}
