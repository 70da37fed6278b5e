//! How a connection finds its addresses: only those that may be asked.
//!
//! # Why a name is looked up twice
//! Through a proxy the connection looks up nothing, and a port is known only before it;
//! so names are looked up before. But a name could change its address in between, so the
//! connection uses no address that was not checked here.

use std::error::Error;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::LocalAddresses;
use crate::fetch::error::ForbiddenError;

/// The resolver of the connection: it yields only addresses that are admitted.
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
    async fn the_connection_uses_no_local_address_that_a_name_turns_into() {
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
