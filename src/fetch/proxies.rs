//! The proxies that the user's environment or system names.
//!
//! They are read as the HTTP client reads them, so the browser is sent where the client goes.
//! `git`, which would read the variables by rules of its own, is told the one that is chosen here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
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

/// The URL of a proxy, with the user's credentials for it.
pub(super) fn url_of(proxy: &Intercept) -> String {
    with_credentials(proxy).unwrap_or_else(|| proxy.uri().to_string())
}

/// `None` where there are no credentials, or a URL cannot hold them.
fn with_credentials(proxy: &Intercept) -> Option<String> {
    let (user, password) = match (proxy.basic_auth(), proxy.raw_auth()) {
        (Some(basic), _) => {
            let encoded = basic.to_str().ok()?.strip_prefix("Basic ")?;
            let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
            let (user, password) = decoded.split_once(':')?;
            (user.to_owned(), password.to_owned())
        }
        (None, Some((user, password))) => (user.to_owned(), password.to_owned()),
        (None, None) => return None,
    };
    let mut url = Url::parse(&proxy.uri().to_string()).ok()?;
    // These setters encode all that is not allowed there but a percent sign.
    url.set_username(&user.replace('%', "%25")).ok()?;
    url.set_password(Some(&password.replace('%', "%25"))).ok()?;
    Some(url.into())
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

    #[test]
    fn the_url_of_a_proxy_has_its_credentials() {
        for url in [
            "http://proxy.test:3128/",
            "https://proxy.test:3128/",
            "http://me:p%40ss%3A%25@proxy.test:3128/",
            "socks5://me:p%40ss@proxy.test:1080/",
        ] {
            let matcher = Matcher::builder().all(url).build();
            let proxy = matcher.intercept(&"http://a.test/".parse().unwrap());
            assert_eq!(url_of(&proxy.unwrap()), url);
        }
    }
}
