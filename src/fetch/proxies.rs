//! The proxies that the user's environment or system names.
//!
//! They are read as the HTTP client reads them, so the browser is sent where the client goes.
//! Only `git` reads the variables by rules of its own.

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use url::Url;

/// The proxies of a run.
pub(super) struct Proxies(Option<Matcher>);

impl Proxies {
    /// Those of the environment and the system, if they are used at all.
    pub(super) fn new(used: bool) -> Self {
        Self(used.then(Matcher::from_system))
    }

    /// The proxy for a URL; none where `no_proxy` names the host.
    pub(super) fn for_url(&self, url: &Url) -> Option<Intercept> {
        let url = Uri::try_from(url.as_str()).ok()?;
        self.0.as_ref()?.intercept(&url)
    }

    /// The hosts of all proxies.
    pub(super) fn hosts(&self) -> Vec<String> {
        // A name that is in no list of exceptions.
        ["http://host.invalid/", "https://host.invalid/"]
            .into_iter()
            .filter_map(|url| self.for_url(&Url::parse(url).ok()?))
            .filter_map(|proxy| Some(proxy.uri().host()?.to_owned()))
            .collect()
    }
}

/// The variables that are set, for a program that reads them itself.
pub(super) fn variables() -> Vec<(String, String)> {
    ["http_proxy", "https_proxy", "all_proxy", "no_proxy"]
        .into_iter()
        .flat_map(|name| [name.to_owned(), name.to_ascii_uppercase()])
        .filter_map(|name| Some((name.clone(), std::env::var(name).ok()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_for_all_hosts_but_those_that_are_excepted() {
        let matcher = Matcher::builder()
            .all("proxy.test:3128")
            .no("a.test, .b.test, 10.0.0.0/8");
        let proxies = Proxies(Some(matcher.build()));
        let proxy = |url: &str| proxies.for_url(&Url::parse(url).unwrap());
        for excepted in ["https://a.test/", "http://c.b.test/", "http://10.1.2.3/"] {
            assert!(proxy(excepted).is_none(), "{excepted}");
        }
        for url in ["https://c.test/x", "http://aa.test:81/", "http://11.1.2.3/"] {
            assert_eq!(
                proxy(url).unwrap().uri(),
                "http://proxy.test:3128/",
                "{url}"
            );
        }
        assert_eq!(proxies.hosts(), ["proxy.test", "proxy.test"]);
        assert!(Proxies::new(false).hosts().is_empty());
    }
}
