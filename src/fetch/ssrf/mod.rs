//! Which addresses may be connected to: those of the public internet, and no others.
//!
//! Product files arrive in pull requests from strangers, and a runner's network has
//! metadata services, databases and printers. A name is resolved before each request, also
//! that of a redirect; [`resolver`] resolves it again.

mod network;
pub(super) mod resolver;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

use super::error::ForbiddenError;

pub use network::Network;

/// Which addresses outside the public internet may be connected to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum LocalAddresses {
    /// None.
    #[default]
    Refuse,
    /// These, and no others.
    Only(Vec<SocketAddr>),
    /// Those of these networks.
    Networks(Vec<Network>),
    /// All of them.
    Allow,
}

impl LocalAddresses {
    /// Whether this address may be connected to.
    pub(super) fn admits(&self, address: SocketAddr) -> bool {
        match self {
            Self::Allow => true,
            Self::Only(listed) => listed.contains(&address) || is_public(address.ip()),
            _ => self.admits_ip(address.ip()),
        }
    }

    /// As [`Self::admits`], where the port is not known yet.
    pub(super) fn admits_ip(&self, ip: IpAddr) -> bool {
        match self {
            Self::Allow => true,
            Self::Only(listed) if listed.iter().any(|address| address.ip() == ip) => true,
            Self::Networks(networks) if networks.iter().any(|one| one.admits(ip)) => true,
            _ => is_public(ip),
        }
    }

    /// The same for what a browser connects to. A page there is a program of its vendor, which could
    /// ask and post within a network that the user allows, so it reaches none.
    #[cfg(feature = "browser")]
    pub(super) fn of_browser(&self) -> Self {
        match self {
            Self::Networks(_) => Self::Refuse,
            other => other.clone(),
        }
    }

    /// Refuses a URL whose host is, or resolves to, an address that is not admitted.
    /// A name that does not resolve passes: the connection or a proxy then fails.
    pub(super) async fn check(&self, url: &Url) -> Result<(), ForbiddenError> {
        self.admitted(url).await.map(drop)
    }

    /// The addresses of the host of a URL, checked as by [`Self::check`].
    pub(super) async fn admitted(&self, url: &Url) -> Result<Vec<SocketAddr>, ForbiddenError> {
        let port = url.port_or_known_default().unwrap_or(0);
        let addresses: Vec<SocketAddr> = match url.host() {
            Some(Host::Ipv4(ip)) => vec![SocketAddr::from((ip, port))],
            Some(Host::Ipv6(ip)) => vec![SocketAddr::from((ip, port))],
            Some(Host::Domain(name)) if is_localhost(name) => {
                vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))]
            }
            Some(Host::Domain(name)) => match tokio::net::lookup_host((name, port)).await {
                Ok(found) => found.collect(),
                Err(_) => Vec::new(),
            },
            None => Vec::new(),
        };
        match addresses.iter().find(|address| !self.admits(**address)) {
            Some(address) => Err(ForbiddenError::LocalAddress(address.ip())),
            None => Ok(addresses),
        }
    }
}

/// Whether a name means this machine, whatever it resolves to (RFC 6761).
fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether an address is on the public internet.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// All but the blocks of the special-purpose registry, multicast and what is reserved.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    !matches!(
        ip.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [168, 63, 129, 16] // public by its number, and a service inside Azure
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

/// Only `2000::/3` without its special blocks, and forms that hold a public IPv4 address.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let v4 = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match ip.segments() {
        // IPv4-mapped, NAT64, and 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => v4(high, low),
        // Protocol assignments with Teredo, documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // ISATAP.
        [_, _, _, _, 0 | 0x200, 0x5efe, high, low] => v4(high, low) && ip.segments()[0] >> 13 == 1,
        [first, ..] => first >> 13 == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_inside_are_not_public() {
        for ip in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "2002:7f00:1::",
            "2002:c0a8:1::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2a00::5efe:a00:1",
            "5f00::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn addresses_outside_are_public() {
        for ip in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2002:101:101::1",
            "2606:4700:4700::1111",
            "2001:4860:4860::8888",
            "2a00::1",
        ] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[tokio::test]
    async fn any_spelling_of_a_local_address_is_refused() {
        for url in [
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://[::ffff:7f00:1]/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost/",
            "http://0/",
        ] {
            let url = Url::parse(url).unwrap();
            assert!(LocalAddresses::Refuse.check(&url).await.is_err(), "{url}");
            assert!(LocalAddresses::Allow.check(&url).await.is_ok(), "{url}");
        }
    }

    #[tokio::test]
    async fn a_listed_address_admits_no_other_port() {
        let local = LocalAddresses::Only(vec!["127.0.0.1:81".parse().unwrap()]);
        assert!(
            local
                .check(&Url::parse("http://127.0.0.1:81/").unwrap())
                .await
                .is_ok()
        );
        assert!(
            local
                .check(&Url::parse("http://127.0.0.1:82/").unwrap())
                .await
                .is_err()
        );
    }
}
