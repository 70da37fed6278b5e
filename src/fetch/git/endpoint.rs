//! Where a repository is asked: at the addresses that were checked, and at no others.

use std::net::{IpAddr, SocketAddr};

use url::{Host, Url};

use crate::fetch::request_key::host_of;

/// The URL of a repository, and the addresses that were checked.
pub(super) struct Endpoint {
    pub(super) url: Url,
    /// The addresses of the host, as the program is given them for http and https.
    pub(super) pinned: Option<String>,
    /// The host as a server over git is told it, where the URL has its address.
    pub(super) virtual_host: Option<String>,
    /// The URL of the proxy for http and https.
    pub(super) proxy: Option<String>,
}

impl Endpoint {
    /// A repository at a URL as it is.
    pub(super) fn at(url: Url) -> Self {
        Self {
            url,
            pinned: None,
            virtual_host: None,
            proxy: None,
        }
    }

    /// A repository at the addresses of its host. A host without any is left to a proxy; where
    /// there is none, and over git, it is `None`: the program would look it up anew.
    pub(super) fn checked(
        url: Url,
        addresses: &[SocketAddr],
        proxy: Option<String>,
    ) -> Option<Self> {
        if url.scheme() == "git" {
            return Self::over_git(url, addresses);
        }
        if addresses.is_empty() && proxy.is_none() {
            return None;
        }
        // A host that is an address is not resolved, and in brackets it would be no valid pin.
        let pinned = match (url.host(), url.port_or_known_default()) {
            (Some(Host::Domain(host)), Some(port)) if !addresses.is_empty() => {
                let addresses: Vec<String> = addresses
                    .iter()
                    .map(|address| match address.ip() {
                        IpAddr::V4(ip) => ip.to_string(),
                        IpAddr::V6(ip) => format!("[{ip}]"),
                    })
                    .collect();
                Some(format!("{host}:{port}:{}", addresses.join(",")))
            }
            _ => None,
        };
        Some(Self {
            pinned,
            proxy,
            ..Self::at(url)
        })
    }

    /// The program would decode the name and resolve it anew, and so reach another host. It is
    /// given one address instead, of the kind that more networks reach.
    fn over_git(mut url: Url, addresses: &[SocketAddr]) -> Option<Self> {
        let virtual_host = Some(host_of(&url));
        let address = addresses.iter().find(|address| address.is_ipv4());
        url.set_ip_host(address.or(addresses.first())?.ip()).ok()?;
        Some(Self {
            virtual_host,
            ..Self::at(url)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_without_a_checked_address_is_not_asked() {
        let address = SocketAddr::from(([192, 0, 2, 1], 443));
        for url in ["https://a.test/x", "http://a.test/x", "git://a.test/x"] {
            let checked = |addresses: &[SocketAddr], proxy: Option<&str>| {
                let proxy = proxy.map(str::to_owned);
                Endpoint::checked(Url::parse(url).unwrap(), addresses, proxy).is_some()
            };
            assert!(!checked(&[], None), "{url}");
            assert!(checked(&[address], None), "{url}");
            let by_proxy = checked(&[], Some("http://proxy.test:3128/"));
            assert_eq!(by_proxy, !url.starts_with("git:"), "{url}");
        }
    }

    #[test]
    fn a_name_is_pinned_to_its_addresses_and_an_address_is_not() {
        let pinned = |url: &str, addresses: &[&str]| {
            let addresses: Vec<SocketAddr> =
                addresses.iter().map(|text| text.parse().unwrap()).collect();
            let endpoint = Endpoint::checked(Url::parse(url).unwrap(), &addresses, None);
            endpoint.unwrap().pinned
        };
        assert_eq!(
            pinned("https://a.test/x", &["192.0.2.1:443", "[2001:db8::1]:443"]).unwrap(),
            "a.test:443:192.0.2.1,[2001:db8::1]"
        );
        for (url, address) in [
            ("http://[2001:db8::1]:81/x", "[2001:db8::1]:81"),
            ("http://192.0.2.1/x", "192.0.2.1:80"),
        ] {
            assert_eq!(pinned(url, &[address]), None);
        }
    }
}
