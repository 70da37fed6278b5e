//! The proxies that the user's environment names, read here alone.
//!
//! Beside this, the HTTP client and `git` read the same variables by rules of their own.

use url::Url;

/// The variables that name a proxy, and the one that names hosts without one.
const PROXIES: [&str; 3] = ["http_proxy", "https_proxy", "all_proxy"];
const EXCEPTIONS: &str = "no_proxy";

/// The hosts of all proxies.
pub(super) fn hosts() -> Vec<String> {
    set(PROXIES)
        .filter_map(|(_, value)| Some(parse(&value)?.host_str()?.to_owned()))
        .collect()
}

/// The proxy for a URL: one that speaks http, unless `no_proxy` names the host.
#[cfg(feature = "browser")]
pub(super) fn for_url(url: &Url) -> Option<Url> {
    let variable = |name: &str| {
        let mut values = set([name]).map(|(_, value)| value);
        values.find(|value| !value.trim().is_empty())
    };
    if is_excepted(url.host_str()?, &variable(EXCEPTIONS).unwrap_or_default()) {
        return None;
    }
    let named = variable(&format!("{}_proxy", url.scheme())).or_else(|| variable("all_proxy"))?;
    parse(&named).filter(|proxy| proxy.scheme() == "http" && proxy.host_str().is_some())
}

/// The variables and their values, for a program that reads them itself.
pub(super) fn variables() -> Vec<(String, String)> {
    set(PROXIES).chain(set([EXCEPTIONS])).collect()
}

/// What is set of some variables, in small letters and in capitals.
fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = (String, String)> {
    names
        .into_iter()
        .flat_map(|name| [name.to_owned(), name.to_ascii_uppercase()])
        .filter_map(|name| {
            let value = std::env::var(&name).ok()?;
            Some((name, value))
        })
}

/// The URL of a proxy, which may be written without a scheme.
fn parse(value: &str) -> Option<Url> {
    let value = value.trim();
    if value.contains("://") {
        return Url::parse(value).ok();
    }
    Url::parse(&format!("http://{value}")).ok()
}

/// Whether a list of ends of names holds one of a host.
#[cfg(any(test, feature = "browser"))]
fn is_excepted(host: &str, list: &str) -> bool {
    list.split(',')
        .map(|end| end.trim().trim_start_matches('.'))
        .filter(|end| !end.is_empty())
        .any(|end| {
            let start = host.strip_suffix(end);
            end == "*" || start.is_some_and(|start| start.is_empty() || start.ends_with('.'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_may_be_written_without_a_scheme() {
        for value in [
            "proxy.test:3128",
            "http://proxy.test:3128",
            " proxy.test:3128 ",
        ] {
            let proxy = parse(value).unwrap();
            assert_eq!(proxy.as_str(), "http://proxy.test:3128/", "{value}");
        }
        assert_eq!(parse("https://proxy.test").unwrap().scheme(), "https");
        assert_eq!(parse(""), None);
    }

    #[test]
    fn a_host_is_excepted_by_its_name_or_the_end_of_it() {
        for list in ["a.test", ".test", "x, test", "*"] {
            assert!(is_excepted("a.test", list), "{list}");
        }
        for list in ["", "b.test", "est", "x.a.test"] {
            assert!(!is_excepted("a.test", list), "{list}");
        }
    }
}
