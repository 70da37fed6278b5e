//! The fetcher against a real HTTP server on loopback: one test for each thing promised.

mod addresses;
mod bot_walls;
mod bounds;
mod cache;
mod git;
mod misbehaving_servers;
mod pages;
#[cfg(target_os = "linux")]
mod private_sources;
mod replay;
mod requests;
mod retry;
mod secrets;
mod tls;
#[cfg(not(any(feature = "browser", feature = "spreadsheet")))]
mod without_features;

use std::sync::Arc;
use std::time::Duration;

use shelflife::fetch::{FetchError, Fetcher, Limits, LocalAddresses, NetworkPolicy, Request};
use shelflife::page::Page;

use crate::server::Server;

/// Limits that let no test wait.
fn limits() -> Limits {
    Limits {
        connect_timeout: Duration::from_secs(5),
        total_timeout: Duration::from_secs(20),
        tries: 3,
        first_pause: Duration::from_millis(2),
        longest_pause: Duration::from_millis(8),
        ..Limits::default()
    }
}

/// Settings that permit this server and no other local address.
fn policy(server: &Server) -> NetworkPolicy {
    NetworkPolicy {
        local: LocalAddresses::Only(vec![server.address]),
        proxy: false,
        limits: limits(),
        ..NetworkPolicy::default()
    }
}

fn fetcher(server: &Server) -> Fetcher {
    Fetcher::live(policy(server)).unwrap()
}

fn with_limits(server: &Server, change: impl FnOnce(&mut Limits)) -> Fetcher {
    let mut policy = policy(server);
    change(&mut policy.limits);
    Fetcher::live(policy).unwrap()
}

async fn get(fetcher: &Fetcher, url: impl Into<String>) -> Result<Arc<Page>, FetchError> {
    fetcher.fetch(&Request::get(url)).await
}

/// The text of a page that must be there.
async fn text(fetcher: &Fetcher, url: impl Into<String>) -> String {
    get(fetcher, url).await.unwrap().text().into_owned()
}

/// The sentence of an error that must be there.
async fn error(fetcher: &Fetcher, url: impl Into<String>) -> FetchError {
    get(fetcher, url)
        .await
        .map(|page| page.body.len())
        .unwrap_err()
}
