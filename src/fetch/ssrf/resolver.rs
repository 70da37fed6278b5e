//! Resolves names for the HTTP client to admitted addresses only.
//!
//! # Why a name is resolved twice
//! Through a proxy the client resolves nothing, and the port is not known here; so names are
//! resolved before a request, too. But a name could change its address in between, so the
//! client uses no address that was not checked here.

use std::error::Error;
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
            let found: Vec<_> = tokio::net::lookup_host((name, 0)).await?.collect();
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

#[cfg(test)]
mod tests {
    use super::*;

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
