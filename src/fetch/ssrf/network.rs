//! A network that the user allows beside the public internet.
//!
//! Services that give credentials to whoever asks (the metadata of a cloud) are in no network: such
//! an address is allowed only where it is named alone. Nor are IPv6 addresses that hold an IPv4
//! address, behind which any of these may be.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network, as `10.1.0.0/16`; without a prefix one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    ip: IpAddr,
    prefix: u32,
}

impl Network {
    /// Whether it allows an address.
    pub(super) fn admits(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        ip == self.ip || (self.holds(ip) && !is_metadata(ip) && !holds_v4(ip))
    }

    fn holds(&self, ip: IpAddr) -> bool {
        ip.is_ipv4() == self.ip.is_ipv4() && first(ip, self.prefix) == first(self.ip, self.prefix)
    }
}

/// The number of bits of an address.
const fn width(ip: IpAddr) -> u32 {
    if ip.is_ipv4() { 32 } else { 128 }
}

/// An address without the bits behind a prefix.
fn first(ip: IpAddr, prefix: u32) -> u128 {
    let bits = match ip {
        IpAddr::V4(ip) => ip.to_bits().into(),
        IpAddr::V6(ip) => ip.to_bits(),
    };
    let behind = width(ip) - prefix;
    bits.checked_shr(behind).unwrap_or(0) << behind.min(127)
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shown = crate::text::Excerpt(text);
        let malformed =
            || format!("`{shown}` is not a network; write it as 10.1.0.0/16 or fd00::/8");
        let (ip, prefix) = text
            .split_once('/')
            .map_or((text, None), |(ip, prefix)| (ip, Some(prefix)));
        let ip = IpAddr::from_str(ip).map_err(|_| malformed())?;
        let prefix = prefix.map_or(Ok(width(ip)), str::parse).ok();
        let prefix = prefix
            .filter(|prefix| *prefix <= width(ip))
            .ok_or_else(malformed)?;
        let start: IpAddr = match ip {
            // A network whose prefix is 32 or shorter has its bits in the low half.
            IpAddr::V4(_) => {
                Ipv4Addr::from_bits(u32::try_from(first(ip, prefix)).unwrap_or(0)).into()
            }
            IpAddr::V6(_) => Ipv6Addr::from_bits(first(ip, prefix)).into(),
        };
        if start == ip {
            return Ok(Self { ip, prefix });
        }
        Err(format!(
            "`{shown}` has bits behind its prefix; write {start}/{prefix}, or {ip} alone"
        ))
    }
}

/// Whether a service behind an address gives credentials to machines of a cloud: all link-local
/// addresses, and those that clouds use elsewhere.
fn is_metadata(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => matches!(
            ip.octets(),
            [169, 254, ..] | [168, 63, 129, 16] | [100, 100, 100, 200] | [192, 0, 0, 192]
        ),
        IpAddr::V6(ip) => matches!(
            ip.segments(),
            [0xfe80..=0xfebf, ..] | [0xfd00, 0xec2 | 0x42 | 0xc1, ..] | [0xfd20, 0xce, ..]
        ),
    }
}

/// Whether an IPv6 address holds an IPv4 address: compatible, translated, NAT64, Teredo, 6to4 and ISATAP.
fn holds_v4(ip: IpAddr) -> bool {
    let IpAddr::V6(ip) = ip else { return false };
    matches!(
        ip.segments(),
        [0, 0, 0, 0, 0 | 0xffff, 0, ..]
            | [0x64, 0xff9b, ..]
            | [0x2001, 0, ..]
            | [0x2002, ..]
            | [_, _, _, _, 0 | 0x200, 0x5efe, ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(network: &str, ip: &str) -> bool {
        let network = Network::from_str(network).unwrap();
        network.admits(ip.parse().unwrap())
    }

    #[test]
    fn a_network_admits_its_own_addresses_alone() {
        for (network, ip) in [
            ("10.1.0.0/16", "10.1.0.0"),
            ("10.1.0.0/16", "10.1.255.255"),
            ("10.1.0.0/16", "::ffff:10.1.2.3"),
            ("10.1.2.3", "10.1.2.3"),
            ("10.1.2.2/31", "10.1.2.3"),
            ("0.0.0.0/0", "127.0.0.1"),
            ("fd00::/8", "fdff::1"),
            ("fd00::/8", "fd00:ec3::254"),
            ("::/0", "fc00::1"),
            ("::1/128", "::1"),
        ] {
            assert!(admits(network, ip), "{network} {ip}");
        }
        for (network, ip) in [
            ("10.1.0.0/16", "10.2.0.0"),
            ("10.1.0.0/16", "10.0.255.255"),
            ("10.1.0.0/16", "::10.1.2.3"),
            ("10.1.0.0/16", "64:ff9b::a01:203"),
            ("10.1.2.3", "10.1.2.2"),
            ("10.1.2.2/31", "10.1.2.4"),
            ("fd00::/8", "fc00::1"),
            ("0.0.0.0/0", "fd00::1"),
            ("::/0", "10.1.2.3"),
        ] {
            assert!(!admits(network, ip), "{network} {ip}");
        }
    }

    #[test]
    fn a_metadata_address_is_in_no_network_unless_it_is_named_alone() {
        for ip in [
            "169.254.169.254",
            "169.254.170.2",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "fe80::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "fd00:42::42",
            "fd00:c1::a9fe:a9fe",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "::169.254.169.254",
            "::ffff:169.254.169.254",
            "fd01::5efe:a9fe:a9fe",
            "::ffff:0:a9fe:a9fe",
            "2001::a9fe:a9fe",
        ] {
            for network in [
                "0.0.0.0/0",
                "::/0",
                "169.254.0.0/16",
                "fd00::/8",
                "fe80::/10",
            ] {
                assert!(!admits(network, ip), "{network} {ip}");
            }
            let alone = ip.parse::<IpAddr>().unwrap().to_canonical().to_string();
            assert!(admits(&alone, ip), "{ip}");
        }
        assert!(admits("169.254.169.254/32", "169.254.169.254"));
        assert!(!admits("169.254.169.254/31", "169.254.169.255"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "10.1",
            "10.1.0.0/33",
            "10.1.0.0/-1",
            "10.1.0.0/",
            "fd00::/129",
            "a.test",
            "10.1.0.0/16/8",
            "10.1.0.0/+8",
        ] {
            let error = Network::from_str(text);
            assert!(error.is_err(), "{text}: {error:?}");
        }
        let error = Network::from_str("10.1.2.3/16").unwrap_err();
        assert!(
            error.ends_with("write 10.1.0.0/16, or 10.1.2.3 alone"),
            "{error}"
        );
    }
}
